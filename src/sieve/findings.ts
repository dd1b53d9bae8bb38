// What stands inside a field's text, beside what the field is: which findings count, and what becomes of them.
import { applyAction } from '../action/index.js';
import type { ActionKind, CategoryId, Finding } from '../model.js';
import { strictness } from '../model.js';
import { type Fate, stricter } from '../policy/decide.js';
import { identify } from '../recognize/canonical.js';
import { uuidNode } from '../recognize/value/uuid.js';
import { NUMERIC } from '../recognize/value-recognizers.js';
import type { LeafContext } from './context.js';
import { BLANK, byOf, DROP, editFor, finish, type Judged, type Leaf, remember } from './edits.js';
import type { Field } from './field.js';
import { type Classified, IDENTIFIERS } from './meaning.js';
import { maySpeakOfPlace } from './places.js';
import { noteTaken } from './taken.js';

const NOTHING: readonly Finding[] = [];
/** What a span of prose becomes where its content is dropped: readable, and no value. */
export const WITHHELD = '[withheld]';
/** Findings that name a piece of hardware or a place even without context: they count in a field nobody knows. */
const TELLING: ReadonlySet<CategoryId> = new Set<CategoryId>([
  'device_mac',
  'router_mac',
  'bluetooth_mac',
  'hostname',
  'radio_identifier',
  'ip_address',
]);
/** What is a part of a device's identifier where it stands inside one. */
const HARDWARE: ReadonlySet<CategoryId> = new Set<CategoryId>(['device_mac', 'router_mac', 'bluetooth_mac', 'radio_identifier']);
/** Longest text that is one identifier. */
const TOKEN_MAX = 64;
/** Most findings that are replaced one by one in a text: one with more is a list of identifiers, and goes as a whole. */
const FINDINGS_MAX = 4096;
/** Shortest number that could be one of the household's own identifiers (a MAC or an address written as a number). */
const OWN_NUMBER = 8;

/** Findings that count for this field: what is certain, and what the field's own meaning bears out. */
export function relevant({ kind, text, what, field, cx }: Leaf): readonly Finding[] {
  const only = kind === 'string' ? undefined : NUMERIC;
  const values = kind === 'string' || (kind === 'number' && field.idLike) ? cx.recognizers.findIdentifiers(text, only) : NOTHING;
  if (values.length > FINDINGS_MAX) return values;
  let own: readonly Finding[] =
    cx.ownPossible && (kind !== 'number' || text.length >= OWN_NUMBER) ? cx.own.find(text, cx.searching) : [];
  if (values.length === 0 && own.length === 0) return values;
  const counted = values.filter((f) => f.strength !== 'weak' || bearsOut(f, text, what, field));
  if (own.length === 0) return counted;
  const soft = own.filter(({ category }) => isNameAllowed(category, what));
  if (soft.length > 0) {
    allow(soft, cx);
    own = own.filter((found) => !soft.includes(found));
  }
  // The household's own come first: where both found the same place, what is ours counts.
  const rest = counted.filter((f) => !own.some((o) => o.start < f.end && f.start < o.end));
  return [...rest, ...own].sort((a, b) => a.start - b.start);
}

/** What a field's own name or its map says it is, so that a device's name in it is a word and no name: the model that the device is called by. */
const WORDED: ReadonlySet<CategoryId> = new Set<CategoryId>([
  'device_model',
  'firmware_version',
  'os_version',
  'device_status',
  'control_command',
  'error_code',
  'language',
  'timezone_region',
]);

function isNameAllowed(category: CategoryId, { category: field, unclassified }: Classified): boolean {
  return !unclassified && (category === 'device_name' || category === 'hostname') && WORDED.has(field);
}

function bearsOut(f: Finding, text: string, what: Classified, field: Field): boolean {
  if (f.category === what.category) return true;
  if (f.category === 'location_precise' && maySpeakOfPlace(field)) return true;
  // Twelve decimal digits are a serial or a number of a customer three hundred times as often as an address without a letter.
  if (f.category === 'device_mac' && /^\d{12}$/.test(text.slice(f.start, f.end))) return false;
  if (!what.unclassified) return IDENTIFIERS.has(what.category) && TELLING.has(f.category);
  if (TELLING.has(f.category) && f.category !== 'ip_address') return true; // four numbers are a version as often
  return field.idLike || (what.category === 'unclassified' && f.end - f.start === text.length);
}

/** The field as its findings make it: the worst of what it is and what stands in it. */
export function judgeFindings(leaf: Leaf, found: readonly Finding[]): Judged {
  if (found.length > FINDINGS_MAX) return tooMany(leaf, found);
  const { what, fate, field, cx, text, occurrence } = leaf;
  const addressed = what.unclassified && field.idLike && text.length <= TOKEN_MAX && !/\s/.test(text);
  if (addressed && found.every((f) => HARDWARE.has(f.category) && f.end - f.start < text.length)) {
    // An identifier of the vendor's own with an address in it (`SIEMENS-HCS01-3C846A0B91D2`): blanked, nobody would know the device.
    const fate = field.fate(
      'device_identifier',
      false,
      found.map((f) => f.category),
    );
    if (fate.action === 'pseudonymize')
      return finish(leaf, field.rule('device_identifier', 'value', fate, occurrence), undefined);
  }
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

/** A text of very many identifiers goes whole where any of them must change. */
function tooMany(leaf: Leaf, found: readonly Finding[]): Judged {
  const { what, fate, field, element, occurrence } = leaf;
  const changing = found.find(({ category }) => field.fate(category, false).action !== 'keep');
  if (changing === undefined) return finish(leaf, field.rule(what.category, what.by, fate, occurrence), undefined);
  const { reason } = field.fate(changing.category, false);
  const gone: Fate = { action: element ? 'blank' : 'drop', reason };
  return { ruling: field.rule(changing.category, byOf(changing), gone, occurrence), edit: element ? BLANK : DROP };
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
    if (byOf(finding) === 'value') noteTaken(text.slice(finding.start, finding.end), finding.category, cx.taken);
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
  const canonical =
    byOf(finding) === 'value' ? finding.canonical : identify('string', piece, category, leaf.cx.recognizers).canonical;
  const outcome = applyAction(action, { text: piece, kind: 'string', category, canonical }, leaf.cx.keyring);
  if (outcome.kind !== 'text') return undefined;
  if (action === 'pseudonymize') remember(leaf.cx, finding.category, piece, outcome.text);
  return outcome.text;
}

function allow(findings: readonly Finding[], cx: LeafContext): void {
  for (const f of findings) {
    if (!f.canonical.startsWith('own:')) continue;
    const id = Number(f.canonical.slice(4));
    cx.allowed.set(id, (cx.allowed.get(id) ?? 0) + 1);
  }
}
