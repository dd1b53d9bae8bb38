// Values cut into characters, bytes or pieces: the text or the bytes that an array spells.
import type { Node } from '../../model.js';
import { BINARY_MIN } from '../../payload/binary-inside.js';
import { hexGroups } from './halves.js';

/** Fewest elements of a text cut into characters or byte values. */
const CUT_MIN = 4;
/** Most elements joined again; a longer array is data. */
export const CUT_MAX = 4096;
/** Most byte values put together: a small picture, written so. */
export const BYTES_MAX = 16_384;

/** The text that an array of single characters or of byte values spells; undefined when it spells none. */
export function spelledText(elements: readonly Node[]): string | undefined {
  if (elements.length < 2 || elements.length > CUT_MAX) return undefined;
  if (elements.length < CUT_MIN) return hexGroups(elements);
  if (elements.every((e) => e.kind === 'string' && [...e.text].length === 1)) return elements.map((e) => e.text).join('');
  const groups = hexGroups(elements);
  if (groups !== undefined) return groups;
  if (isHexPairs(elements)) return elements.map((e) => e.text).join(':');
  if (!elements.every((e) => e.kind === 'number' && isByte(e.text))) return spelledByCodePoints(elements);
  const bytes = elements.map((e) => Number(e.text));
  while (bytes.length > 0 && bytes.at(-1) === 0) bytes.pop();
  if (bytes.length < CUT_MIN || !bytes.every((b) => b >= 0x20 && b !== 0x7f)) return undefined;
  const text = Buffer.from(bytes).toString('utf8');
  return text.includes('\ufffd') ? undefined : text;
}

/** The bytes that an array of byte values spells; undefined for other arrays. */
export function spelledBytes(elements: readonly Node[]): Uint8Array | undefined {
  if (elements.length < BINARY_MIN || elements.length > BYTES_MAX) return undefined;
  if (!elements.every((e) => e.kind === 'number' && isByte(e.text))) return undefined;
  return Uint8Array.from(elements, (e) => Number(e.text));
}

/** Six pairs of hex digits, one with a letter: an address, where six numbers are numbers. */
function isHexPairs(elements: readonly Node[]): boolean {
  if (elements.length !== 6 || !elements.every((e) => e.kind === 'string' && /^[0-9a-f]{2}$/i.test(e.text))) return false;
  return elements.some((e) => /[a-f]/i.test(e.text));
}

/** Code points past a byte: a text that is not all Latin. */
function spelledByCodePoints(elements: readonly Node[]): string | undefined {
  if (!elements.every((e) => e.kind === 'number' && /^\d{2,6}$/.test(e.text))) return undefined;
  const codes = elements.map((e) => Number(e.text));
  if (codes.some((code) => code > 0x10ffff)) return undefined;
  const text = String.fromCodePoint(...codes);
  return /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]+$/u.test(text) && /\p{L}{3}/u.test(text) ? text : undefined;
}

/** The pieces of an array of texts, joined; undefined for other arrays. */
export function joinedText(elements: readonly Node[]): string | undefined {
  if (elements.length < 2 || elements.length > CUT_MAX) return undefined;
  return elements.every((e) => e.kind === 'string' || e.kind === 'number') ? elements.map((e) => e.text).join('') : undefined;
}

/** The byte values of an array that is nothing but 4, 6, 8 or 16 of them (an address), else undefined. */
export function addressBytes(elements: readonly Node[]): number[] | undefined {
  if (![4, 6, 8, 16].includes(elements.length)) return undefined;
  const bytes = elements.every((e) => e.kind === 'number' && (isByte(e.text) || isSignedByte(e.text)));
  return bytes ? elements.map((e) => Number(e.text) & 0xff) : undefined;
}

/** Java's bytes go from -128 to 127. */
function isSignedByte(literal: string): boolean {
  return /^-\d{1,3}$/.test(literal) && Number(literal) >= -128;
}

function isByte(literal: string): boolean {
  return /^\d{1,3}$/.test(literal) && Number(literal) <= 255;
}
