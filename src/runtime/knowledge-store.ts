// Keeps over restarts what time and the way down have shown: a scene's id is said back weeks after the cloud told it.
import type { Sealer } from '../household/seal.js';
import { type DigestTable, readTable, tableBytes } from '../recognize/history/provenance.js';
import { type HomeFact, Knowledge, type ServiceFacts } from '../services/knowledge.js';
import type { Op, Range, Store } from '../store/store.js';

/** `hk` and what it is of: one record of the home, one of each service or stranger. */
const PREFIX = Buffer.from('hk');
const RECORDS: Range = { gte: PREFIX, lt: Buffer.from('hl') };
const NAME_BYTES = 16;
/** How often what is new is written: after a power cut the hub has at most so much to learn again. */
const SAVE_MS = 10 * 60 * 1000;

type Record = { readonly home: readonly HomeFact[] } | ({ readonly service: string } & StoredFacts);

interface StoredFacts extends Pick<ServiceFacts, 'addresses' | 'tentative' | 'profiles'> {
  /** Digests as base64, the younger half first. */
  readonly tokens: readonly [string, string];
}

export interface KnowledgeStoreOptions {
  readonly store: Store;
  readonly sealer: Sealer;
  /** 32 bytes: digests of tokens and values are keyed by it. */
  readonly master: Uint8Array;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

export class KnowledgeStore {
  /** What was written last of each record, so that what did not change is not written again. */
  private readonly written = new Map<string, string>();
  private readonly timer: NodeJS.Timeout;

  private constructor(
    readonly knowledge: Knowledge,
    private readonly options: KnowledgeStoreOptions,
  ) {
    this.timer = setInterval(() => void this.save().catch(() => undefined), SAVE_MS).unref();
  }

  /** Reads what is kept. What cannot be read is learned anew: it loosens nothing. */
  static async open(options: KnowledgeStoreOptions): Promise<KnowledgeStore> {
    const { store, sealer, master, now } = options;
    const home: HomeFact[] = [];
    const services: (readonly [string, ServiceFacts])[] = [];
    for await (const [key, value] of store.iterate(RECORDS)) {
      const record = sealer.open(key, value) as Record | undefined;
      if (record === undefined) continue;
      if ('home' in record) home.push(...record.home);
      else services.push([record.service, factsOf(record)]);
    }
    return new KnowledgeStore(new Knowledge(master, now, home, services), options);
  }

  /** Writes what changed. Throws `record_failed`. */
  async save(): Promise<void> {
    const { store, sealer } = this.options;
    const { home, services } = this.knowledge.facts();
    const ops: Op[] = [];
    const marks: (readonly [name: string, mark: string])[] = [];
    const put = (name: string, record: Record): void => {
      const key = Buffer.concat([PREFIX, sealer.index('knowledge', name, NAME_BYTES)]);
      const mark = sealer.index('content', JSON.stringify(record), NAME_BYTES).toString('hex');
      if (this.written.get(name) === mark) return;
      marks.push([name, mark]);
      ops.push({ type: 'put', key, value: sealer.seal(key, record) });
    };
    put('home', { home });
    for (const [service, facts] of services) put(`service ${service}`, { service, ...storedOf(facts) });
    if (ops.length === 0) return;
    await store.batch(ops);
    for (const [name, mark] of marks) this.written.set(name, mark);
  }

  /** Writes all of it again: the store was mended, and may have lost some. Throws `record_failed`. */
  async rewrite(): Promise<void> {
    this.written.clear();
    await this.save();
  }

  async close(): Promise<void> {
    clearInterval(this.timer);
    await this.save();
  }
}

function storedOf({ tokens, ...facts }: ServiceFacts): StoredFacts {
  const text = (table: DigestTable): string => Buffer.from(tableBytes(table)).toString('base64');
  return { ...facts, tokens: [text(tokens[0]), text(tokens[1])] };
}

function factsOf({ tokens, ...facts }: StoredFacts): ServiceFacts {
  const table = (text: string): DigestTable => readTable(Buffer.from(text, 'base64'));
  return { ...facts, tokens: [table(tokens[0]), table(tokens[1])] };
}
