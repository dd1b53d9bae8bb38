// Every golden case under test/cases/<service>/: a message by hand, and by hand what must come of it.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { parseConfig } from '#src/config.js';
import { judgeInMode } from '#src/message/apply-mode.js';
import type { Override, Place } from '#src/model.js';
import { loadRules } from '#src/policy/declaration.js';
import { readRulesDir } from '#src/rules-files.js';
import { Services } from '#src/services/contexts.js';
import { limitsOf, ownIdentifiers } from '#src/services/from-config.js';
import type { Part } from '#src/sieve.js';

interface Case {
  readonly note: string;
  readonly in: {
    readonly body?: string;
    readonly type?: string;
    readonly path?: string;
    readonly query?: string;
    readonly headers?: readonly (readonly [string, string])[];
    readonly cookie?: string;
    /** As in the config file: household, services, limits. */
    readonly config?: object;
    readonly overrides?: readonly Override[];
    readonly device?: string;
    /** Where the message goes; absent: to a host that the policy names. */
    readonly host?: string;
  };
  readonly want: {
    /** Refused with this code; then nothing leaves. */
    readonly error?: string;
    readonly out?: {
      readonly body?: string;
      readonly path?: string;
      readonly query?: string;
      readonly headers?: unknown;
      readonly cookie?: string;
    };
    /** Regular expressions where a pseudonym, which depends on the key, stands in what leaves. */
    readonly matches?: Readonly<Record<string, string>>;
    /** `[in, path, category, by, action, purpose or reason]`, every leaf, in document order. */
    readonly decisions?: readonly (readonly [Place, string, string, string, string, string])[];
    /** What must stand nowhere in what leaves, nor in the decisions. */
    readonly never?: readonly string[];
  };
}

const KEYS = {
  case: ['note', 'in', 'want'],
  in: ['body', 'type', 'path', 'query', 'headers', 'cookie', 'config', 'overrides', 'device', 'host'],
  want: ['error', 'out', 'matches', 'decisions', 'never'],
  out: ['body', 'path', 'query', 'headers', 'cookie'],
};
const rules = loadRules(await readRulesDir(['rules']));
const MASTER = new Uint8Array(32).fill(7);

for (const service of readdirSync('test/cases')) {
  for (const file of readdirSync(path.join('test/cases', service)).sort()) {
    const golden = JSON.parse(readFileSync(path.join('test/cases', service, file), 'utf8')) as Case;
    test(`${service}/${file}: ${golden.note}`, (t) => run(t, service, golden));
  }
}

function run(t: ExecutionContext, service: string, golden: Case): void {
  known(t, golden, KEYS.case);
  known(t, golden.in, KEYS.in);
  known(t, golden.want, KEYS.want);
  known(t, golden.want.out ?? {}, KEYS.out);
  const config = parseConfig(JSON.stringify(golden.in.config ?? {}), 'case');
  const household = {
    choices: config.services,
    overrides: golden.in.overrides ?? [],
    own: ownIdentifiers(config),
    knownToVendor: () => false,
  };
  const services = new Services({ rules, household, master: MASTER, limits: limitsOf(config) });
  const { host, device = 'd-1' } = golden.in;
  const reading = host === undefined ? service : services.reading(service, host);
  const { sieved, decisions } = judgeInMode(partsOf(golden), reading, device, services);
  t.is(sieved.error?.code, golden.want.error as typeof sieved.error extends undefined ? undefined : never);
  const out = Object.fromEntries((sieved.parts ?? []).map((part) => [part.in, shown(part)]));
  for (const [place, want] of Object.entries(golden.want.out ?? {}))
    t.deepEqual(out[place === 'headers' ? 'header' : place], want);
  for (const [place, pattern] of Object.entries(golden.want.matches ?? {})) t.regex(String(out[place]), new RegExp(pattern));
  const everything = JSON.stringify([out, decisions]);
  for (const value of golden.want.never ?? []) t.false(everything.includes(value), `${value} must not leave or be recorded`);
  if (golden.want.decisions) {
    const found = decisions.map((d) => [d.in, d.path, d.category, d.by, d.action, d.reason.purpose ?? d.reason.kind]);
    t.deepEqual(found, golden.want.decisions as unknown as string[][]);
  }
}

function partsOf({ in: given }: Case): Part[] {
  const parts: Part[] = [];
  const bytes = (place: Place, text: string | undefined, more: object = {}): void => {
    if (text !== undefined) parts.push({ in: place, kind: 'bytes', bytes: Buffer.from(text, 'utf8'), ...more });
  };
  bytes('path', given.path);
  bytes('query', given.query);
  if (given.headers) parts.push({ in: 'header', kind: 'fields', fields: given.headers });
  bytes('cookie', given.cookie);
  bytes('body', given.body, { mediaType: given.type ?? 'application/json' });
  return parts;
}

function shown(part: Part): unknown {
  return part.kind === 'fields' ? part.fields : Buffer.from(part.bytes).toString('utf8');
}

function known(t: ExecutionContext, given: object, keys: readonly string[]): void {
  for (const key of Object.keys(given)) t.true(keys.includes(key), `unknown key ${key}`);
}
