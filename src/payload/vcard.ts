// Contacts and appointments: content lines of vCard (RFC 6350) and iCalendar (RFC 5545), `NAME;PARAMETER=…:value`.
import { HubError } from '../errors.js';
import type { Document, Limits } from '../model.js';
import { cut, linesOf, SpanDocument, type SpanNode, SpanReader, type SpanWriter, textOfUtf8 } from './spans.js';
import { isPrintable } from './text.js';

const BEGIN = /^\s*BEGIN:V(?:CARD|CALENDAR|EVENT|TODO)[ \t]*\r?\n/i;
const LINE =
  /^(?:[\w-]{1,16}\.)?([A-Za-z][A-Za-z0-9-]{0,31})((?:;[^:=";\r\n]{1,32}=(?:"[^"\r\n]*"|[^:;"\r\n]*)|;[A-Za-z0-9-]{1,16})*):/;
/** The name in a parameter: `CN=Anna`, `CN="Anna"`. */
const COMMON_NAME = /;CN="?([^";:\r\n]{1,64})"?/i;
/** What a property is in the words of the rules; others keep their own name. */
const MEANINGS: Readonly<Record<string, string>> = {
  FN: 'full name',
  N: 'full name',
  NICKNAME: 'nickname',
  ADR: 'street address',
  LABEL: 'street address',
  LOCATION: 'event address',
  TEL: 'phone number',
  EMAIL: 'email',
  GEO: 'geo location',
  BDAY: 'birthday',
  ATTENDEE: 'attendee email',
  ORGANIZER: 'organizer email',
  SUMMARY: 'note',
};

/** A value stays on its line, and in its place among semicolons. */
const WRITER: SpanWriter = {
  value: (_node, text) => text.replace(/[\r\n]+/g, ' ').replace(/"/g, "'"),
  name: (_node, text) => text.replace(/[^A-Za-z0-9-]+/g, '-'),
};

export function looksLikeCard(text: string): boolean {
  return BEGIN.test(text.slice(0, 64));
}

/**
 * Reads contacts and appointments: an object of properties by their meaning, a `CN` parameter as `full name`; a dropped property loses
 * its value. Throws `malformed`, `unreadable_format`, `too_many_fields`, `too_deep`.
 */
export function readCard(bytes: Uint8Array, limits: Limits, depth: number): Document {
  if (!isPrintable(bytes)) throw new HubError('unreadable_format');
  const text = textOfUtf8(bytes);
  const reader = new SpanReader(limits);
  const root = reader.container('object', 0, text.length, depth + 1);
  const folded = new Set<SpanNode>();
  let last: SpanNode | undefined;
  for (const { start, end } of linesOf(text)) {
    const raw = text.slice(start, end);
    if (raw.trim() === '') continue;
    const match = LINE.exec(raw);
    if (match === null) {
      // A folded line goes on with the one before it (RFC 6350 section 3.2): one value, written in one line where it changes.
      if (last !== undefined && /^[ \t]/.test(raw)) {
        last.end = end;
        folded.add(last);
      } else root.children.push(reader.member('#text', raw, start, end));
      continue;
    }
    const common = COMMON_NAME.exec(match[2]!);
    if (common !== null) {
      const at = start + match[0].indexOf(match[2]!) + common.index + common[0].indexOf(common[1]!);
      root.children.push(reader.member('full name', common[1]!, at, at + common[1]!.length));
    }
    const name = match[1]!.toUpperCase();
    const from = start + match[0].length;
    last = cut(reader.member(MEANINGS[name] ?? match[1]!, text.slice(from, end), from, end), -1, -1);
    root.children.push(last);
  }
  for (const node of folded) node.text = text.slice(node.start, node.end).replace(/\r?\n[ \t]/g, '');
  return new SpanDocument(bytes, text, root, WRITER);
}
