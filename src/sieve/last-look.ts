// Step 7 of the ladder: nothing of this household's own may stand in what leaves, but where a decision let it.
import { isAscii } from 'node:buffer';
import { HubError } from '../errors.js';
import type { Place } from '../model.js';
import { findEncoded } from '../own-identifiers/decoded-search.js';
import type { MessageContext } from './context.js';
import { identifierOf, standsIn } from './removed-values.js';

/** What leaves of one part, as it is searched: content codings undone. */
export interface Leaving {
  readonly in: Place;
  readonly plain: Uint8Array;
  /** Whether it may be written in another way than it was read (`mayHoldEscapes`). */
  readonly escapes: boolean;
}

/** Searches what would leave for the home's own identifiers. Throws `own_identifier`, which stands in the trace. */
export function lastLook(parts: readonly Leaving[], cx: MessageContext): void {
  let left: Map<number, number> | undefined;
  for (const { in: place, plain, escapes } of parts) {
    const counts = cx.own.count(plain);
    if (counts.size > 0) {
      left ??= new Map(cx.allowed);
      for (const [identifier, count] of counts) {
        const rest = (left.get(identifier) ?? 0) - count;
        left.set(identifier, rest);
        if (rest < 0) refuseOwn(place, identifier, cx);
      }
    }
    // What leaves by a decision in this message is no secret in another encoding.
    const hidden = findEncoded(cx.own, plain, cx.search, !escapes);
    if (hidden !== undefined) refuseOwn(place, hidden, cx);
  }
}

function refuseOwn(place: Place, identifier: number, cx: MessageContext): never {
  const category = cx.own.identifiers[identifier]!.category;
  cx.trace.refuse({ in: place, path: '$', category, by: 'household', action: 'refuse', reason: { kind: 'last-look' } });
  throw new HubError('own_identifier', place);
}

/** What was removed from one field and still stands in another, in a text that nothing else tells: to be judged again with it. */
export function learnRemoved(parts: readonly Leaving[], cx: MessageContext): void {
  for (const removed of cx.removed) {
    if (!parts.some(({ plain }) => standsIn(removed, plain))) continue;
    const { category, value } = identifierOf(removed);
    if (!cx.own.has(value)) cx.learnOwn(category, value);
  }
}

/** Below this a loop is done before a call into the runtime has begun. */
const SHORT_BYTES = 1024;
/** Four bytes at once: one, the highest bit, a backslash, a percent sign in each. */
const ONES = 0x01010101;
const HIGHS = 0x80808080;
const BACKSLASHES = 0x5c5c5c5c;
const PERCENTS = 0x25252525;

/** Can a text of this part be written in another way than it will be read: with escapes, or in letters that fold together? */
export function mayHoldEscapes(bytes: Uint8Array): boolean {
  if (bytes.length > SHORT_BYTES) {
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    return buffer.includes(0x5c) || buffer.includes(0x25) || !isAscii(buffer);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let i = 0;
  for (; i + 4 <= bytes.length; i += 4) {
    const four = view.getInt32(i, true);
    const slash = four ^ BACKSLASHES;
    const percent = four ^ PERCENTS;
    // A byte that is zero borrows from its highest bit. A zero below may make the one above look so too: then one is there all the same.
    if (((four | ((slash - ONES) & ~slash) | ((percent - ONES) & ~percent)) & HIGHS) !== 0) return true;
  }
  for (; i < bytes.length; i += 1) {
    const byte = bytes[i]!;
    if (byte === 0x5c || byte === 0x25 || byte >= 0x80) return true;
  }
  return false;
}
