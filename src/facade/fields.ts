// Single fields: the new ones, the household's instructions, and trying a message without leaving a trace.
import { randomUUID } from 'node:crypto';
import { HOLD_PREFIX, type Listed } from '../activity/new-fields.js';
import { HubError } from '../errors.js';
import { type ChoiceState, isHolding } from '../household/choices/state.js';
import type { GivenOverride } from '../household/choices.js';
import { selectorOf } from '../message/field-preview.js';
import type { Decision, Override, Report } from '../model.js';
import { actionNow, KEPT_BACK_PREFIX, NAMED_PREFIX } from '../runtime/named-fields.js';
import { UNKNOWN } from '../services/hosts.js';
import type { Part } from '../sieve.js';
import type { Actor, FieldDecision, HubFacade, Judged, KeptOverride, NewField, Tried, TryMessage } from '../web/facade.js';
import { byOf, type FacadeParts } from './ports.js';

type FieldsFacade = Pick<
  HubFacade,
  'newFields' | 'decideField' | 'isHeldBack' | 'overrides' | 'addOverride' | 'keepOverride' | 'removeOverride' | 'tryMessage'
>;

/** Stands for the device of a message that is only tried. */
const NOBODY = 'try';

export function fieldsFacade(parts: FacadeParts): FieldsFacade {
  const { home, activity, rules } = parts;
  const standing = (id: string): GivenOverride => {
    const found = home.choices.state.overrides.find((one) => one.id === id);
    if (found === undefined || id.startsWith(HOLD_PREFIX)) throw new HubError('not_found', 'an instruction');
    return found;
  };
  return {
    newFields: async () => activity.fields.listed().map(told),
    decideField: (id, decision, actor) => decideField(parts, id, decision, actor),
    isHeldBack: (of, decision) => isHeldBack(home.choices.state, of, decision),
    async overrides() {
      const nowMs = parts.now();
      const counting = home.choices.state.overrides.filter(({ untilMs = Number.POSITIVE_INFINITY }) => untilMs > nowMs);
      const choices = home.choices.services();
      return counting.filter(({ id }) => !id.startsWith(HOLD_PREFIX)).map((one) => keptOf(parts, one, choices));
    },
    async addOverride(override, actor) {
      const id = randomUUID();
      const path = override.path === undefined ? {} : { path: selectorOf(override.path) };
      await home.choices.apply({ what: 'override', override: { ...override, ...path, id } }, byOf(parts, actor));
      const { given, ...made } = standing(id);
      return { ...made, madeMs: given.timeMs };
    },
    async keepOverride(id, untilMs, actor) {
      const { given: _given, untilMs: _until, ...rest } = standing(id);
      const by = byOf(parts, actor);
      await home.choices.apply({ what: 'override_end', id }, by);
      await home.choices.apply({ what: 'override', override: { ...rest, ...(untilMs === null ? {} : { untilMs }) } }, by);
    },
    async removeOverride(id, actor) {
      standing(id);
      await home.choices.apply({ what: 'override_end', id }, byOf(parts, actor));
    },
    async tryMessage(message) {
      if (message.service !== UNKNOWN && !rules.current.services.has(message.service))
        throw new HubError('not_found', 'a service');
      return tryIn(parts, message);
    },
  };
}

function told({ selector: _selector, ...field }: Listed): NewField {
  return field;
}

const SECOND_MS = 1000;

/** The last instruction for the very same place counts: one of the household's own takes the hub's place while it stands. */
function isHeldBack(
  { overrides, heldBefore = [] }: ChoiceState,
  of: Judged,
  { in: place, path, reason, action }: Decision,
): boolean {
  if (reason.kind !== 'override' || action !== 'drop') return false;
  const selector = selectorOf(path);
  const isThere = (one: HeldPlace) =>
    one.device === of.device && one.service === of.service && (one.in ?? 'body') === place && one.path === selector;
  const last = overrides.filter((one) => isThere(one) && standsAt(one, of.timeMs)).at(-1);
  if (last !== undefined) return isHolding(last);
  return heldBefore.some((one) => isThere(one) && secondOf(one.fromMs) <= of.timeMs && of.timeMs < secondOf(one.untilMs));
}
const standsAt = ({ given, untilMs = Number.POSITIVE_INFINITY }: GivenOverride, timeMs: number) =>
  secondOf(given.timeMs) <= timeMs && timeMs < untilMs;
/** Records have their time to the second; an instruction counts from the beginning of its own. */
const secondOf = (timeMs: number): number => Math.floor(timeMs / SECOND_MS) * SECOND_MS;
type HeldPlace = Pick<Override, 'device' | 'service' | 'in' | 'path'>;

function keptOf({ rules }: FacadeParts, one: GivenOverride, choices: Parameters<typeof actionNow>[1]): KeptOverride {
  const { given, ...override } = one;
  const { id, service, category } = override;
  const isNamed = id.startsWith(NAMED_PREFIX) && service !== undefined && category !== undefined;
  return {
    ...override,
    ...(isNamed ? { action: actionNow(rules.current, choices, service, category) } : {}),
    madeMs: given.timeMs,
  };
}

/** What holds the field back for now ends; what the household says of it takes its place, for this device or for all. */
async function decideField(parts: FacadeParts, id: string, decision: FieldDecision, actor: Actor): Promise<void> {
  const { home, activity } = parts;
  const field = activity.fields.get(id);
  if (field === undefined) throw new HubError('not_found', 'a new field');
  const by = byOf(parts, actor);
  const isSame = (one: Listed): boolean =>
    one.id === id || (one.service === field.service && one.in === field.in && one.selector === field.selector);
  const settled = decision.scope === 'device' ? [field] : activity.fields.listed().filter(isSame);
  // First what counts from now on, then away with what held it back: never a moment without either.
  await home.choices.apply({ what: 'override', override: overrideOf(parts, field, decision) }, by);
  for (const one of settled) {
    const held = `${HOLD_PREFIX}${one.id}`;
    if (home.choices.state.overrides.some((other) => other.id === held))
      await home.choices.apply({ what: 'override_end', id: held }, by);
    activity.fields.settle(one.id);
  }
  activity.changed('fields');
}

function overrideOf({ home, rules }: FacadeParts, field: Listed, decision: FieldDecision): Override {
  const { service, device, selector: path } = field;
  const place = { service, ...(decision.scope === 'device' ? { device } : {}), in: field.in, path };
  switch (decision.kind) {
    case 'name': {
      const action = actionNow(rules.current, home.choices.services(), service, decision.category);
      return { id: `${NAMED_PREFIX}${randomUUID()}`, ...place, category: decision.category, action };
    }
    case 'hold':
      return { id: `${KEPT_BACK_PREFIX}${randomUUID()}`, ...place, action: 'drop' };
    default:
      return decision satisfies never;
  }
}

/** The real sieve over one body; nothing is recorded, no pseudonym is kept. */
async function tryIn({ home, judging, rules }: FacadeParts, message: TryMessage): Promise<Tried> {
  const { service, direction, purposes = {}, mediaType, coding, body } = message;
  const base = { service, direction, ruleset: rules.current.hash, bytesIn: body.length };
  // What comes back is not gated: it passes as it is.
  if (direction === 'down') return { report: { ...base, verdict: 'forwarded', bytesOut: body.length, decisions: [] }, out: body };
  const part: Part = {
    in: 'body',
    kind: 'bytes',
    bytes: body,
    ...(mediaType === undefined ? {} : { mediaType }),
    ...(coding === undefined ? {} : { coding }),
  };
  const { sieved, decisions, verdict } = await judging.message([part], service, NOBODY, home.servicesWith(service, purposes));
  const [first] = sieved.parts ?? [];
  const out = first?.kind === 'bytes' ? first.bytes : undefined;
  const report: Report = {
    ...base,
    verdict,
    ...(sieved.error === undefined ? {} : { error: { code: sieved.error.code } }),
    bytesOut: out?.length ?? 0,
    decisions,
  };
  return { report, ...(out === undefined ? {} : { out }) };
}
