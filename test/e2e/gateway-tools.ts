// Three network namespaces, joined in a row: a home with a device, the hub as its gateway, the Internet with a cloud and a resolver.
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, chownSync, copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { type DeviceSetting, openChoices } from '#src/household/choices.js';
import { openKeys } from '#src/runtime/install-keys.js';
import { deviceLabel } from '#src/services/contexts.js';
import { openLevelStore } from '#src/store/level.js';
import { until } from '../net/tools.js';
import { missingPrograms, programFile, SYSTEM_ENV } from '../programs.js';
import { RecordingCloud } from './recording-cloud.js';
import { type Certified, HOST, MAC, SSID } from './tls-tools.js';

/** `nobody`, on every Linux. */
const NOBODY = 65_534;
/** Public addresses by their range; they lead nowhere but to the cloud's namespace. */
const CLOUD = { 4: '81.2.69.142', 6: '2a02:6b8:77::142' } as const;
/** A host of another service in the rules, and where it is; and where nobody is. */
const OTHER_HOST = 'atlas-cloud.ru';
export const ELSEWHERE = { 4: '81.2.69.150', 6: '2a02:6b8:77::150' } as const;
export const NOBODYS = { 4: '81.2.69.160', 6: '2a02:6b8:77::160' } as const;
export const HOME = { 4: '192.168.77.1', 6: 'fd77::1' } as const;
export const DEVICE_MAC = '02:00:5e:77:00:20';
const START_MS = 60_000;
const IP = programFile('ip');
const here = (file: string): string => fileURLToPath(new URL(file, import.meta.url));

/** Why these tests cannot run here; undefined: they can. */
export function reasonNot(): string | undefined {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return 'network namespaces need Linux and root';
  const missing = missingPrograms('ip', 'nft', 'dnsmasq', 'perl');
  if (missing !== undefined) return missing;
  const probe = `hs-probe-${process.pid}`;
  if (spawnSync(IP, ['netns', 'add', probe], { env: SYSTEM_ENV }).status !== 0) return 'the system allows no network namespaces';
  spawnSync(IP, ['netns', 'del', probe], { env: SYSTEM_ENV });
  const asNobody = spawnSync(process.execPath, ['dist/cli.js', 'help'], { uid: NOBODY, gid: NOBODY });
  return asNobody.status === 0 ? undefined : 'an unprivileged user cannot read this checkout';
}

export type Family = 4 | 6;
export type Kind = 'http' | 'https' | 'mqtt' | 'mqtts' | 'quic' | 'resolve';
const PORTS = { http: 80, https: 443, mqtt: 1883, mqtts: 8883, quic: 443, resolve: 0 } as const;

/** Everything of it goes with `remove`. */
export class Gateway {
  readonly dir = mkdtempSync(path.join(tmpdir(), 'hubsieve-gateway-'));
  readonly dataDir = path.join(this.dir, 'data');
  private readonly names = { device: `hs-d-${process.pid}`, hub: `hs-h-${process.pid}`, cloud: `hs-c-${process.pid}` };
  private readonly running = new Set<ChildProcess>();
  private resolver: ChildProcess | undefined;
  private hub: ChildProcess | undefined;
  private readonly cloud = new RecordingCloud((body) => this.askFrom('cloud', CLOUD[4], 4, ['http', HOST, '80', '', body]));

  constructor(private readonly certified: Certified) {
    chownSync(this.dir, NOBODY, NOBODY);
    chmodSync(this.dir, 0o755);
  }

  /** Runs a command in a namespace to its end. */
  run(where: keyof Gateway['names'], command: string, ...args: string[]): string {
    return execFileSync(IP, ['netns', 'exec', this.names[where], command, ...args], { encoding: 'utf8', env: SYSTEM_ENV });
  }

  private spawn(where: keyof Gateway['names'], ...command: string[]): ChildProcess {
    const child = spawn(IP, ['netns', 'exec', this.names[where], ...command], { env: SYSTEM_ENV });
    this.running.add(child);
    child.once('exit', () => this.running.delete(child));
    return child;
  }

  build(): void {
    const { device, hub, cloud } = this.names;
    const ip = (line: string): string => execFileSync(IP, line.split(' '), { encoding: 'utf8', env: SYSTEM_ENV });
    for (const name of [device, hub, cloud]) {
      ip(`netns add ${name}`);
      ip(`-n ${name} link set lo up`);
    }
    // Without duplicate address detection the addresses are there at once.
    for (const name of [device, hub, cloud]) this.write(name, 'net/ipv6/conf/default/accept_dad', '0');
    ip(`link add eth0 address ${DEVICE_MAC} netns ${device} type veth peer name home netns ${hub}`);
    ip(`link add wan netns ${hub} type veth peer name eth0 netns ${cloud}`);
    const join = (name: string, link: string, ...addresses: string[]): void => {
      for (const address of addresses) ip(`-n ${name} address add ${address} dev ${link}`);
      ip(`-n ${name} link set ${link} up`);
    };
    join(device, 'eth0', '192.168.77.20/24', 'fd77::20/64');
    join(hub, 'home', `${HOME[4]}/24`, `${HOME[6]}/64`);
    join(hub, 'wan', '81.2.69.1/24', '2a02:6b8:77::1/64');
    join(cloud, 'eth0', `${CLOUD[4]}/24`, `${CLOUD[6]}/64`);
    for (const [name, gateway] of [
      [device, HOME],
      [cloud, { 4: '81.2.69.1', 6: '2a02:6b8:77::1' }],
    ] as const) {
      ip(`-n ${name} -4 route add default via ${gateway[4]}`);
      ip(`-n ${name} -6 route add default via ${gateway[6]}`);
    }
    // A router; and the doors of the services' own ports need no privilege here.
    this.write(hub, 'net/ipv4/ip_forward', '1');
    this.write(hub, 'net/ipv6/conf/all/forwarding', '1');
    this.write(hub, 'net/ipv4/ip_unprivileged_port_start', '0');
  }

  private write(name: string, key: string, value: string): void {
    execFileSync(IP, ['netns', 'exec', name, 'sh', '-c', `echo ${value} > /proc/sys/${key}`], { env: SYSTEM_ENV });
  }

  /** The cloud, and the resolver of the Internet that knows where it is. */
  async openCloud(): Promise<void> {
    await this.cloud.open((...command) => this.spawn('cloud', ...command), this.certified.server);
    const others = [`address=/${OTHER_HOST}/${ELSEWHERE[4]}`, `address=/${OTHER_HOST}/${ELSEWHERE[6]}`];
    await this.openResolver('cloud', [`address=/${HOST}/${CLOUD[4]}`, `address=/${HOST}/${CLOUD[6]}`, ...others]);
  }

  /** The home's resolver, with `lines` of config; the one before it is gone. It asks the Internet's for what it does not know. */
  async openHomeResolver(lines: readonly string[]): Promise<void> {
    await end(this.resolver);
    this.resolver = await this.openResolver('hub', [`server=${CLOUD[4]}`, ...lines]);
  }

  private async openResolver(where: 'hub' | 'cloud', lines: readonly string[]): Promise<ChildProcess> {
    const file = path.join(this.dir, `dnsmasq-${where}.conf`);
    const fixed = ['no-resolv', 'no-hosts', 'cache-size=0', 'user=root', 'pid-file=', 'log-facility=-'];
    writeFileSync(file, `${[...fixed, ...lines].join('\n')}\n`);
    const child = this.spawn(where, programFile('dnsmasq'), '--keep-in-foreground', `--conf-file=${file}`);
    let said = '';
    child.stderr!.on('data', (bytes: Buffer) => {
      said += bytes.toString();
    });
    await until(() => said.includes('started') || child.exitCode !== null);
    if (child.exitCode !== null) throw new Error(`dnsmasq did not start: ${said}`);
    return child;
  }

  /** What the hub's own command prints for dnsmasq. */
  rewriteLines(addresses: string): string[] {
    return this.run('hub', process.execPath, 'dist/cli.js', 'dns', '--format', 'dnsmasq', '--address', addresses).split('\n');
  }

  /** The gate as shipped, with this home's names. `config`: what stands in the household's file instead. */
  gate(verb: 'load' | 'door' | 'door-off' | 'open' | 'close' | 'state' | 'remove', config?: string): string {
    const shipped = readFileSync('systemd/gateway.nft', 'utf8');
    const own = shipped
      .replace(/^define routed_devices = .*$/m, `define routed_devices = { ${DEVICE_MAC} }`)
      .replace(/^define home_link = .*$/m, 'define home_link = { "home" }');
    const file = path.join(this.dir, 'gateway.nft');
    writeFileSync(file, config ?? own);
    const folders = { GATE_CONFIG: file, GATE_STATE: path.join(this.dir, 'gate'), GATE_RUN: path.join(this.dir, 'run') };
    const env = Object.entries(folders).map(([name, value]) => `${name}=${value}`);
    return this.run('hub', 'env', ...env, path.resolve('systemd/gate.sh'), verb);
  }

  /** How many rules of routes the hub has for marked packets, over IPv4 and IPv6. */
  markedRoutes(): number[] {
    return [4, 6].map((family) => this.run('hub', 'ip', `-${family}`, 'rule', 'show').split('fwmark 0x48').length - 1);
  }

  /** The hub as `nobody`, its transparent door inherited. */
  async startHub(): Promise<void> {
    const trust = path.join(this.dir, 'cloud-root.pem');
    copyFileSync(this.certified.root.certFile, trust);
    chmodSync(trust, 0o644);
    const config = path.join(this.dir, 'hub.yaml');
    const byName = [80, 443, 8883].map((port) => `  - { host: "::", port: ${port} }\n`).join('');
    writeFileSync(
      config,
      `listeners:
${byName}  - { host: "::", port: 1883, upstream: "mqtt://${HOST}:1883" }
  - { port: 8443, transparent: true }
upstream: { dns: ["${CLOUD[4]}"], trust: ["${trust}"] }
web: { port: 8480 }
discovery: { enabled: off }
household: { ssids: ["${SSID}"], macs: ["${MAC}"] }
`,
    );
    const node = [process.execPath, 'dist/cli.js', 'start', '--config', config, '--data-dir', this.dataDir];
    const child = this.spawn('hub', programFile('perl'), 'test/e2e/launch.pl', '8443', String(NOBODY), ...node);
    this.hub = child;
    let said = '';
    for (const stream of [child.stdout!, child.stderr!])
      stream.on('data', (bytes: Buffer) => {
        said += bytes.toString();
      });
    const last = Date.now() + START_MS;
    while (!said.includes('page    http') && child.exitCode === null && Date.now() < last)
      await new Promise((r) => setTimeout(r, 5));
    if (!said.includes('page    http')) throw new Error(`the hub did not start: ${said}`);
  }

  async killHub(): Promise<void> {
    await end(this.hub);
  }

  /** SIGTERM; resolves once it has ended. */
  async stopHub(): Promise<void> {
    const { hub } = this;
    hub?.kill('SIGTERM');
    await until(() => hub === undefined || hub.exitCode !== null || hub.signalCode !== null);
  }

  /** As hubsieve.service does around the hub: the unit's own line. `result`: systemd's word for how the service ended. */
  aroundHub(directive: 'ExecStartPre' | 'ExecStopPost', result = ''): void {
    const unit = readFileSync('systemd/hubsieve.service', 'utf8');
    const line = new RegExp(`^${directive}=\\+/opt/hubsieve/(.+)$`, 'm').exec(unit)![1]!;
    const [script = '', ...args] = line.replace('/var/lib/hubsieve', this.dataDir).split(' ');
    this.run('hub', 'env', `SERVICE_RESULT=${result}`, path.resolve(script), ...args);
  }

  /** Another address for the device, as its temporary ones are made (RFC 8981); the one before goes. */
  renumber(from: string, to: string): void {
    this.run('device', 'ip', 'address', 'del', from, 'dev', 'eth0');
    this.run('device', 'ip', 'address', 'add', to, 'dev', 'eth0');
    // The system takes the route away with the last address of its network.
    for (const family of [4, 6] as const)
      this.run('device', 'ip', `-${family}`, 'route', 'replace', 'default', 'via', HOME[family]);
  }

  /** The household's choice for the device; the hub must be stopped. */
  async choose(set: DeviceSetting): Promise<void> {
    const keys = openKeys(this.dataDir);
    const store = await openLevelStore({ path: path.join(this.dataDir, 'store'), flushMs: 0 });
    try {
      const choices = await openChoices(store, {
        key: keys.household,
        random: randomBytes,
        now: Date.now,
        base: { services: {}, own: [], retentionDays: 30 },
        record: async () => undefined,
      });
      const by = { policyVersion: '1', clientVersion: '1', channel: 'cli' } as const;
      await choices.apply({ what: 'device', device: deviceLabel(keys.master, DEVICE_MAC), set }, by);
    } finally {
      await store.close();
      // Root has written; the store is the hub's.
      execFileSync('chown', ['-R', `${NOBODY}:${NOBODY}`, this.dataDir]);
    }
  }

  /** Who the hub's process is: its four user ids, and its effective capabilities. */
  identity(): { readonly users: readonly string[]; readonly capabilities: string } {
    const status = readFileSync(`/proc/${this.hub!.pid}/status`, 'utf8');
    const line = (name: string): string => new RegExp(`^${name}:\\s+(.+)$`, 'm').exec(status)![1]!;
    return { users: line('Uid').split(/\s+/), capabilities: line('CapEff') };
  }

  /** What the device is told: the answer, or `failed: …`. It knows the cloud by its name and the home's resolver, no more. */
  ask(kind: Kind, family: Family, body: string, trusts: 'hub' | 'cloud' = 'hub'): Promise<string> {
    const ca = trusts === 'hub' ? path.join(this.dataDir, 'certs', 'root.crt') : this.certified.root.certFile;
    return this.askFrom('device', HOME[4], family, [kind, HOST, String(PORTS[kind]), ca, body]);
  }

  private async askFrom(where: 'device' | 'cloud', resolver: string, family: Family, args: readonly string[]): Promise<string> {
    const env = [`RESOLVER=${resolver}`, `FAMILY=${family}`];
    const child = this.spawn(where, 'env', ...env, process.execPath, here('device.js'), ...args);
    let told = '';
    child.stdout!.on('data', (bytes: Buffer) => {
      told += bytes.toString('utf8');
    });
    await new Promise((resolve) => child.once('close', resolve));
    return told.trim();
  }

  /** Every byte that the cloud has been sent so far. */
  cloudText(): Promise<string> {
    return this.cloud.text();
  }

  forgetReceived(): void {
    this.cloud.forget();
  }

  records(): {
    readonly kind: string;
    readonly verdict?: string;
    readonly service?: string;
    readonly error?: string | { readonly code: string };
    readonly count?: number;
  }[] {
    const args = ['dist/cli.js', 'audit', 'list', '--format', 'json', '--limit', '1000', '--data-dir', this.dataDir];
    const lines = execFileSync(process.execPath, args, { encoding: 'utf8' }).split('\n');
    return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as { kind: string });
  }

  async remove(): Promise<void> {
    for (const child of this.running) child.kill('SIGKILL');
    await until(() => this.running.size === 0);
    for (const name of Object.values(this.names)) spawnSync(IP, ['netns', 'del', name], { env: SYSTEM_ENV });
    rmSync(this.dir, { recursive: true, force: true });
  }
}

async function end(child: ChildProcess | undefined): Promise<void> {
  if (child === undefined) return;
  child.kill('SIGKILL');
  await until(() => child.exitCode !== null || child.signalCode !== null);
}
