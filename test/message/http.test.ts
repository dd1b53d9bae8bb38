import test from 'ava';
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
function judged(append: () => Promise<number>, more: Partial<MessagePorts> = {}): Promise<Outcome> {
  const services = servicesOf();
  const remember = async (): Promise<void> => {};
  const parts = { services: () => services, label: () => 'd-1', now: () => 0, remember, log: { append }, ...more };
  return httpJudge(parts)(message);
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
