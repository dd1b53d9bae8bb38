// What the config says, in the forms the rooms take it.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Config, ServiceConfig } from '../config.js';
import { HubError, systemReason } from '../errors.js';
import type { Limits, Rules } from '../model.js';
import type { OwnIdentifier } from '../own-identifiers/matcher.js';
import { UNKNOWN } from './hosts.js';

export function limitsOf(config: Config): Limits {
  const { bodyBytes, inflateRatio, depth, nodes, layers } = config.limits;
  return { bodyBytes, inflateRatio, depth, nodes, layers };
}

/** What the household has told of itself. */
export function ownIdentifiers({ household }: Config): OwnIdentifier[] {
  return [
    ...household.ssids.map((value) => ({ category: 'wifi_ssid' as const, value })),
    ...household.macs.map((value) => ({ category: 'device_mac' as const, value })),
    ...household.ips.map((value) => ({ category: 'ip_address' as const, value })),
    ...household.coordinates.map((c) => ({ category: 'location_precise' as const, value: `${c.latitude},${c.longitude}` })),
    ...household.emails.map((value) => ({ category: 'email' as const, value: value.toLowerCase() })),
    ...household.phones.map((value) => ({ category: 'phone' as const, value })),
    ...household.names.map((value) => ({ category: 'device_name' as const, value })),
  ];
}

/** Something in the config that the rules do not know; `at`: the keys that lead to it. */
export interface Stranger {
  readonly at: readonly (string | number)[];
  readonly message: string;
}

/** Choices for services and purposes that no rule names: they would do nothing, and the household would believe they did. */
export function strangersIn(config: Config, rules: Rules): Stranger[] {
  const known = (id: string): boolean => id === UNKNOWN || rules.services.has(id);
  const found: Stranger[] = [];
  config.listeners.forEach(({ service }, index) => {
    if (service === undefined || known(service)) return;
    found.push({ at: ['listeners', index, 'service'], message: `listeners[${index}].service: no rule names this service` });
  });
  for (const [id, { purposes }] of Object.entries<ServiceConfig>(config.services)) {
    if (!known(id)) {
      found.push({ at: ['services', id], message: `services.${id}: no rule names this service` });
      continue;
    }
    const declared = new Set((rules.services.get(id) ?? rules.baseline).purposes.flatMap((p) => [p.id, ...p.formerly]));
    for (const purpose of Object.keys(purposes)) {
      const message = `services.${id}.purposes.${purpose}: its declaration has no such purpose`;
      if (!declared.has(purpose)) found.push({ at: ['services', id, 'purposes', purpose], message });
    }
  }
  return found;
}

/** Said at start, not found out later. Throws `config`. */
export function checkServices(config: Config, rules: Rules): void {
  const [first] = strangersIn(config, rules);
  if (first !== undefined) throw new HubError('config', first.message);
}

/** The text of one of `upstream.trust`. Throws `config`. */
export function readTrusted(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new HubError(
      'config',
      `upstream.trust: ${path.resolve(file)} cannot be read: ${systemReason(cause) ?? 'unknown reason'}`,
      { cause },
    );
  }
}
