// Programs of Debian packages that some tests need: looked for, and installed where that was allowed.
import { spawnSync } from 'node:child_process';

/** The system's first: a package of npm calls a command of its own `nft`. Debian puts some where not every account's PATH looks. */
export const ENV = { ...process.env, PATH: `/usr/sbin:/usr/bin:/sbin:/bin:${process.env['PATH'] ?? ''}` };
/** Without a network it must not hold the tests. */
const INSTALL_MS = 120_000;
const APT = ['-qq', '-o', 'Acquire::Retries=0', '-o', 'Acquire::http::Timeout=10', '-o', 'DPkg::Lock::Timeout=100'];

function missing(commands: Readonly<Record<string, string>>): string[] {
  const found = (command: string): boolean => spawnSync(command, ['--version'], { env: ENV }).error === undefined;
  return Object.entries(commands).flatMap(([command, name]) => (found(command) ? [] : [name]));
}

/**
 * Packages (by command) that are not there. Installed first where HUBSIEVE_TEST_INSTALL=1 says so, as .ci/run does, and this is root:
 * never on the machine of somebody who only runs the tests.
 */
export function missingPackages(commands: Readonly<Record<string, string>>): string[] {
  const wanted = missing(commands);
  if (wanted.length === 0 || process.env['HUBSIEVE_TEST_INSTALL'] !== '1' || process.getuid?.() !== 0) return wanted;
  const apt = (...args: string[]): boolean =>
    spawnSync('apt-get', [...APT, ...args], {
      stdio: 'ignore',
      timeout: INSTALL_MS,
      env: { ...ENV, DEBIAN_FRONTEND: 'noninteractive' },
    }).status === 0;
  const install = (): boolean => apt('install', '-y', '--no-install-recommends', ...wanted);
  if (!install() && apt('update')) install();
  return missing(commands);
}
