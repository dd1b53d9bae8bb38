// What came before changes nothing but through history: any sequence of messages through one context gives what each of them gives
// through a fresh context with the same history, to the last byte and decision.
import test from 'ava';
import fc from 'fast-check';
import { judgeInMode } from '#src/message/apply-mode.js';
import { Knowledge } from '#src/services/knowledge.js';
import type { Sieved } from '#src/sieve.js';
import { MASTER, rules, servicesOf } from './support.js';

const NOW = 1_800_000_000_000;

/** Words of recognizers and pieces that make their values; texts made of them reach the edges between recognizers. */
const WORDS =
  'good day to all 4 12 18 Acorn Dale Molly Deer Bend Ct Rd St Hwy quai Anna Belle impasse allée rue Platz ssid SSID psk pass pwd key secret name wifi wlan0 router Rd-CWSAP lat 2.35/Rd lng 48.13719 11.57549 geo: POINT tel: eyJ WIFI: MT: X-HM: Basic Bearer token http:// 0x 02 1f8b PT P1D T12 dev-7f3a CS158 AirFry 1763773200 123-45-678 2024-01-01 10:00:00 tasmota-1A2B3C F4CF A277 N E Monday wifi connected associated with Home-12 33UXP 0500044999 ///filled.count.soap 0xa4 4807.038,N,01131.000,E 203-0-113-77.isp.net 192.168.1.20 a4:2b:b0:11:22:33 a42bb0112233 -61 dBm user@host.example Bergkristall-71'.split(
    ' ',
  );
const NAMES =
  'info note ssid rssi name value k v key type columns rows mac mode deviceId id network wifiSSID routerMac ip a b lat lng x y passwd pwd email displayName state city country address room unique_id enc text data path topic nearby 0 1 2 3 host seq'.split(
    ' ',
  );

const words = fc.array(fc.constantFrom(...WORDS), { minLength: 1, maxLength: 6 });
const text = fc.tuple(words, fc.constantFrom(' ', ' ', '', ':', '=', ', ')).map(([all, between]) => all.join(between));
const scalar = fc.oneof(
  { weight: 4, arbitrary: text },
  { weight: 2, arbitrary: fc.constantFrom<unknown>(true, false, null, 0, 7, 48.13719, 11.57549, -61, 1763773200, 4102444801) },
  { weight: 1, arbitrary: fc.integer() },
);
const { value } = fc.letrec((tie) => ({
  value: fc.oneof({ maxDepth: 3, depthSize: 'small' }, scalar, tie('list'), tie('record')),
  list: fc.array(tie('value'), { maxLength: 5 }),
  record: fc.dictionary(fc.constantFrom(...NAMES), tie('value'), { maxKeys: 6 }),
}));
const record = fc.dictionary(fc.constantFrom(...NAMES), value, { minKeys: 1, maxKeys: 5 });
/** Few names and shapes, so that each meets many values. */
const narrow = fc.constantFrom('info', 'note', 'value', 'name').chain((name) => text.map((said) => ({ [name]: said })));
const SERVICES = ['unknown', 'cosori', 'connect'] as const;

/** A copy of what was known before a message. */
function copyOf(knowledge: Knowledge): Knowledge {
  const { home, services } = structuredClone(knowledge.facts());
  return new Knowledge(MASTER, () => NOW, home, services);
}

/** The same messages one after another, and each through a fresh context that knows what the ones before showed. */
function compare(messages: readonly unknown[], service: string): void {
  const knowledge = new Knowledge(MASTER, () => NOW);
  const shared = servicesOf({ knowledge });
  for (const [turn, message] of messages.entries()) {
    const body = [
      { in: 'body', kind: 'bytes', bytes: Buffer.from(JSON.stringify(message)), mediaType: 'application/json' },
    ] as const;
    const fresh = servicesOf({ knowledge: copyOf(knowledge) });
    const [one, other] = [shared, fresh].map((services) => judgeInMode(body, service, 'd-1', services).sieved) as [
      Sieved,
      Sieved,
    ];
    const [seen, wanted] = [one, other].map(plain);
    if (seen !== wanted) throw new Error(`message ${turn} ${JSON.stringify(message)}\n after others: ${seen}\n alone: ${wanted}`);
    knowledge.of(service).observe('d-1', one.observations);
  }
}

function plain({ parts, error, decisions, learned, observations }: Sieved): string {
  const [part] = parts ?? [];
  const text = part?.kind === 'bytes' ? Buffer.from(part.bytes).toString('utf8') : undefined;
  return JSON.stringify({ text, error: error?.code, decisions, learned, observations });
}

for (const [first, second] of [
  [{ info: 'good day to all' }, { info: '4 Acorn Dale Ct' }],
  [{ info: 'good day to all' }, { info: '3 quai Anna Belle' }],
  [{ info: 'good day to all' }, { info: 'lat 2.35/Rd' }],
  [{ info: 'good day to all' }, { info: 'router Rd-CWSAP' }],
  [{ list: ['a', 'b'] }, { list: ['ssid', 'Bergkristall-71'] }],
  [
    { a1: 3, a2: 4 },
    { a1: 48.13719, a2: 11.57549 },
  ],
] as const)
  test(`${JSON.stringify(second)} is judged after ${JSON.stringify(first)} as it is alone`, (t) => {
    for (const service of SERVICES) compare([first, first, second, second], service);
    t.true(rules.services.size > 0);
  });

test('any sequence of messages through one context gives what each gives through a fresh one with the same history', (t) => {
  for (const service of SERVICES) {
    fc.assert(
      fc.property(fc.array(fc.oneof(record, narrow), { minLength: 2, maxLength: 8 }), (m) => compare(m, service)),
      {
        numRuns: 150,
      },
    );
  }
  t.pass();
});
