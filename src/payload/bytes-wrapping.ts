import { HubError } from '../errors.js';
import type { CipherKey, Document, Limits } from '../model.js';
import { openCipher } from './ciphers.js';
import { codingByMagic, deflate, inflate, inflateBound } from './coding.js';
import { type FormatId, readBody } from './index.js';
import { mediaTypeOf } from './media.js';
import { isPrintable, readText } from './text.js';

/** Fewer bytes hold no message; they are judged as bytes or text. */
const MIN_CONTENT = 4;

/** A message or text inside a byte string. */
export interface WrappedBytes {
  /** `text`: the bytes are the value itself, in UTF-8. Others name a layer of the path (`::cbor`, `::gzip::json`). */
  readonly id: FormatId | `${'gzip' | 'zlib' | 'cipher'}::${FormatId}`;
  readonly document: Document;
  /** The bytes that stand for the document's, once they have changed. */
  rewrap(bytes: Uint8Array): Uint8Array;
}

/**
 * What a byte string of a binary format (CBOR's tag 24, a part, a field) holds: a message that its looks show, also compressed, or
 * printable text; undefined for other bytes and for media, which are judged as bytes. `depth`: containers around it already.
 * Throws `too_deep`, `too_many_fields`, `inflates_too_much`: what is too big to look into must not pass; `sealed` for a cipher that none
 * of `keys` opens.
 */
export function unwrapBytes(
  bytes: Uint8Array,
  limits: Limits,
  depth = 0,
  keys: readonly CipherKey[] = [],
): WrappedBytes | undefined {
  if (bytes.length === 0) return undefined;
  const inside: Limits = { ...limits, depth: limits.depth - depth };
  const cipher = openCipher(bytes, keys);
  const clear = cipher && message(cipher.bytes, inside);
  if (clear !== undefined) return { id: `cipher::${clear.id}`, document: clear.document, rewrap: cipher!.reseal };
  const coding = codingByMagic(bytes);
  const plain = coding === undefined ? undefined : tried(() => inflate(coding, bytes, inflateBound(bytes.length, limits)));
  if (coding !== undefined && plain !== undefined) {
    const found = message(plain, inside);
    if (found !== undefined) {
      return { id: `${coding}::${found.id}`, document: found.document, rewrap: (changed) => deflate(changed, coding) };
    }
  }
  const found = message(bytes, inside);
  return found && { ...found, rewrap: (changed) => changed };
}

function message(bytes: Uint8Array, limits: Limits): { id: FormatId; document: Document } | undefined {
  if (mediaTypeOf(bytes) !== undefined) return undefined;
  const body = bytes.length < MIN_CONTENT ? undefined : tried(() => readBody(bytes, undefined, limits));
  if (body !== undefined && body.document.root.children !== undefined) return { id: body.format, document: body.document };
  return isPrintable(bytes) ? { id: 'text', document: readText(bytes, limits) } : undefined;
}

/** What `read` gives; undefined where the bytes are not what they began like. Bounds stay errors. */
function tried<T>(read: () => T | undefined): T | undefined {
  try {
    return read();
  } catch (fault) {
    if (fault instanceof HubError && (fault.code === 'malformed' || fault.code === 'unreadable_format')) return undefined; // judged as bytes or text
    throw fault;
  }
}
