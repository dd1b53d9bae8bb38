// End to end over real sockets: a device, the hub as a process, a cloud that keeps every byte.

import { spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { connect } from 'node:net';
import path from 'node:path';
import { setImmediate } from 'node:timers/promises';
import test from 'ava';
import { listEntries } from '#src/audit/cli.js';
import { LogReader } from '#src/audit/reader.js';
import { openLevelStore } from '#src/store/level.js';
import { copyStore } from '#src/store/snapshot.js';
import { run } from '../cli/support.js';
import { ask, bytesBelow, home } from '../hub/support.js';
import { record, until } from '../net/tools.js';
import { programFile } from '../programs.js';

const SECRETS = [
  'Sunny Corner 5G',
  '00:00:5e:00:53:10',
  '198.51.100.77',
  'Anna kitchen fryer',
  'correct-horse-7',
  'k3J9sQ2mXw7Lp0ZtQ',
];
const [SSID, MAC, IP, NAME, PASSWORD, TOKEN] = SECRETS as [string, string, string, string, string, string];
const MESSAGE = JSON.stringify({
  wifiSSID: SSID,
  routerMac: MAC,
  ip: IP,
  deviceName: NAME,
  wifiPassword: PASSWORD,
  token: TOKEN,
  deviceStatus: 'on',
  currentTemp: 178,
}); // prettier-ignore
const hides = (text: string): string[] => SECRETS.filter((secret) => text.includes(secret));

interface Listed {
  readonly seq: number;
  readonly kind: string;
  readonly verdict?: string;
  readonly error?: { readonly code: string };
  readonly decisions?: readonly { readonly path: string; readonly action: string }[];
}

async function listed(data: string): Promise<Listed[]> {
  const { code, stdout, stderr } = await run(['audit', 'list', '--format', 'json', '--data-dir', data]);
  if (code !== 0) throw new Error(stderr);
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Listed); // prettier-ignore
}

test.serial('a message goes in, a minimized one goes out, and its values stand in no log, no stream and no file', async (t) => {
  const cloud = await record();
  t.teardown(cloud.close);
  const hub = await home(t).start(cloud.port);
  const headers = { Cookie: 'ssid=SunnyCorner5G', 'X-Wifi-Ssid': SSID, 'User-Agent': 'Fryer/2.1 (pid 77)' };
  const { status, text } = await ask(hub.door, `/cloud/v1/report?ssid=SunnyCorner&mode=auto`, MESSAGE, headers);
  t.deepEqual([status, text], [200, 'ok']);
  const [head, body] = cloud.text().split('\r\n\r\n') as [string, string];
  t.regex(body, /^\{"deviceName":"Device [0-9A-F]{6}","token":"k3J9sQ2mXw7Lp0ZtQ","deviceStatus":"on","currentTemp":178\}$/);
  t.true(head.startsWith('POST /cloud/v1/report?mode=auto HTTP/1.1\r\n'), head);
  t.deepEqual(hides(cloud.text()), [TOKEN], 'only what the cloud needs arrived');
  t.notRegex(head, /Sunny|Cookie|pid 77/i);
  const [entry] = await listed(hub.data);
  t.is(entry?.verdict, 'forwarded');
  t.true(entry?.decisions?.some((d) => d.path === "$['wifiSSID']" && d.action === 'drop'));
  const exported = await run(['audit', 'export', '--data-dir', hub.data]);
  t.is(exported.code, 0);
  hub.child.kill('SIGTERM');
  t.is(await hub.ended, 0);
  t.deepEqual(hides(exported.stdout), []);
  t.deepEqual(hides(hub.said()), []);
  t.deepEqual(hides(bytesBelow(hub.data)), []);
});

test.serial('the record is written before a byte arrives upstream', async (t) => {
  const place = home(t);
  const copy = path.join(place.dir, 'copy');
  let copied: Promise<void> | undefined;
  // The store is copied the moment the request is there; looking into it can wait.
  const cloud = await record((socket) => {
    copied = copyStore(path.join(place.data, 'store'), copy);
    void copied.finally(() => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'));
  });
  t.teardown(cloud.close);
  const hub = await place.start(cloud.port);
  t.is((await ask(hub.door, '/report', MESSAGE)).status, 200);
  await copied;
  const store = await openLevelStore({ path: copy, flushMs: 0 });
  const entries = [];
  for await (const entry of listEntries(new LogReader(store))) entries.push(entry);
  await store.close();
  t.like(entries[0], { kind: 'message', verdict: 'forwarded' });
});

/** Whether a connection is taken there. */
const isOpen = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });

test.serial('SIGTERM lets a message in hand finish, takes no new one, and ends with exit 0 and a record of it', async (t) => {
  const place = home(t);
  let answer = (): void => {};
  const cloud = await record((socket) => {
    answer = () => void socket.end('HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ndone');
  });
  t.teardown(cloud.close);
  const hub = await place.start(cloud.port);
  const asked = ask(hub.door, '/report', MESSAGE);
  await until(() => cloud.text().includes('currentTemp'));
  hub.child.kill('SIGTERM');
  await until(() => hub.said().includes('stops'));
  // It says so before its doors are closed.
  while (await isOpen(hub.door)) await setImmediate();
  await t.throwsAsync(ask(hub.door, '/report', MESSAGE), undefined, 'the door is closed');
  answer();
  t.deepEqual(await asked, { status: 200, text: 'done' });
  t.is(await hub.ended, 0);
  t.deepEqual(
    (await listed(place.data)).map((entry) => entry.kind),
    ['stop', 'message', 'start'],
  ); // prettier-ignore
});

test.serial('kill -9 after an answer loses no record', async (t) => {
  const place = home(t);
  const cloud = await record();
  t.teardown(cloud.close);
  const hub = await place.start(cloud.port);
  for (let i = 0; i < 20; i += 1) t.is((await ask(hub.door, '/report', `{"currentTemp":${100 + i}}`)).status, 200);
  hub.child.kill('SIGKILL');
  t.is(await hub.ended, 'SIGKILL');
  t.is((await listed(place.data)).filter((entry) => entry.kind === 'message').length, 20);
  const again = await place.start(cloud.port);
  t.is((await ask(again.door, '/report', '{"currentTemp":99}')).status, 200);
  const verified = await run(['audit', 'verify', '--data-dir', place.data]);
  t.is(verified.code, 0, verified.stdout);
});

test.serial('a disk that takes no record: 503 record_failed, and nothing arrives upstream', async (t) => {
  const cloud = await record();
  t.teardown(cloud.close);
  const hub = await home(t).start(cloud.port);
  t.is((await ask(hub.door, '/report', '{"currentTemp":1}')).status, 200);
  const before = cloud.text();
  t.is(spawnSync(programFile('prlimit'), ['--pid', String(hub.child.pid), '--fsize=1:unlimited']).status, 0);
  const refused = await ask(hub.door, '/report', MESSAGE);
  t.is(refused.status, 503);
  t.is((JSON.parse(refused.text) as { error: { code: string } }).error.code, 'record_failed');
  t.deepEqual(hides(refused.text), []);
  t.is(cloud.text(), before);
});

test.serial('what is refused gets a code and a sentence, nothing goes up, and a record stays', async (t) => {
  const cloud = await record();
  t.teardown(cloud.close);
  const hub = await home(t).start(cloud.port, { services: { cosori: { mode: 'block' } } });
  const { status, text } = await ask(hub.door, '/report', MESSAGE);
  t.is(status, 403);
  const { error } = JSON.parse(text) as { error: { code: string; message: string } };
  t.is(error.code, 'blocked');
  t.regex(error.message, /\w+ \w+/);
  t.deepEqual(hides(text), []);
  t.is(cloud.text(), '');
  t.like((await listed(hub.data))[0], { kind: 'message', verdict: 'refused', error: { code: 'blocked' } });
});

test.serial('the page says the hub is well, and the key is its owner’s alone', async (t) => {
  const cloud = await record();
  t.teardown(cloud.close);
  const hub = await home(t).start(cloud.port);
  t.is((await ask(hub.page, '/api/v1/health')).status, 200);
  t.is(statSync(path.join(hub.data, 'master.key')).mode & 0o777, 0o600);
  t.is(statSync(hub.data).mode & 0o077, 0);
});

test.serial('a cloud that cannot be reached: 502 to the device, and a second, short record', async (t) => {
  const gone = await record();
  gone.close();
  const hub = await home(t).start(gone.port);
  const { status, text } = await ask(hub.door, '/report', '{"currentTemp":1}');
  t.is(status, 502);
  t.regex(text, /"upstream_unreachable"/);
  t.deepEqual(
    (await listed(hub.data)).slice(0, 2).map((entry) => entry.kind),
    ['send-failed', 'message'],
  ); // prettier-ignore
});
