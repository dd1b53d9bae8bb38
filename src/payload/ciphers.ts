// What is encrypted as a whole: told by its looks, opened where the household gave the key.
import { Buffer } from 'node:buffer';
import type { CipherKey } from '../model.js';
import { asBuffer } from './splice.js';
import { looksLikeTuya, type Opened, openTuya } from './tuya.js';

/** JWE in its compact form (RFC 7516 section 7.1): five parts, the second empty for a shared key. */
const JWE = /^(eyJ[\w-]+)\.[\w-]*\.[\w-]+\.[\w-]+\.[\w-]+$/;
/** First characters of the ciphers that are text. */
const FIRST = /^(?:eyJ|[23]\.1[0-9a-f]{16})/;
/** Where in a body a JWE's first part is looked for. */
const HEAD_MAX = 4096;

/** Is it a cipher that the hub knows by its looks? */
export function looksEncrypted(bytes: Uint8Array): boolean {
  const first = bytes[0];
  if (first === 0x65) return isJwe(asBuffer(bytes).toString('latin1'));
  return (first === 0 || first === 0x32 || first === 0x33) && looksLikeTuya(bytes);
}

/** The same for a text. */
export function isEncryptedText(text: string): boolean {
  return FIRST.test(text) && (isJwe(text) || looksLikeTuya(Buffer.from(text, 'latin1')));
}

function isJwe(text: string): boolean {
  const head = JWE.exec(text)?.[1];
  return head !== undefined && head.length <= HEAD_MAX && /"enc"\s*:/.test(Buffer.from(head, 'base64url').toString('latin1'));
}

/** The content of a cipher that one of the keys opens; undefined where none does. */
export function openCipher(bytes: Uint8Array, keys: readonly CipherKey[]): Opened | undefined {
  if (keys.length === 0 || !looksEncrypted(bytes)) return undefined;
  for (const { scheme, key } of keys) {
    switch (scheme) {
      case 'tuya': {
        const opened = openTuya(bytes, key);
        if (opened !== undefined) return opened;
        break;
      }
      default:
        return scheme satisfies never;
    }
  }
  return undefined;
}

/** The member of a sealed box that is a cipher. */
export const CIPHERTEXT = 'ciphertext';
/** Names beside `ciphertext` that make an object a JWE in JSON (RFC 7516 section 7.2), or another sealed box. */
const BESIDE = new Set(['protected', 'iv', 'tag', 'encrypted_key', 'recipients', 'nonce', 'ephemeral', 'mac']);

/** Do these names make an object whose `ciphertext` is a cipher? */
export function isSealedBox(names: readonly (string | undefined)[]): boolean {
  return names.includes(CIPHERTEXT) && names.some((name) => BESIDE.has(name ?? ''));
}
