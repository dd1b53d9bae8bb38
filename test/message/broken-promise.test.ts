// A device sends what its service's policy promises not to take: withheld as ever, and an alarm, once a day for each kind of data.
import test from 'ava';
import { Incidents } from '#src/activity/incidents.js';
import { type AuditRecord, guardRecord } from '#src/audit/record.js';
import { HubError } from '#src/errors.js';
import { nothing } from '#src/message/apply-mode.js';
import type { MessagePorts } from '#src/message/ports.js';
import { recordFirst } from '#src/message/record.js';
import type { CategoryId, Decision } from '#src/model.js';
import { servicesOf } from '../sieve/support.js';

const DAY_MS = 86_400_000;
const T0 = Date.UTC(2026, 10, 30);

const withheld = (category: CategoryId, kind: Decision['reason']['kind']): Decision => ({
  in: 'body',
  path: `$['${category}']`,
  category,
  by: 'name',
  action: 'drop',
  reason: { kind, clause: '3.3' },
});

function hub({ refusesAlarms = false } = {}) {
  const records: AuditRecord[] = [];
  const incidents = new Incidents();
  let now = T0;
  const append = async (record: AuditRecord): Promise<number> => {
    guardRecord(record);
    if (refusesAlarms && record.kind === 'alarm') throw new HubError('record_failed');
    if (record.kind === 'alarm') incidents.add(record);
    return records.push(record) - 1;
  };
  const services = servicesOf();
  const ports: MessagePorts = {
    services: () => services,
    label: () => 'd-1',
    now: () => now,
    remember: async () => {},
    log: { append },
    isBrokenPromiseDue: (service, category, timeMs) => incidents.isBrokenPromiseDue(service, category, timeMs),
  };
  const send = (...decisions: Decision[]): Promise<number> =>
    recordFirst(
      ports,
      { device: '192.0.2.14', host: 'connect.smartliving.ru' },
      { service: 'connect', reading: 'connect', device: 'd-1', services, register: undefined },
      {
        verdict: 'forwarded',
        error: undefined,
        bytesIn: 1,
        bytesOut: 1,
        judged: { sieved: nothing(new HubError('internal')), decisions, verdict: 'forwarded', learned: [] },
      },
    );
  const alarms = () => records.flatMap((record) => (record.kind === 'alarm' ? [record] : []));
  return { send, alarms, incidents, pass: (ms: number) => (now += ms) };
}

test('one alarm for each service and kind of data, with the message it is about, and no value', async (t) => {
  const { send, alarms } = hub();
  const seq = await send(
    withheld('person_name', 'excluded'),
    withheld('person_name', 'excluded'),
    withheld('payment', 'excluded'),
  );
  await send(withheld('person_name', 'excluded'), withheld('wifi_ssid', 'no-purpose'));
  t.deepEqual(alarms(), [
    { kind: 'alarm', timeMs: T0, what: 'excluded', category: 'person_name', service: 'connect', device: 'd-1', of: seq },
    { kind: 'alarm', timeMs: T0, what: 'excluded', category: 'payment', service: 'connect', device: 'd-1', of: seq },
  ]);
});

test('again after a day, also where the hub was started anew in between', async (t) => {
  const { send, alarms, incidents, pass } = hub();
  await send(withheld('person_name', 'excluded'));
  const restarted = new Incidents();
  restarted.put(incidents.form());
  t.false(restarted.isBrokenPromiseDue('connect', 'person_name', T0 + DAY_MS - 1));
  t.true(restarted.isBrokenPromiseDue('connect', 'person_name', T0 + DAY_MS));
  t.true(restarted.isBrokenPromiseDue('cosori', 'person_name', T0 + 1), 'another service');
  pass(DAY_MS);
  await send(withheld('person_name', 'excluded'));
  t.is(alarms().length, 2);
});

test('a log that takes no alarm keeps no message back: the message’s own record is written and says it', async (t) => {
  const { send, alarms } = hub({ refusesAlarms: true });
  t.is(await send(withheld('payment', 'excluded')), 0);
  t.deepEqual(alarms(), []);
});
