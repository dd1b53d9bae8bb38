// What programs print of their own values: `{'ssid': '…'}`, `{ssid: "…",}`, `{:ssid=>"…"}`, `{SSID:… RSSI:-60}`, `Wifi(ssid=…)`, `{ ssid = "…"; }`,
// `array('ssid' => '…')`. One reader for all: brackets, names, marks that give a value, quotes of three kinds. No language's grammar is
// held to; what is not understood to its end is no literal, and is judged as the text it is.
import { HubError } from '../errors.js';
import type { Document, Limits } from '../model.js';
import { SpanDocument, type SpanNode, SpanReader, type SpanWriter, textOfUtf8 } from './spans.js';
import { toBinary } from './splice.js';
import { isPrintable } from './text.js';

/** Longest text that is read: a printed value is short. */
const LITERAL_MAX = 65_536;
/** Bounds of the first reading; the message's own count in the second. */
const LOOKING = { nodes: LITERAL_MAX, depth: 64 } as Limits;
/** How far a name or a bare value is looked for. */
const AHEAD = 320;
/** What may stand before the first bracket: an assignment, a type, a pointer's mark. */
const HEAD = /^\s*(?:[&*]?[\p{L}_$@][\p{L}\p{N}_.$:<>*-]{0,63}\s{0,2}){0,3}(?:[:=]{1,2}>?\s{0,2})?[&*]?(?=[{[(])/u;
const TAIL = /^\s*(?:[;,]\s*)?$/;
const CLOSES: Readonly<Record<string, string>> = { '{': '}', '[': ']', '(': ')' };
const QUOTES = '"\'`';
/** A name without quotes, with a sign before it (Ruby's symbols, PHP's variables). */
const WORD = /^(?![0-9a-fA-F]{1,4}:[0-9a-fA-F]{0,4}:)[:$@]?([\p{L}_][\p{L}\p{N}_.$-]{0,63})\??/u;
const QUOTED_NAME = /^(["'`])([^"'`\\\r\n]{1,64})\1/;
const BRACKETED_NAME = /^\[\s?(["']?)([\p{L}_][^"'\]\r\n]{0,63})\1\s?\]/u;
/** What gives a value to a name. */
const GIVES = /^\s{0,8}(?:=>|:=|->|:(?!:)|=(?!=)|\.(?=\s))\s{0,8}/;
/** `wifi { ssid = … }`, `(ssid "…")`: a word before a bracket or a text. */
const BEFORE = /^\s{1,4}(?=[{"])/;
/** A word before a bracket, called or built: `Some(`, `map[`, `dict(`. */
const CALL = /^&?([\p{L}_][\p{L}\p{N}_.:<>]{0,63}!?)(?=[{[(])/u;
/** Such words of languages, which say nothing of a home. */
const KNOWN_CALL =
  /^(?:array|dict|map|list|set|tuple|ordereddict|defaultdict|namedtuple|some|optional|ok|just|new|string|str|json|object|hash|table|bytes|wi-?fi\w{0,12}|network|config|return|var|let|const|local|print|main\.\w{1,16}|map\[string\]\w{1,16})$/i;
const NETWORK = /wi-?fi|wlan|network/i;
/** What ends a value without quotes: a mark, a line, or the next name (Go prints no marks between its fields). */
const BARE =
  /^[^\s,;{}[\]()"'`][^,;{}[\]()\r\n"`]{0,255}?(?=\s{0,64}(?:[,;}\])\r\n]|$)|\s{1,64}(?![0-9a-fA-F]{1,2}:[0-9a-fA-F]{1,2}:)[\p{L}_][\p{L}\p{N}_]{0,39}[:=](?!\/\/))/u;
const APART = /[\s,;]/;
const NULLS = /^(?:None|True|False|nil|null|true|false|undefined)$/;

const WRITER: SpanWriter = {
  value(node: SpanNode, text: string): string {
    if (node.style !== '')
      return text
        .replaceAll('\\', '\\\\')
        .replaceAll(node.style, `\\${node.style}`)
        .replace(/[\r\n]+/g, ' ');
    if (text === '') return node.kind === 'number' ? '0' : '""'; // an empty text in every language
    return text.replace(/[\s,;{}[\]()"'`]+/g, '_');
  },
  name: (_node, text) => text.replace(/[^\p{L}\p{N}_.-]+/gu, '_'),
};

/**
 * Reads a printed value with at least one name in it: objects, arrays, scalars; what stands before a bracket is `#text`, unless it is a
 * word of a language. What is dropped is emptied. Undefined for any other text. Throws `too_many_fields`.
 */
export function readLiteral(bytes: Uint8Array, limits: Limits, depth: number): Document | undefined {
  const text = textOfUtf8(bytes);
  const head = text.length > LITERAL_MAX ? undefined : HEAD.exec(text)?.[0];
  if (head === undefined || !/[:=]|\.\s|\s"/.test(text)) return undefined;
  const reader = new SpanReader(limits);
  const reading = new Reading(text, reader);
  const root = reader.container('object', 0, text.length, depth + 1);
  const said = head.trim();
  try {
    const value = reading.container(head.length, depth + 2);
    if (value === undefined || !TAIL.test(text.slice(reading.at)) || reading.named === 0) return undefined;
    value.name = NETWORK.test(said) ? 'wifi' : '#value';
    if (said !== '') root.children.push(reader.member('#text', said, head.indexOf(said), head.indexOf(said) + said.length));
    root.children.push(value);
    return new SpanDocument(bytes, text, said === '' ? value : root, WRITER);
  } catch (fault) {
    if (fault instanceof HubError && fault.code === 'too_deep') return undefined; // brackets without end: judged as a text
    throw fault;
  }
}

/** Is the body one printed value with its closing bracket at the end? It is read to say so: brackets stand in sentences too. */
export function looksLikeLiteral(bytes: Uint8Array): boolean {
  if (bytes.length > LITERAL_MAX || !/[)\]}][\s;,]*$/.test(toBinary(bytes.subarray(-16))) || !isPrintable(bytes)) return false;
  return readLiteral(bytes, LOOKING, 0) !== undefined;
}

class Reading {
  at = 0;
  /** How many members have a name and a value. */
  named = 0;

  constructor(
    private readonly text: string,
    private readonly reader: SpanReader,
  ) {}

  /** The container that opens at `at`; undefined where it does not close as it opened. */
  container(at: number, depth: number): SpanNode | undefined {
    const close = CLOSES[this.text[at]!]!;
    const object = this.reader.container('object', at, at + 1, depth);
    const children = object.children as SpanNode[];
    this.at = at + 1;
    for (;;) {
      while (this.at < this.text.length && APART.test(this.text[this.at]!)) this.at += 1;
      if (this.text[this.at] === close) break;
      const member = this.member(depth, children);
      if (member === undefined) return undefined;
      children.push(member);
    }
    this.at += 1;
    object.end = this.at;
    // Without a name among them they are elements.
    if (children.every((child) => child.name === undefined)) object.kind = 'array';
    else for (const child of children) child.name ??= '#text';
    return object;
  }

  private member(depth: number, children: SpanNode[]): SpanNode | undefined {
    const start = this.at;
    const name = this.name();
    if (name === undefined) this.at = start;
    const value = this.value(depth, children);
    if (value === undefined || name === undefined) return value;
    this.named += 1;
    value.name = name.text;
    value.nameStart = name.start;
    value.nameEnd = name.start + name.text.length;
    return value;
  }

  /** A name with the mark behind it, which are passed; undefined where a value stands. */
  private name(): { readonly text: string; readonly start: number } | undefined {
    const ahead = this.ahead();
    const quoted = BRACKETED_NAME.exec(ahead) ?? QUOTED_NAME.exec(ahead);
    const match = quoted ?? WORD.exec(ahead);
    if (match === null) return undefined;
    const text = quoted?.[2] ?? match[1]!;
    const behind = ahead.slice(match[0].length, match[0].length + 24);
    const gives = GIVES.exec(behind) ?? (quoted === null ? BEFORE.exec(behind) : null);
    if (gives === null) return undefined;
    const start = this.at + match[0].indexOf(text);
    this.at += match[0].length + gives[0].length;
    return { text, start };
  }

  private value(depth: number, siblings: SpanNode[]): SpanNode | undefined {
    const ahead = this.ahead();
    const call = CALL.exec(ahead);
    const opens = this.at + (call?.[0].length ?? 0);
    if (CLOSES[this.text[opens] ?? ''] !== undefined) {
      if (call !== null && !KNOWN_CALL.test(call[1]!))
        siblings.push(this.reader.node('string', call[1]!, opens - call[1]!.length, opens));
      return this.container(opens, depth + 1);
    }
    if (QUOTES.includes(ahead.charAt(0))) return this.quoted();
    const bare = BARE.exec(ahead)?.[0];
    if (bare === undefined || (bare.length > AHEAD - 2 && this.text.length > this.at + AHEAD)) return undefined;
    const kind = /^-?\d+(?:\.\d+)?$/.test(bare) ? 'number' : 'string';
    const node = this.reader.node(kind, NULLS.test(bare) ? bare.toLowerCase() : bare, this.at, this.at + bare.length);
    this.at = node.end;
    return node;
  }

  private quoted(): SpanNode | undefined {
    const quote = this.text[this.at]!;
    let close = this.at + 1;
    while (close < this.text.length && this.text[close] !== quote) close += this.text[close] === '\\' ? 2 : 1;
    if (close >= this.text.length) return undefined;
    const raw = this.text.slice(this.at + 1, close);
    const node = this.reader.node('string', raw.replace(/\\(["'`\\])/g, '$1'), this.at + 1, close);
    node.style = quote;
    this.at = close + 1;
    return node;
  }

  private ahead(): string {
    return this.text.slice(this.at, this.at + AHEAD);
  }
}
