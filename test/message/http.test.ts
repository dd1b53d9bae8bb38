import test from 'ava';
import type { AuditRecord } from '#src/audit/record.js';
import { httpJudge } from '#src/message/http.js';
import type { MessagePorts } from '#src/message/ports.js';
import type { HttpMessage, Outcome } from '#src/protocol/http/message.js';
import { servicesOf } from '../sieve/support.js';

const message: HttpMessage = {
  device: '192.0.2.14',
  service: 'cosori',
  scheme: 'http',
  authority: 'smartapi.vesync.com',
  method: 'POST',
  path: '/report',
  headers: [['Content-Type', 'application/json']],
  body: Buffer.from('{"wifiSSID":"Sunny Corner 5G","currentTemp":178}'),
};

/** The judge over a log that answers when it is told to. */
function judged(
  append: (record: AuditRecord) => Promise<number>,
  more: Partial<MessagePorts> = {},
  one: HttpMessage = message,
): Promise<Outcome> {
  const services = servicesOf();
  const remember = async (): Promise<void> => {};
  const parts = { services: () => services, label: () => 'd-1', now: () => 0, remember, log: { append }, ...more };
  return httpJudge(parts)(one);
}

test('a message is let go only once its record is written', async (t) => {
  let write = (_seq: number): void => {};
  let settled = false;
  const outcome = judged(() => new Promise((resolve) => (write = resolve)));
  void outcome.then(() => {
    settled = true;
  });
  for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  t.false(settled);
  write(1);
  t.is((await outcome).kind, 'forward');
});

test('a record or a stand-in that cannot be written refuses the message', async (t) => {
  const fails = async (): Promise<never> => {
    throw new Error('Sunny Corner 5G');
  };
  for (const outcome of [
    await judged(fails),
    await judged(async () => 1, { remember: fails }),
    await judged(async () => 1, { registers: () => fails }),
  ]) {
    t.is(outcome.kind, 'refuse');
    t.is(outcome.kind === 'refuse' ? outcome.error.code : '', 'record_failed');
    t.false(JSON.stringify(outcome).includes('currentTemp'));
    t.notRegex(outcome.kind === 'refuse' ? outcome.error.message : '', /Sunny/);
  }
});

test('a message registers its device before it is recorded, and one that is refused does not', async (t) => {
  const steps: string[] = [];
  const registers = () => async (): Promise<void> => void steps.push('registered');
  const append = async (): Promise<number> => steps.push('recorded');
  t.is((await judged(append, { registers })).kind, 'forward');
  t.deepEqual(steps, ['registered', 'recorded']);
  const outcome = await judged(append, {
    registers,
    services: () => servicesOf({ config: { services: { cosori: { mode: 'block' } } } }),
  });
  t.is(outcome.kind, 'refuse');
  t.deepEqual(steps, ['registered', 'recorded', 'recorded']);
});

/** A message with one more header, judged for a home that told its Wi-Fi and a device. */
async function judgedWithHeader(name: string): Promise<{ outcome: Awaited<ReturnType<typeof judged>>; records: AuditRecord[] }> {
  const records: AuditRecord[] = [];
  const household = { ssids: ['Fjordhaven-Upstairs'], macs: ['00:00:5e:00:53:10'] };
  const services = servicesOf({ config: { household } });
  const outcome = await judged(
    async (record) => records.push(record),
    { services: () => services },
    { ...message, headers: [...message.headers, [name, 'on']] },
  );
  return { outcome, records };
}

test('a message with a header named like the home’s Wi-Fi is refused as that, and recorded so', async (t) => {
  const { outcome, records } = await judgedWithHeader('X-Fjordhaven-Upstairs-Id');
  t.is(outcome.kind, 'refuse');
  t.is(outcome.kind === 'refuse' ? outcome.error.code : '', 'own_identifier');
  t.like(records[0], { kind: 'message', verdict: 'refused', error: 'own_identifier', bytesOut: 0 });
  t.like(records[1], { kind: 'alarm', what: 'last_look' });
  t.notRegex(JSON.stringify(records), /Fjordhaven/i);
});

for (const name of ['X-00005E005310-Status', 'x-00005e005310-y', 'id_00005e005310']) {
  test(`a MAC inside the name of a header leaves as its stand-in: ${name}`, async (t) => {
    const { outcome, records } = await judgedWithHeader(name);
    t.notRegex(JSON.stringify([outcome, records]), /5e[-:]?00[-:]?53/i);
    const headers = outcome.kind === 'forward' ? outcome.headers : [];
    const [before, after] = name.toLowerCase().split('00005e005310') as [string, string];
    t.true(headers.some(([header, value]) => new RegExp(`^${before}[0-9a-f]{12}${after}$`).test(header) && value === 'on'));
  });
}
