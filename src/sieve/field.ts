// The memory of fields: one `Field` for each kind of place met (`$['devices'][*]['name']`), with what its name and the service's
// field map say of it and the ladder's answers, so that these are asked once for each place and not once for each message.
// Holds names and decisions, never values.

import { CATEGORY_IDS, type CategoryId, type ClassifiedBy, type Override, PLACES, type Place } from '../model.js';
import { decide, type Fate } from '../policy/decide.js';
import { pickOverride } from '../policy/overrides.js';
import { isNeutral, type NameFinding, type NameWords } from '../recognize/name/patterns.js';
import { bracket, type FieldRules, type Segment, type SelectorState, stepped } from './field-rules.js';
import { roleOf } from './roles.js';
import { Ruling } from './ruling.js';

/** Most fields remembered; past it the memory starts anew (a device may invent names for ever). */
export const FIELDS_MAX = 20_000;
/** How many enclosing names speak for a field (`wifi` for `wifi.sta.name`, not for what lies deeper). */
const ENCLOSING_MAX = 2;
const CATEGORY_INDEX: Readonly<Record<string, number>> = Object.fromEntries(CATEGORY_IDS.map((id, i) => [id, i]));
const PLACE_INDEX = Object.fromEntries(PLACES.map((place, i) => [place, i])) as Readonly<Record<Place, number>>;
const BY_INDEX: Readonly<Record<ClassifiedBy, number>> = { profile: 0, name: 1, value: 2, household: 3, shape: 4 };
/** Places in the key of a ruling: 5 classifiers × known or not. */
const KEY_STRIDE = 10;

/** Where a field stands, and what the field map says of it. */
type FieldPlace = Pick<Field, 'place' | 'mapped'>;

export class FieldMemory {
  private roots = new Map<Place, Field>();
  private fates = new Map<number, Fate>();
  rulings: Ruling[] = [];
  count = 0;
  /** Numbers the objects of messages, to notice a name that comes twice in one. */
  serial = 0;
  /** Changes when the memory starts anew: what was kept of its rulings' numbers is void then. */
  generation = 0;
  constructor(readonly rules: FieldRules) {}

  /** Starts anew where too much was remembered; called between messages only. */
  tidy(): void {
    if (this.count <= FIELDS_MAX && this.rulings.length <= FIELDS_MAX * 2) return;
    this.roots = new Map();
    this.rulings = [];
    this.count = 0;
    this.generation += 1;
  }

  /** The field `$` of a place. */
  root(place: Place): Field {
    let root = this.roots.get(place);
    if (!root) {
      root = new Field(this, undefined, place, '$', undefined, undefined, undefined);
      this.roots.set(place, root);
    }
    return root;
  }

  /** The ladder's answer where no instruction of the household names the path. */
  fate({ place, mapped }: FieldPlace, category: CategoryId, unclassified: boolean): Fate {
    const isMapped = mapped === category;
    const kind = CATEGORY_INDEX[category]! * 4 + (unclassified ? 1 : 0) + (isMapped ? 2 : 0);
    const key = kind * PLACES.length + PLACE_INDEX[place];
    let fate = this.fates.get(key);
    if (!fate) {
      fate = this.ask({ place, mapped }, category, unclassified, [], []);
      this.fates.set(key, fate);
    }
    return fate;
  }

  ask(
    { place, mapped }: FieldPlace,
    category: CategoryId,
    unclassified: boolean,
    embeds: readonly CategoryId[],
    byPath: readonly Override[],
  ): Fate {
    const { policyAt, byCategory, device, knownToVendor } = this.rules;
    const override = pickOverride(byPath, byCategory, category, device);
    return decide(policyAt(place, mapped === category), { category, unclassified, embeds, override, knownToVendor });
  }
}

const NO_OVERRIDES: readonly Override[] = [];
/** How a message is written and where it goes is no data of the home: it needs no purpose. What a value holds is judged all the same. */
const STRUCTURE: Fate = Object.freeze({ action: 'keep', reason: Object.freeze({ kind: 'unclassified' }) });
/** Headers that say how the message is written and how it may be answered (RFC 9110, sections 8, 12 to 14; RFC 9111). */
const STRUCTURAL_HEADERS = new Set(
  'accept accept-charset accept-encoding accept-ranges cache-control content-disposition content-encoding content-language content-range content-type date if-match if-modified-since if-none-match if-range if-unmodified-since max-forwards origin pragma prefer range x-requested-with'.split(
    ' ',
  ),
);
/** No name of a member: those begin with `=` here. */
const SIGN_IN = 'sign-in';
/** Categories that cover all that stands below a member of theirs. */
const COVERING: ReadonlySet<CategoryId> = new Set<CategoryId>(['neighbour_scan', 'wifi_password', 'private_key', 'setup_code']);
export class Field {
  /** What the name says, or the enclosing one where this one says nothing by itself. */
  readonly named: NameFinding | undefined;
  /** What the service's field map says. */
  readonly mapped: CategoryId | undefined;
  /** What the name may say, where the value bears it out. */
  readonly doubted: CategoryId | undefined;
  /** Does the name make a long number or token an identifier? */
  readonly idLike: boolean;
  /** The category of an enclosing member that speaks for everything below it (a scan list, a key). */
  readonly covered: CategoryId | undefined;
  /** In `{"k":"ssid","v":…}`: whether this member gives the name or the value. */
  readonly role: 'name' | 'value' | undefined;
  /** Part of how the message is written rather than of what it tells: a header of the protocol, a word of the path. */
  private readonly structural: boolean;
  /** Whether what the field is does not hang on the value; found out when first asked (sieve/meaning.ts). */
  settled: boolean | undefined;
  /** The household's identifiers that do not stand in the name (sieve/walk.ts). */
  notOwn: unknown = undefined;
  /** It holds the address that somebody signs in with: it goes where the credentials go. */
  private signsIn = false;
  /** The last object in which a member of this name was met, and how often. */
  seen = 0;
  times = 0;
  private readonly state: SelectorState;
  private readonly overrideState: SelectorState;
  private readonly overridden: readonly Override[];
  private members: Map<string, Field> | undefined;
  private elements: Field[] | undefined;
  private others: Map<string, Field> | undefined;
  private rulings: Map<number, Ruling> | undefined;

  constructor(
    private readonly memory: FieldMemory,
    private readonly parent: Field | undefined,
    readonly place: Place,
    /** The path's step; undefined for an element of any index. */
    private readonly step: string | undefined,
    readonly words: NameWords | undefined,
    segment: Segment | undefined,
    alias: Field | undefined,
    name?: string,
  ) {
    memory.count += 1;
    const { rules } = memory;
    const selector = rules.selectors(place);
    const overrides = rules.overrides(place);
    this.state = alias ? alias.state : stepped(selector, parent?.state, parent !== undefined, segment);
    this.overrideState = alias ? alias.overrideState : stepped(overrides, parent?.overrideState, parent !== undefined, segment);
    this.mapped = selector?.matched(this.state)[0]?.category;
    this.overridden = overrides?.matched(this.overrideState) ?? NO_OVERRIDES;
    this.structural = place === 'path' || (place === 'header' && name !== undefined && STRUCTURAL_HEADERS.has(name));
    const neutral = words === undefined || isNeutral(words);
    this.named = (words && rules.names.classify(words, enclosing(parent))) ?? (neutral ? parent?.named : undefined);
    this.doubted = (words && rules.names.doubt(words)) ?? (neutral ? parent?.doubted : undefined);
    this.covered = parent && (parent.covered ?? covering(parent));
    this.idLike = neutral ? (parent?.idLike ?? false) : rules.names.isIdLike(words!);
    this.role = name === undefined ? undefined : roleOf(name);
  }

  /** The words of the nearest enclosing name. */
  get around(): NameWords | undefined {
    let field = this.parent;
    while (field !== undefined && field.words === undefined) field = field.parent;
    return field?.words;
  }

  /** Whether a member of this name has been met: then its name is known not to be identifying. */
  known(name: string): Field | undefined {
    return this.members?.get(name);
  }

  /** What the name of a member says here; nothing of it is remembered. */
  naming(name: string): NameFinding | undefined {
    const known = this.known(name);
    return known === undefined ? this.told(this.memory.rules.names.words(name)) : known.named;
  }

  private told(words: NameWords): NameFinding | undefined {
    return this.memory.rules.names.classify(words, enclosing(this)) ?? (isNeutral(words) ? this.named : undefined);
  }

  /** The field of a member. */
  member(name: string): Field {
    this.members ??= new Map();
    let field = this.members.get(name);
    if (!field) {
      field = new Field(this.memory, this, this.place, bracket(name), this.memory.rules.names.words(name), name, undefined, name);
      this.keep(this.members, name, field);
    }
    return field;
  }

  /** The field of a member whose name is itself a value: nothing of the name is remembered, `label` stands in its place. */
  unnamed(label: string): Field {
    return this.layer(bracket(label));
  }

  element(index: number): Field {
    const at = this.memory.rules.indexed ? index : 0;
    this.elements ??= [];
    let field = this.elements[at];
    if (!field) {
      field = new Field(this.memory, this, this.place, undefined, undefined, index, undefined);
      if (this.memory.count <= FIELDS_MAX && at <= this.elements.length) this.elements[at] = field;
    }
    return field;
  }

  /** What lies inside an encoded value: `::base64`. */
  layer(step: string): Field {
    this.others ??= new Map();
    let field = this.others.get(step);
    if (!field) {
      field = new Field(this.memory, this, this.place, step, undefined, undefined, undefined);
      this.keep(this.others, step, field);
    }
    return field;
  }

  /** The same place, where a sibling's value tells the name (`{"k":"ssid","v":…}`). */
  as(name: string): Field {
    const key = `=${name}`;
    this.others ??= new Map();
    let field = this.others.get(key);
    if (!field) {
      field = new Field(this.memory, this.parent, this.place, this.step, this.memory.rules.names.words(name), undefined, this);
      this.keep(this.others, key, field);
    }
    return field;
  }

  /** The same place, where its value is what somebody signs in with (sieve/sign-in.ts). */
  signingIn(): Field {
    this.others ??= new Map();
    let field = this.others.get(SIGN_IN);
    if (!field) {
      field = new Field(this.memory, this.parent, this.place, this.step, this.words, undefined, this);
      field.signsIn = true;
      this.keep(this.others, SIGN_IN, field);
    }
    return field;
  }

  private keep(map: Map<string, Field>, key: string, field: Field): void {
    // The key may be a slice of a whole message: a copy lets the message go.
    if (this.memory.count <= FIELDS_MAX) map.set(Buffer.from(key, 'utf8').toString('utf8'), field);
  }

  get rules(): FieldRules {
    return this.memory.rules;
  }

  /** Whether this member's name came before in the object with this serial number; counts it. */
  occurrence(serial: number): number {
    if (this.seen !== serial) {
      this.seen = serial;
      this.times = 1;
    } else this.times += 1;
    return this.times;
  }

  /** RFC 9535 normalized path; layers joined by `::`. */
  path(indexes: readonly number[]): string {
    return this.steps(indexes, { left: indexes.length });
  }

  private steps(indexes: readonly number[], at: { left: number }): string {
    const own = this.step ?? `[${indexes[((at.left -= 1))] ?? 0}]`;
    return this.parent ? this.parent.steps(indexes, at) + own : own;
  }

  fate(category: CategoryId, unclassified: boolean, embeds?: readonly CategoryId[]): Fate {
    if (embeds === undefined && this.overridden.length === 0) {
      const fate = this.memory.fate(this, category, unclassified);
      if (this.signsIn && category === 'email' && fate.reason.kind === 'no-purpose') {
        const asCredential = this.memory.fate(this, 'credential', false);
        return asCredential.action === 'keep' ? asCredential : fate;
      }
      const unjustified = fate.reason.kind === 'no-purpose' || fate.reason.kind === 'unclassified';
      return this.structural && unclassified && unjustified && category !== 'unclassified' ? STRUCTURE : fate;
    }
    return this.memory.ask(this, category, unclassified, embeds ?? [], this.overridden);
  }

  /** The ladder's answer for this field as `category`, the same object each time. */
  ruling(category: CategoryId, by: ClassifiedBy, unclassified: boolean, occurrence: number): Ruling {
    const key = CATEGORY_INDEX[category]! * KEY_STRIDE + BY_INDEX[by] * 2 + (unclassified ? 1 : 0);
    this.rulings ??= new Map();
    let ruling = this.rulings.get(key);
    if (!ruling) {
      ruling = this.rule(category, by, this.fate(category, unclassified), 1);
      this.rulings.set(key, ruling);
    }
    return occurrence > 1 ? this.again(ruling, occurrence) : ruling;
  }

  /** The same ruling for a member that repeats a name. */
  again(ruling: Ruling, occurrence: number): Ruling {
    ruling.repeats ??= [];
    let other = ruling.repeats[occurrence - 2];
    if (other === undefined) {
      other = new Ruling(this.memory.rulings.length, this, ruling.category, ruling.by, ruling.fate, occurrence);
      this.memory.rulings.push(other);
      ruling.repeats[occurrence - 2] = other;
    }
    return other;
  }

  /** A ruling with a fate of its own (embedded findings, spans of prose); equal ones of one field share a number. */
  rule(category: CategoryId, by: ClassifiedBy, fate: Fate, occurrence: number): Ruling {
    const { kind, purpose, clause } = fate.reason;
    const key = `${CATEGORY_INDEX[category]} ${by} ${fate.action} ${kind} ${purpose ?? ''} ${clause ?? ''} ${occurrence}`;
    this.special ??= new Map();
    let ruling = this.special.get(key);
    if (!ruling) {
      ruling = new Ruling(this.memory.rulings.length, this, category, by, fate, occurrence);
      this.memory.rulings.push(ruling);
      this.special.set(key, ruling);
    }
    return ruling;
  }
  private special: Map<string, Ruling> | undefined;
}

function covering(field: Field): CategoryId | undefined {
  const category = field.mapped ?? field.named?.category;
  return category !== undefined && COVERING.has(category) ? category : undefined;
}

function enclosing(parent: Field | undefined): NameWords[] {
  const found: NameWords[] = [];
  for (let field = parent; field && found.length < ENCLOSING_MAX; field = field['parent']) {
    if (field.words) found.unshift(field.words);
  }
  return found;
}
