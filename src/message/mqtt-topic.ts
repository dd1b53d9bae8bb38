// Topics for the sieve: levels are judged like the segments of a path, and none may vanish, or topics of two devices became one.

import { HubError } from '../errors.js';
import { type Decision, FLOOR, type Place, type Pseudonym } from '../model.js';
import type { OwnIdentifier } from '../own-identifiers/matcher.js';
import type { PolicyView } from '../policy/decide.js';
import { FieldMemory } from '../sieve/field.js';
import { Shapes } from '../sieve/trace.js';
import { type SieveContext, type Sieved, sieve } from '../sieve.js';

/** A text that was judged. */
export interface JudgedText {
  readonly text: string;
  readonly decisions: readonly Decision[];
  readonly pseudonyms: readonly Pseudonym[];
  /** Network names that it gave away. */
  readonly learned: readonly OwnIdentifier[];
}

/** A part was refused: why, and what had been decided until then. */
export class Refused extends Error {
  constructor(
    readonly error: HubError,
    readonly decisions: readonly Decision[],
  ) {
    super(error.code);
  }
}

/** Contexts live as long as their policy; so does what is made of them. */
const addressings = new WeakMap<SieveContext, SieveContext>();

/** What a device is addressed with is never taken out or made coarser: where it may not leave, a stand-in does. */
export function addressing(cx: SieveContext): SieveContext {
  let other = addressings.get(cx);
  if (other === undefined) {
    const { rules } = cx.memory;
    const policyAt = (place: Place, isMapped: boolean): PolicyView => neverAbsent(rules.policyAt(place, isMapped));
    other = { ...cx, memory: new FieldMemory({ ...rules, policyAt }), shapes: new Shapes() };
    addressings.set(cx, other);
  }
  return other;
}

function neverAbsent(policy: PolicyView): PolicyView {
  return {
    justification: (category) => policy.justification(category),
    without: (category) => {
      const action = policy.without(category);
      return action === 'keep' || action === 'refuse' ? action : 'pseudonymize';
    },
    reasonWithout: (category) => policy.reasonWithout?.(category),
    hasFieldMap: false, // then what nobody knows is pseudonymized rather than dropped
    blocked: policy.blocked,
  };
}

/**
 * Judges a topic or a topic filter. A filter goes the same way as the topics it is for, so that both get the same stand-ins;
 * its wildcards stay, and the share of `$share/name/…` is judged by itself. `cx` is an `addressing(…)`.
 * Throws `Refused`: `blocked`, `own_identifier`, `floor` for a level that holds a secret.
 */
export function judgeTopic(topic: string, isFilter: boolean, cx: SieveContext): JudgedText {
  const [head, share, ...rest] = topic.split('/');
  if (!isFilter || head !== '$share' || share === undefined) return judgeLevels(topic, isFilter, cx);
  const name = judgeLevels(share, false, cx);
  const filter = judgeLevels(rest.join('/'), true, cx);
  return {
    text: `$share/${name.text}/${filter.text}`,
    decisions: [...name.decisions, ...filter.decisions],
    pseudonyms: [...name.pseudonyms, ...filter.pseudonyms],
    learned: [...name.learned, ...filter.learned],
  };
}

function judgeLevels(topic: string, isFilter: boolean, cx: SieveContext): JudgedText {
  const sieved = sieve([{ in: 'topic', kind: 'bytes', bytes: Buffer.from(topic, 'utf8') }], cx);
  const levels = topic.split('/');
  const judged = levelsOf(sieved, levels.length);
  const decisions = [...sieved.decisions];
  const pseudonyms = [...sieved.pseudonyms];
  const text = levels.map((before, index) => {
    const after = judged[index]!;
    if (after === before) return before;
    if (isFilter && (before === '+' || before === '#')) return before;
    const emptied = standIns(decisions, `$[${index}]`);
    if (emptied === undefined && isLevel(after)) return after;
    const stand = standIn(before, cx);
    pseudonyms.push({ ...stand, category: emptied ?? 'unclassified' });
    return stand.pseudonym;
  });
  return { text: text.join('/'), decisions, pseudonyms, learned: sieved.learned };
}

function levelsOf({ parts, error, decisions }: Sieved, count: number): string[] {
  const part = parts?.[0];
  if (part?.kind !== 'bytes') throw new Refused(error ?? new HubError('internal', 'topic'), decisions);
  const levels = Buffer.from(part.bytes).toString('utf8').split('/');
  if (levels.length !== count) throw new HubError('internal', 'topic: levels were lost');
  return levels;
}

/** Whether a text can stand between two slashes: in a topic that is published, `+` and `#` may not either (4.7.1). */
function isLevel(text: string): boolean {
  return text !== '' && !/[/+#\0]/.test(text);
}

/**
 * Corrects the decisions on what stands at `path`, where the sieve took something out: a stand-in takes its place. Gives the
 * category; undefined: nothing was taken out. Throws `Refused` for a secret: no form of it is to leave.
 */
export function standIns(decisions: Decision[], path: string): Decision['category'] | undefined {
  let category: Decision['category'] | undefined;
  for (const [index, decision] of decisions.entries()) {
    const isHere = decision.path === path || decision.path.startsWith(`${path}::`);
    if (!isHere || (decision.action !== 'drop' && decision.action !== 'blank')) continue;
    if (FLOOR.has(decision.category)) throw new Refused(new HubError('floor', `${decision.in} ${path}`), decisions);
    decisions[index] = pseudonymized(decision);
    category ??= decision.category;
  }
  return category;
}

/** A stand-in that says nothing of the text: keyed, the same for the same text. 64 bits: two of them never meet in a home. */
export function standIn(original: string, { keyring, service, epoch }: SieveContext): Omit<Pseudonym, 'category'> {
  const pseudonym = Buffer.from(keyring.mac('topic', original)).toString('hex').slice(0, 16);
  return { service, epoch, original, pseudonym };
}

/** Decisions stay the same objects: the log finds a list of them by identity. */
const corrected = new WeakMap<Decision, Decision>();

function pseudonymized(decision: Decision): Decision {
  let other = corrected.get(decision);
  if (other === undefined) corrected.set(decision, (other = Object.freeze({ ...decision, action: 'pseudonymize' as const })));
  return other;
}
