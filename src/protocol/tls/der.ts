// A strict reader of DER (X.690 chapter 10): what certificates and OCSP responses are written in. It reads, it never writes.
import { HubError } from '../../errors.js';

/** One value: its tag byte, its content, and all of its bytes (what a signature covers). */
export interface DerValue {
  readonly tag: number;
  readonly content: Uint8Array;
  readonly whole: Uint8Array;
}

export const TAG = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  oid: 0x06,
  enumerated: 0x0a,
  utcTime: 0x17,
  generalizedTime: 0x18,
  sequence: 0x30,
} as const;

/** Longest length field read: three bytes tell 16 MiB, and no TLS handshake message is longer (RFC 8446 4). */
const LENGTH_BYTES = 3;

function malformed(): HubError {
  return new HubError('malformed', 'DER');
}

/** Tag byte of the context-specific, constructed value `[number]`. */
export function contextTag(number: number): number {
  return 0xa0 | number;
}

/** The value that begins at `start`. Throws `malformed` on lengths that are indefinite, not minimal, or beyond the end. */
function readAt(bytes: Uint8Array, start: number): DerValue {
  const tag = bytes[start];
  const first = bytes[start + 1];
  if (tag === undefined || first === undefined || (tag & 0x1f) === 0x1f) throw malformed();
  if (first < 0x80) return cut(bytes, start, tag, start + 2, first);
  const count = first & 0x7f;
  if (count === 0 || count > LENGTH_BYTES) throw malformed();
  let length = 0;
  for (let i = 0; i < count; i++) length = length * 256 + (bytes[start + 2 + i] ?? 0);
  if (length < 0x80 || length < 256 ** (count - 1)) throw malformed();
  return cut(bytes, start, tag, start + 2 + count, length);
}

function cut(bytes: Uint8Array, start: number, tag: number, from: number, length: number): DerValue {
  const end = from + length;
  if (end > bytes.length) throw malformed();
  return { tag, content: bytes.subarray(from, end), whole: bytes.subarray(start, end) };
}

/** The one value that `bytes` is. Throws `malformed` when something else stands behind it. */
export function readDer(bytes: Uint8Array): DerValue {
  const value = readAt(bytes, 0);
  if (value.whole.length !== bytes.length) throw malformed();
  return value;
}

/** The values inside a constructed one, in order. */
export function childrenOf(value: DerValue): DerValue[] {
  if ((value.tag & 0x20) === 0) throw malformed();
  const children: DerValue[] = [];
  for (let at = 0; at < value.content.length; ) {
    const child = readAt(value.content, at);
    children.push(child);
    at += child.whole.length;
  }
  return children;
}

/** `value` when it is there and has `tag`. Throws `malformed` otherwise. */
export function expectTag(value: DerValue | undefined, tag: number): DerValue {
  if (value?.tag !== tag) throw malformed();
  return value;
}

/** An object identifier in dotted form, `1.3.6.1`. */
export function readOid(value: DerValue | undefined): string {
  const bytes = expectTag(value, TAG.oid).content;
  const arcs: number[] = [];
  let arc = 0;
  for (const byte of bytes) {
    arc = arc * 128 + (byte & 0x7f);
    if (!Number.isSafeInteger(arc)) throw malformed();
    if (byte < 0x80) {
      arcs.push(arc);
      arc = 0;
    }
  }
  const first = arcs.shift();
  if (first === undefined || (bytes.at(-1) ?? 0x80) >= 0x80) throw malformed();
  const root = Math.min(Math.floor(first / 40), 2);
  return [root, first - root * 40, ...arcs].join('.');
}

/** The bits of a BIT STRING of whole bytes. */
export function readBits(value: DerValue | undefined): Uint8Array {
  const { content } = expectTag(value, TAG.bitString);
  if (content[0] !== 0) throw malformed();
  return content.subarray(1);
}

/** A GeneralizedTime in the one form RFC 5280 4.1.2.5.2 allows, in milliseconds since 1970. */
export function readTimeMs(value: DerValue | undefined): number {
  const text = Buffer.from(expectTag(value, TAG.generalizedTime).content).toString('latin1');
  const parts = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/.exec(text);
  if (parts === null) throw malformed();
  const [year, month, day, hour, minute, second] = parts.slice(1);
  const ms = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  if (Number.isNaN(ms)) throw malformed();
  return ms;
}
