// What stands in the log beside a message's own record: an alarm where nothing else tells, and not where something does.
import test from 'ava';
import type { AuditRecord } from '#src/audit/record.js';
import { Records } from '#src/doors/connection-records.js';
import { HubError } from '#src/errors.js';
import { nothing } from '#src/message/apply-mode.js';
import type { MessagePorts } from '#src/message/ports.js';
import { type Received, receive } from '#src/message/receive.js';
import { recordFirst } from '#src/message/record.js';

const NOW = 1_800_000_000_000;

function collect(): { entries: AuditRecord[]; log: { append(record: AuditRecord): Promise<number> } } {
  const entries: AuditRecord[] = [];
  return { entries, log: { append: async (record) => entries.push(record) } };
}

const finished = (error: HubError | undefined) =>
  ({
    verdict: error === undefined ? 'forwarded' : 'refused',
    error,
    bytesIn: 10,
    bytesOut: 0,
    judged: { sieved: nothing(error ?? new HubError('internal')), decisions: [], verdict: 'refused', learned: [] },
  }) as const;
const peer = { device: '192.168.1.20', host: 'smartapi.vesync.com' };
const heard = {
  device: 'd-00000001',
  service: 'cosori',
  reading: 'cosori',
  services: { rules: { hash: `sha256:${'0'.repeat(64)}` }, knowledge: { of: () => ({ observe: () => undefined }) } },
  register: undefined,
} as unknown as Received<unknown>;

test('a message that the last look refuses is recorded, then alarmed of, over every protocol; HTTP and WebSocket had no alarm', async (t) => {
  const { entries, log } = collect();
  const parts = { log, now: () => NOW, remember: async () => undefined } as unknown as MessagePorts;
  const seq = await recordFirst(parts, peer, heard, finished(new HubError('own_identifier', 'body')));
  t.deepEqual(
    entries.map(({ kind }) => kind),
    ['message', 'alarm'],
  );
  t.like(entries[1], {
    what: 'last_look',
    error: 'own_identifier',
    service: 'cosori',
    device: 'd-00000001',
    of: seq,
    timeMs: NOW,
  });
  entries.length = 0;
  await recordFirst(parts, peer, heard, finished(new HubError('sealed')));
  await recordFirst(parts, peer, heard, finished(undefined));
  t.deepEqual(
    entries.map(({ kind }) => kind),
    ['message', 'message'],
  );
});

test('an alarm that cannot be written changes nothing of what became of the message', async (t) => {
  const { entries, log } = collect();
  const append = (record: AuditRecord): Promise<number> =>
    record.kind === 'alarm' ? Promise.reject(new HubError('record_failed')) : log.append(record);
  const parts = { log: { append }, now: () => NOW, remember: async () => undefined } as unknown as MessagePorts;
  t.is(await recordFirst(parts, peer, heard, finished(new HubError('own_identifier'))), 1);
  t.is(entries.length, 1);
});

test('of an MQTT connection no alarm stands beside a message’s own record or a send that failed: an outage made one a second', async (t) => {
  const { entries, log } = collect();
  const records = new Records({ log, ruleset: 'sha256:0', label: () => 'd-00000001', say: (line) => t.fail(line) });
  records.connectionFault('192.168.1.20', 'cosori', 'blocked', true);
  records.connectionFault('192.168.1.20', 'cosori', 'upstream_unreachable', false);
  records.connectionFault('192.168.1.20', 'cosori', 'too_large', false);
  await new Promise((resolve) => setImmediate(resolve));
  t.deepEqual(
    entries.map((entry) => entry.kind === 'alarm' && entry.error),
    ['too_large'],
  );
});

test('a message to a blocked host stays blocked where something is held back and it is judged again', async (t) => {
  let judged = 0;
  const hosts = { serviceOf: () => 'cosori', choiceFor: () => 'block' };
  const services = { hosts, reading: () => 'cosori', limits: {} };
  const parts = {
    services: () => services,
    label: () => 'd-00000001',
    now: () => NOW,
    hold: () => true,
  } as unknown as MessagePorts;
  const heard = await receive(parts, peer, {
    judge: () => {
      judged += 1;
      return { decisions: [], left: true, code: 'none' };
    },
    barred: (code) => ({ decisions: [], left: false, code }),
    parts: () => [],
    verdict: () => 'refused',
  });
  t.deepEqual([judged, heard.judged.left, heard.judged.code], [0, false, 'blocked']);
});

test('while a device is blocked, a message of a sender that nobody can tell is refused, and not judged', async (t) => {
  const services = { hosts: { serviceOf: () => 'cosori', choiceFor: () => undefined }, reading: () => 'cosori' };
  const ports = {
    services: () => services,
    label: () => 'd-00000002',
    isStranger: (address: string) => address === 'fd00::21',
    now: () => NOW,
  } as unknown as MessagePorts;
  const ask = (device: string) =>
    receive<{ decisions: readonly never[]; error: string | undefined }>(
      ports,
      { ...peer, device },
      {
        judge: () => ({ decisions: [], error: undefined }),
        barred: (code) => ({ decisions: [], error: code }),
        parts: () => [],
        verdict: () => 'refused',
      },
    );
  t.is((await ask('fd00::21')).judged.error, 'unknown_device');
  t.is((await ask('fd00::20')).judged.error, undefined);
});
