// Services and hosts: the household's switches, and what was seen.
import { HubError } from '../errors.js';
import type { Adoption, Change } from '../household/choices.js';
import type { ServiceChoices } from '../model.js';
import { DEFAULT_CHOICES } from '../services/contexts.js';
import { UNKNOWN } from '../services/hosts.js';
import type { HostDecision, HostInfo, HubFacade } from '../web/facade.js';
import { byOf, type FacadeParts } from './ports.js';

type ServicesFacade = Pick<HubFacade, 'choices' | 'setChoices' | 'seenHosts' | 'hosts' | 'decideHost' | 'tellCountry'>;

export function servicesFacade(parts: FacadeParts): ServicesFacade {
  const { home, activity } = parts;
  const choicesOf = (service: string): ServiceChoices => home.choices.services()[service] ?? DEFAULT_CHOICES;
  return {
    choices: async (service) => choicesOf(service),
    async setChoices(service, change, actor) {
      const by = byOf(parts, actor);
      const before = choicesOf(service);
      // Each switch has its own record.
      for (const [purpose, on] of Object.entries(change.purposes ?? {}))
        if (before.purposes[purpose] !== on) await home.choices.apply(switched(parts, service, purpose, on), by);
      if (change.mode !== undefined && change.mode !== before.mode)
        await home.choices.apply({ what: 'mode', service, mode: change.mode }, by);
      for (const what of ['opaque', 'sealed'] as const) {
        const value = change[what];
        if (value !== undefined && value !== before[what]) await home.choices.apply({ what, service, value }, by);
      }
    },
    seenHosts: async (service) =>
      activity.hosts.all().flatMap(({ host, messages, service: of }) => {
        const countries = home.choices.state.countries ?? {};
        const country = Object.hasOwn(countries, host) ? countries[host] : undefined;
        return of === service ? [{ host, messages, ...(country === undefined ? {} : { country }) }] : [];
      }),
    hosts: () => hostsOf(parts),
    async tellCountry(host, country, actor) {
      if (activity.hosts.get(host) === undefined) throw new HubError('not_found', 'a host');
      await home.choices.apply({ what: 'country', host, country }, byOf(parts, actor));
    },
    async decideHost(host, decision, actor) {
      const known = (await hostsOf(parts)).some((one) => one.host === host);
      if (!known) throw new HubError('not_found', 'a host');
      await home.choices.apply({ what: 'adopt', host, as: adoptionOf(decision) }, byOf(parts, actor));
    },
  };
}

/** Long enough to send a request with its attachments. */
const SUBMISSION_MS = 15 * 60_000;

/** A purpose that is asked for each submission goes off by itself. */
function switched({ rules, now }: FacadeParts, service: string, purpose: string, on: boolean): Change {
  const declared = rules.current.services.get(service)?.purposes.find(({ id }) => id === purpose);
  const untilMs = on && declared?.eachTime ? { untilMs: now() + SUBMISSION_MS } : {};
  return { what: 'purpose', service, purpose, on, ...untilMs };
}

/** Hosts that no rule names, and those decided about; seen in the clear, or turned away unopened. */
async function hostsOf({ home, activity, opaque }: FacadeParts): Promise<HostInfo[]> {
  const { adopted } = home.choices.state;
  const services = home.services();
  const found = new Map<string, HostInfo>();
  const withDecision = (host: string, info: Omit<HostInfo, 'host' | 'decision'>): HostInfo => {
    const as = Object.hasOwn(adopted, host) ? adopted[host] : undefined;
    return { host, ...info, ...(as === undefined ? {} : { decision: decisionOf(as) }) };
  };
  for (const { host, service, devices, categories, ...rest } of activity.hosts.all()) {
    if (services.hosts.isNamed(host) || (service !== UNKNOWN && !Object.hasOwn(adopted, host))) continue;
    found.set(host, withDecision(host, { ...rest, devices: [...devices], categories: [...categories], opaque: false }));
  }
  for (const { host, client, times, tunnels, firstMs, lastMs } of opaque()) {
    if (services.hosts.isNamed(host)) continue;
    const device = await home.label(client);
    const before = found.get(host);
    found.set(
      host,
      withDecision(host, {
        firstMs: Math.min(firstMs, before?.firstMs ?? firstMs),
        lastMs: Math.max(lastMs, before?.lastMs ?? lastMs),
        messages: (before?.messages ?? 0) + times + tunnels,
        devices: [...new Set([...(before?.devices ?? []), device])],
        categories: before?.categories ?? [],
        opaque: (before?.categories.length ?? 0) === 0,
      }),
    );
  }
  return [...found.values()].sort((a, b) => b.lastMs - a.lastMs);
}

function decisionOf(as: Adoption): HostDecision {
  if (as.service !== undefined) return { kind: 'adopt', service: as.service };
  return { kind: as.as === 'refuse' ? 'block' : 'tunnel' };
}

function adoptionOf(decision: HostDecision): Adoption {
  switch (decision.kind) {
    case 'adopt':
      return { service: decision.service };
    case 'block':
      return { as: 'refuse' };
    case 'tunnel':
      return { as: 'tunnel' };
    default:
      return decision satisfies never;
  }
}
