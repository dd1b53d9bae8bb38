// Services: declarations with the household's switches, modes; hosts that no rule names.
import {
  type CategoryId,
  type Cited,
  type Declaration,
  FLOOR,
  type Purpose,
  type Rules,
  type ServiceChoices,
} from '../../model.js';
import { explainSwitch, type Lang } from '../../policy/explain.js';
import { switchesOf } from '../../policy/justify.js';
import { BASIS_WORDS } from '../../policy/legal.js';
import { matrix } from '../../policy/matrix.js';
import type { HubFacade, SeenHost, Traffic } from '../facade.js';
import { LETTERS, type LetterKind } from '../letter/laws.js';
import { letter } from '../letter/text.js';
import { Problem } from '../problem.js';
import { type Asking, type Route, route, stream } from '../route.js';
import { bool, map, matching, nullable, object, oneOf, optional, text } from '../schema.js';
import { done, hosts, lang, mode, type ServiceSummary, type ServiceView, service, services } from '../views.js';

/** What `used` and the counts of a service look back on. */
const WEEK_MS = 7 * 86_400_000;

function declared(rules: Rules, id: string): Declaration {
  const found = id === rules.baseline.id ? rules.baseline : rules.services.get(id);
  if (!found) throw new Problem('not_found');
  return found;
}

function summaryOf(declaration: Declaration, choices: ServiceChoices, { flows, traffic }: Traffic): ServiceSummary {
  const { id, title, operator } = declaration;
  const mine = flows.filter((row) => row.service === id);
  const sum = (pick: (row: (typeof mine)[number]) => number) => mine.reduce((total, row) => total + pick(row), 0);
  const messages = traffic.filter((row) => row.service === id).reduce((total, row) => total + row.messages, 0);
  return {
    id,
    title,
    operator,
    mode: choices.mode,
    used: messages > 0,
    messages,
    purposesOn: [...switchesOf(declaration, choices.purposes).values()].filter(Boolean).length,
    purposesAll: declaration.purposes.length,
    kept: sum((row) => row.kept + row.rehearsed),
    changed: sum((row) => row.changed),
    withheld: sum((row) => row.withheld),
  };
}

/** What the counts of a letter look back on: as long as they are kept (docs/page.md). */
const LETTER_MS = 32 * 86_400_000;

async function* letterTo({ web: { facade, now } }: Asking, id: string, kind: LetterKind, tongue: Lang): AsyncGenerator<string> {
  const rules = facade.rules();
  const declaration = declared(rules, id);
  if (declaration === rules.baseline) throw new Problem('not_found');
  const untilMs = now();
  const span = { fromMs: untilMs - LETTER_MS, untilMs };
  const left = new Map<CategoryId, { asIs: number; changed: number }>();
  const { flows, timeline } = await facade.traffic(span);
  const first = timeline.find(({ messages }) => Object.values(messages).some((count) => count > 0));
  for (const { service: of, category, kept, changed, rehearsed } of flows) {
    if (of !== id) continue;
    const known = left.get(category) ?? { asIs: 0, changed: 0 };
    left.set(category, { asIs: known.asIs + kept + rehearsed, changed: known.changed + changed });
  }
  const rows = [...left].map(([category, counts]) => ({ category, ...counts }));
  yield letter({ rules, declaration, left: rows, fromMs: first?.startMs ?? untilMs, untilMs }, kind, tongue);
}

const names = (pattern: string, host: string): boolean =>
  pattern.startsWith('*.') ? host.endsWith(pattern.slice(1)) : host === pattern;

/** The household's word, else the declaration's. */
function countryOf({ hosts: known }: Declaration, { host, country }: SeenHost): string | undefined {
  return country ?? known.find((one) => one.country !== undefined && names(one.name, host))?.country;
}

/** Where what was seen does not sit well with a limit. Only what is seen from here counts; the rest is said to be out of sight. */
function limitsOf(declaration: Declaration, seen: readonly SeenHost[]): ServiceView['limits'] {
  return declaration.limits.map(unanchored).map(({ countries, ...limit }) => {
    if (limit.days === null) return { ...limit, seems: 'no_term' as const, hosts: [] };
    if (countries === undefined || seen.length === 0) return { ...limit, seems: 'cannot_tell' as const, hosts: [] };
    const elsewhere = seen.filter((one) => !countries.includes(countryOf(declaration, one) ?? countries[0]!));
    if (elsewhere.length > 0) return { ...limit, seems: 'doubt' as const, hosts: elsewhere.map(({ host }) => host) };
    const open = seen.filter((one) => countryOf(declaration, one) === undefined);
    if (open.length > 0) return { ...limit, seems: 'not_known' as const, hosts: open.map(({ host }) => host) };
    return { ...limit, seems: 'kept' as const, hosts: seen.map(({ host }) => host) };
  });
}

/** What the declaration says of a purpose, with what follows from its grounds. */
function purposeOf({ legalBasis, formerly: _formerly, needs, ...purpose }: Purpose) {
  return {
    ...unanchored(purpose),
    needs: needs.map(unanchored),
    legalBasis: legalBasis.map(({ basis, text: said, clause }) => ({ text: said, clause, ...(basis && BASIS_WORDS[basis]) })),
  };
}

/** When a purpose that is on for a time goes off. */
function endOf({ purposes, until = {} }: ServiceChoices, id: string): { untilMs?: number } {
  const untilMs = purposes[id] === true ? until[id] : undefined;
  return untilMs === undefined ? {} : { untilMs };
}

/** What the policy promises not to take, with how much of it was offered all the same. */
function excludedOf({ id, excluded }: Declaration, { flows }: Traffic): ServiceView['excluded'] {
  return excluded.map(unanchored).map((entry) => {
    const rows = flows.filter(({ service, category }) => service === id && category === entry.category);
    return { ...entry, offered: rows.reduce((sum, row) => sum + row.kept + row.changed + row.withheld + row.rehearsed, 0) };
  });
}

/** An entry without the words by which it is found in the text. */
function unanchored<E extends Partial<Cited>>({ anchor: _anchor, ...entry }: E): Omit<E, 'anchor'> {
  return entry;
}

interface Seen {
  readonly hosts: readonly SeenHost[];
  readonly traffic: Traffic;
}

function viewOf(rules: Rules, declaration: Declaration, choices: ServiceChoices, { hosts: seen, traffic }: Seen, tongue: Lang) {
  const switches = switchesOf(declaration, choices.purposes);
  return {
    policy: declaration.policy,
    hosts: declaration.hosts.map(unanchored),
    seenHosts: seen.map((one) => {
      const country = countryOf(declaration, one);
      const by = one.country === undefined ? ('declaration' as const) : ('household' as const);
      const named = declaration.hosts.some(({ name }) => names(name, one.host));
      return { host: one.host, messages: one.messages, named, ...(country === undefined ? {} : { country, countryBy: by }) };
    }),
    letter: declaration !== rules.baseline,
    purposes: declaration.purposes.map((purpose) => ({
      ...purposeOf(purpose),
      on: switches.get(purpose.id) === true,
      ...endOf(choices, purpose.id),
      effect: explainSwitch(rules, declaration.id, switches, purpose.id, tongue).trim(),
    })),
    matrix: matrix(rules, declaration.id, choices.purposes).rows.filter(
      (row) => row.cells.length > 0 || row.unjustified.length > 0 || row.excluded.length > 0 || FLOOR.has(row.category),
    ),
    limits: limitsOf(declaration, seen),
    readings: declaration.readings.map(unanchored),
    excluded: excludedOf(declaration, traffic),
    controllers: declaration.controllers.map(unanchored),
    contacts: declaration.contacts.map(unanchored),
    recipients: declaration.recipients.map(unanchored),
    ...(declaration.cookies === undefined ? {} : { cookies: unanchored(declaration.cookies) }),
    ...(declaration.source === undefined ? {} : { source: declaration.source }),
    opaque: choices.opaque,
    sealed: choices.sealed,
  };
}

async function week(facade: HubFacade, nowMs: number): Promise<Traffic> {
  return facade.traffic({ fromMs: nowMs - WEEK_MS, untilMs: nowMs });
}

export const serviceRoutes: readonly Route[] = [
  route({
    method: 'get',
    path: '/services',
    scope: 'read',
    summary: 'The services that the rules know, with counts of the last seven days.',
    answer: services,
    run: async ({ web: { facade, now } }) => {
      const rules = facade.rules();
      const traffic = await week(facade, now());
      const all = [...rules.services.values(), rules.baseline];
      const choices = await Promise.all(all.map(({ id }) => facade.choices(id)));
      return { items: all.map((one, index) => summaryOf(one, choices[index]!, traffic)) };
    },
  }),
  route({
    method: 'get',
    path: '/services/:id',
    scope: 'read',
    summary: 'One service: purposes with their switches, matrix, limits, hosts.',
    query: object({ lang: optional(lang) }),
    answer: service,
    run: async ({ web: { facade, now }, params, query }) => {
      const rules = facade.rules();
      const declaration = declared(rules, params['id']!);
      const [choices, traffic, seen] = await Promise.all([
        facade.choices(declaration.id),
        week(facade, now()),
        facade.seenHosts(declaration.id),
      ]);
      const view = viewOf(rules, declaration, choices, { hosts: seen, traffic }, query.lang ?? 'en');
      return { ...summaryOf(declaration, choices, traffic), ...view };
    },
  }),
  stream({
    method: 'get',
    path: '/services/:id/letter',
    scope: 'read',
    summary: 'A draft of a letter to its operator: access, erasure or withdrawal of consent, by the law it names; no values.',
    query: object({ kind: oneOf(LETTERS), lang: optional(lang) }),
    answer: { type: 'text/plain; charset=utf-8', file: 'letter.txt' },
    run: (asking) => letterTo(asking, asking.params['id']!, asking.query.kind, asking.query.lang ?? 'en'),
  }),
  route({
    method: 'patch',
    path: '/services/:id',
    scope: 'write',
    summary: 'Changes switches, the mode, or what happens to what cannot be read.',
    body: object({
      mode: optional(mode),
      purposes: optional(map(bool)),
      opaque: optional(oneOf(['refuse', 'pass'])),
      sealed: optional(oneOf(['refuse', 'pass'])),
    }),
    answer: done,
    run: async ({ web: { facade }, params, body, actor }) => {
      const declaration = declared(facade.rules(), params['id']!);
      const known = new Set(declaration.purposes.map(({ id }) => id));
      const { purposes, mode: chosen, opaque, sealed } = body;
      if (Object.keys(purposes ?? {}).some((id) => !known.has(id)))
        throw new Problem('bad_request', ['$.purposes: no such purpose']);
      const before = await facade.choices(declaration.id);
      const change = {
        ...(chosen === undefined ? {} : { mode: chosen }),
        ...(purposes === undefined ? {} : { purposes: { ...before.purposes, ...purposes } }),
        ...(opaque === undefined ? {} : { opaque }),
        ...(sealed === undefined ? {} : { sealed }),
      };
      await facade.setChoices(declaration.id, change, actor);
      return { done: true };
    },
  }),
  route({
    method: 'get',
    path: '/hosts',
    scope: 'read',
    summary: 'Hosts that no rule names, and what the household decided about them.',
    answer: hosts,
    run: async ({ web }) => ({ items: await web.facade.hosts() }),
  }),
  route({
    method: 'put',
    path: '/hosts/:host',
    scope: 'write',
    summary: 'Adopts, blocks or tunnels a host.',
    body: object({ kind: oneOf(['adopt', 'block', 'tunnel']), service: optional(text(100)) }),
    answer: done,
    run: async ({ web: { facade }, params, body: { kind, service: as = 'unknown' }, actor }) => {
      if (kind === 'adopt') declared(facade.rules(), as);
      await facade.decideHost(params['host']!, kind === 'adopt' ? { kind, service: as } : { kind }, actor);
      return { done: true };
    },
  }),
  route({
    method: 'put',
    path: '/hosts/:host/country',
    scope: 'write',
    summary: 'Says in which country a host stands (null: not known), for whether a service keeps to the countries it promises.',
    body: object({ country: nullable(matching('^[A-Z]{2}$', 2)) }),
    answer: done,
    run: async ({ web: { facade }, params, body: { country }, actor }) => {
      await facade.tellCountry(params['host']!, country ?? undefined, actor);
      return { done: true };
    },
  }),
];
