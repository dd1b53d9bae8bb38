// What the doors noticed of TLS, kept over restarts: who took the hub's certificate, which connections cannot be read.
import { type Random, Sealer } from '../household/seal.js';
import {
  type Noticed,
  type OpaqueEntry,
  type OpaqueReason,
  TrustMemory,
  type TrustSnapshot,
} from '../protocol/tls/trust-memory.js';
import type { Store } from '../store/store.js';

export interface OpaqueOptions {
  /** 32 bytes, the household room's. */
  readonly key: Uint8Array;
  readonly random: Random;
  readonly now: () => number;
}

const KEY = Buffer.from('ho');
/** Devices that reconnect in a row are written once; a kill forgets a second of counting at most. */
const SAVE_MS = 1000;

/** What is kept, for commands that look at a copy of the store; empty where it was never written or does not open. */
export async function readOpaque(
  store: Pick<Store, 'get'>,
  options: Pick<OpaqueOptions, 'key' | 'random'>,
): Promise<TrustSnapshot> {
  const sealed = await store.get(KEY);
  const kept = sealed && new Sealer(options.key, options.random).open(KEY, sealed);
  // Without it nothing opens wider: a device that refuses the certificate is noticed again.
  return (kept as TrustSnapshot | undefined) ?? { opaque: [], trusting: [] };
}

export async function openOpaque(store: Store, options: OpaqueOptions): Promise<OpaqueMemory> {
  return new OpaqueMemory(store, options, new TrustMemory(await readOpaque(store, options)));
}

export class OpaqueMemory {
  private readonly sealer: Sealer;
  private timer: NodeJS.Timeout | undefined;
  private saving: Promise<void> = Promise.resolve();

  constructor(
    private readonly store: Store,
    private readonly options: OpaqueOptions,
    private readonly memory: TrustMemory,
  ) {
    this.sealer = new Sealer(options.key, options.random);
  }

  note(event: Noticed): void {
    const changes = event.kind !== 'accepted' || !this.isKnown(event);
    this.memory.note(event, this.options.now());
    if (changes) this.timer ??= setTimeout(() => this.save(), SAVE_MS).unref();
  }

  /** Why this device's connections to this host are opaque; undefined: they are not, or it is only a suspicion yet. */
  opaqueReason(client: string, host: string): OpaqueReason | undefined {
    return this.memory.opaqueReason(client, host);
  }

  /** Pairs of device and host that cannot be read: how often, how much. */
  entries(): readonly OpaqueEntry[] {
    return this.memory.snapshot().opaque;
  }

  /** Addresses of the devices that took a certificate under this root. */
  clientsTrusting(root: string): string[] {
    return this.memory.clientsTrusting(root);
  }

  async close(): Promise<void> {
    if (this.timer !== undefined) this.save();
    await this.saving;
  }

  private isKnown({ client, host, root }: Noticed & { kind: 'accepted' }): boolean {
    return (
      this.memory.clientsTrusting(root).includes(client) && !this.entries().some((e) => e.client === client && e.host === host)
    );
  }

  private save(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    const value = this.sealer.seal(KEY, this.memory.snapshot());
    // A count that cannot be kept is not worth a message: what was refused is in the log.
    this.saving = this.store.batch([{ type: 'put', key: KEY, value }]).catch(() => undefined);
  }
}
