import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { askNeighbour, askRoute, parseAnswers } from '#src/household/discovery/netlink.js';
import type { System } from '#src/household/discovery/system.js';
import { openLocator, type Place } from '#src/household/locator.js';
import { Network, reasonNot } from '../system/namespaces.js';

const MAC = 'f4:cf:a2:77:88:99';
/** As `strace` shows them of iproute2's `ip route get` and `ip neigh` on x86-64. */
const ROUTE = Buffer.from('240000001a000100070000000000000002200000000000000000000008000100c0a84d14', 'hex');

test('a question for a route, and one for a neighbour, are written as the kernel reads them', (t) => {
  t.deepEqual(askRoute('192.168.77.20', 7), ROUTE);
  const neighbour = askNeighbour('fd77::20', 5, 1);
  t.is(neighbour.readUInt32LE(0), 48);
  t.is(neighbour.subarray(32).toString('hex'), 'fd770000000000000000000000000020');
  t.is(askNeighbour('::ffff:192.168.1.2', 5, 1).subarray(32).toString('hex'), '00000000000000000000ffffc0a80102');
});

test('answers: a neighbour is one with a MAC that has answered; those to other questions and cut short are left out', (t) => {
  const message = (type: number, body: string, sequence = 7): Buffer => {
    const head = Buffer.alloc(16);
    const bytes = Buffer.from(body, 'hex');
    head.writeUInt32LE(16 + bytes.length, 0);
    head.writeUInt16LE(type, 4);
    head.writeUInt32LE(sequence, 8);
    return Buffer.concat([head, bytes]);
  };
  // ndmsg (family 10, link 5, state, flags), NDA_DST, NDA_LLADDR.
  const body = (state: string): string =>
    `0a00000005000000${state}00000014000100fd7700000000000000000000000000200a000200f4cfa27788990000`;
  t.deepEqual(parseAnswers(message(28, body('04')), 7), [
    { kind: 'neighbour', link: 5, address: 'fd77::20', mac: MAC, router: false },
  ]);
  for (const unanswered of ['01', '20']) t.deepEqual(parseAnswers(message(28, body(unanswered)), 7), []);
  t.deepEqual(parseAnswers(message(28, body('04'), 6), 7), []);
  t.deepEqual(parseAnswers(message(28, body('04')).subarray(0, 40), 7), []);
  t.deepEqual(parseAnswers(Buffer.concat([message(28, body('04'), 6), message(3, '00000000')]), 7), [
    { kind: 'end', failed: false },
  ]);
  t.deepEqual(parseAnswers(message(2, 'feffffff'), 7), [{ kind: 'end', failed: true }]);
});

/** `ip` that answers by its arguments. */
function machine(answers: Readonly<Record<string, string>>): System {
  return {
    read: async () => undefined,
    run: async (_command, args) => answers[args.join(' ')],
    interfaces: () => ({ lo: [{ address: '127.0.0.1', internal: true } as never] }),
    hostname: () => 'hub',
  };
}

test('without netlink `ip` is asked: on a link, behind a router, in a tunnel, this machine, nobody', async (t) => {
  const locator = openLocator(
    undefined,
    machine({
      '-j route get fd77::20': '[{"dst":"fd77::20","dev":"br-lan"}]',
      '-j neigh show to fd77::20 dev br-lan': `[{"dst":"fd77::20","lladdr":"${MAC}","state":["STALE"]}]`,
      '-j route get 192.168.50.7': '[{"dst":"192.168.50.7","gateway":"192.168.1.2","dev":"br-lan"}]',
      '-j neigh show to 192.168.1.2 dev br-lan': `[{"dst":"192.168.1.2","lladdr":"${MAC}"}]`,
      '-j route get 10.8.0.2': '[{"dst":"10.8.0.2","dev":"wg0"}]',
      '-j neigh show to 10.8.0.2 dev wg0': '[]',
      '-j link show dev wg0': '[{"ifname":"wg0","flags":["POINTOPOINT","NOARP","UP"]}]',
      '-j route get 127.0.0.1': '[{"type":"local","dst":"127.0.0.1","dev":"lo"}]',
      '-j route get fd77::21': '[{"dst":"fd77::21","dev":"br-lan"}]',
      '-j neigh show to fd77::21 dev br-lan': '[]',
      '-j link show dev br-lan': '[{"ifname":"br-lan","flags":["BROADCAST","MULTICAST","UP"]}]',
    }),
  );
  const where = async (address: string): Promise<Place> => locator.locate(address);
  t.deepEqual(await where('fd77::20'), { kind: 'near', mac: MAC });
  t.deepEqual(await where('192.168.50.7'), { kind: 'behind', mac: MAC });
  t.deepEqual(await where('10.8.0.2'), { kind: 'plain' });
  t.deepEqual(await where('127.0.0.1'), { kind: 'plain' });
  t.deepEqual(await where('fd77::21'), { kind: 'unknown' });
  t.deepEqual(await where('nowhere'), { kind: 'unknown' });
  t.deepEqual(await openLocator(undefined, machine({})).locate('127.0.0.1'), { kind: 'plain' });
});

test('a flood of addresses starts no more than one process at a time, and leaves few waiting', async (t) => {
  let running = 0;
  let most = 0;
  const system: System = {
    ...machine({}),
    run: async () => {
      most = Math.max(most, ++running);
      await new Promise((resolve) => setImmediate(resolve));
      running -= 1;
      return undefined;
    },
  };
  const locator = openLocator(undefined, system);
  const places = await Promise.all(Array.from({ length: 100 }, (_, i) => locator.locate(`10.0.0.${i}`)));
  t.is(most, 1);
  t.true(places.every(({ kind }) => kind === 'unknown'));
});

const reason = reasonNot('perl');
if (reason !== undefined) console.warn(`SKIPPED: neighbours by netlink: ${reason}`);
const run = reason === undefined ? test : test.skip;

run(
  'by netlink: a device over IPv4, IPv6, a new temporary address and link-local is its MAC; one behind a router the router',
  (t) => {
    const home = new Network('hub', 'device', 'beyond');
    t.teardown(() => home.remove());
    home.link(['hub', 'lan'], ['device', 'eth0', MAC]);
    home.link(['device', 'inner'], ['beyond', 'eth0']);
    home.addresses('hub', 'lan', '192.168.77.1/24', 'fd77::1/64');
    home.addresses('device', 'eth0', '192.168.77.20/24', 'fd77::20/64', 'fd77::1234:5678:9abc:def0/64', 'fe80::20/64');
    home.ip('hub', 'route add 192.168.50.0/24 via 192.168.77.20');
    home.ip('hub', 'link add tunnel type veth peer name other');
    home.ip('hub', 'link set tunnel arp off up');
    home.addresses('hub', 'tunnel', '10.8.0.1/24');
    // Who has spoken is in the table; an address that nobody has is not.
    for (const address of ['192.168.77.20', 'fd77::20', 'fd77::1234:5678:9abc:def0', 'fe80::20%lan']) home.ping('hub', address);
    const asked = [
      ...[
        '192.168.77.20',
        'fd77::20',
        'fd77::1234:5678:9abc:def0',
        'fe80::20',
        '192.168.50.7',
        '10.8.0.2',
        '192.168.77.1',
        '127.0.0.1',
      ],
      ...['192.168.77.99', 'fd77::99', 'fe80::99', 'nowhere'],
    ];
    const script = fileURLToPath(new URL('locate.js', import.meta.url));
    const told = home.run('hub', '/usr/bin/perl', 'test/household/netlink.pl', process.execPath, script, ...asked);
    const near = { kind: 'near', mac: MAC };
    const unknown = { kind: 'unknown' };
    t.deepEqual(JSON.parse(told), [
      ...[near, near, near, near, { kind: 'behind', mac: MAC }, { kind: 'plain' }, { kind: 'plain' }, { kind: 'plain' }],
      ...[unknown, unknown, unknown, unknown],
    ]);
  },
);

test('this machine itself is found without any rights', (t) => {
  const script = fileURLToPath(new URL('locate.js', import.meta.url));
  if (process.platform !== 'linux') return void t.pass('netlink is of Linux');
  const told = execFileSync('/usr/bin/perl', ['test/household/netlink.pl', process.execPath, script, '127.0.0.1', '::1'], {
    encoding: 'utf8',
  });
  t.is(told, '[{"kind":"plain"},{"kind":"plain"}]');
});
