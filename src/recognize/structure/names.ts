// What structure recognizers share: what they ask of names, and how they say what they found.

import type { CategoryId } from '../../model.js';
import { foldText } from '../../text/fold.js';
import type { ContainerView, FieldView, Interpretation, ValueView } from '../evidence.js';
import type { Kit } from '../kit.js';
import type { NameWords } from '../name/words.js';
import type { Vocabulary } from '../vocabulary.js';

export const OF_OBJECTS = { source: 'structure', by: 'name', of: 'object' } as const;
export const OF_ARRAYS = { source: 'structure', by: 'name', of: 'array' } as const;

type Renamed = Extract<Interpretation, { readonly kind: 'renamed' }>;

/** The children for which `nameOf` gives a name that counts; undefined where there are none. */
export function renameEach(
  { children, fields }: ContainerView,
  nameOf: (child: ValueView, field: FieldView, index: number) => string | undefined,
): Renamed | undefined {
  let names: Map<number, string> | undefined;
  for (let i = 0; i < children.length; i += 1) {
    const name = nameOf(children[i]!, fields[i]!, i);
    if (name !== undefined) (names ??= new Map()).set(i, name);
  }
  return names && { kind: 'renamed', names };
}

/** Longest text that is taken for a field's name: paths of TR-069 reach a hundred letters. */
const NAME_LENGTH_MAX = 128;
const KEY_TEXT = /^[\p{L}_$@][\p{L}\p{N}\p{M} _.:/$@-]*$/u;

/** Could this text be the name of a field? */
export function isKeyText(text: string): boolean {
  return text.length >= 1 && text.length <= NAME_LENGTH_MAX && (KEY_TEXT.test(text) || KEY_TEXT.test(foldText(text)));
}

/** What the text says as a field's name, with nothing around it. */
export function categoryOfText({ names }: Kit, text: string): CategoryId | undefined {
  return names.classify(names.words(text))?.category;
}

/** What the field map or the name says. */
export function categoryOf(field: FieldView): CategoryId | undefined {
  return field.mapCategory ?? field.nameCategory;
}

/** The words of a name in one, without its numbers: `cell_id`, `cellId2` → `cellid`. Empty where there is no name. */
export function joinedWords(words: NameWords | undefined): string {
  return words?.words.filter((word) => !/\p{Nd}/u.test(word)).join('') ?? '';
}

/** The last word of a name that means something, or the last of all. */
export function headWord(words: NameWords | undefined): string {
  return words?.words.at(words.head >= 0 ? words.head : -1) ?? '';
}

export function hasWord(words: NameWords | undefined, list: ReadonlySet<string>): boolean {
  return words?.words.some((word) => list.has(word)) ?? false;
}

/** What a member is in a key/value object, by its name. */
export function memberRoles(vocabulary: Vocabulary): (name: string) => 'name' | 'value' | undefined {
  const [names, values] = [vocabulary.set('name_members'), vocabulary.set('value_members')];
  return (name) => {
    const folded = name.toLowerCase().replace(/^[@#]/, ''); // XML: `@name`, `#text`
    if (values.has(folded)) return 'value';
    return names.has(folded) ? 'name' : undefined;
  };
}

/** Where nothing but the enclosing name speaks for a child, and the new name would say nothing: the child stays as it is. */
export function saysNothing(kit: Kit, name: string, child: FieldView, container: FieldView): boolean {
  if (child.nameCategory === undefined || child.nameCategory !== container.nameCategory) return false;
  const around = [container.around, container.words].filter((words) => words !== undefined);
  return (child.words === undefined || child.words.head < 0) && kit.names.classify(kit.names.words(name), around) === undefined;
}

/** Asks once for each field: what depends on names alone does not change. */
export function oncePerField<T>(read: (field: FieldView) => T): (field: FieldView) => T {
  const known = new WeakMap<FieldView, { readonly answer: T }>();
  return (field) => {
    let found = known.get(field);
    if (found === undefined) known.set(field, (found = { answer: read(field) }));
    return found.answer;
  };
}
