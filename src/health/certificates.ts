// The files that trust stands on: authorities that the config adds, and the hub's own root.
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { systemReason } from '../errors.js';
import { ROOT_CERTIFICATE_FILE, ROOT_FILE } from '../net/authority.js';
import { readServed } from '../runtime/root-watch.js';
import type { HubFault } from '../web/facade.js';

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;
const KEY = /-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----[^-]+-----END (?:[A-Z]+ )?PRIVATE KEY-----/;
const DAY_MS = 24 * 60 * 60 * 1000;
/** Bringing a new root to every device of a home takes evenings. */
export const EXPIRY_NOTICE_DAYS = 60;

/** Files of `upstream.trust`: there, certificates, and of today. */
export function checkTrustFiles(files: readonly string[], nowMs: number): HubFault[] {
  return files.flatMap((file): HubFault[] => {
    const why = trustFault(file, nowMs);
    return why === undefined ? [] : [{ fault: 'trust_file', detail: `${file}: ${why}` }];
  });
}

function trustFault(file: string, nowMs: number): string | undefined {
  try {
    const found = (readFileSync(file, 'utf8').match(CERTIFICATE) ?? []).map((pem) => new X509Certificate(pem));
    if (found.length === 0) return 'no certificate in it';
    const standing = found.filter((one) => Date.parse(one.validFrom) <= nowMs && nowMs <= Date.parse(one.validTo));
    return standing.length === 0 ? 'every certificate in it has ended or has not begun' : undefined;
  } catch (cause) {
    return systemReason(cause) ?? 'a certificate in it cannot be read';
  }
}

/** The root with its key, its copy for devices, and, while a hub runs, what it serves: all of one. None yet: no fault. */
export function checkRootFiles(dir: string, nowMs: number, isServing: boolean): HubFault[] {
  const file = path.join(dir, ROOT_FILE);
  const copy = path.join(dir, ROOT_CERTIFICATE_FILE);
  if (!existsSync(file)) return existsSync(copy) ? [{ fault: 'roots_differ', detail: `${file} is gone, its copy is there` }] : [];
  try {
    const text = readFileSync(file, 'utf8');
    const root = new X509Certificate(text.match(CERTIFICATE)?.[0] ?? '');
    if (!root.checkPrivateKey(createPrivateKey(KEY.exec(text)?.[0] ?? '')))
      return [{ fault: 'roots_differ', detail: `${file}: the key is not the certificate’s` }];
    if (existsSync(copy) && new X509Certificate(readFileSync(copy)).fingerprint256 !== root.fingerprint256)
      return [{ fault: 'roots_differ', detail: `${copy} is another root than ${file}: devices that took it trust nobody` }];
    const served = isServing ? readServed(dir) : undefined;
    if (served !== undefined && served !== root.fingerprint256)
      return [
        {
          fault: 'roots_differ',
          detail: 'the running hub still serves the one before it: restart the hub, and see what it says',
        },
      ];
    return checkDates(root, nowMs);
  } catch (cause) {
    return [
      { fault: 'roots_differ', detail: `${file} cannot be read: ${systemReason(cause) ?? 'not a key with its certificate'}` },
    ];
  }
}

function checkDates(root: X509Certificate, nowMs: number): HubFault[] {
  if (Date.parse(root.validFrom) > nowMs) return [{ fault: 'clock', detail: 'the root begins later than now' }];
  const days = Math.floor((Date.parse(root.validTo) - nowMs) / DAY_MS);
  return days < EXPIRY_NOTICE_DAYS ? [{ fault: 'root_ends', detail: `${days} days` }] : [];
}
