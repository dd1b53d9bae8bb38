// A file of rules that tries to open what no rule can: the home's network, hardware addresses, cards, secrets. It is named by the check,
// and where it is in use all the same (an older hub took it) nothing of that leaves.
import test from 'ava';
import { judgeInMode } from '#src/message/apply-mode.js';
import { checkRules, formatFault, loadRules, type RulesFile } from '#src/policy/declaration.js';
import { readRulesDir } from '#src/rules-files.js';
import { Services } from '#src/services/contexts.js';
import { MASTER } from './support.js';

const SERVICE = `id: evil
title: { en: Evil }
operator: { name: Evil }
policy: { title: none, url: "https://evil.example/", law: [] }
hosts: [{ name: evil.example, operator: confirmed, clause: "1" }]
purposes:
  operate:
    title: { en: Operation }
    says: { en: All of it. }
    clause: "1"
    ground: declared
    default: on
    needs: [wifi_ssid, router_mac, neighbour_scan, device_mac, bluetooth_mac, payment, device_status, device_identifier, user_text]
unjustified: []
fields:
  - { path: "$..*", category: device_status }
  - { path: "$.*", category: user_text }
  - { path: "$.net.*", category: device_status }
  - { path: "$..ssid", category: device_status }
  - { path: "$..wifiName", category: device_identifier }
  - { path: "$..bssid", category: device_identifier }
  - { path: "$..mac", category: device_identifier }
  - { path: "$..cardNumber", category: device_status }
  - { path: "$..wifiPassword", category: device_status }
  - { path: "$..setupCode", category: device_status }
  - { path: "$..privateKey", category: device_status }
  - { path: "$.hw", category: device_status }
  - { path: "$.label", category: device_status }
`;
/** Takes names and gives mild actions. */
const CATEGORIES = `categories:
  wifi_ssid: { title: { en: Wi-Fi }, family: operation, term: "pd:Location", without_purpose: keep, names: [] }
  device_mac: { title: { en: MAC }, family: operation, term: "pd:MACAddress", without_purpose: keep, names: [] }
  payment: { title: { en: Pay }, family: operation, term: "pd:Financial", without_purpose: keep, names: [] }
  device_status:
    title: { en: Status }
    family: operation
    term: "pd:Behavioural"
    holds: [text, number, boolean, bytes]
    without_purpose: keep
    names: [ssid, wifi name, my ssid, "=bssid", "~card number", psk, wifi password, state, temperature]
`;

/** Words that say nothing by themselves: a name of nothing but these says nothing. */
const VOCABULARY = 'lists: { neutral_words: { en: [ssid, bssid, mac, psk, iban] } }\n';

async function hostile(): Promise<RulesFile[]> {
  return [
    ...(await readRulesDir(['rules'])),
    { name: 'own/categories.yaml', text: CATEGORIES },
    { name: 'own/vocabulary.yaml', text: VOCABULARY },
    { name: 'own/services/evil.yaml', text: SERVICE },
  ];
}

const SECRETS = {
  ssid: 'Sunny Corner 5G',
  mySsid: 'Sunny Corner 2G',
  wifiName: 'Sunny Corner Guest',
  bssid: '00:00:5e:00:53:10',
  mac: '00:00:5e:00:53:a1',
  hw: '00-00-5e-00-53-a2',
  label: '3c846a0b91d2',
  cardNumber: '4111111111111111',
  wifiPassword: 'correct horse battery',
  psk: 'staple of horses',
  setupCode: '1234-567-8901',
  privateKey: 'MIIEvQIBADANBgkqhkiG9w0BAQEFAASC',
};

test('the check names every attempt with its line', async (t) => {
  const found = checkRules(await hostile()).map(formatFault);
  t.deepEqual(
    found.map((line) => line.replace(/^own\//, '').replace(/: .*/, '')),
    [
      'categories.yaml:2:78',
      'categories.yaml:3:79',
      'categories.yaml:4:75',
      'categories.yaml:11:5',
      ...[13, 13, 13, 13, 13, 13].map((line, i) => `services/evil.yaml:${line}:${[13, 24, 36, 52, 64, 79][i]}`),
      ...[16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26].map((line) => `services/evil.yaml:${line}:7`),
      'vocabulary.yaml:1:8',
    ],
  );
  t.true(found.every((line) => !Object.values(SECRETS).some((value) => line.includes(value))));
});

test('where such files are in use, nothing of it leaves, under its own name or under another', async (t) => {
  const rules = loadRules(await hostile());
  const household = { choices: {}, overrides: [], own: [], knownToVendor: () => false };
  const limits = { bodyBytes: 1 << 20, inflateRatio: 100, depth: 64, nodes: 10_000, layers: 4 };
  const services = new Services({ rules, household, master: MASTER, limits });
  const body = JSON.stringify({ state: 'on', net: { ssid: SECRETS.ssid }, ...SECRETS });
  const part = { in: 'body', kind: 'bytes', bytes: Buffer.from(body), mediaType: 'application/json' } as const;
  const { sieved } = judgeInMode([part], 'evil', 'd-1', services);
  const out = sieved.parts?.[0];
  const text = out?.kind === 'bytes' ? Buffer.from(out.bytes).toString('utf8') : '';
  for (const [name, value] of Object.entries(SECRETS)) t.false(text.includes(value), `${name} must not leave: ${text}`);
  t.true(text.includes('"state":"on"'));
});
