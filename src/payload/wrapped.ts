import type { Document } from '../model.js';
import type { BinaryId } from './binary-inside.js';

export type TextCoding = 'base64' | 'base64url' | 'hex';
/** What a text can be beside JSON, a token and one word of text coding (disguises.ts). */
export type DisguiseId =
  | 'url'
  | 'basic'
  | 'data'
  | 'form'
  | 'xml'
  | 'log'
  | 'csv'
  | 'table'
  | 'lines'
  | 'yaml'
  | 'literal'
  | 'card'
  | 'php'
  | 'escapes'
  | 'html'
  | 'quoted-printable'
  | 'hex'
  | 'base64'
  | 'base32'
  | 'decimal'
  | 'binary'
  | 'pieces';
/** Names of the layers, as they stand in a path between `::`. */
export type WrappingId =
  | 'json'
  | 'cipher'
  | 'jwt'
  | 'percent'
  | DisguiseId
  | TextCoding
  | Coded
  | `${TextCoding | Coded}::${BinaryId}`;
type Coded = `${TextCoding}::${'gzip' | 'zlib'}`;

/** What stands inside a text in another encoding. */
export interface Wrapped {
  readonly id: WrappingId;
  readonly bytes: Uint8Array;
  /** The bytes as a message or file, where they are one; otherwise they are printable UTF-8 text. */
  readonly document: Document | undefined;
  /** Can it be packed again as it was? Not for a JWT (signed), nor where unchanged bytes would give another text. */
  readonly exact: boolean;
  /** Packs changed bytes again: same alphabet, padding, letter case, coding. Throws `not_restorable` where `exact` is false. */
  rewrap(bytes: Uint8Array): string;
}
