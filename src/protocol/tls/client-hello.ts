// The first message of a TLS client (RFC 8446 4.1.2), read as far as the hub must know it before it decides anything.
// Bytes go in as they arrive, cut anywhere; a verdict comes out. Nothing is answered from here.
import type { AlertName } from './alert.js';

export interface ClientHello {
  /** Lower case, without a dot at the end; `undefined`: the client named no host. */
  readonly serverName: string | undefined;
  /** Application protocols in the client's order; empty: it named none. */
  readonly alpn: readonly string[];
  /** Highest protocol version offered: 0x0303 is TLS 1.2, 0x0304 is TLS 1.3. */
  readonly maxVersion: number;
  readonly cipherSuites: readonly number[];
}

export type HelloVerdict =
  | { readonly kind: 'more' }
  | { readonly kind: 'hello'; readonly hello: ClientHello }
  /** Not TLS, or not as the RFC has it. `alert` is what to answer; `undefined`: it does not speak TLS, so nothing. */
  | { readonly kind: 'refuse'; readonly alert: AlertName | undefined };

/** Longest ClientHello read. Real ones stay under 2 KiB, with post-quantum key shares under 4; OpenSSL's own bound is 131,396. */
export const HELLO_BYTES = 16_384;
/** Most records one ClientHello may be cut into: a client that cuts finer only means to cost time. */
export const HELLO_RECORDS = 256;

const HANDSHAKE_RECORD = 22;
/** RFC 8446 5.1: a plaintext record holds at most 2^14 bytes. */
const RECORD_BYTES = 16_384;
const CLIENT_HELLO = 1;
const EXTENSION = { serverName: 0, alpn: 16, supportedVersions: 43 } as const;
/** RFC 1035 2.3.4: 253 characters; labels of letters, digits, hyphens (and `_`, which vendors use), not all-numeric at the end. */
const HOST_NAME = /^(?=.{1,253}$)(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)*(?![0-9]+$)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

/** Thrown inside the parser only, to say which alert answers a broken message. */
class HelloFault extends Error {
  constructor(readonly alert: AlertName) {
    super(alert);
  }
}

/** A cursor over one vector; every read past its end is a decode_error. */
class Cursor {
  #at = 0;
  constructor(readonly bytes: Uint8Array) {}

  get isDone(): boolean {
    return this.#at === this.bytes.length;
  }

  take(length: number): Uint8Array {
    const end = this.#at + length;
    if (end > this.bytes.length) throw new HelloFault('decode_error');
    const part = this.bytes.subarray(this.#at, end);
    this.#at = end;
    return part;
  }

  number(width: number): number {
    return this.take(width).reduce((sum, byte) => sum * 256 + byte, 0);
  }

  /** A vector with a length of `width` bytes before it. */
  vector(width: number): Cursor {
    return new Cursor(this.take(this.number(width)));
  }

  expectEnd(): void {
    if (!this.isDone) throw new HelloFault('decode_error');
  }
}

/** RFC 6066 3: one host_name, in ASCII, never an address. */
function readServerName(body: Cursor): string {
  const list = body.vector(2);
  body.expectEnd();
  if (list.number(1) !== 0) throw new HelloFault('unrecognized_name');
  const text = Buffer.from(list.vector(2).bytes).toString('latin1').toLowerCase();
  list.expectEnd();
  const name = text.endsWith('.') ? text.slice(0, -1) : text;
  if (!HOST_NAME.test(name)) throw new HelloFault('illegal_parameter');
  return name;
}

function readAlpn(body: Cursor): string[] {
  const list = body.vector(2);
  body.expectEnd();
  const names: string[] = [];
  while (!list.isDone) names.push(Buffer.from(list.vector(1).bytes).toString('latin1'));
  if (names.length === 0 || names.includes('')) throw new HelloFault('decode_error');
  return names;
}

function readNumbers(list: Cursor): number[] {
  const numbers: number[] = [];
  while (!list.isDone) numbers.push(list.number(2));
  return numbers;
}

function readVersions(body: Cursor): number[] {
  const versions = readNumbers(body.vector(1));
  body.expectEnd();
  return versions;
}

function readExtensions(cursor: Cursor): Map<number, Cursor> {
  const extensions = new Map<number, Cursor>();
  if (cursor.isDone) return extensions;
  const list = cursor.vector(2);
  while (!list.isDone) {
    const type = list.number(2);
    // RFC 8446 4.2: at most one of a type. Two server names would be read differently by two readers.
    if (extensions.has(type)) throw new HelloFault('illegal_parameter');
    extensions.set(type, list.vector(2));
  }
  return extensions;
}

/** The highest version among those offered that exists; grease (RFC 8701, 0x?a?a) and drafts do not count. */
function highestVersion(offered: readonly number[]): number {
  return Math.max(0, ...offered.filter((version) => version >= 0x0300 && version <= 0x0304));
}

/** Reads the body of a ClientHello message. Throws `HelloFault`. */
function readHello(body: Uint8Array): ClientHello {
  const cursor = new Cursor(body);
  const legacyVersion = cursor.number(2);
  cursor.take(32);
  cursor.vector(1);
  const cipherSuites = readNumbers(cursor.vector(2));
  cursor.vector(1);
  const extensions = readExtensions(cursor);
  cursor.expectEnd();
  const serverName = extensions.get(EXTENSION.serverName);
  const alpn = extensions.get(EXTENSION.alpn);
  const versions = extensions.get(EXTENSION.supportedVersions);
  return {
    serverName: serverName && readServerName(serverName),
    alpn: alpn === undefined ? [] : readAlpn(alpn),
    // Without the extension 0x0303 is the most the old field can say (RFC 8446 4.1.2).
    maxVersion: versions === undefined ? Math.min(legacyVersion, 0x0303) : highestVersion(readVersions(versions)),
    cipherSuites,
  };
}

/** Collects a ClientHello out of records and segments. One for each connection; of no use after its first verdict. */
export class ClientHelloReader {
  #pending: Uint8Array = new Uint8Array(0);
  #message: Uint8Array = new Uint8Array(0);
  #records = 0;

  /** Takes the next bytes. Everything it was given belongs to the connection still: hand it on to who speaks TLS. */
  push(bytes: Uint8Array): HelloVerdict {
    try {
      this.#pending = Buffer.concat([this.#pending, bytes]);
      while (this.#takeRecord()) {
        const hello = this.#takeHello();
        if (hello !== undefined) return { kind: 'hello', hello };
      }
      return { kind: 'more' };
    } catch (fault) {
      if (fault instanceof HelloFault) return { kind: 'refuse', alert: fault.alert };
      return { kind: 'refuse', alert: 'internal_error' };
    }
  }

  /** True when a whole record was there and its content was added to the message. */
  #takeRecord(): boolean {
    const [type, major, , high, low] = this.#pending;
    if (type !== undefined && type !== HANDSHAKE_RECORD) throw new HelloFault('unexpected_message');
    if (major !== undefined && major !== 3) throw new HelloFault('protocol_version');
    if (high === undefined || low === undefined) return false;
    const length = high * 256 + low;
    // RFC 8446 5.1: no empty handshake records.
    if (length === 0 || length > RECORD_BYTES) throw new HelloFault('decode_error');
    if (this.#pending.length < 5 + length) return false;
    this.#records += 1;
    if (this.#records > HELLO_RECORDS) throw new HelloFault('decode_error');
    this.#message = Buffer.concat([this.#message, this.#pending.subarray(5, 5 + length)]);
    this.#pending = this.#pending.subarray(5 + length);
    return true;
  }

  #takeHello(): ClientHello | undefined {
    const [type, high, middle, low] = this.#message;
    if (type !== CLIENT_HELLO) throw new HelloFault('unexpected_message');
    if (high === undefined || middle === undefined || low === undefined) return undefined;
    const length = high * 65_536 + middle * 256 + low;
    if (length > HELLO_BYTES) throw new HelloFault('decode_error');
    if (this.#message.length < 4 + length) return undefined;
    // RFC 8446 5.1: another message may not share the last record, a key change follows.
    if (this.#message.length > 4 + length) throw new HelloFault('unexpected_message');
    return readHello(this.#message.subarray(4));
  }
}
