import { Buffer, isUtf8 } from 'node:buffer';
import { HubError } from '../errors.js';
import type { CipherKey, Document, Limits } from '../model.js';
import { BINARY_MIN, binaryInside, mayBeBinary } from './binary-inside.js';
import { isEncryptedText, openCipher } from './ciphers.js';
import { codingByMagic, deflate, inflate, inflateBound, inflateLoosely } from './coding.js';
import { undisguise, undisguiseWord } from './disguises.js';
import { readJson } from './json.js';
import { unwrapPercent } from './percent-wrapping.js';
import { promisingBase64, promisingHex } from './prefilter.js';
import { isPrintable } from './text.js';
import type { TextCoding, Wrapped, WrappingId } from './wrapped.js';

export type { Wrapped, WrappingId } from './wrapped.js';

/** Shorter texts hold nothing in base64 or hex worth a look: 8 bytes of content. */
const MIN_HEX = 16;
const MIN_BASE64 = 11;
const MIN_CONTENT = 8;
/** Base64 of as many bytes as a binary message has at least. */
const BASE64_BINARY_MIN = Math.ceil((BINARY_MIN * 4) / 3);
type Keys = readonly CipherKey[];
const NONE: readonly Wrapped[] = Object.freeze([]);

/**
 * What `text` may hold in another encoding, the likeliest reading first; empty for ordinary values, which cost only a look at their
 * characters. The text itself must still be judged: a reading can be chance. `depth`: containers around it already.
 * Throws `too_deep`, `too_many_fields`, `inflates_too_much`: what is too big to look into must not pass; `sealed` for what is encrypted.
 */
export function unwrap(text: string, limits: Limits, depth = 0, keys: readonly CipherKey[] = []): readonly Wrapped[] {
  const json = jsonInside(text, limits, depth);
  if (json !== undefined) return [json];
  if (text.length < MIN_CONTENT) return NONE;
  if (isEncryptedText(text)) return listOf(cipherInside(text, keys, limits, depth));
  const letters = lettersOf(text);
  // What only begins like one thing can be another: a stray `%` hides no escapes, an `eyJ` no base64.
  const percent =
    (letters & PERCENT) !== 0 ? (disguisedUrl(text, limits, depth) ?? percentInside(text, limits, depth)) : undefined;
  if (percent !== undefined) return [percent];
  if ((letters & (OTHER | PERCENT)) !== 0) return listOf(bearerInside(text, limits, depth) ?? undisguise(text, limits, depth));
  const token = text.startsWith('eyJ') && text.includes('.') ? jwtInside(text, limits, depth) : undefined;
  if (token !== undefined) return [token];
  return listOf(
    hexInside(text, letters, limits, depth, keys) ??
      base64Inside(text, letters, limits, depth, keys) ??
      disguised(text, limits, depth),
  );
}

/** A URL keeps its parameters apart, which undoing its percent sequences first would not. */
function disguisedUrl(text: string, limits: Limits, depth: number): Wrapped | undefined {
  const found = text.includes('://') ? undisguise(text, limits, depth) : undefined;
  return found?.id === 'url' ? found : undefined;
}

function disguised(text: string, limits: Limits, depth: number): Wrapped | undefined {
  return (
    undisguiseWord(text, limits, depth) ??
    (text.includes('=') || text.includes('-') ? undisguise(text, limits, depth) : undefined)
  );
}

/** What kinds of characters a text has: hex digits; other letters and marks of base64, in either alphabet; the dots of a JWT; padding. */
const HEX = 1;
const BASE64 = 2;
const POINT = 4;
const PAD = 8;
const PERCENT = 16;
const OTHER = 32;
const LETTERS = Uint8Array.from({ length: 128 }, (_, code) => {
  const letter = String.fromCharCode(code);
  if (/[0-9a-fA-F]/.test(letter)) return HEX;
  if (/[\w+/-]/.test(letter)) return BASE64;
  return letter === '.' ? POINT : letter === '=' ? PAD : letter === '%' ? PERCENT : OTHER;
});

function lettersOf(text: string): number {
  let letters = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    letters |= code < 128 ? LETTERS[code]! : OTHER;
  }
  return letters;
}

function listOf(found: Wrapped | undefined): readonly Wrapped[] {
  return found === undefined ? NONE : [found];
}

const refuse = (): never => {
  throw new HubError('not_restorable');
};
const utf8 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('utf8');

/** `bytes` as a JSON object, array or string; undefined where they are none of them. Too deep or big stays an error. */
function jsonDocument(bytes: Uint8Array, limits: Limits, depth: number): Document | undefined {
  try {
    return readJson(bytes, limits, depth);
  } catch (fault) {
    if (fault instanceof HubError && fault.code === 'malformed') return undefined; // read as text instead, and judged as one
    throw fault;
  }
}

/** Does it begin and end like a JSON object, array or string, white space aside? */
function looksLikeJson(text: string): boolean {
  return /^[\s]*[{["]/.test(text) && /[}\]"][\s]*$/.test(text.slice(-64));
}

function jsonInside(text: string, limits: Limits, depth: number): Wrapped | undefined {
  const first = text.charCodeAt(0);
  if (first !== 0x7b && first !== 0x5b && first !== 0x22 && !(first <= 0x20)) return undefined;
  if (text.length < 2 || !looksLikeJson(text)) return undefined;
  const bytes = Buffer.from(text, 'utf8');
  const document = jsonDocument(bytes, limits, depth);
  return document && { id: 'json', bytes, document, exact: true, rewrap: utf8 };
}

function percentInside(text: string, limits: Limits, depth: number): Wrapped | undefined {
  const found = unwrapPercent(text);
  if (found === undefined) return undefined;
  const document = looksLikeJson(utf8(found.bytes)) ? jsonDocument(found.bytes, limits, depth) : undefined;
  return { id: 'percent', document, exact: true, ...found };
}

/** The token of `Bearer …` (RFC 6750 section 2.1). */
function bearerInside(text: string, limits: Limits, depth: number): Wrapped | undefined {
  const token = text.includes(' eyJ') ? /^(?:Bearer|JWT|Token) +(eyJ\S+)$/i.exec(text)?.[1] : undefined;
  return token === undefined ? undefined : jwtInside(token, limits, depth);
}

/** A cipher that a key of the household opens. */
function cipherInside(text: string, keys: readonly CipherKey[], limits: Limits, depth: number): Wrapped | undefined {
  const opened = openCipher(Buffer.from(text, 'latin1'), keys);
  if (opened === undefined || !isPrintable(opened.bytes)) return undefined;
  const document = jsonDocument(opened.bytes, limits, depth);
  return { id: 'cipher', bytes: opened.bytes, document, exact: true, rewrap: (changed) => utf8(opened.reseal(changed)) };
}

/** RFC 7519: header, claims, signature; only the claims say something, and they are signed. */
function jwtInside(text: string, limits: Limits, depth: number): Wrapped | undefined {
  const [, head, claims, signature] = /^(eyJ[\w-]+)\.([\w-]+)\.([\w-]*)$/.exec(text) ?? [];
  if (claims === undefined) return undefined;
  const bytes = Buffer.from(claims, 'base64url');
  const document = jsonDocument(bytes, limits, depth);
  if (document === undefined) return undefined;
  if (signature !== '') return { id: 'jwt', bytes, document, exact: false, rewrap: refuse };
  // Unsigned (RFC 7519 section 6): nobody vouches for the claims, and nothing breaks where they change.
  const rewrap = (changed: Uint8Array): string => `${head}.${Buffer.from(changed).toString('base64url')}.`;
  return { id: 'jwt', bytes, document, exact: bytes.toString('base64url') === claims, rewrap };
}

function hexInside(text: string, letters: number, limits: Limits, depth: number, keys: Keys): Wrapped | undefined {
  if (text.length < MIN_HEX || text.length % 2 !== 0 || letters !== HEX) return undefined;
  const textual = promisingHex(text);
  if (!textual && text.length < 2 * BINARY_MIN) return undefined;
  const upper = /[A-F]/.test(text);
  const pack = (bytes: Uint8Array): string => {
    const hex = Buffer.from(bytes).toString('hex');
    return upper ? hex.toUpperCase() : hex;
  };
  return packed('hex', text, Buffer.from(text, 'hex'), pack, textual, limits, depth, keys);
}

function base64Inside(text: string, letters: number, limits: Limits, depth: number, keys: Keys): Wrapped | undefined {
  if (text.length < MIN_BASE64 || (letters & POINT) !== 0) return undefined;
  if ((letters & PAD) !== 0 && !/^[A-Za-z0-9+/_-]+={0,2}$/.test(text)) return undefined;
  const textual = promisingBase64(text);
  if (!textual && text.length < BASE64_BINARY_MIN) return undefined;
  const url = /[_-]/.test(text);
  const padded = text.endsWith('=') || (!url && text.length % 4 === 0);
  const pack = (bytes: Uint8Array): string => {
    const base64 = Buffer.from(bytes).toString(url ? 'base64url' : 'base64');
    if (!padded) return base64.replace(/=+$/, '');
    return base64.padEnd(Math.ceil(base64.length / 4) * 4, '=');
  };
  return packed(url ? 'base64url' : 'base64', text, Buffer.from(text, 'base64'), pack, textual, limits, depth, keys);
}

/** The reading of `raw`, which `text` holds in a text coding: JSON, printable text (`textual`: it may be), a binary message; also compressed. */
function packed(
  id: TextCoding,
  text: string,
  raw: Uint8Array,
  pack: (bytes: Uint8Array) => string,
  textual: boolean,
  limits: Limits,
  depth: number,
  keys: Keys,
): Wrapped | undefined {
  const coding = codingByMagic(raw);
  // Nearly all that is no text is a key or a number: nothing more is done for those.
  if (!textual && coding === undefined && !mayBeBinary(raw)) return undefined;
  const exact = pack(raw) === text;
  const bytes = coding === undefined ? undefined : inflated(coding, raw, limits);
  if (coding !== undefined && bytes !== undefined) {
    const rewrap = exact ? (changed: Uint8Array) => pack(deflate(changed, coding)) : refuse;
    return (
      content(`${id}::${coding}`, bytes, exact, rewrap, limits, depth) ??
      binary(`${id}::${coding}`, bytes, exact, rewrap, limits, depth, keys)
    );
  }
  // A stream that is cut, or goes on after its end, is read by some: what must change in it goes with it.
  const loose = coding === undefined ? undefined : inflateLoosely(coding, raw, inflateBound(raw.length, limits));
  if (coding !== undefined && loose !== undefined) {
    const found = content(`${id}::${coding}`, loose, false, refuse, limits, depth);
    if (found !== undefined) return found;
  }
  const rewrap = exact ? pack : refuse;
  return (
    (textual ? content(id, raw, exact, rewrap, limits, depth) : undefined) ?? binary(id, raw, exact, rewrap, limits, depth, keys)
  );
}

/** A binary message or file. Throws `sealed` for a cipher that none of the keys opens. */
function binary(
  id: TextCoding | `${TextCoding}::${'gzip' | 'zlib'}`,
  bytes: Uint8Array,
  exact: boolean,
  rewrap: (bytes: Uint8Array) => string,
  limits: Limits,
  depth: number,
  keys: Keys,
): Wrapped | undefined {
  const found = binaryInside(bytes, limits, depth);
  if (found === undefined) return undefined;
  if (found.document !== undefined) return { id: `${id}::${found.id}`, bytes, document: found.document, exact, rewrap };
  const opened = openCipher(bytes, keys);
  if (opened === undefined || !isPrintable(opened.bytes)) throw new HubError('sealed', 'cipher');
  const document = jsonDocument(opened.bytes, limits, depth);
  return { id: `${id}::cipher`, bytes: opened.bytes, document, exact, rewrap: (changed) => rewrap(opened.reseal(changed)) };
}

/** `raw` decompressed; undefined where it only began like a stream. A bomb stays an error. */
function inflated(coding: 'gzip' | 'zlib', raw: Uint8Array, limits: Limits): Uint8Array | undefined {
  try {
    return inflate(coding, raw, inflateBound(raw.length, limits));
  } catch (fault) {
    if (fault instanceof HubError && fault.code === 'malformed') return undefined; // then it is no text either: nothing is offered
    throw fault;
  }
}

function content(
  id: WrappingId,
  bytes: Uint8Array,
  exact: boolean,
  rewrap: (bytes: Uint8Array) => string,
  limits: Limits,
  depth: number,
): Wrapped | undefined {
  if (bytes.length < MIN_CONTENT || !isUtf8(bytes)) return undefined;
  const document = looksLikeJson(utf8(bytes)) ? jsonDocument(bytes, limits, depth) : undefined;
  // A control character in a text hides nothing: what begins like text (prefilter.ts), or was compressed, is looked into whole.
  return { id, bytes, document, exact, rewrap };
}
