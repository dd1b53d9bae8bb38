// `hubsieve doctor` under the shipped units on a Debian that has booted: faults one after another, each named, each mended again.
import path from 'node:path';
import anyTest, { type ExecutionContext, type TestFn } from 'ava';
import { certify, HOST, REPORT } from '../e2e/tls-tools.js';
import { hasOpenssl } from '../net/pki.js';
import { programFile } from '../programs.js';
import { BootedHub, CLOUD, CONFIG, DEVICE_MAC, GATEWAY, reasonNot, until } from './booted-hub.js';

type Context = { hub: BootedHub };
const test = anyTest as TestFn<Context>;
/** Twenty faults with restarts between them take minutes: `npm run test:system` asks for them. */
const isAsked = process.env['HUBSIEVE_TEST_SYSTEM'] === '1';
const reason = isAsked ? (hasOpenssl ? reasonNot() : 'the openssl command is not there') : 'npm run test:system plays them';
if (reason !== undefined) console.warn(`SKIPPED: the doctor’s faults on a booted system: ${reason}`);
const run = reason === undefined ? test.serial : test.serial.skip;

const CONFIG_FILE = '/etc/hubsieve/hubsieve.yaml';
const GATEWAY_FILE = '/etc/hubsieve/gateway.nft';
const STATE = '/var/lib/private/hubsieve';
const ONCE = '/etc/systemd/system/hubsieve.service.d';
const NEIGHBOURS = '/etc/systemd/system/hubsieve-neighbours.socket';
const START_MS = 600_000;

test.before(async (t) => {
  if (reason !== undefined) return;
  t.timeout(START_MS);
  const hub = new BootedHub(certify());
  t.context.hub = hub;
  await hub.openCloud();
  hub.install();
  await hub.boot();
  hub.enable();
  await hub.untilReady();
  // A service that has been sent to is one whose clouds are looked at.
  await hub.ask('http', 4, REPORT);
});

test.beforeEach((t) => {
  t.timeout(START_MS);
});

test.after.always(async (t) => {
  await t.context.hub?.remove();
});

interface Fault {
  readonly title: string;
  readonly make: (hub: BootedHub) => unknown;
  /** Each in a line of its own that says `bad`. */
  readonly named: readonly RegExp[];
  readonly mend: (hub: BootedHub) => unknown;
}

/** Stopped in between, so that systemd counts its starts from none again. */
const restart = (hub: BootedHub): void => {
  hub.run('systemctl', 'stop', 'hubsieve.service');
  hub.run('systemctl', 'reset-failed', 'hubsieve.service');
  hub.must('systemctl', 'start', 'hubsieve.service');
};
const configure = (text: string) => (hub: BootedHub) => hub.write(CONFIG_FILE, text);
/** On a machine that is slow systemd does not give up: five starts take longer than its minute. */
const isGoingRound = (hub: BootedHub): Promise<void> =>
  until(() => Number(hub.run('systemctl', 'show', '-P', 'NRestarts', 'hubsieve.service').text) >= 2);
/** The state on a disk of its own, of 40 MiB. */
const smallDisk = (hub: BootedHub): void => {
  hub.must('mount', '-t', 'tmpfs', '-o', 'size=40m,mode=0700', 'tmpfs', '/mnt');
  hub.must('cp', '-a', `${STATE}/.`, '/mnt/');
  hub.must('mount', '--bind', '/mnt', STATE);
};
const noSmallDisk = (hub: BootedHub): void => {
  hub.must('umount', STATE);
  hub.must('umount', '/mnt');
};
const reloadGate = (hub: BootedHub): unknown => hub.run('systemctl', 'restart', 'hubsieve-gate.service');

const FAULTS: readonly Fault[] = [
  {
    title: 'the hub does not run',
    make: (hub) => hub.must('systemctl', 'stop', 'hubsieve.service'),
    named: [/hubsieve\.service does not run/],
    mend: restart,
  },
  {
    title: 'the hub hangs',
    make: (hub) => hub.must('systemctl', 'kill', '--signal=STOP', '--kill-who=main', 'hubsieve.service'),
    named: [/the hub hangs/],
    mend: (hub) => hub.must('systemctl', 'kill', '--signal=CONT', '--kill-who=main', 'hubsieve.service'),
  },
  {
    title: 'the hub ends again and again, for a config with a fault',
    make: async (hub) => {
      hub.write(CONFIG_FILE, `${CONFIG}limits: { depht: 3 }\n`);
      hub.run('systemctl', 'restart', 'hubsieve.service');
      await isGoingRound(hub);
    },
    named: [/has been started anew|is started anew, over and over|systemd gave it up/, /hubsieve\.yaml:\d+:\d+: .*depht/],
    mend: (hub) => {
      hub.write(CONFIG_FILE, CONFIG);
      restart(hub);
    },
  },
  {
    title: 'a config with a fault, which the running hub has not read yet',
    make: configure(`${CONFIG}webb: {}\n`),
    named: [/hubsieve\.yaml:\d+:\d+: .*webb/],
    mend: configure(CONFIG),
  },
  {
    title: 'rules with a fault',
    make: (hub) => {
      hub.must('sh', '-c', 'mkdir -p /etc/hubsieve/rules/services && echo "id: [" > /etc/hubsieve/rules/services/mine.yaml');
      hub.write(CONFIG_FILE, `${CONFIG}rules: [/etc/hubsieve/rules]\n`);
    },
    named: [/mine\.yaml/],
    mend: configure(CONFIG),
  },
  {
    title: 'the gate is open',
    make: (hub) => hub.must('/opt/hubsieve/systemd/gate.sh', 'open'),
    named: [/gate: OPEN/],
    mend: (hub) => hub.must('/opt/hubsieve/systemd/gate.sh', 'close'),
  },
  {
    title: 'the gate is missing, and nobody watches',
    make: (hub) => {
      hub.must('systemctl', 'stop', 'hubsieve-gate-watch.service');
      hub.must('nft', 'delete', 'table', 'inet', 'hubsieve');
      hub.must('/opt/hubsieve/systemd/gate.sh', 'state');
    },
    named: [/gate: MISSING/, /hubsieve-gate-watch\.service is inactive/],
    mend: (hub) => {
      reloadGate(hub);
      hub.must('systemctl', 'restart', 'hubsieve-redirect.service');
      hub.must('systemctl', 'start', 'hubsieve-gate-watch.service');
    },
  },
  {
    title: 'nothing brings devices to the hub',
    make: (hub) => hub.must('systemctl', 'stop', 'hubsieve-redirect.service'),
    named: [/nothing brings the chosen devices to the hub/, /hubsieve-redirect\.service is inactive/],
    mend: (hub) => hub.must('systemctl', 'start', 'hubsieve-redirect.service'),
  },
  {
    title: 'the socket is stopped',
    make: (hub) => hub.must('systemctl', 'stop', 'hubsieve-transparent.socket', 'hubsieve.service'),
    named: [/hubsieve-transparent\.socket is inactive/, /door 8443: transparent, and nobody listens/],
    mend: (hub) => hub.must('systemctl', 'start', 'hubsieve-transparent.socket', 'hubsieve.service'),
  },
  {
    title: 'the hub cannot read its neighbours',
    make: async (hub) => {
      hub.must('systemctl', 'stop', 'hubsieve.service', 'hubsieve-neighbours.socket');
      hub.must('mv', NEIGHBOURS, '/root/');
      hub.must('systemctl', 'daemon-reload');
      restart(hub);
      await hub.untilReady();
    },
    named: [/neighbours: cannot be read/],
    mend: (hub) => {
      hub.must('mv', `/root/${path.basename(NEIGHBOURS)}`, NEIGHBOURS);
      hub.must('systemctl', 'daemon-reload');
      restart(hub);
    },
  },
  {
    title: 'the household’s file for the gate has a fault',
    make: (hub) => {
      hub.write(GATEWAY_FILE, 'define routed_devices = { 02:00:5e:77:00:2g }\n');
      reloadGate(hub);
    },
    named: [/the copy that worked last counts \(.*gateway\.nft:1: /, /hubsieve-gate\.service is failed/],
    mend: (hub) => {
      hub.write(GATEWAY_FILE, GATEWAY);
      reloadGate(hub);
    },
  },
  {
    title: 'the home’s interface is another',
    make: (hub) => {
      hub.write(GATEWAY_FILE, GATEWAY.replace(/^define home_link = .*$/m, 'define home_link = { "br-lna" }'));
      reloadGate(hub);
    },
    named: [/no such interface.*br-lna/],
    mend: (hub) => {
      hub.write(GATEWAY_FILE, GATEWAY);
      reloadGate(hub);
    },
  },
  {
    title: 'the hub has failed, and devices are let through',
    make: async (hub) => {
      await hub.choose({ key: 'onFailure', value: 'open' });
      await hub.ask('http', 4, REPORT);
      // The list of those that may pass is written once they are known.
      restart(hub);
      await hub.untilReady();
      // It stays down: a hub that is started anew closes for them first.
      hub.must(
        'sh',
        '-c',
        `mkdir -p ${ONCE} && printf '[Service]\\nRestart=no\\n' > ${ONCE}/once.conf && systemctl daemon-reload`,
      );
      hub.must('systemctl', 'kill', '--signal=KILL', '--kill-who=main', 'hubsieve.service');
      await until(() => hub.run('cat', '/run/hubsieve-gate/state').text.includes(`through ${DEVICE_MAC}`));
    },
    named: [/devices are let through, because the hub has failed/],
    mend: async (hub) => {
      hub.must('sh', '-c', `rm -r ${ONCE} && systemctl daemon-reload`);
      restart(hub);
      await hub.untilReady();
      await hub.choose({ key: 'onFailure', value: 'closed' });
    },
  },
  {
    title: 'a file of upstream.trust is gone',
    make: (hub) => hub.must('mv', '/etc/hubsieve/cloud-root.pem', '/etc/hubsieve/kept.pem'),
    named: [/trust: .*cloud-root\.pem: there is no such file/],
    mend: (hub) => hub.must('mv', '/etc/hubsieve/kept.pem', '/etc/hubsieve/cloud-root.pem'),
  },
  {
    title: 'a file of upstream.trust has ended',
    make: (hub) => {
      hub.writeEndedCertificate('/etc/hubsieve/ended.pem');
      hub.write(CONFIG_FILE, CONFIG.replace('cloud-root.pem]', 'cloud-root.pem, /etc/hubsieve/ended.pem]'));
    },
    named: [/trust: .*ended\.pem: every certificate in it has ended/],
    mend: configure(CONFIG),
  },
  {
    title: 'no name server answers',
    make: (hub) => hub.network.ip('cloud', 'link set eth0 down'),
    named: [/names: no name server answers/],
    mend: (hub) => {
      hub.network.ip('cloud', 'link set eth0 up');
      hub.network.tries('cloud', '-4 route replace default via 81.2.69.1');
      hub.network.tries('cloud', '-6 address replace 2a02:6b8:77::142/64 dev eth0');
      hub.network.tries('cloud', '-6 route replace default via 2a02:6b8:77::1');
    },
  },
  {
    title: 'names lead back to the hub',
    make: (hub) => {
      const file = ['--keep-in-foreground', '--no-resolv', '--no-hosts', '--conf-file=/dev/null', '--user=root', '--pid-file='];
      hub.network.spawn('cloud', programFile('dnsmasq'), ...file, '--port=5353', `--address=/${HOST}/192.168.77.1`);
      hub.write(CONFIG_FILE, CONFIG.replace(`"${CLOUD[4]}"`, `"${CLOUD[4]}:5353"`));
    },
    named: [new RegExp(`names: .*${HOST}.* lead back to this hub`)],
    mend: configure(CONFIG),
  },
  {
    title: 'a cloud cannot be reached',
    make: (hub) => {
      const rules =
        'add table inet t; add chain inet t i { type filter hook input priority 0; }; add rule inet t i tcp dport 443 drop';
      hub.network.run('cloud', programFile('nft'), rules);
    },
    named: [new RegExp(`cloud ${HOST}:443: it cannot be reached`)],
    mend: (hub) => hub.network.run('cloud', programFile('nft'), 'flush', 'ruleset'),
  },
  {
    title: 'a cloud does not prove who it is',
    make: configure(CONFIG.replace(', trust: [/etc/hubsieve/cloud-root.pem]', '')),
    named: [new RegExp(`cloud ${HOST}:443: it does not prove who it is`)],
    mend: configure(CONFIG),
  },
  { title: 'the disk is nearly full', make: smallDisk, named: [/disk: nearly full.*MiB/], mend: noSmallDisk },
  {
    title: 'the disk is read-only',
    make: (hub) => {
      smallDisk(hub);
      hub.must('mount', '-o', 'remount,bind,ro', STATE);
    },
    named: [/disk: cannot be written/],
    mend: noSmallDisk,
  },
  {
    title: 'the store is damaged',
    make: (hub) => {
      hub.must('systemctl', 'stop', 'hubsieve.service');
      hub.must('sh', '-c', `cp ${STATE}/store/CURRENT /root/ && echo MANIFEST-999999 > ${STATE}/store/CURRENT`);
    },
    named: [/store/],
    mend: (hub) => {
      hub.must('sh', '-c', `cat /root/CURRENT > ${STATE}/store/CURRENT`);
      restart(hub);
    },
  },
  {
    title: 'the root that devices took is another',
    make: (hub) => {
      hub.must('cp', '-a', `${STATE}/certs/root.crt`, '/root/root.crt');
      hub.must('cp', '/etc/hubsieve/cloud-root.pem', `${STATE}/certs/root.crt`);
    },
    named: [/root: its files do not match each other/],
    mend: (hub) => hub.must('cp', '-a', '/root/root.crt', `${STATE}/certs/root.crt`),
  },
  {
    title: 'others may read the key',
    make: (hub) => hub.must('chmod', '0644', `${STATE}/master.key`),
    named: [/master\.key/],
    mend: (hub) => hub.must('chmod', '0600', `${STATE}/master.key`),
  },
  {
    title: 'the key is gone',
    make: (hub) => hub.must('mv', `${STATE}/master.key`, '/root/master.key'),
    named: [/master\.key is gone/],
    mend: (hub) => hub.must('mv', '/root/master.key', `${STATE}/master.key`),
  },
];

run('the doctor finds nothing wrong with a hub that is well, and exits 0', async (t) => {
  await isWell(t);
});

for (const { title, make, named, mend } of FAULTS)
  run(`named: ${title}`, async (t) => {
    const { hub } = t.context;
    // Mended whatever comes: one fault must not stand behind the next.
    try {
      await make(hub);
      const { status, text } = hub.doctor();
      t.is(status, 1, text);
      const lines = text.split('\n').filter((line) => line.startsWith('bad  '));
      for (const pattern of named)
        t.true(
          lines.some((line) => pattern.test(line)),
          `${pattern}: ${text}`,
        );
    } finally {
      await mend(hub);
    }
    await isWell(t);
  });

run('named: the clock is before the program’s installation', (t) => {
  const { hub } = t.context;
  const back = `data:text/javascript,const now = Date.now; Date.now = () => now() - ${20 * 365 * 86_400_000}`;
  const args = ['doctor', '--config', CONFIG_FILE, '--data-dir', '/var/lib/hubsieve'];
  const { status, text } = hub.run('/usr/bin/node', '--import', back, '/opt/hubsieve/dist/cli.js', ...args);
  t.is(status, 1);
  t.regex(text, /^bad {2}clock: cannot be right/m);
});

async function isWell(t: ExecutionContext<Context>): Promise<void> {
  const { hub } = t.context;
  await hub.untilReady();
  const { status, text } = hub.doctor();
  t.is(status, 0, text);
}
