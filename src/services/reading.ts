// How a message to a service is to be read: as its declaration stands, or together with the baseline where the policy does not name the
// host that the message goes to; and which stranger it is that no service names.
import { isIP } from 'node:net';
import { getDomain } from 'tldts-icann';
import type { Declaration } from '../model.js';
import { UNKNOWN } from './hosts.js';

/**
 * A service's id; behind it a mark where its policy is only assumed to hold, or the domain of a stranger. What judges messages takes it
 * where it takes a service.
 */
export type Reading = string;

/** No service's id has these (policy/declaration-shapes.ts). */
const ASSUMED = '?';
const STRANGER = '/';

/** The service that is read. */
export function serviceIn(reading: Reading): string {
  const end = reading.search(/[?/]/);
  return end < 0 ? reading : reading.slice(0, end);
}

/** Who it is that things are learned of: a service, or one stranger among those that no service names. */
export function correspondentIn(reading: Reading): string {
  return isAssumed(reading) ? serviceIn(reading) : reading;
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
  if (service === UNKNOWN) return `${UNKNOWN}${STRANGER}${getDomain(name) ?? name}`;
  if (declaration === undefined || !name.includes('.') || isIP(name) !== 0) return service;
  const { hosts } = declaration;
  const named = hosts.find((one) => one.name === name) ?? hosts.find((one) => isBelow(name, one.name));
  return named?.operator === 'confirmed' ? service : service + ASSUMED;
}

/** Whether a host stands below `*.example.com`. */
function isBelow(host: string, pattern: string): boolean {
  return pattern.startsWith('*.') && host.endsWith(pattern.slice(1));
}
