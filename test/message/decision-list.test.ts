import test from 'ava';
import { ShapeMemory } from '#src/audit/decision-list.js';
import { sieve } from '#src/sieve.js';
import { servicesOf } from '../sieve/support.js';

test('a message like one before has its shape found, not written: kept for a purpose, coarser, dropped, in a list', (t) => {
  const services = servicesOf();
  const memory = new ShapeMemory();
  const judge = (status: number) => {
    const body = { deviceStatus: status, timeZone: 'Europe/Oslo', wifiSSID: 'Guest', history: [{ mode: 'a' }, { mode: 'b' }] };
    const part = { in: 'body', kind: 'bytes', bytes: Buffer.from(JSON.stringify(body)), mediaType: 'application/json' } as const;
    return sieve([part], services.context('cosori', 'd-1')).decisions;
  };
  const first = judge(1);
  t.true(first.some((decision) => decision.reason.kind === 'purpose'));
  const { name, text } = memory.find(first);
  t.is(typeof text, 'string');
  t.deepEqual(memory.find(judge(2)), { name });
  t.deepEqual(memory.find([...judge(3)]), { name }, 'also as a list of its own');
});
