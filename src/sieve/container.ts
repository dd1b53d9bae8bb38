// How a container is to be read: what structure recognizers make of names, kinds and values of its children, resolved in their order.
import type { CategoryId, NodeKind } from '../model.js';
import type { Entries } from '../payload/entries.js';
import type { ContainerView, FieldView, Interpretation, ValueView } from '../recognize/evidence.js';
import type { StructureId } from '../recognize/structure/index.js';
import type { MessageContext } from './context.js';
import type { Field } from './field.js';

/** Names that say what children spell together. */
const WHOLE_NAMES: Partial<Record<CategoryId, string>> = {
  ip_address: 'ip address',
  device_mac: 'mac address',
  location_precise: 'latitude',
};

/** Children that spell one value together, in the field that says what they are together. */
export interface Joined {
  readonly children: ReadonlySet<number>;
  readonly text: string;
  readonly field: Field;
}

/** The children of a container under the names that count: of two recognizers that name one child the first has the say. */
export class Reading {
  readonly joined: Joined[] = [];
  private readonly names = new Map<number, { readonly name: string; readonly by: StructureId }>();
  private readonly columns: Extract<Interpretation, { kind: 'columns' }>[] = [];

  constructor(private readonly field: Field) {}

  add(by: StructureId, interpretation: Interpretation): void {
    switch (interpretation.kind) {
      case 'renamed':
        for (const [child, name] of interpretation.names) if (!this.names.has(child)) this.names.set(child, { name, by });
        return;
      case 'joined': {
        const { children, text, category } = interpretation;
        const name = category && WHOLE_NAMES[category];
        this.joined.push({ children, text, field: name === undefined ? this.field : this.field.as(name, by) });
        return;
      }
      case 'columns':
        this.columns.push(interpretation);
        return;
      default:
        interpretation satisfies never;
    }
  }

  /** The field that counts for a child. */
  fieldOf(child: number, field: Field): Field {
    const renamed = this.names.get(child);
    return renamed === undefined ? field : field.as(renamed.name, renamed.by);
  }

  /** The names of a child's columns; undefined: it is no table. */
  columnsOf(child: number): readonly string[] | undefined {
    return this.columns.find(({ children }) => children.has(child))?.names;
  }
}

/** Asks the structure recognizers that a container concerns; undefined: it is read as it stands. `fields`: one for all elements, or one each. */
export function readContainer(
  entries: Entries,
  container: number,
  field: Field,
  fields: readonly (Field | undefined)[],
  cx: MessageContext,
): Reading | undefined {
  const { structures } = field.rules.recognizers;
  const count = entries.count(container);
  let once = 0;
  let more = 0;
  for (const child of fields) {
    if (child === undefined) continue;
    more |= once & child.concerns;
    once |= child.concerns;
  }
  if (fields.length === 1 && count > 1) more = once;
  const asked = structures.asked(entries.kind(container) === 'object' ? 'object' : 'array', once, more);
  if (asked.length === 0) return undefined;
  const view = new Container(entries, container, field, fields, cx);
  let reading: Reading | undefined;
  for (const { id, recognizer } of asked) {
    const interpretation = recognizer.interpret(view);
    if (interpretation === undefined) continue;
    reading ??= new Reading(field);
    reading.add(id, interpretation);
  }
  return reading;
}

/** A member whose name is itself a value: its name says nothing to recognizers. */
const SILENT: FieldView = Object.freeze({
  place: 'body',
  name: undefined,
  words: undefined,
  around: undefined,
  mapCategory: undefined,
  nameCategory: undefined,
  ambiguousCategory: undefined,
  role: undefined,
});

/** A value on its entries: nothing is read of it before somebody asks. */
class EntryView implements ValueView {
  constructor(
    private readonly entries: Entries,
    readonly entry: number,
  ) {}

  get kind(): NodeKind {
    return this.entries.kind(this.entry);
  }

  get text(): string {
    return this.entries.text(this.entry);
  }

  get name(): string | undefined {
    return this.entries.name(this.entry);
  }

  get start(): number {
    return this.entries.start(this.entry);
  }

  get end(): number {
    return this.entries.end(this.entry);
  }

  get children(): readonly ValueView[] | undefined {
    return this.kind === 'object' || this.kind === 'array' ? viewsOf(this.entries, this.entry) : undefined;
  }
}

function viewsOf(entries: Entries, container: number): EntryView[] {
  const views: EntryView[] = [];
  const count = entries.count(container);
  if (count === 0) return views;
  let entry = entries.first(container);
  for (let i = 0; i < count; i += 1, entry = entries.next(entry)) views.push(new EntryView(entries, entry));
  return views;
}

/** A container as recognizers see it. */
class Container implements ContainerView {
  readonly count: number;
  readonly isRoot: boolean;
  private made: readonly EntryView[] | undefined;

  constructor(
    private readonly entries: Entries,
    private readonly container: number,
    readonly field: Field,
    private readonly all: readonly (Field | undefined)[],
    private readonly cx: MessageContext,
  ) {
    this.count = entries.count(container);
    this.isRoot = field.isRoot;
  }

  get text(): string {
    return this.entries.text(this.container);
  }

  get start(): number {
    return this.entries.start(this.container);
  }

  get children(): readonly EntryView[] {
    this.made ??= viewsOf(this.entries, this.container);
    return this.made;
  }

  get fields(): readonly FieldView[] {
    if (this.all.length !== this.count) return new Array<FieldView>(this.count).fill(this.all[0] ?? SILENT);
    return this.all.includes(undefined) ? this.all.map((field) => field ?? SILENT) : (this.all as readonly FieldView[]);
  }

  kind(child: number): NodeKind {
    return child === 0 ? this.entries.kind(this.entries.first(this.container)) : this.children[child]!.kind;
  }

  length(child: number): number {
    return this.entries.length(child === 0 ? this.entries.first(this.container) : this.children[child]!.entry);
  }

  readonly checkDeadline = (units: number): void => this.cx.checkDeadline(units);
}
