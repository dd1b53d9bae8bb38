// Asks the recognizers of values about one text: those whose prefilter lets it through. What they find is put in order, without overlaps.
import type { CategoryId, Finding } from '../model.js';
import { FLOOR } from '../model.js';
import { type Folded, foldLookalikes } from '../text/lookalikes.js';
import type { ValueRecognizer } from './evidence.js';
import type { ValueKit } from './kit.js';
import { admits, meets, traitsOf, WIDE } from './prefilter.js';
import { VALUE_RECOGNIZERS, type ValueRecognizerId } from './registry.js';

/** A finding with the name of the recognizer that found it. */
export interface Found extends Finding {
  readonly recognizer: ValueRecognizerId;
}

/** Those that read what a text calls by its name, or a log's line names. */
export const LABELLED: ReadonlySet<ValueRecognizerId> = new Set<ValueRecognizerId>(['labelledText', 'logLine']);

/** Those that read a number's literal as well, where its name makes it an id. */
export const NUMERIC: ReadonlySet<ValueRecognizerId> = new Set<ValueRecognizerId>(['macDecimal']);

const NOTHING: readonly Found[] = Object.freeze([]);
/** A date, with or without time and zone: the commonest value with many digits, and never more than that. */
const TIMESTAMP =
  /^(?:19|20)\d\d([-/.]?)(?:0[1-9]|1[0-2])\1(?:0[1-9]|[12]\d|3[01])(?:[T _-][0-2]\d:?[0-5]\d(?::?[0-6]\d(?:[.,]\d{1,9})?)?\s?(?:Z|[+-][01]\d:?[0-5]\d)?)?$/;

type Candidate = readonly [ValueRecognizerId, ValueRecognizer];

/** Masks of traits whose candidates are kept; those of other masks are looked up each time. */
const CANDIDATES_MAX = 4096;

export class ValueRecognizers {
  readonly all: readonly Candidate[];
  private readonly shortest: number;
  private readonly candidates = new Map<number, readonly Candidate[]>();

  constructor(kit: ValueKit) {
    const ids = Object.keys(VALUE_RECOGNIZERS) as ValueRecognizerId[];
    this.all = ids.map((id) => {
      const made = VALUE_RECOGNIZERS[id];
      return [id, typeof made === 'function' ? made(kit) : made];
    });
    this.shortest = Math.min(...this.all.map(([, { prefilter }]) => prefilter.minLength));
  }

  /** Could anything be found in a text with these traits? Cheap, and true for all texts beyond ASCII, whose look-alikes are not folded yet. */
  mayHold(text: string, traits: number): boolean {
    if (text.length < this.shortest) return false;
    if ((traits & WIDE) !== 0) return true;
    for (const [, { prefilter }] of this.candidatesFor(traits)) if (admits(prefilter, text)) return !TIMESTAMP.test(text);
    return false;
  }

  /**
   * Everything identifying in a text, sorted by start and without overlaps: of two that overlap the one of the floor's category stays, then
   * what stands on its own, then the longer, then the earlier in the registry. `only`: nobody else is asked. A constant empty array where
   * there is nothing. Throws `too_many_fields` (recognize/value/labelled-text.ts).
   */
  findIdentifiers(text: string, only?: ReadonlySet<ValueRecognizerId>): readonly Found[] {
    if (text.length < this.shortest || TIMESTAMP.test(text)) return NOTHING;
    const traits = traitsOf(text);
    const folded = (traits & WIDE) === 0 ? undefined : foldLookalikes(text);
    if (folded === undefined) return this.find(text, traits, only);
    return unfold(this.find(folded.text, traitsOf(folded.text), only), folded, text);
  }

  /** Those whose prefilter these traits meet, in the registry's order. Texts of one device have a few dozen masks. */
  private candidatesFor(traits: number): readonly Candidate[] {
    let found = this.candidates.get(traits);
    if (found === undefined) {
      found = this.all.filter(([, { prefilter }]) => meets(prefilter, traits));
      if (this.candidates.size < CANDIDATES_MAX) this.candidates.set(traits, found);
    }
    return found;
  }

  private find(text: string, traits: number, only: ReadonlySet<ValueRecognizerId> | undefined): readonly Found[] {
    let found: Found[] | undefined;
    const out: Finding[] = [];
    for (const [recognizer, { prefilter, recognize }] of this.candidatesFor(traits)) {
      if ((only !== undefined && !only.has(recognizer)) || !admits(prefilter, text)) continue;
      recognize(text, out, traits);
      for (const finding of out) (found ??= []).push({ ...finding, recognizer });
      out.length = 0;
    }
    if (found === undefined) return NOTHING;
    return found.length === 1 ? found : settle(found);
  }
}

/** Spans in the text as it was written. A Cyrillic name is itself, not its Latin look-alike. */
function unfold(found: readonly Found[], folded: Folded, text: string): readonly Found[] {
  return found.map((one) => {
    const start = folded.starts[one.start]!;
    const end = folded.ends[one.end - 1]!;
    const written = text.slice(start, end);
    if (one.category === 'email') return { ...one, start, end, canonical: `email:${written.normalize('NFKC').toLowerCase()}` };
    return { ...one, start, end, canonical: one.canonical.startsWith('text:') ? `text:${written}` : one.canonical };
  });
}

function rank(category: CategoryId): number {
  if (FLOOR.has(category)) return 2;
  return category === 'credential' ? 1 : 0;
}

/** Which of two overlapping findings counts; 0: the earlier in the registry. */
function compare(a: Finding, b: Finding): number {
  const bySecret = rank(b.category) - rank(a.category);
  if (bySecret !== 0) return bySecret;
  const [weakA, weakB] = [a.strength === 'weak', b.strength === 'weak'];
  return weakA === weakB ? b.end - b.start - (a.end - a.start) : weakA ? 1 : -1;
}

/** Takes the best first and what does not overlap it after. `kept` stays sorted, so that each place is found by halving. */
function settle(found: readonly Found[]): readonly Found[] {
  const kept: Found[] = [];
  for (const one of [...found].sort(compare)) {
    let low = 0;
    let high = kept.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (kept[middle]!.start < one.start) low = middle + 1;
      else high = middle;
    }
    const free = (kept[low - 1]?.end ?? 0) <= one.start && (kept[low]?.start ?? one.end) >= one.end;
    if (free) kept.splice(low, 0, one);
  }
  return kept;
}
