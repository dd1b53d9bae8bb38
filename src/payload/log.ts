import { HubError } from '../errors.js';
import type { Document, Limits } from '../model.js';
import { mixedLine, pairsIn } from './mixed.js';
import { type Line, linesOf, SpanDocument, type SpanNode, SpanReader, type SpanWriter } from './spans.js';
import { asBuffer } from './splice.js';
import { isPrintable } from './text.js';

/** How far into a text its lines are counted to tell what it is. */
const LOOKED_AT = 4096;
const PEM_BEGIN = '-----BEGIN ';
const PEM_END = '-----END ';

/** Writes a text. `style` of a value: the quote it stands in. A line end in a new value is a blank: a value stays on its line. */
export const LOG_WRITER: SpanWriter = {
  value(node: SpanNode, text: string): string {
    const line = node.name === undefined ? text : text.replace(/[\r\n]+/g, ' ');
    return node.style === '' ? line : line.replaceAll(node.style, node.style === '"' ? "'" : '"');
  },
  name(_node: SpanNode, text: string): string {
    return text.replace(/[\s=:]+/g, '_');
  },
};

/** Is it text of several lines, or one of several words with a `name=value` among them? */
export function looksLikeLog(bytes: Uint8Array): boolean {
  const head = asBuffer(bytes.subarray(0, LOOKED_AT)).toString('utf8');
  if (/[\0-\x08\x0e-\x1f\x7f]/.test(head)) return false;
  const lines = linesOf(head).filter((line) => head.slice(line.start, line.end).trim() !== '');
  if (lines.length > 1) return isPrintable(bytes);
  const [only] = lines;
  // One word of `a=b` alone, or `a=b&c=d` with blanks in it, is rather a form.
  if (only === undefined || !/\S[ \t]+\S/.test(head) || /=[^&=]*&[\w.~*%+[\]-]{1,64}=/.test(head)) return false;
  return pairsIn(head, only.start, only.end).length > 0 && isPrintable(bytes);
}

/**
 * Reads text for people line by line, so that one find does not take the others along: an array of lines, each a string, or an object
 * of its `name=value` pairs (also `name: value`) and the `#text` between them. A text of one line is that line. A PEM block is one line.
 * Throws `unreadable_format` where it is not printable UTF-8, `too_many_fields`, `too_deep`.
 */
export function readLog(bytes: Uint8Array, limits: Limits, depth = 0): Document {
  if (!isPrintable(bytes)) throw new HubError('unreadable_format');
  const text = asBuffer(bytes).toString('utf8');
  const reader = new SpanReader(limits);
  const lines = blocks(text, linesOf(text)).filter((line) => text.slice(line.start, line.end).trim() !== '');
  const [only] = lines;
  if (lines.length <= 1) {
    const root = only === undefined ? reader.node('string', text, 0, text.length) : lineNode(reader, text, only, depth + 1);
    return new SpanDocument(bytes, text, whole(root, text), LOG_WRITER);
  }
  const root = reader.container('array', 0, text.length, depth + 1);
  for (const line of lines) root.children.push(lineNode(reader, text, line, depth + 2));
  return new SpanDocument(bytes, text, root, LOG_WRITER);
}

function lineNode(reader: SpanReader, text: string, line: Line, depth: number): SpanNode {
  if (text.startsWith(PEM_BEGIN, line.start))
    return reader.node('string', text.slice(line.start, line.end), line.start, line.end);
  return mixedLine(reader, text, line.start, line.end, depth);
}

/** The only line as the root: the whole text, with the white space around it, where it has no parts. */
function whole(root: SpanNode, text: string): SpanNode {
  if (root.children !== undefined) return root;
  root.text = text;
  root.start = 0;
  root.end = text.length;
  return root;
}

/** The lines with each PEM block joined: a key is told by its frame, and goes whole. */
function blocks(text: string, lines: readonly Line[]): Line[] {
  if (!text.includes(PEM_BEGIN)) return [...lines];
  const joined: Line[] = [];
  for (let i = 0; i < lines.length; i++) {
    const first = lines[i]!;
    const at = text.slice(first.start, first.end).indexOf(PEM_BEGIN);
    if (at < 0) {
      joined.push(first);
      continue;
    }
    while (i + 1 < lines.length && !text.slice(lines[i]!.start, lines[i]!.end).includes(PEM_END)) i++;
    if (at > 0) joined.push({ start: first.start, end: first.start + at, next: first.start + at });
    joined.push({ start: first.start + at, end: lines[i]!.end, next: lines[i]!.next });
  }
  return joined;
}
