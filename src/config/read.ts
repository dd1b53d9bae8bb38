// Reads a config text against the schema: every fault with its line and column, all of them at once.
import { type Document, isAlias, isMap, isScalar, isSeq, LineCounter, type Node, type Pair, parseDocument } from 'yaml';
import { HubError } from '../errors.js';
import type { Kind } from './kinds.js';
import { camelCase, type Mapping, type Row, type Rows, type Section } from './schema.js';

/** One thing wrong with a file. `message` never repeats a value. */
export interface Fault {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

/** More nodes behind an alias than a config has keys: a YAML bomb. */
const MAX_ALIASES = 100;

/** Throws `config` for a text nested so deep that the library, which recurses, comes to its end. */
function parsed(text: string, lineCounter: LineCounter, file: string): Document.Parsed {
  try {
    return parseDocument(text, { lineCounter, prettyErrors: false, maxAliasCount: MAX_ALIASES } as never);
  } catch (cause) {
    throw new HubError('config', `${file}: nested too deep`, { cause });
  }
}

class Reader {
  readonly faults: Fault[] = [];
  readonly #lines = new LineCounter();
  readonly #document: Document.Parsed;
  constructor(
    text: string,
    readonly file: string,
  ) {
    this.#document = parsed(text, this.#lines, file);
    for (const { pos, message } of [...this.#document.errors, ...this.#document.warnings]) this.#fault(pos[0], message);
  }

  /** The whole file as the schema's root section; an empty file is all defaults. */
  root(rows: Section<Rows>): unknown {
    return this.faults.length > 0 ? undefined : this.#read(rows, this.#document.contents, '', 0);
  }

  #fault(offset: number, message: string): undefined {
    const { line, col } = this.#lines.linePos(offset);
    this.faults.push({ file: this.file, line: Math.max(line, 1), column: Math.max(col, 1), message });
    return undefined;
  }

  #resolve(node: Node | null | undefined): Node | null | undefined {
    return isAlias(node) ? node.resolve(this.#document) : node;
  }

  /** `at`: where to point when there is no node (an empty value). */
  #read(row: Row, found: Node | null | undefined, where: string, at: number): unknown {
    const node = this.#resolve(found);
    if (isAbsent(node) && row.row !== 'value' && row.row !== 'required') return this.#absent(row);
    const offset = found?.range?.[0] ?? at;
    switch (row.row) {
      case 'value':
      case 'optional':
      case 'required':
        return this.#scalar(row.kind, node, where, offset);
      case 'list':
        if (!isSeq(node)) return this.#fault(offset, `${where}: expected a list`);
        return node.items.map((item, index) => this.#scalar(row.kind, this.#resolve(item as Node), `${where}[${index}]`, offset));
      case 'sections': {
        if (!isSeq(node)) return this.#fault(offset, `${where}: expected a list`);
        const each: Section<Rows> = { row: 'section', rows: row.rows, help: '' };
        return node.items.map((item, index) => this.#read(each, item as Node, `${where}[${index}]`, offset));
      }
      case 'mapping':
        return this.#mapping(row, node, where, offset);
      case 'section':
        return this.#section(row.rows, node, where, offset);
      default:
        return row satisfies never;
    }
  }

  /** What stands for a setting that is not written. */
  #absent(row: Row): unknown {
    switch (row.row) {
      case 'value':
        return row.fallback;
      case 'list':
        return [...row.fallback];
      case 'sections':
        return row.fallback.map((each) => ({
          ...(this.#absent({ row: 'section', rows: row.rows, help: '' }) as object),
          ...(each as object),
        }));
      case 'optional':
      case 'required':
        return undefined;
      case 'mapping':
        return Object.create(null);
      case 'section':
        return Object.fromEntries(Object.entries(row.rows).map(([key, each]) => [camelCase(key), this.#absent(each)]));
      default:
        return row satisfies never;
    }
  }

  #scalar(kind: Kind<unknown>, node: Node | null | undefined, where: string, at: number): unknown {
    const plain = isScalar(node) ? node.value : isSeq(node) ? node.toJS(this.#document) : undefined;
    const read = kind.read(plain);
    return read === undefined ? this.#fault(node?.range?.[0] ?? at, `${where}: expected ${kind.expects}`) : read;
  }

  #mapping(row: Mapping<Row>, node: Node | null | undefined, where: string, at: number): unknown {
    if (!isMap(node)) return this.#fault(at, `${where}: expected a mapping`);
    const read: Record<string, unknown> = Object.create(null);
    for (const pair of node.items as Pair<Node, Node | null>[]) {
      const offset = pair.key.range?.[0] ?? at;
      const key = row.key.read(isScalar(pair.key) ? String(pair.key.value) : undefined);
      if (key === undefined) this.#fault(offset, `${where}: expected ${row.key.expects} as the key`);
      else if (key in read) this.#fault(offset, `${where}.${key}: stands here twice`);
      else read[key] = this.#read(row.each, pair.value, `${where}.${key}`, offset);
    }
    return read;
  }

  #section(rows: Rows, node: Node | null | undefined, where: string, at: number): unknown {
    if (!isMap(node)) return this.#fault(at, `${where === '' ? 'the file' : where}: expected a mapping`);
    const read = this.#absent({ row: 'section', rows, help: '' }) as Record<string, unknown>;
    for (const pair of node.items as Pair<Node, Node | null>[]) {
      const offset = pair.key.range?.[0] ?? at;
      const key = isScalar(pair.key) ? String(pair.key.value) : '';
      const path = where === '' ? key : `${where}.${key}`;
      const row = Object.hasOwn(rows, key) ? rows[key] : undefined;
      if (row === undefined) this.#fault(offset, `${path}: no such key${didYouMean(key, Object.keys(rows))}`);
      else read[camelCase(key)] = this.#read(row, pair.value, path, offset);
    }
    for (const [key, row] of Object.entries(rows)) {
      if (row.row === 'required' && !node.has(key)) this.#fault(node.range?.[0] ?? at, `${where}.${key}: is missing`);
    }
    return read;
  }
}

/** Nothing written behind a key (`audit:`) means the default, except for single values: there it is a slip. */
function isAbsent(node: Node | null | undefined): boolean {
  return node === null || node === undefined || (isScalar(node) && node.value === null);
}

/** Levenshtein distance (1966), two rows at a time. */
function distance(a: string, b: string): number {
  let before = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      row[j] = Math.min(before[j]! + 1, row[j - 1]! + 1, before[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1));
    }
    before = row;
  }
  return before[b.length]!;
}

/** Two slips of the hand, or a third of a long key. */
function didYouMean(key: string, known: readonly string[]): string {
  const near = known
    .map((name) => ({ name, far: distance(key.toLowerCase().replaceAll('-', '_'), name) }))
    .filter(({ name, far }) => far <= Math.max(2, Math.floor(name.length / 3)))
    .sort((a, b) => a.far - b.far)[0];
  return near === undefined ? `; known: ${known.join(', ')}` : `; did you mean ${near.name}?`;
}

function freeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    for (const each of Object.values(value)) freeze(each);
    Object.freeze(value);
  }
  return value;
}

/** Where the key at the end of `at` stands in a text that could be read; the nearest place above where it is not written so. */
export function placeOf(text: string, at: readonly (string | number)[]): { line: number; column: number } {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  let node: unknown = document.contents;
  let offset = 0;
  for (const step of at) {
    const inner = isAlias(node) ? node.resolve(document) : node;
    const pair = isMap(inner) ? inner.items.find(({ key }) => isScalar(key) && String(key.value) === step) : undefined;
    const found =
      isSeq(inner) && typeof step === 'number' ? (inner.items[step] as Node | undefined) : (pair?.key as Node | undefined);
    if (found?.range == null) break;
    offset = found.range[0];
    node = pair === undefined ? found : pair.value;
  }
  const { line, col } = lines.linePos(offset);
  return { line: Math.max(line, 1), column: Math.max(col, 1) };
}

/** `text` read against `rows`: the frozen values, or all faults in the order of their lines. */
export function readConfig(text: string, file: string, rows: Section<Rows>): { value: unknown; faults: readonly Fault[] } {
  const reader = new Reader(text, file);
  const value = reader.root(rows);
  const faults = reader.faults.sort((a, b) => a.line - b.line || a.column - b.column);
  return { value: freeze(value), faults };
}
