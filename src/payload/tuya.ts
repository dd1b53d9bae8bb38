// Tuya's ciphers for messages, read and packed again with the device's local key. What the formats are is public in clients of the local
// protocol (tinytuya, PROTOCOL.md) and in the vendor's SDK for MQTT (mqtt_service.c): 2.1, 2.2 and 2.3 over MQTT, 3.1 to 3.3 and 6699 frames.
import { Buffer } from 'node:buffer';
import { createCipheriv, createDecipheriv, createHash, createHmac } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { asBuffer } from './splice.js';
import { isPrintable } from './text.js';

/** Bytes opened with a key, and the way back for changed ones. */
export interface Opened {
  readonly bytes: Uint8Array;
  /** The same scheme, head and key; check sum, signature or tag made anew. */
  reseal(bytes: Uint8Array): Uint8Array;
}

const KEY_BYTES = 16;
const BLOCK = 16;
const VERSION = 3;
/** Version, CRC-32, sequence, source (2.2); version and twelve bytes that mean the same or are zero (3.2, 3.3 …). */
const HEAD = 15;
/** 2.3: version, sequence, source and a reserved byte, authenticated; then a nonce and at the end the tag. */
const GCM_HEAD = 12;
const NONCE = 12;
const TAG = 16;
/** 6699 frames: prefix, two reserved bytes, sequence, command, length. */
const FRAME_HEAD = 18;
const FRAME_FOOT = 4;
const FRAME_6699 = Buffer.from('00006699', 'hex');
const FOOT_6699 = Buffer.from('00009966', 'hex');
const FRAME_55AA = Buffer.from('000055aa', 'hex');
const FOOT_55AA = Buffer.from('0000aa55', 'hex');
const FRAME_55AA_MIN = 24;
/** 2.1 and 3.1: version, sixteen hexadecimal digits of an MD5, base64. */
const SIGNED = /^([23]\.1)([0-9a-f]{16})((?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?)$/;
/** What the MD5 is taken over, between the base64 and the key. */
const SALT: Readonly<Record<string, string>> = { '2.1': '||pv=2.1||', '3.1': '||lpv=3.1||' };
const BLOCKS = new Set(['2.2', '3.2', '3.3', '3.4', '3.5']);

/** Do the bytes look like one of Tuya's ciphers? Sure ones only: what is printable, or not made of whole blocks, is none. */
export function looksLikeTuya(bytes: Uint8Array): boolean {
  return schemeOf(asBuffer(bytes)) !== undefined;
}

type Scheme = 'signed' | 'blocks' | 'gcm' | '6699' | '55aa';

function schemeOf(bytes: Buffer): Scheme | undefined {
  if (bytes.length < VERSION + BLOCK) return undefined;
  if (bytes[0] === 0) return frameOf(bytes);
  if (bytes[1] !== 0x2e) return undefined;
  const version = bytes.toString('latin1', 0, VERSION);
  if (SALT[version] !== undefined) return isSigned(bytes) ? 'signed' : undefined;
  if (version === '2.3') return bytes.length > GCM_HEAD + NONCE + TAG && !isPrintable(bytes) ? 'gcm' : undefined;
  if (!BLOCKS.has(version) || bytes.length < HEAD + BLOCK || (bytes.length - HEAD) % BLOCK !== 0) return undefined;
  const sum = bytes.readUInt32BE(VERSION);
  const sure = sum === crc32(bytes.subarray(VERSION + 4)) || bytes.subarray(VERSION, HEAD).every((byte) => byte === 0);
  return sure || !isPrintable(bytes) ? 'blocks' : undefined;
}

function frameOf(bytes: Buffer): Scheme | undefined {
  const ends = (prefix: Buffer, foot: Buffer): boolean =>
    bytes.subarray(0, 4).equals(prefix) && bytes.subarray(bytes.length - FRAME_FOOT).equals(foot);
  if (bytes.length >= FRAME_HEAD + NONCE + TAG + FRAME_FOOT && ends(FRAME_6699, FOOT_6699)) return '6699';
  return bytes.length >= FRAME_55AA_MIN && ends(FRAME_55AA, FOOT_55AA) ? '55aa' : undefined;
}

function isSigned(bytes: Buffer): boolean {
  const coded = SIGNED.exec(bytes.toString('latin1'))?.[3];
  return coded !== undefined && coded !== '' && Buffer.byteLength(coded, 'base64') % BLOCK === 0;
}

/** Opens the bytes with `key`; undefined where it is another's, which the check sum, the padding or the tag shows. */
export function openTuya(source: Uint8Array, key: Uint8Array): Opened | undefined {
  if (key.length !== KEY_BYTES) return undefined;
  const bytes = asBuffer(source);
  const scheme = schemeOf(bytes);
  switch (scheme) {
    case 'signed':
      return openSigned(bytes, key);
    case 'blocks':
      return openBlocks(bytes, key);
    case 'gcm':
      return openGcm(bytes, bytes.subarray(0, GCM_HEAD), GCM_HEAD, bytes.length, key, (whole) => whole);
    case '6699':
      return withoutPrefix(openGcm(bytes, bytes.subarray(4, FRAME_HEAD), FRAME_HEAD, bytes.length - FRAME_FOOT, key, framed));
    case '55aa': // local frames are opened at the ends of a local connection, with a key made for it
    case undefined:
      return undefined;
    default:
      return scheme satisfies never;
  }
}

function openSigned(bytes: Buffer, key: Uint8Array): Opened | undefined {
  const [, version, digest, coded] = SIGNED.exec(bytes.toString('latin1'))!;
  const sign = (text: string): string =>
    createHash('md5').update(`data=${text}${SALT[version!]!}`).update(key).digest('hex').slice(8, 24);
  if (sign(coded!) !== digest) return undefined;
  const plain = decrypted(Buffer.from(coded!, 'base64'), key);
  if (plain === undefined) return undefined;
  const reseal = (changed: Uint8Array): Uint8Array => {
    const text = encrypted(changed, key).toString('base64');
    return Buffer.from(version! + sign(text) + text, 'latin1');
  };
  return { bytes: plain, reseal };
}

/** A head of fifteen bytes and whole blocks. The check sum is made anew where there was one. */
function openBlocks(bytes: Buffer, key: Uint8Array): Opened | undefined {
  const plain = decrypted(bytes.subarray(HEAD), key);
  if (plain === undefined || !isPrintable(plain)) return undefined; // nothing but the padding and the text tell a wrong key
  const summed = bytes.readUInt32BE(VERSION) !== 0;
  const reseal = (changed: Uint8Array): Uint8Array => {
    const out = Buffer.concat([bytes.subarray(0, HEAD), encrypted(changed, key)]);
    if (summed) out.writeUInt32BE(crc32(out.subarray(VERSION + 4)), VERSION);
    return out;
  };
  return { bytes: plain, reseal };
}

function openGcm(
  bytes: Buffer,
  head: Buffer,
  from: number,
  to: number,
  key: Uint8Array,
  finish: (whole: Buffer) => Buffer,
): Opened | undefined {
  const nonce = bytes.subarray(from, from + NONCE);
  const cipher = createDecipheriv('aes-128-gcm', key, nonce)
    .setAAD(head)
    .setAuthTag(bytes.subarray(to - TAG, to));
  let plain: Buffer;
  try {
    plain = Buffer.concat([cipher.update(bytes.subarray(from + NONCE, to - TAG)), cipher.final()]);
  } catch {
    return undefined; // another key's, or damaged: it stays sealed
  }
  const reseal = (changed: Uint8Array): Uint8Array => {
    const fresh = nonceFor(key, nonce, changed);
    const lengthOf = finish === framed ? withLength(head, NONCE + changed.length + TAG) : head;
    const seal = createCipheriv('aes-128-gcm', key, fresh).setAAD(lengthOf);
    const content = Buffer.concat([seal.update(changed), seal.final()]);
    return finish(Buffer.concat([lengthOf, fresh, content, seal.getAuthTag()]));
  };
  return { bytes: plain, reseal };
}

/** In a frame a return code (four bytes) and a version head may stand before the text. */
function withoutPrefix(opened: Opened | undefined): Opened | undefined {
  if (opened === undefined) return undefined;
  const bytes = asBuffer(opened.bytes);
  const code = bytes[0] === 0 ? 4 : 0;
  const length = bytes.toString('latin1', code, code + VERSION) === '3.5' ? code + HEAD : code;
  const prefix = bytes.subarray(0, length);
  return { bytes: bytes.subarray(length), reseal: (changed) => opened.reseal(Buffer.concat([prefix, changed])) };
}

/** A nonce never stands for two texts under one key: it is derived from both (as in SIV, RFC 5297), so that none need be drawn. */
function nonceFor(key: Uint8Array, before: Uint8Array, text: Uint8Array): Buffer {
  return createHmac('sha256', key).update('hubsieve nonce').update(before).update(text).digest().subarray(0, NONCE);
}

function withLength(head: Buffer, length: number): Buffer {
  const out = Buffer.from(head);
  out.writeUInt32BE(length, out.length - 4);
  return out;
}

function framed(content: Buffer): Buffer {
  return Buffer.concat([FRAME_6699, content, FOOT_6699]);
}

function decrypted(blocks: Uint8Array, key: Uint8Array): Buffer | undefined {
  const cipher = createDecipheriv('aes-128-ecb', key, null);
  try {
    return Buffer.concat([cipher.update(blocks), cipher.final()]);
  } catch {
    return undefined; // the padding is none: another key's
  }
}

function encrypted(plain: Uint8Array, key: Uint8Array): Buffer {
  const cipher = createCipheriv('aes-128-ecb', key, null);
  return Buffer.concat([cipher.update(plain), cipher.final()]);
}
