// What the binary formats share: nodes that hold bytes, the budget of nodes, and what bytes read as.
import { Buffer } from 'node:buffer';
import { HubError } from '../errors.js';
import { type Document, type Edit, type Limits, Node } from '../model.js';
import { withoutMetadata } from './media.js';
import { asBuffer, MAX_DEPTH } from './splice.js';

/** Longest byte string whose hexadecimal form is kept as its text: identifiers are short, and hex costs twice the bytes. */
export const HEX_MAX = 1024;

/** What is read of a body to tell its format: enough to be sure, little enough to cost nothing. */
export const LOOK: Limits = { bodyBytes: Number.MAX_SAFE_INTEGER, inflateRatio: 1, depth: 100, nodes: 2000, layers: 1 };

/** Does `read`, under the bounds of `LOOK`, find no fault? Reaching a bound or a cipher is none: the reader itself decides then. */
export function looksReadable(read: () => unknown): boolean {
  try {
    read();
    return true;
  } catch (fault) {
    return (
      fault instanceof HubError && (fault.code === 'too_many_fields' || fault.code === 'too_deep' || fault.code === 'sealed')
    );
  }
}

/** Counts what one message may cost. */
export class Budget {
  private left: number;
  private readonly deepest: number;
  constructor(limits: Limits) {
    this.left = limits.nodes;
    this.deepest = Math.min(limits.depth, MAX_DEPTH);
  }

  /** Makes a node. Throws `too_many_fields`. */
  node(kind: Node['kind'], text: string, start: number, end: number): Node {
    if (--this.left < 0) throw new HubError('too_many_fields', `byte ${start}`);
    return new Node(kind, text, start, end);
  }

  /** A node for a byte string; see `fillBytes`. */
  bytes(bytes: Uint8Array, start: number, end: number): Node {
    return fillBytes(this.node('bytes', '', start, end), bytes);
  }

  /** Throws `too_deep` for the `depth`th container around each other. */
  enter(depth: number, offset: number): void {
    if (depth > this.deepest) throw new HubError('too_deep', `byte ${offset}`);
  }
}

/**
 * A `bytes` node's text is its lower-case hexadecimal form (empty for more than `HEX_MAX` bytes). Where the bytes are a picture or
 * film with metadata, the node comes with an edit that takes the metadata out: it leaves so, if it leaves at all.
 */
export function fillBytes(node: Node, bytes: Uint8Array): Node {
  node.bytes = bytes;
  node.text = bytes.length <= HEX_MAX ? asBuffer(bytes).toString('hex') : '';
  const bare = withoutMetadata(bytes);
  if (bare !== bytes) node.edit = { kind: 'bytes', bytes: bare };
  return node;
}

/** The bytes a `bytes` node has after `edit`: a new text in hexadecimal digits stands for those bytes, any other for itself in UTF-8. */
export function editedBytes(edit: Edit): Uint8Array {
  switch (edit.kind) {
    case 'drop':
    case 'blank':
      return new Uint8Array(0);
    case 'bytes':
      return edit.bytes;
    case 'text':
      return Buffer.from(edit.text, /^(?:[0-9a-f]{2})+$/i.test(edit.text) ? 'hex' : 'utf8');
    default:
      return edit satisfies never;
  }
}

/** How many nodes stand at and below `root`. */
export function countNodes(root: Node): number {
  let count = 1;
  for (const child of root.children ?? []) count += countNodes(child);
  return count;
}

/** A whole body (or part) that is nothing but bytes. Bytes that may not leave leave nothing to send: `media_withheld`. */
export function bytesDocument(bytes: Uint8Array): Document {
  const root = fillBytes(new Node('bytes', '', 0, bytes.length), bytes);
  const write = (): Uint8Array => {
    if (root.edit === undefined) return bytes;
    if (root.edit.kind === 'drop' || root.edit.kind === 'blank') throw new HubError('media_withheld');
    return editedBytes(root.edit);
  };
  return { root, write };
}

/** The error for a fault at an offset. */
export function malformed(offset: number): HubError {
  return new HubError('malformed', `byte ${offset}`);
}
