// One scalar field: what it is (map, name, value, household, shape; the worst finding wins), its fate, and what stands there after.
import { applyAction } from '../action/index.js';
import type { Keyring } from '../action/keyring.js';
import { identify } from '../classify/canonical.js';
import type { OwnIdentifier, OwnIdentifiers } from '../classify/household.js';
import { type Shape, shapeOf } from '../classify/shape.js';
import { distinctive } from '../classify/spellings.js';
import { spokenValues } from '../classify/spoken.js';
import { findValues, isPlainWord, plausible, uuidNode } from '../classify/values.js';
import { HubError } from '../errors.js';
import type { ActionKind, Category, CategoryId, ClassifiedBy, Edit, Entries, Finding, Node, Pseudonym } from '../model.js';
import { FLOOR, strictness } from '../model.js';
import { type Fate, stricter } from '../policy/decide.js';
import type { Field, Ruling } from './field.js';
import type { Trace } from './trace.js';

/** What judging a field needs beside the field: the household, the keys, and where to write down what was decided. */
export interface LeafContext {
  readonly service: string;
  readonly epoch: number;
  readonly categories: ReadonlyMap<CategoryId, Category>;
  readonly own: OwnIdentifiers;
  /** False: none of the household's own identifiers stands in the message as it came, so that no value need be searched for them. */
  ownPossible: boolean;
  readonly keyring: Keyring;
  readonly trace: Trace;
  /** Filled as fields are changed: what to restore on the way down. */
  readonly pseudonyms: Pseudonym[];
  /** Filled with network names that a field's name gave away: the same name may stand elsewhere under a harmless one. */
  readonly learned: OwnIdentifier[];
  /** Filled with a few of the addresses and keys that were taken out: they may stand inside other values. */
  readonly taken: OwnIdentifier[];
  /** Filled as fields are kept: how often an own identifier leaves by decision (the last look allows as many). */
  readonly allowed: Map<number, number>;
}

/** What came of one field. */
export interface Judged {
  readonly ruling: Ruling;
  readonly edit: Edit | undefined;
}

interface Classified {
  readonly category: CategoryId;
  readonly by: ClassifiedBy;
  readonly unclassified: boolean;
}

const NOTHING: readonly Finding[] = [];
const DROP: Edit = Object.freeze({ kind: 'drop' });
const BLANK: Edit = Object.freeze({ kind: 'blank' });
/** What a span of prose becomes where its content is dropped: readable, and no value. */
export const WITHHELD = '[withheld]';
/** Categories whose values are identifiers by nature: a contextual finding under them counts. */
const IDENTIFIERS: ReadonlySet<CategoryId> = new Set<CategoryId>([
  'device_identifier',
  'account_identifier',
  'credential',
  'serial_number',
  'radio_identifier',
  'hostname',
  'device_name',
  'advertising_identifier',
  'user_agent',
]);
/** Findings that name a piece of hardware or a place even without context: they count in a field nobody knows. */
const TELLING: ReadonlySet<CategoryId> = new Set<CategoryId>([
  'device_mac',
  'router_mac',
  'bluetooth_mac',
  'hostname',
  'radio_identifier',
  'ip_address',
]);
/** Provisional category of a field by its shape (ladder, step 6). */
const BY_SHAPE: Readonly<Record<Shape, CategoryId>> = {
  status: 'device_status',
  prose: 'device_status',
  time: 'timestamp',
  identifier: 'unclassified',
};

/** Slots of `Field.plain`: the ruling for values that only their kind and shape tell apart. */
const BOOLEAN = 0;
const NULL = 1;
const BY_MAP = 2;
const BY_NAME = 3;
const SHAPE_SLOT: Readonly<Record<Shape, number>> = { status: 4, prose: 5, time: 6, identifier: 7 };
/** Categories that any text or number can be of (classify/values/plausible.ts). */
const ANY_VALUE: ReadonlySet<CategoryId> = new Set<CategoryId>([
  'device_status',
  'control_command',
  'error_code',
  'diagnostics',
  'timestamp',
  'uptime',
  'sequence',
]);
/** A number this short is a reading whatever its name (ladder, step 6: up to six digits). */
const SHORT_NUMBER = 6;
/** Shortest number that could be one of the household's own identifiers (a MAC or an address written as a number). */
const OWN_NUMBER = 8;
const STRICT = strictness('hash');

/** Judges one scalar, writes the ruling down and puts the edit on the node. `element`: it stands in an array, where nothing is dropped. */
export function judgeLeaf(node: Node, field: Field, element: boolean, occurrence: number, cx: LeafContext): boolean {
  const quick = occurrence === 1 ? quickRuling(node, field, cx) : undefined;
  if (quick) {
    cx.trace.leaf(quick);
    return false;
  }
  const { ruling, edit } = judged(node, field, element, occurrence, cx);
  return settle(node, ruling, edit, cx);
}

/** Writes a ruling down and puts its edit on the node. Throws where the ladder refuses the whole message. */
export function settle(node: Node, ruling: Ruling, edit: Edit | undefined, cx: LeafContext): boolean {
  cx.trace.leaf(ruling);
  if (ruling.fate.action === 'refuse') throw new HubError('blocked');
  if (!edit) return false;
  node.edit = edit;
  return true;
}

/** The ruling where an ordinary value is kept as it is; undefined: it must be looked at. */
function quickRuling(node: Node, field: Field, cx: LeafContext): Ruling | undefined {
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

/** The same for a value without a node, where the field has met its like before; undefined: make the node and judge it. */
export function quickEntry(entries: Entries, entry: number, field: Field, cx: LeafContext): Ruling | undefined {
  switch (entries.kind(entry)) {
    case 'boolean':
      return keptBefore(field, BOOLEAN);
    case 'null':
      return keptBefore(field, NULL);
    case 'number':
      return entries.size(entry) <= SHORT_NUMBER && settled(field) ? keptBefore(field, slotOf(field, 'status')) : undefined;
    case 'string': {
      if (cx.ownPossible || !settled(field)) return undefined;
      const start = entries.start(entry) + 1;
      const end = start + entries.size(entry) - 2;
      return isPlainWord(entries.bytes, start, end) ? keptBefore(field, slotOf(field, 'status')) : undefined;
    }
    default:
      return undefined;
  }
}

function keptBefore(field: Field, slot: number): Ruling | undefined {
  const ruling = field.plain[slot];
  return ruling && kept(ruling);
}

function slotOf(field: Field, shape: Shape): number {
  return field.mapped ? BY_MAP : field.named ? BY_NAME : SHAPE_SLOT[shape];
}

/** Whether what the field is does not hang on the value: no name speaks, or what it says makes no difference or fits any value. */
function settled(field: Field): boolean {
  field.settled ??= findSettled(field);
  return field.settled;
}

function findSettled(field: Field): boolean {
  const { mapped, named, covered } = field;
  if (covered !== undefined) return false;
  if (named === undefined || named.category === mapped) return true;
  if (mapped === undefined) return ANY_VALUE.has(named.category);
  if (FLOOR.has(named.category) && !FLOOR.has(mapped)) return false;
  return (
    IDENTIFIERS.has(mapped) ||
    strictness(field.fate(named.category, false).action) <= strictness(field.fate(mapped, false).action)
  );
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

/** Whether the field as a whole may not leave, whatever stands inside its text. */
export function goesWhole(node: Node, field: Field, cx: LeafContext): boolean {
  const { category, unclassified } = classify(node.kind as ScalarKind, node.text, field, cx);
  return strictness(field.fate(category, unclassified).action) >= STRICT;
}

/** The long way: every classifier is asked. Nothing is written down yet. */
export function judged(node: Node, field: Field, element: boolean, occurrence: number, cx: LeafContext): Judged {
  const what = classify(node.kind as ScalarKind, node.text, field, cx);
  const ruling = field.ruling(what.category, what.by, what.unclassified, occurrence);
  const { fate } = ruling;
  const leaf: Leaf = {
    kind: node.kind as ScalarKind,
    text: node.text,
    bytes: node.bytes,
    field,
    element,
    occurrence,
    cx,
    what,
    fate,
  };
  const bare = leaf.kind === 'boolean' || leaf.kind === 'null' || leaf.text === '';
  const found = bare || strictness(fate.action) >= STRICT ? NOTHING : relevant(leaf);
  return found.length === 0 ? finish(leaf, ruling, undefined) : judgeFindings(leaf, found);
}

type ScalarKind = 'string' | 'number' | 'boolean' | 'null' | 'bytes';
interface Leaf {
  readonly kind: ScalarKind;
  readonly text: string;
  readonly bytes: Uint8Array | undefined;
  readonly field: Field;
  readonly element: boolean;
  readonly occurrence: number;
  readonly cx: LeafContext;
  readonly what: Classified;
  readonly fate: Fate;
}

/** The field as a whole gets a ruling. */
function finish(leaf: Leaf, ruling: Ruling, finding: Finding | undefined): Judged {
  const { category, fate } = ruling;
  if (fate.action !== 'keep' && leaf.kind === 'string') {
    if (category === 'wifi_ssid') learn(leaf.text, leaf.cx);
    else noteTaken(leaf.text, category, leaf.cx);
  }
  return { ruling, edit: editFor(leaf, fate.action, category, finding) };
}

function learn(name: string, cx: LeafContext): void {
  if (!cx.own.has(name) && distinctive(name)) cx.learned.push({ category: 'wifi_ssid', value: name });
}

/** Most values looked for in what leaves: a home's own are few, a scan's many. */
const TAKEN_MAX = 8;
const MAC = /^(?:[0-9a-f]{2}[:.-]?){5}[0-9a-f]{2}$/i;

/** An address, as its digits, or a network's key: what one field calls by its name may stand inside another. */
function noteTaken(text: string, category: CategoryId, cx: LeafContext): void {
  if (cx.taken.length >= TAKEN_MAX) return;
  switch (category) {
    case 'router_mac':
    case 'device_mac':
    case 'bluetooth_mac': {
      if (MAC.test(text) && /[1-9a-f]/i.test(text)) cx.taken.push({ category, value: text.replace(/[:.-]/g, '').toLowerCase() });
      return;
    }
    case 'wifi_password':
      if (distinctive(text)) cx.taken.push({ category, value: text });
      return;
    default:
  }
}

function editFor(leaf: Leaf, action: ActionKind, category: CategoryId, finding: Finding | undefined): Edit | undefined {
  const { kind, text, element, cx } = leaf;
  if (action === 'keep' || action === 'refuse') return undefined;
  if (action === 'drop' || action === 'blank') return action === 'blank' || element ? BLANK : DROP;
  if (kind === 'null') return undefined;
  const identity =
    finding && byOf(finding) === 'value' ? { canonical: finding.canonical, finding } : identify(kind, text, category, leaf.bytes);
  const outcome = applyAction(action, { text, kind, category, ...identity, bytes: leaf.bytes }, cx.keyring);
  switch (outcome.kind) {
    case 'keep':
      return undefined;
    case 'drop':
    case 'refuse': // only the ladder refuses; an action that cannot treat a value takes it out
      return element ? BLANK : DROP;
    case 'text':
      if (outcome.text === text) return undefined;
      if (action === 'pseudonymize') remember(cx, category, text, outcome.text);
      return outcome;
    case 'blank':
    case 'bytes':
      return outcome;
    default:
      return outcome satisfies never;
  }
}

function remember(cx: LeafContext, category: CategoryId, original: string, pseudonym: string): void {
  cx.pseudonyms.push({ service: cx.service, epoch: cx.epoch, category, original, pseudonym });
}

function judgeFindings(leaf: Leaf, found: readonly Finding[]): Judged {
  const { what, fate, field, cx, text, occurrence } = leaf;
  const identifier = IDENTIFIERS.has(what.category);
  const whole = found.find((f) => f.start === 0 && f.end === text.length);
  if (whole && (what.unclassified || !identifier)) {
    const other = field.fate(whole.category, false, uuidNode(text) === undefined ? undefined : ['device_mac']);
    const worst = what.unclassified ? other : stricter(fate, other);
    if (worst.action === 'keep') allow([whole], cx);
    if (worst === fate) return finish(leaf, field.rule(what.category, what.by, fate, occurrence), undefined);
    return finish(leaf, field.rule(whole.category, byOf(whole), other, occurrence), whole);
  }
  if (identifier && !what.unclassified) {
    const embeds = found.flatMap((f) =>
      uuidNode(text.slice(f.start, f.end)) ? [f.category, 'device_mac' as const] : [f.category],
    );
    const embedding = field.fate(what.category, false, embeds);
    if (embedding.action === 'keep') allow(found, cx);
    if (embedding.action !== 'pseudonymize')
      return finish(leaf, field.rule(what.category, what.by, embedding, occurrence), undefined);
  }
  return replaceSpans(leaf, found);
}

/** Each finding inside a longer text meets its own fate; the rest of the text stays. */
function replaceSpans(leaf: Leaf, found: readonly Finding[]): Judged {
  const { what, fate, field, cx, text } = leaf;
  const embedding = IDENTIFIERS.has(what.category) && !what.unclassified;
  const carriesNode = (finding: Finding): boolean => embedding && uuidNode(text.slice(finding.start, finding.end)) !== undefined;
  let out = '';
  let at = 0;
  let worst: { what: Classified; fate: Fate } = { what, fate };
  for (const finding of found) {
    const own = field.fate(finding.category, false);
    const met: Fate =
      embedding && (own.action !== 'keep' || carriesNode(finding)) ? { action: 'pseudonymize', reason: fate.reason } : own;
    if (met.action === 'keep') {
      allow([finding], cx);
      continue;
    }
    const instead = spanInstead(leaf, met.action, finding);
    out += text.slice(at, finding.start) + (instead ?? WITHHELD);
    at = finding.end;
    // In a text, `drop` takes out the words found and leaves the rest: reported as `blank`.
    const shown: Fate = instead === undefined ? { action: 'blank', reason: met.reason } : met;
    if (strictness(shown.action) > strictness(worst.fate.action)) {
      worst = { what: embedding ? what : { category: finding.category, by: byOf(finding), unclassified: false }, fate: shown };
    }
  }
  const ruling = field.rule(worst.what.category, worst.what.by, worst.fate, leaf.occurrence);
  if (at === 0) return { ruling, edit: editFor(leaf, fate.action, what.category, undefined) };
  if (leaf.kind === 'number') return { ruling, edit: leaf.element ? BLANK : DROP };
  return { ruling, edit: { kind: 'text', text: out + text.slice(at) } };
}

/** What stands where a finding stood; undefined: nothing of it may. */
function spanInstead(leaf: Leaf, action: ActionKind, finding: Finding): string | undefined {
  const piece = leaf.text.slice(finding.start, finding.end);
  const { category } = finding;
  const canonical = byOf(finding) === 'value' ? finding.canonical : identify('string', piece, category).canonical;
  const outcome = applyAction(action, { text: piece, kind: 'string', category, canonical }, leaf.cx.keyring);
  if (outcome.kind !== 'text') return undefined;
  if (action === 'pseudonymize') remember(leaf.cx, finding.category, piece, outcome.text);
  return outcome.text;
}

function byOf(finding: Finding): ClassifiedBy {
  return finding.canonical.startsWith('own:') ? 'household' : 'value';
}

function classify(
  kind: 'string' | 'number' | 'boolean' | 'null' | 'bytes',
  text: string,
  field: Field,
  cx: LeafContext,
): Classified {
  if (field.covered) return { category: field.covered, by: 'name', unclassified: false };
  const mapped = field.mapped;
  if (mapped !== undefined && settled(field)) return { category: mapped, by: 'profile', unclassified: false };
  const named = field.named?.category;
  const holds = named !== undefined && kind !== 'null' && carries(named, kind, text, cx) ? named : undefined;
  if (mapped !== undefined) {
    if (holds === undefined || holds === mapped) return { category: mapped, by: 'profile', unclassified: false };
    // The map has the say; a name may only make it worse (a MAC's name under a wildcard of the map).
    const byMap = field.fate(mapped, false);
    const byName = field.fate(holds, false);
    // A floor's name counts whatever the map says: a password beside a network's name is the network's.
    return (FLOOR.has(holds) && !FLOOR.has(mapped)) ||
      (strictness(byName.action) > strictness(byMap.action) && !IDENTIFIERS.has(mapped))
      ? { category: holds, by: 'name', unclassified: false }
      : { category: mapped, by: 'profile', unclassified: false };
  }
  if (holds !== undefined) return { category: holds, by: 'name', unclassified: false };
  if (kind === 'bytes') return { category: 'media', by: 'shape', unclassified: true };
  return { category: BY_SHAPE[shapeOf(kind, text, field.idLike)], by: 'shape', unclassified: true };
}

/** Can this value be of that category at all? `ssid: true` is no network name. */
function carries(category: CategoryId, kind: Exclude<ScalarKind, 'null'>, text: string, cx: LeafContext): boolean {
  const holds = cx.categories.get(category)?.holds ?? [];
  const wanted = kind === 'string' ? 'text' : kind;
  if (!holds.includes(wanted) && !(kind === 'string' && holds.includes('number') && text !== '')) return false;
  return kind === 'boolean' || kind === 'bytes' || plausible(category, text, kind);
}

/** Findings that count for this field: what is certain, and what the field's own meaning bears out. */
function relevant({ kind, text, what, field, cx }: Leaf): readonly Finding[] {
  const values = kind === 'string' ? withSpoken(findValues(text), text) : NOTHING;
  const own = cx.ownPossible && (kind !== 'number' || text.length >= OWN_NUMBER) ? cx.own.find(text) : [];
  if (values.length === 0 && own.length === 0) return values;
  const counted = values.filter((f) => f.strength === 'certain' || bearsOut(f, text, what, field));
  if (own.length === 0) return counted;
  // The household's own come first: where both found the same place, what is ours counts.
  const rest = counted.filter((f) => !own.some((o) => o.start < f.end && f.start < o.end));
  return [...rest, ...own].sort((a, b) => a.start - b.start);
}

/** What a text calls by its name, beside what shows by itself; of two in one place the latter counts. */
function withSpoken(values: readonly Finding[], text: string): readonly Finding[] {
  const spoken = spokenValues(text);
  if (spoken.length === 0 || values.length === 0) return values.length === 0 ? spoken : values;
  const rest = spoken.filter((s) => !values.some((v) => v.start < s.end && s.start < v.end));
  return [...values, ...rest].sort((a, b) => a.start - b.start);
}

function bearsOut(f: Finding, text: string, what: Classified, field: Field): boolean {
  if (f.category === what.category) return true;
  if (!what.unclassified) return IDENTIFIERS.has(what.category) && TELLING.has(f.category);
  return field.idLike || TELLING.has(f.category) || (what.category === 'unclassified' && f.end - f.start === text.length);
}

function allow(findings: readonly Finding[], cx: LeafContext): void {
  for (const f of findings) {
    if (!f.canonical.startsWith('own:')) continue;
    const id = Number(f.canonical.slice(4));
    cx.allowed.set(id, (cx.allowed.get(id) ?? 0) + 1);
  }
}
