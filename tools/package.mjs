// Makes Debian packages of the built checkout: `npm run package`, or after a build
//   node tools/package.mjs [--arch amd64,arm64,armhf] [--out dist/package] [--release 0.1.0] [--level 6]
// Beside them: what is in them (CycloneDX), SHA256SUMS, and its minisign signature where HUBSIEVE_SIGN_KEY names a secret key (one without
// a password). The same commit gives the same bytes: times are the commit's, or SOURCE_DATE_EPOCH's. Needs dpkg-deb and, the first time, npm's registry.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { bundle } from './package/bundle.mjs';
import { formatBom } from './package/contents.mjs';
import { layOut } from './package/layout.mjs';
import { fetchNode, NODE_VERSION } from './package/node-program.mjs';

const ARCHITECTURES = ['amd64', 'arm64', 'armhf'];
const MINISIGN = '/usr/bin/minisign';

const { values } = parseArgs({
  options: {
    arch: { type: 'string', default: ARCHITECTURES.join() },
    out: { type: 'string', default: 'dist/package' },
    level: { type: 'string', default: '6' },
    release: { type: 'string', default: JSON.parse(readFileSync('package.json', 'utf8')).version },
  },
});
const { out, release, level } = values;
const architectures = values.arch.split(',');
const unknown = architectures.find((arch) => !ARCHITECTURES.includes(arch));
if (unknown !== undefined) throw new Error(`no package is made for ${unknown}; for ${ARCHITECTURES.join(', ')} one is`);

const epoch = process.env.SOURCE_DATE_EPOCH ?? run('git', ['log', '-1', '--format=%ct'], {}).trim();
const work = mkdtempSync(path.join(tmpdir(), 'hubsieve-package-'));
try {
  const made = await makeAll();
  writeFileSync(path.join(out, 'SHA256SUMS'), made.map((name) => `${sha256(path.join(out, name))}  ${name}\n`).join(''));
  if (process.env.HUBSIEVE_SIGN_KEY) sign(path.join(out, 'SHA256SUMS'), process.env.HUBSIEVE_SIGN_KEY);
  else rmSync(path.join(out, 'SHA256SUMS.minisig'), { force: true });
  process.stdout.write(readFileSync(path.join(out, 'SHA256SUMS'), 'utf8'));
} finally {
  rmSync(work, { recursive: true, force: true });
}

/** The names of what was made. */
async function makeAll() {
  mkdirSync(out, { recursive: true });
  const code = path.join(work, 'code');
  await bundle(code);
  const names = [];
  for (const arch of architectures) {
    // Debian's own Node where npm has none (Debian 13: 20.19).
    const node = arch === 'armhf' ? undefined : fetchNode(arch, path.join('dist', 'package-node'));
    const bom = formatBom({ release, arch, epoch, node: node === undefined ? undefined : NODE_VERSION });
    const tree = path.join(work, arch);
    layOut({ tree, code, arch, release, node, bom, epoch });
    const name = `hubsieve_${release}_${arch}`;
    run('dpkg-deb', [
      '--root-owner-group',
      '-Zxz',
      `-z${level}`,
      '--threads-max=1',
      '--build',
      tree,
      path.join(out, `${name}.deb`),
    ]);
    writeFileSync(path.join(out, `${name}.cdx.json`), bom);
    names.push(`${name}.deb`, `${name}.cdx.json`);
    rmSync(tree, { recursive: true });
  }
  return names;
}

function sign(file, key) {
  // The time that minisign would write stands in no other file of a build either.
  run(MINISIGN, ['-S', '-s', key, '-m', file, '-t', `hubsieve ${release}`]);
}

function sha256(file) {
  return createHash('sha256').update(readFileSync(file)).digest('hex');
}

function run(command, args, more = { SOURCE_DATE_EPOCH: epoch }) {
  const env = { ...process.env, ...more };
  const { status, stdout, stderr, error } = spawnSync(command, args, { encoding: 'utf8', env });
  if (status !== 0) throw new Error(`${command}: ${error?.message ?? stderr}`);
  return stdout;
}
