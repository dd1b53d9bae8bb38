// Keys for pseudonyms and hashes: one master key per install, a subkey for each service, epoch and kind of identifier.
import { createHmac } from 'node:crypto';

/** Keyed digests for one service and epoch. Nobody without the install's master key can try a maker's whole address space. */
export interface Keyring {
  /** HMAC-SHA-256 of `data` (UTF-8) under the subkey of `label`: 32 bytes. */
  mac(label: string, data: string): Uint8Array;
}

/** RFC 5869 asks for 32 bytes of key material for SHA-256; a shorter master key is a fault of the caller. */
const MASTER_BYTES = 32;
const CONTEXT = 'hubsieve/v1';

/**
 * Derives as HKDF-Expand (RFC 5869) with one block does: subkey = HMAC-SHA-256(master, "hubsieve/v1" NUL service NUL epoch NUL
 * label). NUL cannot stand in a service id or label, so no two contexts share a key. Throws `RangeError` for a short master.
 */
export function makeKeyring(master: Uint8Array, service: string, epoch: number): Keyring {
  if (master.length < MASTER_BYTES) throw new RangeError('the master key has fewer than 32 bytes');
  const subkeys = new Map<string, Uint8Array>();
  const subkey = (label: string): Uint8Array => {
    const known = subkeys.get(label);
    if (known !== undefined) return known;
    const made = createHmac('sha256', master).update(`${CONTEXT}\0${service}\0${epoch}\0${label}`).digest();
    subkeys.set(label, made);
    return made;
  };
  return { mac: (label, data) => createHmac('sha256', subkey(label)).update(data).digest() };
}

/** Longer data is digested once: each block over all of it would take a text's length squared, a minute and a half for 1 MiB. */
const SEED_MAX = 256;

/** As many bytes as asked for, in blocks of 32, each over the data (or, where that is long, its digest) and the block's number. */
export function keyedBytes(keyring: Keyring, label: string, data: string, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  const seed = data.length > SEED_MAX ? `long\0${toHex(keyring.mac(label, data))}` : data;
  for (let at = 0, block = 0; at < length; at += 32, block++) {
    const digest = keyring.mac(label, `${block}\0${seed}`);
    bytes.set(digest.subarray(0, Math.min(32, length - at)), at);
  }
  return bytes;
}

/** A whole number below `bound` from 128 keyed bits: its bias is below 2^-64 for every bound up to 2^64. */
export function keyedBelow(keyring: Keyring, label: string, data: string, bound: bigint): bigint {
  return BigInt(`0x${toHex(keyedBytes(keyring, label, data, 16))}`) % bound;
}

export function toHex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex');
}
