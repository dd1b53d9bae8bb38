// Who may use the page: one owner with a password, tokens for scripts, a pin for pausing one device. Kept as one text; secrets only as hashes.
import { createHash, randomBytes, randomInt, scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { HubError } from '../errors.js';
import { isListed } from './password-list.js';
import { isGuessable } from './passwords.js';
import { Problem } from './problem.js';
import { SECRET_BYTES, stepOf } from './totp.js';
import type { SCOPES } from './views.js';

export type Scope = (typeof SCOPES)[number];

export interface Token {
  readonly id: string;
  readonly name: string;
  readonly scope: Scope;
  /** SHA-256, hex: the secret has 256 random bits, so that a slow hash adds nothing. */
  readonly hash: string;
  readonly createdMs: number;
  readonly untilMs?: number;
}

/** The second factor: a key shared with an authenticator app, and codes for when the app is lost. */
interface SecondFactor {
  /** Base64url; the hub has to know it to check a code. The file is the hub's alone (0600). */
  readonly key: string;
  /** The last step whose code was taken: no code counts twice. */
  readonly lastStep: number;
  /** Fingerprints of the recovery codes that are left. */
  readonly recovery: readonly string[];
}

interface Stored {
  readonly version: 1;
  readonly password?: string;
  readonly pin?: string;
  readonly second?: SecondFactor;
  readonly tokens: readonly Token[];
}

export interface AccountStore {
  loadAccount(): Promise<string | undefined>;
  saveAccount(text: string): Promise<void>;
}

/**
 * 16 MiB and about 0.2 s on a small hub: OWASP's Password Storage Cheat Sheet gives N=2^14, r=8, p=5 as equal to N=2^17, p=1, which
 * would take 128 MiB, more than the whole hub may.
 */
const SCRYPT = { N: 2 ** 14, r: 8, p: 5 } as const;
const SALT_BYTES = 16;
const HASH_BYTES = 32;
/** ASVS 5.0, 6.2.1 asks for 8 at least and recommends 15. */
export const PASSWORD_MIN = 12;
/** ASVS 5.0, 6.2.9: at least 64 are taken. */
export const PASSWORD_MAX = 200;
export const PIN_MIN = 6;
const TOKEN_BYTES = 32;
/** As many as fit on a slip of paper. */
const RECOVERY_CODES = 8;
export const TOKEN_PREFIX = 'hs_';
/** Waiting password checks; each takes 16 MiB and runs after the one before. */
const QUEUE_MAX = 8;
const derive = promisify(scrypt) as (secret: string, salt: Buffer, length: number, options: object) => Promise<Buffer>;

export class Account {
  private stored: Stored;
  private queue: Promise<unknown> = Promise.resolve();
  private waiting = 0;
  private readonly used = new Map<string, number>();

  private constructor(
    private readonly store: AccountStore,
    stored: Stored,
  ) {
    this.stored = stored;
  }

  /** Throws `HubError('internal')` when the text cannot be read: a damaged file never opens the page to whoever comes first. */
  static async open(store: AccountStore): Promise<Account> {
    const text = await store.loadAccount();
    return new Account(store, text === undefined ? { version: 1, tokens: [] } : parse(text));
  }

  get hasPassword(): boolean {
    return this.stored.password !== undefined;
  }

  get hasPin(): boolean {
    return this.stored.pin !== undefined;
  }

  /** Throws `weak_password` (ASVS 5.0, 6.2: length, no composition rules, common ones and those of `own` names refused). */
  async setPassword(password: string, own: readonly string[] = []): Promise<void> {
    const plain = password.normalize('NFKC');
    if ([...plain].length < PASSWORD_MIN || isGuessable(plain, own) || (await isListed(plain)))
      throw new Problem('weak_password');
    await this.save({ ...this.stored, password: await this.inTurn(() => hash(plain)) });
  }

  async checkPassword(password: string): Promise<boolean> {
    return this.check(this.stored.password, password);
  }

  async setPin(pin: string | undefined): Promise<void> {
    const { pin: _, ...rest } = this.stored;
    await this.save(pin === undefined ? rest : { ...rest, pin: await this.inTurn(() => hash(pin)) });
  }

  async checkPin(pin: string): Promise<boolean> {
    return this.check(this.stored.pin, pin);
  }

  get secondFactor(): { readonly on: boolean; readonly recoveryLeft: number } {
    const { second } = this.stored;
    return { on: second !== undefined, recoveryLeft: second?.recovery.length ?? 0 };
  }

  /** Takes the key once the app has shown that it has it; gives the recovery codes, which are not kept. Undefined: a wrong code. */
  async addSecondFactor(key: Uint8Array, typed: string, nowMs: number): Promise<readonly string[] | undefined> {
    const lastStep = stepOf(key, typed, nowMs, -1);
    if (lastStep === undefined) return undefined;
    const codes = Array.from({ length: RECOVERY_CODES }, () => makeCode(RECOVERY_LENGTH));
    const recovery = codes.map((code) => codeMark(code));
    await this.save({ ...this.stored, second: { key: Buffer.from(key).toString('base64url'), lastStep, recovery } });
    return codes;
  }

  async removeSecondFactor(): Promise<void> {
    const { second: _, ...rest } = this.stored;
    await this.save(rest);
  }

  /** Whether this is a code of the app or one of the recovery codes; either is spent by it, before the answer. */
  async spendCode(typed: string, nowMs: number): Promise<boolean> {
    const { second } = this.stored;
    if (second === undefined) return false;
    const lastStep = stepOf(Buffer.from(second.key, 'base64url'), typed, nowMs, second.lastStep);
    const spent = codeMark(typed);
    const recovery = second.recovery.filter((one) => !equal(one, spent));
    if (lastStep === undefined && recovery.length === second.recovery.length) return false;
    const next = lastStep === undefined ? { ...second, recovery } : { ...second, lastStep };
    // Spent in memory first: of two that come with the same code, one gets in.
    const before = this.stored;
    this.stored = { ...before, second: next };
    await this.save(this.stored);
    return true;
  }

  /** Back to the first run: no password and no second factor; tokens and the pin stay. */
  async reset(): Promise<void> {
    const { password: _password, second: _second, ...rest } = this.stored;
    await this.save(rest);
  }

  get tokens(): readonly (Token & { readonly lastMs?: number })[] {
    return this.stored.tokens.map((token) => {
      const lastMs = this.used.get(token.id);
      return lastMs === undefined ? token : { ...token, lastMs };
    });
  }

  /** Gives the token with its secret, which is not kept. */
  async addToken(name: string, scope: Scope, createdMs: number, untilMs?: number): Promise<{ token: Token; secret: string }> {
    const secret = TOKEN_PREFIX + randomBytes(TOKEN_BYTES).toString('base64url');
    const id = randomBytes(6).toString('hex');
    const token: Token = { id, name, scope, hash: fingerprint(secret), createdMs, ...(untilMs === undefined ? {} : { untilMs }) };
    await this.save({ ...this.stored, tokens: [...this.stored.tokens, token] });
    return { token, secret };
  }

  /** Whether there was one. */
  async removeToken(id: string): Promise<boolean> {
    const tokens = this.stored.tokens.filter((token) => token.id !== id);
    if (tokens.length === this.stored.tokens.length) return false;
    await this.save({ ...this.stored, tokens });
    return true;
  }

  /** The token whose secret this is, while it lasts. */
  findToken(secret: string, nowMs: number): Token | undefined {
    const wanted = fingerprint(secret);
    const token = this.stored.tokens.find((one) => equal(one.hash, wanted));
    if (!token || (token.untilMs !== undefined && token.untilMs <= nowMs)) return undefined;
    this.used.set(token.id, nowMs);
    return token;
  }

  private async check(stored: string | undefined, secret: string): Promise<boolean> {
    if (stored === undefined) return false;
    return this.inTurn(() => verify(stored, secret.normalize('NFKC')));
  }

  /** One derivation at a time: a burst of log-ins costs waiting, not memory. */
  private async inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (this.waiting >= QUEUE_MAX) throw new Problem('busy', [], 1);
    this.waiting++;
    const turn = this.queue.then(work);
    this.queue = turn.catch(() => undefined);
    try {
      return await turn;
    } finally {
      this.waiting--;
    }
  }

  private async save(next: Stored): Promise<void> {
    await this.store.saveAccount(`${JSON.stringify(next)}\n`);
    this.stored = next;
  }
}

function parse(text: string): Stored {
  try {
    const stored = JSON.parse(text) as Stored;
    if (stored.version === 1 && Array.isArray(stored.tokens)) return stored;
  } catch (cause) {
    throw new HubError('internal', 'the account cannot be read', { cause });
  }
  throw new HubError('internal', 'the account cannot be read');
}

/** `scrypt$N$r$p$salt$hash`: the parameters stand with it, so that they can be raised later. */
async function hash(secret: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  const derived = await derive(secret, salt, HASH_BYTES, { ...SCRYPT, maxmem: memory(SCRYPT.N, SCRYPT.r) });
  return ['scrypt', SCRYPT.N, SCRYPT.r, SCRYPT.p, salt.toString('base64url'), derived.toString('base64url')].join('$');
}

async function verify(stored: string, secret: string): Promise<boolean> {
  const [name, N, r, p, salt = '', wanted = ''] = stored.split('$');
  if (name !== 'scrypt') return false;
  const options = { N: Number(N), r: Number(r), p: Number(p), maxmem: memory(Number(N), Number(r)) };
  const derived = await derive(secret, Buffer.from(salt, 'base64url'), HASH_BYTES, options);
  return equal(derived.toString('base64url'), wanted);
}

/** scrypt takes 128·N·r bytes; OpenSSL asks for some more. */
const memory = (N: number, r: number): number => 256 * N * r;

const fingerprint = (secret: string): string => createHash('sha256').update(secret).digest('hex');

function equal(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}

/** Crockford's base 32: no letters that are read as others. */
const CODE_ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const CODE_LENGTH = 12;
/** 120 bits: of that many a plain hash may be kept (ASVS 5.0, 6.5.2: 112 at least). */
const RECOVERY_LENGTH = 24;

/** A one-time code, in groups of four for reading out: of 60 bits, five for each letter. */
export function makeCode(length = CODE_LENGTH): string {
  const letters = Array.from({ length }, () => CODE_ALPHABET[randomInt(CODE_ALPHABET.length)]).join('');
  return letters.replace(/(.{4})(?=.)/g, '$1-');
}

/** A code as it is compared: case, blanks and hyphens do not count, O is 0, I and L are 1. */
const canonical = (text: string): string => text.toUpperCase().replace(/[\s-]/g, '').replace(/O/g, '0').replace(/[IL]/g, '1');

/** What is kept of a one-time code: SHA-256, hex. */
export const codeMark = (code: string): string => fingerprint(canonical(code));

/** Whether what was typed is the code of that mark. */
export const isCode = (typed: string, mark: string): boolean => equal(codeMark(typed), mark);

/** A new key for an authenticator app. */
export const makeKey = (): Uint8Array => randomBytes(SECRET_BYTES);
