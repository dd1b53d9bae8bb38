// The household's own identifiers below encodings, wherever in the bytes these begin and end: what the last look finds beside the
// spellings that stand as such.
import { HubError } from '../errors.js';
import { PART, Sink } from './decoders/buffer.js';
import { STREAMS_MAX, undoStreams } from './decoders/compressed.js';
import { undoMarks, undoQuoted } from './decoders/escapes.js';
import { INNER_RUN_MIN, RUN_MIN, undoRuns } from './decoders/runs.js';
import { cuesOf, MARKED, QUOTED, STREAMED, WIDE } from './decoders/which.js';
import type { OwnIdentifiers } from './matcher.js';

/** Encodings inside each other that are undone, in any order: three, and what the place itself writes (percent signs, escapes) around them. */
export const HIDDEN_DEPTH = 4;
/** Most bytes that all readings of a message together may have, in bytes of the message; three encodings of text come to seven. */
const READINGS = 32;
const READINGS_MIN = 64 * 1024;

/** One for each depth: what stands in one is read for the next. */
const SINKS = Array.from({ length: HIDDEN_DEPTH }, () => new Sink());

/** What is asked while looking. */
export interface EncodedSearch {
  /** Whether it is no hit: a decision let it leave in this message. */
  readonly isReleased: (identifier: number) => boolean;
  /** Told how many bytes are read next; may throw. */
  readonly checkDeadline: (units: number) => void;
}

/**
 * The first own identifier (an index into `identifiers`) that stands in `bytes` in encodings inside each other, up to `HIDDEN_DEPTH`;
 * undefined: none. Plain spellings are `count`'s. `plain`: what came was ASCII without percent signs and backslashes. Throws `too_deep` where undoing them comes to very many bytes.
 */
export function findEncoded(
  own: OwnIdentifiers,
  bytes: Uint8Array,
  { isReleased, checkDeadline }: EncodedSearch,
  plain = false,
): number | undefined {
  if (own.empty || bytes.length < RUN_MIN / 2) return undefined;
  let left = Math.max(READINGS_MIN, bytes.length * READINGS);
  let tries = STREAMS_MAX;
  let from = bytes;
  const { clean } = own;
  clean.forget();
  for (let depth = 0; depth < HIDDEN_DEPTH; depth += 1) {
    const sink = SINKS[depth]!;
    sink.clear();
    if (depth === 0) undoRuns(from, sink, RUN_MIN, clean);
    else undoRuns(from, sink, INNER_RUN_MIN);
    const cues = cuesOf(from, depth === 0 && plain);
    if ((cues & MARKED) !== 0) undoMarks(from, sink);
    if ((cues & QUOTED) !== 0) undoQuoted(from, sink);
    if ((cues & WIDE) !== 0) withoutZeros(from, sink);
    if ((cues & STREAMED) !== 0) tries = undoStreams(from, sink, Math.min(left, bytes.length + READINGS_MIN), tries);
    if (sink.length === 0) break;
    left -= sink.length;
    if (left < 0) throw new HubError('too_deep', 'encodings inside each other');
    checkDeadline(sink.length);
    from = sink.view;
    const found = own.inside(from);
    if (found.size > 0) clean.forget();
    for (const identifier of found) if (!isReleased(identifier)) return identifier;
  }
  clean.keep();
  return undefined;
}

/** Letters of ASCII with a zero behind or before each (UTF-16), without the zeros. */
function withoutZeros(bytes: Uint8Array, out: Sink): void {
  for (let i = 0; i + WIDE_MIN <= bytes.length; i += 1) {
    let end = i;
    while (end + 1 < bytes.length && bytes[end] !== 0 && bytes[end + 1] === 0) end += 2;
    if (end - i < WIDE_MIN) continue;
    for (let at = i; at < end; at += 2) out.put(bytes[at]!);
    if (end < bytes.length) out.put(bytes[end]!);
    out.put(PART);
    i = end - 1;
  }
}

/** Fewest bytes of such a text: four letters. */
const WIDE_MIN = 8;
