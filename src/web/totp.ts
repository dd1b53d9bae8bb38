// Time-based one-time codes (RFC 6238 over RFC 4226): SHA-1, six digits, steps of 30 s, as every authenticator app takes them.
import { createHmac, timingSafeEqual } from 'node:crypto';

export const STEP_MS = 30_000;
const DIGITS = 6;
/** RFC 4226, section 4, R6: 160 bits are recommended. */
export const SECRET_BYTES = 20;
/** RFC 6238, section 5.2: one step for clocks that differ and for typing; one ahead for a phone that is fast. */
const DRIFT_STEPS = [0, -1, 1] as const;
/** RFC 4648, section 6. */
const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** RFC 4226, section 5.3. `counter`: a whole number of steps. */
export function codeAt(secret: Uint8Array, counter: number): string {
  const moving = Buffer.alloc(8);
  moving.writeBigUInt64BE(BigInt(counter));
  const mac = createHmac('sha1', secret).update(moving).digest();
  const offset = mac[mac.length - 1]! & 0x0f;
  const number = (mac.readUInt32BE(offset) & 0x7fffffff) % 10 ** DIGITS;
  return String(number).padStart(DIGITS, '0');
}

/**
 * The step whose code was typed, if it is later than `lastStep`: RFC 6238, section 5.2, takes no code a second time.
 * Blanks in what was typed do not count.
 */
export function stepOf(secret: Uint8Array, typed: string, nowMs: number, lastStep: number): number | undefined {
  const given = Buffer.from(typed.replace(/\s/g, ''));
  const now = Math.floor(nowMs / STEP_MS);
  let found: number | undefined;
  for (const drift of DRIFT_STEPS) {
    const wanted = Buffer.from(codeAt(secret, now + drift));
    const same = given.length === wanted.length && timingSafeEqual(given, wanted);
    if (same && now + drift > lastStep) found ??= now + drift;
  }
  return found;
}

export function base32(bytes: Uint8Array): string {
  let bits = '';
  for (const byte of bytes) bits += byte.toString(2).padStart(8, '0');
  return (bits.match(/.{1,5}/g) ?? []).map((five) => BASE32[Number.parseInt(five.padEnd(5, '0'), 2)]).join('');
}

/** What authenticator apps read from a QR code. Short, so that the code stays small: all else is the default. */
export const keyUri = (secret: Uint8Array): string => `otpauth://totp/hubsieve?secret=${base32(secret)}&issuer=hubsieve`;
