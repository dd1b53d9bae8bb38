import { mkdtempSync, rmSync } from 'node:fs';
import http from 'node:http';
import net, { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import test from 'ava';
import { readRules } from '#src/cli/common.js';
import { parseConfig } from '#src/config.js';
import { openHub } from '#src/hub.js';
import { until } from '../net/tools.js';

const refused = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = net.connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(false);
    });
    socket.on('error', () => resolve(true));
  });

test('while a message in hand at one door finishes, no door takes new connections', async (t) => {
  t.timeout(15_000);
  const waiting: http.ServerResponse[] = [];
  const cloud = http.createServer((request, response) => void request.resume().on('end', () => waiting.push(response)));
  await new Promise<void>((resolve) => cloud.listen(0, '127.0.0.1', resolve));
  const dataDir = mkdtempSync(path.join(tmpdir(), 'hubsieve-stopping-'));
  t.teardown(() => rmSync(dataDir, { recursive: true, force: true }));
  const upstream = `http://127.0.0.1:${(cloud.address() as AddressInfo).port}`;
  const door = { host: '127.0.0.1', port: 0, service: 'cosori', upstream };
  const config = parseConfig(
    JSON.stringify({ listeners: [door, door, door], web: { port: 0 }, discovery: { enabled: false } }),
    'test',
  );
  const rules = await readRules(config, dataDir);
  const hub = await openHub({ config, rules, dataDir, certsDir: path.join(dataDir, 'certs'), say: () => undefined });
  const answered = new Promise<number>((resolve) => {
    const { port } = hub.doors.at(-1)!;
    const request = http.request({ host: '127.0.0.1', port, method: 'POST', path: '/v1/report' }, (response) => {
      response.resume().on('end', () => resolve(response.statusCode!));
    });
    request.setHeader('Content-Type', 'application/json');
    request.end('{"deviceStatus":"on"}');
  });
  await until(() => waiting.length === 1);
  const closed = hub.close();
  for (const { port } of hub.doors) while (!(await refused(port))) await sleep(5); // in vain: the test's time ends it
  waiting[0]!.end('{}');
  t.is(await answered, 200, 'the message in hand is answered');
  await closed;
  cloud.close();
});
