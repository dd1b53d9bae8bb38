// Which devices take the hub's certificate and which connections stay opaque, how often and how much. Pure: time comes in.

/** Why a connection could not be opened. `unnamed`: no service of the rules names its host. */
export type OpaqueReason = 'pinned' | 'client_certificate' | 'unnamed';

/** What a door or an upstream noticed about one connection. `client` is the address of the device. */
export type Noticed =
  /** The device took the certificate and spoke. */
  | { readonly kind: 'accepted'; readonly client: string; readonly host: string; readonly root: string }
  /** The device broke off: by an alert that says why, by closing, or by saying nothing any more. */
  | {
      readonly kind: 'pinned';
      readonly client: string;
      readonly host: string;
      readonly sign: 'alert' | 'closed' | 'silent';
      readonly alert?: string;
    }
  /** The device showed a client certificate, or the cloud asked the hub for one. */
  | { readonly kind: 'client_certificate'; readonly client: string; readonly host: string }
  /** A connection went through unread, as the household chose. */
  | {
      readonly kind: 'tunnelled';
      readonly client: string;
      readonly host: string;
      readonly bytesUp: number;
      readonly bytesDown: number;
      /** False when the cloud could not be reached or either side broke off. */
      readonly complete: boolean;
    }
  /** Refused before anything was opened. `why` is a code: `unnamed`, `no_server_name`, `not_tls`, … */
  | { readonly kind: 'refused'; readonly client: string; readonly host?: string; readonly why: string };

export interface OpaqueEntry {
  readonly client: string;
  readonly host: string;
  readonly reason: OpaqueReason;
  /** Connections that ended for this reason. */
  readonly times: number;
  readonly tunnels: number;
  readonly bytesUp: number;
  readonly bytesDown: number;
  readonly firstMs: number;
  readonly lastMs: number;
  /** False while it is only a suspicion: broken off without a word, fewer than `SILENCES` times in a row. */
  readonly certain: boolean;
}

/** What is kept over a restart. */
export interface TrustSnapshot {
  readonly opaque: readonly OpaqueEntry[];
  readonly trusting: readonly (readonly [client: string, root: string])[];
}

/** A device that breaks off without a word may have lost its Wi-Fi; three times in a row, to one host, it means it. */
export const SILENCES = 3;
/** Pairs of device and host remembered: a home has some dozens; a device that invents names must not fill the disk. */
export const REMEMBERED = 2000;

type Changes = Partial<Pick<OpaqueEntry, 'times' | 'tunnels' | 'bytesUp' | 'bytesDown' | 'certain'>>;

/** Remembers by device and host. The newest `REMEMBERED` pairs stay. */
export class TrustMemory {
  readonly #opaque = new Map<string, OpaqueEntry>();
  readonly #trusting = new Map<string, string>();

  constructor(snapshot: TrustSnapshot = { opaque: [], trusting: [] }) {
    for (const entry of snapshot.opaque) this.#keep(entry);
    for (const [client, root] of snapshot.trusting) this.#trust(client, root);
  }

  note(event: Noticed, nowMs: number): void {
    switch (event.kind) {
      case 'accepted':
        this.#trust(event.client, event.root);
        this.forget(event.client, event.host);
        return;
      case 'pinned':
        this.#noteRefusal(event.client, event.host, event.sign === 'alert', nowMs);
        return;
      case 'client_certificate':
        this.#add(event.client, event.host, 'client_certificate', nowMs, { times: 1, certain: true });
        return;
      case 'tunnelled':
        this.#noteTunnel(event, nowMs);
        return;
      case 'refused':
        if (event.why === 'unnamed' && event.host !== undefined) {
          this.#add(event.client, event.host, 'unnamed', nowMs, { times: 1, certain: true });
        }
        return;
      default:
        event satisfies never;
    }
  }

  /** Why this device's connections to this host are opaque; `undefined`: they are not, or it is only a suspicion yet. */
  opaqueReason(client: string, host: string): OpaqueReason | undefined {
    const entry = this.#opaque.get(keyOf(client, host));
    return entry?.certain ? entry.reason : undefined;
  }

  /** The household wants it tried again (it gave the device the root, or named the host). */
  forget(client: string, host: string): void {
    this.#opaque.delete(keyOf(client, host));
  }

  /** Devices that took a certificate under the root with this fingerprint: the ones a new root must be brought to. */
  clientsTrusting(root: string): string[] {
    return [...this.#trusting].filter(([, trusted]) => trusted === root).map(([client]) => client);
  }

  snapshot(): TrustSnapshot {
    return { opaque: [...this.#opaque.values()], trusting: [...this.#trusting] };
  }

  #noteRefusal(client: string, host: string, isPlain: boolean, nowMs: number): void {
    const known = this.#opaque.get(keyOf(client, host));
    const certain = isPlain || known?.certain === true || (known?.times ?? 0) + 1 >= SILENCES;
    this.#add(client, host, known?.certain ? known.reason : 'pinned', nowMs, { times: 1, certain });
  }

  #noteTunnel({ client, host, bytesUp, bytesDown }: Noticed & { kind: 'tunnelled' }, nowMs: number): void {
    const reason = this.#opaque.get(keyOf(client, host))?.reason ?? 'unnamed';
    this.#add(client, host, reason, nowMs, { tunnels: 1, bytesUp, bytesDown, certain: true });
  }

  #add(client: string, host: string, reason: OpaqueReason, nowMs: number, changes: Changes): void {
    const old = this.#opaque.get(keyOf(client, host));
    this.#keep({
      client,
      host,
      reason,
      times: (old?.times ?? 0) + (changes.times ?? 0),
      tunnels: (old?.tunnels ?? 0) + (changes.tunnels ?? 0),
      bytesUp: (old?.bytesUp ?? 0) + (changes.bytesUp ?? 0),
      bytesDown: (old?.bytesDown ?? 0) + (changes.bytesDown ?? 0),
      firstMs: old?.firstMs ?? nowMs,
      lastMs: nowMs,
      certain: changes.certain ?? false,
    });
  }

  #keep(entry: OpaqueEntry): void {
    keepNewest(this.#opaque, keyOf(entry.client, entry.host), entry);
  }

  #trust(client: string, root: string): void {
    keepNewest(this.#trusting, client, root);
  }
}

function keyOf(client: string, host: string): string {
  return `${client} ${host}`;
}

/** Puts `value` last; the oldest goes when there are too many. */
function keepNewest<V>(map: Map<string, V>, key: string, value: V): void {
  map.delete(key);
  map.set(key, value);
  if (map.size <= REMEMBERED) return;
  for (const oldest of map.keys()) {
    map.delete(oldest);
    return;
  }
}
