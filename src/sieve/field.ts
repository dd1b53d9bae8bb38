// The memory of field places: one `Field` for each path seen, with what its name and the service's field map say of it, so that
// both are asked once for each path and not once for each message. Holds names, never values.
import { isIdLike, isNeutral, type NameClassifier, type NameFinding, type NameWords } from '../classify/names.js';
import type { CategoryId, Decision, Override, Place } from '../model.js';
import type { Fate } from '../policy/decide.js';

/** A segment of a path: member name, element index, or a layer (`::base64`). */
export type Segment = string | number;

/** Selectors walked one segment at a time (classify/profile.ts). */
export interface Selectors<Value> {
  start(): SelectorState;
  step(state: SelectorState, segment: Segment): SelectorState;
  matched(state: SelectorState): readonly Value[];
}
// biome-ignore lint/suspicious/noExplicitAny: a state is opaque here; each matcher makes and reads only its own
type SelectorState = any;

/** What is the same for all fields of one service. */
export interface FieldRules {
  readonly names: NameClassifier;
  readonly selectors: (place: Place) => Selectors<{ readonly category: CategoryId }> | undefined;
  readonly overrides: (place: Place) => Selectors<Override> | undefined;
}

/** Most paths remembered for one place of one service; past it the memory starts anew (a device may invent names for ever). */
export const FIELDS_MAX = 20_000;
/** How many enclosing names speak for a field (`wifi` for `wifi.sta.name`, not for what lies deeper). */
const ENCLOSING_MAX = 2;

const NO_OVERRIDES: readonly Override[] = [];

export class FieldMemory {
  private readonly roots = new Map<Place, Field>();
  count = 0;
  constructor(readonly rules: FieldRules) {}

  /** The field `$` of a place. */
  root(place: Place): Field {
    if (this.count > FIELDS_MAX) {
      this.roots.clear();
      this.count = 0;
    }
    let root = this.roots.get(place);
    if (!root) {
      root = new Field(this, undefined, place, '$', undefined, undefined);
      this.roots.set(place, root);
    }
    return root;
  }
}

export class Field {
  readonly words: NameWords | undefined;
  /** What the name says, or the enclosing one where this one says nothing by itself. */
  readonly named: NameFinding | undefined;
  /** What the service's field map says. */
  readonly mapped: CategoryId | undefined;
  readonly idLike: boolean;
  /** The category of an enclosing member that speaks for everything below it (a scan list, a key). */
  readonly covered: CategoryId | undefined;
  private readonly state: SelectorState;
  private readonly overrideState: SelectorState;
  private members: Map<string, Field> | undefined;
  private elements: Field[] | undefined;
  private aliases: Map<string, Field> | undefined;
  private decisions: Map<string, Decision> | undefined;
  /** The decision for an ordinary value here (no finding, known shape), by shape: the walk's fast way. */
  plain: (Decision | undefined)[] = [];

  constructor(
    private readonly memory: FieldMemory,
    private readonly parent: Field | undefined,
    readonly place: Place,
    private readonly step: string,
    words: NameWords | undefined,
    segment: Segment | undefined,
    alias?: Field,
  ) {
    memory.count += 1;
    const { rules } = memory;
    const selector = rules.selectors(place);
    const overrides = rules.overrides(place);
    this.words = words;
    this.state = alias ? alias.state : parent ? segment === undefined ? parent.state : selector?.step(parent.state, segment) : selector?.start();
    this.overrideState = alias
      ? alias.overrideState
      : parent
        ? segment === undefined ? parent.overrideState : overrides?.step(parent.overrideState, segment)
        : overrides?.start();
    this.mapped = selector?.matched(this.state)[0]?.category;
    const own = words && rules.names.classify(words, enclosing(parent));
    const neutral = words === undefined || isNeutral(words);
    this.named = own ?? (neutral ? parent?.named : undefined);
    this.covered = parent && (parent.covered ?? covering(parent));
    this.idLike = words === undefined || neutral ? (parent?.idLike ?? false) : isIdLike(words);
  }

  /** The field of a member. `label` stands in the path instead of a name that is itself identifying. */
  member(name: string): Field {
    this.members ??= new Map();
    let field = this.members.get(name);
    if (!field) {
      field = new Field(this.memory, this, this.place, bracket(name), this.memory.rules.names.words(name), name);
      if (this.memory.count <= FIELDS_MAX) this.members.set(name, field);
    }
    return field;
  }

  /** Whether a member of this name has been met: then its name is known not to be identifying. */
  known(name: string): Field | undefined {
    return this.members?.get(name);
  }

  /** The field of a member whose name is itself a value: nothing of the name is remembered. */
  unnamed(label: string): Field {
    return this.layer(bracket(label));
  }

  element(index: number): Field {
    this.elements ??= [];
    let field = this.elements[index];
    if (!field) {
      field = new Field(this.memory, this, this.place, `[${index}]`, undefined, index);
      if (this.memory.count <= FIELDS_MAX && index <= this.elements.length) this.elements[index] = field;
    }
    return field;
  }

  /** What lies inside an encoded value: `::base64`. */
  layer(step: string): Field {
    this.aliases ??= new Map();
    let field = this.aliases.get(step);
    if (!field) {
      field = new Field(this.memory, this, this.place, step, undefined, undefined);
      if (this.memory.count <= FIELDS_MAX) this.aliases.set(step, field);
    }
    return field;
  }

  /** The same place, where a sibling's value tells the name (`{"k":"ssid","v":…}`). */
  as(name: string): Field {
    const key = `=${name}`;
    this.aliases ??= new Map();
    let field = this.aliases.get(key);
    if (!field) {
      field = new Field(this.memory, this.parent, this.place, this.step, this.memory.rules.names.words(name), undefined, this);
      if (this.memory.count <= FIELDS_MAX) this.aliases.set(key, field);
    }
    return field;
  }

  get rules(): FieldRules {
    return this.memory.rules;
  }

  /** RFC 9535 normalized path; layers joined by `::`. */
  get path(): string {
    return this.parent ? this.parent.path + this.step : this.step;
  }

  /** The household's instructions that name this path. */
  get overridden(): readonly Override[] {
    return this.memory.rules.overrides(this.place)?.matched(this.overrideState) ?? NO_OVERRIDES;
  }

  /** The decision with this content, the same object each time, so that lists of them compare by identity. */
  decision(category: CategoryId, by: Decision['by'], fate: Fate, occurrence: number): Decision {
    const { action, reason } = fate;
    const key = `${category} ${by} ${action} ${reason.kind} ${reason.purpose ?? ''} ${reason.clause ?? ''} ${occurrence}`;
    this.decisions ??= new Map();
    let decision = this.decisions.get(key);
    if (!decision) {
      const base = { in: this.place, path: this.path, category, by, action, reason };
      decision = Object.freeze(occurrence > 1 ? { ...base, occurrence } : base);
      this.decisions.set(key, decision);
    }
    return decision;
  }
}

/** Categories that cover all that stands below a member of theirs. */
const COVERING: ReadonlySet<CategoryId> = new Set<CategoryId>(['neighbour_scan', 'wifi_password', 'private_key', 'setup_code']);

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

/** One member name as a segment of an RFC 9535 normalized path (section 2.7). */
export function bracket(name: string): string {
  const escaped = name.replace(/['\\\u0000-\u001f]/g, (c) => {
    const short = { "'": "\\'", '\\': '\\\\', '\b': '\\b', '\f': '\\f', '\n': '\\n', '\r': '\\r', '\t': '\\t' }[c];
    return short ?? `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
  return `['${escaped}']`;
}
