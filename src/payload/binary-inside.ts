// Binary messages and files inside a text coding (base64, hexadecimal digits, a row of byte values): only what is sure to be one.

import { HubError } from '../errors.js';
import type { Document, Limits, Node } from '../model.js';
import { looksLikeCbor, readCbor } from './cbor.js';
import { looksEncrypted } from './ciphers.js';
import { startsLikeCose } from './cose.js';
import { mediaTypeOf } from './media.js';
import { looksLikeMessagePack, readMessagePack } from './msgpack.js';
import { readBytes } from './pieces.js';
import { readProtobuf } from './protobuf.js';
import { WIRE, wireFields } from './protobuf-wire.js';
import { asBuffer } from './splice.js';
import { isPrintable } from './text.js';

export type BinaryId = 'cbor' | 'msgpack' | 'protobuf' | 'media' | 'cipher';

export interface BinaryInside {
  readonly id: BinaryId;
  /** Undefined for a cipher, which is opened by whoever has the keys. */
  readonly document: Document | undefined;
}

/** Fewer bytes are a key or a number: nothing in them is sure. */
export const BINARY_MIN = 12;
/** Names of members as devices write them. */
const NAME = /^[\p{L}_$@#][\p{L}\p{N}_$@#.:/ -]*$/u;
/** Protobuf has no mark of its own: these make chance unlikely (a random key of 16 bytes passes about once in 100,000). */
const PROTOBUF_NUMBER_MAX = 100;
const PROTOBUF_TEXT_MIN = 6;
const PROTOBUF_TEXT_SHARE = 0.4;

/**
 * What binary message or file `bytes` are; undefined for bytes of which nothing is sure, which stay what they were. The whole input must
 * be read, as a map (or a list of maps) with names for CBOR and MessagePack, and with enough text for protobuf. Throws the reader's
 * bounds; `sealed` for an encrypted COSE message.
 */
export function binaryInside(bytes: Uint8Array, limits: Limits, depth = 0): BinaryInside | undefined {
  if (bytes.length < BINARY_MIN) return undefined;
  if (looksEncrypted(bytes)) return { id: 'cipher', document: undefined };
  if (mediaTypeOf(bytes) !== undefined) return { id: 'media', document: readBytes(bytes) };
  if (opensNamed(bytes, CBOR) || startsLikeCose(bytes) || opensCose(bytes)) {
    const document = looksLikeCbor(bytes) ? readCbor(bytes, limits, depth) : undefined;
    if (document !== undefined && isNamed(document.root)) return { id: 'cbor', document };
  }
  if (opensNamed(bytes, MESSAGE_PACK)) {
    const document = looksLikeMessagePack(bytes) ? readMessagePack(bytes, limits, depth) : undefined;
    if (document !== undefined && isNamed(document.root)) return { id: 'msgpack', document };
  }
  return isSureProtobuf(bytes, limits) ? { id: 'protobuf', document: readProtobuf(bytes, limits, undefined, depth) } : undefined;
}

/** Could `binaryInside` find anything? A look at the first bytes, which turns nearly every key away. */
export function mayBeBinary(bytes: Uint8Array): boolean {
  if (looksEncrypted(bytes) || opensNamed(bytes, CBOR) || opensNamed(bytes, MESSAGE_PACK)) return true;
  if (startsLikeCose(bytes) || opensCose(bytes) || mediaTypeOf(bytes) !== undefined) return true;
  return opensProtobuf(bytes) && plausibleFields(asBuffer(bytes), 0, bytes.length, LOOKED_AT) !== undefined;
}

/** Most fields of a message that is looked for inside a text. */
const LOOKED_AT = 50_000;

/** Does it open with a tag of a low number and a known type? */
function opensProtobuf(bytes: Uint8Array): boolean {
  const first = bytes[0]!;
  const wire = first & 7;
  return first >= 8 && first < 0x80 && (wire <= 2 || wire === 5);
}

/** First bytes of containers and texts. */
interface Openings {
  map(first: number): boolean;
  array(first: number): boolean;
  text(first: number): boolean;
}

const CBOR: Openings = {
  map: (b) => (b >= 0xa1 && b <= 0xb9) || b === 0xbf,
  array: (b) => (b >= 0x81 && b <= 0x99) || b === 0x9f,
  text: (b) => (b >= 0x61 && b <= 0x79) || b === 0x7f,
};
const MESSAGE_PACK: Openings = {
  map: (b) => (b >= 0x81 && b <= 0x8f) || b === 0xde || b === 0xdf,
  array: (b) => (b >= 0x91 && b <= 0x9f) || b === 0xdc || b === 0xdd,
  text: (b) => (b >= 0xa1 && b <= 0xbf) || b === 0xd9 || b === 0xda,
};

/** Does it open with a map whose first key is a text, or with a list of one? Wide heads carry their count behind the first byte. */
function opensNamed(bytes: Uint8Array, { map, array, text }: Openings): boolean {
  const first = bytes[0]!;
  const wide =
    first === 0xb8 || first === 0x98
      ? 1
      : first === 0xb9 || first === 0x99 || (first >= 0xdc && first <= 0xde && first !== 0xdd)
        ? 2
        : first >= 0xdd && first <= 0xdf
          ? 4
          : 0;
  const second = bytes[1 + wide]!;
  if (map(first)) return text(second);
  return array(first) && map(second);
}

/** COSE_Sign1 or COSE_Mac0 without a tag. */
function opensCose(bytes: Uint8Array): boolean {
  return bytes[0] === 0x84 && bytes[1]! >> 5 === 2 && bytes[2]! >> 5 === 5 && bytes[3] === 1;
}

function isNamed(root: Node): boolean {
  const { children } = root;
  if (children === undefined || children.length === 0) return false;
  return root.kind === 'array' ? children.every(isNamedMap) : isNamedMap(root);
}

function isNamedMap({ kind, children }: Node): boolean {
  return kind === 'object' && (children ?? []).every(({ name }) => NAME.test(name ?? ''));
}

function isSureProtobuf(bytes: Uint8Array, limits: Limits): boolean {
  const buffer = asBuffer(bytes);
  if (!opensProtobuf(buffer)) return false;
  return textBytes(buffer, 0, buffer.length, limits.nodes) >= Math.max(PROTOBUF_TEXT_MIN, bytes.length * PROTOBUF_TEXT_SHARE);
}

/** How many bytes of texts a message of plausible fields has, also in messages inside it; -1 where it is none. */
function textBytes(bytes: ReturnType<typeof asBuffer>, from: number, end: number, most: number): number {
  const fields = plausibleFields(bytes, from, end, most);
  if (fields === undefined) return -1;
  let count = 0;
  for (const { wire, start, end: stop } of fields) {
    if (wire !== WIRE.bytes || stop === start) continue;
    const content = bytes.subarray(start, stop);
    if (stop - start >= PROTOBUF_TEXT_MIN && isPrintable(content) && /\p{L}{3}/u.test(content.toString('utf8')))
      count += stop - start;
    else count += Math.max(0, textBytes(bytes, start, stop, most));
  }
  return count;
}

function plausibleFields(
  bytes: ReturnType<typeof asBuffer>,
  from: number,
  end: number,
  most: number,
): ReturnType<typeof wireFields> {
  try {
    const fields = wireFields(bytes, from, end, most);
    return fields?.every(({ number, inner }) => number <= PROTOBUF_NUMBER_MAX && inner === undefined) ? fields : undefined;
  } catch (fault) {
    if (fault instanceof HubError && fault.code === 'too_many_fields') return undefined; // no key or token has as many
    throw fault;
  }
}
