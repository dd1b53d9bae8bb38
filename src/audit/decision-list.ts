// The decisions of one message as a shape: one text, one hash, kept once (FORMAT.md, section 2).
import { hash } from 'node:crypto';
import { HubError } from '../errors.js';
import { ACTIONS, CATEGORY_IDS, type Decision, PLACES, REASON_KINDS } from '../model.js';
import { type Check, oneOf } from './forms.js';

const BY = ['profile', 'name', 'value', 'household', 'shape'];
const isString: Check = (value) => typeof value === 'string';

const DECISION: Record<string, Check> = {
  in: oneOf(PLACES),
  path: isString,
  category: oneOf(CATEGORY_IDS),
  by: oneOf(BY),
  action: oneOf(ACTIONS),
  reason: (value) => typeof value === 'object' && value !== null,
  occurrence: (value) => value === undefined || (Number.isSafeInteger(value) && (value as number) > 1),
};
const optional: Check = (value) => value === undefined || typeof value === 'string';
const REASON: Record<string, Check> = { kind: oneOf(REASON_KINDS), purpose: optional, clause: optional };

/** Throws `internal` when `value` has a member that `form` does not know, or one of another type: a value could hide in it. */
function guard(value: object, form: Record<string, Check>): void {
  const source = value as Record<string, unknown>;
  guardNames(value, form);
  for (const name in form)
    if (!form[name]?.(source[name])) throw new HubError('internal', `a decision has an unknown value for ${name}`);
}

function guardNames(value: object, form: Record<string, Check>): void {
  for (const name in value) if (!Object.hasOwn(form, name)) throw new HubError('internal', 'a decision has an unknown member');
}

/**
 * The text of a shape: one way to write a list of decisions. Throws `internal` for anything but decisions. Neighbours in a list differ
 * in little but their paths: what is the same in both is checked and written once, or 50,000 decisions would hold everything up for long.
 */
export function shapeText(decisions: readonly Decision[]): string {
  let text = '';
  let before: Decision | undefined;
  let head = '';
  let tail = '';
  for (const decision of decisions) {
    if (before !== undefined && differsInPathOnly(decision, before)) guardNames(decision, DECISION);
    else {
      guard(decision, DECISION);
      guard(decision.reason, REASON);
      const { in: place, category, by, action, reason, occurrence } = decision;
      const { kind, purpose, clause } = reason;
      head = `{"in":${JSON.stringify(place)},"path":`;
      tail = `,${JSON.stringify({ category, by, action, reason: { kind, purpose, clause }, occurrence }).slice(1)}`;
      before = decision;
    }
    text += `${text === '' ? '[' : ','}${head}${JSON.stringify(decision.path)}${tail}`;
  }
  return text === '' ? '[]' : `${text}]`;
}

function differsInPathOnly(one: Decision, other: Decision): boolean {
  return (
    one.reason === other.reason &&
    one.category === other.category &&
    one.action === other.action &&
    one.by === other.by &&
    one.in === other.in &&
    one.occurrence === other.occurrence &&
    typeof one.path === 'string'
  );
}

/** `sha256:` and the hex SHA-256 of a shape's text: what a record may carry as `shape`. */
export function hashShape(text: string): string {
  return `sha256:${hash('sha256', text, 'hex')}`;
}

/** Longest list remembered. Longer ones are never the same objects again (sieve/trace.ts), and 50,000 maps would be made for each. */
const LENGTH_MAX = 4096;
/** Nodes in the memory of shapes; past it, it starts anew: a device with ever new fields must not fill the memory. */
const NODES_MAX = 50_000;

function written(decisions: readonly Decision[]): { name: string; text: string } {
  const text = shapeText(decisions);
  return { name: hashShape(text), text };
}

class TrieNode {
  name: string | undefined;
  next: Map<Decision, TrieNode> | undefined;
}

/**
 * Finds the hash of a list of decisions without writing it, where the same frozen objects come again in the same order. Of a decision
 * that could still change nothing is remembered.
 */
export class ShapeMemory {
  #root = new TrieNode();
  #nodes = 0;
  /** Lists met before as the very same frozen object (sieve/trace.ts keeps one for each trace). */
  readonly #lists = new WeakMap<readonly Decision[], string>();

  /** Throws `internal`, as `shapeText` does. `text` is given only where it had to be written. */
  find(decisions: readonly Decision[]): { name: string; text?: string } {
    if (decisions.length > LENGTH_MAX) return written(decisions);
    const name = this.#lists.get(decisions);
    if (name !== undefined) return { name };
    const { fixed, ...found } = this.#find(decisions);
    if (fixed && Object.isFrozen(decisions)) this.#lists.set(decisions, found.name);
    return found;
  }

  /** `fixed`: nothing of it can change any more. */
  #find(decisions: readonly Decision[]): { name: string; text?: string; fixed: boolean } {
    let node: TrieNode | undefined = this.#root;
    for (const decision of decisions) if ((node = node?.next?.get(decision)) === undefined) break;
    if (node?.name !== undefined) return { name: node.name, fixed: true };
    const found = written(decisions);
    const fixed = decisions.every((one) => Object.isFrozen(one) && Object.isFrozen(one.reason));
    if (fixed) this.#remember(decisions, found.name);
    return { ...found, fixed };
  }

  #remember(decisions: readonly Decision[], name: string): void {
    if (this.#nodes + decisions.length > NODES_MAX) {
      this.#root = new TrieNode();
      this.#nodes = 0;
    }
    let node = this.#root;
    for (const decision of decisions) {
      node.next ??= new Map();
      let next = node.next.get(decision);
      if (next === undefined) {
        next = new TrieNode();
        node.next.set(decision, next);
        this.#nodes++;
      }
      node = next;
    }
    node.name = name;
  }
}
