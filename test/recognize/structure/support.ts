// What the tests of structure recognizers share: the rules that ship, and fields and containers as the walk would hand them over.
import type { CategoryId, Finding, Limits, Node, Place } from '#src/model.js';
import { readJson } from '#src/payload/json.js';
import { readLog } from '#src/payload/log.js';
import { loadRules } from '#src/policy/declaration.js';
import type { ContainerView, FieldView, Interpretation, StructureRecognizer } from '#src/recognize/evidence.js';
import type { Kit } from '#src/recognize/kit.js';
import { isNeutral, NameClassifier, type NameWords } from '#src/recognize/name/patterns.js';
import { memberRoles } from '#src/recognize/structure/names.js';
import { Vocabulary } from '#src/recognize/vocabulary.js';
import { readRulesDir } from '#src/rules-files.js';

const rules = loadRules(await readRulesDir(['rules']));
const vocabulary = new Vocabulary(rules.vocabulary);
const names = new NameClassifier(rules.categories.values(), vocabulary);
const roleOf = memberRoles(vocabulary);
const LIMITS: Limits = { bodyBytes: 1 << 20, inflateRatio: 100, depth: 64, nodes: 100_000, layers: 8 };
const ENCLOSING_MAX = 2;

/** Two lines whose values stand behind a pair: what finds labelled values in texts knows them as a whole. */
const LABELLED: readonly (readonly [RegExp, CategoryId])[] = [
  [/op="connection-[^"]*".*?\bname="([^"]*)"/d, 'wifi_ssid'],
  [/client provides name=(\S+)/d, 'hostname'],
];

function findLabelled(text: string): readonly Finding[] {
  return LABELLED.flatMap(([pattern, category]) => {
    const span = pattern.exec(text)?.indices?.[1];
    return span === undefined
      ? []
      : [{ category, start: span[0], end: span[1], canonical: `text:${text.slice(...span)}`, strength: 'certain' as const }];
  });
}

export const kit: Kit = { names, vocabulary, findLabelled };

/** A field as the walk makes it: its name's words, and what they say with the names around. */
export class TestField implements FieldView {
  readonly words: NameWords | undefined;
  readonly nameCategory: CategoryId | undefined;
  readonly ambiguousCategory: CategoryId | undefined;
  readonly role: 'name' | 'value' | undefined;
  private readonly members = new Map<string | undefined, TestField>();

  constructor(
    readonly place: Place,
    readonly name: string | undefined,
    private readonly parent: TestField | undefined,
    readonly mapCategory: CategoryId | undefined = undefined,
  ) {
    this.words = name === undefined ? undefined : names.words(name);
    const inherits = this.words === undefined || isNeutral(this.words);
    const own = this.words && names.classify(this.words, this.enclosing())?.category;
    this.nameCategory = own ?? (inherits ? parent?.nameCategory : undefined);
    this.ambiguousCategory = (this.words && names.doubt(this.words)) ?? (inherits ? parent?.ambiguousCategory : undefined);
    this.role = name === undefined ? undefined : roleOf(name);
  }

  get around(): NameWords | undefined {
    return this.enclosing().at(-1);
  }

  /** The words of the nearest names around, outermost first. */
  private enclosing(): NameWords[] {
    const found: NameWords[] = [];
    for (let field = this.parent; field !== undefined && found.length < ENCLOSING_MAX; field = field.parent)
      if (field.words !== undefined) found.unshift(field.words);
    return found;
  }

  child(name: string | undefined): TestField {
    let field = this.members.get(name);
    if (field === undefined) this.members.set(name, (field = new TestField(this.place, name, this)));
    return field;
  }
}

export function viewOf(node: Node, field: TestField, isRoot = false): ContainerView {
  const children = node.children ?? [];
  return {
    text: node.text,
    start: node.start,
    count: children.length,
    kind: (child) => children[child]!.kind,
    length: (child) => children[child]!.text.length,
    children,
    field,
    fields: children.map(({ name }) => field.child(name)),
    isRoot,
    checkDeadline: () => {},
  };
}

/** A container, and whether it is an object or an array. */
export interface TestContainer {
  readonly of: 'object' | 'array';
  readonly view: ContainerView;
}

/** Every object and array of a JSON text. A text that is one string is the line of a log. */
export function containersOf(text: string, place: Place = 'body'): readonly TestContainer[] {
  const { root: json } = readJson(Buffer.from(text), LIMITS);
  const root = json.kind === 'string' ? readLog(Buffer.from(json.text), LIMITS).root : json;
  const found: TestContainer[] = [];
  const visit = (node: Node, field: TestField, isRoot: boolean): void => {
    if (node.children === undefined) return;
    found.push({ of: node.kind === 'array' ? 'array' : 'object', view: viewOf(node, field, isRoot) });
    for (const child of node.children) visit(child, field.child(child.name), false);
  };
  visit(root, new TestField(place, undefined, undefined), true);
  return found;
}

/** What the recognizer says of a container as the walk asks it: only where enough children concern it. */
export function ask(recognizer: StructureRecognizer, { of, view }: TestContainer): Interpretation | undefined {
  if (of !== recognizer.of) return undefined;
  const concerned = view.fields.filter((field) => recognizer.concerns(field)).length;
  return concerned >= recognizer.atLeast ? recognizer.interpret(view) : undefined;
}

/** The children that are spoken of: those renamed with their names, those joined or rows of a table. */
export function told(
  found: Interpretation | undefined,
  { view: { children } }: TestContainer,
): Record<string, string> | undefined {
  if (found === undefined) return undefined;
  const indexes = found.kind === 'renamed' ? [...found.names.keys()] : [...found.children];
  const says = (i: number): string => {
    if (found.kind === 'renamed') return found.names.get(i)!;
    return found.kind === 'joined' ? found.text : found.names.join(' ');
  };
  return Object.fromEntries(indexes.map((i) => [children[i]!.name ?? String(i), says(i)]));
}
