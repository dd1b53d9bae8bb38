// Single fields: new ones, overrides, and what to try when something broke.
import type { ListedEntry } from '../../audit/cli.js';
import { ACTIONS, type Decision, FLOOR, PLACES } from '../../model.js';
import { explainDecision, type Lang } from '../../policy/explain.js';
import { declarationOf, justification, outcome, switchesOf } from '../../policy/justify.js';
import { type ErrorAnswer, fate, type HubFacade, type KeptOverride, type NewField } from '../facade.js';
import { Problem } from '../problem.js';
import { type Route, route, type Web } from '../route.js';
import { nullable, object, oneOf, optional, text, whole } from '../schema.js';
import { sentenceOf } from '../sentences.js';
import { category, done, fieldPreview, lang, newFields, overrides, type Trouble, trouble } from '../views.js';

const MINUTE_MS = 60_000;
/** What was withheld this long before something broke is suspect: before the device's last message, where it sends rarely. */
const BEFORE_MS = 15 * MINUTE_MS;
/** A device that sent nothing for this long is not explained by what it sent before. */
const RARE_MS = 24 * 60 * MINUTE_MS;
/** Refusals and error answers are looked for this long around it; Home sends people here for those of the last hour. */
const AROUND_MS = 60 * MINUTE_MS;
/** Messages looked through for one question: a chatty device sends some hundred an hour. */
const MESSAGES_MAX = 2000;
/** How long a field is let through on trial. */
export const TRIAL_MINUTES = 10;
/** An override for a time: a month at most; longer is for good. */
const OVERRIDE_MINUTES_MAX = 31 * 24 * 60;

async function fieldOf(facade: HubFacade, id: string): Promise<NewField> {
  const field = (await facade.newFields()).find((one) => one.id === id);
  if (!field) throw new Problem('not_found');
  return field;
}

/** What would happen to the field once it is known as this category. */
async function preview(facade: HubFacade, field: NewField, as: Decision['category'], tongue: Lang) {
  const rules = facade.rules();
  const declaration = declarationOf(rules, field.service);
  const switches = switchesOf(declaration, (await facade.choices(field.service)).purposes);
  const why = justification(declaration, switches, as);
  const action = outcome(rules, declaration, switches, as);
  const reason = why
    ? ({ kind: 'purpose', purpose: why.purpose, clause: why.clause } as const)
    : ({ kind: 'no-purpose' } as const);
  const decision: Decision = { in: field.in, path: field.path, category: as, by: 'household' as const, action, reason };
  return { category: as, action, sentence: explainDecision(rules, field.service, decision, tongue) };
}

type Message = Extract<ListedEntry, { kind: 'message' }>;
const isMessage = (entry: ListedEntry): entry is Message => entry.kind === 'message';

function withheldIn(messages: readonly Message[], facade: HubFacade, tongue: Lang): Trouble['withheld'] {
  const found = new Map<string, Trouble['withheld'][number]>();
  for (const { device, service, timeMs, decisions, verdict } of messages) {
    if (verdict === 'observed' || !service) continue;
    for (const decision of decisions) {
      const { in: place, path, category: of, action } = decision;
      if (fate(decision) === 'kept') continue;
      const key = JSON.stringify([service, place, path]);
      const known = found.get(key);
      found.set(key, {
        ...(known ?? { service, in: place, path, category: of, action, relaxable: !FLOOR.has(of) }),
        sentence: known?.sentence ?? sentenceOf(facade, { device, service, timeMs }, decision, tongue),
        count: (known?.count ?? 0) + 1,
        lastMs: Math.max(known?.lastMs ?? 0, timeMs),
      });
    }
  }
  return [...found.values()].sort((a, b) => a.count - b.count || b.lastMs - a.lastMs);
}

/** How things went before and since a relaxation: refusals and error answers of the same length of time. */
async function outcomeOf(web: Web, override: KeptOverride) {
  const nowMs = web.now();
  const since = Math.max(nowMs - override.madeMs, MINUTE_MS);
  const device = override.device;
  const troubles = async (fromMs: number, untilMs: number) => {
    const filter = { sinceMs: fromMs, untilMs, ...(device === undefined ? {} : { device }) };
    const [refused, answers] = await Promise.all([
      web.facade.records({ ...filter, verdict: 'refused' }, MESSAGES_MAX),
      web.facade.errorAnswers({ fromMs, untilMs }, device),
    ]);
    return refused.length + answers.length;
  };
  const messages = await web.facade.records(
    { kind: 'message', sinceMs: override.madeMs, ...(device === undefined ? {} : { device }) },
    MESSAGES_MAX,
  );
  return {
    override,
    troublesBefore: await troubles(override.madeMs - since, override.madeMs),
    troublesSince: await troubles(override.madeMs, nowMs + 1),
    messagesSince: messages.length,
  };
}

/** What the device sent just before `atMs`: up to its last message then. */
async function suspectsOf(facade: HubFacade, device: string, atMs: number): Promise<Message[]> {
  const sent = async (sinceMs: number, untilMs: number, most: number) =>
    (await facade.records({ device, kind: 'message', sinceMs, untilMs }, most)).filter(isMessage);
  const [last] = await sent(atMs - RARE_MS, atMs + 1, 1);
  return last === undefined ? [] : sent(last.timeMs - BEFORE_MS, atMs + 1, MESSAGES_MAX);
}

async function troubleOf(web: Web, device: string, atMs: number, tongue: Lang): Promise<Trouble> {
  const { facade } = web;
  const span = { fromMs: atMs - AROUND_MS, untilMs: atMs + AROUND_MS };
  const [entries, suspects, answers, kept] = await Promise.all([
    facade.records({ device, verdict: 'refused', sinceMs: span.fromMs, untilMs: span.untilMs }, MESSAGES_MAX),
    suspectsOf(facade, device, atMs),
    facade.errorAnswers(span, device),
    facade.overrides(),
  ]);
  const refusals = entries
    .filter(isMessage)
    .map(({ seq, timeMs, service, error }) => ({ seq, timeMs, service: service ?? '', code: error ?? 'internal' }));
  const trials = kept.filter((one) => one.device === device && one.path !== undefined && one.untilMs !== undefined);
  return {
    withheld: withheldIn(suspects, facade, tongue),
    refusals,
    answers: answers.map(({ device: _device, ...answer }: ErrorAnswer) => answer),
    relaxed: await Promise.all(trials.map((one) => outcomeOf(web, one))),
  };
}

const news: readonly Route[] = [
  route({
    method: 'get',
    path: '/fields/new',
    scope: 'read',
    summary: 'Fields that known devices had not sent before, held back until looked at; no values.',
    answer: newFields,
    run: async ({ web }) => ({ items: await web.facade.newFields() }),
  }),
  route({
    method: 'get',
    path: '/fields/new/:id/preview',
    scope: 'read',
    summary: 'What would happen to a new field, were it this category: the rule in words.',
    query: object({ category, lang: optional(lang) }),
    answer: fieldPreview,
    run: async ({ web: { facade }, params, query }) =>
      preview(facade, await fieldOf(facade, params['id']!), query.category, query.lang ?? 'en'),
  }),
  route({
    method: 'post',
    path: '/fields/new/:id',
    scope: 'write',
    summary: 'Says what a new field is, or that it stays withheld; for this device or for its whole service.',
    body: object({ category: optional(category), scope: oneOf(['device', 'service']) }),
    answer: done,
    run: async ({ web: { facade }, params, body: { category: as, scope }, actor }) => {
      const field = await fieldOf(facade, params['id']!);
      await facade.decideField(
        field.id,
        as === undefined ? { kind: 'hold', scope } : { kind: 'name', category: as, scope },
        actor,
      );
      return { done: true };
    },
  }),
];

const own: readonly Route[] = [
  route({
    method: 'get',
    path: '/overrides',
    scope: 'read',
    summary: 'The household’s own instructions about fields, categories and devices.',
    answer: overrides,
    run: async ({ web }) => ({ items: await web.facade.overrides() }),
  }),
  route({
    method: 'post',
    path: '/overrides',
    scope: 'write',
    summary: 'Adds an instruction; with `minutes` it ends by itself.',
    body: object({
      service: optional(text(100)),
      device: optional(text(300)),
      category: optional(category),
      in: optional(oneOf(PLACES)),
      path: optional(text()),
      action: oneOf(ACTIONS),
      minutes: optional(whole(1, OVERRIDE_MINUTES_MAX)),
    }),
    answer: overrides,
    status: 201,
    run: async ({ web, body: { minutes, ...rest }, actor }) => {
      if (rest.path === undefined && rest.category === undefined)
        throw new Problem('bad_request', ['$: names no path and no category']);
      if (rest.category !== undefined && FLOOR.has(rest.category)) throw new Problem('conflict', ['$.category: never leaves']);
      const told = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined));
      const until = minutes === undefined ? {} : { untilMs: web.now() + minutes * MINUTE_MS };
      const made = await web.facade.addOverride(
        { ...(told as typeof rest & object), ...until } as Omit<KeptOverride, 'id'>,
        actor,
      );
      return { items: [made] };
    },
  }),
  route({
    method: 'patch',
    path: '/overrides/:id',
    scope: 'write',
    summary: 'Keeps an instruction for some minutes from now, or (null) for good.',
    body: object({ minutes: nullable(whole(1, OVERRIDE_MINUTES_MAX)) }),
    answer: done,
    run: async ({ web, params, body: { minutes }, actor }) => {
      await web.facade.keepOverride(params['id']!, minutes === null ? null : web.now() + minutes * MINUTE_MS, actor);
      return { done: true };
    },
  }),
  route({
    method: 'delete',
    path: '/overrides/:id',
    scope: 'write',
    summary: 'Takes an instruction back.',
    answer: done,
    run: async ({ web, params, actor }) => {
      await web.facade.removeOverride(params['id']!, actor);
      return { done: true };
    },
  }),
  route({
    method: 'get',
    path: '/trouble',
    scope: 'read',
    summary:
      'For a device and a time: what was withheld just before, refusals and error answers since, fields let through on trial.',
    query: object({ device: text(300, 1), atMs: optional(whole()), lang: optional(lang) }),
    answer: trouble,
    run: async ({ web, query: { device, atMs, lang: tongue } }) => troubleOf(web, device, atMs ?? web.now(), tongue ?? 'en'),
  }),
];

export const fieldRoutes: readonly Route[] = [...news, ...own];
