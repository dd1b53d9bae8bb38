// What the household's room keeps on disk is sealed: AES-256-GCM under a key of this install, bound to the place it is kept at.
import { createCipheriv, createDecipheriv, createHmac, hkdfSync } from 'node:crypto';
import { HubError } from '../errors.js';

/** Fresh random bytes; node:crypto's `randomBytes` in the hub. */
export type Random = (bytes: number) => Uint8Array;

const KEY_BYTES = 32;
/** NIST SP 800-38D 8.2.2: random 96-bit nonces are safe for 2^32 seals under one key; a hub makes some thousands a year. */
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
/** First byte of every sealed value, so that another layout can be told apart. */
const LAYOUT = 1;

export class Sealer {
  private readonly sealing: Buffer;
  private readonly indexing: Buffer;

  /** @param key 32 bytes, the household room's own, derived from the hub's master by the caller. Throws `internal` for a shorter one. */
  constructor(
    key: Uint8Array,
    private readonly random: Random,
  ) {
    if (key.length < KEY_BYTES) throw new HubError('internal', 'the key of the household store is too short');
    const derive = (label: string): Buffer =>
      Buffer.from(hkdfSync('sha256', key, '', `hubsieve/v1 household ${label}`, KEY_BYTES));
    this.sealing = derive('seal');
    this.indexing = derive('index');
  }

  /** A name for `text` that says nothing about it: `bytes` of HMAC-SHA-256, separated by `label`. */
  index(label: string, text: string, bytes: number): Buffer {
    return createHmac('sha256', this.indexing).update(`${label}\0${text}`).digest().subarray(0, bytes);
  }

  /** `plain` (made into JSON) sealed for the place `at`, the store key: moved elsewhere it does not open. */
  seal(at: Uint8Array, plain: unknown): Buffer {
    const nonce = this.random(NONCE_BYTES);
    const cipher = createCipheriv('aes-256-gcm', this.sealing, nonce).setAAD(at);
    const body = Buffer.concat([cipher.update(JSON.stringify(plain), 'utf8'), cipher.final()]);
    return Buffer.concat([Buffer.of(LAYOUT), nonce, body, cipher.getAuthTag()]);
  }

  /** What was sealed at `at`; undefined where it was not sealed by this install, for this place, or was changed. */
  open(at: Uint8Array, sealed: Uint8Array): unknown {
    if (sealed.length < 1 + NONCE_BYTES + TAG_BYTES || sealed[0] !== LAYOUT) return undefined;
    const decipher = createDecipheriv('aes-256-gcm', this.sealing, sealed.subarray(1, 1 + NONCE_BYTES), {
      authTagLength: TAG_BYTES,
    });
    decipher.setAAD(at).setAuthTag(sealed.subarray(sealed.length - TAG_BYTES));
    try {
      const body = decipher.update(sealed.subarray(1 + NONCE_BYTES, sealed.length - TAG_BYTES));
      return JSON.parse(Buffer.concat([body, decipher.final()]).toString('utf8'));
    } catch {
      return undefined; // not ours, or changed: the caller goes on without it, and counts it
    }
  }
}
