// What the fields of one memory are judged by: recognizers, the service's field map, the policy, the household's instructions.
import type { CategoryId, Override, Place } from '../model.js';
import type { Fate, PolicyView, Question } from '../policy/decide.js';
import type { Recognizers } from '../recognize/recognizers.js';

/** A segment of a path: member name or element index. */
export type Segment = string | number;

/** Selectors walked one segment at a time (recognize/field-map/field-map.ts). */
export interface Selectors<Value> {
  start(): SelectorState;
  step(state: SelectorState, segment: Segment): SelectorState;
  matched(state: SelectorState): readonly Value[];
}
// biome-ignore lint/suspicious/noExplicitAny: a state is opaque here; each matcher makes and reads only its own
export type SelectorState = any;

/** What is the same for all fields of one memory: a service's rules as they count for one device (or for all without own rules). */
export interface FieldRules {
  readonly recognizers: Recognizers;
  /** The service's policy, as it counts for this place of a message, and for a field whose category the field map says. */
  readonly policyAt: (place: Place, isMapped: boolean) => PolicyView;
  readonly selectors: (place: Place) => Selectors<{ readonly category: CategoryId }> | undefined;
  readonly overrides: (place: Place) => Selectors<Override> | undefined;
  /** The household's instructions that name a category and no path. */
  readonly byCategory: readonly Override[];
  readonly device: string;
  readonly knownToVendor: boolean;
  /** Whether any selector names an element by its index: then each index is a place of its own. */
  readonly indexed: boolean;
}

/** What a field asks of the memory that it stands in. */
export interface FieldHome {
  readonly rules: FieldRules;
  /** Fields made, less those forgotten. */
  count: number;
  /** A number that no other ruling of this memory has. */
  nextRuling(): number;
  /** The ladder's answer. */
  fate(asked: AskedField, question: FieldQuestion): Fate;
}

/** What the memory looks at of a field that the ladder is asked about: where it stands, its category by the field map, the household's instructions that name it. */
export interface AskedField {
  readonly place: Place;
  readonly mapCategory: CategoryId | undefined;
  readonly overridden: readonly Override[];
  readonly structural: boolean;
}

/** What is asked of the ladder about a field; what is left out is no. */
export type FieldQuestion = Pick<Question, 'category' | 'form'> & Partial<Question>;

export function stepped(
  selectors: Selectors<unknown> | undefined,
  state: SelectorState,
  inner: boolean,
  segment: Segment | undefined,
): SelectorState {
  if (!inner) return selectors?.start();
  return segment === undefined ? state : selectors?.step(state, segment);
}

/** One member name as a segment of an RFC 9535 normalized path (section 2.7). */
export function bracket(name: string): string {
  const escaped = name.replace(/['\\\u0000-\u001f]/g, (c) => {
    const short = { "'": "\\'", '\\': '\\\\', '\b': '\\b', '\f': '\\f', '\n': '\\n', '\r': '\\r', '\t': '\\t' }[c];
    return short ?? `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
  return `['${escaped}']`;
}
