// Which name an address has: MQTT in the clear names no host, so a transparent connection's service is found by where it was going.
import { plainAddress } from '../net/address.js';
import type { Resolve } from '../net/resolve.js';

export interface DestinationsOptions {
  /** Hosts of the rules and of the household. Patterns (`*.name`) have no address of their own. */
  readonly hosts: () => readonly string[];
  /** Asks the resolver that the hub itself goes by, never one that says the hub's own address. */
  readonly resolve: Resolve;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** Clouds move: names are asked again after this. Most records live one to five minutes. */
const FRESH_MS = 300_000;

export class Destinations {
  private found: { readonly names: ReadonlyMap<string, string>; readonly untilMs: number } | undefined;
  private asking: Promise<ReadonlyMap<string, string>> | undefined;

  constructor(private readonly options: DestinationsOptions) {}

  /** The host of the rules that has this address now; undefined where none has. Never rejects. */
  async nameOf(address: string): Promise<string | undefined> {
    const { found, options } = this;
    const names = found !== undefined && found.untilMs > options.now() ? found.names : await this.ask();
    return names.get(plainAddress(address));
  }

  /** One round of questions at a time, whoever waits for it. */
  private ask(): Promise<ReadonlyMap<string, string>> {
    this.asking ??= this.lookUp().finally(() => {
      this.asking = undefined;
    });
    return this.asking;
  }

  private async lookUp(): Promise<ReadonlyMap<string, string>> {
    const { hosts, resolve, now } = this.options;
    const names = new Map<string, string>();
    const asked = hosts().filter((host) => !host.startsWith('*.'));
    await Promise.all(
      asked.map(async (host) => {
        const addresses = await resolve(host).catch(() => []); // no answer: the destination stays without a name, an unknown service
        for (const { address } of addresses) names.set(plainAddress(address), host);
      }),
    );
    this.found = { names, untilMs: now() + FRESH_MS };
    return names;
  }
}
