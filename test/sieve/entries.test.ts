// The walk over a message read but not made into nodes, against the walk over the same message as nodes.
import test from 'ava';
import fc from 'fast-check';
import { parseConfig } from '#src/config.js';
import type { Decision, Node } from '#src/model.js';
import type { OwnIdentifier } from '#src/own-identifiers/matcher.js';
import { readJson } from '#src/payload/json.js';
import { loadRules } from '#src/policy/declaration.js';
import { readRulesDir } from '#src/rules-files.js';
import { Services } from '#src/services/contexts.js';
import { limitsOf } from '#src/services/from-config.js';
import type { Taken } from '#src/sieve/taken.js';
import { Trace } from '#src/sieve/trace.js';
import { WalkContext, walk } from '#src/sieve/walk.js';

const limits = limitsOf(parseConfig('{}', 'test'));
const own = [
  { category: 'device_mac' as const, value: '3c:84:6a:0b:91:d2' },
  { category: 'wifi_ssid' as const, value: 'Fjordhaven-Upstairs' },
];
const household = { choices: {}, overrides: [], own, knownToVendor: () => false };
const services = new Services(loadRules(await readRulesDir(['rules'])), household, new Uint8Array(32).fill(1), limits);

interface Judged {
  readonly text: string;
  readonly learned: readonly OwnIdentifier[];
  readonly taken: readonly Taken[];
  readonly decisions: readonly Decision[];
}

function judged(text: string, prepare: (root: Node) => void): Judged {
  const context = services.context('cosori', 'd-1');
  const cx = new WalkContext(context, new Trace(context.memory));
  cx.ownPossible = text.includes('\\');
  const document = readJson(Buffer.from(text), limits);
  prepare(document.root);
  const changed = walk(document.root, context.memory.root('body'), cx);
  const written = Buffer.from(document.write()).toString();
  const { learned, taken } = cx;
  return { text: changed ? written : text, learned, taken, decisions: cx.trace.decisions(context.shapes) };
}

const open = (node: Node): void => node.children?.forEach(open);

const names = [
  'ssid',
  'rssi',
  'name',
  'value',
  'k',
  'v',
  'columns',
  'rows',
  'mac',
  'mode',
  'deviceId',
  'network',
  'wifiSSID',
  'routerMac',
  'ip',
  'a',
  'имя',
  'passwd',
  'key',
  'pwd',
  'email',
  'displayName',
  'state',
  'city',
  'country',
  'address',
  'room',
  'unique_id',
  'routerMca',
  'pasword',
  'wfii_ssid',
  'a1',
  'a2',
  'latd',
  'lngd',
  'enc',
  'text',
  'data',
  'path',
  'topic',
  'set_value',
  'nearby',
  '3c846a0b91d2',
];
const texts = [
  'on',
  'AirFry',
  'facade',
  'PT',
  'ssid',
  'x',
  '3c:84:6a:0b:91:d2',
  'f4:cf:a2:77:88:99',
  '1.2.07',
  'tr-1763773200',
  'WiFi_AirFryer_CS158',
  'Guest net of the bench',
  'psk is Home-12',
  'дом',
  'a"b',
  '{"ssid":"Net 5"}',
  'a42bb0112233',
  'a4:2bb0-112233',
  'Bergkristall-71',
  'wlan0: associated with Bergkristall-71',
  '48.13719',
  '-61',
  '///filled.count.soap',
];
const scalar = fc.oneof(
  fc.constantFrom(...texts, true, false, null, 48.85661, 2.35222, 0),
  fc.integer({ min: 0, max: 300 }),
  fc.integer(),
);
const mac = fc.constantFrom('a4:2b:b0:11:22:33', 'a42bb0112234', 'A4-2B-B0-11-22-35', 'a4:2bb0-112236');
const degrees = fc.constantFrom(48.13719, 11.57549, 52.520081, 13.404954, '48.13719', '11.57549', 21.5, 230.123456);
const heard = fc.tuple(mac, fc.constantFrom<unknown>(-61, '-70', -88.5, 12), scalar);
/** Containers whose parts mean something only together. */
const together = fc.oneof(
  fc
    .tuple(fc.constantFrom(...['a1 a2', 'latd lngd', 'x y', 'p q', 'v1 v2'].map((pair) => pair.split(' '))), degrees, degrees)
    .map(([[a, b], x, y]) => ({ mode: 'eco', [a!]: x, [b!]: y, on: true })),
  fc
    .tuple(fc.constantFrom('passwd', 'key', 'pwd', 'pasword', 'secret'), fc.constantFrom('ssid', 'wifiSSID', 'email'), fc.nat(9))
    .map(([key, net, more]) => ({
      [net]: 'Bergkristall-71',
      [key]: 'Quarz-4711-Glimmer',
      ...Object.fromEntries(Array.from({ length: more }, (_, n) => [`reading${n}`, n])),
    })),
  fc.array(heard, { maxLength: 4 }),
  fc.array(
    heard.map(([address, dbm, more]) => ({ a: address, v: dbm, k: more })),
    { maxLength: 4 },
  ),
  fc.array(fc.integer({ min: -200, max: 300 }), { minLength: 4, maxLength: 8 }),
  fc.constantFrom<unknown>(
    [...'Дача'].map((c) => c.codePointAt(0)),
    ['a4', '2b', 'b0', '11', '22', '33'],
    ['48.13719', '11.57549'],
  ),
  fc.tuple(mac, scalar).map(([address, more]) => ({ mac: address, name: `plug-${address.replace(/\W/g, '')}-x`, mode: more })),
);
const { value } = fc.letrec((tie) => ({
  value: fc.oneof({ maxDepth: 4 }, scalar, together, tie('list'), tie('record')),
  list: fc.oneof(fc.array(tie('value'), { maxLength: 6 }), fc.array(scalar, { maxLength: 8 })),
  record: fc.dictionary(fc.constantFrom(...names), tie('value'), { maxKeys: 9 }),
}));

test('values without nodes are judged as values with nodes, to the last byte and decision', (t) => {
  fc.assert(
    fc.property(value, (message) => {
      const text = JSON.stringify(message);
      t.deepEqual(
        judged(text, () => undefined),
        judged(text, open),
        text,
      );
    }),
    { numRuns: 2000 },
  );
});

test('a row of names and values in turn is told by the name that comes again, however long it is', (t) => {
  const row = (value: string): string =>
    `{"name":"ssid","value":"${value}",${'"name":"mode","value":"eco",'.repeat(5)}"name":"x","on":1}`;
  for (let turn = 0; turn < 3; turn += 1) {
    const seen = judged(row('Bergkristall-71'), () => undefined);
    t.deepEqual(seen, judged(row('Bergkristall-71'), open));
    t.false(seen.text.includes('Bergkristall'));
  }
});

test('code points of a network name are put together, whatever has been met before', (t) => {
  const codes = JSON.stringify({ ssid: [...'Дача-у-леса'].map((c) => c.codePointAt(0)) });
  for (let turn = 0; turn < 3; turn += 1) {
    const seen = judged(codes, () => undefined);
    t.deepEqual(seen, judged(codes, open));
    t.false(seen.text.includes('1044'));
  }
});

test('written with escapes, records of a scan and degrees are what they say', (t) => {
  for (const text of [
    '{"radio":[{"a":"\\u0061\\u0034:2b:b0:11:22:33","b":-61,"c":1},{"a":"a4:2b:b0:11:22:34","b":-62,"c":1}]}',
    '{"mode":"on","a1":"\\u00348.13719","a2":"\\u00311.57549"}',
  ]) {
    for (let turn = 0; turn < 3; turn += 1) {
      const seen = judged(text, () => undefined);
      t.deepEqual(seen, judged(text, open));
      t.false(/2b:b0|13719/.test(seen.text), seen.text);
    }
  }
});

test('a message judged twice, with its names known the second time, gets the same answer', (t) => {
  fc.assert(
    fc.property(value, (message) => {
      const text = JSON.stringify(message);
      t.deepEqual(
        judged(text, () => undefined),
        judged(text, () => undefined),
      );
    }),
    { numRuns: 300 },
  );
});

for (const name of ['unique_id', 'metricName', 'sensor_type', 'stateKey', 'param_name', 'object_id']) {
  for (const held of ['value', 'v', 'reading', 'state_value']) {
    test(`a name that \`${name}\` gives to \`${held}\` counts also where both have been met before`, (t) => {
      const message = (said: string, text: string): string => JSON.stringify({ e: { [held]: text, [name]: said } });
      judged(message('temp', 'x'), () => undefined);
      const text = message('ssid', 'Guest net');
      const seen = judged(text, () => undefined);
      t.deepEqual(seen, judged(text, open));
      t.false(seen.text.includes('Guest net'), seen.text);
    });
  }
}

test('an array that is written out as an object is one value, whatever has been met before', (t) => {
  const message = (codes: readonly number[]): string => JSON.stringify({ mac: { ...codes }, mode: 'on' });
  judged(message([1, 2, 3, 4, 5, 6, 7]), () => undefined);
  const text = message([0xf4, 0xcf, 0xa2, 0x77, 0x88, 0x99]);
  for (let turn = 0; turn < 2; turn += 1) {
    const seen = judged(text, () => undefined);
    t.deepEqual(seen, judged(text, open));
    t.is(seen.text, '{"mac":{},"mode":"on"}');
  }
});

test('a name that has been met is still known for one of the home', (t) => {
  const named = '{"mode":"on","Fjordhaven-Upstairs":1}';
  judged(named, () => undefined);
  judged(named, () => undefined);
  const escaped = named.replace('on', '\\u006fn');
  const seen = judged(escaped, () => undefined);
  t.deepEqual(seen, judged(escaped, open));
  t.false(seen.text.includes('Fjordhaven-Upstairs'));
});

test('values taken out without nodes leave the same text as values taken out with them', (t) => {
  const net = '"wifiSSID":"Guest net","routerMac":"02:11:22:33:44:55","rssi":-61,"ip":"192.0.2.17"';
  for (const inside of [
    net,
    `"a":1,${net}`,
    `${net},"a":1`,
    `"a":{"b":[1,{"c":2}]},${net},"ssid":"x","a":2`,
    '"wifiSSID":"A","a":1,"ip":"1.2.3.4"',
  ]) {
    const text = `{"mode":"on", "network" : { ${inside} },"k":[{"network":{${inside}}}],"deviceId":"d"}`;
    for (let turn = 0; turn < 3; turn += 1) {
      const seen = judged(text, () => undefined);
      t.deepEqual(seen, judged(text, open));
      t.notThrows(() => JSON.parse(seen.text), seen.text);
      t.false(seen.text.includes('Guest net'));
    }
  }
});
