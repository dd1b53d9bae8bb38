// Reading YAML against a shape with every fault found at its line: small readers that are put together. A reader always gives a
// value (its fallback where the text is wrong), so that one fault does not hide the next; what was faulty is never used.
import { isMap, isScalar, isSeq, Scalar, type Node as YamlNode } from 'yaml';
import { type Reader, Source } from './source.js';

/** What a value must look like. */
export type Shape<T> = Reader<T>;

/** A key that may be absent, and then is absent in the result. */
export interface Optional<T> {
  readonly optional: Shape<T>;
}
/** A key that may be absent, and then has this value. */
export interface Defaulted<T> {
  readonly shape: Shape<T>;
  readonly value: T;
}
type Fields = Readonly<Record<string, Shape<unknown> | Optional<unknown> | Defaulted<unknown>>>;
export type RecordOf<F extends Fields> = {
  readonly [K in keyof F as F[K] extends Optional<unknown> ? never : K]: F[K] extends Shape<infer T>
    ? T
    : F[K] extends Defaulted<infer T>
      ? T
      : never;
} & { readonly [K in keyof F as F[K] extends Optional<unknown> ? K : never]?: F[K] extends Optional<infer T> ? T : never };

export function optional<T>(shape: Shape<T>): Optional<T> {
  return { optional: shape };
}

export function orElse<T>(shape: Shape<T>, value: T): Defaulted<T> {
  return { shape, value };
}

/** A text that is not empty. `admits`: what else it must be, as a pattern and a sentence. */
export function text(admits?: { readonly pattern: RegExp; readonly otherwise: string }): Shape<string> {
  return {
    fallback: '',
    read(node, source) {
      if (!isScalar(node) || typeof node.value !== 'string') source.report(node, `must be text${quoteHint(node)}`);
      else if (node.value.trim() === '') source.report(node, 'must not be empty');
      else if (admits && !admits.pattern.test(node.value)) source.report(node, admits.otherwise);
      else return node.value;
      return '';
    },
  };
}

function quoteHint(node: YamlNode): string {
  return isScalar(node) && node.value !== null ? ': put it in quotes' : '';
}

/** A clause as it is written: `6.10` stays `6.10`, though YAML would read the number 6.1. */
export const clause: Shape<string> = {
  fallback: '',
  read(node, source) {
    if (isScalar(node) && typeof node.value === 'number') return node.source ?? String(node.value);
    return text().read(node, source);
  },
};

const SWITCHES: ReadonlyMap<unknown, boolean> = new Map<unknown, boolean>([
  [true, true],
  [false, false],
  ['on', true],
  ['off', false],
  ['yes', true],
  ['no', false],
  ['true', true],
  ['false', false],
]);

/** `on`, `off`, and the other words for them. */
export const onOff: Shape<boolean> = {
  fallback: false,
  read(node, source) {
    const value = isScalar(node) ? SWITCHES.get(node.value) : undefined;
    if (value === undefined) source.report(node, 'must be `on` or `off` (or true, false, yes, no)');
    return value ?? false;
  },
};

/** A whole number from 0, or `null` where the policy gives none. */
export const daysOrNone: Shape<number | null> = {
  fallback: null,
  read(node, source) {
    if (isScalar(node) && (node.value === null || (Number.isSafeInteger(node.value) && Number(node.value) >= 0))) {
      return node.value as number | null;
    }
    source.report(node, 'must be a whole number of days, or null');
    return null;
  },
};

/** One of a closed list of words. */
export function oneOf<const T extends string>(words: readonly [T, ...T[]] | readonly T[], what = 'value'): Shape<T> {
  return {
    fallback: words[0]!,
    read(node, source) {
      const value = isScalar(node) ? node.value : undefined;
      const found = words.find((word) => word === value);
      if (found === undefined) source.report(node, unknownWord(what, typeof value === 'string' ? value : undefined, words));
      return found ?? words[0]!;
    },
  };
}

/** Most words that a message lists as the possible ones. */
const LISTED_MAX = 12;

function unknownWord(what: string, value: string | undefined, words: readonly string[]): string {
  const list = words.length <= LISTED_MAX ? `; one of: ${words.join(', ')}` : '';
  if (value === undefined) return `must be a ${what}${list}`;
  return `unknown ${what} \`${value}\`${didYouMean(value, words)}${list}`;
}

/** A list; items with a fault are reported and left out. */
export function list<T>(item: Shape<T>): Shape<readonly T[]> {
  return {
    fallback: [],
    read(node, source) {
      if (!isSeq<YamlNode>(node)) {
        source.report(node, 'must be a list');
        return [];
      }
      const items: T[] = [];
      for (const child of node.items) {
        const before = source.faults.length;
        const value = source.value(item, child);
        if (source.faults.length === before) items.push(value);
      }
      return items;
    },
  };
}

/** A map with any keys that `key` admits; its entries in the order of the file. */
export function mapOf<K extends string, T>(key: Shape<K>, value: Shape<T>): Shape<ReadonlyMap<K, T>> {
  return {
    fallback: new Map(),
    read(node, source) {
      const entries = new Map<K, T>();
      if (!isMap<YamlNode, YamlNode | null>(node)) {
        source.report(node, 'must be a map of names to values');
        return entries;
      }
      for (const pair of source.pairs(node)) {
        const before = source.faults.length;
        const name = source.value(key, pair.key);
        const admitted = source.faults.length === before;
        const read = source.value(value, pair.value ?? emptyAt(pair.key));
        if (admitted) entries.set(name, read);
      }
      source.place(entries, node);
      return entries;
    },
  };
}

/** A map with these keys and no others. */
export function record<F extends Fields>(fields: F): Shape<RecordOf<F>> {
  const known = Object.keys(fields);
  const fallback = Object.fromEntries(known.flatMap((key) => absent(key, fields[key]!))) as RecordOf<F>;
  return {
    fallback,
    read(node, source) {
      if (!isMap<YamlNode, YamlNode | null>(node)) {
        source.report(node, `must be a map with the keys ${known.join(', ')}`);
        return fallback;
      }
      const values = new Map<string, unknown>();
      for (const pair of source.pairs(node)) {
        const key = isScalar(pair.key) ? String(pair.key.value) : '';
        const field = Object.hasOwn(fields, key) ? fields[key] : undefined;
        if (field) values.set(key, source.value(shapeOf(field), pair.value ?? emptyAt(pair.key)));
        else source.report(pair.key, `unknown key \`${key}\`${didYouMean(key, known)}`);
      }
      for (const key of known) {
        if (values.has(key)) continue;
        if (isRequired(fields[key]!)) source.report(node, `missing key \`${key}\``);
        for (const [, value] of absent(key, fields[key]!)) values.set(key, value);
      }
      const result = Object.fromEntries(values) as RecordOf<F>;
      source.place(result, node);
      return result;
    },
  };
}

function isRequired(field: Fields[string]): field is Shape<unknown> {
  return 'read' in field;
}

function shapeOf(field: Fields[string]): Shape<unknown> {
  if ('read' in field) return field;
  return 'optional' in field ? field.optional : field.shape;
}

function absent(key: string, field: Fields[string]): [string, unknown][] {
  if ('optional' in field) return [];
  return [[key, 'read' in field ? field.fallback : field.value]];
}

/** What stands for the value of a key without one. */
function emptyAt(key: YamlNode): YamlNode {
  const empty = new Scalar(null);
  empty.range = key.range ?? null;
  return empty;
}

/** What was read, made into something else that stands at the same place. */
export function mapped<T, U>(shape: Shape<T>, make: (value: T, source: Source) => U): Shape<U> {
  return {
    fallback: make(shape.fallback, new Source('', '')),
    read(node, source) {
      const value = shape.read(node, source);
      const made = make(value, source);
      if (isObject(value) && isObject(made)) source.placeLike(made, value);
      return made;
    },
  };
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

/** ` (did you mean …?)` where one of the words is near, else nothing. */
export function didYouMean(word: string, words: Iterable<string>): string {
  let best = '';
  let least = Math.min(3, Math.ceil(word.length / 3)) + 1;
  for (const candidate of words) {
    const distance = editDistance(word.toLowerCase(), candidate.toLowerCase(), least);
    if (distance < least) [best, least] = [candidate, distance];
  }
  return best === '' ? '' : ` (did you mean \`${best}\`?)`;
}

/** Levenshtein distance; `limit` where it is that much or more. */
function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) >= limit) return limit;
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      next[j] = Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1));
    }
    row = next;
  }
  return Math.min(row[b.length]!, limit);
}
