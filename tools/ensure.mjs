// Installs and builds what a fresh clone lacks, so that `npm start` and `npm test` need nothing but Node and npm.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
process.chdir(root);

/** Runs `command` with its output on this terminal; ends this process with its status when it fails. */
function run(command, args) {
  const { status } = spawnSync(command, args, { stdio: ['ignore', 'inherit', 'inherit'], shell: process.platform === 'win32' });
  if (status !== 0) process.exit(status ?? 1);
}

/** One hash over names, sizes and times of the files under `folders`: changes whenever a source does. */
function stamp(folders) {
  const hash = createHash('sha256');
  const walk = (file) => {
    const stat = statSync(file);
    if (stat.isDirectory()) for (const name of readdirSync(file).sort()) walk(path.join(file, name));
    else hash.update(`${file}\0${stat.size}\0${stat.mtimeMs}\n`);
  };
  for (const folder of folders) if (existsSync(folder)) walk(folder);
  return hash.digest('hex');
}

const lock = createHash('sha256').update(readFileSync('package-lock.json')).digest('hex');
const installed = 'node_modules/.hubsieve-lock';
if (!existsSync(installed) || readFileSync(installed, 'utf8') !== lock) {
  // Install scripts are not needed (level ships prebuilt binaries); without them a tree is reproducible and mdns stays absent.
  run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']);
  writeFileSync(installed, lock);
}

const built = 'dist/.stamp';
const now = stamp([
  'src',
  'test',
  'bench',
  'rules',
  'tools',
  'package.json',
  'tsconfig.json',
  'tsconfig.base.json',
  'tsconfig.src.json',
  'tsconfig.test.json',
  'tsconfig.ui.json',
  'vite.config.ts',
]);
if (!existsSync(built) || readFileSync(built, 'utf8') !== now) {
  run('npm', ['run', '--silent', 'build']);
  writeFileSync(built, now);
}
