// This household's own identifiers, found in any spelling: the classifier `household`, and what the last look searches with.
import type { CategoryId, Finding } from '../model.js';
import { foldText } from '../text/fold.js';
import { Automaton, lower } from './aho-corasick.js';
import type { Search } from './aho-corasick-joint.js';
import { AutomatonPair } from './aho-corasick-pair.js';
import { CleanRuns } from './decoders/clean-runs.js';
import { RUN_MIN } from './decoders/runs.js';
import { type Spelling, spellingsOf } from './spellings/index.js';

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
  /** `digits`: these only. */
  readonly bounded: boolean | 'digits';
  /** Bounded at its beginning only. */
  readonly open: boolean;
  readonly length: number;
  /** The very letters, where capitals and small ones are not the same. */
  readonly cased: Uint8Array | undefined;
  readonly half: Spelling['half'];
  readonly until: string | undefined;
}

type Hit = (needle: Needle, start: number, end: number) => void;

const isWord = (b: number | undefined): boolean =>
  b !== undefined && ((b >= 0x30 && b <= 0x39) || (b >= 0x61 && b <= 0x7a) || (b >= 0x41 && b <= 0x5a));
/** A character in another spelling, at the end of a text: a percent sequence or an escape of JSON. */
const CODED = /%[0-9a-f]{2}$|\\u[0-9a-f]{4}$|\\[bfnrt]$/i;
const CODED_MAX = 6;
const isDigit = (b: number | undefined): boolean => b !== undefined && b >= 0x30 && b <= 0x39;
/** 1 for letters, digits and bytes of non-ASCII letters. */
const PACKED = Uint8Array.from({ length: 256 }, (_, b) => (isWord(b) || b >= 0x80 ? 1 : 0));
const SEPARATORS = PACKED.map((packed) => 1 - packed);

const NONE: Set<number> = new Set();
const NO_COUNTS = new Map<number, number>();

export class OwnIdentifiers {
  private readonly both: AutomatonPair;
  private readonly exactNeedles: Needle[] = [];
  private readonly packedNeedles: Needle[] = [];
  readonly empty: boolean;
  /** Runs in which none of them is hidden (hidden.ts). */
  readonly clean = new CleanRuns();
  readonly identifiers: readonly OwnIdentifier[];
  private readonly values: ReadonlySet<string>;

  /** @param known others beside these, whose search is made already: it takes some milliseconds for ten addresses. */
  constructor(
    own: readonly OwnIdentifier[],
    private readonly known?: OwnIdentifiers,
  ) {
    const before = known?.identifiers ?? [];
    this.identifiers = [...before, ...own];
    this.values = new Set(this.identifiers.map(({ value }) => value));
    const exact: Uint8Array[] = [];
    const packed: Uint8Array[] = [];
    own.forEach((one, i) => {
      const identifier = before.length + i;
      for (const { bytes, how, bounded, open = false, cased = false, half, until } of spellingsOf(one)) {
        const list = how === 'exact' ? this.exactNeedles : this.packedNeedles;
        (how === 'exact' ? exact : packed).push(bytes);
        list.push({ identifier, bounded, open, length: bytes.length, cased: cased ? bytes : undefined, half, until });
      }
    });
    this.both = new AutomatonPair(new Automaton(exact.map(lowered)), new Automaton(packed.map(lowered), SEPARATORS));
    this.empty = exact.length + packed.length === 0 && (known?.empty ?? true);
  }

  /** Whether these are all of them, in this order. */
  isOf(own: readonly OwnIdentifier[]): boolean {
    const { identifiers } = this;
    if (identifiers.length !== own.length) return false;
    return identifiers.every(({ category, value }, i) => category === own[i]!.category && value === own[i]!.value);
  }

  /** Whether exactly this spelling is one of them. */
  has(value: string): boolean {
    return this.values.has(value);
  }

  /**
   * Own identifiers inside a text, as findings on that text; overlapping ones once, the longest. Only spellings that stand in
   * the text as such: encodings are undone by the layers before, and searched again by the last look. `halves`: the last look has found
   * both halves of an address in the message, so that the second one counts.
   */
  find(text: string, halves = false): Finding[] {
    if (this.empty || text.length < 4) return [];
    const folded = foldWithMap(text);
    const bytes = Buffer.from(folded.text, 'utf8');
    const found: Finding[] = [];
    this.run(bytes, (needle, start, end) => {
      if (needle.half !== undefined && !(halves && needle.half === 'second')) return;
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
    const seen = new Map<number, number>();
    this.run(bytes, ({ identifier, half }, start, end) => {
      if (half !== undefined) {
        const both = (seen.get(identifier) ?? 0) | (half === 'first' ? 1 : 2);
        seen.set(identifier, both);
        if (both !== 3) return;
        seen.delete(identifier);
      }
      if (counts === NO_COUNTS) counts = new Map();
      if (start < (ends.get(identifier) ?? 0)) return;
      ends.set(identifier, end);
      counts.set(identifier, (counts.get(identifier) ?? 0) + 1);
    });
    return counts;
  }

  /** The own identifiers (indices into `identifiers`) that stand in bytes that were decoded, and may be anything. */
  inside(bytes: Uint8Array): ReadonlySet<number> {
    let found = NONE;
    this.runApart(bytes, ({ identifier, half }) => {
      if (half !== undefined) return; // random bytes have them too often
      if (found === NONE) found = new Set();
      found.add(identifier);
    });
    return found;
  }

  /** Both automata in one pass: one over all bytes, one over letters, digits and non-ASCII bytes only. */
  private run(bytes: Uint8Array, hit: Hit): void {
    this.known?.run(bytes, hit);
    const search = this.both.start(bytes);
    while (this.both.advance(search)) this.take(search, hit);
  }

  private runApart(bytes: Uint8Array, hit: Hit): void {
    this.known?.runApart(bytes, hit);
    const search = this.both.startApart(bytes);
    while (this.both.advanceApart(search)) this.take(search, hit);
  }

  private take(search: Search, hit: Hit): void {
    const last = search.i;
    const { first, second } = this.both.take(search);
    this.told(first, this.exactNeedles, search.bytes, last, hit, exactStart);
    this.told(second, this.packedNeedles, search.bytes, last, hit, packedStart);
  }

  private told(
    found: readonly number[],
    needles: readonly Needle[],
    bytes: Uint8Array,
    last: number,
    hit: Hit,
    startOf: (bytes: Uint8Array, last: number, length: number) => number,
  ): void {
    for (const n of found) {
      const needle = needles[n]!;
      const start = startOf(bytes, last, needle.length);
      if (needle.cased !== undefined && !isAsWritten(needle.cased, bytes, start)) continue;
      if (needle.bounded && !isBounded(needle, bytes, start, last)) continue;
      const end = needle.until === undefined ? last + 1 : endOf(needle.until, bytes, last + 1);
      if (end >= 0) hit(needle, start, end);
    }
  }
}

/** Do other characters stand around it? One that is written as `%22`, `\u0022` or `\n` is no letter or digit by its last character. */
function isBounded({ bounded, open }: Needle, bytes: Uint8Array, start: number, last: number): boolean {
  const isPart = bounded === 'digits' ? isDigit : isWord;
  if (!open && isPart(bytes[last + 1])) return false;
  return (
    !isPart(bytes[start - 1]) || CODED.test(Buffer.from(bytes.subarray(Math.max(0, start - CODED_MAX), start)).toString('latin1'))
  );
}

/** Are these the very letters, in a run that is too short to be decoded? */
function isAsWritten(letters: Uint8Array, bytes: Uint8Array, start: number): boolean {
  if (letters.some((byte, i) => bytes[start + i] !== byte)) return false;
  let from = start;
  let end = start + letters.length;
  while (from > 0 && end - from < RUN_MIN && isWord(bytes[from - 1])) from -= 1;
  while (end - from < RUN_MIN && isWord(bytes[end])) end += 1;
  return end - from < RUN_MIN;
}

/** Where `text` ends, to which at most `TAG_MAX` characters of a tag lead; -1 where none do. */
function endOf(text: string, bytes: Uint8Array, from: number): number {
  const behind = Buffer.from(bytes.subarray(from, from + TAG_MAX + 3 * text.length))
    .toString('latin1')
    .toLowerCase();
  for (const end of [text, encodeURIComponent(text)]) {
    const at = behind.indexOf(end);
    const stop = at + end.length;
    if (at >= 0 && /^[\w.%+-]*$/.test(behind.slice(0, at)) && !isWord(bytes[from + stop])) return from + stop;
  }
  return -1;
}

const TAG_MAX = 64;

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
