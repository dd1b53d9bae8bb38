import test from 'ava';
import fc from 'fast-check';
import { hashShape, ShapeMemory, shapeText } from '#src/audit/decision-list.js';
import { type Entry, encodeEntry, formatOf, parseEntry } from '#src/audit/entry.js';
import type { AuditRecord } from '#src/audit/record.js';
import type { Decision } from '#src/model.js';
import { DECISIONS, decision, message, openMemoryLog, TIME_MS } from './helpers.js';

const MESSAGE = {
  kind: 'message',
  timeMs: TIME_MS,
  device: undefined,
  service: 1,
  direction: 'up',
  verdict: 'forwarded',
  error: undefined,
  ruleset: 2,
  shape: 3,
} as const;
const VECTORS: readonly [string, Entry][] = [
  ['m1 1793318400000 - 1 up forwarded - 612 540 2 3', { ...MESSAGE, bytesIn: 612, bytesOut: 540 }],
  ['m2 1793318400 - 1 up forwarded - 1024 64 2 3', { ...MESSAGE, bytesIn: 1024, bytesOut: 64 }],
  ['f1 1793318400000 4 upstream_timeout', { kind: 'send-failed', timeMs: TIME_MS, of: 4, error: 'upstream_timeout' }],
  ['f2 1793318400 4 upstream_timeout', { kind: 'send-failed', timeMs: TIME_MS, of: 4, error: 'upstream_timeout' }],
  [
    'd1 1793318400000 device "Anna’s \\"phone\\"" AAAAAAAAAAAAAAAAAAAAAA',
    { kind: 'definition', timeMs: TIME_MS, what: 'device', text: 'Anna’s "phone"', salt: 'A'.repeat(22) },
  ],
  ['d2 1793318400 device "Anna’s \\"phone\\""', { kind: 'definition', timeMs: TIME_MS, what: 'device', text: 'Anna’s "phone"' }],
  ['p1 0', { kind: 'period', timeMs: 0 }],
  ['p2 7', { kind: 'period', timeMs: 7000 }],
  ['h2 1793318400', { kind: 'heartbeat', timeMs: TIME_MS }],
  [
    'w2 1793318400 {"what":"purpose","service":1,"purpose":"analytics","value":"off","policyVersion":"2025-01","clientVersion":"1.0","channel":"web"}',
    {
      kind: 'switch',
      timeMs: TIME_MS,
      what: 'purpose',
      service: 1,
      purpose: 'analytics',
      value: 'off',
      policyVersion: '2025-01',
      clientVersion: '1.0',
      channel: 'web',
    },
  ],
  ['a1 1793318400000 {"what":"last_look","of":7}', { kind: 'alarm', timeMs: TIME_MS, what: 'last_look', of: 7 }],
  ['b2 1793318400 {"version":"0.1.0"}', { kind: 'start', timeMs: TIME_MS, version: '0.1.0' }],
  ['e1 1793318400000 {"reason":"signal"}', { kind: 'stop', timeMs: TIME_MS, reason: 'signal' }],
  ['x1 1793318400000 {"what":"device","count":3}', { kind: 'removal', timeMs: TIME_MS, what: 'device', count: 3 }],
  [
    'x2 1793318400 {"what":"device","count":3,"device":4}',
    { kind: 'removal', timeMs: TIME_MS, what: 'device', device: 4, count: 3 },
  ],
  ['x2 1793318400 {"what":"retention","before":3}', { kind: 'removal', timeMs: TIME_MS, what: 'retention', before: 3 }],
];

for (const [line, entry] of VECTORS)
  test(`both ways: ${line.slice(0, 40)}`, (t) => {
    t.is(encodeEntry(entry, formatOf(line)), line);
    t.like(parseEntry(line), entry as object);
  });

test('a line changed in any one character is another entry or none, never the same', (t) => {
  const line = fc.constantFrom(...VECTORS.map(([one]) => one));
  fc.assert(
    fc.property(line, fc.nat(), fc.string({ unit: 'binary', minLength: 0, maxLength: 2 }), (one, at, text) => {
      const i = at % one.length;
      const bent = one.slice(0, i) + text + one.slice(i + 1);
      let read: Entry | undefined;
      try {
        read = parseEntry(bent);
      } catch {
        return;
      }
      t.is(encodeEntry(read, formatOf(bent)), bent);
    }),
    { numRuns: 3000 },
  );
});

test('other spellings of the same entry are refused', (t) => {
  const bad = [
    'm1 01793318400000 - 1 up forwarded - 612 540 2 3',
    'm1 1793318400000  - 1 up forwarded - 612 540 2 3',
    'm1 1793318400000 - 1 up forwarded - 612 540 2 3\n',
    'm3 1793318400 - 1 up forwarded - 1024 64 2 3',
    'm2 1793318400 - 1 up forwarded - 612 64 2 3',
    'm2 1793318400 - 1 up forwarded - 32 64 2 3',
    'h1 1793318400000',
    'd2 1 device "a" AAAAAAAAAAAAAAAAAAAAAA',
    'x2 1 {"what":"device","count":3}',
    'x2 1 {"what":"retention","device":1,"before":3}',
    'x2 1 {"what":"device","count":3,"before":3,"device":1}',
    'x1 1 {"what":"device","count":3,"device":1}',
    'd1 1 service "\\u0061"',
    'd1 1 device "a"',
    'a1 1 {"of":7,"what":"last_look"}',
    'a1 1 {"what":"last_look", "of":7}',
    'a1 1 {"what":"last_look","more":1}',
    'a1 1 {"what":"last_look","kind":"alarm"}',
    'a1 1 {"what":"last_look","__proto__":1}',
    'b1 1 {}',
    'z1 1 {}',
    '',
  ];
  for (const line of bad) t.throws(() => parseEntry(line), { code: 'log_broken' }, line);
});

test('what is written holds times to the second and bytes in bands: one field more or less in a small message does not show', (t) => {
  const line = (bytesIn: number): string => encodeEntry({ ...MESSAGE, timeMs: TIME_MS + 999, bytesIn, bytesOut: 0 });
  t.is(line(22), 'm2 1793318400 - 1 up forwarded - 64 0 2 3');
  t.is(line(22), line(23));
  t.is(line(64), line(23));
  t.regex(line(65), / 128 0 2 3$/);
  t.regex(line(1_048_576), / 1048576 0 2 3$/);
});

test('append takes typed fields only: an unknown field, a wrong type or a text with control characters is refused and leaves no entry', async (t) => {
  const log = await openMemoryLog();
  await log.append(message(0));
  const { size } = log;
  const bad: unknown[] = [
    { ...message(1), value: 'MyHomeWiFi' },
    { ...message(1), bytesIn: '600' },
    { ...message(1), service: 'a\nb' },
    { ...message(1), device: 'x'.repeat(501) },
    { ...message(1), error: 'MyHomeWiFi' },
    { ...message(1), ruleset: 'MyHomeWiFi' },
    { ...message(1), shape: `sha256:${'0'.repeat(64)}` },
    { ...message(1), decisions: [{ ...DECISIONS[0], value: 'MyHomeWiFi' }] },
    { ...message(1), decisions: [{ ...DECISIONS[0], reason: { kind: 'purpose', text: 'MyHomeWiFi' } }] },
    { ...message(1), decisions: [{ ...DECISIONS[0], category: 'MyHomeWiFi' }] },
    { kind: 'other', timeMs: 1 },
    { kind: 'alarm', timeMs: 1, what: 'last_look', found: 'MyHomeWiFi' },
    { kind: 'send-failed', timeMs: 1, of: 1, error: 'MyHomeWiFi' },
  ];
  for (const record of bad) {
    const error = await t.throwsAsync(log.append(record as AuditRecord), { code: 'internal' });
    t.notRegex(String(error?.message), /MyHomeWiFi/);
  }
  t.is(log.size, size);
});

test('the text of a shape has one order of members, and its hash is the same by memory and by hand', (t) => {
  const first = DECISIONS[0] as Decision;
  const { reason, path, ...rest } = first;
  const turned = { reason: { clause: reason.clause, kind: reason.kind }, ...rest, path } as Decision;
  t.is(shapeText([turned]), shapeText([first]));
  t.is(
    shapeText([first]),
    `[{"in":"body","path":"$['wifiSSID']","category":"wifi_ssid","by":"name","action":"drop","reason":{"kind":"no-purpose","clause":"6.1.3"}}]`,
  );
  const memory = new ShapeMemory();
  t.is(memory.find(DECISIONS).name, hashShape(shapeText(DECISIONS)));
  t.deepEqual(memory.find([...DECISIONS]), { name: hashShape(shapeText(DECISIONS)) });
  t.not(memory.find([first]).name, memory.find(DECISIONS).name);
  t.is(memory.find([]).name, hashShape('[]'));
});

test('decisions that can still change are not remembered', (t) => {
  const memory = new ShapeMemory();
  const loose = { ...decision('$[0]') };
  const before = memory.find([loose]).name;
  (loose as { path: string }).path = '$[1]';
  t.not(memory.find([loose]).name, before);
});
