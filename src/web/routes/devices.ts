// Devices: found or seen, what each sent; pause, pairing, block, forget.

import { DEVICE_KINDS, MODES } from '../../model.js';
import type { DeviceChange, Traffic } from '../facade.js';
import { Problem } from '../problem.js';
import { type Asking, type Route, route, type Web } from '../route.js';
import { bool, nullable, object, oneOf, optional, text, whole } from '../schema.js';
import { type DeviceView, devices, done } from '../views.js';

const WEEK_MS = 7 * 86_400_000;
/** A pause comes back by itself: a day at most. */
const PAUSE_MINUTES_MAX = 24 * 60;
const PAIRING_MINUTES_MAX = 60;

function servicesOf(device: string, { flows, traffic }: Traffic): DeviceView['services'] {
  const rows = new Map<
    string,
    { service: string; messages: number; refused: number; kept: number; changed: number; withheld: number }
  >();
  const of = (service: string) => {
    const row = rows.get(service) ?? { service, messages: 0, refused: 0, kept: 0, changed: 0, withheld: 0 };
    rows.set(service, row);
    return row;
  };
  for (const one of traffic) {
    if (one.device !== device) continue;
    const row = of(one.service);
    row.messages += one.messages;
    if (one.verdict === 'refused') row.refused += one.messages;
  }
  for (const one of flows) {
    if (one.device !== device) continue;
    const row = of(one.service);
    row.kept += one.kept + one.rehearsed;
    row.changed += one.changed;
    row.withheld += one.withheld;
  }
  return [...rows.values()].sort((a, b) => b.messages - a.messages);
}

export async function devicesOf({ facade, now }: Web) {
  const untilMs = now();
  const [all, traffic] = await Promise.all([facade.devices(), facade.traffic({ fromMs: untilMs - WEEK_MS, untilMs })]);
  const latest = [...all].sort((a, b) => (b.lastMs ?? 0) - (a.lastMs ?? 0));
  return { items: latest.map((device) => ({ ...device, services: servicesOf(device.id, traffic) })) };
}

async function known({ web, params }: Asking): Promise<string> {
  const id = params['id']!;
  if (!(await web.facade.devices()).some((device) => device.id === id)) throw new Problem('not_found');
  return id;
}

export const deviceRoutes: readonly Route[] = [
  route({
    method: 'get',
    path: '/devices',
    scope: 'read',
    summary: 'Devices, and what each sent in the last seven days.',
    answer: devices,
    run: ({ web }) => devicesOf(web),
  }),
  route({
    method: 'patch',
    path: '/devices/:id',
    scope: 'write',
    summary: 'Names a device, says what it is, blocks it or sets its mode, says what happens to it while the hub is down.',
    body: object({
      name: optional(nullable(text(80, 1))),
      kind: optional(nullable(oneOf(DEVICE_KINDS))),
      mode: optional(oneOf([...MODES, 'inherit'])),
      onHubFailure: optional(oneOf(['closed', 'open'])),
      familyPause: optional(bool),
    }),
    answer: done,
    run: async (asking) => {
      await asking.web.facade.changeDevice(await known(asking), asking.body as DeviceChange, asking.actor);
      return { done: true };
    },
  }),
  route({
    method: 'post',
    path: '/devices/:id/pause',
    scope: 'write',
    summary: 'Pauses minimization for some minutes (0 ends the pause); it comes back by itself and is recorded.',
    body: object({ minutes: whole(0, PAUSE_MINUTES_MAX) }),
    answer: done,
    run: async (asking) => {
      const { minutes } = asking.body;
      const pauseUntilMs = minutes === 0 ? 0 : asking.web.now() + minutes * 60_000;
      await asking.web.facade.changeDevice(await known(asking), { pauseUntilMs }, asking.actor);
      return { done: true };
    },
  }),
  route({
    method: 'post',
    path: '/devices/:id/pairing',
    scope: 'write',
    summary: 'Opens a pairing window: a device that registers anew in it gets pseudonyms from the start.',
    body: object({ minutes: whole(0, PAIRING_MINUTES_MAX) }),
    answer: done,
    run: async (asking) => {
      const { minutes } = asking.body;
      const pairingUntilMs = minutes === 0 ? 0 : asking.web.now() + minutes * 60_000;
      await asking.web.facade.changeDevice(await known(asking), { pairingUntilMs }, asking.actor);
      return { done: true };
    },
  }),
  route({
    method: 'delete',
    path: '/devices/:id',
    scope: 'admin',
    summary: 'Forgets a device: its name, its settings, and its entries in the log.',
    answer: done,
    run: async (asking) => {
      await asking.web.facade.forgetDevice(await known(asking), asking.actor);
      return { done: true };
    },
  }),
];
