// What recognizers say, and what each is handed. A recognizer gives findings; it never decides. One function, sieve/classify.ts,
// adds findings up to a category.
import type { CategoryId, ClassifiedBy, Finding, Node, NodeKind, Place, Title } from '../model.js';
import type { NameWords } from './name/words.js';

/** Where a finding comes from. Weak evidence counts only beside evidence of another source. */
export type Source = 'field-map' | 'name' | 'structure' | 'value' | 'own-identifier' | 'history' | 'form';

/** A text, and who sends it: `<device, firmware>`, a document (`RFC 5870`), or `evasion` for what only the evasion cases need. */
export interface Example {
  readonly text: string;
  readonly from: string;
}

/** What every recognizer has. No example, no recognizer: what no device sends and no evasion case needs is deleted. */
export interface Common {
  readonly source: Source;
  /** The report's word for it. */
  readonly by: ClassifiedBy;
  /** The sentence of `explain` and of the page: why the field is what it is. */
  readonly says: Title;
  /** What it must find something in. */
  readonly examples: readonly Example[];
  /** What it must find nothing in. */
  readonly counterexamples: readonly Example[];
}

/** Reads one value as text. Asked wherever its prefilter lets the value through. */
export interface ValueRecognizer extends Common {
  readonly prefilter: Prefilter;
  /** Appends what it finds in `text`, whose traits (recognize/prefilter.ts) are given. Linear in the length of the text. */
  recognize(text: string, out: Finding[], traits: number): void;
}

/**
 * What must stand in a text for its recognizer to find anything (`recognize(t)` finds something ⇒ the prefilter lets `t` through; held
 * by test/recognize/value-recognizers.test.ts). `all`: traits that must all be there; `any`: of these at least one; `words`: a pattern that must
 * match, made of the same words that the recognizer's own patterns are made of.
 */
export interface Prefilter {
  readonly minLength: number;
  readonly all?: number;
  readonly any?: number;
  readonly words?: RegExp;
}

/** A field as recognizers see it: where it stands and what its names say. */
export interface FieldView {
  readonly place: Place;
  /** The member's name as it was written; undefined for elements and roots. */
  readonly name: string | undefined;
  readonly words: NameWords | undefined;
  /** The words of the nearest name around it. */
  readonly around: NameWords | undefined;
  /** What the service's field map says. */
  readonly mapCategory: CategoryId | undefined;
  /** What its name says, or the enclosing one where this one says nothing by itself. */
  readonly nameCategory: CategoryId | undefined;
  /** What its name may say, where the value confirms it. */
  readonly ambiguousCategory: CategoryId | undefined;
  /** What a member of this name is in a key/value object. */
  readonly role: 'name' | 'value' | undefined;
}

/** One value as recognizers see it: what is read of it only when asked. */
export interface ValueView extends Pick<Node, 'kind' | 'text' | 'name' | 'start' | 'end'> {
  readonly children: readonly ValueView[] | undefined;
}

/** One container: the field it stands in, its children, and the field of each. */
export interface ContainerView {
  /** What it says as a whole, as a line of a log does, and where that begins; empty for most. */
  readonly text: string;
  readonly start: number;
  readonly count: number;
  /** Without looking at the children: kind, and length of the text in UTF-16 units (or a little more). */
  kind(child: number): NodeKind;
  length(child: number): number;
  readonly children: readonly ValueView[];
  readonly field: FieldView;
  readonly fields: readonly FieldView[];
  /** It is the whole of a part of the message, below no encoding: the levels of a topic, the segments of a path. */
  readonly isRoot: boolean;
  /** Tells how much was read; may throw `too_long`. */
  readonly checkDeadline: (units: number) => void;
}

/** How a container is to be read. The walk knows these and no other case. */
export type Interpretation =
  /** Child index → the name that counts instead of its own. */
  | { readonly kind: 'renamed'; readonly names: ReadonlyMap<number, string> }
  /**
   * Children that spell one value together: judged as that, and taken out together. Without a category: what the container's own field
   * says, or the value recognizers find in `text`.
   */
  | { readonly kind: 'joined'; readonly children: ReadonlySet<number>; readonly text: string; readonly category?: CategoryId }
  /** Children that are rows (or one row) of a table with these column names. */
  | { readonly kind: 'columns'; readonly children: ReadonlySet<number>; readonly names: readonly string[] };

/**
 * Reads one container: names, kinds and values of its children. Asked wherever at least `atLeast` children concern it; what depends on
 * values is asked anew for every message.
 */
export interface StructureRecognizer extends Common {
  readonly of: 'object' | 'array';
  /** Could a child with this field take part? Depends on names alone: asked once for each field. */
  concerns(child: FieldView): boolean;
  /** The fewest such children in one container. */
  readonly atLeast: number;
  interpret(container: ContainerView): Interpretation | undefined;
}
