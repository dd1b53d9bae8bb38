import test from 'ava';
import { parseConfig } from '#src/config.js';
import type { Records } from '#src/doors/connection-records.js';
import { DestinationCheck } from '#src/doors/destination-check.js';
import { Destinations } from '#src/doors/destinations.js';
import { asHubError } from '#src/errors.js';

const CLOUD = 'api.one.example';
const OTHER = 'api.two.example';
const BELOW = 'eu.one.example';

/** Services by name; `zone` answers for both, and can change. */
function open(zone: Record<string, string[]>) {
  const clock = { ms: 0 };
  const asked: string[] = [];
  const destinations = new Destinations({
    hosts: () => [CLOUD, OTHER, '*.one.example'],
    serviceOf: (host) => (host.endsWith('one.example') ? 'one' : host === OTHER ? 'two' : 'unknown'),
    resolve: async (host) => {
      asked.push(host);
      const found = zone[host];
      if (found === undefined) throw new Error('no answer');
      return found.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
    },
    now: () => clock.ms,
  });
  return { destinations, clock, asked };
}

test('a name is at its addresses, in any spelling, and under a pattern too', async (t) => {
  const { destinations } = open({ [CLOUD]: ['81.2.69.142', '2a02:6b8:77::142'], [BELOW]: ['81.2.69.150'] });
  t.is(await destinations.compare(CLOUD, '::ffff:81.2.69.142'), 'same');
  t.is(await destinations.compare(CLOUD, '2a02:6b8:77:0::142'), 'same');
  t.is(await destinations.compare(BELOW, '81.2.69.150'), 'same');
  t.is(await destinations.compare('81.2.69.9', '81.2.69.9'), 'same');
});

test('an address that is only not known differs, also one of the same service, and where the resolver is silent', async (t) => {
  const { destinations } = open({ [CLOUD]: ['81.2.69.142'], [BELOW]: ['81.2.69.150'] });
  t.is(await destinations.compare(CLOUD, '81.2.69.77'), 'differs');
  await destinations.compare(BELOW, '81.2.69.150');
  t.is(await destinations.compare(CLOUD, '81.2.69.150'), 'differs');
  t.is(await destinations.compare('api.silent.example', '81.2.69.77'), 'differs');
  t.is(await destinations.compare('81.2.69.9', '81.2.69.10'), 'differs');
});

test('the address of another service, and none of the Internet, is no place for a name', async (t) => {
  const { destinations } = open({ [CLOUD]: ['81.2.69.142'], [OTHER]: ['81.2.69.200', '81.2.69.142'] });
  t.is(await destinations.compare(CLOUD, '81.2.69.200'), 'elsewhere');
  t.is(await destinations.compare(OTHER, '81.2.69.142'), 'same', 'two services on one address');
  for (const address of [
    '192.168.1.7',
    '10.0.0.1',
    '127.0.0.1',
    '224.0.0.251',
    '169.254.1.1',
    'fe80::1',
    'fd00::1',
    'ff02::fb',
    '::1',
    '',
  ])
    t.is(await destinations.compare(CLOUD, address), 'inside', address);
});

test('an answer that rotates is remembered for a day, so that a device may hold on to it', async (t) => {
  const zone = { [CLOUD]: ['81.2.69.1'], [OTHER]: ['81.2.69.200'] };
  const { destinations, clock } = open(zone);
  t.is(await destinations.compare(CLOUD, '81.2.69.1'), 'same');
  zone[CLOUD] = ['81.2.69.2'];
  clock.ms += 3_600_000;
  t.is(await destinations.compare(CLOUD, '81.2.69.2'), 'same');
  t.is(await destinations.compare(CLOUD, '81.2.69.1'), 'same');
  t.is(await destinations.nameOf('81.2.69.1'), CLOUD);
  clock.ms += 25 * 3_600_000;
  t.is(await destinations.compare(CLOUD, '81.2.69.1'), 'differs');
});

test('names are asked once while the answer is fresh, however many connections come', async (t) => {
  const { destinations, asked } = open({ [CLOUD]: ['81.2.69.1'], [OTHER]: ['81.2.69.200'] });
  await Promise.all(Array.from({ length: 50 }, () => destinations.compare(CLOUD, '81.2.69.9')));
  t.deepEqual(asked.sort(), [CLOUD, OTHER].sort());
});

test('what differs is recorded once a day for a device and service, what is elsewhere is refused', async (t) => {
  const { destinations } = open({ [CLOUD]: ['81.2.69.142'], [OTHER]: ['81.2.69.200'] });
  const alarms: string[] = [];
  const records = { alarm: (...said: string[]) => alarms.push(said.join(' ')) } as unknown as Records;
  const config = parseConfig(
    `listeners: [{ port: 8443, transparent: true }]\nupstream: { resolve: { "named.example:443": "192.168.1.9:443" } }`,
    'x',
  );
  const arrivals = new DestinationCheck({
    config,
    listener: config.listeners[0]!,
    destinations,
    records,
    self: () => ({ addresses: new Set(['192.168.1.2']), ports: new Set() }),
    serviceOf: () => 'one',
    label: (address) => (address.includes(':') ? '192.168.1.20' : address),
  });
  const code = (host: string, wanted: string, device = '192.168.1.20'): Promise<string> =>
    arrivals.check(device, host, wanted).then(
      () => 'passes',
      (fault: unknown) => asHubError(fault).code,
    );
  t.is(await code(CLOUD, '81.2.69.142'), 'passes');
  t.deepEqual(alarms, []);
  t.is(await code(CLOUD, '81.2.69.9'), 'passes');
  t.is(await code(CLOUD, '81.2.69.10', 'fd00::20'), 'passes', 'the same device');
  t.deepEqual(alarms, ['192.168.1.20 one destination_differs']);
  t.is(await code(CLOUD, '81.2.69.200'), 'wrong_destination');
  t.is(await code(CLOUD, '192.168.1.7'), 'private_upstream');
  t.is(await code('named.example', '192.168.1.7'), 'passes', 'the household says where it is');
  t.is(arrivals.wanted({ localAddress: '::ffff:192.168.1.2' }), undefined, 'the hub’s own: by name');
  t.is(arrivals.wanted({ localAddress: '::ffff:81.2.69.9' }), '81.2.69.9');
});
