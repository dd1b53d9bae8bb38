// The page's facade on a real hub, with real messages over real sockets.
import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import test from 'ava';
import { fate } from '#src/web/facade.js';
import { run } from '../cli/support.js';
import { until } from '../net/tools.js';
import { ACME } from '../policy/acme.js';
import { ACTOR, type Place, place } from './support.js';

const DAY_MS = 86_400_000;
const SECRETS = ['Sunny Corner 5G', '00:00:5e:00:53:10', 'Anna kitchen fryer', 'k3J9sQ2mXw7Lp0ZtQ'];
const [SSID, MAC, NAME, TOKEN] = SECRETS as [string, string, string, string];
const MESSAGE = { wifiSSID: SSID, routerMac: MAC, deviceName: NAME, token: TOKEN, deviceStatus: 'on', currentTemp: 178 };
const today = () => ({ fromMs: Date.now() - DAY_MS, untilMs: Date.now() + 1 });

async function messages({ facade }: Place) {
  const entries = await facade.records({ kind: 'message' }, 1000);
  return entries.flatMap((entry) => (entry.kind === 'message' ? [entry] : []));
}

/** What the log says of fields, summed up as the page does. */
async function ofLog(at: Place) {
  const sums = { kept: 0, changed: 0, withheld: 0, messages: 0 };
  for (const { verdict, decisions } of await messages(at)) {
    sums.messages++;
    for (const decision of decisions) sums[verdict === 'refused' ? 'withheld' : fate(decision)]++;
  }
  return sums;
}

async function ofTraffic({ facade }: Place) {
  const { flows, traffic, timeline } = await facade.traffic(today());
  const sum = (rows: readonly object[], key: string) =>
    rows.reduce((all, row) => all + ((row as Record<string, number>)[key] ?? 0), 0);
  const fields = { kept: sum(flows, 'kept'), changed: sum(flows, 'changed'), withheld: sum(flows, 'withheld') };
  const line = { kept: sum(timeline, 'kept'), changed: sum(timeline, 'changed'), withheld: sum(timeline, 'withheld') };
  const inLine = timeline.reduce((all, one) => all + Object.values(one.messages).reduce((a, b) => a + b, 0), 0);
  return { fields: { ...fields, messages: sum(traffic, 'messages') }, line: { ...line, messages: inLine } };
}

/** Of every record of the field, newest first: why it was withheld, and whether that was the hub's own doing. */
async function whyWithheld(at: Place, path: string) {
  return (await messages(at)).flatMap(({ device, service, timeMs, decisions }) =>
    decisions
      .filter((one) => one.path === path && one.action === 'drop')
      .map((one) => [one.reason.kind, at.facade.isHeldBack({ device: device!, service: service!, timeMs }, one)]),
  );
}
const HELD = ['override', true];
const HOUSEHOLD = ['override', false];

test.serial('the page’s numbers add up with the log, hold no value, and are there again after a restart', async (t) => {
  const at = await place(t);
  for (let count = 0; count < 4; count++) t.is(await at.send(MESSAGE), 200);
  t.is(await at.send({ temp: 21, serial: 'TH-2231-009914' }, { from: '127.0.0.22', host: 'telemetry.example' }), 200);
  t.is(await at.send('{"broken":', { from: '127.0.0.22', host: 'telemetry.example' }), 400);
  t.is(await at.send({ ...MESSAGE, deviceStatus: 'fail' }), 401);
  const log = await ofLog(at);
  t.is(log.messages, 7);
  t.true(log.withheld > 10 && log.changed > 0 && log.kept > 0);
  t.deepEqual(await ofTraffic(at), { fields: log, line: log });
  const answers = await at.facade.errorAnswers(today());
  t.like(answers[0], { service: 'cosori', status: 401 });
  const before = { traffic: (await at.facade.traffic(today())).flows, hosts: await at.facade.hosts(), answers };
  t.like(before.hosts[0], { host: 'telemetry.example', messages: 2, opaque: false });
  await at.restart();
  t.deepEqual((await at.facade.traffic(today())).flows, before.traffic);
  t.deepEqual(await at.facade.hosts(), before.hosts);
  t.deepEqual(await at.facade.errorAnswers(today()), before.answers);
  const devices = await at.facade.devices();
  const all = [
    devices,
    before,
    await at.facade.records({}, 1000),
    await at.facade.seenHosts('cosori'),
    await at.facade.newFields(),
    at.said,
  ];
  const text = JSON.stringify(all);
  t.deepEqual(
    SECRETS.filter((secret) => text.includes(secret)),
    [],
  );
  t.true((await at.facade.verifyLog()).ok);
});

test.serial('a switch changes what leaves with the very next message, and is recorded', async (t) => {
  const at = await place(t);
  await at.send({ errorLog: 'E14', heap: 20111, deviceStatus: 'on' });
  const purposes = at.facade.rules().services.get('cosori')!.purposes;
  const off = purposes.find(({ needs }) => needs.some(({ category, necessary }) => category === 'device_status' && necessary))!;
  const justifying = purposes.filter(({ needs }) => needs.some(({ category }) => category === 'device_status'));
  await at.facade.setChoices('cosori', { purposes: Object.fromEntries(justifying.map(({ id }) => [id, false])) }, ACTOR);
  await at.send({ errorLog: 'E14', heap: 20111, deviceStatus: 'on' });
  const [first, second] = at.bodies();
  t.regex(first!, /"deviceStatus":"on"/);
  t.notRegex(second!, /deviceStatus/);
  const records = await at.facade.records({ kind: 'switch' }, 10);
  t.true(records.some((one) => one.kind === 'switch' && one.what === 'purpose' && one.purpose === off.id && one.value === 'off'));
  t.true(records.every((one) => one.kind === 'switch' && one.channel === 'web' && one.clientVersion === 'test/1 (owner)'));
});

test.serial(
  'what people write leaves for one submission: support is on for a time, told with its end, and ends at once where it is turned off',
  async (t) => {
    const at = await place(t);
    const report = { deviceStatus: 'on', comment: 'the lid does not close' };
    const support = async (on: boolean) => at.facade.setChoices('cosori', { purposes: { customer_support: on } }, ACTOR);
    await at.send(report);
    const before = Date.now();
    await support(true);
    const { until: ends } = await at.facade.choices('cosori');
    t.true(ends!['customer_support']! >= before + 15 * 60_000 && ends!['customer_support']! <= Date.now() + 15 * 60_000);
    await at.send(report);
    await support(false);
    await at.send(report);
    t.deepEqual(
      at.bodies().map((body) => body.includes('lid')),
      [false, true, false],
    );
    t.is((await at.facade.choices('cosori')).until, undefined);
    const records = (await at.facade.records({ kind: 'switch' }, 10)).flatMap((one) => (one.kind === 'switch' ? [one] : []));
    t.deepEqual(
      records.map(({ purpose, value, untilMs }) => [purpose, value, untilMs]),
      [
        ['customer_support', 'off', undefined],
        // Times stand in the log to the second.
        ['customer_support', 'on', Math.floor(ends!['customer_support']! / 1000) * 1000],
      ],
    );
  },
);

test.serial('what a service needs of cameras alone leaves once the household has said that the device is one', async (t) => {
  const at = await place(t);
  t.deepEqual(await at.facade.addRules('acme.yaml', ACME, ACTOR), []);
  const picture = async () => {
    await at.send({ snapshot: 'front-door-2026.jpg' }, { host: 'acme.example' });
    const [newest] = await messages(at);
    const { action, reason } = newest!.decisions.find(({ path }) => path === "$['snapshot']")!;
    return [action, reason.kind];
  };
  const say = async (kind: 'light' | 'camera' | null) => {
    const [device] = await at.facade.devices();
    await at.facade.changeDevice(device!.id, { kind }, ACTOR);
    return (await at.facade.devices())[0]!.kindChosen;
  };
  t.deepEqual(await picture(), ['drop', 'no-purpose']);
  t.is(await say('light'), 'light');
  t.deepEqual(await picture(), ['drop', 'no-purpose']);
  t.is(await say('camera'), 'camera');
  t.deepEqual(await picture(), ['keep', 'purpose']);
  await at.restart();
  t.is((await at.facade.devices())[0]!.kindChosen, 'camera');
  t.is(await say(null), undefined);
  t.deepEqual(await picture(), ['drop', 'no-purpose']);
});

test.serial('a pause of one device ends by itself, is told, and both ends are recorded', async (t) => {
  const at = await place(t);
  await at.send(MESSAGE);
  const [device] = await at.facade.devices();
  const stop = new AbortController();
  const heard: string[] = [];
  const listening = (async () => {
    for await (const event of at.facade.events(stop.signal)) heard.push(event.kind === 'changed' ? event.what : event.kind);
  })();
  await at.facade.changeDevice(device!.id, { pauseUntilMs: Date.now() + 700 }, ACTOR);
  t.true((await at.facade.devices())[0]!.pauseUntilMs! > Date.now());
  await at.send(MESSAGE);
  await until(() => heard.filter((what) => what === 'devices').length === 2);
  t.is((await at.facade.devices())[0]!.pauseUntilMs, undefined);
  await at.send(MESSAGE);
  stop.abort();
  await listening;
  t.true(heard.includes('message'));
  const bodies = at.bodies();
  t.deepEqual(
    bodies.map((body) => body.includes(SSID)),
    [false, true, false],
  );
  const kinds = (await at.facade.records({ kind: 'switch' }, 10)).map((one) => (one.kind === 'switch' ? one.what : ''));
  t.deepEqual(kinds, ['resume', 'pause']);
});

test.serial(
  'a new field of a known device is held back from its first message on, until the household says what it is',
  async (t) => {
    const at = await place(t);
    for (let count = 0; count < 4; count++) await at.send({ deviceStatus: 'on', currentTemp: 170 + count });
    t.deepEqual(await at.facade.newFields(), []);
    const FRESH = { deviceStatus: 'on', currentTemp: 170, chamberGlow: true };
    await at.send(FRESH);
    const [field] = await at.facade.newFields();
    t.like(field, {
      path: "$['chamberGlow']",
      service: 'cosori',
      look: 'switch',
      kind: 'boolean',
      action: 'drop',
      held: true,
      count: 1,
    });
    t.deepEqual(await whyWithheld(at, field!.path), [HELD]);
    t.is(at.bodies().at(-1), '{"deviceStatus":"on","currentTemp":170}');
    await at.restart();
    await at.send(FRESH);
    t.notRegex(at.bodies().at(-1)!, /chamberGlow/, 'also after a restart');
    t.is((await at.facade.newFields())[0]!.count, 2);
    const trial = { service: 'cosori', device: field!.device, in: 'body', path: field!.path, action: 'keep' } as const;
    at.later();
    const made = await at.facade.addOverride({ ...trial, untilMs: Date.now() + 60_000 }, ACTOR);
    await at.send(FRESH);
    t.regex(at.bodies().at(-1)!, /chamberGlow/, 'let through on trial');
    at.later();
    await at.facade.removeOverride(made.id, ACTOR);
    await at.send(FRESH);
    t.notRegex(at.bodies().at(-1)!, /chamberGlow/);
    at.later();
    await at.facade.decideField(field!.id, { kind: 'name', category: 'device_status', scope: 'device' }, ACTOR);
    t.deepEqual(await at.facade.newFields(), []);
    await at.send(FRESH);
    t.regex(at.bodies().at(-1)!, /"chamberGlow":true/);
    t.deepEqual(await whyWithheld(at, field!.path), [HELD, HELD, HELD], 'it was held back then');
    t.like((await at.facade.overrides())[0], { category: 'device_status', action: 'keep', path: "$['chamberGlow']" });
    await at.send({ ...FRESH, ambientNote: 'blue' });
    const [second] = await at.facade.newFields();
    at.later();
    await at.facade.decideField(second!.id, { kind: 'hold', scope: 'service' }, ACTOR);
    await at.send({ ...FRESH, ambientNote: 'blue' });
    t.notRegex(at.bodies().at(-1)!, /ambientNote/);
    await at.send({ ...FRESH, lidOpen: true });
    const [third] = await at.facade.newFields();
    at.later();
    await at.facade.decideField(third!.id, { kind: 'hold', scope: 'device' }, ACTOR);
    await at.send({ ...FRESH, lidOpen: true });
    t.deepEqual(await whyWithheld(at, third!.path), [HOUSEHOLD, HELD], 'now the household has decided so');
    await at.restart();
    t.deepEqual(await whyWithheld(at, third!.path), [HOUSEHOLD, HELD], 'also after a restart');
    await at.facade.forgetDevice(second!.device, ACTOR);
    t.notRegex(await at.facade.backup(), /heldBefore":\[\{/);
    t.deepEqual(await at.facade.newFields(), []);
  },
);

test.serial(
  'a field that a device had in its beginning is not new, nor is one that comes during a pause held back',
  async (t) => {
    const at = await place(t);
    for (let count = 0; count < 4; count++) await at.send({ deviceStatus: 'on', chamberGlow: true });
    t.deepEqual(await at.facade.newFields(), []);
    const [device] = await at.facade.devices();
    await at.facade.changeDevice(device!.id, { pauseUntilMs: Date.now() + 60_000 }, ACTOR);
    await at.send({ deviceStatus: 'on', chamberLight: true });
    t.like((await at.facade.newFields())[0], { path: "$['chamberLight']", action: 'keep' });
    t.regex(at.bodies().at(-1)!, /chamberLight/);
  },
);

test.serial('trying a message gives what `hubsieve sieve` gives, and leaves no trace', async (t) => {
  const at = await place(t);
  const body = Buffer.from(JSON.stringify({ ...MESSAGE, cid: 'f4cfa2778899', lat: 55.75123, deviceName: 'Anna' }));
  const size = await at.facade.logSize();
  const { report, out } = await at.facade.tryMessage({ service: 'cosori', direction: 'up', body, mediaType: 'application/json' });
  t.is(await at.facade.logSize(), size);
  t.deepEqual(await at.facade.devices(), []);
  const without = await at.facade.tryMessage({ service: 'cosori', direction: 'up', body, purposes: { device_control: false } });
  t.is(without.report.ruleset, report.ruleset);
  const file = path.join(at.dir, 'report.json');
  const args = ['sieve', '--service', 'cosori', '--type', 'application/json', '--report', file, '--data-dir', at.dir];
  const { code, stdout } = await run(args, body.toString());
  t.is(code, 0);
  t.is(stdout, Buffer.from(out!).toString());
  t.deepEqual(JSON.parse(readFileSync(file, 'utf8')), JSON.parse(JSON.stringify(report)));
});

test.serial(
  'a large message is tried where those of devices are judged, within its time: the page holds up nobody',
  async (t) => {
    const at = await place(t, { limits: { message_ms: 10 } });
    const body = Buffer.from(
      JSON.stringify(Array.from({ length: 45_000 }, (_, n) => `3c:84:6a:${(n >> 8).toString(16).padStart(4, '0')}:${n % 90}`)),
    );
    const { report, out } = await at.facade.tryMessage({
      service: 'cosori',
      direction: 'up',
      body,
      mediaType: 'application/json',
    });
    t.is(out, undefined);
    t.is(report.verdict, 'refused');
    t.is(report.error?.code, 'too_long');
  },
);

test.serial('an unknown host is blocked with a tap, also in the clear, and let in again', async (t) => {
  const at = await place(t);
  const to = { host: 'telemetry.example' };
  t.is(await at.send({ temp: 21 }, to), 200);
  await at.facade.decideHost('telemetry.example', { kind: 'block' }, ACTOR);
  t.is(await at.send({ temp: 21 }, to), 403);
  t.like((await at.facade.hosts())[0], { decision: { kind: 'block' } });
  t.like((await messages(at))[0], { verdict: 'refused', error: 'blocked' });
  await at.facade.decideHost('telemetry.example', { kind: 'adopt', service: 'smartcp' }, ACTOR);
  t.is(await at.send({ temp: 21 }, to), 200);
  t.like((await messages(at))[0], { service: 'smartcp' });
  await t.throwsAsync(at.facade.decideHost('never.example', { kind: 'block' }, ACTOR), { code: 'not_found' });
});

test.serial('a device in its own mode: watched only, blocked, as its services are; then forgotten everywhere', async (t) => {
  const at = await place(t);
  await at.send(MESSAGE);
  const id = (await at.facade.devices())[0]!.id;
  await at.facade.changeDevice(id, { mode: 'observe', name: 'Fryer', familyPause: true }, ACTOR);
  await at.send(MESSAGE);
  t.regex(at.bodies().at(-1)!, new RegExp(SSID));
  t.like((await messages(at))[0], { verdict: 'observed' });
  await at.facade.changeDevice(id, { mode: 'block' }, ACTOR);
  t.is(await at.send(MESSAGE), 403);
  t.like((await at.facade.devices())[0], { name: 'Fryer', mode: 'block', familyPause: true });
  await at.facade.changeDevice(id, { mode: 'inherit' }, ACTOR);
  t.is(await at.send(MESSAGE), 200);
  await at.facade.forgetDevice(id, ACTOR);
  t.deepEqual(await at.facade.devices(), []);
  t.deepEqual(await messages(at), []);
  t.deepEqual((await at.facade.traffic(today())).flows, []);
  t.true((await at.facade.verifyLog()).ok);
});

test.serial('extra rules count at once or not at all; what is chosen can be saved and put back', async (t) => {
  const at = await place(t);
  const hash = at.facade.rules().hash;
  const faults = await at.facade.addRules('extra.yaml', 'id: extra\ntitel: nothing\n', ACTOR);
  t.true(faults.length > 0 && faults.every(({ file }) => file === 'extra.yaml'));
  t.is(at.facade.rules().hash, hash);
  const rules = readFileSync('rules/services/smartcp.yaml', 'utf8');
  const text = rules.replace(/^id: .*$/m, 'id: extra').replace(/smartcp\.org/g, 'telemetry.example');
  t.deepEqual(await at.facade.addRules('extra.yaml', text, ACTOR), []);
  t.not(at.facade.rules().hash, hash);
  await at.send({ temp: 21 }, { host: 'telemetry.example' });
  t.like((await messages(at))[0], { service: 'extra', ruleset: at.facade.rules().hash });
  await at.restart();
  t.deepEqual(
    (await at.facade.extraRules()).map(({ name }) => name),
    ['extra.yaml'],
  );
  t.true(at.facade.rules().services.has('extra'));
  t.deepEqual(await at.facade.removeRules('extra.yaml', ACTOR), []);
  t.is(at.facade.rules().hash, hash);
  await at.facade.setChoices('cosori', { mode: 'observe' }, ACTOR);
  await at.facade.setHousehold(
    {
      ssids: ['Dacha'],
      macs: [],
      ips: [],
      emails: ['anna@example.org'],
      phones: ['+49 171 2345678'],
      coordinates: [{ latitude: 55.7, longitude: 37.6 }],
    },
    ACTOR,
  );
  const backup = await at.facade.backup();
  await at.facade.setChoices('cosori', { mode: 'enforce' }, ACTOR);
  await at.facade.setHousehold({ ssids: [], macs: [], ips: [], emails: [], phones: [], coordinates: [] }, ACTOR);
  await at.facade.restore(backup, ACTOR);
  t.is((await at.facade.choices('cosori')).mode, 'observe');
  t.deepEqual((await at.facade.household()).told, {
    ssids: ['Dacha'],
    macs: [],
    ips: [],
    emails: ['anna@example.org'],
    phones: ['+49 171 2345678'],
    coordinates: [{ latitude: 55.7, longitude: 37.6 }],
  });
  await t.throwsAsync(at.facade.restore('{}', ACTOR), { code: 'config' });
});

test.serial('the first-run code is said at start, opens the page once, and the account is its owner’s alone', async (t) => {
  const at = await place(t);
  const code = /code ([\w-]+)/.exec(at.said.join('\n'))?.[1];
  const origin = `http://127.0.0.1:${at.hub.web.port}`;
  const headers = { 'content-type': 'application/json', origin, 'sec-fetch-site': 'same-origin' };
  const body = JSON.stringify({ code, password: 'three quiet herons at dusk' });
  const answer = await fetch(`${origin}/api/v1/setup`, { method: 'POST', headers, body });
  t.is(answer.status, 200);
  t.is(statSync(path.join(at.dir, 'account.json')).mode & 0o777, 0o600);
  const cookie = answer.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ');
  await at.send(MESSAGE);
  const overview = await fetch(`${origin}/api/v1/overview`, { headers: { cookie, 'sec-fetch-site': 'same-origin' } });
  t.like((await overview.json()) as object, { traffic: [{ service: 'cosori', messages: 1 }] });
  await at.restart();
  t.is(at.said.filter((line) => line.includes('first run')).length, 1, 'there is a password now');
});
