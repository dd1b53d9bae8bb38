// How a message to a service is to be read: as its declaration stands, or together with the baseline where the policy does not name the
// host that the message goes to.
import { isIP } from 'node:net';
import type { Declaration } from '../model.js';

/** A service's id, with a mark behind it where its policy is only assumed to hold. What judges messages takes it where it takes a service. */
export type Reading = string;

/** No service's id has it (policy/declaration-shapes.ts). */
const ASSUMED = '?';

/** The service that is read. */
export function serviceIn(reading: Reading): string {
  return isAssumed(reading) ? reading.slice(0, -ASSUMED.length) : reading;
}

/** Whether the policy is only assumed to hold: then what the baseline lets leave too leaves. */
export function isAssumed(reading: Reading): boolean {
  return reading.endsWith(ASSUMED);
}

/**
 * How a message of `service` to `host` is to be read. An address, or a name without a dot, is the household's own word for where the service
 * is, as its listener gives it: the policy holds there as it stands.
 */
export function readingOf(service: string, host: string, declaration: Declaration | undefined): Reading {
  const name = host.toLowerCase().replace(/\.$/, '');
  if (declaration === undefined || !name.includes('.') || isIP(name) !== 0) return service;
  const { hosts } = declaration;
  const named = hosts.find((one) => one.name === name) ?? hosts.find((one) => isBelow(name, one.name));
  return named?.operator === 'confirmed' ? service : service + ASSUMED;
}

/** Whether a host stands below `*.example.com`. */
function isBelow(host: string, pattern: string): boolean {
  return pattern.startsWith('*.') && host.endsWith(pattern.slice(1));
}
