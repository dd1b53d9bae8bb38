// One kind of place in messages (`$['devices'][*]['name']`): what its names and the service's field map say of it, and the ladder's
// answers, so that these are asked once for each place and not once for each message.
import { CATEGORY_IDS, type CategoryId, type ClassifiedBy, type Override, type Place, type VocabularyId } from '../model.js';
import { CIPHERTEXT } from '../payload/ciphers.js';
import { mayBeSeal } from '../payload/seals.js';
import type { Fate } from '../policy/decide.js';
import type { FieldView } from '../recognize/evidence.js';
import { decodedName, opaqueName } from '../recognize/name/encoded.js';
import { isNeutral } from '../recognize/name/patterns.js';
import type { NameWords } from '../recognize/name/words.js';
import type { RecognizerId } from '../recognize/recognizers.js';
import {
  bracket,
  type FieldHome,
  type FieldQuestion,
  type FieldRules,
  type Segment,
  type SelectorState,
  stepped,
} from './field-rules.js';
import { Outcomes } from './outcomes.js';
import { Ruling, type Told } from './ruling.js';

/** How many enclosing names speak for a field (`wifi` for `wifi.sta.name`, not for what lies deeper). */
const ENCLOSING_MAX = 2;
/** Members remembered of one object; past it the one met first is forgotten: its names are data. */
const MEMBERS_MAX = 1024;
const CATEGORY_INDEX: Readonly<Record<string, number>> = Object.fromEntries(CATEGORY_IDS.map((id, i) => [id, i]));
const NO_OVERRIDES: readonly Override[] = [];
const NOBODY: readonly RecognizerId[] = Object.freeze([]);
/** Headers that say how the message is written and how it may be answered (RFC 9110, sections 8, 12 to 14; RFC 9111). */
const STRUCTURAL_HEADERS = new Set(
  'accept accept-charset accept-encoding accept-ranges cache-control content-disposition content-encoding content-language content-range content-type date if-match if-modified-since if-none-match if-range if-unmodified-since max-forwards origin pragma prefer range x-requested-with'.split(
    ' ',
  ),
);
/** Marks of a name that is written in another way, whatever its letters seem to say. */
const WRITTEN_OTHERWISE = /[%&\\]/;
/** Categories that cover all that stands below a member of theirs. */
const COVERING: ReadonlySet<CategoryId> = new Set<CategoryId>(['neighbour_scan', 'wifi_password', 'private_key', 'setup_code']);

export class Field implements FieldView {
  readonly mapCategory: CategoryId | undefined;
  readonly nameCategory: CategoryId | undefined;
  readonly ambiguousCategory: CategoryId | undefined;
  /** What covers the field from above. */
  readonly inheritedCategory: CategoryId | undefined;
  /** The household's instructions that name it. */
  readonly overridden: readonly Override[];
  /** Who says `nameCategory`: the name as it stands, or the structure recognizer that renamed the field. */
  readonly namedBy: RecognizerId;
  readonly role: 'name' | 'value' | undefined;
  /** Does the name make a long number or token an identifier? */
  readonly idLike: boolean;
  /** How a message is written and where it goes is no data of the home: it needs no purpose. What a value holds is judged all the same. */
  readonly structural: boolean;
  /** Bit i: structure recognizer i may concern a container that has such a child. */
  readonly concerns: number;
  /** Its words speak of a place, of an event (a request, a scene, a job), of a digest. */
  readonly speaksOfPlace: boolean;
  readonly namesEvent: boolean;
  readonly namesDigest: boolean;
  /** It is a network's, or a list of networks: names of members may be the networks'. */
  readonly isNetwork: boolean;
  readonly mayBeSeal: boolean;
  readonly isCiphertext: boolean;
  /** The outcomes for the texts met last (sieve/outcomes.ts). */
  readonly outcomes = new Outcomes();
  /** The ruling for ordinary values, by form (sieve/leaf.ts). */
  readonly plain: (Ruling | undefined)[] = [];
  /** Whether what the field is hangs on the value; found out when first asked (sieve/classify.ts). */
  dependsOnValue: boolean | undefined;
  /** The household's identifiers that do not stand in the name (sieve/sensitive-names.ts). */
  notOwn: unknown = undefined;
  /** The number of its name in messages read lately (`Entries.nameNumber`), and the member that came after it in them. */
  number = -1;
  follower: Field | undefined;
  /** The member that came first. */
  leader: Field | undefined;
  /** The last message in which the field was met. */
  used = 0;
  /** Fields below it, itself among them. */
  size = 0;
  /** The last object in which a member of this name was met, and how often. */
  private seen = 0;
  private times = 0;
  private readonly state: SelectorState;
  private readonly overrideState: SelectorState;
  private readonly top: Field | undefined;
  private members: Map<string, Field> | undefined;
  private elements: Field[] | undefined;
  private others: Map<string, Field> | undefined;
  private meantField: Field | undefined;
  private rulings: Map<string, Ruling> | undefined;

  constructor(
    private readonly memory: FieldHome,
    private readonly parent: Field | undefined,
    readonly place: Place,
    /** The path's step; undefined for an element of any index. */
    private readonly step: string | undefined,
    readonly words: NameWords | undefined,
    segment: Segment | undefined,
    renamed: { readonly field: Field; readonly by: RecognizerId } | undefined,
    readonly name: string | undefined = undefined,
  ) {
    const { rules } = memory;
    const { names, structures } = rules.recognizers;
    this.top = parent === undefined ? undefined : (parent.top ?? this);
    if (this.top !== undefined) this.top.size += 1;
    memory.count += 1;
    const selector = rules.selectors(place);
    const overrides = rules.overrides(place);
    const inner = parent !== undefined;
    this.state = renamed ? renamed.field.state : stepped(selector, parent?.state, inner, segment);
    this.overrideState = renamed ? renamed.field.overrideState : stepped(overrides, parent?.overrideState, inner, segment);
    this.mapCategory = selector?.matched(this.state)[0]?.category;
    this.overridden = overrides?.matched(this.overrideState) ?? NO_OVERRIDES;
    this.structural = place === 'path' || (place === 'header' && name !== undefined && STRUCTURAL_HEADERS.has(name));
    const neutral = words === undefined || isNeutral(words);
    this.nameCategory =
      (words && names.classify(words, enclosing(parent))?.category) ?? (neutral ? parent?.nameCategory : undefined);
    this.ambiguousCategory = (words && names.doubt(words)) ?? (neutral ? parent?.ambiguousCategory : undefined);
    this.inheritedCategory = parent && (parent.inheritedCategory ?? covering(parent));
    this.namedBy = renamed?.by ?? 'namePattern';
    this.idLike = neutral ? (parent?.idLike ?? false) : names.isIdLike(words!);
    this.role = name === undefined ? undefined : structures.roleOf(name);
    const { vocabulary } = rules.recognizers;
    const hasWordOf = (list: VocabularyId): boolean => words?.words.some((word) => vocabulary.set(list).has(word)) ?? false;
    this.speaksOfPlace = this.nameCategory === 'location_precise' || hasWordOf('place_words') || hasWordOf('place_code_words');
    this.namesEvent = hasWordOf('event_words');
    this.namesDigest = hasWordOf('digest_words');
    const category = this.inheritedCategory ?? this.mapCategory ?? this.nameCategory;
    this.isNetwork = category === 'wifi_ssid' || category === 'neighbour_scan';
    this.mayBeSeal = name !== undefined && mayBeSeal(name);
    this.isCiphertext = name === CIPHERTEXT;
    this.concerns = structures.concernedBy(this);
  }

  get rules(): FieldRules {
    return this.memory.rules;
  }

  /** The words of the nearest enclosing name. */
  get around(): NameWords | undefined {
    let field = this.parent;
    while (field !== undefined && field.words === undefined) field = field.parent;
    return field?.words;
  }

  /** The field of a member whose name has been met: then its name is known not to be identifying. */
  existing(name: string): Field | undefined {
    return this.members?.get(name);
  }

  /** The field of a member. */
  member(name: string): Field {
    const known = this.members?.get(name);
    if (known !== undefined) return known;
    const field = this.make(bracket(name), this.rules.recognizers.names.words(name), name, name);
    this.members ??= new Map();
    if (this.members.size >= MEMBERS_MAX) this.members.delete(this.members.keys().next().value!);
    this.members.set(copyOf(name), field);
    return field;
  }

  /** The field of a member whose name is itself a value: nothing of the name is remembered, `label` stands in its place. */
  redacted(label: string): Field {
    return this.nested(bracket(label));
  }

  element(index: number): Field {
    const at = this.rules.indexed ? index : 0;
    this.elements ??= [];
    let field = this.elements[at];
    if (!field) {
      field = new Field(this.memory, this, this.place, undefined, undefined, index, undefined);
      if (at < MEMBERS_MAX && at <= this.elements.length) this.elements[at] = field;
    }
    return field;
  }

  /** What lies inside an encoded value: `::base64`. */
  nested(step: string): Field {
    return this.other(step, () => this.make(step, undefined, undefined, undefined));
  }

  /** The same place under another name that counts (`{"k":"ssid","v":…}`); as it is where that name says nothing and what encloses it does. */
  as(name: string, by: RecognizerId): Field {
    const other = this.other(`=${by} ${name}`, () => {
      const words = this.rules.recognizers.names.words(name);
      return new Field(this.memory, this.parent, this.place, this.step, words, undefined, { field: this, by });
    });
    const inherits = this.nameCategory !== undefined && this.nameCategory === this.parent?.nameCategory;
    return other.nameCategory === undefined && inherits ? this : other;
  }

  /** The whole of a part of the message, below no encoding. */
  get isRoot(): boolean {
    return this.parent === undefined;
  }

  /** The field under the name that is meant by its own, where that is written in another way or says nothing. */
  get meant(): Field {
    if (this.meantField === undefined) {
      const { name, parent } = this;
      const isAsked = name !== undefined && (this.nameCategory === undefined || WRITTEN_OTHERWISE.test(name));
      const meant = isAsked ? (decodedName(name) ?? opaqueName(name, parent?.mapCategory ?? parent?.nameCategory)) : undefined;
      this.meantField = meant === undefined ? this : this.as(meant, 'decodedName');
    }
    return this.meantField;
  }

  private make(step: string, words: NameWords | undefined, segment: Segment | undefined, name: string | undefined): Field {
    return new Field(this.memory, this, this.place, step, words, segment, undefined, name);
  }

  private other(key: string, make: () => Field): Field {
    let field = this.others?.get(key);
    if (field !== undefined) return field;
    field = make();
    this.others ??= new Map();
    if (this.others.size >= MEMBERS_MAX) this.others.delete(this.others.keys().next().value!);
    this.others.set(copyOf(key), field);
    return field;
  }

  /** Fields below the root, by the key under which `forget` forgets them. */
  below(): IterableIterator<[string, Field]> {
    return (this.members ?? new Map<string, Field>()).entries();
  }

  forget(name: string): void {
    this.members?.delete(name);
  }

  /** How often this member's name came in the object with this serial number; counts it. */
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

  /** The ladder's answer. */
  fate(question: FieldQuestion): Fate {
    const fate = this.memory.fate(this, question);
    if (!this.signsIn || question.category !== 'email' || fate.reason.kind !== 'no-purpose') return fate;
    const asCredential = this.memory.fate(this, { ...question, category: 'credential' });
    return asCredential.action === 'keep' ? asCredential : fate;
  }

  /** Its value is the address that somebody signs in with: it goes where the password goes. */
  private get signsIn(): boolean {
    return this.namedBy === 'signIn';
  }

  /** A ruling of this field; equal ones are the same object. */
  rule(what: Told, fate: Fate, occurrence: number): Ruling {
    const { kind, purpose, clause } = fate.reason;
    const key = `${CATEGORY_INDEX[what.category]} ${what.by} ${what.because.join()} ${fate.action} ${kind} ${purpose ?? ''} ${clause ?? ''}`;
    this.rulings ??= new Map();
    let ruling = this.rulings.get(key);
    if (!ruling) {
      ruling = new Ruling(this.memory.nextRuling(), this, what, fate, 1);
      this.rulings.set(key, ruling);
    }
    return occurrence > 1 ? this.again(ruling, occurrence) : ruling;
  }

  /** The same for what is said without a recognizer: what was done to a value as a whole. */
  ruleAs(category: CategoryId, by: ClassifiedBy, fate: Fate, occurrence: number): Ruling {
    return this.rule({ category, by, because: NOBODY }, fate, occurrence);
  }

  /** The same ruling for a member that repeats a name. */
  again(ruling: Ruling, occurrence: number): Ruling {
    if (occurrence === ruling.occurrence) return ruling;
    ruling.repeats ??= [];
    let other = ruling.repeats[occurrence - 2];
    if (other === undefined) {
      other = new Ruling(this.memory.nextRuling(), this, ruling, ruling.fate, occurrence);
      ruling.repeats[occurrence - 2] = other;
    }
    return other;
  }
}

function covering(field: Field): CategoryId | undefined {
  const category = field.mapCategory ?? field.nameCategory;
  return category !== undefined && COVERING.has(category) ? category : undefined;
}

function enclosing(parent: Field | undefined): NameWords[] {
  const found: NameWords[] = [];
  for (let field = parent; field && found.length < ENCLOSING_MAX; field = field['parent']) {
    if (field.words) found.unshift(field.words);
  }
  return found;
}

/** The key may be a slice of a whole message: a copy lets the message go. */
function copyOf(text: string): string {
  return Buffer.from(text, 'utf8').toString('utf8');
}
