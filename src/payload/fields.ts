import { HubError } from '../errors.js';
import { type Document, type Edit, type Limits, Node } from '../model.js';
import { Splice, writeMembers } from './splice.js';

/** How a flat list of named texts (a form, a query, cookies) is written. All strings are binary: one unit a byte. */
export interface FieldWriter {
  name(text: string): string;
  value(text: string): string;
}

/** A flat list of named texts: the root is an object, each member a string. A member without `=` has an empty `nameEnd..start`. */
export class FieldsDocument implements Document {
  constructor(
    private readonly bytes: Uint8Array,
    private readonly source: string,
    readonly root: Node,
    private readonly writer: FieldWriter,
  ) {}

  /** The list with its edits; the very same bytes when there are none. */
  write(): Uint8Array {
    const out = new Splice(this.bytes, this.source);
    if (this.root.edit !== undefined) out.replace(0, this.source.length, emptied(this.root.edit));
    else writeMembers(this.root.children ?? [], out, (member) => this.writeMember(member, out));
    return out.finish();
  }

  private writeMember(member: Node, out: Splice): void {
    if (member.rename !== undefined) out.replace(member.nameStart, member.nameEnd, this.writer.name(member.rename));
    if (member.edit === undefined) return;
    const text = textAfter(member.edit);
    const missing = member.nameEnd === member.start && member.nameEnd > member.nameStart && text !== '';
    out.replace(member.start, member.end, (missing ? '=' : '') + this.writer.value(text));
  }
}

/** The root of a flat list, whose members count against `limits.nodes`. Throws `too_many_fields`. */
export function fieldsRoot(kind: 'object' | 'array', children: Node[], length: number, limits: Limits): Node {
  if (children.length >= limits.nodes) throw new HubError('too_many_fields');
  const root = new Node(kind, '', 0, length);
  root.children = children;
  return root;
}

/** The text a string has after `edit`; `drop` counts as `blank` where nothing can be absent. */
export function textAfter(edit: Edit): string {
  switch (edit.kind) {
    case 'drop':
    case 'blank':
      return '';
    case 'text':
      return edit.text;
    case 'bytes':
      throw new HubError('internal', 'bytes in a text format');
    default:
      return edit satisfies never;
  }
}

function emptied(edit: Edit): string {
  if (edit.kind === 'drop' || edit.kind === 'blank') return '';
  throw new HubError('internal', `${edit.kind} for a list of fields`);
}
