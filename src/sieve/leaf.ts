// One scalar field: what it is (map, name, value, household, shape; the worst finding wins), its fate, and what stands there after.
import { applyAction } from '../action/index.js';
import type { Keyring } from '../action/keyring.js';
import { identify } from '../classify/canonical.js';
import type { OwnIdentifiers } from '../classify/household.js';
import { type Shape, shapeOf } from '../classify/shape.js';
import { distinctive } from '../classify/spellings.js';
import { findValues, plausible } from '../classify/values.js';
import type {
  ActionKind,
  Category,
  CategoryId,
  ClassifiedBy,
  Decision,
  Edit,
  Finding,
  Node,
  Override,
  Pseudonym,
} from '../model.js';
import { strictness } from '../model.js';
import { decide, type Fate, type PolicyView, stricter } from '../policy/decide.js';
import { pickOverride } from '../policy/overrides.js';
import type { Field } from './field.js';

/** What judging a field needs beside the field: the service's policy, the household, the keys. */
export interface LeafContext {
  readonly service: string;
  readonly epoch: number;
  readonly policy: PolicyView;
  readonly categories: ReadonlyMap<CategoryId, Category>;
  readonly own: OwnIdentifiers;
  readonly keyring: Keyring;
  readonly byCategory: readonly Override[];
  readonly device: string;
  readonly knownToVendor: boolean;
  /** Filled as fields are changed: what to restore on the way down. */
  readonly pseudonyms: Pseudonym[];
  /** Filled with network names that a field's name gave away: the same name may stand elsewhere under a harmless one. */
  readonly learned: string[];
  /** Filled as fields are kept: how often an own identifier leaves by decision (the last look allows as many). */
  readonly allowed: Map<number, number>;
}

export interface Judged {
  readonly decision: Decision;
  readonly edit: Edit | undefined;
}

interface Classified {
  readonly category: CategoryId;
  readonly by: ClassifiedBy;
  readonly unclassified: boolean;
}

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

/** Judges one scalar. `element`: it stands in an array, where nothing may be dropped. */
export function judgeLeaf(node: Node, field: Field, element: boolean, occurrence: number, cx: LeafContext): Judged {
  const what = classify(node.kind as ScalarKind, node.text, field, cx);
  const fate = fateOf(what.category, what.unclassified, [], field, cx);
  const leaf: Leaf = { kind: node.kind as ScalarKind, text: node.text, bytes: node.bytes, field, element, occurrence, cx, what, fate };
  const bare = leaf.kind === 'boolean' || leaf.kind === 'null' || leaf.text === '';
  if (bare || strictness(fate.action) >= strictness('hash')) return finish(leaf, what, fate, undefined);
  const found = relevant(leaf);
  if (found.length === 0) return finish(leaf, what, fate, undefined);
  return judgeFindings(leaf, found);
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

/** The field as a whole gets `fate`. */
function finish(leaf: Leaf, what: Classified, fate: Fate, finding: Finding | undefined): Judged {
  if (what.category === 'wifi_ssid' && fate.action !== 'keep' && leaf.kind === 'string' && distinctive(leaf.text)) leaf.cx.learned.push(leaf.text);
  const decision = leaf.field.decision(what.category, what.by, fate, leaf.occurrence);
  return { decision, edit: editFor(leaf, fate.action, what.category, finding) };
}

function editFor(leaf: Leaf, action: ActionKind, category: CategoryId, finding: Finding | undefined): Edit | undefined {
  const { kind, text, element, cx } = leaf;
  if (action === 'keep' || action === 'refuse') return undefined;
  if (kind === 'null') return action === 'drop' && !element ? { kind: 'drop' } : undefined;
  const identity = finding && byOf(finding) === 'value' ? { canonical: finding.canonical, finding } : identify(kind, text, category, leaf.bytes);
  const outcome = applyAction(action, { text, kind, category, ...identity, bytes: leaf.bytes }, cx.keyring);
  switch (outcome.kind) {
    case 'keep':
      return undefined;
    case 'drop':
    case 'refuse': // only the ladder refuses; an action that cannot treat a value takes it out
      return { kind: element ? 'blank' : 'drop' };
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
  const { what, fate, field, cx, text } = leaf;
  const identifier = IDENTIFIERS.has(what.category);
  const whole = found.find((f) => f.start === 0 && f.end === text.length);
  if (whole && (what.unclassified || !identifier)) {
    const other = fateOf(whole.category, false, [], field, cx);
    const worst = what.unclassified ? other : stricter(fate, other);
    if (worst.action === 'keep') allow([whole], cx);
    if (worst === fate) return finish(leaf, what, fate, undefined);
    return finish(leaf, { category: whole.category, by: byOf(whole), unclassified: false }, other, whole);
  }
  if (identifier && !what.unclassified) {
    const embeds = found.map((f) => f.category);
    const embedding = fateOf(what.category, false, embeds, field, cx);
    if (embedding.action === 'keep') allow(found, cx);
    if (embedding.action !== 'pseudonymize') return finish(leaf, what, embedding, undefined);
  }
  return replaceSpans(leaf, found);
}

/** Each finding inside a longer text meets its own fate; the rest of the text stays. */
function replaceSpans(leaf: Leaf, found: readonly Finding[]): Judged {
  const { what, fate, field, cx, text } = leaf;
  const embedding = IDENTIFIERS.has(what.category) && !what.unclassified;
  let out = '';
  let at = 0;
  let worst: { what: Classified; fate: Fate } = { what, fate };
  for (const finding of found) {
    const own = fateOf(finding.category, false, [], field, cx);
    const met: Fate = embedding && own.action !== 'keep' ? { action: 'pseudonymize', reason: fate.reason } : own;
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
  const decision = field.decision(worst.what.category, worst.what.by, worst.fate, leaf.occurrence);
  if (at === 0) return { decision, edit: editFor(leaf, fate.action, what.category, undefined) };
  if (leaf.kind === 'number') return { decision, edit: leaf.element ? { kind: 'blank' } : { kind: 'drop' } };
  return { decision, edit: { kind: 'text', text: out + text.slice(at) } };
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

/** The ladder's answer for a category at this field. */
export function fateOf(
  category: CategoryId,
  unclassified: boolean,
  embeds: readonly CategoryId[],
  field: Field,
  cx: LeafContext,
): Fate {
  const override = pickOverride(field.overridden, cx.byCategory, category, cx.device);
  return decide(cx.policy, { category, unclassified, embeds, override, knownToVendor: cx.knownToVendor });
}

function classify(
  kind: 'string' | 'number' | 'boolean' | 'null' | 'bytes',
  text: string,
  field: Field,
  cx: LeafContext,
): Classified {
  if (field.covered) return { category: field.covered, by: 'name', unclassified: false };
  const mapped = field.mapped;
  const named = field.named?.category;
  const holds = named !== undefined && kind !== 'null' && carries(named, kind, text, cx) ? named : undefined;
  if (mapped !== undefined) {
    if (holds === undefined || holds === mapped) return { category: mapped, by: 'profile', unclassified: false };
    // The map has the say; a name may only make it worse (a MAC's name under a wildcard of the map).
    const byMap = fateOf(mapped, false, [], field, cx);
    const byName = fateOf(holds, false, [], field, cx);
    return strictness(byName.action) > strictness(byMap.action) && !IDENTIFIERS.has(mapped)
      ? { category: holds, by: 'name', unclassified: false }
      : { category: mapped, by: 'profile', unclassified: false };
  }
  if (holds !== undefined) return { category: holds, by: 'name', unclassified: false };
  if (kind === 'bytes') return { category: 'media', by: 'shape', unclassified: true };
  return { category: BY_SHAPE[shapeOf(kind, text, field.idLike)], by: 'shape', unclassified: true };
}

/** Can this value be of that category at all? `ssid: true` is no network name. */
function carries(category: CategoryId, kind: 'string' | 'number' | 'boolean' | 'bytes', text: string, cx: LeafContext): boolean {
  const holds = cx.categories.get(category)?.holds ?? [];
  const wanted = kind === 'string' ? 'text' : kind;
  if (!holds.includes(wanted) && !(kind === 'string' && holds.includes('number') && text !== '')) return false;
  return kind === 'boolean' || kind === 'bytes' || plausible(category, text, kind);
}

/** Findings that count for this field: what is certain, and what the field's own meaning bears out. */
function relevant({ kind, text, what, field, cx }: Leaf): readonly Finding[] {
  const values = kind === 'string' ? findValues(text) : [];
  const own = cx.own.empty ? [] : cx.own.find(text);
  if (values.length === 0 && own.length === 0) return values;
  const counted = values.filter((f) => f.strength === 'certain' || bearsOut(f, text, what, field));
  if (own.length === 0) return counted;
  // The household's own come first: where both found the same place, what is ours counts.
  const rest = counted.filter((f) => !own.some((o) => o.start < f.end && f.start < o.end));
  return [...rest, ...own].sort((a, b) => a.start - b.start);
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
