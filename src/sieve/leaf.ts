// One scalar field: the evidence for what it is, its fate, and what stands there after.
import type { Category, CategoryId, Finding } from '../model.js';
import { strictness } from '../model.js';
import { mediaTypeOf } from '../payload/media.js';
import { textCanonical } from '../recognize/canonical.js';
import { confirmsAmbiguousName } from '../recognize/name/ambiguous.js';
import { traitsOf } from '../recognize/prefilter.js';
import { plausible } from '../recognize/value/plausible.js';
import { isOfWords, type ValueForm, valueForm } from '../recognize/value-form.js';
import { ANY_VALUE, type Classification, type Context, classify, type Evidence, IDENTIFIERS } from './classify.js';
import type { MessageContext } from './context.js';
import { applyRuling, type Judged, type Scalar } from './edits.js';
import { judgeEmbedded } from './embedded.js';
import { fateOf } from './fate.js';
import type { Field } from './field.js';
import type { Ruling } from './ruling.js';

const STRICT = strictness('hash');
/** Shortest number that could be one of the household's own identifiers (a coordinate, an address written as a number). */
const OWN_NUMBER = 5;
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
const NOTHING: readonly Evidence[] = Object.freeze([]);

/** Whether what the field is hangs on its values: a name that says what not every value can be. */
export function dependsOnValue(field: Field, cx: MessageContext): boolean {
  field.dependsOnValue ??= findDependence(field, cx);
  return field.dependsOnValue;
}

function findDependence(field: Field, { categories }: MessageContext): boolean {
  const { inheritedCategory, mapCategory, nameCategory, ambiguousCategory, rules } = field;
  if (inheritedCategory !== undefined) return false;
  const strict = (category: CategoryId): number => strictness(categories.get(category)?.withoutPurpose ?? 'drop');
  if (mapCategory !== undefined) {
    if (nameCategory === undefined || nameCategory === mapCategory) return false;
    return !IDENTIFIERS.has(mapCategory) && strict(nameCategory) > strict(mapCategory);
  }
  if (ambiguousCategory !== undefined || rules.recognizers.mayBePersons(field)) return true;
  return nameCategory !== undefined && !ANY_VALUE.has(nameCategory);
}

/** What the field's map, names and place say of this value. */
function evidenceOfField({ kind, text, bytes, field }: Scalar, cx: MessageContext): Evidence[] {
  const { inheritedCategory, mapCategory, nameCategory, ambiguousCategory, namedBy } = field;
  const found: Evidence[] = [];
  const add = (
    category: CategoryId,
    recognizer: Evidence['recognizer'],
    source: Evidence['source'],
    strength: Evidence['strength'],
    confirmed = false,
  ): void => void found.push({ category, recognizer, source, strength, confirmed, start: 0, end: text.length, canonical: '' });
  if (inheritedCategory !== undefined) add(inheritedCategory, 'inherited', 'structure', 'certain');
  if (mapCategory !== undefined) add(mapCategory, 'fieldMap', 'field-map', 'certain');
  if (kind === 'null') return found;
  if (kind === 'bytes' && mediaTypeOf(bytes!) !== undefined) add('media', 'media', 'value', 'certain');
  if (nameCategory !== undefined && carries(cx.categories.get(nameCategory), kind, text))
    add(nameCategory, namedBy, namedBy === 'namePattern' ? 'name' : 'structure', 'strong');
  if (kind !== 'string' && kind !== 'number') return found;
  if (ambiguousCategory !== undefined && confirmsAmbiguousName(ambiguousCategory, text, kind, field.words?.words))
    add(ambiguousCategory, 'ambiguousName', 'name', 'weak', true);
  const person = field.rules.recognizers.personIn(field, kind, text);
  if (person !== undefined) add(person, 'personField', 'name', 'weak', true);
  return found;
}

/** Can this value be of that category at all? `ssid: true` is no network name. */
function carries(category: Category | undefined, kind: Exclude<Scalar['kind'], 'null'>, text: string): boolean {
  if (category === undefined) return false;
  const { holds, id } = category;
  const wanted = kind === 'string' ? 'text' : kind;
  if (!holds.includes(wanted) && !(kind === 'string' && holds.includes('number') && text !== '')) return false;
  return kind === 'boolean' || kind === 'bytes' || plausible(id, text, kind);
}

/** What is known of a value beside evidence of a category; found out when asked. */
class ScalarContext implements Context {
  readonly categories: Context['categories'];
  readonly length: number;
  private known: ValueForm | undefined;

  constructor(
    private readonly scalar: Scalar,
    private readonly cx: MessageContext,
  ) {
    this.categories = cx.categories;
    this.length = scalar.text.length;
  }

  get form(): ValueForm {
    const { kind, text, field } = this.scalar;
    this.known ??= refine(valueForm(kind, text, field.idLike), text, field);
    return this.known;
  }

  get identifies(): boolean {
    return this.scalar.isKey === true || this.scalar.field.idLike || this.cx.addresses || this.cx.identifies;
  }

  get addressedAs(): CategoryId | undefined {
    const { kind, text } = this.scalar;
    if (kind !== 'string') return undefined;
    const known = this.cx.addressedAs(textCanonical(text));
    if (known !== undefined) return known;
    return (this.cx.addresses || this.cx.identifies) && this.form === 'token' ? 'device_identifier' : undefined;
  }

  get speaksOfPlace(): boolean {
    return this.scalar.field.speaksOfPlace;
  }
}

/** A hash as hexadecimal digits; twelve of them may be an address. */
const DIGEST = /^(?:[0-9a-f]{2}){4,5}$|^(?:[0-9a-f]{2}){7,64}$/i;

/**
 * What machines write is a text. A token under the name of a digest is one; under that of a request, a scene, a job it is an event's id and
 * names nobody.
 */
function refine(form: ValueForm, text: string, field: Field): ValueForm {
  if (form === 'prose') return isOfDevices(text, field) ? 'text' : form;
  if (form !== 'token') return form;
  if (field.namesDigest && DIGEST.test(text)) return 'opaque';
  return field.namesEvent ? 'reading' : form;
}

/** Whether machines write it: by the field's name, or by its words. */
function isOfDevices(text: string, field: Field): boolean {
  return field.saysMachineText || isOfWords(text, field.rules.recognizers.vocabulary.set('operation_words'));
}

/** What the value is and what the ladder says, with nothing decided about what stands inside it. */
export function rulingOf(scalar: Scalar, cx: MessageContext): Ruling {
  const what = classify(evidenceOfField(scalar, cx), new ScalarContext(scalar, cx));
  return scalar.field.rule(what, fateOf(what, scalar, cx), scalar.occurrence);
}

/** Whether the field as a whole may not leave, whatever stands inside its text. */
export function isWithheldWhole(scalar: Scalar, cx: MessageContext): boolean {
  return strictness(rulingOf(scalar, cx).fate.action) >= STRICT;
}

/** The long way: every recognizer that may find something is asked. Nothing is written down yet. */
export function judgeScalar(scalar: Scalar, cx: MessageContext): Judged {
  const { kind, text, field, occurrence } = scalar;
  const evidence = evidenceOfField(scalar, cx);
  const context = new ScalarContext(scalar, cx);
  const named = classify(evidence, context);
  const fate = fateOf(named, scalar, cx);
  const isBare = kind === 'boolean' || kind === 'null' || text === '';
  const found = isBare || strictness(fate.action) >= STRICT ? NOTHING : findingsIn(scalar, named, cx);
  if (found.length > 0) return judgeEmbedded(scalar, classify([...evidence, ...found], context), cx);
  return applyRuling(scalar, field.rule(named, fate, occurrence), undefined, cx);
}

/** Findings in the value: those of recognizers, and the home's own, which come first where both found the same place. */
function findingsIn(scalar: Scalar, what: Classification, cx: MessageContext): readonly Evidence[] {
  const { kind, text, field } = scalar;
  const values: Evidence[] = [];
  if (kind === 'string' || isAddressLike(kind, text, field)) {
    const isDigest = field.namesDigest && DIGEST.test(text);
    for (const one of field.rules.recognizers.findIdentifiers(text))
      if (!isDigest) values.push({ ...one, source: 'value', confirmed: false });
    const tails = endsOfAddresses(text, cx).filter((tail) => !values.some((one) => overlap(one, tail)));
    if (tails.length > 0) values.push(...tails);
    for (const one of addressesInRuns(text, cx)) if (!values.some((other) => overlap(one, other))) values.push(one);
  }
  if (!cx.mayHoldOwn || (kind === 'number' && text.length < OWN_NUMBER)) return values.sort(byPlace);
  const own: Evidence[] = [];
  for (const one of cx.own.find(text, cx.searchEncodings)) {
    if (isWordIn(what, one, text, cx)) cx.release([one]);
    else own.push({ ...one, recognizer: 'ownIdentifier', source: 'own-identifier', confirmed: false });
  }
  if (own.length === 0) return values.sort(byPlace);
  const rest = values.filter((one) => !own.some((o) => overlap(one, o)));
  return [...rest, ...own].sort(byPlace);
}

/** Whether the home's name is only a word here. A field that nothing recognizes may be a network's name: there no word is. */
function isWordIn({ form, category }: Classification, one: Finding, text: string, cx: MessageContext): boolean {
  if (form !== undefined || !WORDED.has(category)) return false;
  if (one.category === 'device_name' || one.category === 'hostname') return true;
  return one.end - one.start === text.length && cx.isOrdinary(one);
}

/** Digits of 48 bits. */
const ADDRESS_NUMBER = 13;

/** Whether a number may be a hardware address: long, and the device's own identifier by its name (`chipId`). */
export function isAddressLike(kind: Scalar['kind'], text: string, { nameCategory }: Field): boolean {
  return kind === 'number' && text.length >= ADDRESS_NUMBER && nameCategory === 'device_identifier';
}

function overlap(a: Finding, b: Finding): boolean {
  return a.start < b.end && b.start < a.end;
}

function byPlace(a: Finding, b: Finding): number {
  return a.start - b.start;
}

/** Six hex digits that stand alone or behind a word, and more that end a token: `DVES_5A31F0`, never a colour. */
const TAIL = /(?<![0-9a-f#])[0-9a-f]{6}(?![0-9a-z])/gi;

/** The ends of addresses that a device of this service is addressed with. */
function endsOfAddresses(text: string, cx: MessageContext): Evidence[] {
  if (!cx.mayHoldTail(traitsOf(text))) return [];
  const found: Evidence[] = [];
  for (const { 0: tail, index: start } of text.matchAll(TAIL)) {
    // Digits alone are a number unless a name stands before them.
    if (!/[a-f]/i.test(tail) && !/[g-z_-]/i.test(text.charAt(start - 1))) continue;
    const canonical = cx.addressEndingIn(tail.toLowerCase());
    if (canonical === undefined) continue;
    const category = cx.addressedAs(canonical);
    if (category === undefined) continue;
    const end = start + tail.length;
    found.push({ category, canonical, start, end, ...ADDRESSING });
  }
  return found;
}

const ADDRESSING = { strength: 'certain', recognizer: 'addressing', source: 'value', confirmed: true } as const;
/** Longer runs are payloads and keys. */
const RUN = /(?<![0-9a-f])[0-9a-f]{13,64}(?![0-9a-f])/gi;
const ADDRESS_DIGITS = 12;

/** Hardware addresses that a device of this service is addressed with, glued to other hexadecimal digits (`0031` MAC `07`). */
function addressesInRuns(text: string, cx: MessageContext): Evidence[] {
  if (text.length <= ADDRESS_DIGITS || !cx.hasAddresses) return [];
  const found: Evidence[] = [];
  for (const { 0: run, index } of text.matchAll(RUN)) {
    for (let at = 0; at + ADDRESS_DIGITS <= run.length; at += 1) {
      const canonical = `mac:${run.slice(at, at + ADDRESS_DIGITS).toLowerCase()}`;
      const category = cx.addressedAs(canonical);
      if (category === undefined) continue;
      const start = index + at;
      found.push({ category, canonical, start, end: start + ADDRESS_DIGITS, ...ADDRESSING });
      at += ADDRESS_DIGITS - 1;
    }
  }
  return found;
}
