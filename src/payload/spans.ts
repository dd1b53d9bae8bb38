import { Buffer, isUtf8 } from 'node:buffer';
import { HubError } from '../errors.js';
import { type Document, type Edit, type Limits, Node, type NodeKind } from '../model.js';
import { textAfter } from './fields.js';
import { asBuffer, MAX_DEPTH } from './splice.js';

/** A node of a text format. `start`, `end`, `nameStart`, `nameEnd` are UTF-16 indices into the text of its document. */
export class SpanNode extends Node {
  /** What goes when the node is dropped; -1: here nothing can be absent, a drop empties it. */
  cutStart = -1;
  cutEnd = -1;
  /** A second place where the name stands (the closing tag); -1: there is none. */
  closeStart = -1;
  closeEnd = -1;
  /** How the format writes this node; its own words. */
  style = '';
  /** Members that stand in a list with separators: a dropped one takes one separator along, or its own cut where it has one. */
  listed = false;
  /** Stands among members of a list without being one (a comment). */
  aside = false;
}

/** How one format writes what is edited. Each throws `internal` for a text that the format cannot hold at that place. */
export interface SpanWriter {
  /** What stands between `start` and `end` of a scalar afterwards; `edit` is never a drop that can be carried out. */
  value(node: SpanNode, text: string, edit: Edit): string;
  /** A member's new name. */
  name(node: SpanNode, text: string): string;
  /** An emptied container, or one of `listed` members that lost them all. Absent: nothing stands there. */
  emptied?(node: SpanNode): string;
}

interface Change {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** A text with a tree over its spans. What no edit touches is written as it stood. */
export class SpanDocument implements Document {
  constructor(
    private readonly bytes: Uint8Array,
    private readonly text: string,
    readonly root: SpanNode,
    private readonly writer: SpanWriter,
  ) {}

  /** The text with its edits; the very same bytes when there are none. */
  write(): Uint8Array {
    const changes: Change[] = [];
    this.collect(this.root, changes);
    if (changes.length === 0) return this.bytes;
    return Buffer.from(spliced(this.text, changes), 'utf8');
  }

  private collect(node: SpanNode, changes: Change[]): void {
    const { edit } = node;
    if (edit?.kind === 'drop' && node.cutStart >= 0) {
      changes.push({ start: node.cutStart, end: node.cutEnd, text: '' });
      return;
    }
    this.renamed(node, changes);
    if (edit !== undefined) changes.push({ start: node.start, end: node.end, text: this.edited(node, edit) });
    else if (node.children !== undefined) this.collectBelow(node, node.children as SpanNode[], changes);
  }

  private renamed(node: SpanNode, changes: Change[]): void {
    if (node.rename === undefined || node.nameStart < 0) return;
    const text = this.writer.name(node, node.rename);
    changes.push({ start: node.nameStart, end: node.nameEnd, text });
    if (node.closeStart >= 0) changes.push({ start: node.closeStart, end: node.closeEnd, text });
  }

  private edited(node: SpanNode, edit: Edit): string {
    if (node.children !== undefined) return this.writer.emptied?.(node) ?? '';
    return this.writer.value(node, edit.kind === 'bytes' ? '' : textAfter(edit), edit);
  }

  private collectBelow(node: SpanNode, all: readonly SpanNode[], changes: Change[]): void {
    const children = node.listed ? all.filter((child) => !child.aside) : all;
    if (children.length < all.length) for (const child of all) if (child.aside) this.collect(child, changes);
    if (node.listed && children.length > 0 && children.every((child) => child.edit?.kind === 'drop')) {
      const emptied = this.writer.emptied?.(node);
      if (emptied !== undefined || node.cutStart < 0) changes.push({ start: node.start, end: node.end, text: emptied ?? '' });
      else changes.push({ start: node.cutStart, end: node.cutEnd, text: '' });
      return;
    }
    let kept = 0;
    children.forEach((child, i) => {
      if (!node.listed || child.edit?.kind !== 'drop') {
        kept++;
        this.collect(child, changes);
        return;
      }
      // A separator goes with the member after it; where the first members are dropped, with the one before it.
      const next = children[i + 1];
      if (kept === 0 && next !== undefined) changes.push({ start: child.nameStart, end: next.nameStart, text: '' });
      else if (child.cutStart >= 0) changes.push({ start: child.cutStart, end: child.cutEnd, text: '' });
      else changes.push({ start: children[i - 1]?.end ?? child.nameStart, end: child.end, text: '' });
    });
  }
}

/** `text` with all changes; of two over the same place the outer one counts. */
function spliced(text: string, changes: Change[]): string {
  changes.sort((a, b) => a.start - b.start || b.end - a.end);
  let out = '';
  let done = 0;
  for (const change of changes) {
    if (change.start < done || (change.start === done && change.end === done && change.text === '')) continue;
    out += text.slice(done, change.start) + change.text;
    done = change.end;
  }
  return out + text.slice(done);
}

/** Makes the nodes of one document and holds its bounds. */
export class SpanReader {
  private left: number;
  private readonly deepest: number;

  constructor(limits: Limits) {
    this.left = limits.nodes;
    this.deepest = Math.min(limits.depth, MAX_DEPTH);
  }

  /** A node; throws `too_many_fields`. */
  node(kind: NodeKind, text: string, start: number, end: number): SpanNode {
    if (--this.left < 0) throw new HubError('too_many_fields', `character ${start}`);
    return new SpanNode(kind, text, start, end);
  }

  /** Throws `too_deep` where `depth` containers around `at` are too many. */
  bound(depth: number, at: number): void {
    if (depth > this.deepest) throw new HubError('too_deep', `character ${at}`);
  }

  /** A container with no children yet; throws `too_deep` where `depth` containers, this one counted, are too many. */
  container(kind: 'object' | 'array', start: number, end: number, depth: number): SpanNode & { children: Node[] } {
    this.bound(depth, start);
    const node = this.node(kind, '', start, end);
    node.children = [];
    return node as SpanNode & { children: Node[] };
  }

  /** A string under a name that stands nowhere in the text (`#text`), or at a place of its own. */
  member(name: string, text: string, start: number, end: number, nameStart = -1, nameEnd = -1): SpanNode {
    const node = this.node('string', text, start, end);
    node.name = name;
    node.nameStart = nameStart;
    node.nameEnd = nameEnd;
    return node;
  }
}

/** Gives `node` the span that goes when it is dropped. */
export function cut<N extends SpanNode>(node: N, start: number, end: number): N {
  node.cutStart = start;
  node.cutEnd = end;
  return node;
}

/** The text of UTF-8 bytes; throws `malformed`. */
export function textOfUtf8(bytes: Uint8Array): string {
  if (!isUtf8(bytes)) throw new HubError('malformed', 'not UTF-8');
  return asBuffer(bytes).toString('utf8');
}

/** One line of a text: `start` to `end` without its line end, which `next` is behind. */
export interface Line {
  readonly start: number;
  readonly end: number;
  readonly next: number;
}

/** The lines of a text, LF or CRLF; the last one is left out where it is empty. */
export function linesOf(text: string): Line[] {
  const lines: Line[] = [];
  for (let start = 0; start < text.length; ) {
    const feed = text.indexOf('\n', start);
    const next = feed < 0 ? text.length : feed + 1;
    const stop = feed < 0 ? text.length : feed;
    lines.push({ start, end: stop > start && text[stop - 1] === '\r' ? stop - 1 : stop, next });
    start = next;
  }
  return lines;
}
