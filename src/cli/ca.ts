// `hubsieve ca show|export|rotate`: the hub's own root, for devices to trust.
import { randomBytes } from 'node:crypto';
import { chownSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { HubError } from '../errors.js';
import { Authority } from '../net/authority.js';
import { ROOT_FORMS } from '../net/root-forms.js';
import { TrustMemory, type TrustSnapshot } from '../protocol/tls/trust-memory.js';
import { readBuildMs } from '../runtime/build-date.js';
import { LOOK_MS } from '../runtime/root-watch.js';
import type { Command } from './command.js';
import { certsDir, dataDir, oneOf, readConfig, readRules, text, type Values } from './common.js';
import { readKept } from './kept.js';

const WHAT = ['show', 'export', 'rotate'] as const;

export const ca: Command = {
  options: {
    config: { type: 'string' },
    'data-dir': { type: 'string' },
    form: { type: 'string' },
    out: { type: 'string' },
  },
  help: 'ca show|export|rotate [--form pem|der|android|ios] [--out F] [--data-dir D]   the root that devices are to trust',
  run: async (values, [word = '']) => {
    const what = WHAT.find((each) => each === word);
    if (what === undefined) throw new HubError('config', 'ca show, export or rotate');
    const { config } = readConfig(values);
    const kept = await readKept(dataDir(values), config, await readRules(config));
    const authority = await Authority.open({
      dir: certsDir(values),
      hosts: kept.services.hosts.all,
      now: Date.now,
      earliestMs: readBuildMs(),
      create: false,
      random: randomBytes,
    });
    switch (what) {
      case 'show':
        return show(authority, kept.trust);
      case 'export':
        return exportRoot(authority, values);
      case 'rotate':
        return rotate(authority, kept.trust, certsDir(values));
      default:
        return what satisfies never;
    }
  },
};

/** Exit 1: a host of the services, or the day, is beyond this root. */
function show(authority: Authority, trust: TrustSnapshot): number {
  const { fingerprint, expiresAtMs, uncovered } = authority;
  print(`SHA-256   ${fingerprint}`);
  print(`until     ${new Date(expiresAtMs).toISOString().slice(0, 10)}`);
  const trusting = clientsTrusting(trust, fingerprint);
  print(`devices   ${trusting.length === 0 ? 'none has taken it yet' : `${trusting.join(', ')} have taken it`}`);
  if (uncovered.length === 0) return expiresAtMs > Date.now() ? 0 : 1;
  print(`beyond it ${uncovered.join(', ')}: not opened until 'hubsieve ca rotate'`);
  if (trusting.length > 0) print(`          then these must take the new root: ${trusting.join(', ')}`);
  return 1;
}

function exportRoot(authority: Authority, values: Values): number {
  const { bytes } = authority.exportAs(oneOf(values, 'form', ROOT_FORMS, 'pem'));
  const out = text(values, 'out');
  if (out === undefined) process.stdout.write(bytes);
  else {
    try {
      writeFileSync(out, bytes);
    } catch (cause) {
      throw new HubError('config', `${out} cannot be written`, { cause });
    }
  }
  return 0;
}

async function rotate(authority: Authority, trust: TrustSnapshot, dir: string): Promise<number> {
  const trusting = clientsTrusting(trust, authority.fingerprint);
  await authority.rotate();
  keepOwner(dir);
  print(`SHA-256   ${authority.fingerprint}`);
  print(`until     ${new Date(authority.expiresAtMs).toISOString().slice(0, 10)}`);
  print(`A running hub takes it within ${LOOK_MS / 1000} seconds; 'hubsieve doctor' says so if it does not.`);
  if (trusting.length === 0) print('No device has taken the old root through this hub.');
  else print(`These must take the new root, and are refused until then: ${trusting.join(', ')}`);
  return 0;
}

/** Made by root, the files would be root's, and the hub could not read its own key. */
function keepOwner(dir: string): void {
  if (process.getuid?.() !== 0) return;
  const { uid, gid } = statSync(dir);
  for (const name of readdirSync(dir, { recursive: true, encoding: 'utf8' })) chownSync(path.join(dir, name), uid, gid);
}

function clientsTrusting(trust: TrustSnapshot, fingerprint: string): string[] {
  return new TrustMemory(trust).clientsTrusting(fingerprint).sort();
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
