// THE place where evidence becomes a category: what names, structure, the value, the home's own identifiers and history say of one
// scalar, added up by rules that can be stated one by one (test/sieve/classify.test.ts has a row for each).
import { type Category, type CategoryId, type ClassifiedBy, type Finding, FLOOR, strictness } from '../model.js';
import type { RecognizerId } from '../recognize/recognizers.js';
import type { ValueForm } from '../recognize/value-form.js';

/** One piece of evidence. `start` and `end` as in `Finding`; those of a name or the field map speak of the whole value. */
export interface Evidence extends Finding {
  readonly recognizer: RecognizerId;
  readonly source: 'field-map' | 'name' | 'structure' | 'value' | 'own-identifier';
  /** The value itself confirms what a weak name says: evidence of another source. */
  readonly confirmed: boolean;
}

export interface Classification {
  readonly category: CategoryId;
  readonly by: ClassifiedBy;
  /** Set where nothing recognizes the value: what happens goes by its form. */
  readonly form: ValueForm | undefined;
  /** The decisive piece first, then what supported it. */
  readonly because: readonly RecognizerId[];
  /** The finding that is the whole value, where that decided. */
  readonly whole: Evidence | undefined;
  /** What stands inside the value, in order, without overlaps. */
  readonly embeds: readonly Evidence[];
}

/** What is known of the value and its field beside evidence of a category. */
export interface Context {
  readonly categories: ReadonlyMap<CategoryId, Category>;
  readonly form: ValueForm;
  readonly length: number;
  /** The name makes a long token an identifier, or the place is one that devices are addressed by. */
  readonly identifies: boolean;
  /** What the device is addressed with, where the value is that. */
  readonly addressedAs: CategoryId | undefined;
  readonly speaksOfPlace: boolean;
}

/** Categories whose values are identifiers by nature: what stands inside them is embedded, and weak evidence of hardware counts. */
export const IDENTIFIERS: ReadonlySet<CategoryId> = new Set<CategoryId>([
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
/** Categories that any text or number can be of: a more telling name or value takes it back. */
export const ANY_VALUE: ReadonlySet<CategoryId> = new Set<CategoryId>([
  'device_status',
  'control_command',
  'error_code',
  'diagnostics',
  'timestamp',
  'uptime',
  'sequence',
]);
/** Hardware and its place in the network: weak evidence of these counts inside identifiers. */
const HARDWARE: ReadonlySet<CategoryId> = new Set<CategoryId>([
  'device_mac',
  'router_mac',
  'bluetooth_mac',
  'hostname',
  'radio_identifier',
  'ip_address',
]);

/** Categories that a more telling name or value takes back. */
const YIELDING: ReadonlySet<CategoryId> = new Set<CategoryId>([...ANY_VALUE, 'device_identifier', 'account_identifier']);
const BY: Readonly<Record<Evidence['source'], ClassifiedBy>> = {
  'field-map': 'profile',
  name: 'name',
  structure: 'name',
  value: 'value',
  'own-identifier': 'household',
};

/** Adds the evidence up. `evidence`: that of the field first, then findings in the value by their place. */
export function classify(evidence: readonly Evidence[], context: Context): Classification {
  const named = ofField(evidence, context);
  const inside = evidence.filter((one) => isInside(one) && counts(one, named, context));
  const whole = inside.find(({ start, end }) => start === 0 && end === context.length);
  if (whole !== undefined && overrules(whole, named, context))
    return { ...told(whole, evidence), form: undefined, whole, embeds: [] };
  if (named !== undefined) return { ...told(named, evidence), form: undefined, whole: undefined, embeds: inside };
  const addressed = context.addressedAs ?? vendorsOwn(inside, context);
  if (addressed !== undefined)
    return { category: addressed, by: 'value', form: undefined, because: ['addressing'], whole: undefined, embeds: inside };
  return { category: 'unclassified', by: 'shape', form: context.form, because: ['form'], whole: undefined, embeds: inside };
}

/** Findings in the value; evidence of names and maps is about the field. */
function isInside({ source }: Evidence): boolean {
  return source === 'value' || source === 'own-identifier';
}

/** What a piece of evidence says, and who supports it. */
function told(decisive: Evidence, evidence: readonly Evidence[]): Pick<Classification, 'category' | 'by' | 'because'> {
  const { recognizer, category, source } = decisive;
  const others = evidence.filter((one) => one.category === category && one.recognizer !== recognizer);
  return { category, by: BY[source], because: [recognizer, ...new Set(others.map((one) => one.recognizer))] };
}

/** What the field is by its map and its names; undefined: nobody says. */
function ofField(evidence: readonly Evidence[], context: Context): Evidence | undefined {
  // 1. What covers the field from above covers it whole.
  const covering = evidence.find(({ recognizer }) => recognizer === 'inherited');
  if (covering !== undefined) return covering;
  const mapped = evidence.find(({ source }) => source === 'field-map');
  const said = strongest(evidence, context);
  if (mapped === undefined || said === undefined || said.category === mapped.category) return mapped ?? said;
  // 2. The map has the say; a name of the floor counts whatever it says, and a name may make stricter what is no identifier.
  if (FLOOR.has(said.category)) return FLOOR.has(mapped.category) ? mapped : said;
  const isStricter = strict(said.category, context) > strict(mapped.category, context);
  return isStricter && !IDENTIFIERS.has(mapped.category) ? said : mapped;
}

/** 3. The strongest that names or structure say; what fits any value yields to what does not; of equal ones the stricter category. */
function strongest(evidence: readonly Evidence[], context: Context): Evidence | undefined {
  let best: Evidence | undefined;
  for (const one of evidence) {
    if (isInside(one) || one.source === 'field-map' || (one.strength === 'weak' && !isSupported(one, evidence))) continue;
    if (best === undefined || rank(one, context) > rank(best, context)) best = one;
  }
  return best;
}

function rank({ category, strength }: Evidence, context: Context): number {
  const floor = FLOOR.has(category) ? 8 : 0;
  const telling = YIELDING.has(category) ? 0 : 4;
  return floor + telling + (strength === 'weak' ? 0 : 2) + strict(category, context) / 16;
}

/** 4. Weak evidence is strong where evidence of another source names the same category. */
function isSupported({ category, source, confirmed }: Evidence, evidence: readonly Evidence[]): boolean {
  return confirmed || evidence.some((other) => other.category === category && other.source !== source);
}

/** How strict a category's default is. */
function strict(category: CategoryId, { categories }: Context): number {
  return strictness(categories.get(category)?.withoutPurpose ?? 'drop');
}

/** Whether a finding in the value counts: strong by itself, weak where the field is that, or an identifier. */
function counts({ category, strength }: Evidence, named: Evidence | undefined, context: Context): boolean {
  if (strength !== 'weak' || named?.category === category) return true;
  if (category === 'location_precise') return context.speaksOfPlace;
  if (!HARDWARE.has(category)) return false;
  return named === undefined ? context.identifies : IDENTIFIERS.has(named.category);
}

/**
 * 5. A finding that is the whole value says what nobody names, or names as what any value can be, and else counts where it is stricter; an
 * identifier only embeds it.
 */
function overrules(whole: Evidence, named: Evidence | undefined, context: Context): boolean {
  if (named === undefined) return true;
  if (IDENTIFIERS.has(named.category)) return false;
  return ANY_VALUE.has(named.category) || strict(whole.category, context) > strict(named.category, context);
}

/** 6. A token of the vendor's own that holds an address (`SIEMENS-HCS01-3C846A0B91D2`) is an identifier that embeds it. */
function vendorsOwn(inside: readonly Evidence[], { form, identifies }: Context): CategoryId | undefined {
  const holds = form !== 'text' && identifies && inside.length > 0 && inside.every(({ category }) => HARDWARE.has(category));
  return holds ? 'device_identifier' : undefined;
}
