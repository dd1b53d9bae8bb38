import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import tls from 'node:tls';
import test, { type ExecutionContext } from 'ava';
import fc from 'fast-check';
import { generate, type Packet } from 'mqtt-packet';
import { HubError } from '#src/errors.js';
import { provenTls } from '#src/net/mqtt-upstream.js';
import { Trust } from '#src/net/tls-upstream.js';
import { programFile } from '../programs.js';
import { MqttClient } from './mqtt-client.js';
import { type FakeBroker, type MqttHub, type MqttHubOptions, passAll, startFakeBroker, startMqttHub } from './mqtt-tools.js';
import { exchange, until } from './tools.js';

async function start(
  t: ExecutionContext,
  hubOptions: MqttHubOptions = {},
  brokerOptions: Parameters<typeof startFakeBroker>[0] = {},
): Promise<{ broker: FakeBroker; hub: MqttHub }> {
  const broker = await startFakeBroker(brokerOptions);
  const hub = await startMqttHub(broker.port, hubOptions);
  t.teardown(async () => {
    broker.close();
    await hub.close();
  });
  return { broker, hub };
}

function bytesOf(packet: object, protocolVersion = 4): Buffer {
  return generate(packet as Packet, { protocolVersion });
}
const CONNECT = { cmd: 'connect', protocolId: 'MQTT', protocolVersion: 4, clientId: 'plug', keepalive: 60, clean: true };
const publish = (topic: string, payload: string | Buffer, more: object = {}): object => ({
  cmd: 'publish',
  topic,
  payload,
  qos: 0,
  ...more,
});

test('the cloud is not even connected to before the CONNECT is judged and recorded', async (t) => {
  const { broker, hub } = await start(t);
  const client = new MqttClient(hub.port, 4).open();
  await until(() => hub.asked.length === 1);
  await new Promise((resolve) => setTimeout(resolve, 50));
  t.is(broker.connections(), 0);
  hub.asked[0]!.pass();
  t.truthy(await client.next('connack'));
  t.is(broker.connections(), 1);
});

test('a refused CONNECT is answered and no connection is made', async (t) => {
  const { broker, hub } = await start(t);
  for (const [level, error, code] of [
    [4, 'blocked', 5],
    [5, 'blocked', 0x87],
    [4, 'record_failed', 3],
    [5, 'record_failed', 0x88],
  ] as const) {
    const client = new MqttClient(hub.port, level).open();
    const before = hub.asked.length;
    await until(() => hub.asked.length > before);
    hub.asked.at(-1)!.refuse(new HubError(error));
    const answer = await client.next('connack');
    t.is(answer?.cmd === 'connack' && (level === 5 ? answer.reasonCode : answer.returnCode), code);
    await client.gone();
  }
  t.is(broker.connections(), 0);
});

test('a cloud that is down is told to the device, and the log that nothing was sent', async (t) => {
  const { broker, hub } = await start(t);
  broker.close();
  for (const level of [4, 5] as const) {
    const client = new MqttClient(hub.port, level).open();
    await until(() => hub.asked.length === (level === 4 ? 1 : 2));
    hub.asked.at(-1)!.pass();
    const answer = await client.next('connack');
    t.is(answer?.cmd === 'connack' && (level === 5 ? answer.reasonCode : answer.returnCode), level === 5 ? 0x88 : 3);
    await client.gone();
  }
  t.deepEqual(hub.unsent, ['upstream_unreachable', 'upstream_unreachable']);
});

test('a cloud that takes the connection and never answers is given up after its time', async (t) => {
  const timeouts = { headMs: 5_000, answerMs: 100, stopMs: 1_000 };
  const { hub } = await start(t, { judge: passAll, door: { timeouts } }, { silent: true });
  const [client, answer] = await MqttClient.connect(hub.port, 4);
  t.is(answer?.cmd === 'connack' && answer.returnCode, 3);
  await client.gone();
});

test('messages leave one by one in their order, each after its own judgement', async (t) => {
  const { broker, hub } = await start(t);
  const client = new MqttClient(hub.port, 4).open();
  await until(() => hub.asked.length === 1);
  hub.asked[0]!.pass();
  await client.next('connack');
  for (const n of [1, 2, 3]) client.send(publish('a', `${n}`, { qos: 1, messageId: n }) as Packet);
  for (const n of [1, 2, 3]) {
    await until(() => hub.asked.length === n + 1);
    t.is(broker.packets.length, n, 'the one being judged is not there yet');
    hub.asked[n]!.pass();
    await client.answer(n, 'puback');
  }
  t.deepEqual(
    broker.packets.map((packet) => String(packet.payload ?? '')),
    ['', '1', '2', '3'],
  );
});

test('what is judged after the cloud has gone is noted as not sent', async (t) => {
  const { broker, hub } = await start(t);
  const client = new MqttClient(hub.port, 4).open();
  await until(() => hub.asked.length === 1);
  hub.asked[0]!.pass();
  await client.next('connack');
  client.send(publish('a', '1', { qos: 1, messageId: 1 }) as Packet);
  await until(() => hub.asked.length === 2);
  for (const socket of broker.sockets) socket.resetAndDestroy();
  await client.gone();
  hub.asked[1]!.pass();
  await until(() => hub.unsent.length === 1);
  t.deepEqual(hub.unsent, ['upstream_unreachable']);
});

test('a message that is cut off on its way to the cloud is noted as not sent, and one that reached it is not', async (t) => {
  const { broker, hub } = await start(t);
  const client = new MqttClient(hub.port, 4).open();
  await until(() => hub.asked.length === 1);
  hub.asked[0]!.pass();
  await client.next('connack');
  client.send(publish('a', '1', { qos: 1, messageId: 1 }) as Packet);
  await until(() => hub.asked.length === 2);
  hub.asked[1]!.pass();
  await client.answer(1, 'puback');
  const [wire] = broker.sockets;
  wire!.pause();
  client.send(publish('a', '2', { qos: 1, messageId: 2 }) as Packet);
  await until(() => hub.asked.length === 3);
  // More than any system's buffers between two sockets take.
  hub.asked[2]!.pass(Buffer.alloc(32 * 1024 * 1024, 'x'));
  await until(() => wire!.readableLength > 0);
  t.deepEqual(hub.unsent, []);
  wire!.resetAndDestroy();
  await until(() => hub.unsent.length === 1);
  await client.gone();
  t.deepEqual(hub.unsent, ['upstream_unreachable']);
});

test('a judge that fails lets nothing pass', async (t) => {
  const { broker, hub } = await start(t, {
    judge: async (peer, message) => {
      if (message.type === 'connect') return passAll(peer, message);
      throw new Error('a bug');
    },
  });
  const [client] = await MqttClient.connect(hub.port, 4);
  await client.publish('a', 'secret', { qos: 1 });
  client.send({ cmd: 'pingreq' } as Packet);
  await until(() => broker.packets.some((packet) => packet.cmd === 'pingreq'));
  t.false(broker.bytes().includes('secret'));
});

test('a broker that does not read stops the device, with a bounded heap of waiting bytes; then all arrives', async (t) => {
  const { broker, hub } = await start(t, { judge: passAll }, { paused: true });
  const [client] = await MqttClient.connect(hub.port, 4);
  const payload = Buffer.alloc(60_000, 'x');
  const count = 600;
  for (let i = 0; i < count; i += 1) client.send(publish('a', payload) as Packet);
  let last = -1;
  await until(() => {
    const same = client.socket.writableLength === last;
    last = client.socket.writableLength;
    return same && last > 0;
  });
  await new Promise((resolve) => setTimeout(resolve, 300));
  t.true(client.socket.writableLength > 20_000_000, 'most of 36 MB is still with the device');
  for (const socket of broker.sockets) {
    socket.removeAllListeners('data');
    let bytes = 0;
    socket.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
    });
    socket.resume();
    await until(() => client.socket.writableLength === 0 && bytes > 60_000 * (count - 20));
  }
  t.pass();
});

test('a device that does not read stops the broker', async (t) => {
  const { broker, hub } = await start(t, { judge: passAll });
  const [client] = await MqttClient.connect(hub.port, 4, { keepalive: 0 });
  client.socket.pause();
  const [socket] = broker.sockets;
  const packet = bytesOf(publish('a', Buffer.alloc(60_000, 'x')));
  for (let i = 0; i < 600; i += 1) socket!.write(packet);
  await new Promise((resolve) => setTimeout(resolve, 500));
  t.true(socket!.writableLength > 20_000_000);
  client.socket.resume();
  t.is((await client.messages(600)).length, 600);
});

test('a device that is silent for one and a half times its keep-alive is given up, and the broker sees no farewell', async (t) => {
  const { broker, hub } = await start(t, { judge: passAll });
  const from = performance.now();
  const [client] = await MqttClient.connect(hub.port, 4, { keepalive: 1 });
  await client.gone();
  const ms = performance.now() - from;
  t.true(ms >= 1_499, `closed after ${Math.round(ms)} ms`);
  await until(() => broker.ended() === 1);
  t.false(broker.packets.some((packet) => packet.cmd === 'disconnect'));
  t.deepEqual(hub.alarms, ['timeout MQTT keep-alive ended']);
});

test('what a device sent before it shut its side still reaches the broker, also when the broker was not connected yet', async (t) => {
  const { broker, hub } = await start(t);
  const client = new MqttClient(hub.port, 4).open();
  for (const n of [1, 2]) client.send(publish('a', `${n}`) as Packet);
  client.socket.end();
  for (const n of [0, 1, 2]) {
    await until(() => hub.asked.length === n + 1);
    hub.asked[n]!.pass();
  }
  await until(() => broker.ended() === 1);
  t.deepEqual(
    broker.packets.map((packet) => packet.cmd),
    ['connect', 'publish', 'publish'],
  );
});

test('a reset on either side ends the other', async (t) => {
  const { broker, hub } = await start(t, { judge: passAll });
  const [first] = await MqttClient.connect(hub.port, 4);
  first.socket.resetAndDestroy();
  await until(() => broker.ended() === 1);
  t.false(
    broker.packets.some((packet) => packet.cmd === 'disconnect'),
    'the broker publishes the will',
  );
  const [second] = await MqttClient.connect(hub.port, 4);
  for (const socket of broker.sockets) socket.resetAndDestroy();
  await second.gone();
  t.pass();
});

test('a CONNECT that does not become whole in its time, and a packet over the bound, end with nothing sent', async (t) => {
  const timeouts = { headMs: 80, answerMs: 5_000, stopMs: 1_000 };
  const { broker, hub } = await start(t, { judge: passAll, door: { timeouts } });
  const slow = new MqttClient(hub.port, 4);
  slow.socket.write(bytesOf(CONNECT).subarray(0, 9));
  await slow.gone();
  t.is(broker.connections(), 0);
  const [big] = await MqttClient.connect(hub.port, 4);
  big.send(publish('a', Buffer.alloc(65_536 + 131_072, 'z')) as Packet);
  await big.gone();
  await until(() => broker.ended() === 1);
  t.false(broker.bytes().includes('zz'));
  t.true(hub.alarms.some((alarm) => alarm.startsWith('too_large')));
});

test('without an MQTT upstream, towards itself or unasked into the home, nothing is opened', async (t) => {
  const cases: [string, MqttHubOptions['door'] & object][] = [
    ['no_upstream', { upstream: undefined }],
    ['no_upstream', { upstream: { scheme: 'https', host: 'cloud.test', port: 443, authority: 'cloud.test' } }],
    [
      'loop',
      {
        self: () => ({ addresses: new Set(), ports: new Set([4711]) }),
        upstream: { scheme: 'mqtt', host: '127.0.0.1', port: 4711, authority: 'x' },
      },
    ],
  ];
  for (const [code, door] of cases) {
    const hub = await startMqttHub(1, { judge: passAll, door });
    t.is(await exchange(hub.port, bytesOf(CONNECT)), '');
    t.deepEqual(hub.refused, [code]);
    await hub.close();
  }
});

test('more connections than the bound are turned away', async (t) => {
  const { hub } = await start(t, { judge: passAll, door: { limits: { bodyBytes: 65_536, connections: 1 } } });
  const [first] = await MqttClient.connect(hub.port, 4);
  const [, answer] = await MqttClient.connect(hub.port, 4, { clientId: 'two' });
  t.is(answer, undefined);
  t.deepEqual(hub.refused, ['busy']);
  await first.end();
  let again: unknown;
  while (again === undefined) [, again] = await MqttClient.connect(hub.port, 4, { clientId: 'three' });
  t.pass();
});

test('a stop lets the message in hand go out, and then closes both sides', async (t) => {
  const broker = await startFakeBroker();
  t.teardown(() => broker.close());
  const hub = await startMqttHub(broker.port);
  const client = new MqttClient(hub.port, 4).open();
  await until(() => hub.asked.length === 1);
  hub.asked[0]!.pass();
  await client.next('connack');
  client.send(publish('a', 'in hand') as Packet).send(publish('a', 'queued') as Packet);
  await until(() => hub.asked.length === 2);
  const from = performance.now();
  const closed = hub.close();
  hub.asked[1]!.pass();
  await until(() => hub.asked.length === 3);
  hub.asked[2]!.pass();
  await closed;
  t.true(performance.now() - from < 2_500, 'before its bound');
  await client.gone();
  t.deepEqual(
    broker.packets.map((packet) => String(packet.payload ?? '')),
    ['', 'in hand', 'queued'],
  );
});

test('what stands for an original is put back on the way down', async (t) => {
  const { broker, hub } = await start(t, {
    judge: passAll,
    door: {
      restore: (_peer, { parts }) => parts.map((part) => (part.role === 'topic' ? { ...part, text: 'home/original/cmd' } : part)),
    },
  });
  const [client] = await MqttClient.connect(hub.port, 4);
  for (const socket of broker.sockets) socket.write(bytesOf(publish('home/stand-in/cmd', 'on')));
  t.is((await client.messages(1))[0]?.topic, 'home/original/cmd');
});

test('a broker that cannot prove who it is gets no byte', async (t) => {
  const dir = mkdtempSync(path.join(tmpdir(), 'hubsieve-tls-'));
  const [key, cert, root] = ['key.pem', 'cert.pem', 'root.pem'].map((name) => path.join(dir, name)) as [string, string, string];
  const made = (...more: string[]): void => {
    const { status } = spawnSync(programFile('openssl'), [
      'req',
      '-x509',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-days',
      '2',
      ...more,
    ]);
    t.is(status, 0);
  };
  made('-subj', '/CN=test root', '-keyout', path.join(dir, 'root.key'), '-out', root);
  made(
    ...['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1', '-addext', 'basicConstraints=critical,CA:FALSE'],
    ...['-CA', root, '-CAkey', path.join(dir, 'root.key'), '-keyout', key, '-out', cert],
  );
  let received = 0;
  const server = tls.createServer({ key: readFileSync(key), cert: readFileSync(cert) }, (socket) => {
    socket.on('data', (bytes) => {
      received += bytes.length;
      socket.write(bytesOf({ cmd: 'connack', returnCode: 0, sessionPresent: false }));
    });
  });
  server.on('tlsClientError', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  t.teardown(() => {
    server.close();
    rmSync(dir, { recursive: true, force: true });
  });
  for (const [extra, code] of [
    [[], 3],
    [[readFileSync(root, 'utf8')], 0],
  ] as const) {
    const connectTls = provenTls(new Trust(extra), () => []);
    const hub = await startMqttHub(port, { judge: passAll, scheme: 'mqtts', connector: { connectTls } });
    const [client, answer] = await MqttClient.connect(hub.port, 4);
    t.is(answer?.cmd === 'connack' && answer.returnCode, code);
    t.is(received > 0, code === 0);
    client.socket.destroy();
    await hub.close();
  }
});

test('whatever a device sends, nothing reaches the broker that was not judged', async (t) => {
  const { broker, hub } = await start(t, {
    judge: async (_peer, message) => ({
      outcome: {
        kind: 'pass',
        parts: message.parts.map((part) =>
          part.bytes === undefined ? { ...part, text: 'JUDGED' } : { ...part, bytes: Buffer.from('JUDGED') },
        ),
      },
      unsent: () => undefined,
    }),
  });
  const open = bytesOf({
    ...{ ...CONNECT, clientId: 'RAWRAW', username: 'RAWRAW' },
    will: { topic: 'RAWRAW', payload: Buffer.from('RAWRAW') },
  });
  const stream = Buffer.concat([
    ...[0, 1, 2].map((qos) => bytesOf(publish('RAWRAW', 'RAWRAW', { qos, messageId: 9 + qos }))),
    bytesOf({ cmd: 'subscribe', messageId: 3, subscriptions: [{ topic: 'RAWRAW', qos: 1 }] }),
    bytesOf({ cmd: 'pingreq' }),
    bytesOf(publish('RAWRAW', 'RAWRAW')),
  ]);
  const mutation = fc.record({
    flips: fc.array(fc.tuple(fc.nat(stream.length - 1), fc.nat(255)), { maxLength: 4 }),
    cut: fc.nat(stream.length),
    piece: fc.integer({ min: 1, max: stream.length }),
  });
  await fc.assert(
    fc.asyncProperty(mutation, async ({ flips, cut, piece }) => {
      const bytes = Buffer.from(stream);
      for (const [at, value] of flips) bytes[at] = value;
      const client = new MqttClient(hub.port, 4);
      client.socket.write(open);
      await client.next('connack'); // the way to the broker is open now
      const end = bytes.length - Math.floor(cut / 4);
      for (let at = 0; at < end; at += piece) client.socket.write(bytes.subarray(at, Math.min(end, at + piece)));
      client.socket.end();
      await client.gone();
      return !/RAWRAW/.test(broker.bytes().toString('latin1'));
    }),
    { numRuns: 150 },
  );
  await until(() => broker.sockets.size === 0);
  t.true(broker.bytes().includes('JUDGED'), 'some did pass');
  t.notRegex(broker.bytes().toString('latin1'), /RAWRAW/);
});
