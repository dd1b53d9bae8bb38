// What an MQTT broker or a device says no to, as the page counts it: over a real hub and real sockets.
import net from 'node:net';
import test, { type ExecutionContext } from 'ava';
import { generate, type Packet, parser } from 'mqtt-packet';
import { place } from '../facade/support.js';
import { MqttClient } from '../net/mqtt-client.js';
import { until } from '../net/tools.js';

const NOT_AUTHORIZED = 0x87;
const SECRET = 'CAF-00005e0053a1';

/** A broker of MQTT 5 that lets in whom it knows, and says no to the rest; what it sends back has a reason in words. */
async function strictBroker(t: ExecutionContext): Promise<{ port: number; send(packet: object): void }> {
  const sockets = new Set<net.Socket>();
  const bytesOf = (packet: object): Buffer => generate(packet as Packet, { protocolVersion: 5 });
  const no = { reasonCode: NOT_AUTHORIZED, properties: { reasonString: `no ${SECRET}` } };
  const server = net.createServer((socket) => {
    sockets.add(socket);
    const reader = parser({ protocolVersion: 5 });
    reader.on('packet', (packet) => {
      const { messageId } = packet;
      if (packet.cmd === 'connect') {
        const isKnown = packet.username === 'known';
        socket.write(bytesOf({ cmd: 'connack', sessionPresent: false, ...(isKnown ? { reasonCode: 0 } : no) }));
        if (!isKnown) socket.end();
      }
      if (packet.cmd === 'publish' && packet.qos > 0)
        socket.write(bytesOf({ cmd: packet.qos === 1 ? 'puback' : 'pubrec', messageId, ...no }));
      if (packet.cmd === 'subscribe') socket.write(bytesOf({ cmd: 'suback', messageId, granted: [1, NOT_AUTHORIZED] }));
    });
    socket.on('data', (bytes) => reader.parse(bytes));
    socket.on('error', () => undefined);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return {
    port: (server.address() as net.AddressInfo).port,
    send: (packet) => {
      for (const socket of sockets) if (!socket.destroyed) socket.write(bytesOf(packet));
    },
  };
}

test.serial(
  'refusals are counted with packet, direction and reason code; no value is kept of them; also after a restart',
  async (t) => {
    const broker = await strictBroker(t);
    const at = await place(t, {
      listeners: [{ host: '127.0.0.1', port: 0, service: 'cosori', upstream: `mqtt://127.0.0.1:${broker.port}` }],
    });
    const { port } = at.hub.doors[0]!;
    const [stranger] = await MqttClient.connect(port, 5, { clientId: 'stranger', username: 'stranger' });
    await stranger.gone();
    const [plug] = await MqttClient.connect(port, 5, { clientId: 'plug', username: 'known' });
    plug.autoAnswer = false;
    t.is((await plug.publish('state', '{"on":true}', { qos: 1 }))[0]?.cmd, 'puback');
    t.is((await plug.publish('state', '{"on":true}', { qos: 2 }))[0]?.cmd, 'pubrec');
    await plug.subscribe({ one: 1, two: 1 });
    broker.send({ cmd: 'publish', topic: 'cmd', payload: 'go', qos: 1, messageId: 7, dup: false, retain: false });
    await plug.messages(1);
    plug.send({ cmd: 'puback', messageId: 7, reasonCode: 0x83 } as Packet);
    const today = () => ({ fromMs: Date.now() - 3_600_000, untilMs: Date.now() + 1 });
    let answers = await at.facade.errorAnswers(today());
    const end = Date.now() + 10_000;
    while (answers.length < 5 && Date.now() < end) {
      await new Promise((resolve) => setImmediate(resolve));
      answers = await at.facade.errorAnswers(today());
    }
    t.deepEqual(
      answers.map(({ service, status, mqtt }) => [service, status, mqtt?.packet, mqtt?.direction]),
      [
        ['cosori', NOT_AUTHORIZED, 'connack', 'down'],
        ['cosori', NOT_AUTHORIZED, 'puback', 'down'],
        ['cosori', NOT_AUTHORIZED, 'pubrec', 'down'],
        ['cosori', NOT_AUTHORIZED, 'suback', 'down'],
        ['cosori', 0x83, 'puback', 'up'],
      ],
    );
    t.false(JSON.stringify(answers).includes(SECRET));
    t.deepEqual([...new Set(answers.map((answer) => Object.keys(answer).sort().join()))], ['device,mqtt,service,status,timeMs']);
    plug.socket.destroy();
    await until(() => plug.closed);
    await at.restart();
    t.deepEqual(await at.facade.errorAnswers(today()), answers);
  },
);
