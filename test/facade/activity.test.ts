// Counts for the page: kept over a crash without a record lost or counted twice, bounded, rolled up; and the page's own certificate.
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { connect } from 'node:tls';
import test from 'ava';
import { openActivity } from '#src/activity/activity.js';
import { Hosts } from '#src/activity/hosts.js';
import { Fields } from '#src/activity/new-fields.js';
import { Slices } from '#src/activity/time-series.js';
import { openLog } from '#src/audit/store.js';
import { HubError } from '#src/errors.js';
import { openWebCertificate } from '#src/facade/certificate.js';
import { selectorOf } from '#src/message/field-preview.js';
import type { Decision, Verdict } from '#src/model.js';
import { openMemoryStore } from '#src/store/memory.js';
import { openWeb } from '#src/web/server.js';

const RULESET = `sha256:${'ab'.repeat(32)}`;
const HOUR_MS = 3_600_000;
const T0 = 1_800_000_000_000;
const random = (bytes: number): Buffer => Buffer.alloc(bytes, 7);
const decision = (name: string, action: Decision['action'] = 'keep'): Decision =>
  Object.freeze({
    in: 'body',
    path: `$['${name}']`,
    category: 'device_status',
    by: 'shape',
    action,
    reason: Object.freeze({ kind: 'unclassified' }),
  } as const);
const message = (
  timeMs: number,
  verdict: Verdict = 'forwarded',
  decisions = [decision('a'), decision('b', 'drop')],
  bytes = 10,
) =>
  ({
    kind: 'message',
    timeMs,
    device: 'd-00000001',
    service: 'cosori',
    direction: 'up',
    verdict,
    bytesIn: bytes,
    bytesOut: bytes,
    ruleset: RULESET,
    decisions,
  }) as const;

test('after a crash every record is counted once: those written with the counts, and those only in the log', async (t) => {
  const store = await openMemoryStore();
  const log = await openLog(store, { random });
  const options = { store, log, key: Buffer.alloc(32, 1), random, now: () => T0 + HOUR_MS };
  const first = await openActivity(options);
  const { append } = first.recorder();
  await append(message(T0));
  await append(message(T0 + 1000, 'refused'));
  await first.flush();
  await append(message(T0 + 2000, 'forwarded', undefined, 64));
  await log.append({ kind: 'stop', timeMs: T0 + 3000, reason: 'signal' });
  const again = await openActivity(options); // the first one never closed
  const span = { fromMs: T0 - HOUR_MS, untilMs: T0 + HOUR_MS };
  t.deepEqual(again.slices.traffic(span), first.slices.traffic(span));
  t.like(again.slices.traffic(span).flows[0], { kept: 2, changed: 0, withheld: 4, rehearsed: 0 });
  await Promise.all([first.close(), again.close()]);
});

test('records that cannot be written are said once, told to the page, and said again when they can', async (t) => {
  const store = await openMemoryStore();
  const log = await openLog(store, { random });
  const said: string[] = [];
  const say = (line: string): void => void said.push(line);
  let full = false;
  const append = log.append.bind(log);
  log.append = (record) =>
    full ? Promise.reject(new HubError('record_failed', '/data/store: No space left on device')) : append(record);
  const activity = await openActivity({ store, log, key: Buffer.alloc(32, 1), random, now: () => T0, say });
  const recorder = activity.recorder();
  await recorder.append(message(T0));
  t.false(activity.incidents.since(0).recordsFail);
  full = true;
  for (let i = 0; i < 3; i++) await t.throwsAsync(recorder.append(message(T0)), { instanceOf: HubError });
  t.true(activity.incidents.since(0).recordsFail);
  full = false;
  await recorder.append(message(T0));
  t.false(activity.incidents.since(0).recordsFail);
  t.deepEqual(said, [
    'records cannot be written, so every message is refused: /data/store: No space left on device',
    'records can be written again',
  ]);
  await activity.close();
});

test('what is kept names no device in the clear, and a forgotten device is gone from it', async (t) => {
  const state = new Map<string, Buffer>();
  const store = await openMemoryStore(state);
  const log = await openLog(store, { random });
  const activity = await openActivity({ store, log, key: Buffer.alloc(32, 1), random, now: () => T0 });
  await activity.recorder().append(message(T0));
  await activity.flush();
  const own = () => [...state].filter(([key]) => key.startsWith('w'));
  t.true(own().length > 2);
  t.false(own().some(([, value]) => value.includes('d-00000001') || value.includes('cosori')));
  await activity.forget('d-00000001');
  t.deepEqual(activity.slices.traffic({ fromMs: 0, untilMs: T0 + 1 }).flows, []);
  await activity.close();
});

test('alarms and failed sends of a day are counted as they are recorded, kept over a crash, and forgotten with their device', async (t) => {
  const store = await openMemoryStore();
  const log = await openLog(store, { random });
  const options = { store, log, key: Buffer.alloc(32, 1), random, now: () => T0 + HOUR_MS };
  const first = await openActivity(options);
  const { append } = first.recorder();
  const of = await append(message(T0));
  const alarm = { kind: 'alarm', timeMs: T0 + 1000, what: 'last_look', service: 'cosori', device: 'd-00000001' } as const;
  await append(alarm);
  // In the log, and no interruption.
  await append({
    kind: 'alarm',
    timeMs: T0 + 1000,
    what: 'other',
    service: 'cosori',
    device: 'd-00000001',
    error: 'destination_differs',
  });
  await first.flush();
  await append({ kind: 'send-failed', timeMs: T0 + 2000, of, error: 'upstream_unreachable' });
  const again = await openActivity(options); // the first one never closed
  const { kind: _, ...told } = alarm;
  for (const one of [first, again]) t.deepEqual(one.incidents.since(T0), { alarms: [told], failedSends: 1, recordsFail: false });
  t.deepEqual(again.incidents.since(T0 + 2000), { alarms: [], failedSends: 1, recordsFail: false });
  await again.forget('d-00000001');
  t.deepEqual(again.incidents.since(T0).alarms, []);
  await Promise.all([first.close(), again.close()]);
});

test('five minutes become hours after a day with the same sums, and go after a month', (t) => {
  let now = T0;
  const slices = new Slices(() => now);
  for (let count = 0; count < 30; count++) slices.add(message(T0 - count * 600_000));
  const all = { fromMs: T0 - 60 * 24 * HOUR_MS, untilMs: T0 + 1 };
  const sums = () => slices.traffic(all).traffic.map(({ messages, bytesIn }) => [messages, bytesIn]);
  t.deepEqual(sums(), [[30, 300]]);
  now += 40 * HOUR_MS;
  slices.roll();
  t.deepEqual(sums(), [[30, 300]]);
  now += 40 * 24 * HOUR_MS;
  slices.roll();
  t.deepEqual(sums(), []);
});

test('the timeline has no gaps, and adds up', (t) => {
  const slices = new Slices(() => T0);
  slices.add(message(T0 - 1));
  slices.add(message(T0 - 5 * HOUR_MS));
  const { timeline, bucketMs } = slices.traffic({ fromMs: T0 - 24 * HOUR_MS, untilMs: T0 });
  t.is(bucketMs, HOUR_MS);
  t.true(timeline.every(({ startMs }, index) => index === 0 || startMs - timeline[index - 1]!.startMs === bucketMs));
  t.is(
    timeline.reduce((sum, { messages }) => sum + messages.forwarded, 0),
    2,
  );
});

test('more new fields in one message than a small change are listed, not held back; nor are any in the first hour', (t) => {
  const learning = { messages: 2, ms: 24 * HOUR_MS, holdAfterMs: HOUR_MS };
  const fields = new Fields(learning);
  const known = { ...message(T0), decisions: [decision('a')] };
  for (let count = 0; count < 3; count++) fields.count(known);
  const bring = (timeMs: number, names: readonly string[]) =>
    fields.meet({ ...known, timeMs, decisions: names.map((name) => decision(name)) });
  t.deepEqual(bring(T0 + 60_000, ['early']), []);
  t.is(fields.listed().length, 1);
  t.deepEqual(
    bring(
      T0 + 2 * HOUR_MS,
      Array.from({ length: 9 }, (_, index) => `n${index}`),
    ),
    [],
  );
  t.is(fields.listed().length, 10);
  t.like(bring(T0 + 2 * HOUR_MS, ['one'])[0], { path: "$['one']", action: 'drop', device: 'd-00000001' });
  t.deepEqual(bring(T0 + 2 * HOUR_MS, ['one']), [], 'no longer new');
});

test('a device that makes up names fills neither the list nor the hosts', (t) => {
  const fields = new Fields({ messages: 1, ms: 0, holdAfterMs: 0 });
  fields.count(message(T0));
  for (let count = 0; count < 3000; count++) fields.meet({ ...message(T0 + 1), decisions: [decision(`x${count}`)] });
  t.is(fields.listed().length, 100);
  const hosts = new Hosts();
  for (let count = 0; count < 3000; count++) hosts.note(`h${count}.example`, 'unknown', 'd-00000001', T0, []);
  t.is(hosts.all().length, 1000);
});

test('a decision’s path becomes a selector for every element, and steps over encodings', (t) => {
  t.is(selectorOf("$['a'][3]['b']"), "$['a'][*]['b']");
  t.is(selectorOf("$['payload']::base64::$['x[1]']"), "$['payload']['x[1]']");
  t.is(selectorOf("$['p']::base64::gzip::$['y::z']"), "$['p']['y::z']");
});

test('the page’s certificate is kept, its key its owner’s alone; the page is served under it', async (t) => {
  const dir = mkdtempSync(path.join(tmpdir(), 'hubsieve-web-'));
  t.teardown(() => rmSync(dir, { recursive: true, force: true }));
  const made = await openWebCertificate(dir, ['hub.home'], { nowMs: Date.now() });
  t.is(statSync(path.join(dir, 'web.pem')).mode & 0o777, 0o600);
  t.deepEqual(await openWebCertificate(dir, ['hub.home'], { nowMs: Date.now() }), made);
  const later = await openWebCertificate(dir, ['hub.home'], { nowMs: Date.now() + 815 * 24 * HOUR_MS });
  t.not(later.fingerprint, made.fingerprint);
  const web = await openWeb({ host: '127.0.0.1', port: 0, ready: () => true, tls: { key: made.key, cert: made.cert } });
  t.teardown(() => web.close());
  const seen = await new Promise<string>((resolve, reject) => {
    const socket = connect({ port: web.port, host: '127.0.0.1', servername: 'hub.home', ca: made.cert }, () => {
      resolve(socket.getPeerCertificate().fingerprint256);
      socket.destroy();
    });
    socket.on('error', reject);
  });
  t.is(seen, made.fingerprint);
});
