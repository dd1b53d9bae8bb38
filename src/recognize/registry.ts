// STUB until the registries of values and structures are merged.
import type { Finding, NodeKind, Rules } from '../model.js';
import type { FieldView, StructureRecognizer } from './evidence.js';
import { NameClassifier, type NamePatterns } from './name/patterns.js';
import { traitsOf } from './prefilter.js';
import { spokenValues } from './value/labelled-text.js';
import { findValues } from './value/run.js';
import { Vocabulary } from './vocabulary.js';

export type StructureId = 'table' | 'keyValue';
export type RecognizerId =
  | 'fieldMap'
  | 'namePattern'
  | 'inherited'
  | 'ambiguousName'
  | 'personField'
  | 'ownIdentifier'
  | 'addressing'
  | 'form'
  | 'scalarName'
  | 'media'
  | 'signIn'
  | 'labelledText'
  | 'value'
  | StructureId;
export interface Found extends Finding {
  readonly recognizer: RecognizerId;
}

export class Structures {
  constructor(private readonly vocabulary: Vocabulary) {}
  roleOf(name: string): 'name' | 'value' | undefined {
    const folded = name.toLowerCase().replace(/^[@#]/, '');
    if (this.vocabulary.set('value_members').has(folded)) return 'value';
    return this.vocabulary.set('name_members').has(folded) ? 'name' : undefined;
  }
  concernedBy(_: FieldView): number {
    return 0;
  }
  isHeard(_m: readonly unknown[], _n: (name: string) => unknown): boolean {
    return false;
  }
  asked(_k: 'object' | 'array', _o: number, _m: number): readonly { id: StructureId; recognizer: StructureRecognizer }[] {
    return [];
  }
}

export class Recognizers {
  readonly names: NameClassifier;
  readonly vocabulary: Vocabulary;
  readonly structures: Structures;
  readonly persons = {
    mayBeName: (_: FieldView): boolean => false,
    of: (_f: FieldView, _k: NodeKind, _t: string): 'person_name' | 'phone' | undefined => undefined,
  };
  constructor(categories: Iterable<NamePatterns>, lists: Rules['vocabulary']) {
    this.vocabulary = new Vocabulary(lists);
    this.names = new NameClassifier(categories, this.vocabulary);
    this.structures = new Structures(this.vocabulary);
  }
  findIdentifiers(text: string): readonly Found[] {
    const values = findValues(text).map((one) => ({ ...one, recognizer: 'value' as const }));
    const spoken = spokenValues(text)
      .filter((s) => !values.some((v) => v.start < s.end && s.start < v.end))
      .map((one) => ({ ...one, recognizer: 'labelledText' as const }));
    return [...values, ...spoken].sort((a, b) => a.start - b.start);
  }
  mayHold(text: string, _traits: number): boolean {
    return traitsOf(text) > 0 && this.findIdentifiers(text).length > 0;
  }
  scalarName(_levels: string): string | undefined {
    return undefined;
  }
}
