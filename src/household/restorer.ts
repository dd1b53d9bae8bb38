// Finds a service's pseudonyms in a text, in whatever notation they come back, and puts the originals in their place. One pass,
// and its cost does not grow with their number: a table of their first four characters says where to look closer.

import type { CipherKey } from '../model.js';

/** What left instead of what. */
export interface Pair {
  readonly original: string;
  readonly pseudonym: string;
}

/**
 * Shorter ones are never looked for inside a text: `4821` stands in prose, prices and times by chance. With `WHOLE_MIN` letters and
 * digits they count where they are the whole value; a stand-in of one to three characters cannot be told from any number.
 */
const INSIDE_UNITS = 8;
const WHOLE_MIN = 4;
/** From here on (48 bits, a MAC) a stand-in is found with any separators, and glued to other letters, as it may have left. */
const SURE_MIN = 12;
/** Characters that the table looks at. */
const HEAD = 4;
/** Most separators between two of those: more is another text. */
const HEAD_GAP = 8;
const ALPHABET = 36;
/** How far before a match the `://` of an address may stand: host names end at 253 characters (RFC 1035 2.3.4). */
const AUTHORITY_UNITS = 300;

/** 1–36 for an ASCII digit or letter, case folded; 0 for everything else. */
const SLOTS = new Uint8Array(128);
for (let i = 0; i < 10; i++) SLOTS[0x30 + i] = 1 + i;
for (let i = 0; i < 26; i++) SLOTS[0x41 + i] = SLOTS[0x61 + i] = 11 + i;
const LAST_DIGIT_SLOT = 10;

function slotAt(text: string, index: number): number {
  const code = text.charCodeAt(index); // NaN past the end
  return code < 128 ? SLOTS[code]! : 0;
}

/** Separators inside one identifier: `02:ab`, `02-ab`, `02ab.cdef`, `02_ab`, `02 ab`. */
function isJoint(code: number): boolean {
  return code === 0x3a || code === 0x2d || code === 0x2e || code === 0x5f || code === 0x20;
}

interface Entry {
  readonly pair: Pair;
  /** Slots of the pseudonym's letters and digits. */
  readonly slots: readonly number[];
  /** Units before its first letter or digit (`+` of a phone number). */
  readonly lead: number;
  /** Letters and digits of the original, where the pseudonym has its shape and can so be told in other notations. */
  readonly fill: string | undefined;
  readonly kind: 'digits' | 'mixed';
}

interface Match {
  readonly entry: Entry;
  readonly start: number;
  readonly end: number;
}

/** The way down for one service. Pairs come and go; a text is looked at as they are then. */
export class Restorer {
  private readonly entries = new Map<string, Entry>();
  private readonly byHead = new Map<number, Entry[]>();
  /** Which two first characters any pseudonym has; never taken back, as it only saves a look. */
  private readonly firstTwo = new Uint8Array((ALPHABET + 1) ** 2);

  /** Changes with each pair that comes or goes. */
  version = 0;

  /** @param touch told of each pair that is used. @param keys of devices, for answers that are encrypted for them. */
  constructor(
    readonly touch: (pair: Pair) => void = () => undefined,
    readonly keys: readonly CipherKey[] = [],
  ) {}

  /** All pairs, as plain data. */
  pairs(): Pair[] {
    return [...this.entries.values()].map(({ pair: { original, pseudonym } }) => ({ original, pseudonym }));
  }

  /** Nothing to restore: whoever holds a text need not even read it. */
  get empty(): boolean {
    return this.byHead.size === 0;
  }

  /** Adds a pair, in place of one with the same pseudonym. One that is too short to be recognized is not looked for. */
  add(pair: Pair): void {
    this.remove(pair.pseudonym);
    this.version += 1;
    const entry = entryOf(pair);
    if (entry === undefined) return;
    const head = headAt(pair.pseudonym, entry.lead);
    if (head < 0) return;
    this.entries.set(pair.pseudonym, entry);
    const bucket = this.byHead.get(head);
    if (bucket === undefined) this.byHead.set(head, [entry]);
    else bucket.push(entry);
    this.firstTwo[entry.slots[0]! * (ALPHABET + 1) + entry.slots[1]!] = 1;
  }

  remove(pseudonym: string): void {
    const entry = this.entries.get(pseudonym);
    if (entry === undefined) return;
    this.version += 1;
    this.entries.delete(pseudonym);
    const head = headAt(pseudonym, entry.lead);
    const rest = this.byHead.get(head)!.filter((other) => other !== entry);
    if (rest.length === 0) this.byHead.delete(head);
    else this.byHead.set(head, rest);
  }

  /**
   * The text (one value, or prose) with originals in place of pseudonyms; the very same string where there are none. `write` says how
   * an original is written there: escaped, or `undefined` where it cannot be, and the pseudonym stays.
   */
  restore(text: string, write?: (original: string) => string | undefined): string {
    if (this.empty || text.length < WHOLE_MIN) return text;
    let out = '';
    let done = 0;
    for (let at = 0; at < text.length; at++) {
      const first = slotAt(text, at);
      if (first === 0) continue;
      const match = this.matchAt(text, at, first, done);
      if (match === undefined) continue;
      const original = rendered(text.slice(match.start, match.end), match.entry);
      const written = write === undefined ? original : write(original);
      if (written === undefined) continue;
      this.touch(match.entry.pair);
      out += text.slice(done, match.start) + written;
      done = match.end;
      at = match.end - 1;
    }
    return done === 0 ? text : out + text.slice(done);
  }

  /** The longest pseudonym whose first letter or digit stands at `at`; the one in the very same letters before others. */
  private matchAt(text: string, at: number, first: number, done: number): Match | undefined {
    const next = nextSlot(text, at + 1);
    if (next < 0 || this.firstTwo[first * (ALPHABET + 1) + slotAt(text, next)] === 0) return undefined;
    const bucket = this.byHead.get(headAt(text, at));
    if (bucket === undefined) return undefined;
    let best: Match | undefined;
    for (const entry of bucket) {
      const start = at - entry.lead;
      const end = start < done ? -1 : endOf(text, start, entry);
      if (end < 0 || !fits(text, start, end, entry)) continue;
      const better = best === undefined || end > best.end || (end === best.end && text.startsWith(entry.pair.pseudonym, start));
      if (better) best = { entry, start, end };
    }
    return best !== undefined && !inAuthority(text, best.start) ? best : undefined;
  }
}

function entryOf(pair: Pair): Entry | undefined {
  const { original, pseudonym } = pair;
  const slots: number[] = [];
  let lead = -1;
  for (let i = 0; i < pseudonym.length; i++) {
    const slot = slotAt(pseudonym, i);
    if (slot === 0) continue;
    if (lead < 0) lead = i;
    slots.push(slot);
  }
  if (slots.length < WHOLE_MIN || original === pseudonym) return undefined;
  const fill = shapeOf(original) === shapeOf(pseudonym) ? original.replace(/[^0-9A-Za-z]/g, '') : undefined;
  return { pair, slots, lead, fill, kind: slots.every((slot) => slot <= LAST_DIGIT_SLOT) ? 'digits' : 'mixed' };
}

/** Where letters and digits stand, and what else. */
function shapeOf(text: string): string {
  return text.replace(/[0-9A-Za-z]/g, 'x');
}

function nextSlot(text: string, from: number): number {
  const end = Math.min(text.length, from + HEAD_GAP);
  for (let at = from; at < end; at++) if (slotAt(text, at) !== 0) return at;
  return -1;
}

/** The first four letters and digits from `at` on as one number; -1 where there are not so many. */
function headAt(text: string, at: number): number {
  let head = slotAt(text, at);
  for (let i = 1; i < HEAD; i++) {
    at = nextSlot(text, at + 1);
    if (at < 0) return -1;
    head = head * (ALPHABET + 1) + slotAt(text, at);
  }
  return head;
}

/** Where the pseudonym that begins at `start` ends; -1 where it is not there. */
function endOf(text: string, start: number, entry: Entry): number {
  const { pseudonym } = entry.pair;
  if (start < 0) return -1;
  if (sameFolded(text, start, pseudonym)) return start + pseudonym.length;
  if (entry.fill === undefined || entry.slots.length < SURE_MIN || entry.lead !== 0) return -1;
  let at = start;
  for (const [index, slot] of entry.slots.entries()) {
    if (index > 0 && isJoint(text.charCodeAt(at))) at++;
    if (slotAt(text, at) !== slot) return -1;
    at++;
  }
  return at;
}

function sameFolded(text: string, start: number, pseudonym: string): boolean {
  if (start + pseudonym.length > text.length) return false;
  for (let i = 0; i < pseudonym.length; i++) {
    const slot = slotAt(pseudonym, i);
    if (slot === 0 ? text.charCodeAt(start + i) !== pseudonym.charCodeAt(i) : slotAt(text, start + i) !== slot) return false;
  }
  return true;
}

/** Does it stand there as a word of its own, as far as it must? */
function fits(text: string, start: number, end: number, { pair, slots, fill, kind }: Entry): boolean {
  if (pair.pseudonym.length < INSIDE_UNITS) return text.slice(0, start).trim() === '' && text.slice(end).trim() === '';
  const before = start === 0 ? 0 : slotAt(text, start - 1);
  const after = slotAt(text, end);
  if (slots.length < SURE_MIN || fill === undefined) return before === 0 && after === 0;
  if (kind === 'mixed') return true;
  const isDigit = (slot: number): boolean => slot >= 1 && slot <= LAST_DIGIT_SLOT;
  return !isDigit(before) && !isDigit(after);
}

/** Inside the host of a URL an original would go out to name servers, in the clear: there the pseudonym stays. */
function inAuthority(text: string, start: number): boolean {
  const from = Math.max(0, start - AUTHORITY_UNITS);
  const before = text.slice(from, start);
  const slashes = before.lastIndexOf('://');
  return slashes >= 0 && !/[/?#\s"'<>\\]/.test(before.slice(slashes + 3));
}

/** The original as the device wrote it; where the pseudonym came back in another notation or case, in that one. */
function rendered(found: string, { pair, fill }: Entry): string {
  if (found === pair.pseudonym || fill === undefined) return pair.original;
  const upper = /[A-Z]/.test(found) && !/[a-z]/.test(found);
  const lower = /[a-z]/.test(found) && !/[A-Z]/.test(found);
  const letters = upper ? fill.toUpperCase() : lower ? fill.toLowerCase() : fill;
  let at = 0;
  return found.replace(/[0-9A-Za-z]/g, () => letters[at++]!);
}
