// What a new field looks like, found in the message once and never its value: kind, form, length. And its path as a selector.
import type { Limits, Node, NodeKind, Place } from '../model.js';
import { undoCodings } from '../payload/coding.js';
import { readPart } from '../payload/part.js';
import type { Part } from '../sieve.js';

export interface Look {
  readonly kind: NodeKind;
  /** What its form looks like. */
  readonly look: 'identifier' | 'word' | 'prose' | 'number' | 'switch' | 'container';
  /** In UTF-16 units. */
  readonly length?: number;
}

/** Looks a field up by place and normalized path; undefined where it lies inside another encoding, or cannot be found. */
export type FindLook = (place: Place, path: string) => Look | undefined;

const STEP = /\['((?:[^'\\]|\\.)*)'\]|\[(\d+)\]/gy;
/** Identifiers have no blanks, and are longer than the words of a state. */
const IDENTIFIER = /^(?=.*\d)[^\s]{10,}$/;
const PROSE_UNITS = 24;
/** A larger message was judged by a worker: to read it again here, on the hub's own thread, would hold up the others. */
const LOOK_BYTES = 16 * 1024;
const LOOK_PLAIN_BYTES = 64 * 1024;

export function lookInto(parts: readonly Part[], limits: Limits): FindLook {
  const within = { ...limits, bodyBytes: Math.min(limits.bodyBytes, LOOK_PLAIN_BYTES) };
  /** Each part is read once, however many fields are asked for; undefined: it cannot be read. */
  const roots = new Map<Part, Node | undefined>();
  const rootOf = (part: Part & { kind: 'bytes' }): Node | undefined => {
    if (!roots.has(part)) roots.set(part, readRoot(part, within));
    return roots.get(part);
  };
  return (place, path) => {
    const steps = stepsOf(path);
    if (steps === undefined) return undefined;
    for (const part of parts) {
      if (part.in !== place) continue;
      const node = part.kind === 'bytes' ? walkTo(rootOf(part), steps) : fieldOf(part.fields, steps);
      if (node !== undefined) return lookOf(node);
    }
    return undefined;
  };
}

/** For a field that was not found: what the ladder's provisional category says. */
export function guess(category: string): Look {
  return category === 'unclassified' ? { kind: 'string', look: 'identifier' } : { kind: 'string', look: 'word' };
}

/** A decision's path as a selector: any element instead of this one; inside an encoding, the members as if it were none. */
export function selectorOf(path: string): string {
  return path.replace(STEP_OR_LAYER, (step, name?: string) => name ?? (step.startsWith('[') ? '[*]' : ''));
}
const STEP_OR_LAYER = /(\['(?:[^'\\]|\\.)*'\])|\[\d+\]|(?:::[a-z0-9-]+)+(?:::\$)?/g;

function stepsOf(path: string): (string | number)[] | undefined {
  const steps: (string | number)[] = [];
  let at = 1;
  STEP.lastIndex = at;
  for (let match = STEP.exec(path); match !== null; match = STEP.exec(path)) {
    steps.push(match[2] === undefined ? match[1]!.replace(/\\(['\\])/g, '$1') : Number(match[2]));
    at = STEP.lastIndex;
  }
  return at === path.length ? steps : undefined;
}

function readRoot(part: Part & { kind: 'bytes' }, limits: Limits): Node | undefined {
  if (part.bytes.length > LOOK_BYTES) return undefined;
  try {
    const { bytes } = undoCodings(part.bytes, part.coding, limits);
    return readPart(part.in, bytes, part.mediaType, limits).root;
  } catch {
    return undefined; // it was judged all the same; here only its looks stay unknown
  }
}

function walkTo(root: Node | undefined, steps: readonly (string | number)[]): Node | undefined {
  let node = root;
  for (const step of steps) {
    const children: readonly Node[] = node?.children ?? [];
    node = typeof step === 'number' ? children[step] : children.find(({ name }) => name === step);
  }
  return node;
}

interface Seen {
  readonly kind: NodeKind;
  readonly text: string;
}

function fieldOf(fields: readonly (readonly [string, string])[], [name]: readonly (string | number)[]): Seen | undefined {
  const found = fields.find(([one]) => one.toLowerCase() === String(name).toLowerCase());
  return found === undefined ? undefined : { kind: 'string', text: found[1] };
}

function lookOf({ kind, text }: Seen): Look {
  switch (kind) {
    case 'object':
    case 'array':
      return { kind, look: 'container' };
    case 'boolean':
      return { kind, look: 'switch' };
    case 'number':
      return { kind, look: 'number', length: text.length };
    case 'null':
      return { kind, look: 'word' };
    case 'bytes':
      return { kind, look: 'identifier' };
    case 'string':
      return { kind, look: lookOfText(text), length: text.length };
    default:
      return kind satisfies never;
  }
}

function lookOfText(text: string): Look['look'] {
  if (/^-?\d+(?:\.\d+)?$/.test(text) && text.length < 10) return 'number';
  if (IDENTIFIER.test(text)) return 'identifier';
  return /\s/.test(text) && text.length > PROSE_UNITS ? 'prose' : 'word';
}
