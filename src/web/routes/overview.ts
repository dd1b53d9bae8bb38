// What happened, at a glance: flows, timeline, coverage, what needs attention, and the stream of events.
import { type CategoryId, FLOOR, VERDICTS } from '../../model.js';
import { sessionOf } from '../entry.js';
import type { FlowRow, HubFacade, Traffic } from '../facade.js';
import { type Route, route, stream, type Web } from '../route.js';
import { object, optional, text, whole } from '../schema.js';
import { type Attention, attention, first, overview, words } from '../views.js';
import { devicesOf } from './devices.js';

const HOUR_MS = 3_600_000;
const DAY_HOURS = 24;
const DAY_MS = DAY_HOURS * HOUR_MS;
/** What devices are told apart or let in by: changing it can make a cloud turn a device away. */
const LOAD_BEARING: ReadonlySet<CategoryId> = new Set<CategoryId>([
  'device_identifier',
  'account_identifier',
  'credential',
  'serial_number',
  'radio_identifier',
  'device_mac',
  'unclassified',
]);
/** A refusal interrupts when it is of the last hour; older ones are in the digest. */
const RECENT_MS = HOUR_MS;
/** Comments keep a stream open through proxies, and let the server notice an ended session. */
/** A file's name and what is wrong with it. */
const DETAIL_UNITS = 300;
const HEARTBEAT_MS = 15_000;

function rehearsalOf(flows: readonly FlowRow[], observed: readonly string[]) {
  const byDevice = new Map<string, { rehearsed: number; categories: Set<CategoryId> }>();
  for (const { device, category, rehearsed, service } of flows) {
    if (!observed.includes(service) && rehearsed === 0) continue;
    const known = byDevice.get(device) ?? { rehearsed: 0, categories: new Set<CategoryId>() };
    byDevice.set(device, known);
    known.rehearsed += rehearsed;
    if (rehearsed > 0) known.categories.add(category);
  }
  return {
    services: observed,
    devices: [...byDevice].map(([device, { rehearsed, categories }]) => ({
      device,
      rehearsed,
      risk: [...categories].some((one) => LOAD_BEARING.has(one)) ? ('may_fail' as const) : ('none' as const),
      categories: [...categories],
    })),
  };
}

function coverageOf({ traffic }: Traffic) {
  return VERDICTS.map((verdict) => {
    const rows = traffic.filter((row) => row.verdict === verdict);
    return {
      verdict,
      messages: rows.reduce((sum, row) => sum + row.messages, 0),
      bytes: rows.reduce((sum, row) => sum + row.bytesIn, 0),
    };
  });
}

export async function observedServices(facade: HubFacade): Promise<string[]> {
  const ids = [...facade.rules().services.keys(), facade.rules().baseline.id];
  const choices = await Promise.all(ids.map((id) => facade.choices(id)));
  return ids.filter((_, index) => choices[index]!.mode === 'observe');
}

/** Everything that waits for the household, the urgent first. */
async function attentionOf({ facade }: Web, { untilMs: nowMs, traffic, observed }: PastTraffic): Promise<Attention[]> {
  const [devices, fields, hosts, incidents, faults] = await Promise.all([
    facade.devices(),
    facade.newFields(),
    facade.hosts(),
    facade.incidents(nowMs - DAY_MS),
    facade.health(),
  ]);
  const items: Attention[] = faults.map(({ fault, detail }) => ({
    kind: 'hub_fault' as const,
    level: 'now' as const,
    count: 1,
    code: fault,
    ...(detail === undefined ? {} : { detail: detail.slice(0, DETAIL_UNITS) }),
  }));
  if (incidents.recordsFail) items.push({ kind: 'not_recording', level: 'now', count: 1 });
  for (const { verdict, device, service, messages, lastMs } of traffic.traffic) {
    if (verdict !== 'refused') continue;
    items.push({ kind: 'refused', level: nowMs - lastMs < RECENT_MS ? 'now' : 'digest', count: messages, device, service });
  }
  const alarms = new Map<string, Attention>();
  for (const { what: code, service, device, category, count = 1 } of incidents.alarms) {
    const named = {
      ...(service === undefined ? {} : { service }),
      // A broken promise is the service's; which device it was says the record.
      ...(device === undefined || category !== undefined ? {} : { device }),
      ...(category === undefined ? {} : { category }),
    };
    const known = alarms.get(JSON.stringify([code, named]));
    alarms.set(JSON.stringify([code, named]), {
      kind: 'alarm',
      level: 'now',
      code,
      ...named,
      count: (known?.count ?? 0) + count,
    });
  }
  items.push(...alarms.values());
  const waiting = new Map<string, number>();
  for (const { device } of fields) waiting.set(device, (waiting.get(device) ?? 0) + 1);
  for (const [device, count] of waiting) items.push({ kind: 'new_fields', level: 'digest', count, device });
  for (const { host, messages, decision } of hosts) {
    if (!decision) items.push({ kind: 'unknown_host', level: 'digest', count: messages, host });
  }
  if (incidents.failedSends > 0) items.push({ kind: 'send_failed', level: 'digest', count: incidents.failedSends });
  for (const { id: device, pauseUntilMs, onHubFailure } of devices) {
    if (pauseUntilMs !== undefined && pauseUntilMs > nowMs)
      items.push({ kind: 'paused', level: 'now', count: 1, device, untilMs: pauseUntilMs });
    if (onHubFailure === 'open') items.push({ kind: 'fails_open', level: 'digest', count: 1, device });
  }
  for (const service of observed) items.push({ kind: 'rehearsal', level: 'digest', count: 1, service });
  return items.sort((a, b) => Number(b.level === 'now') - Number(a.level === 'now'));
}

/** Events as server-sent events; ends with the session. */
async function* eventLines(web: Web, signal: AbortSignal, open: () => boolean): AsyncGenerator<string> {
  const ended = new AbortController();
  const stop = () => ended.abort();
  signal.addEventListener('abort', stop);
  const events = web.facade.events(ended.signal)[Symbol.asyncIterator]();
  yield 'retry: 3000\n\n';
  try {
    let next = events.next();
    while (!signal.aborted && open()) {
      let timer: NodeJS.Timeout | undefined;
      const beat = new Promise<undefined>((resolve) => {
        timer = setTimeout(resolve, HEARTBEAT_MS, undefined);
      });
      const got = await Promise.race([next, beat]);
      clearTimeout(timer);
      if (!open()) return;
      if (got === undefined) yield ': still here\n\n';
      else if (got.done) return;
      else {
        yield `event: ${got.value.kind}\ndata: ${JSON.stringify(got.value)}\n\n`;
        next = events.next();
      }
    }
  } finally {
    stop();
    signal.removeEventListener('abort', stop);
  }
}

function wordsOf({ facade }: Web) {
  const { categories, services, baseline } = facade.rules();
  return {
    categories: [...categories.values()].map(({ id, title, family, withoutPurpose }) => ({
      id,
      title,
      family,
      floor: FLOOR.has(id),
      without: withoutPurpose,
    })),
    services: [...services.values(), baseline].map(({ id, title, operator: { name, country } }) => ({
      id,
      title,
      operator: name,
      ...(country === undefined ? {} : { country }),
    })),
  };
}

/** What is counted of the last hours: what the overview is made of, and half of what waits for the household. */
interface PastTraffic {
  readonly fromMs: number;
  readonly untilMs: number;
  readonly traffic: Traffic;
  readonly observed: readonly string[];
}

async function pastOf({ facade, now }: Web, hours = DAY_HOURS, device?: string): Promise<PastTraffic> {
  const untilMs = now();
  const fromMs = untilMs - hours * HOUR_MS;
  const [traffic, observed] = await Promise.all([facade.traffic({ fromMs, untilMs }, device), observedServices(facade)]);
  return { fromMs, untilMs, traffic, observed };
}

function overviewOf({ fromMs, untilMs, traffic, observed }: PastTraffic) {
  return { fromMs, untilMs, ...traffic, coverage: coverageOf(traffic), rehearsal: rehearsalOf(traffic.flows, observed) };
}

export const overviewRoutes: readonly Route[] = [
  route({
    method: 'get',
    path: '/first',
    scope: 'read',
    summary: 'The first view in one answer: session, words, devices, the overview of the last day, what needs attention.',
    answer: first,
    run: async (asking) => {
      const { web } = asking;
      const [devices, past] = await Promise.all([devicesOf(web), pastOf(web)]);
      const [items, store] = await Promise.all([attentionOf(web, past), web.facade.storeState()]);
      const overview = overviewOf(past);
      return { session: sessionOf(asking), words: wordsOf(web), devices, overview, attention: { items }, store };
    },
  }),
  route({
    method: 'get',
    path: '/words',
    scope: 'read',
    summary: 'Categories and services with their titles.',
    answer: words,
    run: async ({ web }) => wordsOf(web),
  }),
  route({
    method: 'get',
    path: '/overview',
    scope: 'read',
    summary: 'Fields by device, category and service; messages by verdict; over the last hours, for all devices or one.',
    query: object({ hours: optional(whole(1, 24 * 31)), device: optional(text(300)) }),
    answer: overview,
    run: async ({ web, query }) => overviewOf(await pastOf(web, query.hours, query.device)),
  }),
  route({
    method: 'get',
    path: '/attention',
    scope: 'read',
    summary: 'What waits for the household, the urgent first.',
    answer: attention,
    run: async ({ web }) => ({ items: await attentionOf(web, await pastOf(web)) }),
  }),
  stream({
    method: 'get',
    path: '/events',
    scope: 'read',
    summary: 'Server-sent events: `message` for each recorded message, `changed` when something shown here was changed.',
    answer: { type: 'text/event-stream' },
    run: ({ web, signal, session }) => eventLines(web, signal, () => !session || web.sessions.isOpen(session.id)),
  }),
];
