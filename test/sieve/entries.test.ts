// The walk over a message read but not made into nodes, against the walk over the same message as nodes.
import test from 'ava';
import fc from 'fast-check';
import { parseConfig } from '#src/config.js';
import { Services } from '#src/hub/services.js';
import { limitsOf } from '#src/hub/settings.js';
import type { Decision, Node } from '#src/model.js';
import { readJson } from '#src/payload/json.js';
import { loadRules } from '#src/policy/declaration.js';
import { readRulesDir } from '#src/rules-files.js';
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
  return { text: changed ? written : text, decisions: cx.trace.decisions(context.shapes) };
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
];
const scalar = fc.oneof(
  fc.constantFrom(...texts, true, false, null, 48.85661, 2.35222, 0),
  fc.integer({ min: 0, max: 300 }),
  fc.integer(),
);
const { value } = fc.letrec((tie) => ({
  value: fc.oneof({ maxDepth: 4 }, scalar, tie('list'), tie('record')),
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
