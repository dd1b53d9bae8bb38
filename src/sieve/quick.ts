// Most values of a device are ordinary, in fields whose fate is known: told without asking every classifier again.

import type { Entries, Node } from '../model.js';
import { spokenValues } from '../recognize/value/labelled-text.js';
import { findValues, isPlainWord } from '../recognize/value/run.js';
import { type Shape, shapeOf } from '../recognize/value-form.js';
import type { LeafContext } from './context.js';
import type { Field } from './field.js';
import { classify, type ScalarKind, settled } from './meaning.js';
import { isPlainText, isStatus, wrapsNothing } from './plain-text.js';
import type { Ruling } from './ruling.js';

/** Slots of `Field.plain`: the ruling for values that only their kind and shape tell apart. */
const BOOLEAN = 0;
const NULL = 1;
const BY_MAP = 2;
const BY_NAME = 3;
const SHAPE_SLOT: Readonly<Record<Shape, number>> = { status: 4, prose: 5, time: 6, identifier: 7 };
/** A number this short is a reading whatever its name (ladder, step 6: up to six digits). */
const SHORT_NUMBER = 6;

/** The ruling where an ordinary value is kept as it is; undefined: it must be looked at. */
export function quickRuling(node: Node, field: Field, cx: LeafContext): Ruling | undefined {
  switch (node.kind) {
    case 'boolean':
    case 'null':
      return kept(plain(node.kind === 'null' ? NULL : BOOLEAN, node, field, cx));
    case 'number':
      if (node.text.length > SHORT_NUMBER || !settled(field)) return undefined;
      return kept(plain(slotOf(field, 'status'), node, field, cx));
    case 'string': {
      if (cx.ownPossible || !settled(field)) return undefined;
      const slot = field.mapped ? BY_MAP : field.named ? BY_NAME : SHAPE_SLOT[shapeOf('string', node.text, field.idLike)];
      const ruling = kept(plain(slot, node, field, cx));
      return ruling && findValues(node.text).length === 0 && spokenValues(node.text).length === 0 ? ruling : undefined;
    }
    default:
      return undefined;
  }
}

/**
 * The same for a value without a node, where the field has met its like before: it is kept, or goes whatever it says (`goesWholly`).
 * Undefined: make the node and judge it.
 */
export function quickEntry(entries: Entries, entry: number, field: Field, cx: LeafContext): Ruling | undefined {
  const whole = goesWholly(field);
  if (whole !== undefined) return holdsNoOther(entries, entry) ? whole : undefined;
  switch (entries.kind(entry)) {
    case 'boolean':
      return keptBefore(field, BOOLEAN);
    case 'null':
      return keptBefore(field, NULL);
    case 'number':
      return settled(field) ? quickNumber(entries, entry, field, cx) : undefined;
    case 'string':
      return cx.ownPossible || !settled(field) ? undefined : quickText(entries, entry, field);
    default:
      return undefined;
  }
}

function quickNumber(entries: Entries, entry: number, field: Field, cx: LeafContext): Ruling | undefined {
  if (entries.size(entry) <= SHORT_NUMBER) return keptBefore(field, slotOf(field, 'status'));
  // What the map knows is no other thing for its length.
  return field.mapped !== undefined && !cx.ownPossible ? keptBefore(field, BY_MAP) : undefined;
}

function quickText(entries: Entries, entry: number, field: Field): Ruling | undefined {
  const { bytes } = entries;
  const start = entries.start(entry) + 1;
  const end = start + entries.size(entry) - 2;
  if (isPlainWord(bytes, start, end)) return keptBefore(field, slotOf(field, 'status'));
  if (!isPlainText(bytes, start, end)) return undefined;
  if (field.mapped !== undefined || field.named !== undefined) return keptBefore(field, slotOf(field, 'status'));
  const shape = isStatus(bytes, start, end) ? 'status' : shapeOf('string', entries.text(entry), field.idLike);
  return keptBefore(field, SHAPE_SLOT[shape]);
}

/** Can no other text be wrapped in the value, so that it is judged as it stands? */
function holdsNoOther(entries: Entries, entry: number): boolean {
  switch (entries.kind(entry)) {
    case 'boolean':
    case 'null':
    case 'number':
      return true;
    case 'string': {
      const start = entries.start(entry) + 1;
      return wrapsNothing(entries.bytes, start, start + entries.size(entry) - 2);
    }
    default:
      return false;
  }
}

/** The ruling of a field all of whose values go, whatever they say: the map, or what covers the field, has it so. */
function goesWholly(field: Field): Ruling | undefined {
  if (field.whole === null) return undefined;
  return field.whole ?? findWhole(field);
}

function findWhole(field: Field): Ruling | undefined {
  const { covered, mapped } = field;
  const category = covered ?? (mapped !== undefined && settled(field) ? mapped : undefined);
  const ruling = category && field.ruling(category, covered === undefined ? 'profile' : 'name', false, 1);
  field.whole = ruling !== undefined && (ruling.fate.action === 'drop' || ruling.fate.action === 'blank') ? ruling : null;
  return field.whole ?? undefined;
}

function keptBefore(field: Field, slot: number): Ruling | undefined {
  const ruling = field.plain[slot];
  return ruling && kept(ruling);
}

function slotOf(field: Field, shape: Shape): number {
  return field.mapped ? BY_MAP : field.named ? BY_NAME : SHAPE_SLOT[shape];
}

function kept(ruling: Ruling): Ruling | undefined {
  return ruling.fate.action === 'keep' ? ruling : undefined;
}

function plain(slot: number, node: Node, field: Field, cx: LeafContext): Ruling {
  let ruling = field.plain[slot];
  if (!ruling) {
    const { category, by, unclassified } = classify(node.kind as ScalarKind, node.text, field, cx);
    ruling = field.ruling(category, by, unclassified, 1);
    field.plain[slot] = ruling;
  }
  return ruling;
}
