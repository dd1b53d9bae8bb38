import { Buffer, isUtf8 } from 'node:buffer';
import { encodePercent } from './percent.js';
import { toBinary, utf8Binary } from './splice.js';

/** Percent-encoded text inside a value. */
export interface PercentWrapped {
  readonly bytes: Uint8Array;
  rewrap(bytes: Uint8Array): string;
}

/**
 * Undoes the percent sequences in `text`, leniently: a `%` without two digits stays one, as most decoders have it, and where
 * the result is no UTF-8, so do all sequences beyond ASCII. Undefined when nothing changes. `rewrap` keeps the encoding of everything before and after the change, and in
 * between leaves bare what stood bare in the text (`/`, `?`, `&` of a URL).
 */
export function unwrapPercent(text: string): PercentWrapped | undefined {
  if (!/%[0-9a-fA-F]{2}/.test(text)) return undefined;
  const raw = utf8Binary(text);
  const whole = tokensOf(raw, /%[0-9a-fA-F]{2}|./gs);
  const tokens = isUtf8(Buffer.from(decoded(whole), 'latin1')) ? whole : tokensOf(raw, /%[0-7][0-9a-fA-F]|./gs);
  const binary = decoded(tokens);
  if (binary === raw) return undefined;
  const bytes = Buffer.from(binary, 'latin1');
  const safe = bareBytes(tokens);
  const rewrap = (changed: Uint8Array): string => {
    const wanted = toBinary(changed);
    const head = commonHead(binary, wanted);
    const tail = commonTail(binary.slice(head), wanted.slice(head));
    const middle = encodePercent(Buffer.from(wanted.slice(head, wanted.length - tail), 'latin1').toString('utf8'), safe);
    const packed = tokens.slice(0, head).join('') + middle + tokens.slice(tokens.length - tail).join('');
    return Buffer.from(packed, 'latin1').toString('utf8');
  };
  return { bytes, rewrap };
}

function tokensOf(raw: string, pattern: RegExp): readonly string[] {
  return raw.match(pattern) ?? [];
}

/** One unit for each token. */
function decoded(tokens: readonly string[]): string {
  return tokens.map((token) => (token.length === 3 ? String.fromCharCode(Number.parseInt(token.slice(1), 16)) : token)).join('');
}

/** A pattern for unreserved bytes (RFC 3986 section 2.3) and those that stand bare in the text; never `%`. */
function bareBytes(tokens: readonly string[]): RegExp {
  const bare = new Set(tokens.filter((token) => token.length === 1 && token > ' ' && token < '\x7f' && token !== '%'));
  return new RegExp(`[A-Za-z0-9_.~${[...bare].map((byte) => `\\x${byte.charCodeAt(0).toString(16)}`).join('')}-]`);
}

/** Length of the common beginning, not cutting a UTF-8 sequence. */
function commonHead(a: string, b: string): number {
  let length = 0;
  while (length < a.length && length < b.length && a[length] === b[length]) length++;
  while (length > 0 && (isContinuation(a[length]) || isContinuation(b[length]))) length--;
  return length;
}

/** Length of the common end, not cutting a UTF-8 sequence. */
function commonTail(a: string, b: string): number {
  let length = 0;
  while (length < a.length && length < b.length && a[a.length - 1 - length] === b[b.length - 1 - length]) length++;
  while (length > 0 && isContinuation(a[a.length - length])) length--;
  return length;
}

function isContinuation(byte: string | undefined): boolean {
  return byte !== undefined && byte >= '\x80' && byte <= '\xbf';
}
