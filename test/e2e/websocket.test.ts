// Secrets in every place of WebSocket where something can stand, a hub process, and all that reached the cloud behind it.
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import test from 'ava';
import { generate, type Packet } from 'mqtt-packet';
import { WebSocketServer } from 'ws';
import { bytesBelow, home } from '../hub/support.js';
import { AS_CA, hasOpenssl, Pki } from '../net/pki.js';
import { until } from '../net/tools.js';
import { frame, rawDevice, startWsCloud, type WsCloud, type WsCloudOptions, WsDevice } from '../net/websocket-tools.js';

const SSID = 'Kvartira-17-5G';
const MAC = 'f4cfa2778899';
const SPELLED = 'F4:CF:A2:77:88:99';
const UNTOLD = 'Dacha-Wi-Fi-2';
/** The secrets in the notations that a byte search can see. */
const NOTATIONS = [SSID, MAC, SPELLED, UNTOLD].flatMap((secret) => [
  secret,
  Buffer.from(secret).toString('base64').slice(0, -4),
  Buffer.from(secret).toString('hex'),
  encodeURIComponent(secret),
]);
NOTATIONS.push(Buffer.from(MAC, 'hex').toString('latin1'));
const HOUSEHOLD = { household: { ssids: [SSID], macs: [SPELLED] } };

function assertHidden(t: { false: (value: boolean, message: string) => void }, text: string, where: string): void {
  const lower = text.toLowerCase();
  for (const [index, secret] of NOTATIONS.entries())
    t.false(text.includes(secret) || lower.includes(secret.toLowerCase()), `notation ${index} of a secret is in ${where}`);
}

async function cloudFor(t: { teardown(clean: () => void): void }, options?: WsCloudOptions): Promise<WsCloud> {
  const cloud = await startWsCloud(options);
  t.teardown(() => cloud.close());
  return cloud;
}

const echo: WsCloudOptions = { reply: (message, isBinary, socket) => socket.send(message, { binary: isBinary }) };

test.serial('no secret reaches the cloud from any place of WebSocket, and what the device is for does', async (t) => {
  t.timeout(120_000);
  const cloud = await cloudFor(t, echo);
  const hub = await home(t).start(cloud.port, HOUSEHOLD);
  const path = `/ws/${MAC}/state?ssid=${encodeURIComponent(SSID)}&mode=eco&mac=${encodeURIComponent(SPELLED)}`;
  const device = await new WsDevice(hub.door, path, ['v1.vesync', `id-${MAC}`, Buffer.from(SSID).toString('base64url')], {
    headers: { 'X-Wifi-Ssid': UNTOLD, 'X-Bssid': SPELLED, Cookie: `ssid=${SSID}; session=abc`, Authorization: 'Bearer token-1' },
    perMessageDeflate: { threshold: 0 },
  }).open();
  t.is(device.socket.protocol, 'v1.vesync');
  const state = {
    deviceId: 'dev-7f3a',
    deviceStatus: 'on',
    cookSetTemp: 180,
    ssid: UNTOLD,
    network: { routerMac: SPELLED, rssi: -61 },
  };
  device.socket.send(JSON.stringify(state));
  device.socket.send(Buffer.from(JSON.stringify({ ...state, note: `at ${SSID}` })));
  device.socket.send(
    JSON.stringify({ deviceId: 'dev-7f3a', payload: Buffer.from(JSON.stringify({ ssid: UNTOLD })).toString('base64') }),
  );
  device.socket.send(`ssid=${UNTOLD}&mode=AirFry`);
  device.socket.send(`42["report",{"ssid":"${UNTOLD}","bssid":"${SPELLED}","temp":143}]`);
  device.socket.send(`{"ss`, { fin: false });
  device.socket.send(`id":"${UNTOLD}","remainTime":412}`, { fin: true });
  device.socket.ping(SSID);
  device.socket.pong(SPELLED);
  await until(() => device.messages.length === 6);
  device.socket.close(4001, `lost ${SPELLED} at ${SSID}`);
  await until(() => cloud.closes.length === 1);
  t.is(cloud.closes[0]?.code, 4001);
  t.deepEqual(cloud.pings, ['']);
  const all = cloud.all();
  assertHidden(t, all, 'what reached the cloud');
  for (const kept of ['mode=eco', 'Bearer token-1', 'session=abc', 'dev-7f3a', '180', 'AirFry', '143', '412', 'report'])
    t.true(all.includes(kept), kept);
  t.deepEqual(
    cloud.messages.map(({ isBinary }) => isBinary),
    [false, true, false, false, false, false],
  );
  hub.child.kill('SIGTERM');
  t.is(await hub.ended, 0);
  assertHidden(t, bytesBelow(hub.data), 'the data directory');
  assertHidden(t, hub.said(), 'what the hub says');
});

test.serial('what cannot be read ends the connection with a code and without its text, and is recorded', async (t) => {
  const cloud = await cloudFor(t);
  const hub = await home(t).start(cloud.port, HOUSEHOLD);
  const refused: [string | Buffer, string][] = [
    [`{"ssid":"${UNTOLD}"`, 'malformed'],
    [Buffer.concat([Buffer.from([0xff, 0xfe, 0x80, 0x01, 0x9d]), Buffer.from(UNTOLD)]), 'unreadable_format'],
  ];
  for (const [message, code] of refused) {
    const device = await new WsDevice(hub.door, '/ws').open();
    device.socket.send(message);
    t.deepEqual(await device.end(), { code: 1008, reason: code });
  }
  const large = await new WsDevice(hub.door, '/ws').open();
  large.socket.send('x'.repeat(1024 * 1024 + 1));
  t.is((await large.end()).code, 1009);
  const raw = await rawDevice(hub.door);
  raw.write(frame(0x91, UNTOLD));
  await raw.end();
  await until(() => cloud.closes.length === 4);
  t.deepEqual(cloud.messages, []);
  assertHidden(t, cloud.all(), 'what reached the cloud');
  hub.child.kill('SIGTERM');
  t.is(await hub.ended, 0);
  const stored = bytesBelow(hub.data);
  assertHidden(t, stored, 'the data directory');
  for (const code of ['malformed', 'unreadable_format', 'too_large']) t.true(stored.includes(code), code);
});

test.serial('five devices at once get each what is theirs, with their own identifiers back', async (t) => {
  const cloud = await cloudFor(t, echo);
  const hub = await home(t).start(cloud.port);
  const devices = await Promise.all(Array.from({ length: 5 }, () => new WsDevice(hub.door, '/ws').open()));
  const serial = (i: number, n: number): string => `SNKV00${i}74${String(n).padStart(4, '0')}`;
  for (const [i, device] of devices.entries())
    for (let n = 0; n < 20; n++)
      device.socket.send(JSON.stringify({ serialNumber: serial(i, n), deviceStatus: 'on', ssid: UNTOLD }));
  await until(() => devices.every(({ messages }) => messages.length === 20));
  t.is(cloud.messages.length, 100);
  t.false(cloud.all().includes('SNKV00'), 'the cloud knows stand-ins only');
  assertHidden(t, cloud.all(), 'what reached the cloud');
  for (const [i, device] of devices.entries())
    t.deepEqual(
      device.messages.map(({ text }) => text),
      Array.from({ length: 20 }, (_, n) => JSON.stringify({ serialNumber: serial(i, n), deviceStatus: 'on' })),
    );
  for (const device of devices) device.socket.close();
});

test.serial('a hub that stops says so to both ends', async (t) => {
  const cloud = await cloudFor(t);
  const hub = await home(t).start(cloud.port);
  const device = await new WsDevice(hub.door, '/ws').open();
  hub.child.kill('SIGTERM');
  t.is((await device.end()).code, 1001);
  t.is(await hub.ended, 0);
  await until(() => cloud.closes.length === 1);
  t.is(cloud.closes[0]?.code, 1001);
});

test.serial('a service that the household has blocked is not even asked', async (t) => {
  const cloud = await cloudFor(t);
  const hub = await home(t).start(cloud.port, { services: { cosori: { mode: 'block' } } });
  t.is((await new WsDevice(hub.door, '/ws').refused()).status, 403);
  t.is(cloud.requests.length, 0);
});

test.serial('no secret reaches the broker from MQTT inside WebSocket, cut at any byte, and commands arrive', async (t) => {
  t.timeout(120_000);
  const V4 = { protocolVersion: 4 } as const;
  const packet = (each: object): Buffer => generate(each as Packet, V4);
  const cloud = await cloudFor(t, {
    protocol: 'mqtt',
    reply: (message, _isBinary, socket) => {
      if (message[0] === 0x10) socket.send(packet({ cmd: 'connack', returnCode: 0, sessionPresent: false }));
      const topic = /home\/[^/]+\/state/.exec(message.toString('latin1'))?.[0].replace('/state', '/cmd');
      if (message[0]! >> 4 === 3 && topic !== undefined)
        socket.send(packet({ cmd: 'publish', topic, payload: '{"power":"on"}', qos: 0, retain: false, dup: false }));
    },
  });
  const hub = await home(t).start(cloud.port, HOUSEHOLD);
  const device = await new WsDevice(hub.door, '/mqtt', ['mqtt']).open();
  const will = { topic: `home/${MAC}/online`, payload: Buffer.from(SSID), qos: 0, retain: false };
  const connect = {
    cmd: 'connect',
    protocolId: 'MQTT',
    protocolVersion: 4,
    clientId: `tasmota-${MAC}`,
    keepalive: 60,
    clean: true,
    will,
  };
  const payload = JSON.stringify({ on: true, ssid: UNTOLD, bssid: SPELLED });
  const publish = { cmd: 'publish', topic: `home/${MAC}/state`, payload, qos: 0, retain: false, dup: false };
  const bytes = Buffer.concat([packet(connect), packet(publish)]);
  for (const byte of bytes) device.socket.send(Buffer.from([byte]));
  await until(() => device.messages.length === 2);
  t.true(device.messages[1]?.text.includes(`home/${MAC}/cmd`), 'the device’s own topic again');
  const all = cloud.all();
  t.true(all.includes('"on":true'));
  assertHidden(t, all, 'what reached the broker');
  device.socket.close();
});

(hasOpenssl ? test.serial : test.serial.skip)(
  'wss: a cloud that proves who it is gets messages, another not a byte',
  async (t) => {
    t.timeout(120_000);
    const pki = new Pki();
    const root = pki.make({ subject: '/CN=test root', extensions: AS_CA });
    const pair = pki.make({ by: root, subject: '/CN=localhost', extensions: ['subjectAltName=DNS:localhost'] });
    const heard: string[] = [];
    const server = createServer({ key: pair.key, cert: pair.cert });
    const sockets = new WebSocketServer({ server });
    let requests = 0;
    sockets.on('connection', (socket) => {
      requests += 1;
      socket.on('message', (data) => heard.push(String(data)));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    t.teardown(() => {
      for (const client of sockets.clients) client.terminate();
      server.close();
    });
    const { port } = server.address() as AddressInfo;
    const listener = { host: '127.0.0.1', port: 0, service: 'cosori', upstream: `https://localhost:${port}` };
    const resolve = { [`localhost:${port}`]: `127.0.0.1:${port}` };
    const wary = await home(t).start(port, { listeners: [listener], upstream: { resolve } });
    const { status, text } = await new WsDevice(wary.door, '/ws').refused();
    t.is(status, 502);
    t.regex(text, /"code":"upstream_untrusted"/);
    t.is(requests, 0);
    const trusting = await home(t).start(port, { listeners: [listener], upstream: { resolve, trust: [root.certFile] } });
    const device = await new WsDevice(trusting.door, '/ws').open();
    device.socket.send(JSON.stringify({ ssid: UNTOLD, deviceStatus: 'on' }));
    await until(() => heard.length === 1);
    t.deepEqual(heard, ['{"deviceStatus":"on"}']);
    device.socket.close();
  },
);
