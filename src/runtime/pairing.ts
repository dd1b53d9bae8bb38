// What a household tells the hub about a device by hand: that it registers anew now, or that its cloud knows it already. And what a
// device shows by itself: one that sends while it is being paired is registered under pseudonyms from then on.
import { isIP } from 'node:net';
import { HubError } from '../errors.js';
import type { By, Choices, DeviceSetting } from '../household/choices.js';
import type { Devices } from '../household/devices.js';
import { readMac } from '../household/discovery/found.js';
import { plainAddress } from '../net/address.js';

/** `device`: its label (`d-…`), its MAC, its address, or a name that the household or the network gives it. */
export type DeviceInstruction =
  /** `minutes`: how long the window is open from now; 0 closes it. */
  | { readonly what: 'pair'; readonly device: string; readonly minutes: number }
  /** Whether its cloud knows it by its own identifiers. */
  | { readonly what: 'known'; readonly device: string; readonly known: boolean };

/** What became of an instruction. */
export interface Told {
  /** The device's label. */
  readonly device: string;
  readonly pairingUntilMs?: number;
  readonly knownToVendor: boolean;
}

/** Who lives here, as far as an instruction touches it. */
export interface People {
  readonly choices: Choices;
  readonly devices: Pick<Devices, 'list'>;
  /** The label of the device with this MAC (`f4:cf:…`), or else at this address. */
  identify(identity: { readonly mac: string } | { readonly address: string }): string | Promise<string>;
}

/** As on the page: long enough to set a device up, short enough to be forgotten. */
export const PAIRING_MINUTES_MAX = 60;
export const PAIRING_MINUTES = 10;
/** Longest name of a device (household/choices). */
const DEVICE_UNITS = 100;
const LABEL = /^d-[0-9a-f]{8,32}$/;
const MINUTE_MS = 60_000;

/** Reads what came from another process. Throws `config`. */
export function readInstruction(value: unknown): DeviceInstruction {
  const { what, device, minutes, known } = (typeof value === 'object' && value !== null ? value : {}) as Record<string, unknown>;
  if (typeof device === 'string' && device !== '' && device.length <= DEVICE_UNITS) {
    if (what === 'known' && typeof known === 'boolean') return { what, device, known };
    const isInBounds = Number.isSafeInteger(minutes) && (minutes as number) >= 0 && (minutes as number) <= PAIRING_MINUTES_MAX;
    if (what === 'pair' && isInBounds) return { what, device, minutes: minutes as number };
  }
  throw new HubError('config', 'not an instruction');
}

/** Does as told. Throws `not_found` for a device nobody knows, `config` for a name of several, `record_failed`; then nothing has changed. */
export async function carryOut(instruction: DeviceInstruction, people: People, by: By, nowMs: number): Promise<Told> {
  const { choices } = people;
  const device = await findDevice(instruction.device, people);
  const setting = settingOf(instruction, nowMs);
  if (choices.device(device)[setting.key] !== setting.value) await choices.apply({ what: 'device', device, set: setting }, by);
  const { pairingUntilMs = 0 } = choices.device(device);
  const open = pairingUntilMs > nowMs ? { pairingUntilMs } : {};
  return { device, ...open, knownToVendor: choices.knownToVendor(device, nowMs) };
}

function settingOf(instruction: DeviceInstruction, nowMs: number): DeviceSetting {
  switch (instruction.what) {
    case 'pair': {
      const { minutes } = instruction;
      return { key: 'pairingUntilMs', value: minutes === 0 ? undefined : nowMs + minutes * MINUTE_MS };
    }
    case 'known':
      return { key: 'registered', value: instruction.known ? 'before' : undefined };
    default:
      return instruction satisfies never;
  }
}

/** A MAC or an address may be of a device that never spoke: it can be paired before its first message. */
async function findDevice(said: string, { choices, devices, identify }: People): Promise<string> {
  const mac = readMac(said);
  if (mac !== undefined) return identify({ mac });
  if (isIP(said) !== 0) return identify({ address: plainAddress(said) });
  const book = devices.list();
  const labels = new Set([...book.map(({ label }) => label), ...Object.keys(choices.state.devices)]);
  if (LABEL.test(said) && labels.has(said)) return said;
  const name = said.toLowerCase();
  const isNamed = (label: string): boolean => {
    const found = book.find((device) => device.label === label);
    return [choices.device(label).name, found?.hostname, found?.mdnsName].some((each) => each?.toLowerCase() === name);
  };
  const [first, ...more] = [...labels].filter(isNamed);
  if (first === undefined) throw new HubError('not_found', 'no such device: its label, MAC, address or name');
  if (more.length > 0) throw new HubError('config', `this name is of several devices: ${[first, ...more].join(', ')}`);
  return first;
}

/**
 * Asked before each message of a device is judged. Where the device is being paired and its cloud may yet know it otherwise, gives
 * what is to be called before the message leaves under pseudonyms: from then on it counts as registered through the hub. Rejects
 * `record_failed`; then nothing is to leave.
 */
export function createRegistrar(
  choices: Choices,
  by: () => By,
  now: () => number,
): (device: string) => (() => Promise<void>) | undefined {
  const pending = new Map<string, Promise<void>>();
  const register = async (device: string): Promise<void> => {
    if (choices.device(device).registered === 'through-hub') return;
    await choices.apply({ what: 'device', device, set: { key: 'registered', value: 'through-hub' } }, by());
  };
  return (device) => {
    const { registered, pairingUntilMs = 0, paused } = choices.device(device);
    const nowMs = now();
    // While minimization is paused its own identifiers leave: that registers nothing under pseudonyms.
    const isPaused = paused !== undefined && paused.untilMs > nowMs;
    if (registered === 'through-hub' || pairingUntilMs <= nowMs || isPaused) return undefined;
    return () => {
      const mine = pending.get(device) ?? register(device).finally(() => pending.delete(device));
      pending.set(device, mine);
      return mine;
    };
  };
}
