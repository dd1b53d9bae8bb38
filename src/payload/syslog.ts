import { HubError } from '../errors.js';
import type { Document, Limits } from '../model.js';
import { LOG_WRITER } from './log.js';
import { mixedParts } from './mixed.js';
import { cut, type Line, linesOf, SpanDocument, type SpanNode, SpanReader, type SpanWriter, textOfUtf8 } from './spans.js';
import { asBuffer } from './splice.js';
import { isPrintable } from './text.js';

/** RFC 5424 section 6: priority, version, time, host, application, process, message id; then data and message. */
const HEAD_5424 = /^<\d{1,3}>1 (\S{1,64}) (\S{1,255}) (\S{1,48}) (\S{1,128}) (\S{1,32}) (?=[-[])/;
/** RFC 3164 section 4.1: priority, time, host, tag with process. */
const HEAD_3164 =
  /^<\d{1,3}>((?:[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d|\d{4}-\d\d-\d\dT[\d:.]{5,20}(?:Z|[+-]\d\d:\d\d)?)) (\S{1,255}) ([^\s:[\]]{1,48})(?:\[([^\]\s]{1,32})\])?:? ?/;
const PRIORITY = /^<\d{1,3}>/;
const NAMES_5424 = ['timestamp', 'hostname', 'app', 'procid', 'msgid'] as const;
const NAMES_3164 = ['timestamp', 'hostname', 'app', 'procid'] as const;
const DATA_ID = /\[([^\s=\]"]{1,64})/y;
/** A value ends on its line: the next line is a message of its own. */
const DATA_PARAM = / ([^\s=\]"]{1,64})="((?:\\.|[^"\\\]\r\n])*)"/y;
/** How far into a text its lines are looked at to tell what it is. */
const LOOKED_AT = 2048;

/** Does every line begin with a priority, and the first one go on like a syslog message? */
export function looksLikeSyslog(bytes: Uint8Array): boolean {
  if (bytes[0] !== 0x3c) return false;
  const head = asBuffer(bytes.subarray(0, LOOKED_AT)).toString('utf8');
  const lines = linesOf(head).map(({ start, end }) => head.slice(start, end));
  return lines.every((line) => line === '' || PRIORITY.test(line)) && (HEAD_5424.test(lines[0]!) || HEAD_3164.test(lines[0]!));
}

/**
 * Reads syslog, one message a line (RFC 5424, RFC 3164): an array of objects of `timestamp`, `hostname`, `app`, `procid`, `msgid`, the
 * structured data by their ids, and the message as in a log. What is dropped from the head is written `-` (NILVALUE).
 * Throws `malformed`, `unreadable_format` for control characters, `too_many_fields`, `too_deep`.
 */
export function readSyslog(bytes: Uint8Array, limits: Limits, depth = 0): Document {
  const text = textOfUtf8(bytes);
  if (!isPrintable(bytes)) throw new HubError('unreadable_format');
  const reader = new SpanReader(limits);
  const root = reader.container('array', 0, text.length, depth + 1);
  for (const line of linesOf(text)) {
    if (text.slice(line.start, line.end).trim() !== '') root.children.push(message(reader, text, line, depth + 2));
  }
  return new SpanDocument(bytes, text, root, SYSLOG_WRITER);
}

function message(reader: SpanReader, text: string, line: Line, depth: number): SpanNode {
  const raw = text.slice(line.start, line.end);
  const node = reader.container('object', line.start, line.end, depth);
  const modern = HEAD_5424.exec(raw);
  const head = modern ?? HEAD_3164.exec(raw);
  let at = line.start + (PRIORITY.exec(raw)?.[0].length ?? 0) + (modern === null ? 0 : 2);
  if (head !== null) {
    (modern === null ? NAMES_3164 : NAMES_5424).forEach((name, i) => {
      const value = head[i + 1];
      if (value === undefined) return;
      const start = text.indexOf(value, at);
      const child = reader.member(name, value === '-' ? '' : value, start, start + value.length);
      child.style = 'head';
      node.children.push(child);
      at = start + value.length;
    });
    at = line.start + head[0].length;
    if (modern !== null) at = structured(reader, text, line, at, depth, node.children as SpanNode[]);
  }
  const parts = mixedParts(reader, text, at, line.end);
  if (parts.length > 0) node.children.push(...parts);
  else if (text.slice(at, line.end).trim() !== '')
    node.children.push(reader.member('#text', text.slice(at, line.end), at, line.end));
  return node;
}

/** Section 6.3: elements `[id name="value" …]`, or `-`. Gives where the message begins. */
function structured(reader: SpanReader, text: string, line: Line, from: number, depth: number, into: SpanNode[]): number {
  let at = from;
  while (text[at] === '[') {
    DATA_ID.lastIndex = at;
    const id = DATA_ID.exec(text)?.[1];
    if (id === undefined) throw new HubError('malformed', `character ${at}`);
    const element = reader.container('object', at, at, depth + 1);
    element.name = id;
    at += 1 + id.length;
    for (let param = dataParam(text, at); param !== null; param = dataParam(text, at)) {
      const [whole, name, value] = param as unknown as [string, string, string];
      const start = at + name.length + 3;
      const child = reader.member(
        name,
        value.replace(/\\(["\\\]])/g, '$1'),
        start,
        start + value.length,
        at + 1,
        at + 1 + name.length,
      );
      child.style = 'data';
      element.children.push(cut(child, at, at + whole.length));
      at += whole.length;
    }
    if (text[at] !== ']') throw new HubError('malformed', `character ${at}`);
    at++;
    into.push(element);
  }
  if (at === from) at++; // the NILVALUE
  if (at < line.end && text[at] !== ' ') throw new HubError('malformed', `character ${at}`);
  return Math.min(at + 1, line.end);
}

function dataParam(text: string, at: number): RegExpExecArray | null {
  DATA_PARAM.lastIndex = at;
  return DATA_PARAM.exec(text);
}

const SYSLOG_WRITER: SpanWriter = {
  value(node, text, edit) {
    if (node.style === 'head') return text === '' ? '-' : text.replace(/[^\x21-\x7e]+/g, '_');
    if (node.style === 'data') return text.replace(/[\r\n]+/g, ' ').replace(/["\\\]]/g, '\\$&');
    return LOG_WRITER.value(node, text, edit);
  },
  name: (_node, text) => text.replace(/[\s="\]]+/g, '_'),
};
