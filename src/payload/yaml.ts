import { isMap, isScalar, isSeq, type Pair, parseAllDocuments, type Scalar, type Document as YamlDocument } from 'yaml';
import { HubError } from '../errors.js';
import type { Document, Edit, Limits } from '../model.js';
import { isJsonNumber } from './json-write.js';
import { cut, linesOf, SpanDocument, type SpanNode, SpanReader, type SpanWriter, textOfUtf8 } from './spans.js';
import { asBuffer } from './splice.js';
import { isPrintable } from './text.js';

/**
 * Most marks (line breaks, and characters that mean structure) of YAML that is read. Its library's time goes by them, not by the bytes: up
 * to 8 µs each, 41 ms for as many, and no message may hold the others up for 50 ms. Ordinary YAML has two a line: some 2,500 lines.
 */
export const YAML_MARKS_MAX = 5000;
/** Who bounds the nodes to bound the time (workers/threaded-judge.ts) means time: a mark costs as much as so many nodes of JSON. */
const NODES_A_MARK = 2;
/** A comma after a comma is an error, and so is a second `: ` of one line without a comma or bracket between; errors cost more. */
const ERROR_MARKS = 4;
/** How far into a text its lines are looked at to tell what it is. */
const LOOKED_AT = 8192;
const TOP_LINE =
  /^(?:---(?: |$)|\.\.\.$|-(?:[ \t]|$)|(?:"[^"]{1,64}"|'[^']{1,64}'|[\p{L}_$][\p{L}\p{N}_$./@() -]{0,63}):(?:[ \t]|$)|[}\]])/u;
const NESTED = /^(?: +\S|-[ \t]|---|(?:[^\s#][^:]*): +[{[|>"'])/;
/** All that may stand between the scalars of YAML without tags, anchors, aliases, directives and complex keys. */
const STRUCTURE = /^[\s,:{}[\]-]*(?:\.\.\.[\s,:{}[\]-]*)*$/;

/** Are all lines at the left edge members or elements, two or more, with something nested below? Prose is not. */
export function looksLikeYaml(bytes: Uint8Array): boolean {
  const head = asBuffer(bytes.subarray(0, LOOKED_AT)).toString('utf8');
  const lines = linesOf(head).map((line) => head.slice(line.start, line.end));
  if (bytes.length > LOOKED_AT) lines.pop();
  const said = lines.filter((line) => line.trim() !== '' && !/^\s*#/.test(line));
  const top = said.filter((line) => /^\S/.test(line));
  return said.length >= 2 && top.length > 0 && top.every((line) => TOP_LINE.test(line)) && said.some((line) => NESTED.test(line));
}

/**
 * Reads YAML 1.2 (core schema): maps are objects, sequences arrays, several documents one array; comments are `#comment` members (or
 * elements) of the root. What is written instead of a scalar is a double-quoted one; a map that loses all its members is `{}`.
 * Throws `malformed`; `unreadable_format` for tags, anchors, aliases, directives and keys that are no scalar (nothing stands for anything
 * else: no aliases, no billion laughs); `too_many_fields`, also past `YAML_MARKS_MAX` or half of `limits.nodes`; `too_deep`.
 */
export function readYaml(bytes: Uint8Array, limits: Limits, depth = 0): Document {
  const text = textOfUtf8(bytes);
  // A lone CR is a line break to YAML 1.2 (section 5.4), but not to every reader.
  if (!isPrintable(bytes) || /\r(?!\n)/.test(text)) throw new HubError('unreadable_format', 'YAML');
  if (marksOf(text) > Math.min(YAML_MARKS_MAX, limits.nodes / NODES_A_MARK)) throw new HubError('too_many_fields', 'YAML');
  const reader = new YamlReader(text, limits);
  return new SpanDocument(bytes, text, reader.stream(parsed(text), depth), YAML_WRITER);
}

/** How many marks `text` has, counted to a little past the bound. */
function marksOf(text: string): number {
  let marks = 0;
  let comma = false;
  let colon = false;
  for (let i = 0; i < text.length && marks <= YAML_MARKS_MAX; i++) {
    const code = text.charCodeAt(i);
    if (code === 0x20) continue;
    const isMark = code < 128 && MARKS[code] === 1 && (code !== 0x2d || isBreak(text.charCodeAt(i + 1)));
    const opens = code === 0x3a && isBreak(text.charCodeAt(i + 1));
    if (isMark) marks += (comma && code === 0x2c) || (colon && opens) ? ERROR_MARKS : 1;
    comma = code === 0x2c || (comma && code === 0x0a);
    colon = opens || (colon && !SEPARATES.has(code));
  }
  return marks;
}

const MARKS = new Uint8Array(128);
for (const mark of '\n,:[]{}?&*!|>#\'"-') MARKS[mark.charCodeAt(0)] = 1;

/** What may stand between two `: ` of one line: a break, a comma, a bracket. */
const SEPARATES: ReadonlySet<number> = new Set([...'\n,{}[]'].map((mark) => mark.charCodeAt(0)));

/** A blank, a line break or the end: a dash before it opens an element. */
function isBreak(code: number): boolean {
  return code === 0x20 || code === 0x0a || Number.isNaN(code);
}

function parsed(text: string): readonly YamlDocument[] {
  try {
    // `prettyErrors` would look up the line of each error from the beginning.
    const options = { uniqueKeys: false, logLevel: 'silent', version: '1.2', stringKeys: false, prettyErrors: false } as const;
    const stream = parseAllDocuments(text, options);
    const documents = Array.isArray(stream) ? (stream as YamlDocument[]) : [];
    if (documents.length === 0 || documents.some((document) => document.errors.length > 0)) throw new HubError('malformed');
    return documents;
  } catch (fault) {
    if (fault instanceof HubError) throw fault;
    // The library recurses without a bound of its own.
    throw new HubError(fault instanceof RangeError ? 'too_deep' : 'malformed', 'YAML');
  }
}

class YamlReader extends SpanReader {
  /** Spans of scalars and keys, in the order of the text. */
  private readonly spans: (readonly [start: number, end: number])[] = [];

  /** Where the last scalar ended, with the line breaks a block scalar ends in. */
  private lastEnd = 0;

  constructor(
    private readonly text: string,
    limits: Limits,
  ) {
    super(limits);
  }

  stream(documents: readonly YamlDocument[], depth: number): SpanNode {
    const [first, ...more] = documents;
    let root = more.length === 0 && first !== undefined ? this.value(first.contents, depth + 1) : undefined;
    if (root === undefined) {
      root = this.container('array', 0, this.text.length, depth + 1);
      for (const document of documents) root.children!.push(this.value(document.contents, depth + 2));
    }
    const comments = this.between();
    if (comments.length === 0) return root;
    if (root.children === undefined) {
      const scalar = root;
      scalar.name = '#text';
      root = this.container('object', 0, this.text.length, depth + 1);
      root.children!.push(scalar);
    }
    root.children!.push(...comments);
    return root;
  }

  private value(node: unknown, depth: number): SpanNode {
    if (isMap(node)) return this.map(node.items, node.range!, node.flow === true, depth);
    if (isSeq(node)) {
      const array = this.container('array', node.range![0], node.range![1], depth);
      for (const item of node.items) array.children.push(this.value(item, depth + 1));
      if (node.flow !== true) array.end = (array.children.at(-1) as SpanNode | undefined)?.end ?? array.end;
      return array;
    }
    if (node === null) return this.node('null', '', this.text.length, this.text.length);
    if (!isScalar(node) || !node.range) throw new HubError('unreadable_format', 'YAML alias');
    return this.scalar(node);
  }

  private map(items: readonly Pair[], range: readonly number[], flow: boolean, depth: number): SpanNode {
    const object = this.container('object', range[0]!, range[1]!, depth);
    object.listed = true;
    for (const { key, value } of items) {
      if (!isScalar(key) || !key.range || key.range[0] === key.range[1]) throw new HubError('unreadable_format', 'YAML key');
      const [nameStart, nameEnd] = key.range;
      this.spans.push([nameStart, nameEnd]);
      const child = value === null ? this.node('null', '', nameEnd, nameEnd) : this.value(value, depth + 1);
      child.name = typeof key.value === 'string' ? key.value : this.text.slice(nameStart, nameEnd);
      child.nameStart = nameStart;
      child.nameEnd = nameEnd;
      // In a block every member but the first stands on a line of its own.
      if (!flow && object.children.length > 0)
        cut(child, this.lineStart(nameStart), Math.max(this.lineEnd(child.end), this.lastEnd));
      object.children.push(child);
    }
    if (!flow) object.end = (object.children.at(-1) as SpanNode | undefined)?.end ?? object.end;
    return object;
  }

  private lineStart(at: number): number {
    return this.text.lastIndexOf('\n', at - 1) + 1;
  }

  /** Behind the line break at `at`, if one stands there. */
  private lineEnd(at: number): number {
    if (this.text.startsWith('\r\n', at)) return at + 2;
    return this.text[at] === '\n' ? at + 1 : at;
  }

  private scalar(node: Scalar): SpanNode {
    const [start, last] = node.range!;
    const raw = this.text.slice(start, last);
    this.lastEnd = last;
    const end = start + withoutLastBreaks(raw);
    // A comment behind `|` or `>` stands inside the span and is no part of the value.
    if (/^[|>][^\n]*#/.test(raw) && node.type?.startsWith('BLOCK')) throw new HubError('unreadable_format', 'YAML block header');
    this.spans.push([start, end]);
    const literal = this.text.slice(start, end);
    if (node.type !== 'PLAIN' || typeof node.value === 'string') return this.node('string', String(node.value), start, end);
    if (node.value === null) return this.node('null', '', start, end);
    if (typeof node.value === 'boolean') return this.node('boolean', String(node.value), start, end);
    return this.node(isJsonNumber(literal) ? 'number' : 'string', literal, start, end);
  }

  /** The comments between the scalars. Throws `unreadable_format` where anything but structure is left: nothing passes unread. */
  private between(): SpanNode[] {
    const comments: SpanNode[] = [];
    let done = 0;
    for (const [start, end] of [...this.spans, [this.text.length, this.text.length] as const]) {
      if (start < done) throw new HubError('unreadable_format', 'YAML');
      this.gap(done, start, comments);
      done = end;
    }
    return comments;
  }

  private gap(start: number, end: number, comments: SpanNode[]): void {
    const raw = this.text.slice(start, end);
    const structure = raw.replace(/#[^\n]*/g, (comment, at: number) => {
      const said = comment.slice(1).trim();
      const from = start + at + 1 + comment.slice(1).indexOf(said);
      const node = this.member('#comment', said, from, from + said.length);
      node.style = '#';
      node.aside = true;
      comments.push(cut(node, start + at, start + at + comment.trimEnd().length));
      return '';
    });
    if (!STRUCTURE.test(structure)) throw new HubError('unreadable_format', 'YAML');
  }
}

const YAML_WRITER: SpanWriter = {
  value(node: SpanNode, text: string, edit: Edit): string {
    if (node.style === '#') return text.replace(/[\r\n]+/g, ' ');
    if (edit.kind !== 'text') return blank(node);
    if (node.kind === 'number' && isJsonNumber(text)) return text;
    if (node.kind === 'boolean' && /^(?:true|false)$/.test(text)) return text;
    return node.kind === 'null' ? (text === '' ? '' : ` ${quoted(text)}`) : quoted(text);
  },
  name(_node: SpanNode, text: string): string {
    return quoted(text);
  },
  emptied(node: SpanNode): string {
    return node.kind === 'array' ? '[] ' : '{} '; // a comment may follow at once
  },
};

/** Length of a scalar without the line breaks at its end and the blank lines between them. */
function withoutLastBreaks(raw: string): number {
  let end = raw.length;
  for (let feed = raw.lastIndexOf('\n', end - 1); feed >= 0 && /^[ \t]*$/.test(raw.slice(feed + 1, end)); ) {
    end = feed > 0 && raw[feed - 1] === '\r' ? feed - 1 : feed;
    feed = end > 0 ? raw.lastIndexOf('\n', end - 1) : -1;
  }
  return end;
}

function blank(node: SpanNode): string {
  if (node.kind === 'number') return '0';
  if (node.kind === 'boolean') return 'false';
  if (node.kind !== 'null') return '""';
  return node.start === node.end ? '' : 'null'; // one that is written stays: a document of nothing else would be empty
}

/** A double-quoted scalar (YAML 1.2.2 section 7.3.1): JSON's escapes are its own; what it calls unprintable is escaped too. */
function quoted(text: string): string {
  return JSON.stringify(text).replace(
    /[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]/g,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
