import { HubError } from '../errors.js';
import { type Document, type Edit, type LazyChildren, Node } from '../model.js';
import { Tape } from './json-tape.js';
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
  if (node.edit !== undefined) out.replace(node.start, node.end, utf8Binary(edited(node.kind, node.edit)));
  else if (node.entries !== undefined) writeRows(tapeOf(node.entries), node.entry, out);
  else if (node.children === undefined) return;
  else if (node.kind === 'object') writeMembers(node.children, out, writeMember);
  else for (const child of node.children) writeValue(child, out);
}

function writeMember(member: Node, out: Splice): void {
  if (member.rename !== undefined) out.replace(member.nameStart, member.nameEnd, utf8Binary(JSON.stringify(member.rename)));
  writeValue(member, out);
}

function tapeOf(entries: LazyChildren): Tape {
  if (entries instanceof Tape) return entries;
  throw new HubError('internal', 'not a tape');
}

/** A container that has no nodes: nobody looked into it, or its values were judged on the tape. */
function writeRows(tape: Tape, container: number, out: Splice): void {
  const number = tape.editFrom(container + 1);
  if (tape.edited(number) < tape.next(container)) writeBelow(tape, container, number, out);
}

/** What stands below a container on the tape, from the edit of this number on; gives the number of the first edit behind it. As `writeMembers`. */
function writeBelow(tape: Tape, container: number, number: number, out: Splice): number {
  const end = tape.next(container);
  const members = tape.kind(container) === 'object';
  let kept = 0;
  let before = -1;
  for (let entry = tape.first(container); entry < end; entry = tape.next(entry)) {
    const own = tape.edited(number) === entry ? tape.editOf(number) : undefined;
    if (own !== undefined) number = tape.editFrom(tape.next(entry));
    const node = own instanceof Node ? own : undefined;
    const edit = own instanceof Node ? own.edit : own;
    if (members && edit?.kind === 'drop') {
      out.copyTo(before < 0 ? tape.nameStart(entry) : before);
      out.skipTo(tape.end(entry));
    } else {
      if (members && kept === 0 && before >= 0) out.skipTo(tape.nameStart(entry));
      kept++;
      if (node !== undefined) writeMember(node, out);
      else if (edit !== undefined) out.replace(tape.start(entry), tape.end(entry), utf8Binary(edited(tape.kind(entry), edit)));
      else if (tape.edited(number) < tape.next(entry)) number = writeBelow(tape, entry, number, out);
      if (tape.edited(number) >= end) return number;
    }
    before = tape.end(entry);
  }
  return number;
}

/** The JSON text that stands for a value of this kind after `edit`. A root or element cannot be absent: its `drop` is a `blank`. */
function edited(kind: Node['kind'], edit: Edit): string {
  switch (edit.kind) {
    case 'drop':
    case 'blank':
      return blank(kind);
    case 'text':
      return scalar(kind, edit.text);
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
