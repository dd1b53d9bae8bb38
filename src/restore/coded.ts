// Whole bodies and lines of the way down; pure, so that a worker can do it. Never throws: what cannot be read goes as it came.
import type { Restorer } from '../household/restorer.js';
import type { Limits } from '../model.js';
import { undoCodings } from '../payload/coding.js';
import { type Deadline, restoreBody } from './restore.js';

const LINE_FEED = 0x0a;

/** A body with its codings undone, originals put back, the codings redone; the very same bytes where nothing was found. */
export function restoreCoded(
  bytes: Uint8Array,
  mediaType: string | undefined,
  coding: string | undefined,
  restorer: Restorer,
  limits: Limits,
  clock?: Deadline,
): Uint8Array {
  try {
    const decoded = undoCodings(bytes, coding, limits);
    if (clock !== undefined && decoded.bytes.length > clock.mostBytes) clock.late = true;
    if (clock?.late) return bytes;
    return decoded.redo(restoreBody(decoded.bytes, mediaType, restorer, limits, clock));
  } catch {
    return bytes; // on the way down: what cannot be read goes as it came
  }
}

/** Each line by itself: server-sent events (their `data:`), JSON Lines. */
export function restoreLines(all: Uint8Array, restorer: Restorer, limits: Limits, clock?: Deadline): Uint8Array {
  const bytes = Buffer.from(all.buffer, all.byteOffset, all.length);
  const lines: Uint8Array[] = [];
  for (let start = 0; start < bytes.length; ) {
    const feed = bytes.indexOf(LINE_FEED, start);
    const end = feed < 0 ? bytes.length : feed;
    const line = bytes.subarray(start, end);
    lines.push(clock?.isOver() ? line : restoreLine(line, restorer, limits, clock), bytes.subarray(end, end + 1));
    start = end + 1;
  }
  return Buffer.concat(lines);
}

function restoreLine(bytes: Buffer, restorer: Restorer, limits: Limits, clock: Deadline | undefined): Uint8Array {
  // The field's name and one blank of server-sent events (WHATWG HTML 9.2.6), the mark of JSON sequences (RFC 7464).
  const [head] = /^(?:(?:data|id|event): ?|\x1e)?/.exec(bytes.toString('latin1', 0, 8))!;
  const tail = bytes.at(-1) === 0x0d ? 1 : 0;
  const text = bytes.subarray(head.length, bytes.length - tail);
  const restored = restoreBody(text, 'text/plain', restorer, limits, clock);
  return restored === text
    ? bytes
    : Buffer.concat([bytes.subarray(0, head.length), restored, bytes.subarray(bytes.length - tail)]);
}
