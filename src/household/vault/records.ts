// What the vault keeps, and under which keys: nothing on disk can be read or tried out without this install's key.
import { CATEGORY_IDS, type Pseudonym } from '../../model.js';
import type { Range } from '../../store/store.js';
import type { Sealer } from '../seal.js';

/** A pair as kept: with the labels of the devices that brought it, and when it was written. */
export interface Kept extends Pseudonym {
  readonly devices: readonly string[];
  readonly storedMs: number;
}

/** Bytes of a service's and of a pseudonym's name: 64 bits tell the rules' services apart, 128 any number of pseudonyms. */
const SERVICE_BYTES = 8;
const PSEUDONYM_BYTES = 16;
const RECORD_PREFIX = Buffer.from('hp');
const EPOCH_PREFIX = Buffer.from('he');

export const RECORDS: Range = { gte: RECORD_PREFIX, lt: Buffer.from('hq') };
export const EPOCHS: Range = { gte: EPOCH_PREFIX, lt: Buffer.from('hf') };

/** `hp` service(8) epoch(4) pseudonym(16): 30 bytes. */
export function keyOf(sealer: Sealer, { service, epoch, pseudonym }: Pseudonym): Buffer {
  const number = Buffer.alloc(4);
  number.writeUInt32BE(epoch);
  return Buffer.concat([
    servicePrefix(sealer, service),
    number,
    sealer.index(`pseudonym ${service}`, pseudonym, PSEUDONYM_BYTES),
  ]);
}

export function epochKey(sealer: Sealer, service: string): Buffer {
  return Buffer.concat([EPOCH_PREFIX, sealer.index('service', service, SERVICE_BYTES)]);
}

/** Every record of a service; its end is made longer so that it never ends in a zero byte. */
export function serviceRange(sealer: Sealer, service: string): Range {
  const gte = servicePrefix(sealer, service);
  return { gte, lt: Buffer.concat([gte, Buffer.alloc(4, 0xff), Buffer.alloc(PSEUDONYM_BYTES, 0xff)]) };
}

function servicePrefix(sealer: Sealer, service: string): Buffer {
  return Buffer.concat([RECORD_PREFIX, sealer.index('service', service, SERVICE_BYTES)]);
}

/** A record as read back; undefined for what is not one. */
export function readKept(plain: unknown): Kept | undefined {
  if (typeof plain !== 'object' || plain === null) return undefined;
  const { service, epoch, category, original, pseudonym, devices, storedMs } = plain as Partial<Record<keyof Kept, unknown>>;
  const texts = [service, original, pseudonym].every((one) => typeof one === 'string');
  const numbers = [epoch, storedMs].every((one) => Number.isSafeInteger(one));
  const labels = Array.isArray(devices) && devices.every((one) => typeof one === 'string');
  if (!texts || !numbers || !labels || !CATEGORY_IDS.includes(category as never)) return undefined;
  return plain as Kept;
}
