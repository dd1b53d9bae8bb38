// Programs of Debian packages that tests run. A program is the package's own file, never a name looked up on a path: npm puts
// commands of its own on the path (`@vercel/nft` calls one `nft`).
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

/** By program: where Debian's package puts it, and the package. */
const PROGRAMS = {
  chromium: { file: '/usr/bin/chromium', package: 'chromium' },
  debootstrap: { file: '/usr/sbin/debootstrap', package: 'debootstrap' },
  dnsmasq: { file: '/usr/sbin/dnsmasq', package: 'dnsmasq-base' },
  ip: { file: '/usr/bin/ip', package: 'iproute2' },
  minisign: { file: '/usr/bin/minisign', package: 'minisign' },
  mosquitto: { file: '/usr/sbin/mosquitto', package: 'mosquitto' },
  nft: { file: '/usr/sbin/nft', package: 'nftables' },
  openssl: { file: '/usr/bin/openssl', package: 'openssl' },
  perl: { file: '/usr/bin/perl', package: 'perl-base' },
  prlimit: { file: '/usr/bin/prlimit', package: 'util-linux' },
  python3: { file: '/usr/bin/python3', package: 'python3' },
} as const;
export type Program = keyof typeof PROGRAMS;

/** The system's folders alone, for what a program starts by its name (systemd/*.sh start `nft` and `ip`). */
export const SYSTEM_ENV = { ...process.env, PATH: '/usr/sbin:/usr/bin:/sbin:/bin' };
/** Without a network an installation must not hold the tests. */
const INSTALL_MS = 300_000;
const APT = ['-qq', '-o', 'Acquire::Retries=0', '-o', 'Acquire::http::Timeout=10', '-o', 'DPkg::Lock::Timeout=100'];

/** The file of `program`, to be started by this path. */
export const programFile = (program: Program): string => PROGRAMS[program].file;

/** Why tests that need `programs` cannot run here, as a sentence; undefined: all are installed. */
export function missingPrograms(...programs: readonly Program[]): string | undefined {
  const packages = programs.filter((p) => !existsSync(programFile(p))).map((p) => PROGRAMS[p].package);
  return packages.length === 0
    ? undefined
    : `not installed: ${packages.join(' ')} (HUBSIEVE_TEST_INSTALL=1 installs them as root)`;
}

/** Installs every package of the table that is missing, with root's rights; whether all are there afterwards. */
export function installPrograms(): boolean {
  const all = Object.keys(PROGRAMS) as Program[];
  const wanted = all.filter((p) => !existsSync(programFile(p))).map((p) => PROGRAMS[p].package);
  if (wanted.length === 0) return true;
  const env = { ...SYSTEM_ENV, DEBIAN_FRONTEND: 'noninteractive' };
  const apt = (...args: string[]): boolean =>
    spawnSync('/usr/bin/apt-get', [...APT, ...args], { stdio: ['ignore', 'ignore', 'inherit'], timeout: INSTALL_MS, env })
      .status === 0;
  const install = (): boolean => apt('install', '-y', '--no-install-recommends', ...wanted);
  if (!install() && apt('update')) install();
  return missingPrograms(...all) === undefined;
}
