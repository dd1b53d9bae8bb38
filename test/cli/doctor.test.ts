// `hubsieve doctor`: each fault that a home can have without systemd, one after another. Those under the unit: test/system/doctor.test.ts.
import { chmodSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createServer, type Server } from 'node:net';
import path from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { readRules } from '#src/cli/common.js';
import { parseConfig } from '#src/config.js';
import { checkClock } from '#src/health/clock.js';
import { checkGate } from '#src/health/gate.js';
import { stateOf } from '#src/health/unit.js';
import { openHub } from '#src/hub.js';
import { parseGateState } from '#src/runtime/gate-state.js';
import { openNameServer } from './name-server.js';
import { run, type Scratch, scratch } from './support.js';

const HOUR_MS = 3_600_000;

/** A data directory that a hub has filled, and a config for it whose names lead to one address. */
async function home(t: ExecutionContext): Promise<{ dir: string; place: Scratch; config: string; lines(): Promise<string> }> {
  const place = scratch(t);
  const names = await openNameServer();
  t.teardown(() => names.close());
  const dir = path.join(place.dir, 'data');
  mkdirSync(dir, { mode: 0o700 });
  const text = `web: { port: 0 }\ndiscovery: { enabled: off }\nupstream: { dns: ["${names.address}"] }\n`;
  const file = place.file('hub.yaml', text.replace('port: 0', 'port: 1'));
  const config = parseConfig('web: { port: 0 }\ndiscovery: { enabled: off }\n', 'hub.yaml');
  const hub = await openHub({
    config,
    rules: await readRules(config),
    dataDir: dir,
    certsDir: path.join(dir, 'certs'),
    say: () => undefined,
  });
  await hub.close();
  const lines = async (): Promise<string> => {
    const { code, stdout } = await run(['doctor', '--config', file, '--data-dir', dir]);
    t.is(code, /^bad /m.test(stdout) ? 1 : 0, stdout);
    return stdout;
  };
  return { dir, place, config: file, lines };
}

const listen = async (t: ExecutionContext, server: Server): Promise<number> => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => server.close());
  return (server.address() as AddressInfo).port;
};

test('a home that is well: exit code 0, and nothing is bad', async (t) => {
  t.timeout(120_000);
  const { lines } = await home(t);
  t.notRegex(await lines(), /^bad/m);
});

test('each fault of the files is named: trust, root, its copy, the key, the store', async (t) => {
  t.timeout(120_000);
  const { dir, place, config, lines } = await home(t);
  const certs = path.join(dir, 'certs');
  const [root, copy] = [path.join(certs, 'root.pem'), path.join(certs, 'root.crt')];
  const text = readFileSync(config, 'utf8');
  for (const [file, why] of [
    [path.join(place.dir, 'nowhere.pem'), /trust: .*nowhere\.pem: there is no such file/],
    [place.file('empty.pem', 'nothing'), /trust: .*empty\.pem: no certificate in it/],
  ] as const) {
    writeFileSync(config, `web: { port: 1 }\nupstream: { dns: ["127.0.0.1:1"], trust: ["${file}"] }\n`);
    t.regex(await lines(), new RegExp(`^bad  .*${why.source}`, 'm'));
  }
  writeFileSync(config, text);
  const other = await home(t);
  const [was, wasCopy] = [readFileSync(root, 'utf8'), readFileSync(copy, 'utf8')];
  const strange = readFileSync(path.join(other.dir, 'certs', 'root.crt'), 'utf8');
  writeFileSync(copy, strange);
  t.regex(await lines(), /^bad {2}root: its files do not match each other \(.*root\.crt is another root/m);
  t.is(readFileSync(copy, 'utf8'), strange, 'doctor only looks');
  writeFileSync(copy, wasCopy);
  writeFileSync(root, was.replace(/-----BEGIN CERT[\s\S]*/, strange));
  t.regex(await lines(), /^bad {2}root: its files do not match each other \(.*the key is not the certificate’s/m);
  writeFileSync(root, was);
  chmodSync(root, 0o600);
  renameSync(path.join(dir, 'master.key'), path.join(place.dir, 'kept.key'));
  t.regex(await lines(), /^bad .*master\.key is gone/m);
  t.regex(await lines(), /^bad .*master\.key is gone/m, 'and none is made in its place');
  renameSync(path.join(place.dir, 'kept.key'), path.join(dir, 'master.key'));
  writeFileSync(path.join(dir, 'store', 'CURRENT'), 'MANIFEST-999999\n');
  t.regex(await lines(), /^bad .*store/m);
});

test('names that lead nowhere, to this hub, into the home; a cloud that is not there or refuses', async (t) => {
  t.timeout(120_000);
  const { config, lines } = await home(t);
  const of = (dns: string, more = ''): void => writeFileSync(config, `web: { port: 1 }\n${more}upstream: { dns: ["${dns}"] }\n`);
  of('127.0.0.1:1');
  t.regex(await lines(), /^bad {2}names: no name server answers/m);
  for (const [answer, why] of [
    ['127.0.0.1', 'lead back to this hub'],
    ['192.168.3.4', 'lead into the home'],
  ] as const) {
    const names = await openNameServer(answer);
    t.teardown(() => names.close());
    of(names.address);
    t.regex(await lines(), new RegExp(`^bad  names: .*${why}`, 'm'));
  }
  const good = await openNameServer();
  t.teardown(() => good.close());
  const closed = createServer();
  const port = await listen(t, closed);
  await new Promise((resolve) => closed.close(resolve));
  const fixed = (to: number, scheme: string): void =>
    of(good.address, `listeners: [{ port: 0, host: 127.0.0.1, upstream: "${scheme}://127.0.0.1:${to}" }]\n`);
  fixed(port, 'http');
  t.regex(await lines(), /^bad {2}cloud 127\.0\.0\.1:\d+: it refuses connections/m);
  const plain = await listen(
    t,
    createServer((socket) => socket.on('error', () => socket.destroy()).end('no TLS here')),
  );
  fixed(plain, 'https');
  t.regex(await lines(), /^bad {2}cloud 127\.0\.0\.1:\d+: it does not prove who it is/m);
  fixed(plain, 'http');
  t.notRegex(await lines(), /^bad/m);
});

test('a hub that hangs is told from one that does not run, and from one that is well', async (t) => {
  t.timeout(120_000);
  const { config, lines } = await home(t);
  const text = readFileSync(config, 'utf8');
  const hanging = await listen(
    t,
    createServer((socket) => socket.on('error', () => socket.destroy())),
  );
  writeFileSync(config, text.replace('port: 1', `port: ${hanging}`));
  t.regex(await lines(), /^bad {2}the hub hangs/m);
  const starting = createHttpServer((_request, response) => response.writeHead(503).end());
  writeFileSync(config, text.replace('port: 1', `port: ${await listen(t, starting)}`));
  t.regex(await lines(), /^note {2}the hub is starting/m);
});

test('a clock before the program was installed, or before the log’s last entry by more than a day, is none', (t) => {
  t.deepEqual(checkClock(100 * HOUR_MS, 90 * HOUR_MS), []);
  t.deepEqual(checkClock(80 * HOUR_MS, 90 * HOUR_MS), [], 'less than a day is no fault');
  t.is(checkClock(60 * HOUR_MS, 90 * HOUR_MS)[0]?.fault, 'clock');
  t.is(checkClock(100 * HOUR_MS, 90 * HOUR_MS, 130 * HOUR_MS)[0]?.fault, 'clock');
});

test('the gate: each state that lets something round, or cuts devices off, is a fault of its own', (t) => {
  const state = (text: string): string[] => checkGate(parseGateState(text) ?? 'stale', true).map(({ fault }) => fault);
  const rest = 'door loaded\nroutes 1 1\nlink br-lan\ndevice 02:00:5e:77:00:20\n';
  t.deepEqual(state(`gate closed\n${rest}`), []);
  t.deepEqual(state(`gate open\n${rest}`), ['gate_open']);
  t.deepEqual(state('gate missing\ndoor none\nroutes 0 0\n'), ['gate_missing']);
  t.deepEqual(state(`gate stand_in\n${rest}`), ['gate_stand_in']);
  t.deepEqual(state(`gate closed\n${rest}through 02:00:5e:77:00:20\n`), ['let_through']);
  t.deepEqual(state(`gate closed\n${rest}fault gateway.nft:1: Error\n`), ['gate_fault']);
  t.deepEqual(state('gate closed\ndoor none\nroutes 1 1\n'), ['door_missing']);
  t.deepEqual(state('gate closed\ndoor loaded\nroutes 2 1\n'), ['door_missing']);
  t.deepEqual(state('gate closed\ndoor loaded\nroutes 1 1\nlink_gone hoem\n'), ['link_gone']);
  t.deepEqual(state('gate ajar\n'), ['gate_unwatched']);
  t.deepEqual(checkGate('none', true), [{ fault: 'gate_missing' }]);
  t.deepEqual(checkGate('none', false), [], 'a hub that is no gateway needs none');
});

test('systemd’s words for a unit: it runs, was started anew, goes round in circles, was given up, failed, stopped', (t) => {
  const unit = (text: string) => stateOf(new Map(text.split(' ').map((one) => one.split('=') as [string, string])), 1000);
  t.is(unit('ActiveState=active SubState=running NRestarts=0 ActiveEnterTimestampMonotonic=999000000'), 'calm');
  t.is(unit('ActiveState=active SubState=running NRestarts=2 ActiveEnterTimestampMonotonic=999000000'), 'restarted');
  t.is(unit('ActiveState=active SubState=running NRestarts=2 ActiveEnterTimestampMonotonic=100000000'), 'calm');
  t.is(unit('ActiveState=activating SubState=auto-restart NRestarts=3'), 'restarting');
  t.is(unit('ActiveState=failed SubState=failed Result=start-limit-hit NRestarts=5'), 'gave_up');
  t.is(unit('ActiveState=failed SubState=failed Result=exit-code NRestarts=0'), 'failed');
  t.is(unit('ActiveState=inactive SubState=dead NRestarts=0'), 'stopped');
});
