// Slows guessing down without locking the owner out: waits grow, but end; who got in before has a count of their own.
import { isIPv4 } from 'node:net';

/** Tries before waiting begins: a mistyped password or two. */
const FREE_TRIES = 5;
const FIRST_WAIT_MS = 1000;
/** The longest wait: guessing at one try a minute is hopeless, and an owner who mistyped waits a minute. */
const LONGEST_WAIT_MS = 60_000;
/** A quiet quarter of an hour forgives. */
const FORGET_MS = 15 * 60_000;
/** Sources counted at once. */
const SOURCES_MAX = 1000;
/** Tries a minute by all unknown sources together: many addresses in one network are one guesser. */
const STRANGERS_A_MINUTE = 20;

interface Count {
  failures: number;
  lastMs: number;
}

export class Throttle {
  private readonly counts = new Map<string, Count>();
  private strangers: number[] = [];

  constructor(private readonly now: () => number) {}

  /**
   * Milliseconds to wait before `source` may try; 0: now. `known`: a browser that has logged in before, or the hub's own machine:
   * the strangers' common bound does not hold for it, so that nobody on the network can keep it out.
   */
  waitMs(source: string, known: boolean): number {
    const nowMs = this.now();
    const own = this.counts.get(source);
    let wait = 0;
    if (own && nowMs - own.lastMs < FORGET_MS && own.failures >= FREE_TRIES) {
      wait = own.lastMs + Math.min(FIRST_WAIT_MS * 2 ** (own.failures - FREE_TRIES), LONGEST_WAIT_MS) - nowMs;
    }
    if (!known) {
      this.strangers = this.strangers.filter((time) => nowMs - time < 60_000);
      if (this.strangers.length >= STRANGERS_A_MINUTE) wait = Math.max(wait, this.strangers[0]! + 60_000 - nowMs);
    }
    return Math.max(0, wait);
  }

  /** Counted before the secret is checked, so that tries at the same time count too. */
  tried(source: string, known: boolean): void {
    const nowMs = this.now();
    const own = this.counts.get(source);
    const failures = own && nowMs - own.lastMs < FORGET_MS ? own.failures + 1 : 1;
    this.counts.delete(source);
    if (this.counts.size >= SOURCES_MAX) this.counts.delete(this.counts.keys().next().value!);
    this.counts.set(source, { failures, lastMs: nowMs });
    if (!known) this.strangers.push(nowMs);
  }

  succeeded(source: string): void {
    this.counts.delete(source);
  }
}

/** One source: an IPv4 address, or the network of an IPv6 one (a machine has 2^64 of those). */
export function sourceOf(address: string): string {
  const plain = address.replace(/^::ffff:/, '');
  return isIPv4(plain) ? plain : plain.split(':').slice(0, 4).join(':');
}

export const isLoopback = (address: string): boolean => /^(?:::ffff:)?127\.|^::1$/.test(address);
