// The values of any document as entries: those of JSON stand on its tape, those of every other format in its nodes.
import type { Document, Edit, Node, NodeKind } from '../model.js';
import type { Entries } from './entries.js';
import { Tape } from './json-tape.js';

/** The values of a document, and the entry of its root. */
export function entriesOf({ root }: Pick<Document, 'root'>): { readonly entries: Entries; readonly root: number } {
  return root.entries instanceof Tape ? { entries: root.entries, root: root.entry } : { entries: new NodeEntries(root), root: 0 };
}

/** A tree of nodes in document order. */
class NodeEntries implements Entries {
  private readonly all: Node[] = [];
  private readonly ends: number[] = [];

  constructor(root: Node) {
    this.add(root);
  }

  private add(node: Node): void {
    const at = this.all.length;
    this.all.push(node);
    this.ends.push(0);
    for (const child of node.children ?? []) this.add(child);
    this.ends[at] = this.all.length;
  }

  count(entry: number): number {
    return this.all[entry]!.children?.length ?? 0;
  }

  first(entry: number): number {
    return entry + 1;
  }

  next(entry: number): number {
    return this.ends[entry]!;
  }

  kind(entry: number): NodeKind {
    return this.all[entry]!.kind;
  }

  name(entry: number): string | undefined {
    return this.all[entry]!.name;
  }

  nameNumber(): number {
    return -1;
  }

  text(entry: number): string {
    return this.all[entry]!.text;
  }

  length(entry: number): number {
    return this.all[entry]!.text.length;
  }

  start(entry: number): number {
    return this.all[entry]!.start;
  }

  end(entry: number): number {
    return this.all[entry]!.end;
  }

  bytes(entry: number): Uint8Array | undefined {
    return this.all[entry]!.bytes;
  }

  node(entry: number): Node {
    return this.all[entry]!;
  }

  nodes(entry: number): Node[] {
    return this.all[entry]!.children ?? [];
  }

  edit(entry: number, edit: Edit): void {
    this.all[entry]!.edit = edit;
  }

  rename(entry: number, name: string): void {
    this.all[entry]!.rename = name;
  }
}
