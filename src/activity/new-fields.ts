// Which fields each device has sent to each service, as keyed marks, and those that are new: listed, and held back where that breaks nothing.
import { createHash } from 'node:crypto';
import { type FindLook, guess, selectorOf } from '../message/field-preview.js';
import type { ActionKind, Decision, Override, Verdict } from '../model.js';
import type { NewField } from '../web/facade.js';
import { getOr } from './time-series.js';

/** When a device counts as known to the hub, so that a field can be new. */
export interface Learning {
  /** After so many messages to a service … */
  readonly messages: number;
  /** … or so long, if it has sent some. */
  readonly ms: number;
  /** Nothing is held back before. */
  readonly holdAfterMs: number;
}

const HOUR_MS = 3_600_000;
/** A device shows what it has within a day; a chatty one within some hundred messages. In its first hour nothing is held back. */
export const LEARNING: Learning = { messages: 200, ms: 24 * HOUR_MS, holdAfterMs: HOUR_MS };
/** A device that was seen once a day ago is not known yet. */
const MESSAGES_LEAST = 20;
/** More new fields in one message are a new kind of message or a new firmware: holding them all back could break it. */
const HELD_AT_ONCE = 8;
/** A device that makes up names must not fill the list, nor the choices: past these a field is listed only, then not even that. */
const HELD_MAX = 256;
const LISTED_OF_DEVICE = 100;
const LISTED_MAX = 500;
/** Marks kept of one device and service; past it nothing is new any more. */
const MARKS_MAX = 4000;
const PAIRS_MAX = 2000;
const MARK_BYTES = 8;

export interface Met {
  readonly timeMs: number;
  readonly device: string;
  readonly service: string;
  readonly verdict: Verdict;
  readonly decisions: readonly Decision[];
  readonly look?: FindLook;
}

export interface PairForm {
  readonly device: string;
  readonly service: string;
  readonly firstMs: number;
  readonly messages: number;
  readonly marks: readonly string[];
}

interface Pair {
  readonly device: string;
  readonly service: string;
  firstMs: number;
  messages: number;
  readonly marks: Set<string>;
  /** Lists of decisions with nothing new in them. */
  checked: WeakSet<readonly Decision[]>;
}

export interface Listed extends NewField {
  /** The path as a selector. */
  readonly selector: string;
}

/** Prefix of the names of overrides that hold a new field back. */
export const HOLD_PREFIX = 'new:';

export class Fields {
  private readonly pairs = new Map<string, Pair>();
  private readonly news = new Map<string, Listed>();
  readonly dirtyPairs = new Set<string>();
  readonly dirtyNews = new Set<string>();

  constructor(private readonly learning: Learning = LEARNING) {}

  /** Counts a recorded message. */
  count({ device, service, timeMs, decisions, verdict }: Met): void {
    if (verdict === 'refused' || verdict === 'opaque') return;
    const pair = this.pair(device, service, timeMs);
    pair.messages += 1;
    this.dirtyPairs.add(nameOf(device, service));
    if (!pair.checked.has(decisions)) {
      for (const decision of decisions) if (isShape(decision)) this.mark(pair, markOf(decision));
      if (![...this.news.values()].some((one) => one.device === device)) pair.checked.add(decisions);
    }
    if (this.news.size === 0) return;
    for (const decision of decisions) {
      if (!isShape(decision) && decision.reason.kind !== 'override') continue;
      const id = idOf(device, service, decision);
      const listed = this.news.get(id);
      if (listed === undefined) continue;
      this.news.set(id, { ...listed, count: listed.count + 1, action: decision.action });
      this.dirtyNews.add(id);
    }
  }

  /** New fields of a message that is about to be recorded: listed now. Gives the overrides that would hold them back. */
  meet(met: Met): readonly Override[] {
    const { device, service, decisions, timeMs } = met;
    const pair = this.pair(device, service, timeMs);
    if (pair.checked.has(decisions)) return [];
    const fresh = new Map<string, Decision>();
    for (const decision of decisions) {
      const mark = markOf(decision);
      if (isShape(decision) && !pair.marks.has(mark)) fresh.set(mark, decision);
    }
    for (const mark of fresh.keys()) this.mark(pair, mark);
    if (fresh.size === 0 || !this.isKnown(pair, timeMs) || pair.marks.size >= MARKS_MAX) return [];
    const mayHold =
      met.verdict === 'forwarded' && fresh.size <= HELD_AT_ONCE && timeMs - pair.firstMs >= this.learning.holdAfterMs;
    return [...fresh.values()].flatMap((decision) => this.list(met, decision, mayHold) ?? []);
  }

  listed(): Listed[] {
    return [...this.news.values()].sort((a, b) => b.firstMs - a.firstMs);
  }

  get(id: string): Listed | undefined {
    return this.news.get(id);
  }

  /** Decided: not new any more. */
  settle(id: string): void {
    if (this.news.delete(id)) this.dirtyNews.add(id);
  }

  forget(device: string): void {
    for (const [name, pair] of this.pairs) {
      if (pair.device !== device) continue;
      this.pairs.delete(name);
      this.dirtyPairs.add(name);
    }
    for (const [id, one] of this.news) if (one.device === device) this.settle(id);
  }

  pairForm(name: string): PairForm | undefined {
    const pair = this.pairs.get(name);
    if (pair === undefined) return undefined;
    const { device, service, firstMs, messages, marks } = pair;
    return { device, service, firstMs, messages, marks: [...marks] };
  }

  put({ device, service, firstMs, messages, marks }: PairForm): void {
    const pair = { device, service, firstMs, messages, marks: new Set(marks), checked: new WeakSet<readonly Decision[]>() };
    this.pairs.set(nameOf(device, service), pair);
  }

  putNew(one: Listed): void {
    this.news.set(one.id, one);
  }

  private list({ device, service, timeMs, look }: Met, decision: Decision, mayHold: boolean): Override | undefined {
    const id = idOf(device, service, decision);
    const all = [...this.news.values()];
    if (all.length >= LISTED_MAX || all.filter((one) => one.device === device).length >= LISTED_OF_DEVICE) return undefined;
    const selector = selectorOf(decision.path);
    const held = mayHold && isHoldable(decision, selector) && all.filter((one) => one.held).length < HELD_MAX;
    const { in: place, path, category } = decision;
    const action: ActionKind = held ? 'drop' : decision.action;
    const seen = look?.(place, path) ?? guess(category);
    this.news.set(id, {
      id,
      device,
      service,
      in: place,
      path,
      firstMs: timeMs,
      count: 0,
      ...seen,
      category,
      action,
      selector,
      held,
    });
    this.dirtyNews.add(id);
    return held ? { id: `${HOLD_PREFIX}${id}`, device, service, in: place, path: selector, action: 'drop' } : undefined;
  }

  private isKnown({ messages, firstMs }: Pair, nowMs: number): boolean {
    if (messages >= this.learning.messages) return true;
    return messages >= Math.min(MESSAGES_LEAST, this.learning.messages) && nowMs - firstMs >= this.learning.ms;
  }

  private mark(pair: Pair, mark: string): void {
    if (pair.marks.has(mark) || pair.marks.size >= MARKS_MAX) return;
    pair.marks.add(mark);
    this.dirtyPairs.add(nameOf(pair.device, pair.service));
  }

  private pair(device: string, service: string, timeMs: number): Pair {
    const name = nameOf(device, service);
    return getOr(this.pairs, name, () => {
      if (this.pairs.size >= PAIRS_MAX) {
        const [oldest] = this.pairs.keys();
        this.pairs.delete(oldest!);
        this.dirtyPairs.add(oldest!);
      }
      this.dirtyPairs.add(name);
      return {
        device,
        service,
        firstMs: timeMs,
        messages: 0,
        marks: new Set<string>(),
        checked: new WeakSet<readonly Decision[]>(),
      };
    });
  }
}

export const nameOf = (device: string, service: string): string => `${device} ${service}`;

/** No rule knew the field: its form alone decided. */
const isShape = ({ by }: Decision): boolean => by === 'shape';

/** What leaves as it is can be held back where a member can be taken out; what leaves changed needs no more. */
function isHoldable({ in: place, action }: Decision, selector: string): boolean {
  return (place === 'body' || place === 'query') && action === 'keep' && selector.endsWith("']");
}

/** Marks say which fields were met; made anew each start they would cost a hash each. */
const marks = new WeakMap<Decision, string>();

function markOf(decision: Decision): string {
  return getOr(marks, decision, () => digest(`${decision.in} ${selectorOf(decision.path)}`));
}

function idOf(device: string, service: string, decision: Decision): string {
  return digest(`${device} ${service} ${markOf(decision)}`);
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest().subarray(0, MARK_BYTES).toString('hex');
}
