import { HubError } from '../errors.js';
import type { Document, Limits } from '../model.js';
import { LOG_WRITER } from './log.js';
import { cut, type Line, linesOf, SpanDocument, type SpanNode, SpanReader, textOfUtf8 } from './spans.js';
import { asBuffer } from './splice.js';
import { isPrintable } from './text.js';

/** A name of up to four words, dots, brackets and slashes in it. */
const NAME = '[\\p{L}_$][\\p{L}\\p{N}\\p{M}_$.\\[\\]/@()-]{0,63}(?: [\\p{L}\\p{N}_$.\\[\\]/@()-]{1,32}){0,3}';
const PAIR = new RegExp(`^([ \\t]*)(?:export )?(${NAME})([ \\t]*=[ \\t]*|[ \\t]*:(?:[ \\t]+|$))`, 'u');
/** `[wifi]`, TOML's `[[network]]`. */
const SECTION = /^\[\[?([^[\]\r\n]{1,64})\]?\][ \t]*$/;
const COMMENT = /^[ \t]*(?:#|;|\/\/)[ \t]*/;
/** A value after a colon that YAML reads in a way of its own, or a name deeper in: then it is YAML, not this. */
const YAML_VALUE = /^(?:[{[&*!|>%@`]|"[^"]*\\)/;
/** How far into a text its lines are looked at to tell what it is. */
const LOOKED_AT = 16_384;

/**
 * Are these lines `name=value` or `name: value`, two or more of them and nothing else but comments and `[sections]`? Bytes beyond
 * the first lines are for the reader.
 */
export function looksLikePairLines(bytes: Uint8Array): boolean {
  const head = asBuffer(bytes.subarray(0, LOOKED_AT)).toString('utf8');
  const lines = linesOf(head);
  if (bytes.length > LOOKED_AT) lines.pop();
  let pairs = 0;
  for (const { start, end } of lines) {
    const line = head.slice(start, end);
    const match = PAIR.exec(line);
    if (match === null) {
      if (line.trim() !== '' && !SECTION.test(line) && !COMMENT.test(line)) return false;
    } else {
      if (match[3]!.includes(':') && (match[1] !== '' || YAML_VALUE.test(line.slice(match[0].length)))) return false;
      pairs++;
    }
  }
  return pairs >= 2;
}

/**
 * Reads lines of `name=value` or `name: value` (properties, INI, .env, header dumps): an object of strings; a `[section]` is an object
 * of the lines under it, a comment `#comment`, any other line `#text`. A value in quotes is what stands between them.
 * Throws `malformed` for bytes that are not UTF-8, `unreadable_format` for control characters, `too_many_fields`, `too_deep`.
 */
export function readPairLines(bytes: Uint8Array, limits: Limits, depth = 0): Document {
  const text = textOfUtf8(bytes);
  if (!isPrintable(bytes)) throw new HubError('unreadable_format');
  const reader = new SpanReader(limits);
  const root = reader.container('object', 0, text.length, depth + 1);
  let into = root;
  for (const line of linesOf(text)) {
    const raw = text.slice(line.start, line.end);
    if (raw.trim() === '') continue;
    const section = SECTION.exec(raw);
    if (section === null) {
      into.children.push(lineNode(reader, text, line));
      into.end = line.end;
      continue;
    }
    into = reader.container('object', line.next, line.next, depth + 2);
    into.name = section[1]!;
    into.nameStart = line.start + raw.indexOf(into.name);
    into.nameEnd = into.nameStart + into.name.length;
    root.children.push(into);
  }
  for (const child of root.children as SpanNode[]) if (child.kind === 'object') cut(child, child.nameStart - 1, child.end);
  root.end = text.length;
  return new SpanDocument(bytes, text, root, LOG_WRITER);
}

function lineNode(reader: SpanReader, text: string, line: Line): SpanNode {
  const raw = text.slice(line.start, line.end);
  const match = PAIR.exec(raw);
  if (match === null) {
    const comment = COMMENT.exec(raw);
    const from = line.start + (comment?.[0].length ?? 0);
    const node = reader.member(comment === null ? '#text' : '#comment', text.slice(from, line.end), from, line.end);
    return cut(node, line.start, line.next);
  }
  const [head, , name, separator] = match as unknown as [string, string, string, string];
  const nameStart = line.start + head.length - separator.length - name.length;
  const value = raw.slice(head.length).trimEnd();
  const quoted = /^(["'])(?:(?!\1).)*\1$/.exec(value)?.[1] ?? '';
  const start = line.start + head.length + quoted.length;
  const end = line.start + head.length + value.length - quoted.length;
  const node = reader.member(name, text.slice(start, end), start, end, nameStart, nameStart + name.length);
  node.style = quoted;
  return cut(node, line.start, line.next);
}
