// The hub's own certification authority: its root in a directory of its own, and a leaf for each host that a service names.
import { createPublicKey, randomBytes, X509Certificate } from 'node:crypto';
import path from 'node:path';
import { createSecureContext, DEFAULT_CIPHERS, type SecureContext } from 'node:tls';
import { HubError } from '../errors.js';
import { permittedDnsNames, readCertificate } from '../protocol/tls/x509.js';
import { listFiles, readSecret, writeWhole } from '../store/secret-files.js';
import {
  beginOf,
  constraintOf,
  DAY_MS,
  type Issuer,
  LEAF_DAYS,
  type Making,
  makeCurveKey,
  makeKey,
  makeLeaf,
  makeRoot,
  type Random,
} from './certificates.js';
import { type ExportedRoot, exportRoot, type RootForm } from './root-forms.js';

/** A leaf is made anew this long before it ends, so that none ends while a device is connected for weeks. */
const RENEWAL_DAYS = 20;
/** Contexts in the cache; one is some 10 KB. Homes talk to some dozens of hosts. */
const CACHED_LEAVES = 256;

/** Node's own, which old devices may need, behind those of a key on a curve: in TLS 1.2 it is the suite that chooses the key. */
const DOOR_CIPHERS = [
  'ECDHE-ECDSA-AES128-GCM-SHA256',
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-ECDSA-CHACHA20-POLY1305',
  DEFAULT_CIPHERS,
].join(':');

/** Key and certificate in one file, so that a crash leaves both or neither. */
export const ROOT_FILE = 'root.pem';
/** The certificate alone, for people to copy. */
export const ROOT_CERTIFICATE_FILE = 'root.crt';
const LEAF_KEY_FILE = 'leaf-key.pem';
const CURVE_KEY_FILE = 'leaf-key-ec.pem';
/** Certificates of roots before this one: they are never accepted upstream either. */
const FORMER_DIR = 'former';

export interface AuthorityOptions {
  /** Where keys and certificates are kept; made with mode 0700 when missing. */
  readonly dir: string;
  /** Hosts of every service in the rules: names, or `*.name` for all below it. */
  readonly hosts: readonly string[];
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** No time before it can be now (when the program was built): no certificate is dated before it. */
  readonly earliestMs?: number;
  /** Whether a device has taken the root of this fingerprint: one that was made under a wrong clock is made anew only where none has. */
  readonly isTrusted?: (fingerprint: string) => boolean;
  /** False: throw `not_found` instead of making a root (`ca show`). Default true. */
  readonly create?: boolean;
  readonly random?: Random;
}

interface Root extends Issuer {
  /** Names of its constraints. */
  readonly permitted: readonly string[];
}

interface CachedLeaf {
  readonly context: SecureContext;
  readonly notBeforeMs: number;
  readonly renewMs: number;
}

/** Begins `root.pem` where its maker knew when it was built, and dated it no earlier. */
const DATED = '# made by a program built on ';

function makingOf({ now, earliestMs = 0 }: AuthorityOptions): Required<Making> {
  return { nowMs: now(), earliestMs };
}

/** True when `host` is `pattern`, or below it where the pattern is `*.name`. */
function matches(pattern: string, host: string): boolean {
  return pattern.startsWith('*.') ? host.endsWith(pattern.slice(1)) : host === pattern;
}

/** Parses `root.pem`. Throws `config` when it is not a key with its certificate. */
function parseRoot(text: string, file: string): Root {
  try {
    const keyPem = /-----BEGIN PRIVATE KEY-----[^-]+-----END PRIVATE KEY-----\n?/.exec(text)?.[0] ?? '';
    const certificate = new X509Certificate(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/.exec(text)?.[0] ?? '');
    const isPair = createPublicKey(keyPem).equals(certificate.publicKey);
    const permitted = permittedDnsNames(readCertificate(certificate.raw));
    if (isPair && certificate.ca && permitted !== undefined) return { keyPem, certificate, permitted };
  } catch (cause) {
    throw new HubError('config', `${file}: not a root key with its certificate`, { cause });
  }
  throw new HubError('config', `${file}: not a constrained root with its own key`);
}

/** See `openAuthority`. Errors of files are `HubError` `config` with the file's name. */
export class Authority {
  readonly #leaves = new Map<string, CachedLeaf>();
  #hosts: readonly string[];

  private constructor(
    private readonly options: AuthorityOptions,
    private root: Root,
    /** One of RSA for the oldest devices, one on a curve for all others: its signatures cost a tenth. */
    private readonly leafKeys: readonly string[],
    private former: readonly X509Certificate[],
  ) {
    this.#hosts = options.hosts.map((host) => host.toLowerCase());
  }

  static async open(options: AuthorityOptions): Promise<Authority> {
    const file = path.join(options.dir, ROOT_FILE);
    const known = readSecret(file);
    if (known === undefined && options.create === false) throw new HubError('not_found', file);
    const root =
      known === undefined ? await Authority.#create(options) : await Authority.#inTime(options, parseRoot(known, file), known);
    // Written again each time: it is derived, and may have been lost between the two writes.
    writeWhole(path.join(options.dir, ROOT_CERTIFICATE_FILE), root.certificate.toString(), 0o644);
    const leafKeys = [
      await Authority.#openLeafKey(path.join(options.dir, LEAF_KEY_FILE), makeKey),
      await Authority.#openLeafKey(path.join(options.dir, CURVE_KEY_FILE), makeCurveKey),
    ];
    return new Authority(options, root, leafKeys, Authority.#readFormer(options.dir));
  }

  static async #create(options: AuthorityOptions): Promise<Root> {
    const keyPem = await makeKey();
    const certificate = makeRoot(keyPem, options.hosts, makingOf(options), options.random ?? randomBytes);
    const file = path.join(options.dir, ROOT_FILE);
    const mark = options.earliestMs === undefined ? '' : `${DATED}${new Date(options.earliestMs).toISOString()}\n`;
    writeWhole(file, `${mark}${keyPem}${certificate.toString()}`, 0o600);
    return parseRoot(readSecret(file) ?? '', file);
  }

  /** A root that was made too early, under a wrong clock, gives way to another, as long as no device has taken it. */
  static async #inTime(options: AuthorityOptions, root: Root, text: string): Promise<Root> {
    const { isTrusted, dir } = options;
    const { fingerprint256, validFrom } = root.certificate;
    // A root of a program that dates none before its build is in time, also for a program that was built later.
    const isEarly = !text.startsWith(DATED) && Date.parse(validFrom) < makingOf(options).earliestMs;
    if (!isEarly || isTrusted === undefined || isTrusted(fingerprint256)) return root;
    Authority.#keepFormer(dir, root.certificate);
    return Authority.#create(options);
  }

  static #keepFormer(dir: string, old: X509Certificate): void {
    const name = `${old.fingerprint256.replaceAll(':', '').toLowerCase()}.crt`;
    writeWhole(path.join(dir, FORMER_DIR, name), old.toString(), 0o644);
  }

  static async #openLeafKey(file: string, make: () => Promise<string>): Promise<string> {
    const known = readSecret(file);
    if (known !== undefined) return known;
    const keyPem = await make();
    writeWhole(file, keyPem, 0o600);
    return keyPem;
  }

  static #readFormer(dir: string): X509Certificate[] {
    return listFiles(path.join(dir, FORMER_DIR)).map(({ file, text }) => {
      try {
        return new X509Certificate(text);
      } catch (cause) {
        throw new HubError('config', `${file}: not a certificate`, { cause });
      }
    });
  }

  get rootPem(): string {
    return this.root.certificate.toString();
  }

  /** SHA-256 of the root's DER, upper-case hex with colons: what devices show. */
  get fingerprint(): string {
    return this.root.certificate.fingerprint256;
  }

  /** Milliseconds since 1970. */
  get expiresAtMs(): number {
    return Date.parse(this.root.certificate.validTo);
  }

  /** This root and those before it: none is ever accepted upstream. */
  get ownRoots(): readonly X509Certificate[] {
    return [this.root.certificate, ...this.former];
  }

  /** True when the root may speak for `host` (a name, or `*.name`). */
  constraintsCover(host: string): boolean {
    const name = constraintOf(host);
    return this.root.permitted.some((base) => name === base || name.endsWith(`.${base}`));
  }

  /** Hosts in the rules beyond this root: they need `rotate`, and every device of theirs the new root. */
  get uncovered(): readonly string[] {
    return this.#hosts.filter((host) => !this.constraintsCover(host));
  }

  /** Takes the hosts of changed rules. Leaves are only served for these from now on. */
  setHosts(hosts: readonly string[]): void {
    this.#hosts = hosts.map((host) => host.toLowerCase());
    this.#leaves.clear();
  }

  /** True when a service of the rules names `host`. */
  names(host: string): boolean {
    return this.#hosts.some((pattern) => matches(pattern, host));
  }

  /**
   * What a door serves `host` with. Cached; made anew before it ends. Throws `unknown_service` for a host that no service names,
   * `config` for one that is beyond the root's constraints and when the root has expired.
   */
  leaf(host: string): SecureContext {
    if (!this.names(host)) throw new HubError('unknown_service');
    if (!this.constraintsCover(host)) throw new HubError('config', 'the host is beyond the root: hubsieve ca rotate');
    const making = makingOf(this.options);
    const now = Math.max(making.nowMs, making.earliestMs);
    if (now >= this.expiresAtMs) throw new HubError('config', 'the root has expired: hubsieve ca rotate');
    const known = this.#leaves.get(host);
    this.#leaves.delete(host);
    const isFresh = known !== undefined && known.notBeforeMs <= now && now < known.renewMs;
    const leaf = isFresh ? known : this.#makeLeaf(host, making);
    this.#leaves.set(host, leaf);
    if (this.#leaves.size > CACHED_LEAVES) this.#leaves.delete(this.#leaves.keys().next().value!);
    return leaf.context;
  }

  #makeLeaf(host: string, making: Making): CachedLeaf {
    const { random = randomBytes } = this.options;
    const context = createSecureContext({
      // OpenSSL takes the one whose signatures the device says it can read.
      key: [...this.leafKeys],
      cert: this.leafKeys.map((key) => makeLeaf(host, key, this.root, making, random)),
      ciphers: DOOR_CIPHERS,
      minVersion: 'TLSv1.2',
      honorCipherOrder: true,
      // Without one, OpenSSL ends every resumed session on a socket that also asks for a certificate.
      sessionIdContext: 'hubsieve',
    });
    const renewMs = Math.max(making.nowMs, making.earliestMs ?? 0) + (LEAF_DAYS - RENEWAL_DAYS) * DAY_MS;
    return { context, notBeforeMs: beginOf(making), renewMs };
  }

  /** Makes a new root for the present hosts. Every device that trusted the old one must take the new one. */
  async rotate(): Promise<void> {
    const { dir } = this.options;
    Authority.#keepFormer(dir, this.root.certificate);
    this.root = await Authority.#create({ ...this.options, hosts: this.#hosts });
    writeWhole(path.join(dir, ROOT_CERTIFICATE_FILE), this.rootPem, 0o644);
    this.former = Authority.#readFormer(dir);
    this.#leaves.clear();
  }

  /** Takes the root that is in the directory now; false: it is the one already served. Throws `config`; then nothing has changed. */
  reload(): boolean {
    const file = path.join(this.options.dir, ROOT_FILE);
    const root = parseRoot(readSecret(file) ?? '', file);
    if (root.certificate.fingerprint256 === this.fingerprint) return false;
    this.former = Authority.#readFormer(this.options.dir);
    this.root = root;
    this.#leaves.clear();
    return true;
  }

  /** The root's certificate in a form that devices take. Never the key. */
  exportAs(form: RootForm): ExportedRoot {
    return exportRoot(this.root.certificate, form);
  }
}

/**
 * Opens the authority in `dir`, making it at the first start. Throws `HubError`: `config` for a key file wider than 0600, a
 * file that is no root; `not_found` with `create: false`.
 */
export function openAuthority(options: AuthorityOptions): Promise<Authority> {
  return Authority.open(options);
}
