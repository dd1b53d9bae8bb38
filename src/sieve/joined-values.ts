// Arrays and objects that are one value in pieces: an address as bytes, a text as characters, a binary message as an array of numbers.
import { HubError } from '../errors.js';
import type { Node } from '../model.js';
import { BINARY_MIN, binaryInside } from '../payload/binary-inside.js';
import type { ValueView } from '../recognize/evidence.js';
import { bytesAddress } from '../recognize/structure/joined-array.js';
import type { MessageContext } from './context.js';
import type { Field } from './field.js';
import { judgeScalar } from './leaf.js';
import type { Ruling } from './ruling.js';
import type { WalkInner } from './walk-inner.js';

/** Most elements joined; a longer array is data. */
const PIECES_MAX = 4096;
/** Most byte values put together: a small picture, written so. */
const BYTES_MAX = 16_384;

/** What becomes of a text in pieces (in pieces it was not seen in the message as it came); undefined where it may stay. */
export function rulingOfPieces(text: string, field: Field, cx: MessageContext): Ruling | undefined {
  const scalar = { kind: 'string', text, bytes: undefined, field, fixed: true, occurrence: 1 } as const;
  const { ruling } = cx.unseen(() => judgeScalar(scalar, cx));
  return ruling.fate.action === 'keep' ? undefined : ruling;
}

/** Pieces that only together are one of the household's own identifiers: their text. Asked only where the last look found one. */
export function ownPieces(children: readonly Node[], cx: MessageContext): string | undefined {
  if (!cx.mayHoldOwn) return undefined;
  const text = bytesAddress(children) ?? joinedText(children);
  const found = text === undefined ? 0 : cx.own.find(text).length;
  if (found === 0) return undefined;
  // What one element holds by itself is judged there, and leaves the others alone.
  let single = 0;
  for (const { text: piece } of children) {
    cx.checkDeadline(piece.length);
    single += cx.own.find(piece).length;
  }
  return found > single ? text : undefined;
}

/** An array of byte values that is a binary message or file: why it goes, where anything in it may not leave, for its length stays. */
export function rulingOfBytes(
  children: readonly Node[],
  field: Field,
  encodingDepth: number,
  walk: WalkInner,
  cx: MessageContext,
): Ruling | undefined {
  const bytes = spelledBytes(children);
  const inner = bytes && binaryInside(bytes, cx.limits, encodingDepth);
  const document = inner?.document;
  if (inner === undefined || document === undefined) return undefined;
  if (encodingDepth >= cx.limits.layers) throw new HubError('too_deep', 'encodings inside each other');
  const { mark } = cx.trace;
  const changed = cx.unseen(() => walk(document, field.nested(`::bytes::${inner.id}::$`), encodingDepth + 1));
  const why = cx.trace.rulingsSince(mark).find((ruling) => ruling.fate.action !== 'keep');
  cx.trace.back(mark);
  return changed ? why : undefined;
}

/** The pieces of an array of texts and numbers, joined; undefined for other arrays. */
function joinedText(elements: readonly ValueView[]): string | undefined {
  if (elements.length < 2 || elements.length > PIECES_MAX) return undefined;
  const areScalars = elements.every(({ kind }) => kind === 'string' || kind === 'number');
  return areScalars ? elements.map(({ text }) => text).join('') : undefined;
}

/** The bytes that an array of byte values spells; undefined for other arrays. */
function spelledBytes(elements: readonly ValueView[]): Uint8Array | undefined {
  if (elements.length < BINARY_MIN || elements.length > BYTES_MAX) return undefined;
  if (!elements.every(({ kind, text }) => kind === 'number' && /^\d{1,3}$/.test(text) && Number(text) <= 0xff)) return undefined;
  return Uint8Array.from(elements, ({ text }) => Number(text));
}
