// All recognizers, made with the words of the rules in force.
import type { NodeKind, Rules } from '../model.js';
import type { FieldView } from './evidence.js';
import type { Kit } from './kit.js';
import { NameClassifier, type NamePatterns } from './name/patterns.js';
import { scalarName } from './name/scalar-name.js';
import { valueName } from './name/value-name.js';
import type { ValueRecognizerId } from './registry.js';
import type { StructureId } from './structure/index.js';
import { Structures } from './structures.js';
import { type PersonNames, personNames } from './value/person-name-field.js';
import { type Found, LABELLED, ValueRecognizers } from './value-recognizers.js';
import { Vocabulary } from './vocabulary.js';

/** Who says what a field is. Those that are neither a value's nor a structure's recognizer are asked by the sieve itself (sieve/leaf.ts). */
export const FIELD_RECOGNIZERS = [
  'fieldMap',
  'namePattern',
  'inherited',
  'ambiguousName',
  'decodedName',
  'scalarName',
  'personField',
  'ownIdentifier',
  'addressing',
  'media',
  'form',
] as const;
export type RecognizerId = (typeof FIELD_RECOGNIZERS)[number] | StructureId | ValueRecognizerId;

export class Recognizers {
  readonly names: NameClassifier;
  readonly vocabulary: Vocabulary;
  readonly structures: Structures;
  private readonly kit: Kit;
  private readonly values: ValueRecognizers;
  private readonly people: PersonNames;

  constructor(categories: Iterable<NamePatterns>, lists: Rules['vocabulary']) {
    this.vocabulary = new Vocabulary(lists);
    this.names = new NameClassifier(categories, this.vocabulary);
    const { names, vocabulary } = this;
    const values = new ValueRecognizers({ names, vocabulary });
    this.values = values;
    this.kit = { names, vocabulary, findLabelled: (text) => values.findIdentifiers(text, LABELLED) };
    this.structures = new Structures(this.kit);
    this.people = personNames(this.kit);
  }

  findIdentifiers(text: string): readonly Found[] {
    return this.values.findIdentifiers(text);
  }

  /** Could `findIdentifiers` find anything in a text with these traits (recognize/prefilter.ts)? */
  mayHold(text: string, traits: number): boolean {
    return this.values.mayHold(text, traits);
  }

  /** Can a value of the field be a person's, by what it and the field around it are called? */
  mayBePersons(field: FieldView): boolean {
    return this.people.maySignIn(field) || this.people.mayStandIn(field);
  }

  /** The person's name or number that a value of such a field is; undefined for others. */
  personIn(field: FieldView, kind: NodeKind, text: string): 'person_name' | 'phone' | undefined {
    if (kind !== 'string' && kind !== 'number') return undefined;
    const signedIn = this.people.signedIn(text, field);
    if (signedIn !== undefined) return signedIn;
    return kind === 'string' && this.people.mayStandIn(field) && this.people.isName(text, field) ? 'person_name' : undefined;
  }

  /** What a member's name is by itself, below a container of a category. */
  valueName(name: string, isContainer: boolean, enclosing: Parameters<typeof valueName>[2]): ReturnType<typeof valueName> {
    return valueName(name, isContainer, enclosing, this.kit);
  }

  /** The name that counts for a body that is one value; `levels`: of its topic or path, decoded. */
  scalarName(levels: readonly string[]): string | undefined {
    return scalarName(levels, this.kit);
  }
}
