// This household's own identifiers, found in any spelling: the classifier `household`, and what the last look searches with.
import type { CategoryId, Finding } from '../model.js';
import { Automaton, lower } from './automaton.js';
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
  readonly length: number;
}

const isWord = (b: number | undefined): boolean =>
  b !== undefined && ((b >= 0x30 && b <= 0x39) || (b >= 0x61 && b <= 0x7a) || (b >= 0x41 && b <= 0x5a));
const isPacked = (b: number): boolean => isWord(b) || b >= 0x80;

export class OwnIdentifiers {
  private readonly exact: Automaton;
  private readonly packed: Automaton;
  private readonly exactNeedles: Needle[] = [];
  private readonly packedNeedles: Needle[] = [];
  readonly empty: boolean;

  constructor(readonly identifiers: readonly OwnIdentifier[]) {
    const exact: Uint8Array[] = [];
    const packed: Uint8Array[] = [];
    identifiers.forEach((own, identifier) => {
      for (const { bytes, how, bounded } of spellingsOf(own)) {
        const list = how === 'exact' ? this.exactNeedles : this.packedNeedles;
        (how === 'exact' ? exact : packed).push(bytes);
        list.push({ identifier, bounded, length: bytes.length });
      }
    });
    this.exact = new Automaton(exact.map(lowered));
    this.packed = new Automaton(packed.map(lowered));
    this.empty = exact.length + packed.length === 0;
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
    const counts = new Map<number, number>();
    if (this.empty) return counts;
    const ends = new Map<number, number>();
    this.run(bytes, ({ identifier }, start, end) => {
      if (start < (ends.get(identifier) ?? 0)) return;
      ends.set(identifier, end);
      counts.set(identifier, (counts.get(identifier) ?? 0) + 1);
    });
    return counts;
  }

  /** Both automata in one pass: one over all bytes, one over letters, digits and non-ASCII bytes only. */
  private run(bytes: Uint8Array, hit: (needle: Needle, start: number, end: number) => void): void {
    let state = 0;
    let packed = 0;
    // Where the last packed characters stood, to know where a packed match began.
    let places: number[] | undefined;
    for (let i = 0; i < bytes.length; i += 1) {
      const b = bytes[i]!;
      state = this.exact.step(state, b);
      if (this.exact.ending(state)) {
        for (const n of this.exact.needles(state)) {
          const needle = this.exactNeedles[n]!;
          const start = i + 1 - needle.length;
          if (!needle.bounded || (!isWord(bytes[start - 1]) && !isWord(bytes[i + 1]))) hit(needle, start, i + 1);
        }
      }
      if (!isPacked(b)) continue;
      packed = this.packed.step(packed, b);
      if (!this.packed.ending(packed)) continue;
      places ??= packedPlaces(bytes, i);
      while (places.length === 0 || places.at(-1)! < i) places.push(nextPacked(bytes, (places.at(-1) ?? -1) + 1));
      for (const n of this.packed.needles(packed)) {
        const needle = this.packedNeedles[n]!;
        const start = places[places.length - needle.length]!;
        if (!needle.bounded || (!isWord(bytes[start - 1]) && !isWord(bytes[i + 1]))) hit(needle, start, i + 1);
      }
    }
  }
}

function lowered(bytes: Uint8Array): Uint8Array {
  return bytes.map(lower);
}

function nextPacked(bytes: Uint8Array, from: number): number {
  let at = from;
  while (!isPacked(bytes[at]!)) at += 1;
  return at;
}

function packedPlaces(bytes: Uint8Array, until: number): number[] {
  const places: number[] = [];
  for (let i = 0; i <= until; i += 1) if (isPacked(bytes[i]!)) places.push(i);
  return places;
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
