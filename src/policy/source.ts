// One YAML file being read: its nodes, its faults, and where everything stands.
import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  visit,
  type YAMLMap,
  type Node as YamlNode,
} from 'yaml';
import { HubError } from '../errors.js';

/** `line` and `column` count from 1, columns in UTF-16 units. */
export interface Position {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

export interface Fault extends Position {
  readonly message: string;
  /**
   * True: the rules can be used, and this should not be left in them. `hubsieve check` names it as it names a fault, and a file that has it
   * is not added; rules that are in use already go on, so that a newer version of the hub does not stop a home.
   */
  readonly isRemark?: boolean;
}

/** Takes a fault. */
export type Report = (at: Position, message: string) => void;

/** Thrown through the reading of rules once as many faults are found as are told: looking for more would take time for nothing. */
export class Enough extends Error {}

/** Reads a node of the tree; always gives a value (policy/schema.ts). */
export interface Reader<T> {
  readonly fallback: T;
  read(node: YamlNode, source: Source): T;
}

/** Faults of the text that leave its structure as it is: reading goes on after them. */
const HARMLESS_TO_STRUCTURE = new Set(['DUPLICATE_KEY', 'TAG_RESOLVE_FAILED']);

type NodeMap = YAMLMap<YamlNode, YamlNode | null>;
type NodePair = NodeMap['items'][number];

function isMerge({ key }: NodePair): boolean {
  return isScalar(key) && key.value === '<<' && key.type === 'PLAIN';
}

/** A key that is no scalar has none: printed, one of thirty keys inside each other comes to gigabytes. */
function nameOf({ key }: NodePair): string | undefined {
  return isScalar(key) ? String(key.value) : undefined;
}

/** One YAML file being read; gathers its faults, and where every object it gave stands. */
export class Source {
  readonly faults: Fault[] = [];
  private readonly lines = new LineCounter();
  private readonly places = new WeakMap<object, ReadonlyMap<string, Position>>();
  private readonly document;

  /**
   * `file`: the name in faults. `label`: the name that a rule keeps, the same wherever the rules are installed. `most`: faults that are
   * told; reading throws `Enough` behind them.
   */
  constructor(
    readonly file: string,
    text: string,
    readonly label = file,
    private readonly most = Number.POSITIVE_INFINITY,
  ) {
    try {
      this.document = parseDocument(text, { lineCounter: this.lines, prettyErrors: false, strict: true, uniqueKeys: true });
    } catch (cause) {
      // The library recurses without a bound of its own.
      throw new HubError('rules', `${file}: nested too deep`, { cause });
    }
  }

  /** Reads the whole file. Where the YAML itself is broken only that is reported. */
  read<T>(shape: Reader<T>): T {
    const { errors, warnings, contents } = this.document;
    for (const { message, pos, code } of [...errors, ...warnings])
      this.reportAt(pos[0], (code === 'DUPLICATE_KEY' ? this.equalKeys(pos[0]) : undefined) ?? message);
    if (errors.some(({ code }) => !HARMLESS_TO_STRUCTURE.has(code))) return shape.fallback;
    if (contents === null) {
      this.reportAt(0, 'the file is empty');
      return shape.fallback;
    }
    return this.value(shape, contents as YamlNode);
  }

  /** Says which of two equal keys is meant: the one at `offset`, and the line of the first. */
  private equalKeys(offset: number): string | undefined {
    let said: string | undefined;
    visit(this.document as Document, {
      Map: (_, map) => {
        const keys = (map as NodeMap).items.map(({ key }) => key);
        const second = keys.find((key) => key.range?.[0] === offset);
        const first = keys.find((key) => isScalar(key) && isScalar(second) && key !== second && key.value === second.value);
        if (first === undefined || !isScalar(first)) return undefined;
        said = `key \`${String(first.value)}\` stands here a second time: first at line ${this.position(first.range?.[0] ?? 0).line}`;
        return visit.BREAK;
      },
    });
    return said;
  }

  /** Reads a node, looking through an alias. */
  value<T>(shape: Reader<T>, node: YamlNode): T {
    if (!isAlias(node)) return shape.read(node, this);
    const target = node.resolve(this.document);
    if (target) return shape.read(target, this);
    this.report(node, `no anchor \`&${node.source}\` before this alias`);
    return shape.fallback;
  }

  /** The pairs of a map; `<<: *anchor` (or a list of them) brings those of another map whose keys it has not itself. */
  pairs(map: NodeMap): NodePair[] {
    const own = map.items.filter((pair) => !isMerge(pair));
    const has = new Set(own.map(nameOf));
    for (const { value } of map.items.filter(isMerge)) {
      for (const node of isSeq<YamlNode>(value) ? value.items : [value]) {
        const other = isAlias(node) ? node.resolve(this.document) : node;
        if (!isMap<YamlNode, YamlNode | null>(other)) this.report(node ?? map, '`<<` takes an alias of a map');
        else own.push(...other.items.filter((pair) => !has.has(nameOf(pair))));
      }
    }
    return own;
  }

  report(node: YamlNode, message: string, columns = 0): void {
    this.reportAt((node.range?.[0] ?? 0) + columns, message);
  }

  reportAt(offset: number, message: string): void {
    this.faults.push({ ...this.position(offset), message });
    if (this.faults.length >= this.most) throw new Enough();
  }

  /** Remembers where an object and its members stand. */
  place(object: object, map: YAMLMap): void {
    const places = new Map([['', this.position(map.range?.[0] ?? 0)]]);
    for (const { key } of map.items) {
      if (isScalar(key)) places.set(String(key.value), this.position(key.range?.[0] ?? 0));
    }
    this.places.set(object, places);
  }

  /** Remembers where an object stands that was made out of one scalar. */
  placeScalar(object: object, scalar: YamlNode): void {
    this.places.set(object, new Map([['', this.position(scalar.range?.[0] ?? 0)]]));
  }

  /** An object made out of another one stands where that stood. */
  placeLike(object: object, original: object): void {
    const places = this.places.get(original);
    if (places) this.places.set(object, places);
  }

  /** Where an object that this file gave stands, or its member `key`. */
  placeOf(object: object, key = ''): Position {
    const places = this.places.get(object);
    return places?.get(key) ?? places?.get('') ?? this.position(0);
  }

  position(offset: number): Position {
    const { line, col } = this.lines.linePos(offset);
    return { file: this.file, line: Math.max(line, 1), column: Math.max(col, 1) };
  }
}

/** A file that was read, with the source that knows where its parts stand. */
export interface ReadFile<T> {
  readonly source: Source;
  readonly content: T;
}
