// This household's own identifiers, found in any spelling: the classifier `household`, and what the last look searches with.
import type { CategoryId, Finding } from '../model.js';
import { Automaton, lower } from './automaton.js';
import { AutomatonPair } from './automaton-pair.js';
import { foldText } from './fold.js';
import { spellingsOf } from './spellings.js';

/** Something of this home, told in the config or found out. */
export interface OwnIdentifier {
  readonly category: CategoryId;
  readonly value: string;
}

/** A hit of the last look: which identifier (an index into `identifiers`), never its value. */
export interface OwnHit {
  readonly identifier: number;
  readonly end: number;
}

interface Needle {
  readonly identifier: number;
  /** The characters beside it must not be letters or digits (192.168.1.2 is not in 192.168.1.20). */
  readonly bounded: boolean;
  /** Bounded at its beginning only. */
  readonly open: boolean;
  readonly length: number;
}

const isWord = (b: number | undefined): boolean =>
  b !== undefined && ((b >= 0x30 && b <= 0x39) || (b >= 0x61 && b <= 0x7a) || (b >= 0x41 && b <= 0x5a));
/** 1 for letters, digits and bytes of non-ASCII letters. */
const PACKED = Uint8Array.from({ length: 256 }, (_, b) => (isWord(b) || b >= 0x80 ? 1 : 0));
const SEPARATORS = PACKED.map((packed) => 1 - packed);

const NO_COUNTS = new Map<number, number>();

export class OwnIdentifiers {
  private readonly both: AutomatonPair;
  private readonly exactNeedles: Needle[] = [];
  private readonly packedNeedles: Needle[] = [];
  readonly empty: boolean;
  private readonly values: ReadonlySet<string>;

  constructor(readonly identifiers: readonly OwnIdentifier[]) {
    this.values = new Set(identifiers.map(({ value }) => value));
    const exact: Uint8Array[] = [];
    const packed: Uint8Array[] = [];
    identifiers.forEach((own, identifier) => {
      for (const { bytes, how, bounded, open = false } of spellingsOf(own)) {
        const list = how === 'exact' ? this.exactNeedles : this.packedNeedles;
        (how === 'exact' ? exact : packed).push(bytes);
        list.push({ identifier, bounded, open, length: bytes.length });
      }
    });
    this.both = new AutomatonPair(new Automaton(exact.map(lowered)), new Automaton(packed.map(lowered), SEPARATORS));
    this.empty = exact.length + packed.length === 0;
  }

  /** Whether exactly this spelling is one of them. */
  has(value: string): boolean {
    return this.values.has(value);
  }

  /**
   * Own identifiers inside a text, as findings on that text; overlapping ones once, the longest. Only spellings that stand in
   * the text as such: encodings are undone by the layers before, and searched again by the last look.
   */
  find(text: string): Finding[] {
    if (this.empty || text.length < 4) return [];
    const folded = foldWithMap(text);
    const bytes = Buffer.from(folded.text, 'utf8');
    const found: Finding[] = [];
    this.run(bytes, (needle, start, end) => {
      const own = this.identifiers[needle.identifier]!;
      const at = folded.index(bytes, start);
      const to = folded.index(bytes, end);
      found.push({ category: own.category, start: at, end: to, canonical: `own:${needle.identifier}`, strength: 'certain' });
    });
    return disjoint(found);
  }

  /** How often each own identifier stands in `bytes`, in any spelling (the larger count of both ways of looking). */
  count(bytes: Uint8Array): Map<number, number> {
    let counts = NO_COUNTS;
    if (this.empty) return counts;
    const ends = new Map<number, number>();
    this.run(bytes, ({ identifier }, start, end) => {
      if (counts === NO_COUNTS) counts = new Map();
      if (start < (ends.get(identifier) ?? 0)) return;
      ends.set(identifier, end);
      counts.set(identifier, (counts.get(identifier) ?? 0) + 1);
    });
    return counts;
  }

  /** Both automata in one pass: one over all bytes, one over letters, digits and non-ASCII bytes only. */
  private run(bytes: Uint8Array, hit: (needle: Needle, start: number, end: number) => void): void {
    const search = this.both.start(bytes);
    while (this.both.advance(search)) {
      const last = search.i;
      const { first, second } = this.both.take(search);
      this.told(first, this.exactNeedles, bytes, last, hit, exactStart);
      this.told(second, this.packedNeedles, bytes, last, hit, packedStart);
    }
  }

  private told(
    found: readonly number[],
    needles: readonly Needle[],
    bytes: Uint8Array,
    last: number,
    hit: (needle: Needle, start: number, end: number) => void,
    startOf: (bytes: Uint8Array, last: number, length: number) => number,
  ): void {
    for (const n of found) {
      const needle = needles[n]!;
      const start = startOf(bytes, last, needle.length);
      if (!needle.bounded || (!isWord(bytes[start - 1]) && (needle.open || !isWord(bytes[last + 1]))))
        hit(needle, start, last + 1);
    }
  }
}

function exactStart(_bytes: Uint8Array, last: number, length: number): number {
  return last + 1 - length;
}

/** Where the packed characters that end at `last` began: `length` of them back, whatever stands between. */
function packedStart(bytes: Uint8Array, last: number, length: number): number {
  let left = length;
  let at = last;
  for (; at >= 0; at -= 1) if (PACKED[bytes[at]!] === 1 && (left -= 1) === 0) return at;
  return 0;
}

function lowered(bytes: Uint8Array): Uint8Array {
  return bytes.map(lower);
}

/** The text folded, and a way back from a byte of its UTF-8 form to a UTF-16 index of the text as it was. */
function foldWithMap(text: string): { text: string; index(bytes: Uint8Array, at: number): number } {
  if (/^[\x20-\x7e]*$/.test(text)) return { text, index: (_, at) => at };
  const starts: number[] = [];
  let out = '';
  let at = 0;
  for (const letter of text) {
    const folded = foldText(letter);
    for (let i = 0; i < Buffer.byteLength(folded); i += 1) starts.push(at);
    out += folded;
    at += letter.length;
  }
  return { text: out, index: (_, byte) => starts[byte] ?? text.length };
}

/** Findings without overlaps: the earlier and longer one stays. */
function disjoint(found: Finding[]): Finding[] {
  const sorted = found.sort((a, b) => a.start - b.start || b.end - a.end);
  const out: Finding[] = [];
  for (const f of sorted) {
    const last = out.at(-1);
    if (last === undefined || f.start >= last.end) out.push(f);
    else if (f.end > last.end) out[out.length - 1] = { ...last, end: f.end };
  }
  return out;
}
