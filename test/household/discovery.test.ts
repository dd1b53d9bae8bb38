import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test from 'ava';
import { parseAdGuard, parseDnsmasq } from '#src/household/discovery/leases.js';
import { parseArp, parseGateways, parseIpNeigh } from '#src/household/discovery/neighbours.js';
import { parseIw, parseNmcli, parseSupplicant } from '#src/household/discovery/wifi.js';
import { type Found, hostSystem, lookAround, type System, startDiscovery } from '#src/household/discovery.js';
import { listenMdns } from '#src/household/mdns.js';
import { formatService, type MdnsService, parseService } from '#src/household/mdns-lines.js';

const ARP = `IP address       HW type     Flags       HW address            Mask     Device
192.168.1.1      0x1         0x2         38:10:d5:00:00:01     *        eth0
192.168.1.20     0x1         0x2         F4:CF:A2:77:88:99     *        eth0
192.168.1.21     0x1         0x0         00:00:00:00:00:00     *        eth0
`;
const NEIGH =
  '[{"dst":"192.168.1.20","dev":"eth0","lladdr":"f4:cf:a2:77:88:99","state":["STALE"]},{"dst":"fe80::1","lladdr":"38:10:d5:00:00:01","router":null,"state":["REACHABLE"]},{"dst":"fd00::1","dev":"eth0","state":["FAILED"]}]';
const ROUTE = 'Iface\tDestination\tGateway\neth0\t00000000\t0101A8C0\t0003\neth0\t0001A8C0\t00000000\t0001\n';
const LEASES =
  '1700000000 f4:cf:a2:77:88:99 192.168.1.20 tasmota-778899 01:f4:cf:a2:77:88:99\n1700000000 24:0a:c4:00:00:01 192.168.1.21 * *\nduid 00:01\n';

/** A machine with these files and commands; everything else is absent. */
function machine(files: Record<string, string>, commands: Record<string, string> = {}): System {
  return {
    read: async (file) => files[file],
    run: async (command) => commands[command],
    interfaces: () => ({
      lo: [{ address: '127.0.0.1', mac: '00:00:00:00:00:00', internal: true } as never],
      eth0: [{ address: '203.0.113.77', mac: 'DC:A6:32:00:00:01', internal: false } as never],
      docker0: [{ address: '172.17.0.1', mac: '02:42:00:00:00:01', internal: false } as never],
    }),
    hostname: () => 'raspberrypi',
  };
}

const valuesOf = (found: Found, category: string): string[] =>
  found.own.filter((one) => one.category === category).map(({ value }) => value);
const silent = async () => [];

test('a home is found out: its networks, addresses, router, devices and their names, each once', async (t) => {
  const system = machine(
    {
      '/proc/net/arp': ARP,
      '/proc/net/route': ROUTE,
      '/var/lib/misc/dnsmasq.leases': LEASES,
      '/etc/wpa_supplicant/wpa_supplicant.conf': 'network={\n ssid="Anna at home"\n psk="top secret"\n}',
    },
    { ip: NEIGH, iw: 'phy#0\n\tInterface wlan0\n\t\tssid Anna at home\n' },
  );
  const service = { name: 'Anna’s fryer', host: 'tasmota-778899', addresses: ['192.168.1.20'], macs: [] };
  const found = await lookAround(system, async () => [service]);
  t.deepEqual(valuesOf(found, 'wifi_ssid'), ['Anna at home']);
  t.deepEqual(valuesOf(found, 'router_mac'), ['38:10:d5:00:00:01']);
  t.deepEqual(valuesOf(found, 'device_mac'), ['24:0a:c4:00:00:01', 'dc:a6:32:00:00:01', 'f4:cf:a2:77:88:99']);
  t.deepEqual(valuesOf(found, 'hostname'), ['tasmota-778899']);
  t.deepEqual(valuesOf(found, 'device_name'), ['Anna’s fryer']);
  t.deepEqual(valuesOf(found, 'ip_address'), ['192.168.1.1', '192.168.1.20', '192.168.1.21', '203.0.113.77', 'fe80::1']);
  const fryer = found.hosts.find(({ mac }) => mac === 'f4:cf:a2:77:88:99');
  t.like(fryer, { hostname: 'tasmota-778899', name: 'Anna’s fryer', addresses: ['192.168.1.20'] });
  t.false(JSON.stringify(found).includes('secret'), 'the Wi-Fi password is not taken along');
});

test('a machine with nothing, and one where everything fails, give what is left without an error', async (t) => {
  const none = await lookAround({ ...machine({}), interfaces: () => ({}) }, silent);
  t.deepEqual(none, { own: [], hosts: [] });
  const fail = () => Promise.reject(new Error('no'));
  const failing: System = {
    read: fail,
    run: fail,
    interfaces: () => {
      throw new Error('no');
    },
    hostname: () => 'x',
  };
  t.deepEqual(await lookAround(failing, fail), { own: [], hosts: [] });
});

test('this very machine can be looked at', async (t) => {
  const found = await lookAround(hostSystem, silent);
  t.true(Array.isArray(found.own));
  t.is(await hostSystem.read('/does/not/exist'), undefined);
  t.is(await hostSystem.run('hubsieve-no-such-command', []), undefined);
});

test('ARP: complete entries only, and no header', (t) => {
  t.deepEqual(parseArp(ARP), [
    { mac: '38:10:d5:00:00:01', addresses: ['192.168.1.1'] },
    { mac: 'f4:cf:a2:77:88:99', addresses: ['192.168.1.20'] },
  ]);
});

test('ip neigh: both families, routers as such, failed ones not', (t) => {
  t.deepEqual(parseIpNeigh(NEIGH), [
    { mac: 'f4:cf:a2:77:88:99', addresses: ['192.168.1.20'] },
    { mac: '38:10:d5:00:00:01', addresses: ['fe80::1'], router: true },
  ]);
  for (const text of ['', 'not json', '{}', '[1,null]', '[{"dst":5,"lladdr":"f4:cf:a2:77:88:99"}]'])
    t.deepEqual(parseIpNeigh(text), []);
});

test('the default gateway is read from the routes', (t) => {
  t.deepEqual(parseGateways(ROUTE), ['192.168.1.1']);
});

test('leases of dnsmasq and AdGuard Home: MAC, address and name, where there is one', (t) => {
  const want = [
    { mac: 'f4:cf:a2:77:88:99', addresses: ['192.168.1.20'], hostname: 'tasmota-778899' },
    { mac: '24:0a:c4:00:00:01', addresses: ['192.168.1.21'] },
  ];
  t.deepEqual(parseDnsmasq(LEASES), want);
  const adguard = {
    version: 1,
    leases: [
      { expires: '', ip: '192.168.1.20', hostname: 'tasmota-778899', mac: 'F4:CF:A2:77:88:99', static: false },
      { ip: '192.168.1.21', hostname: '', mac: '24:0a:c4:00:00:01' },
      { ip: 5 },
    ],
  };
  t.deepEqual(parseAdGuard(JSON.stringify(adguard)), want);
  t.deepEqual(parseAdGuard('{"leases": [broken'), []);
});

test('Wi-Fi names in their own letters, and never the neighbours’', (t) => {
  t.deepEqual(parseIw('\t\tssid Anna\\xe2\\x80\\x99s\n\t\ttype managed'), ['Anna’s']);
  t.deepEqual(parseNmcli('yes:Home\\: upstairs\nno:Neighbour\n'), ['Home: upstairs']);
  t.deepEqual(parseSupplicant('ssid="A"\n psk="B"\nssid=486f6d65\nbssid=00:11:22:33:44:55\n'), ['A', 'Home']);
});

test('rounds tell only what is new, and a stopped discovery tells nothing', async (t) => {
  const files: Record<string, string> = { '/proc/net/arp': ARP };
  const told: Found[] = [];
  const discovery = startDiscovery({ system: machine(files), mdns: silent, onFound: (found) => told.push(found) });
  await discovery.look();
  await discovery.look();
  t.is(told.length, 1);
  files['/proc/net/arp'] = '';
  await discovery.look();
  t.is(told.length, 2);
  discovery.stop();
  files['/proc/net/arp'] = ARP;
  await discovery.look();
  t.is(told.length, 2);
});

test('a listener that fails does not end discovery', async (t) => {
  let calls = 0;
  const discovery = startDiscovery({
    system: machine({}),
    mdns: silent,
    onFound: () => {
      calls++;
      throw new Error('listener');
    },
  });
  await t.throwsAsync(discovery.look(), { message: 'listener' });
  await t.throwsAsync(discovery.look(), { message: 'listener' });
  t.is(calls, 2);
  discovery.stop();
});

async function child(source: string): Promise<string> {
  const file = path.join(await mkdtemp(path.join(tmpdir(), 'hubsieve-mdns-')), 'child.mjs');
  await writeFile(file, source);
  return file;
}
const LINE = formatService('Lamp', 'lamp.local', ['192.168.1.30'], { id: 'F4:CF:A2:77:88:99', pw: 'x' });
const SERVICE = { name: 'Lamp', host: 'lamp', addresses: ['192.168.1.30'], macs: ['f4:cf:a2:77:88:99'] };
const SAY = `process.stdout.write(${JSON.stringify(LINE)});`;

test('mDNS: what the child says before its time is up is taken, and the child is ended', async (t) => {
  t.deepEqual(await listenMdns({ listenMs: 5_000, child: await child(`${SAY} setInterval(() => {}, 1000);`) }), [SERVICE]);
});

test('mDNS: a native listener that aborts is followed by the plain one; two failures are silence', async (t) => {
  const plain = `process.argv.includes('--plain') || process.abort(); ${SAY}`;
  t.deepEqual(await listenMdns({ listenMs: 30_000, child: await child(plain) }), [SERVICE]);
  t.deepEqual(await listenMdns({ listenMs: 30_000, child: await child('process.exit(1)') }), []);
  t.deepEqual(await listenMdns({ listenMs: 30_000, child: '/does/not/exist.js' }), []);
});

test('mDNS: a child that talks without end is cut off', async (t) => {
  const flood = `const line = ${JSON.stringify(LINE)}.repeat(500); const go = () => process.stdout.write(line, go); go();`;
  const services = await listenMdns({ listenMs: 60_000, child: await child(flood) });
  t.true(services.length > 1000 && services.length < 20_000, `${services.length}`);
});

test('mDNS: lines that are no services are passed over, whatever they hold', (t) => {
  for (const line of ['', 'x', '{}', 'null', '[1]', '{"name":1,"host":"h","addresses":[],"macs":[]}', LINE.slice(0, 20)]) {
    t.is(parseService(line), undefined);
  }
  t.deepEqual(parseService(LINE), SERVICE);
  t.is(parseService(formatService('a\nb', 'h', 'no list', null))?.name, '');
});

test('who stops looking around does not wait for announcements', async (t) => {
  const child = path.join(await mkdtemp(path.join(tmpdir(), 'hubsieve-mdns-')), 'child.mjs');
  await writeFile(child, 'console.log("[]"); setInterval(() => {}, 60_000);');
  let heard: Promise<unknown> | undefined;
  const mdns = (signal: AbortSignal): Promise<MdnsService[]> => {
    const services = listenMdns({ listenMs: 3_600_000, child, signal });
    heard = services;
    return services;
  };
  const discovery = startDiscovery({ system: machine({}), mdns, onFound: () => t.fail('it has been stopped') });
  discovery.stop();
  t.deepEqual(await heard, []);
});
