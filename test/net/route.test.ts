import test from 'ava';
import { HubError } from '#src/errors.js';
import { insideOf, isPublic, plainAddress } from '#src/net/address.js';
import { guardedLookup } from '#src/net/resolve.js';
import { findRoute, type RouteRequest } from '#src/net/route.js';

const SELF = { addresses: new Set(['192.168.1.2', '2a00::2']), ports: new Set([8080, 8480]) };
const base: RouteRequest = { scheme: 'http', resolve: {}, self: SELF };
const to = (host: string, port = 80): RouteRequest => ({ ...base, authority: { host, port } });
const code = (run: () => unknown): string => {
  try {
    run();
    return 'ok';
  } catch (error) {
    return error instanceof HubError ? error.code : 'foreign';
  }
};

test('a listener’s upstream wins over what the device names', (t) => {
  const upstream = { scheme: 'https', host: 'cloud.test', port: 443, authority: 'cloud.test' } as const;
  t.deepEqual(findRoute({ ...to('other.test'), upstream }), { ...upstream, named: true });
  t.is(
    code(() => findRoute({ ...base, upstream: { ...upstream, scheme: 'mqtts' } })),
    'no_upstream',
  );
  t.is(
    code(() => findRoute(base)),
    'no_upstream',
  );
});

test('resolve pins the address and allows a private one, never the hub itself', (t) => {
  const resolve = { 'cloud.test:80': { address: '192.168.1.9', port: 81 }, 'me.test:80': { address: '192.168.1.2', port: 8480 } };
  t.deepEqual(findRoute({ ...to('cloud.test'), resolve }).pinned, { address: '192.168.1.9', port: 81 });
  t.is(
    code(() => findRoute({ ...to('me.test'), resolve })),
    'loop',
  );
  t.is(
    code(() => findRoute({ ...to('192.168.1.9'), resolve })),
    'private_upstream',
  );
});

test('addresses of the hub are no destination, on other ports neither', (t) => {
  t.is(
    code(() => findRoute(to('2a00::2', 8080))),
    'loop',
  );
  t.is(
    code(() => findRoute(to('2a00::2', 22))),
    'private_upstream',
  );
  t.is(
    code(() => findRoute(to('93.184.216.34'))),
    'ok',
  );
});

test('only addresses out on the Internet are public', (t) => {
  const inside =
    '10.0.0.1 172.16.0.1 192.168.0.1 127.0.0.1 0.0.0.0 169.254.169.254 100.64.0.1 224.0.0.1 255.255.255.255 240.0.0.1';
  const wrapped = '::1 :: fe80::1 fc00::1 ff02::1 ::ffff:10.0.0.1 64:ff9b::a00:1 2002:a00:1::1 2001::1 2001:db8::1';
  for (const address of `${inside} ${wrapped} 127.1 2130706433 x`.split(' ')) t.false(isPublic(address), address);
  for (const address of ['8.8.8.8', '2a00:1450::1', '64:ff9b::808:808', '::ffff:8.8.8.8']) t.true(isPublic(address), address);
});

test('networks hold both families, mapped addresses too', (t) => {
  const isAtHome = insideOf(['192.168.0.0/16', 'fd00::/8']);
  t.deepEqual(['192.168.3.4', '::ffff:192.168.3.4', 'fd00::1', '8.8.8.8', 'fe80::1', ''].map(isAtHome), [
    true,
    true,
    true,
    false,
    false,
    false,
  ]);
  t.is(plainAddress('::ffff:192.168.3.4'), '192.168.3.4');
  t.is(plainAddress('fe80::1%eth0'), 'fe80::1');
});

test('a name that resolves inside and outside connects outside only', async (t) => {
  const found = [
    { address: '10.0.0.1', family: 4 },
    { address: '8.8.8.8', family: 4 },
  ];
  const check = (address: string): void => {
    if (!isPublic(address)) throw new HubError('private_upstream');
  };
  const ask = (addresses: typeof found): Promise<unknown> =>
    new Promise((resolve, reject) => {
      guardedLookup(async () => addresses, check)('a.test', { all: true }, (error, all) =>
        error === null ? resolve(all) : reject(error),
      );
    });
  t.deepEqual(await ask(found), [found[1]]);
  t.is((await t.throwsAsync<HubError>(ask(found.slice(0, 1))))?.code, 'private_upstream');
  t.is((await t.throwsAsync<HubError>(ask([])))?.code, 'upstream_unreachable');
});
