import { HubError } from '../errors.js';
import type { Document, Edit, Node } from '../model.js';
import { Splice, utf8Binary, writeMembers } from './splice.js';

/** Is `literal` a JSON number (RFC 8259 section 6)? */
export function isJsonNumber(literal: string): boolean {
  return /^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?$/.test(literal);
}

/** A JSON text as read, with the edits of its nodes. */
export class JsonDocument implements Document {
  constructor(
    private readonly bytes: Uint8Array,
    private readonly source: string,
    readonly root: Node,
  ) {}

  /** The text with its edits; the very same bytes when there are none. */
  write(): Uint8Array {
    const out = new Splice(this.bytes, this.source);
    writeValue(this.root, out);
    return out.finish();
  }
}

function writeValue(node: Node, out: Splice): void {
  if (node.edit !== undefined) out.replace(node.start, node.end, utf8Binary(edited(node, node.edit)));
  else if (node.entries !== undefined || node.children === undefined)
    return; // nobody looked into it: as it came
  else if (node.kind === 'object') writeMembers(node.children, out, writeMember);
  else for (const child of node.children) writeValue(child, out);
}

function writeMember(member: Node, out: Splice): void {
  if (member.rename !== undefined) out.replace(member.nameStart, member.nameEnd, utf8Binary(JSON.stringify(member.rename)));
  writeValue(member, out);
}

/** The JSON text that stands for `node` after `edit`. A root or element cannot be absent: its `drop` is a `blank`. */
function edited(node: Node, edit: Edit): string {
  switch (edit.kind) {
    case 'drop':
    case 'blank':
      return blank(node.kind);
    case 'text':
      return scalar(node.kind, edit.text);
    case 'bytes':
      throw new HubError('internal', 'bytes in JSON');
    default:
      return edit satisfies never;
  }
}

function blank(kind: Node['kind']): string {
  switch (kind) {
    case 'object':
      return '{}';
    case 'array':
      return '[]';
    case 'string':
      return '""';
    case 'number':
      return '0';
    case 'boolean':
      return 'false';
    case 'null':
      return 'null';
    case 'bytes':
      throw new HubError('internal', 'bytes in JSON');
    default:
      return kind satisfies never;
  }
}

function scalar(kind: Node['kind'], text: string): string {
  if (kind === 'string') return JSON.stringify(text);
  if (kind === 'number' && isJsonNumber(text)) return text;
  if (kind === 'boolean' && (text === 'true' || text === 'false')) return text;
  throw new HubError('internal', `text for a JSON ${kind}`);
}
