// A home with a hub that has booted: a Debian with systemd under the shipped units, between a device and a cloud in network namespaces.
import { type ChildProcess, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { type DeviceSetting, openChoices } from '#src/household/choices.js';
import { openKeys } from '#src/runtime/install-keys.js';
import { deviceLabel } from '#src/services/contexts.js';
import { openLevelStore } from '#src/store/level.js';
import { RecordingCloud } from '../e2e/recording-cloud.js';
import { type Certified, HOST, MAC, SSID } from '../e2e/tls-tools.js';
import { AS_CA } from '../net/pki.js';
import { programFile, SYSTEM_ENV } from '../programs.js';
import { debianTree, hasDebianTree } from './debian.js';
import { Network, reasonNot as noNamespaces } from './namespaces.js';

export const DEVICE_MAC = '02:00:5e:77:00:20';
/** Public addresses by their range; they lead nowhere but to the cloud's namespace. */
export const CLOUD = { 4: '81.2.69.142', 6: '2a02:6b8:77::142' } as const;
export const HOME = { 4: '192.168.77.1', 6: 'fd77::1' } as const;
export type Family = 4 | 6;
const PORTS = { http: 80, https: 443, mqtt: 1883, mqtts: 8883, quic: 443 } as const;
export type Kind = keyof typeof PORTS;
/** Where the unit keeps its state (DynamicUser=). */
const STATE = '/var/lib/private/hubsieve';
const UNITS = ['hubsieve.service', 'hubsieve-gate.service', 'hubsieve-gate-watch.service', 'hubsieve-redirect.service'];
const SOCKETS = ['hubsieve-transparent.socket', 'hubsieve-neighbours.socket'];
/** The network comes up as on any machine: behind network-pre.target. Before it nothing is forwarded. */
const NETWORK = `[Unit]
DefaultDependencies=no
After=network-pre.target
Wants=network-pre.target
Before=network.target network-online.target
[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/bin/sh -c 'ip link set lo up; ip link set br-lan up; ip link set wan up; ip -6 route replace fd77::/64 dev br-lan'
[Install]
WantedBy=sysinit.target network-online.target
`;

/** The household's file as shipped, with its device. */
export const GATEWAY = readFileSync('systemd/gateway.nft', 'utf8').replace('00:00:5e:00:53:01', DEVICE_MAC);

let boots = 0;

/** Where this machine's control groups (version 2) are; undefined: nowhere. */
function cgroupMount(): string | undefined {
  return /^\S+ (\S+) cgroup2 /m.exec(readFileSync('/proc/self/mounts', 'utf8'))?.[1];
}

/** Why no hub can be booted here; undefined: one can. */
export function reasonNot(): string | undefined {
  const reason = noNamespaces('nft', 'dnsmasq');
  if (reason !== undefined) return reason;
  if (debianTree() === undefined) return 'this is no Debian';
  if (!hasDebianTree()) return 'no Debian tree to boot (`npm run test:system` makes one, as root)';
  if (cgroupMount() === undefined) return 'the system has no control groups of version 2';
  const probe = spawnSync('unshare', ['-m', '-p', '-u', '-i', '-C', '--fork', 'mount', '-t', 'cgroup2', 'cgroup2', '/mnt'], {
    env: SYSTEM_ENV,
  });
  return probe.status === 0 ? undefined : 'the system allows no namespaces of processes and control groups';
}

/** A boot, or five starts of a hub, on a machine that other tests keep busy. */
const PATIENCE_MS = 240_000;
/** A look is a process or several. */
const LOOK_MS = 200;

/** Waits for the thing. */
export async function until(condition: () => boolean): Promise<void> {
  const end = performance.now() + PATIENCE_MS;
  while (!condition()) {
    if (performance.now() > end) throw new Error(`waited in vain: ${condition}`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}

export interface Ran {
  readonly status: number;
  readonly text: string;
}

/** Everything of it goes with `remove`. */
export class BootedHub {
  readonly network = new Network('hub', 'device', 'cloud');
  readonly cloud = new RecordingCloud((body) => this.askFrom('cloud', 'http', 4, body, ''));
  private readonly dir = mkdtempSync(path.join(tmpdir(), 'hubsieve-boot-'));
  private readonly disk = path.join(this.dir, 'disk');
  private machine: ChildProcess | undefined;
  private cgroup = '';

  /** `isBare`: a Debian without a checkout and without Node. */
  constructor(
    private readonly certified: Certified,
    private readonly isBare = false,
  ) {
    const { network } = this;
    network.link(['hub', 'br-lan'], ['device', 'eth0', DEVICE_MAC]);
    network.link(['hub', 'wan'], ['cloud', 'eth0']);
    network.addresses('device', 'eth0', '192.168.77.20/24', 'fd77::20/64');
    network.addresses('hub', 'br-lan', `${HOME[4]}/24`, `${HOME[6]}/64`);
    network.addresses('hub', 'wan', '81.2.69.1/24', '2a02:6b8:77::1/64');
    network.addresses('cloud', 'eth0', `${CLOUD[4]}/24`, `${CLOUD[6]}/64`);
    for (const family of [4, 6] as const) {
      network.ip('device', `-${family} route add default via ${HOME[family]}`);
      network.ip('cloud', `-${family} route add default via ${family === 4 ? '81.2.69.1' : '2a02:6b8:77::1'}`);
    }
    network.set('hub', 'net/ipv4/ip_forward', '1');
    network.set('hub', 'net/ipv6/conf/all/forwarding', '1');
    // An interface that goes down keeps its addresses: a boot brings it up again.
    network.set('hub', 'net/ipv6/conf/all/keep_addr_on_down', '1');
  }

  /** Copies the units, as README and docs/ways-in.md say, and the household's two files. */
  install(): void {
    this.prepare();
    for (const unit of readdirSync('systemd').filter((name) => /\.(service|socket)$/.test(name)))
      copyFileSync(path.join('systemd', unit), path.join(this.disk, 'etc/systemd/system', unit));
    this.write('/etc/hubsieve/gateway.nft', GATEWAY);
    this.write('/etc/hubsieve/hubsieve.yaml', CONFIG);
  }

  /** What is there before any hub: the network's unit, and the root of the cloud's certificates. */
  prepare(): void {
    for (const folder of ['etc/systemd/system', 'etc/hubsieve']) mkdirSync(path.join(this.disk, folder), { recursive: true });
    writeFileSync(path.join(this.disk, 'etc/systemd/system/test-network.service'), NETWORK);
    copyFileSync(this.certified.root.certFile, path.join(this.disk, 'etc/hubsieve/cloud-root.pem'));
  }

  /** Puts a file of this machine on that one. */
  bring(from: string, to: string): void {
    copyFileSync(from, path.join(this.root, to));
  }

  /** Writes a file of the machine, running or not. */
  write(file: string, text: string): void {
    writeFileSync(path.join(this.root, file), text);
  }

  /** A certificate that has been of no use for years. */
  writeEndedCertificate(file: string): void {
    const { certFile } = this.certified.pki.make({ subject: '/CN=ended', extensions: AS_CA, to: '20210101000000Z' });
    this.write(file, readFileSync(certFile, 'utf8'));
  }

  /** Where the machine's files are seen from outside. */
  get root(): string {
    return this.machine === undefined ? this.disk : `/proc/${this.pid}/root`;
  }

  get state(): string {
    return path.join(this.root, STATE);
  }

  /** Boots, and waits until systemd has started what is enabled. */
  async boot(): Promise<void> {
    const script = fileURLToPath(new URL('../../../test/system/boot.sh', import.meta.url));
    this.cgroup = `hubsieve-test-${process.pid}-${boots++}`;
    const args = [debianTree()!, this.dir, this.isBare ? '' : process.cwd(), process.execPath, this.cgroup];
    this.machine = this.network.spawn('hub', 'bash', script, ...args);
    await until(() => this.pid !== undefined && existsSync(`/proc/${this.pid}/root/run/systemd/private`));
    await until(() => /running|degraded/.test(this.run('systemctl', 'is-system-running').text));
  }

  /** The units as they are installed on a gateway. */
  enable(): void {
    this.must('systemctl', 'daemon-reload');
    this.must('systemctl', 'enable', 'test-network.service', ...UNITS, SOCKETS[0]!);
    this.must('systemctl', 'start', 'test-network.service', SOCKETS[0]!, ...UNITS);
  }

  /** As when the power fails: nothing is told, and the kernel's tables are gone with the kernel. */
  async cutPower(): Promise<void> {
    const { machine } = this;
    if (machine === undefined) return;
    machine.kill('SIGKILL');
    await until(() => machine.exitCode !== null || machine.signalCode !== null);
    this.machine = undefined;
    spawnSync('find', [path.join(cgroupMount()!, this.cgroup), '-depth', '-type', 'd', '-exec', 'rmdir', '{}', ';']);
    for (const link of ['br-lan', 'wan']) this.network.ip('hub', `link set ${link} down`);
    this.network.run('hub', programFile('nft'), 'flush', 'ruleset');
    for (const family of ['-4', '-6'])
      for (const mark of ['fwmark 0x48', 'pref 71']) while (this.network.tries('hub', `${family} rule del ${mark}`));
  }

  /** Runs a command on the machine. */
  run(command: string, ...args: readonly string[]): Ran {
    const enter = ['-t', String(this.pid), '-m', '-p', '-u', '-i', '-n', '-C'];
    // The folder that this process stands in is not there: the machine's root is another.
    const env = [
      'env',
      '-i',
      'PATH=/usr/sbin:/usr/bin:/sbin:/bin',
      'HOME=/root',
      'LANG=C.UTF-8',
      'sh',
      '-c',
      'cd / && exec "$@"',
      'sh',
    ];
    const { status, stdout, stderr } = spawnSync('nsenter', [...enter, ...env, command, ...args], {
      encoding: 'utf8',
      env: SYSTEM_ENV,
    });
    return { status: status ?? -1, text: stdout + stderr };
  }

  /** The same, where it must succeed. */
  must(command: string, ...args: readonly string[]): string {
    const { status, text } = this.run(command, ...args);
    if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${text}`);
    return text;
  }

  /** What systemd finds wrong with units. Before 254 it does not know what makes tries rarer, and leaves that out. */
  unitFaults(units: readonly string[]): string[] {
    const lines = this.run('systemd-analyze', 'verify', ...units).text.split('\n');
    const faults = lines.filter((line) => /hubsieve[\w-]*\.(service|socket):/.test(line));
    return faults.filter((line) => !/Unknown key (name )?'Restart(Steps|MaxDelaySec)'/.test(line));
  }

  hubsieve(...args: readonly string[]): Ran {
    return this.run('/usr/bin/node', '/opt/hubsieve/dist/cli.js', ...args);
  }

  doctor(): Ran {
    return this.hubsieve('doctor', '--config', '/etc/hubsieve/hubsieve.yaml', '--data-dir', '/var/lib/hubsieve');
  }

  /** Resolves once the hub answers on its page's port. */
  async untilReady(): Promise<void> {
    const ask = "fetch('http://127.0.0.1:8480/api/v1/health').then((a) => process.exit(a.ok ? 0 : 1), () => process.exit(1))";
    await until(() => this.run('/usr/bin/node', '-e', ask).status === 0);
  }

  /** The household's choice for the device, while the hub is stopped. */
  async choose(set: DeviceSetting): Promise<void> {
    this.must('systemctl', 'stop', 'hubsieve.service');
    const { uid, gid } = statSync(path.join(this.state, 'master.key'));
    const keys = openKeys(this.state);
    const store = await openLevelStore({ path: path.join(this.state, 'store'), flushMs: 0 });
    try {
      const base = { services: {}, own: [], retentionDays: 30 };
      const record = async (): Promise<undefined> => undefined;
      const choices = await openChoices(store, { key: keys.household, random: randomBytes, now: Date.now, base, record });
      const by = { policyVersion: '1', clientVersion: '1', channel: 'cli' } as const;
      await choices.apply({ what: 'device', device: deviceLabel(keys.master, DEVICE_MAC), set }, by);
    } finally {
      await store.close();
      spawnSync('chown', ['-R', `${uid}:${gid}`, this.state]);
    }
    this.must('systemctl', 'start', 'hubsieve.service');
    await this.untilReady();
  }

  async openCloud(): Promise<void> {
    await this.cloud.open((...command) => this.network.spawn('cloud', ...command), this.certified.server);
    const file = path.join(this.dir, 'dnsmasq.conf');
    const lines = ['no-resolv', 'no-hosts', 'cache-size=0', 'user=root', 'pid-file=', 'log-facility=-'];
    writeFileSync(file, [...lines, `address=/${HOST}/${CLOUD[4]}`, `address=/${HOST}/${CLOUD[6]}`, ''].join('\n'));
    const child = this.network.spawn('cloud', programFile('dnsmasq'), '--keep-in-foreground', `--conf-file=${file}`);
    let said = '';
    child.stderr!.on('data', (bytes: Buffer) => {
      said += bytes.toString();
    });
    await until(() => said.includes('started') || child.exitCode !== null);
  }

  /** What the device is told: the answer, or `failed: …`. It trusts the cloud's root, as before it knew the hub, or the hub's. */
  ask(kind: Kind, family: Family, body: string, trusts: 'hub' | 'cloud' = 'hub'): Promise<string> {
    const ca = trusts === 'hub' ? path.join(this.state, 'certs/root.crt') : this.certified.root.certFile;
    return this.askFrom('device', kind, family, body, ca);
  }

  private async askFrom(where: 'device' | 'cloud', kind: Kind, family: Family, body: string, ca: string): Promise<string> {
    const script = fileURLToPath(new URL('../e2e/device.js', import.meta.url));
    const env = [`RESOLVER=${CLOUD[4]}`, `FAMILY=${family}`];
    const child = this.network.spawn(where, 'env', ...env, process.execPath, script, kind, HOST, String(PORTS[kind]), ca, body);
    let told = '';
    child.stdout!.on('data', (bytes: Buffer) => {
      told += bytes.toString('utf8');
    });
    await new Promise((resolve) => child.once('close', resolve));
    return told.trim();
  }

  async remove(): Promise<void> {
    await this.cutPower();
    await this.network.remove();
    rmSync(this.dir, { recursive: true, force: true });
  }

  /** Of the machine's first process, as seen from here. */
  private get pid(): number | undefined {
    // `unshare` became what `ip netns exec` was; its one child is systemd.
    const children = `/proc/${this.machine?.pid}/task/${this.machine?.pid}/children`;
    const [first] = existsSync(children) ? readFileSync(children, 'utf8').trim().split(' ') : [];
    return first === undefined || first === '' ? undefined : Number(first);
  }
}

export const CONFIG = `listeners:
  - { port: 8443, transparent: true }
upstream: { dns: ["${CLOUD[4]}"], trust: [/etc/hubsieve/cloud-root.pem] }
household: { ssids: ["${SSID}"], macs: ["${MAC}"] }
`;
