// Runs of letters, digits and marks that may be base64, hexadecimal, base32 or base58, each decoded from every character at which it
// could begin: whatever stands before and behind it, what it holds is read.

import { PART, type Sink } from './buffer.js';
import type { CleanRuns } from './clean-runs.js';
import { undoBase32, undoBase58 } from './radix.js';

/**
 * Shortest run looked into in what leaves: what a home is called by takes as many characters in two encodings (`1.2.3.4` in base64
 * twice), and in one it is known by its spelling (spellings.ts). And in what was decoded: the six bytes of an address in base32.
 */
export const RUN_MIN = 16;
export const INNER_RUN_MIN = 10;
/** Fewest hexadecimal digits decoded: fewer are known by their spelling. */
const HEX_MIN = 14;
/** Most characters of white space, separators and quotes inside a run, and fewest of it between two such gaps. */
const GAP_MAX = 8;
const PIECE_MIN = 4;

/** Values of both base64 alphabets (RFC 4648 sections 4 and 5); -1 for other bytes. */
const SEXTETS = new Int8Array(256).fill(-1);
'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'.split('').forEach((letter, i) => {
  SEXTETS[letter.charCodeAt(0)] = i;
});
SEXTETS['-'.charCodeAt(0)] = 62;
SEXTETS['_'.charCodeAt(0)] = 63;
/** 1 for what line ends, separators of formats, quotes and padding put between the pieces of one run. */
const GAPS = new Uint8Array(256);
for (const mark of '\t\n\r ,;&"\'|\\=') GAPS[mark.charCodeAt(0)] = 1;
/** What kind of letter or digit a byte is: a hex digit, and whether it has a case. */
const HEX = 1;
const LOWER = 2;
const UPPER = 4;
const ALNUM = 8;
/** A letter that is no hex digit. */
const FAR = 16;
const KINDS = new Uint8Array(256);
for (const letter of '0123456789') KINDS[letter.charCodeAt(0)] = HEX | ALNUM;
for (let i = 0; i < 26; i += 1) {
  KINDS[0x61 + i] = LOWER | ALNUM | (i < 6 ? HEX : FAR);
  KINDS[0x41 + i] = UPPER | ALNUM | (i < 6 ? HEX : FAR);
}

/** The characters of the run looked at, without its gaps. */
let run = new Uint8Array(4096);
let size = 0;
/** Where its pieces begin and end that are long enough to be a run by themselves. */
const words: number[] = [];

/**
 * Puts what every run in `bytes` may hold, but those known as `clean`, behind what is in `out`, each
 * reading with a mark behind it. `least`: characters of the shortest run.
 */
export function undoRuns(bytes: Uint8Array, out: Sink, least: number, clean?: CleanRuns): void {
  const end = bytes.length;
  let done = 0;
  // Only every so many bytes is looked at, until one is a part of a run: most bytes of ordinary messages are never read here.
  for (let last = least - 1; last < end; ) {
    let first = last;
    const from = last - least + 1;
    while (first >= from && SEXTETS[bytes[first]!]! >= 0) first -= 1;
    if (first >= from) {
      last = first + least;
      continue;
    }
    while (first >= done && SEXTETS[bytes[first]!]! >= 0) first -= 1;
    done = gather(bytes, widened(bytes, first + 1, done), first + 1);
    if (clean === undefined || !clean.has(run, size)) decode(out);
    last = done + least - 1;
  }
}

/** Where a run that begins at `start` has begun before the gaps in it. */
function widened(bytes: Uint8Array, start: number, done: number): number {
  let first = start;
  for (;;) {
    let at = first - 1;
    while (at >= done && first - at <= GAP_MAX && GAPS[bytes[at]!] === 1) at -= 1;
    const end = at;
    while (at >= done && SEXTETS[bytes[at]!]! >= 0) at -= 1;
    if (end === first - 1 || end - at < PIECE_MIN) return first;
    first = at + 1;
  }
}

/** Fills `run` from `start`, over the gaps before `seed` and behind it; gives where it ends. */
function gather(bytes: Uint8Array, start: number, seed: number): number {
  const end = bytes.length;
  if (run.length < end - start) run = new Uint8Array(end - start);
  words.length = 0;
  let count = 0;
  for (let i = start; i < seed; i += 1) if (SEXTETS[bytes[i]!]! >= 0) run[count++] = bytes[i]!;
  for (let at = seed; ; ) {
    const first = at;
    for (; at < end && SEXTETS[bytes[at]!]! >= 0; at += 1) run[count++] = bytes[at]!;
    const length = at - first;
    if (length >= INNER_RUN_MIN) words.push(count - length, count);
    size = count;
    const stop = at;
    while (at < end && at - stop < GAP_MAX && GAPS[bytes[at]!] === 1) at += 1;
    if (at === stop || at === end || length < PIECE_MIN || SEXTETS[bytes[at]!]! < 0) return stop;
  }
}

function decode(out: Sink): void {
  out.room(3 * size + 8);
  for (let shift = 0; shift < 4; shift += 1) undoBase64(shift, out);
  // Parts of the run in a narrower alphabet.
  let hex = 0;
  let word = 0;
  let kinds = 0;
  for (let i = 0; i <= size; i += 1) {
    const kind = i < size ? KINDS[run[i]!]! : 0;
    // A UUID's dashes, and those between bytes, part no digits.
    if ((kind & HEX) === 0 && !(i < size && isDash(run[i]!) && i > hex)) {
      if (i - hex >= HEX_MIN) undoHex(hex, i, out);
      hex = i + 1;
    }
    const other = (kinds | kind) & (LOWER | UPPER);
    if ((kind & ALNUM) !== 0 && other !== (LOWER | UPPER)) kinds |= kind;
    else {
      if (i - word >= INNER_RUN_MIN && (kinds & FAR) !== 0) undoBase32(run.subarray(word, i), INNER_RUN_MIN, out);
      word = (kind & ALNUM) !== 0 ? i : i + 1;
      kinds = kind;
    }
  }
  for (let i = 0; i < words.length; i += 2) undoBase58(run.subarray(words[i], words[i + 1]), out);
  if (run.length > KEPT_BYTES) run = new Uint8Array(4096);
}

const KEPT_BYTES = 64 * 1024;
const isDash = (byte: number): boolean => byte === 0x2d || byte === 0x5f;

/** Base64 that begins at one of the first four characters: four are three bytes. */
function undoBase64(shift: number, out: Sink): void {
  const to = out.bytes;
  let at = out.length;
  let i = shift;
  for (; i + 3 < size; i += 4) {
    const a = SEXTETS[run[i]!]!;
    const b = SEXTETS[run[i + 1]!]!;
    const c = SEXTETS[run[i + 2]!]!;
    to[at] = (a << 2) | (b >> 4);
    to[at + 1] = (b << 4) | (c >> 2);
    to[at + 2] = (c << 6) | SEXTETS[run[i + 3]!]!;
    at += 3;
  }
  if (i + 1 < size) to[at++] = (SEXTETS[run[i]!]! << 2) | (SEXTETS[run[i + 1]!]! >> 4);
  if (i + 2 < size) to[at++] = (SEXTETS[run[i + 1]!]! << 4) | (SEXTETS[run[i + 2]!]! >> 2);
  to[at++] = PART;
  out.length = at;
}

/** Hexadecimal digits, in pairs from the first and from the second. */
function undoHex(from: number, end: number, out: Sink): void {
  const to = out.room(end - from + 2);
  for (let shift = 0; shift < 2; shift += 1) {
    let high = -1;
    let skip = shift;
    for (let i = from; i < end; i += 1) {
      const byte = run[i]!;
      if (isDash(byte) || skip-- > 0) continue;
      const digit = byte <= 0x39 ? byte - 0x30 : (byte | 0x20) - 0x57;
      if (high < 0) high = digit;
      else {
        to[out.length++] = (high << 4) | digit;
        high = -1;
      }
    }
    to[out.length++] = PART;
  }
}
