// Sessions of the page: kept in memory only (a restart ends them), known by the hash of their secret.
import { createHash, randomBytes } from 'node:crypto';

/** ASVS 5.0, 7.3: a page left open ends after half an hour without a request, and after half a day in any case. */
export const IDLE_MS = 30 * 60_000;
export const ABSOLUTE_MS = 12 * 3_600_000;
/** More open pages than a household has; the oldest goes. */
const SESSIONS_MAX = 50;
const SECRET_BYTES = 32;

export interface Session {
  /** Names it on the page; not its secret. */
  readonly id: string;
  readonly createdMs: number;
  lastMs: number;
  /** The same by the steady clock, by which it ends. */
  readonly createdSteadyMs: number;
  lastSteadyMs: number;
  readonly address: string;
  readonly browser: string;
}

export class Sessions {
  private readonly byHash = new Map<string, Session>();

  /** @param now for showing; @param steady a clock that nobody sets, for ending. */
  constructor(
    private readonly now: () => number,
    private readonly steady: () => number,
  ) {}

  /** Opens one; gives the secret for the cookie, which is not kept. */
  open(address: string, browser: string): string {
    const secret = randomBytes(SECRET_BYTES).toString('base64url');
    const nowMs = this.now();
    this.sweep();
    while (this.byHash.size >= SESSIONS_MAX) this.byHash.delete(this.byHash.keys().next().value!);
    const steadyMs = this.steady();
    const times = { createdMs: nowMs, lastMs: nowMs, createdSteadyMs: steadyMs, lastSteadyMs: steadyMs };
    this.byHash.set(digest(secret), { id: randomBytes(6).toString('hex'), ...times, address, browser });
    return secret;
  }

  /** The session of this secret while it lasts. `touch`: whether this counts as use (a stream that runs by itself does not). */
  find(secret: string, touch: boolean): Session | undefined {
    const key = digest(secret);
    const session = this.byHash.get(key);
    if (!session) return undefined;
    if (this.ended(session)) {
      this.byHash.delete(key);
      return undefined;
    }
    if (touch) {
      session.lastMs = this.now();
      session.lastSteadyMs = this.steady();
    }
    return session;
  }

  close(id: string): boolean {
    for (const [key, session] of this.byHash) if (session.id === id) return this.byHash.delete(key);
    return false;
  }

  /** Ends all but one: after a change of the password. */
  closeOthers(id: string | undefined): void {
    for (const [key, session] of this.byHash) if (session.id !== id) this.byHash.delete(key);
  }

  /** Whether this session is still open (for streams). */
  isOpen(id: string): boolean {
    this.sweep();
    return [...this.byHash.values()].some((session) => session.id === id);
  }

  /** Without what only their ending goes by. */
  list(): readonly Omit<Session, 'createdSteadyMs' | 'lastSteadyMs'>[] {
    this.sweep();
    return [...this.byHash.values()].map(({ createdSteadyMs: _, lastSteadyMs: __, ...shown }) => shown);
  }

  private sweep(): void {
    for (const [key, session] of this.byHash) if (this.ended(session)) this.byHash.delete(key);
  }

  private ended(session: Session): boolean {
    const steadyMs = this.steady();
    return steadyMs - session.lastSteadyMs >= IDLE_MS || steadyMs - session.createdSteadyMs >= ABSOLUTE_MS;
  }
}

const digest = (secret: string): string => createHash('sha256').update(secret).digest('hex');
