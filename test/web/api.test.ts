import test from 'ava';
import type { AskedDoor } from '#src/web/facade.js';
import { fullPath, isStream } from '#src/web/route.js';
import { routes } from '#src/web/routes.js';
import { faultsOf, type JsonSchema } from '#src/web/schema.js';
import { openPage, type Page } from './tools.js';

/** One good request for each operation: path parameters, query and body. */
const GOOD: Readonly<Record<string, { path?: string; body?: unknown; status?: number }>> = {
  'post /api/v1/setup': { body: { code: 'x', password: 'some long enough words' }, status: 409 },
  'post /api/v1/session': { body: { password: 'three quiet herons at dusk' } },
  'put /api/v1/password': { body: { current: 'three quiet herons at dusk', password: 'another pond full of reeds' } },
  'put /api/v1/pin': { body: { current: 'another pond full of reeds', pin: '482915' } },
  'delete /api/v1/sessions/:id': { path: '/api/v1/sessions/none', status: 404 },
  'post /api/v1/tokens': { body: { current: 'another pond full of reeds', name: 'script', scope: 'read', days: 3 }, status: 201 },
  'delete /api/v1/tokens/:id': { path: '/api/v1/tokens/none', status: 404 },
  'post /api/v1/family/devices': { body: { pin: '482915' } },
  'post /api/v1/family/pause': { body: { pin: '482915', device: 'd-7f3a91c2', minutes: 5 } },
  'get /api/v1/overview': { path: '/api/v1/overview?hours=48' },
  'get /api/v1/services/:id': { path: '/api/v1/services/cosori?lang=ru' },
  'patch /api/v1/services/:id': {
    path: '/api/v1/services/cosori',
    body: { mode: 'observe', purposes: { customer_support: true } },
  },
  'put /api/v1/hosts/:host': { path: '/api/v1/hosts/relay.robo-vac.example', body: { kind: 'tunnel' } },
  'patch /api/v1/devices/:id': { path: '/api/v1/devices/d-7f3a91c2', body: { name: 'Fryer', mode: 'block' } },
  'post /api/v1/devices/:id/pause': { path: '/api/v1/devices/d-7f3a91c2/pause', body: { minutes: 10 } },
  'post /api/v1/devices/:id/pairing': { path: '/api/v1/devices/d-7f3a91c2/pairing', body: { minutes: 10 } },
  'delete /api/v1/devices/:id': { path: '/api/v1/devices/d-e1175f60' },
  'get /api/v1/fields/new/:id/preview': { path: '/api/v1/fields/new/f1/preview?category=device_status&lang=en' },
  'post /api/v1/fields/new/:id': { path: '/api/v1/fields/new/f1', body: { category: 'device_status', scope: 'device' } },
  'post /api/v1/overrides': {
    body: { device: 'd-7f3a91c2', service: 'cosori', in: 'body', path: "$['network']['rssi']", action: 'keep', minutes: 10 },
    status: 201,
  },
  'patch /api/v1/overrides/:id': { path: '/api/v1/overrides/o1', body: { minutes: null } },
  'delete /api/v1/overrides/:id': { path: '/api/v1/overrides/o1' },
  'get /api/v1/trouble': { path: '/api/v1/trouble?device=d-7f3a91c2' },
  'post /api/v1/try': { body: { service: 'cosori', body: '{"wifiSSID":"x","email":"a@b.c","currentTemp":4}' } },
  'get /api/v1/records': { path: '/api/v1/records?limit=5&category=wifi_ssid' },
  'get /api/v1/records/:seq': { path: '/api/v1/records/7' },
  'put /api/v1/household': {
    body: { ssids: ['x'], macs: [], ips: [], emails: [], phones: [], coordinates: [{ latitude: 1, longitude: 2 }] },
  },
  'post /api/v1/second-factor': { body: { current: 'another pond full of reeds' } },
  'put /api/v1/hosts/:host/country': { path: '/api/v1/hosts/smartapi.vesync.com/country', body: { country: 'DE' } },
  'put /api/v1/door': { body: { open: true } },
  'put /api/v1/retention': { body: { days: 14 } },
  'post /api/v1/restore': { body: { text: '{"format":"hubsieve-choices-1"}' } },
  'post /api/v1/recover': { body: { from: 'copy' } },
  'put /api/v1/rules/:name': { path: '/api/v1/rules/extra.yaml', body: { text: 'id: x' } },
  'delete /api/v1/rules/:name': { path: '/api/v1/rules/extra.yaml' },
};
/** Run last: the session that the others need ends with it. */
const LAST = 'delete /api/v1/session';
/** Steps that need a code of the step before: second-factor.test.ts goes through them. */
const STEPS = /second-factor\//;

interface Described {
  readonly paths: Record<
    string,
    Record<string, { operationId: string; responses: Record<string, { content: Record<string, { schema: JsonSchema }> }> }>
  >;
  readonly components: { readonly schemas: Record<string, JsonSchema> };
}

/** A schema with its references put in. */
function whole(json: unknown, schemas: Record<string, JsonSchema>): JsonSchema {
  if (Array.isArray(json)) return json.map((one) => whole(one, schemas)) as unknown as JsonSchema;
  if (typeof json !== 'object' || json === null) return json as JsonSchema;
  const ref = (json as { $ref?: unknown }).$ref;
  if (typeof ref === 'string') return whole(schemas[ref.split('/').at(-1)!], schemas);
  return Object.fromEntries(Object.entries(json).map(([name, value]) => [name, whole(value, schemas)]));
}

async function describe(page: Page): Promise<Described> {
  return (await page.api('/openapi.json')).json as Described;
}

test('every described operation answers as its description says', async (t) => {
  const page = await openPage(t);
  page.hub.store = { closed: 'missing', expected: 1, copyVersion: 1, damaged: ['CURRENT'] };
  const { paths, components } = await describe(page);
  const names = routes
    .map((route) => `${route.method} ${fullPath(route)}`)
    .sort((a, b) => Number(a === LAST) - Number(b === LAST));
  t.is(Object.values(paths).flatMap((path) => Object.keys(path)).length, routes.length);
  for (const name of names) {
    const route = routes.find((one) => `${one.method} ${fullPath(one)}` === name)!;
    if (isStream(route.answer) || STEPS.test(name)) continue;
    const { path = fullPath(route), body, status = route.status ?? 200 } = GOOD[name] ?? {};
    const answer = await page.ask(path, { method: route.method.toUpperCase(), body });
    t.is(answer.status, status, `${name}: ${answer.text}`);
    const described = paths[fullPath(route).replace(/:(\w+)/g, '{$1}')]![route.method]!;
    const schema = (described.responses[String(status)] ?? described.responses['default'])!.content['application/json']!.schema;
    t.deepEqual(faultsOf(whole(schema, components.schemas), answer.json), [], name);
  }
});

test('operation ids are unique, and every operation says what it needs', async (t) => {
  const { paths } = await describe(await openPage(t));
  const operations = Object.values(paths).flatMap((path) => Object.values(path)) as { operationId: string; 'x-scope'?: string }[];
  t.is(new Set(operations.map(({ operationId }) => operationId)).size, operations.length);
  t.true(operations.every((one) => typeof one['x-scope'] === 'string'));
});

test('requests that do not fit their description are refused with the place, never with the value', async (t) => {
  const page = await openPage(t);
  const bad = [
    ['/services/cosori', 'PATCH', { mode: 'sideways-4711' }],
    ['/services/cosori', 'PATCH', { purposes: { no_such: true } }],
    ['/services/cosori', 'PATCH', { modus: 'enforce' }],
    ['/devices/d-7f3a91c2/pause', 'POST', { minutes: 99_999 }],
    ['/try', 'POST', { service: 'cosori' }],
    ['/rules/..%2fx.yaml', 'PUT', { text: 'id: x' }],
  ] as const;
  for (const [path, method, body] of bad) {
    const answer = await page.api(path, { method, body });
    t.is(answer.status, 400, path);
    t.is(answer.json.error.code, 'bad_request');
    t.false(answer.text.includes('4711'));
  }
  t.is((await page.api('/records?limit=ten')).status, 400);
  t.is((await page.api('/try', { method: 'POST', raw: '{', headers: { 'content-type': 'application/json' } })).status, 400);
  t.is(
    (await page.api('/try', { method: 'POST', raw: 'a=b', headers: { 'content-type': 'application/x-www-form-urlencoded' } }))
      .status,
    415,
  );
  t.is((await page.api('/health', { method: 'DELETE' })).status, 404);
  t.is((await page.api('/overview', { method: 'PUT', body: {} })).status, 405);
});

test('a switch changes what the service may have, and says so beforehand', async (t) => {
  const page = await openPage(t);
  const before = (await page.api('/services/cosori?lang=en')).json;
  const support = before.purposes.find((one: { id: string }) => one.id === 'customer_support');
  t.false(support.on);
  t.regex(support.effect, /\d+ more categor/);
  await page.api('/services/cosori', { method: 'PATCH', body: { purposes: { customer_support: true } } });
  const after = (await page.api('/services/cosori?lang=en')).json;
  t.true(after.purposes.find((one: { id: string }) => one.id === 'customer_support').on);
  t.is(page.hub.actors.at(-1)?.who, 'owner');
});

test('a tried message is sieved, explained, and leaves no trace', async (t) => {
  const page = await openPage(t);
  const before = page.hub.entries.length;
  const body = { service: 'cosori', body: '{"wifiSSID":"Dacha-5G","currentTemp":180}', lang: 'ru' };
  const { json } = await page.api('/try', { method: 'POST', body });
  t.is(json.out, '{"currentTemp":180}');
  t.regex(json.decisions[0].sentence, /[а-я]{4}/);
  t.is(page.hub.entries.length, before);
  t.deepEqual(page.hub.calls, []);
});

test('events stream as they happen, and end when the session does', async (t) => {
  const page = await openPage(t);
  const cookie = `hubsieve=${page.cookies['hubsieve']}`;
  const response = await fetch(`${page.origin}/api/v1/events`, { headers: { cookie, accept: 'text/event-stream' } });
  t.regex(response.headers.get('content-type') ?? '', /^text\/event-stream/);
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  t.regex((await reader.read()).value!, /retry/);
  await page.api('/services/cosori', { method: 'PATCH', body: { mode: 'observe' } });
  t.regex((await reader.read()).value!, /event: changed\ndata: \{"kind":"changed","what":"services"\}/);
  await reader.cancel();
});

test('figures for Prometheus hold counts and no identifier', async (t) => {
  const page = await openPage(t);
  const { text, headers } = await page.ask('/metrics');
  t.regex(String(headers['content-type']), /^text\/plain/);
  t.regex(text, /hubsieve_messages_24h\{verdict="forwarded"\} [1-9]/);
  for (const told of ['d-7f3a', 'Kitchen', 'vesync', 'Dacha', 'robo-vac', '192.168']) t.false(text.includes(told), told);
});

test('what the hub itself holds back is not told as the household’s wish; the reason is `override` either way', async (t) => {
  const page = await openPage(t);
  const found = await page.hub.record(7);
  if (found.kind !== 'message') return t.fail();
  const [held] = await page.hub.newFields();
  const { in: place, path, category, device, service } = held!;
  const reason = { kind: 'override' } as const;
  const decision = { in: place, path, category, by: 'shape', action: 'drop', reason } as const;
  page.hub.record = async () => ({ ...found, timeMs: page.clock, device, service, decisions: [decision] });
  const told = async () =>
    ((await page.api('/records/7')).json as { decisions: [{ sentence: string; reason: object }] }).decisions[0];
  t.regex((await told()).sentence, /had not sent it before, and the household has not said what it is\.$/);
  t.deepEqual((await told()).reason, reason);
  page.hub.isHeldBack = () => false;
  t.regex((await told()).sentence, /the household has decided so\.$/);
});

test('a hub that fails answers 500 without a word about why', async (t) => {
  const page = await openPage(t);
  page.hub.failing = true;
  const answer = await page.api('/overview');
  t.is(answer.status, 500);
  t.deepEqual(answer.json, { error: { code: 'internal', message: 'The hub failed.' } });
});

test('what is wrong with the hub stands above everything else that waits, with its detail', async (t) => {
  const page = await openPage(t);
  page.hub.faults = [{ fault: 'disk_low', detail: '3 MiB' }, { fault: 'gate_open' }];
  const { items } = (await page.api('/attention')).json as { items: unknown[] };
  t.deepEqual(items.slice(0, 2), [
    { kind: 'hub_fault', level: 'now', count: 1, code: 'disk_low', detail: '3 MiB' },
    { kind: 'hub_fault', level: 'now', count: 1, code: 'gate_open' },
  ]);
});

test('a door is asked for, and closed again; where the config names doors it cannot be', async (t) => {
  const page = await openPage(t);
  page.hub.askedDoor = 'closed' as AskedDoor;
  const door = (open: boolean) => page.api('/door', { method: 'PUT', body: { open } });
  t.is((await door(true)).status, 200);
  t.is(page.hub.askedDoor, 'open');
  t.is((await door(false)).status, 200);
  t.deepEqual(page.hub.calls.slice(-2), ['askDoor true', 'askDoor false']);
  page.hub.askedDoor = 'config';
  t.is((await door(true)).status, 422);
});
