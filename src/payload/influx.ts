import { HubError } from '../errors.js';
import type { Document, Edit, Limits } from '../model.js';
import { cut, type Line, linesOf, SpanDocument, type SpanNode, SpanReader, type SpanWriter, textOfUtf8 } from './spans.js';
import { asBuffer } from './splice.js';
import { isPrintable } from './text.js';

// InfluxDB line protocol: measurement,tag=value field="text",field=1i 1465839830100400200
const MEASUREMENT = /(?:\\.|[^\\,\s#"])(?:\\.|[^\\, \r\n])*/y;
const KEY = /(?:\\.|[^\\,= \r\n"])+(?==)/y;
const TAG_VALUE = /(?:\\.|[^\\,= \r\n])+/y;
const FIELD_VALUE = /"(?:\\.|[^"\\\r\n])*"|[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?[iu]?|[tTfF](?:rue|RUE|alse|ALSE)?/y;
const TIME = / +(-?\d{1,19})[ \r]*$/y;
/** A measurement with its tags, blanks, the first field: what is no point is known without an attempt at reading it. */
const POINT = /^(?:\\.|[^\\ \r\n])+ +(?:\\.|[^\\,= \r\n"])+=/;
/** How far into a text its lines are looked at to tell what it is. */
const LOOKED_AT = 4096;
const LINES_COMPARED = 4;

/** Are the first lines points of the line protocol, with a tag or a time? */
export function looksLikeInflux(bytes: Uint8Array): boolean {
  const head = asBuffer(bytes.subarray(0, LOOKED_AT)).toString('utf8');
  const lines = linesOf(head).filter(({ start, end }) => end > start && head[start] !== '#');
  if (bytes.length > LOOKED_AT) lines.pop();
  if (lines.length === 0 || !POINT.test(head.slice(lines[0]!.start, lines[0]!.end))) return false;
  const reader = new InfluxReader(head, { bodyBytes: 0, inflateRatio: 0, depth: 8, nodes: LOOKED_AT, layers: 0 });
  return lines.slice(0, LINES_COMPARED).every((line) => {
    try {
      const point = reader.point(line, 2);
      return point.children!.some((child) => child.name === '#time' || (child as SpanNode).style === 'tag');
    } catch {
      return false; // no point: another format is asked
    }
  });
}

/**
 * Reads InfluxDB line protocol: an array of points, each an object of `#measurement`, its tags, its fields and `#time`. A point that
 * loses all its fields is left out. Comment lines are strings.
 * Throws `malformed`, `unreadable_format` for control characters, `too_many_fields`, `too_deep`.
 */
export function readInflux(bytes: Uint8Array, limits: Limits, depth = 0): Document {
  const text = textOfUtf8(bytes);
  if (!isPrintable(bytes)) throw new HubError('unreadable_format');
  const reader = new InfluxReader(text, limits);
  const root = reader.container('array', 0, text.length, depth + 1);
  for (const line of linesOf(text)) {
    if (text.slice(line.start, line.end).trim() === '') continue;
    const from = line.start + 1;
    if (text[line.start] === '#') root.children.push(reader.node('string', text.slice(from, line.end), from, line.end));
    else root.children.push(reader.point(line, depth + 2));
  }
  return new SpanDocument(bytes, text, root, INFLUX_WRITER);
}

class InfluxReader extends SpanReader {
  private at = 0;

  constructor(
    private readonly text: string,
    limits: Limits,
  ) {
    super(limits);
  }

  private take(pattern: RegExp): string {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text);
    if (found === null) throw new HubError('malformed', `character ${this.at}`);
    this.at += found[0].length;
    return found[0];
  }

  private expect(text: string): void {
    if (!this.text.startsWith(text, this.at)) throw new HubError('malformed', `character ${this.at}`);
    this.at += text.length;
  }

  point(line: Line, depth: number): SpanNode {
    this.at = line.start;
    const point = cut(this.container('object', line.start, line.end, depth), line.start, line.next);
    point.listed = true;
    const measurement = this.take(MEASUREMENT);
    point.children.push(this.beside('#measurement', 'measurement', unescaped(measurement), line.start, this.at));
    while (this.text[this.at] === ',') point.children.push(this.tag());
    this.expect(' ');
    while (this.text[this.at] === ' ') this.at++;
    for (;;) {
      point.children.push(this.field());
      if (this.text[this.at] !== ',') break;
      this.at++;
    }
    this.time(point, line);
    return point;
  }

  private beside(name: string, style: string, text: string, start: number, end: number): SpanNode {
    const node = this.member(name, text, start, end);
    node.style = style;
    node.aside = true;
    return node;
  }

  private tag(): SpanNode {
    const comma = this.at++;
    const nameStart = this.at;
    const name = this.take(KEY);
    const nameEnd = this.at++;
    const start = this.at;
    const node = this.beside(unescaped(name), 'tag', unescaped(this.take(TAG_VALUE)), start, this.at);
    node.nameStart = nameStart;
    node.nameEnd = nameEnd;
    return cut(node, comma, this.at);
  }

  private field(): SpanNode {
    const nameStart = this.at;
    const name = this.take(KEY);
    const nameEnd = this.at++;
    const start = this.at;
    const raw = this.take(FIELD_VALUE);
    const after = this.text[this.at];
    if (after !== undefined && !', \r\n'.includes(after)) throw new HubError('malformed', `character ${this.at}`);
    const node = this.fieldValue(raw, start);
    node.name = unescaped(name);
    node.nameStart = nameStart;
    node.nameEnd = nameEnd;
    return node;
  }

  private fieldValue(raw: string, start: number): SpanNode {
    if (raw.startsWith('"')) {
      const node = this.node('string', raw.slice(1, -1).replace(/\\(["\\])/g, '$1'), start, start + raw.length);
      node.style = '"';
      return node;
    }
    if (/^[tf]/i.test(raw)) return this.node('boolean', /^t/i.test(raw) ? 'true' : 'false', start, start + raw.length);
    const digits = raw.replace(/[iu]$/, '');
    const node = this.node('number', digits, start, start + raw.length);
    node.style = raw.slice(digits.length);
    return node;
  }

  private time(point: SpanNode, line: Line): void {
    const rest = this.text.slice(this.at, line.end);
    if (rest.trim() === '') return;
    const before = this.at;
    TIME.lastIndex = 0;
    const digits = TIME.exec(rest)?.[1];
    if (digits === undefined) throw new HubError('malformed', `character ${before}`);
    const start = before + rest.indexOf(digits);
    const node = this.node('number', digits, start, start + digits.length);
    node.name = '#time';
    node.aside = true;
    point.children!.push(cut(node, before, line.end));
  }
}

const unescaped = (text: string): string => text.replace(/\\([,= \\])/g, '$1');
/** A name or tag cannot be empty, and no line break stands in any. */
const escaped = (text: string): string =>
  text === ''
    ? '_'
    : text
        .replace(/[\r\n]+/g, ' ')
        .replace(/[,= ]/g, '\\$&')
        .replace(/\\$/, '_');

const INFLUX_WRITER: SpanWriter = {
  value(node: SpanNode, text: string, edit: Edit): string {
    if (node.kind === 'boolean') return text === 'true' ? 'true' : 'false';
    if (node.kind === 'number') {
      if (edit.kind !== 'text') return `0${node.style}`;
      if (!/^[-+]?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?$/.test(text)) throw new HubError('internal', 'text for a number');
      return text + (/^-?\d+$/.test(text) ? node.style : '');
    }
    if (node.style === '"') return `"${text.replace(/[\r\n]+/g, ' ').replace(/["\\]/g, '\\$&')}"`;
    return node.name === undefined ? text.replace(/[\r\n]+/g, ' ') : escaped(text);
  },
  name: (_node: SpanNode, text: string): string => escaped(text),
};
