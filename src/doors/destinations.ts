// Names and addresses: which name an address has (MQTT in the clear names no host), and whether a name may be at the address that a
// transparent connection was on its way to.
import { isIP } from 'node:net';
import { isPublic, plainAddress } from '../net/address.js';
import type { Resolve } from '../net/resolve.js';

export interface DestinationsOptions {
  /** Hosts of the rules and of the household. Patterns (`*.name`) have no address of their own. */
  readonly hosts: () => readonly string[];
  readonly serviceOf: (host: string) => string;
  /** Asks the resolver that the hub itself goes by, never one that says the hub's own address. */
  readonly resolve: Resolve;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/**
 * What the original destination of a connection is to the name it says. `differs`: no address of the name that is known here, which
 * answers by time, place and asker make ordinary. `elsewhere`: the address of another service. `inside`: no address of the Internet.
 */
export type Match = 'same' | 'differs' | 'elsewhere' | 'inside';

/** Clouds move: names are asked again after this. Most records live one to five minutes. */
const FRESH_MS = 300_000;
/** A device may hold an answer for long, and a name with many addresses tells a few at a time. */
const REMEMBERED_MS = 24 * 60 * 60 * 1000;
/** Names below patterns are the devices' to say: most that are remembered. */
const MOST_NAMES = 1_024;
/** Addresses of one name; the largest networks answer with some dozens in a day. */
const MOST_ADDRESSES = 256;

interface Name {
  readonly seenMs: Map<string, number>;
  askedMs: number;
  asking: Promise<void> | undefined;
}

export class Destinations {
  private readonly names = new Map<string, Name>();

  constructor(private readonly options: DestinationsOptions) {}

  /** The host that has this address, one that has it now first; undefined where none has. Never rejects. */
  async nameOf(address: string): Promise<string | undefined> {
    await this.askAll();
    const plain = plainAddress(address);
    const hosts = this.hostsAt(plain);
    return hosts.find((host) => this.isCurrent(host, plain)) ?? hosts[0];
  }

  /** Compares a name (or the text of an address) with the address that a device wanted to reach. Never rejects. */
  async compare(host: string, address: string): Promise<Match> {
    const wanted = plainAddress(address);
    if (isIP(host) !== 0) return plainAddress(host) === wanted ? 'same' : 'differs';
    if (!isPublic(wanted)) return 'inside';
    await this.ask(host);
    if (this.names.get(host)?.seenMs.has(wanted)) return 'same';
    await this.askAll();
    const service = this.options.serviceOf(host);
    const services = this.hostsAt(wanted).map((other) => this.options.serviceOf(other));
    return services.length === 0 || services.includes(service) ? 'differs' : 'elsewhere';
  }

  private hostsAt(address: string): string[] {
    return [...this.names].filter(([, { seenMs }]) => seenMs.has(address)).map(([host]) => host);
  }

  private isCurrent(host: string, address: string): boolean {
    const name = this.names.get(host);
    return name !== undefined && name.seenMs.get(address) === name.askedMs;
  }

  private async askAll(): Promise<void> {
    await Promise.all(
      this.options
        .hosts()
        .filter((host) => !host.startsWith('*.'))
        .map((host) => this.ask(host)),
    );
  }

  /** One question for a name at a time, whoever waits for it, and none while the last answer is fresh. */
  private ask(host: string): Promise<void> {
    const name = this.names.get(host) ?? { seenMs: new Map(), askedMs: Number.NEGATIVE_INFINITY, asking: undefined };
    this.names.delete(host);
    this.names.set(host, name);
    if (this.names.size > MOST_NAMES) this.names.delete(this.names.keys().next().value!);
    if (this.options.now() - name.askedMs < FRESH_MS) return Promise.resolve();
    name.asking ??= this.lookUp(host, name).finally(() => {
      name.asking = undefined;
    });
    return name.asking;
  }

  private async lookUp(host: string, name: Name): Promise<void> {
    const found = await this.options.resolve(host).catch(() => []); // no answer: what was known counts on
    const nowMs = this.options.now();
    name.askedMs = nowMs;
    for (const { address } of found) {
      const plain = plainAddress(address);
      name.seenMs.delete(plain);
      name.seenMs.set(plain, nowMs);
    }
    for (const [address, seenMs] of name.seenMs)
      if (nowMs - seenMs > REMEMBERED_MS || name.seenMs.size > MOST_ADDRESSES) name.seenMs.delete(address);
  }
}
