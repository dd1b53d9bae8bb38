import test from 'ava';
import { generate, type Packet } from 'mqtt-packet';
import { HubError } from '#src/errors.js';
import type { MqttJudge } from '#src/protocol/mqtt/judge.js';
import { until } from './tools.js';
import { frame, rawDevice, startWsCloud, startWsHub, type WsCloud, WsDevice, type WsHub } from './websocket-tools.js';

const V4 = { protocolVersion: 4 } as const;
const packet = (each: object): Buffer => generate(each as Packet, V4);
const CONNECT = packet({ cmd: 'connect', protocolId: 'MQTT', protocolVersion: 4, clientId: 'd1', keepalive: 60, clean: true });
const CONNACK = packet({ cmd: 'connack', returnCode: 0, sessionPresent: false });
const PUBLISH = packet({ cmd: 'publish', topic: 'home/state', payload: '{"on":true}', qos: 0, retain: false, dup: false });
const DISCONNECT = packet({ cmd: 'disconnect' });

/** Answers the first byte of a CONNECT. */
async function broker(protocol = 'mqtt'): Promise<WsCloud> {
  return startWsCloud({
    protocol,
    reply: (message, _isBinary, socket) => {
      if (message[0] === 0x10) socket.send(CONNACK);
    },
  });
}

async function pair(t: { teardown(clean: () => Promise<void>): void }, judge?: MqttJudge): Promise<[WsHub, WsCloud, string[]]> {
  const cloud = await broker();
  const asked: string[] = [];
  const pass: MqttJudge = async (_peer, { parts }) => ({ outcome: { kind: 'pass', parts }, unsent: () => undefined });
  const hub = await startWsHub(cloud.port, {
    judge: async () => ({ kind: 'refuse', error: new HubError('internal', 'MQTT is not for this judge') }),
    door: {
      mqtt: {
        judge: (peer, message) => {
          asked.push(message.type);
          return (judge ?? pass)(peer, message);
        },
        restore: (_peer, { parts }) => parts,
        onAlarm: () => undefined,
        onNo: () => undefined,
      },
    },
  });
  t.teardown(async () => {
    await hub.close();
    cloud.close();
  });
  return [hub, cloud, asked];
}

test.serial('packets cut at every byte across messages arrive whole, each judged', async (t) => {
  const [hub, cloud, asked] = await pair(t);
  const all = Buffer.concat([CONNECT, PUBLISH, PUBLISH]);
  for (let cut = 1; cut < all.length; cut++) {
    const device = await new WsDevice(hub.port, '/mqtt', ['mqtt']).open();
    const count = cloud.messages.length;
    device.socket.send(all.subarray(0, cut));
    device.socket.send(all.subarray(cut));
    const arrived = (): string =>
      cloud.messages
        .slice(count)
        .map(({ text }) => text)
        .join('');
    await until(() => arrived().length === all.length && device.messages.length > 0);
    t.is(arrived(), all.toString('latin1'), `cut at ${cut}`);
    device.socket.terminate();
  }
  t.is(asked.filter((type) => type === 'publish').length, (all.length - 1) * 2);
  t.true(cloud.messages.every(({ isBinary }) => isBinary));
});

test.serial('one byte a message, in fragments too, is as good', async (t) => {
  const [hub, cloud] = await pair(t);
  const device = await rawDevice(hub.port, ['Sec-WebSocket-Protocol: mqtt']);
  t.true(device.text.includes('Sec-WebSocket-Protocol: mqtt'));
  const bytes = [...CONNECT, ...PUBLISH, ...DISCONNECT];
  for (const byte of bytes) device.write(frame(0x02, '')).write(frame(0x80, Buffer.from([byte])));
  await until(() => cloud.closes.length === 1);
  t.is(cloud.messages.map(({ text }) => text).join(''), Buffer.from(bytes).toString('latin1'));
  t.deepEqual(cloud.closes, [{ code: 1000, reason: '' }]);
  device.socket.destroy();
});

test.serial('nothing of a refused message reaches the broker, and the next one does', async (t) => {
  const [hub, cloud] = await pair(t, async (_peer, { type, parts }) => {
    const isSecret = parts.some(({ bytes }) => bytes !== undefined && Buffer.from(bytes).includes('kovalenko'));
    const outcome =
      isSecret && type === 'publish'
        ? ({ kind: 'refuse', error: new HubError('own_identifier') } as const)
        : ({ kind: 'pass', parts } as const);
    return { outcome, unsent: () => undefined };
  });
  const device = await new WsDevice(hub.port, '/mqtt', ['mqtt']).open();
  const secret = packet({ cmd: 'publish', topic: 'a', payload: 'kovalenko', qos: 1, messageId: 7, retain: false, dup: false });
  device.socket.send(Buffer.concat([CONNECT, secret, PUBLISH]));
  await until(() => cloud.all().includes('home/state'));
  t.false(cloud.all().includes('kova'));
  t.true(
    device.messages.some(({ text }) => text.startsWith('\x40\x02\x00\x07')),
    'acknowledged by the hub, or it would come for ever',
  );
  device.socket.close();
});

test.serial('what is no MQTT ends both connections, and nothing of it is sent', async (t) => {
  for (const [send, isFault] of [
    [(device: WsDevice) => device.socket.send('kovalenko'), true],
    [(device: WsDevice) => device.socket.send(Buffer.from('kovalenko')), false],
    [(device: WsDevice) => device.socket.send(PUBLISH), false],
  ] as const) {
    const [hub, cloud] = await pair(t);
    const device = await new WsDevice(hub.port, '/mqtt', ['mqtt']).open();
    send(device);
    await device.end();
    await until(() => cloud.closes.length === 1);
    t.deepEqual(cloud.messages, []);
    t.deepEqual(hub.refused, isFault ? ['malformed'] : []);
  }
});

test.serial('a cloud that closes before a CONNECT, or after, takes the device with it', async (t) => {
  const [hub, cloud] = await pair(t);
  const early = await new WsDevice(hub.port, '/mqtt', ['mqtt']).open();
  await until(() => cloud.sockets.length === 1);
  cloud.sockets[0]!.close(1001);
  await early.end();
  const late = await new WsDevice(hub.port, '/mqtt', ['mqtt']).open();
  late.socket.send(CONNECT);
  await until(() => late.messages.length === 1);
  cloud.sockets[1]!.terminate();
  await late.end();
  t.pass();
});

test.serial('a hub that stops closes MQTT connections too, with and without a CONNECT', async (t) => {
  const cloud = await broker('mqttv5.0');
  const hub = await startWsHub(cloud.port);
  const fresh = await new WsDevice(hub.port, '/mqtt', ['mqttv5.0']).open();
  const joined = await new WsDevice(hub.port, '/mqtt', ['mqttv5.0']).open();
  joined.socket.send(CONNECT);
  await until(() => joined.messages.length === 1);
  await hub.close();
  for (const device of [fresh, joined]) t.is((await device.end()).code, 1001);
  await until(() => cloud.closes.length === 2);
  for (const { code } of cloud.closes) t.is(code, 1001);
  cloud.close();
});
