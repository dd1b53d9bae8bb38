// A Debian tree with systemd, to boot: made once by debootstrap from the mirror that this machine's apt uses, and kept for the next run.
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { programFile, SYSTEM_ENV } from '../programs.js';

const KEPT = '/var/cache/hubsieve-test';
/** Beside what `minbase` has: systemd as the first process, and what the units start. */
const PACKAGES = ['systemd', 'systemd-sysv', 'nftables', 'iproute2'];
/** One or two minutes alone; more where a machine is busy. */
const MAKE_MS = 1_200_000;

/** The Debian to boot: HUBSIEVE_TEST_DEBIAN (`trixie`), else this machine's own; undefined on other systems. */
const suiteWanted = (): string | undefined => process.env['HUBSIEVE_TEST_DEBIAN'] ?? suiteHere();

/** The word of /etc/os-release for this machine's Debian; undefined on other systems. */
function suiteHere(): string | undefined {
  const text = existsSync('/etc/os-release') ? readFileSync('/etc/os-release', 'utf8') : '';
  return /^ID=debian$/m.test(text) ? /^VERSION_CODENAME=(\w+)$/m.exec(text)?.[1] : undefined;
}

/** Where the tree is kept; undefined: this is no Debian. */
export function debianTree(): string | undefined {
  const suite = suiteWanted();
  if (suite === undefined) return undefined;
  const mark = createHash('sha256').update(PACKAGES.join()).digest('hex').slice(0, 8);
  return path.join(KEPT, `${suite}-${mark}`);
}

export const hasDebianTree = (): boolean => existsSync(debianTree() ?? '');

/** Makes the tree if it is not there, with root's rights and the network; whether it is there afterwards. */
export function makeDebianTree(): boolean {
  const tree = debianTree();
  const suite = suiteWanted();
  if (tree === undefined || suite === undefined) return false;
  if (existsSync(tree)) return true;
  const mirror = mirrorOf(suiteHere());
  if (mirror === undefined || !existsSync(programFile('debootstrap'))) return false;
  execFileSync('mkdir', ['-p', KEPT]);
  const fresh = mkdtempSync(path.join(KEPT, 'new-'));
  try {
    const args = ['--variant=minbase', `--include=${PACKAGES.join()}`, suite, fresh, mirror];
    const made = spawnSync(programFile('debootstrap'), args, {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: SYSTEM_ENV,
      timeout: MAKE_MS,
    });
    // Whole or not at all; another run may have been faster.
    if (made.status === 0 && !existsSync(tree)) renameSync(fresh, tree);
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
  return existsSync(tree);
}

/** The mirror that apt has for the suite; it has the others too. */
function mirrorOf(suite: string | undefined): string | undefined {
  const format = '$(REPO_URI)|$(CODENAME)|$(SUITE)|$(COMPONENT)';
  const args = ['indextargets', '--format', format, 'Created-By: Packages'];
  const { stdout } = spawnSync('/usr/bin/apt-get', args, { encoding: 'utf8', env: SYSTEM_ENV });
  for (const line of (stdout ?? '').split('\n')) {
    const [uri, codename, name, component] = line.split('|');
    if (component === 'main' && (codename === suite || name === suite)) return uri;
  }
  return undefined;
}
