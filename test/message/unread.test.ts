// What the household opened unread is told as such, whatever carried it, and counted in its bytes.
import test from 'ava';
import { Slices } from '#src/activity/time-series.js';
import { httpJudge } from '#src/message/http.js';
import { mqttJudge } from '#src/message/mqtt.js';
import type { MessagePorts } from '#src/message/ports.js';
import { webSocketJudge } from '#src/message/websocket.js';
import type { Decision, Verdict } from '#src/model.js';
import { servicesOf } from '../sieve/support.js';

const UNREADABLE = Buffer.from([0xff, 0xfe, 0x80, 0x01, 0x9d, 0xc3, 0x28, 0xa0, 0xa1]);
const HOST = 'smartapi.vesync.com';

interface Told {
  readonly verdict: Verdict;
  readonly bytesIn: number;
  readonly bytesOut: number;
  readonly decisions: readonly Decision[];
}

function parts(opaque: 'refuse' | 'pass', told: Told[]): MessagePorts {
  const services = servicesOf({ config: { services: { cosori: { opaque } } } });
  return {
    services: () => services,
    log: { append: async (record) => told.push(record as unknown as Told) },
    now: () => 0,
    label: () => 'd-1',
    remember: async () => undefined,
  };
}

const CARRIED: Readonly<Record<string, (judge: MessagePorts) => Promise<unknown>>> = {
  http: (given) =>
    httpJudge(given)({
      device: '192.168.1.20',
      scheme: 'https',
      authority: HOST,
      method: 'POST',
      path: '/v1/a',
      headers: [['X-Wifi-Ssid', 'Dacha']],
      body: UNREADABLE,
    }),
  websocket: (given) => webSocketJudge(given)({ device: '192.168.1.20', host: HOST }, { kind: 'binary', bytes: UNREADABLE }),
  mqtt: (given) =>
    mqttJudge(given)({ device: '192.168.1.20', host: HOST }, {
      kind: 'publish',
      packetBytes: 40,
      parts: [
        { in: 'topic', role: 'topic', text: 'home/state' },
        { in: 'body', role: 'payload', bytes: UNREADABLE },
      ],
    } as unknown as Parameters<ReturnType<typeof mqttJudge>>[1]),
};

for (const [name, carry] of Object.entries(CARRIED)) {
  test(`${name}: what passes unread is sealed, with its bytes; refused it is refused`, async (t) => {
    const told: Told[] = [];
    await carry(parts('pass', told));
    await carry(parts('refuse', told));
    t.deepEqual(
      told.map(({ verdict }) => verdict),
      ['sealed', 'refused'],
    );
    t.is(told[0]?.bytesOut, told[0]?.bytesIn);
    t.true((told[0]?.bytesIn ?? 0) >= UNREADABLE.length);
  });
}

test('coverage: an unread body was kept and the rest minimized; a tunnel is one connection, with the bytes of its end', async (t) => {
  const told: Told[] = [];
  await CARRIED['http']!(parts('pass', told));
  const slices = new Slices(() => 0);
  const base = { timeMs: 0, device: 'd-1', service: 'cosori' };
  slices.add({ ...base, ...told[0]! });
  slices.add({ ...base, verdict: 'opaque', bytesIn: 0, bytesOut: 0, decisions: [] });
  slices.add({ ...base, verdict: 'opaque', bytesIn: 900, bytesOut: 900, decisions: [] });
  slices.add({ ...base, verdict: 'opaque', error: 'opaque', bytesIn: 0, bytesOut: 0, decisions: [] });
  const [row] = [...slices.get([...slices.dirty][0]!)!.rows.values()];
  t.deepEqual(row?.sums.get('sealed')?.slice(0, 2), [1, UNREADABLE.length]);
  t.deepEqual(row?.sums.get('opaque')?.slice(0, 2), [2, 900]);
  t.is(row?.flows.get('unclassified')?.[0], 3, 'kept: the body, and the segments of the path');
  t.is(row?.flows.get('wifi_ssid')?.[0], 0, 'the header did not leave');
});
