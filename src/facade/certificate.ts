// The page's own certificate, for when it is opened to the home network. The hub's CA cannot issue it: it may speak for clouds only.
import { randomBytes, X509Certificate } from 'node:crypto';
import { hostname } from 'node:os';
import path from 'node:path';
import { HubError } from '../errors.js';
import { DAY_MS, type Making, makeKey, makeSelfSigned } from '../net/certificates.js';
import { readSecret, writeWhole } from '../store/secret-files.js';
import { homeAddresses } from './settings.js';

export interface WebCertificate {
  readonly key: string;
  readonly cert: string;
  /** SHA-256, upper-case hex with colons: what browsers show. */
  readonly fingerprint: string;
}

const FILE = 'web.pem';
const PRIVATE_MODE = 0o600;
/** Made anew this long before it ends. */
const RENEWAL_DAYS = 20;

export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\./.test(host);
}

/** The certificate in `dataDir`, made when there is none or it ends soon. Throws `config` for a key that others may read. */
export async function openWebCertificate(dataDir: string, names: readonly string[], making: Making): Promise<WebCertificate> {
  const file = path.join(dataDir, FILE);
  const known = readSecret(file);
  const standing = known === undefined ? undefined : parse(known, file);
  if (standing !== undefined && Date.parse(new X509Certificate(standing.cert).validTo) > making.nowMs + RENEWAL_DAYS * DAY_MS)
    return standing;
  const key = await makeKey();
  const all = [...new Set(['localhost', hostname().toLowerCase(), ...names])];
  const cert = makeSelfSigned(key, all, ['127.0.0.1', ...homeAddresses()], making, randomBytes);
  writeWhole(file, key + cert, PRIVATE_MODE);
  return parse(key + cert, file);
}

function parse(text: string, file: string): WebCertificate {
  const key = /-----BEGIN PRIVATE KEY-----[^-]+-----END PRIVATE KEY-----\n?/.exec(text)?.[0];
  const cert = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----\n?/.exec(text)?.[0];
  if (key === undefined || cert === undefined) throw new HubError('config', `${file}: not a key with its certificate`);
  return { key, cert, fingerprint: new X509Certificate(cert).fingerprint256 };
}
