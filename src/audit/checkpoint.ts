// Signed checkpoints: c2sp.org/signed-note and c2sp.org/tlog-checkpoint with Ed25519 (FORMAT.md, section 3).
import { createPrivateKey, createPublicKey, hash, type KeyObject, sign, verify } from 'node:crypto';
import { HubError } from '../errors.js';
import { HASH_BYTES } from './tree.js';

export interface Checkpoint {
  readonly origin: string;
  readonly size: number;
  readonly root: Buffer;
}

/** What signs a log's checkpoints; `vkey` is the public half, in the text form of signed-note. */
export interface LogKey {
  readonly origin: string;
  readonly vkey: string;
  readonly keyId: Buffer;
  readonly privateKey: KeyObject;
}

export interface VerifierKey {
  readonly origin: string;
  readonly keyId: Buffer;
  readonly publicKey: KeyObject;
}

export const SEED_BYTES = 32;
/** Signature type 0x01 of signed-note. */
const ED25519 = 1;
/** DER around a raw key (RFC 8410, sections 4 and 7); node:crypto takes no raw Ed25519 keys. */
const PRIVATE_DER = Buffer.from('302e020100300506032b657004220420', 'hex');
const PUBLIC_DER = Buffer.from('302a300506032b6570032100', 'hex');
/** signed-note: a name is not empty and has no blank and no plus. */
const ORIGIN = /^[^\s+\p{Cc}]{1,255}$/u;

function keyIdOf(origin: string, publicKey: Buffer): Buffer {
  const typed = Buffer.concat([Buffer.from(`${origin}\n`), Buffer.of(ED25519), publicKey]);
  return hash('sha256', typed, 'buffer').subarray(0, 4);
}

/** The key of a log from 32 random bytes. `origin` is `hubsieve/<install id>`. Throws `config` for other lengths or names. */
export function logKeyFromSeed(origin: string, seed: Uint8Array): LogKey {
  if (seed.length !== SEED_BYTES || !ORIGIN.test(origin)) throw new HubError('config', 'not a key for a log');
  const privateKey = createPrivateKey({ key: Buffer.concat([PRIVATE_DER, seed]), format: 'der', type: 'pkcs8' });
  const publicKey = createPublicKey(privateKey).export({ format: 'der', type: 'spki' }).subarray(PUBLIC_DER.length);
  const keyId = keyIdOf(origin, publicKey);
  const typed = Buffer.concat([Buffer.of(ED25519), publicKey]);
  return { origin, keyId, privateKey, vkey: `${origin}+${keyId.toString('hex')}+${typed.toString('base64')}` };
}

/** The same key under another name, for another log: a note signed for one is none of the other. */
export function renameLogKey(key: LogKey, origin: string): LogKey {
  const seed = key.privateKey.export({ format: 'der', type: 'pkcs8' }).subarray(-SEED_BYTES);
  return logKeyFromSeed(origin, seed);
}

/** Reads the text form of a public key. Throws `config`. */
export function parseVerifierKey(vkey: string): VerifierKey {
  const [origin = '', id = '', ...rest] = vkey.split('+');
  const typed = Buffer.from(rest.join('+'), 'base64');
  const publicKey = typed.subarray(1);
  const keyId = keyIdOf(origin, publicKey);
  if (!ORIGIN.test(origin) || typed.length !== 1 + HASH_BYTES || typed[0] !== ED25519 || keyId.toString('hex') !== id)
    throw new HubError('config', 'not the public key of a log');
  return {
    origin,
    keyId,
    publicKey: createPublicKey({ key: Buffer.concat([PUBLIC_DER, publicKey]), format: 'der', type: 'spki' }),
  };
}

/** The note of a checkpoint, with its last line end. */
export function signCheckpoint(key: LogKey, size: number, root: Buffer): string {
  const text = `${key.origin}\n${size}\n${root.toString('base64')}\n`;
  const signature = Buffer.concat([key.keyId, sign(null, Buffer.from(text), key.privateKey)]);
  return `${text}\n— ${key.origin} ${signature.toString('base64')}\n`;
}

const NOTE =
  /^((?<origin>[^\n]+)\n(?<size>0|[1-9][0-9]{0,15})\n(?<root>[A-Za-z0-9+/]{43}=)\n(?:[^\n]+\n)*)\n(?<signatures>(?:— [^\n ]+ [^\n ]+\n)+)$/;

/** Reads a note without checking who signed it. Throws `log_broken`. */
export function parseCheckpoint(note: string): Checkpoint & { readonly text: string; readonly signatures: readonly string[] } {
  const found = NOTE.exec(note);
  const { origin, size, root, signatures } = found?.groups ?? {};
  if (origin === undefined || size === undefined || root === undefined || signatures === undefined)
    throw new HubError('log_broken', 'a checkpoint is not in the format');
  const hashed = Buffer.from(root, 'base64');
  if (hashed.toString('base64') !== root) throw new HubError('log_broken', 'a checkpoint is not in the format');
  return { origin, size: Number(size), root: hashed, text: found?.[1] as string, signatures: signatures.trimEnd().split('\n') };
}

/**
 * Reads a note and checks the log's own signature; those of others (witnesses) are passed over. Throws `log_broken`: not a note, of
 * another log, not signed by this key.
 */
export function openCheckpoint(note: string, key: VerifierKey): Checkpoint {
  const { origin, size, root, text, signatures } = parseCheckpoint(note);
  if (origin !== key.origin) throw new HubError('log_broken', 'a checkpoint of another log');
  const good = signatures.some((line) => {
    const [, name, encoded = ''] = line.split(' ');
    const bytes = Buffer.from(encoded, 'base64');
    if (name !== key.origin || bytes.toString('base64') !== encoded || !bytes.subarray(0, 4).equals(key.keyId)) return false;
    return verify(null, Buffer.from(text), key.publicKey, bytes.subarray(4));
  });
  if (!good) throw new HubError('log_broken', `the checkpoint of ${size} entries is not signed by this log`);
  return { origin, size, root };
}
