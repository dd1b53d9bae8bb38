// Refusals that repeat: the first stand by themselves, the rest as a count; what leaves is never counted only.
import { randomBytes } from 'node:crypto';
import test from 'ava';
import { openActivity } from '#src/activity/activity.js';
import { Repeats } from '#src/activity/repeats.js';
import { formatEntry, type ListedEntry, listEntries } from '#src/audit/cli.js';
import type { AuditRecord, MessageRecord } from '#src/audit/record.js';
import { openLog } from '#src/audit/store.js';
import { verifyLog } from '#src/audit/verify.js';
import { HubError } from '#src/errors.js';
import { openMemoryStore } from '#src/store/memory.js';

const T0 = 1_800_000_000_000;
const DEVICE = 'd-00000001';
const refusal = (more: Partial<MessageRecord> = {}): MessageRecord => ({
  kind: 'message',
  timeMs: T0,
  device: DEVICE,
  service: 'cosori',
  direction: 'up',
  verdict: 'refused',
  error: 'bad_head',
  bytesIn: 0,
  bytesOut: 0,
  ruleset: `sha256:${'ab'.repeat(32)}`,
  decisions: [],
  ...more,
});

function collect() {
  const entries: AuditRecord[] = [];
  const lost: unknown[] = [];
  const log = { append: async (record: AuditRecord): Promise<number> => entries.push(record) - 1 };
  const repeats = new Repeats({ log, now: () => T0 + 60_000, onLost: (fault) => lost.push(fault) });
  return { entries, lost, log, repeats };
}

test('of a thousand refusals of one kind the first four stand as they are, and the others as one entry', async (t) => {
  const { entries, repeats } = collect();
  for (let i = 0; i < 1000; i++) t.is(await repeats.append(refusal()), Math.min(i, 4) % 4);
  t.is(entries.length, 4);
  await repeats.close();
  t.deepEqual(entries[4], {
    kind: 'refusals',
    timeMs: T0 + 60_000,
    service: 'cosori',
    device: DEVICE,
    verdict: 'refused',
    error: 'bad_head',
    count: 996,
    sinceMs: T0 + 60_000,
  });
  t.is(entries.length, 5);
});

test('another device, service, verdict or code is another kind; alarms are counted as alarms', async (t) => {
  const { entries, repeats } = collect();
  const kinds: AuditRecord[] = [
    refusal(),
    refusal({ device: 'd-00000002' }),
    refusal({ service: 'unknown' }),
    refusal({ error: 'timeout' }),
    refusal({ verdict: 'sealed', error: 'sealed' }),
    { kind: 'alarm', timeMs: T0, what: 'last_look', device: DEVICE, service: 'cosori', error: 'own_identifier' },
  ];
  for (let i = 0; i < 10; i++) for (const kind of kinds) await repeats.append(kind);
  t.is(entries.length, 4 * kinds.length);
  await repeats.close();
  const counted = entries.slice(4 * kinds.length);
  t.deepEqual(
    counted.map((one) => one.kind === 'refusals' && one.count),
    [6, 6, 6, 6, 6, 6],
  );
  t.like(counted[5], { alarm: 'last_look', error: 'own_identifier' });
});

test('what left, or may leave, is recorded one by one, and so is everything that is no refusal', async (t) => {
  const { entries, repeats } = collect();
  const { error: _, ...forwarded } = refusal({ verdict: 'forwarded', bytesOut: 5 });
  const all: AuditRecord[] = [
    forwarded,
    refusal({ verdict: 'refused', bytesOut: 2 }),
    { ...forwarded, verdict: 'opaque', bytesOut: 0 },
    { kind: 'send-failed', timeMs: T0, of: 1, error: 'upstream_timeout' },
    { kind: 'alarm', timeMs: T0, what: 'new_field', device: DEVICE },
    { kind: 'start', timeMs: T0, version: '1' },
  ];
  for (let i = 0; i < 20; i++) for (const record of all) await repeats.append(record);
  t.is(entries.length, 20 * all.length);
});

test('a flood goes on as a count for each window, and begins anew after a quiet one', async (t) => {
  const entries: AuditRecord[] = [];
  let told = (): void => {};
  const log = {
    append: async (record: AuditRecord): Promise<number> => {
      entries.push(record);
      told();
      return entries.length - 1;
    },
  };
  const repeats = new Repeats({ log, now: () => T0, onLost: () => t.fail(), windowMs: 20 });
  const alive = setInterval(() => undefined, 1000); // the timer of the windows alone keeps no process running
  t.teardown(() => clearInterval(alive));
  const next = (): Promise<void> => new Promise((resolve) => (told = resolve));
  for (let i = 0; i < 10; i++) await repeats.append(refusal());
  await next();
  t.like(entries[4], { kind: 'refusals', count: 6 });
  // Within the next window everything is counted, none stands by itself.
  const second = next();
  for (let i = 0; i < 3; i++) await repeats.append(refusal());
  await second;
  t.like(entries[5], { kind: 'refusals', count: 3 });
  await repeats.close();
  await repeats.append(refusal());
  t.like(entries[6], { kind: 'message' });
});

test('a device that makes up kinds makes the oldest be written, and the memory stays small', async (t) => {
  const { entries, repeats } = collect();
  for (let i = 0; i < 6; i++) await repeats.append(refusal());
  for (let i = 0; i < 2000; i++) await repeats.append(refusal({ device: `d-${String(i).padStart(8, 'a')}` }));
  t.is(entries.filter(({ kind }) => kind === 'refusals').length, 1);
});

test('a record that cannot be written rejects as before, and the next is the first of its kind; a lost count is told', async (t) => {
  const { repeats, entries, log } = collect();
  const { append } = log;
  log.append = () => Promise.reject(new HubError('record_failed'));
  await t.throwsAsync(repeats.append(refusal()), { code: 'record_failed' });
  log.append = append;
  await repeats.append(refusal());
  t.is(entries.length, 1);
  const other = collect();
  for (let i = 0; i < 9; i++) await other.repeats.append(refusal());
  other.log.append = () => Promise.reject(new HubError('record_failed'));
  await other.repeats.close();
  t.is(other.lost.length, 1);
});

test('in the real log a count proves itself, reads as a sentence, and is counted for the page, also over a crash', async (t) => {
  const store = await openMemoryStore();
  const log = await openLog(store, { random: randomBytes });
  const options = { store, log, key: Buffer.alloc(32, 1), random: randomBytes, now: () => T0 + 60_000 };
  const activity = await openActivity(options);
  const repeats = new Repeats({ log: activity.recorder(), now: () => T0 + 60_000, onLost: () => t.fail() });
  for (let i = 0; i < 100; i++) await repeats.append(refusal());
  const alarm = {
    kind: 'alarm',
    timeMs: T0,
    what: 'last_look',
    device: DEVICE,
    service: 'cosori',
    error: 'own_identifier',
  } as const;
  for (let i = 0; i < 50; i++) await repeats.append(alarm);
  await repeats.close();
  const entries: ListedEntry[] = [];
  for await (const entry of listEntries(log)) entries.push(entry);
  const counts = entries.filter(({ kind }) => kind === 'refusals').map((entry) => formatEntry(entry, 'text'));
  t.regex(counts[1]!, /d-00000001 cosori 96 more messages refused \(bad_head\) since 2027-/);
  t.regex(counts[0]!, /46 more alarms last_look \(own_identifier\) since/);
  t.deepEqual((await verifyLog(log)).faults, []);
  const again = await openActivity(options); // the first one never closed
  for (const one of [activity, again]) {
    const { traffic } = one.slices.traffic({ fromMs: T0 - 3_600_000, untilMs: T0 + 3_600_000 });
    t.is(
      traffic.reduce((sum, { messages }) => sum + messages, 0),
      100,
    );
    t.is(
      one.incidents.since(T0).alarms.reduce((sum, { count = 1 }) => sum + count, 0),
      50,
    );
  }
  await Promise.all([activity.close(), again.close()]);
});
