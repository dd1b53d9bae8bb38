// Devices: who they are from discovery and the book, what the household chose for them, and forgetting them.
import { eraseDevice } from '../audit/removal.js';
import { HubError } from '../errors.js';
import type { Change, DeviceSetting } from '../household/choices.js';
import type { Device } from '../household/devices.js';
import type { DeviceChange, DeviceInfo, HubFacade } from '../web/facade.js';
import { byOf, type FacadeParts } from './ports.js';

type DevicesFacade = Pick<HubFacade, 'devices' | 'changeDevice' | 'forgetDevice'>;

export function devicesFacade(parts: FacadeParts): DevicesFacade {
  const { home, activity, log, now } = parts;
  return {
    devices: async () => devicesOf(parts),
    async changeDevice(id, change, actor) {
      if (!devicesOf(parts).some((device) => device.id === id)) throw new HubError('not_found', 'a device');
      const by = byOf(parts, actor);
      for (const one of changesOf(parts, id, change)) await home.choices.apply(one, by);
    },
    async forgetDevice(id, actor) {
      if (!devicesOf(parts).some((device) => device.id === id)) throw new HubError('not_found', 'a device');
      // The choice's own record names the device too: it goes with the others.
      await home.choices.apply({ what: 'forget', device: id }, byOf(parts, actor));
      await home.vault.forgetDevice(id);
      await home.devices.forget(id);
      await eraseDevice(log, id, now());
      await activity.forget(id);
      activity.changed('devices');
    },
  };
}

/** Devices of the book, and those that were only ever turned away. */
function devicesOf(parts: FacadeParts): DeviceInfo[] {
  const nowMs = parts.now();
  const seen = parts.activity.slices.seen();
  const book = parts.home.devices.list();
  const known = new Set(book.map(({ label }) => label));
  const others = [...seen]
    .filter(([label]) => label !== '' && !known.has(label))
    .map(([label, { firstMs }]): Device => ({ label, addresses: [], firstMs, lastMs: firstMs, services: {} }));
  return [...book, ...others].map((device) => infoOf(parts, device, seen.get(device.label)?.lastMs, nowMs));
}

function infoOf({ home }: FacadeParts, device: Device, sentMs: number | undefined, nowMs: number): DeviceInfo {
  const { label: id, firstMs } = device;
  const chosen = home.choices.device(id);
  const found = device.mdnsName ?? device.hostname;
  const maker = chosen.maker ?? device.maker;
  const lastMs = sentMs ?? (Object.keys(device.services).length > 0 ? device.lastMs : undefined);
  const { paused, pairingUntilMs = 0 } = chosen;
  return {
    id,
    ...(chosen.name === undefined ? {} : { name: chosen.name }),
    ...(found === undefined ? {} : { foundName: found }),
    ...(maker === undefined ? {} : { maker }),
    ...(device.router ? { kind: 'router' } : {}),
    ...(chosen.kind === undefined ? {} : { kindChosen: chosen.kind }),
    firstMs,
    ...(lastMs === undefined ? {} : { lastMs }),
    mode: chosen.blocked ? 'block' : (chosen.mode ?? 'inherit'),
    onHubFailure: chosen.onFailure ?? 'closed',
    ...(paused !== undefined && paused.untilMs > nowMs ? { pauseUntilMs: paused.untilMs } : {}),
    ...(pairingUntilMs > nowMs ? { pairingUntilMs } : {}),
    familyPause: chosen.familyPause ?? false,
    knownToVendor: home.choices.knownToVendor(id, nowMs),
    forOthers: device.forOthers ?? false,
  };
}

function changesOf({ home, now }: FacadeParts, device: string, change: DeviceChange): Change[] {
  const before = home.choices.device(device);
  const out: Change[] = [];
  const set = (setting: DeviceSetting): void => {
    if (before[setting.key] !== setting.value) out.push({ what: 'device', device, set: setting });
  };
  const { name, kind, mode, onHubFailure, familyPause, pauseUntilMs, pairingUntilMs } = change;
  if (kind !== undefined) set({ key: 'kind', value: kind ?? undefined });
  if (name !== undefined) set({ key: 'name', value: name ?? undefined });
  if (mode !== undefined) {
    set({ key: 'blocked', value: mode === 'block' ? true : undefined });
    set({ key: 'mode', value: mode === 'enforce' || mode === 'observe' ? mode : undefined });
  }
  if (onHubFailure !== undefined) set({ key: 'onFailure', value: onHubFailure });
  if (familyPause !== undefined) set({ key: 'familyPause', value: familyPause });
  if (pairingUntilMs !== undefined) set({ key: 'pairingUntilMs', value: pairingUntilMs > now() ? pairingUntilMs : undefined });
  if (pauseUntilMs !== undefined && pauseUntilMs > now()) out.push({ what: 'pause', device, untilMs: pauseUntilMs });
  else if (pauseUntilMs !== undefined && before.paused !== undefined) out.push({ what: 'resume', device });
  return out;
}
