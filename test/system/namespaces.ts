// Machines of a home as network namespaces, joined by cables: for what an unprivileged process sees of its network.
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { until } from '../net/tools.js';
import { missingPrograms, type Program, programFile, SYSTEM_ENV } from '../programs.js';

const IP = programFile('ip');
let made = 0;

/** Why namespaces cannot be made here, or a program is missing; undefined: they can. */
export function reasonNot(...programs: readonly Program[]): string | undefined {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return 'network namespaces need Linux and root';
  const missing = missingPrograms('ip', ...programs);
  if (missing !== undefined) return missing;
  const probe = `hs-probe-${process.pid}`;
  if (spawnSync(IP, ['netns', 'add', probe], { env: SYSTEM_ENV }).status !== 0) return 'the system allows no network namespaces';
  spawnSync(IP, ['netns', 'del', probe], { env: SYSTEM_ENV });
  return undefined;
}

/** Everything of it goes with `remove`. */
export class Network {
  private readonly names: Map<string, string>;
  private readonly running = new Set<ChildProcess>();

  constructor(...machines: readonly string[]) {
    const run = made++;
    this.names = new Map(machines.map((one) => [one, `hs-${one}-${process.pid}-${run}`]));
    for (const name of this.names.values()) {
      execFileSync(IP, ['netns', 'add', name], { env: SYSTEM_ENV });
      // Without duplicate address detection the addresses are there at once.
      execFileSync(IP, ['-n', name, 'link', 'set', 'lo', 'up'], { env: SYSTEM_ENV });
    }
    for (const machine of machines) this.set(machine, 'net/ipv6/conf/default/accept_dad', '0');
  }

  /** Sets a value below /proc/sys. */
  set(machine: string, key: string, value: string): void {
    this.run(machine, 'sh', '-c', `echo ${value} > /proc/sys/${key}`);
  }

  /** A cable between two machines: each its name, that of its interface there, and the MAC address where it matters. */
  link(
    one: readonly [machine: string, link: string, mac?: string],
    other: readonly [machine: string, link: string, mac?: string],
  ): void {
    const end = ([machine, link, mac]: typeof one): string[] => [
      link,
      ...(mac === undefined ? [] : ['address', mac]),
      'netns',
      this.name(machine),
    ];
    execFileSync(IP, ['link', 'add', ...end(one), 'type', 'veth', 'peer', 'name', ...end(other)], { env: SYSTEM_ENV });
    for (const [machine, link] of [one, other]) this.ip(machine, `link set ${link} up`);
  }

  addresses(machine: string, link: string, ...addresses: readonly string[]): void {
    for (const address of addresses) this.ip(machine, `address add ${address} dev ${link}`);
  }

  ip(machine: string, line: string): string {
    return execFileSync(IP, ['-n', this.name(machine), ...line.split(' ')], { encoding: 'utf8', env: SYSTEM_ENV });
  }

  /** Runs a command there to its end. */
  run(machine: string, command: string, ...args: readonly string[]): string {
    const all = ['netns', 'exec', this.name(machine), command, ...args];
    return execFileSync(IP, all, { encoding: 'utf8', env: SYSTEM_ENV });
  }

  /** A packet to `address`, so that the tables know whose it is; throws where nobody answers. */
  ping(machine: string, address: string): void {
    // A refused connection is an answer too: it takes no more than a shell.
    const probe = `const s = require('net').connect(9, ${JSON.stringify(address)});
      s.on('error', (e) => process.exit(e.code === 'ECONNREFUSED' ? 0 : 1)); s.on('connect', () => process.exit(0));`;
    this.run(machine, process.execPath, '-e', probe);
  }

  /** The same, which may fail; whether it did not. */
  tries(machine: string, line: string): boolean {
    return spawnSync(IP, ['-n', this.name(machine), ...line.split(' ')], { env: SYSTEM_ENV }).status === 0;
  }

  /** One report in the clear to an address and port, whoever answers; resolves when it has been answered or refused. */
  async knock(machine: string, address: string, port: number, body: string): Promise<void> {
    const head = `POST / HTTP/1.1\r\nHost: ${address}\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n`;
    const send = `const s = require('net').connect(${port}, ${JSON.stringify(address)}, () => s.write(${JSON.stringify(head + body)}));
      s.setTimeout(1000, () => s.destroy()).on('error', () => {}).on('data', () => s.destroy());`;
    const child = this.spawn(machine, process.execPath, '-e', send);
    await new Promise((resolve) => child.once('close', resolve));
  }

  /** Starts a command there. */
  spawn(machine: string, ...command: readonly string[]): ChildProcess {
    // It ends with the test, also with one that was killed.
    const child = spawn('setpriv', ['--pdeathsig', 'KILL', IP, 'netns', 'exec', this.name(machine), ...command], {
      env: SYSTEM_ENV,
    });
    this.running.add(child);
    child.once('exit', () => this.running.delete(child));
    return child;
  }

  /** Ends what was started, and takes the machines away. */
  async remove(): Promise<void> {
    for (const child of this.running) child.kill('SIGKILL');
    await until(() => this.running.size === 0);
    for (const name of this.names.values()) spawnSync(IP, ['netns', 'del', name], { env: SYSTEM_ENV });
  }

  name(machine: string): string {
    const name = this.names.get(machine);
    if (name === undefined) throw new Error(`no machine ${machine}`);
    return name;
  }
}
