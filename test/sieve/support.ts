// What the tests of the sieve share: the rules that ship, a household, one call for one body.
import fc from 'fast-check';
import { parseConfig } from '#src/config.js';
import type { Decision, Override } from '#src/model.js';
import { loadRules } from '#src/policy/declaration.js';
import { readRulesDir } from '#src/rules-files.js';
import { Services } from '#src/services/contexts.js';
import { limitsOf, ownIdentifiers } from '#src/services/from-config.js';
import type { Knowledge } from '#src/services/knowledge.js';
import { type Sieved, sieve } from '#src/sieve.js';

export const rules = loadRules(await readRulesDir(['rules']));
export const MASTER = new Uint8Array(32).fill(7);

export interface Setting {
  readonly config?: object;
  readonly overrides?: readonly Override[];
  readonly master?: Uint8Array;
  readonly epoch?: number;
  /** What is known of the home and its services. */
  readonly knowledge?: Knowledge;
}

export function servicesOf({ config = {}, overrides = [], master = MASTER, epoch = 1, knowledge }: Setting = {}): Services {
  const parsed = parseConfig(JSON.stringify(config), 'test');
  const household = { choices: parsed.services, overrides, own: ownIdentifiers(parsed), knownToVendor: () => false };
  return new Services({
    rules,
    household,
    master,
    limits: limitsOf(parsed),
    epoch: () => epoch,
    ...(knowledge ? { knowledge } : {}),
  });
}

/** One JSON body through the sieve, with nothing learned from other messages. */
export function sieveBody(
  body: string,
  service: string,
  services = servicesOf(),
): Sieved & { readonly text: string | undefined } {
  const part = { in: 'body', kind: 'bytes', bytes: Buffer.from(body, 'utf8'), mediaType: 'application/json' } as const;
  const sieved = sieve([part], services.context(service, 'd-1'));
  const out = sieved.parts?.[0];
  return {
    parts: sieved.parts,
    decisions: sieved.decisions,
    pseudonyms: sieved.pseudonyms,
    error: sieved.error,
    learned: sieved.learned,
    observations: sieved.observations,
    unread: sieved.unread,
    text: out?.kind === 'bytes' ? Buffer.from(out.bytes).toString('utf8') : undefined,
  };
}

export const pathsOf = (decisions: readonly Decision[]): string[] => decisions.map((d) => d.path);

/** RFC 9535 section 2.7: the only way to write a path. */
export const NORMALIZED_PATH =
  /^\$(?:\['(?:[^'\\\u0000-\u001f]|\\[btnfr'\\]|\\u00(?:0[0-7be-f]|1[0-9a-f]))*'\]|\[(?:0|[1-9]\d*)\])*$/;

/** JSON text with the white space of `seed` between its tokens, so that only byte-for-byte copying keeps it. */
export function spaced(value: unknown, space: string): string {
  if (Array.isArray(value)) return `[${space}${value.map((v) => spaced(v, space)).join(`${space},`)}${space}]`;
  if (value instanceof Members) {
    const members = value.list.map(([name, v]) => `${JSON.stringify(name)}${space}:${spaced(v, space)}`);
    return `{${space}${members.join(`,${space}`)}${space}}`;
  }
  return value instanceof Literal ? value.text : JSON.stringify(value);
}

/** An object whose names may repeat. */
export class Members {
  constructor(readonly list: readonly (readonly [string, unknown])[]) {}
}

/** A number as it is written: `1.0`, `1e3`, `-0`. */
export class Literal {
  constructor(readonly text: string) {}
}

/** Names of things that a device does or measures, under which nobody is meant. */
export const FUNCTIONAL_NAMES = [
  'mode',
  'level',
  'temperature',
  'currentTemp',
  'targetTemp',
  'humidity',
  'brightness',
  'power',
  'state',
  'workMode',
  'fan_speed',
  'cookStatus',
  'remainTime',
  'errorCode',
  'battery',
  'voltage',
  'enabled',
  'powerSwitch',
]; // prettier-ignore

/** Values of such things: switches, readings in any spelling of a number, mode words. */
export const functionalValue = fc.oneof(
  fc.boolean(),
  fc.constant(null),
  fc.constantFrom('on', 'off', 'auto', 'sleep', 'custom', 'manual', 'c', 'f', 'eco mode'),
  fc
    .constantFrom('0', '-1', '21.5', '1.0', '180', '1e2', '-0', '0.50', '99999', '1E-2', '12.250')
    .map((text) => new Literal(text)),
);
