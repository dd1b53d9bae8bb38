// Which service a host belongs to: by the rules, else as the household has decided.
import type { Rules } from '../model.js';

export const UNKNOWN = 'unknown';

/** Hosts that no rule names: given to a service, or what is to happen to them. */
export type Adopted = Readonly<Record<string, { readonly service?: string; readonly as?: 'refuse' | 'tunnel' }>>;

export class Hosts {
  /** Names, and `.suffix` for all names below one. */
  private readonly byName = new Map<string, string>();
  private readonly names: readonly string[];

  constructor(
    { services }: Rules,
    private readonly adopted: Adopted,
  ) {
    const names: string[] = [];
    for (const { id, hosts } of services.values()) {
      for (const { name } of hosts) {
        names.push(name);
        this.byName.set(name.startsWith('*.') ? name.slice(1) : name, id);
      }
    }
    this.names = names;
  }

  /** The service whose rules name `host` (no port), or `unknown`. */
  serviceOf(host: string): string {
    const name = plainName(host);
    return this.named(name) ?? this.adopted[name]?.service ?? UNKNOWN;
  }

  /** Whether a connection to `host` may be opened: a rule names it, or the household has given it to a service. */
  opens(host: string): boolean {
    const name = plainName(host);
    return this.named(name) !== undefined || this.adopted[name]?.service !== undefined;
  }

  /** What the household chose for a host that no service names; `block` also in the clear. */
  choiceFor(host: string): 'block' | 'refuse' | 'tunnel' {
    const as = this.adopted[plainName(host)]?.as;
    return as === 'refuse' ? 'block' : (as ?? 'refuse');
  }

  /** Whether a rule names the host. */
  isNamed(host: string): boolean {
    return this.named(plainName(host)) !== undefined;
  }

  /** Every host that the hub may stand in for. */
  get all(): string[] {
    const given = Object.entries(this.adopted).flatMap(([host, { service }]) => (service === undefined ? [] : [host]));
    return [...this.names, ...given];
  }

  /** One look for each label of the name, however many rules there are. */
  private named(name: string): string | undefined {
    const exact = this.byName.get(name);
    if (exact !== undefined) return exact;
    for (let dot = name.indexOf('.'); dot >= 0; dot = name.indexOf('.', dot + 1)) {
      const below = this.byName.get(name.slice(dot));
      if (below !== undefined) return below;
    }
    return undefined;
  }
}

function plainName(host: string): string {
  return host.toLowerCase().replace(/\.$/, '');
}
