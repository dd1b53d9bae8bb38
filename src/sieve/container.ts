// How a container is to be read: what structure recognizers make of names, kinds and values of its children, resolved in their order.
import type { Node, NodeKind } from '../model.js';
import type { Entries } from '../payload/entries.js';
import type { ContainerView, FieldView, Interpretation } from '../recognize/evidence.js';
import type { RecognizerId, StructureId } from '../recognize/registry.js';
import type { MessageContext } from './context.js';
import type { Field } from './field.js';

/** Names that say what children spell together. */
const WHOLE_NAMES: Partial<Record<string, string>> = {
  ip_address: 'ip address',
  device_mac: 'mac address',
  location_precise: 'latitude',
};

/** The children of a container under the names that count. */
export class Reading {
  joined:
    | { readonly children: ReadonlySet<number>; readonly text: string; readonly name: string; readonly by: RecognizerId }
    | undefined;
  private readonly names = new Map<number, { readonly name: string; readonly by: StructureId }>();
  private columns: Extract<Interpretation, { kind: 'columns' }> | undefined;

  /** Takes what a recognizer says; what one said before stands. */
  add(by: StructureId, interpretation: Interpretation): void {
    switch (interpretation.kind) {
      case 'renamed':
        for (const [child, name] of interpretation.names) if (!this.names.has(child)) this.names.set(child, { name, by });
        return;
      case 'joined': {
        const { children, text, category } = interpretation;
        this.joined ??= { children, text, name: WHOLE_NAMES[category] ?? '', by };
        return;
      }
      case 'columns':
        this.columns ??= interpretation;
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
    return this.columns?.children.has(child) ? this.columns.names : undefined;
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
    reading ??= new Reading();
    reading.add(id, interpretation);
  }
  return reading;
}

/** A container as recognizers see it; nodes are made only for those that ask. */
class Container implements ContainerView {
  readonly count: number;
  private made: readonly Node[] | undefined;
  private starts: readonly number[] | undefined;

  constructor(
    private readonly entries: Entries,
    private readonly container: number,
    readonly field: Field,
    private readonly all: readonly (Field | undefined)[],
    private readonly cx: MessageContext,
  ) {
    this.count = entries.count(container);
  }

  get node(): Node {
    return this.entries.node(this.container);
  }

  get children(): readonly Node[] {
    this.made ??= this.entries.nodes(this.container);
    return this.made;
  }

  get fields(): readonly FieldView[] {
    return this.all.length === this.count
      ? (this.all as readonly FieldView[])
      : new Array<FieldView>(this.count).fill(this.all[0]!);
  }

  kind(child: number): NodeKind {
    return this.entries.kind(this.start(child));
  }

  length(child: number): number {
    return this.entries.length(this.start(child));
  }

  checkDeadline(units: number): void {
    this.cx.checkDeadline(units);
  }

  private start(child: number): number {
    if (this.starts === undefined) {
      const starts: number[] = [];
      let entry = this.entries.first(this.container);
      for (let i = 0; i < this.count; i += 1, entry = this.entries.next(entry)) starts.push(entry);
      this.starts = starts;
    }
    return this.starts[child]!;
  }
}
