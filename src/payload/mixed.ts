import { cut, type SpanNode, type SpanReader } from './spans.js';

/** Longest word that is taken for a name inside a sentence: longer ones are data. */
const KEY = '[\\p{L}_][\\p{L}\\p{N}_.-]{0,39}';
/**
 * `name=value`, `name = value`, `name: value`, `name:value`, `"name":value`. Not inside a URL, a path or base64 (`a==`), not a
 * comparison (`a == b`, `a => b`), not a piece of an address (`a4:2b:…`), of a scheme (`http://`) or of an escape (`\\u0041b=`).
 */
const PAIR = new RegExp(
  `(?<![\\p{L}\\p{N}_.\\-/?&@%+:=])(?<!\\\\(?=u[0-9a-fA-F{]|x[0-9a-fA-F]))(?:"(${KEY})"[ \\t]{0,4}:[ \\t]{0,4}|(${KEY})(?:=(?![=> \\t]|$)|[ \\t]{1,4}=[ \\t]{1,4}(?!=)|:[ \\t]{1,4}|:(?=[\\p{L}\\p{N}"'{[])))`,
  'gu',
);
/** A name before a bare colon: three letters or more, no digits of an address, no beginning of a set-up code (`WIFI:T:…`, `MT:…`). */
const COLON_KEY = /^(?![0-9A-Fa-f]+$|wifi$|x-hm$)[\p{L}_]{2}[\p{L}\p{N}_.-]+$/iu;
/**
 * Words that belong to the name after them (`wifi password: …`). A closed list, for any other word before a name can be a value, and
 * names stand in records.
 */
const QUALIFIERS =
  /(?<![\p{L}\p{N}_-])(?:(?:wi-?fi|wlan|wireless|network|net|router|gateway|access|point|ap|sta|softap|hotspot|setup|set-up|pairing|pair|homekit|matter|security|device|host|user|account|owner|serial|mac|ip|bt|bluetooth|ble|lan|wan|public|local|external|phone|имя|сети|пароль|роутера|код)[ \t]){1,3}$/iu;
/** What stands before the name of a thing that a sentence speaks of. */
const SPOKEN_OF =
  /(?<![\p{L}\p{N}_-])(?:to|with|from|joined|mit|к|ко|с|со|от)[ \t](?:(?:the|wi-?fi|wlan|wireless|network|net|ap|ssid|сети)[ \t]){0,3}$/iu;
/** Longest run of such words. */
const QUALIFIERS_MAX = 48;
/** A MAC from its first pair of digits on, and how much of it stands behind them. */
const ADDRESS = /^[0-9a-f]{2}(?::[0-9a-f]{2}){5}/i;
const ADDRESS_REST = 15;
const URL_TOKEN = /(?!wifi:)[A-Za-z][A-Za-z0-9+.-]{1,15}:\/\/[^\s"'<>|\\^`{}]+/g;
/** What parts one value from the next thing in a line. */
const STOP = /[,;|)\]}]/;
/** Attempts to find a JSON text in one line. */
const JSON_TRIES = 8;

/** One `name=value` of a sentence. */
export interface Pair {
  readonly name: string;
  readonly start: number;
  readonly nameStart: number;
  readonly nameEnd: number;
  readonly valueStart: number;
  readonly valueEnd: number;
  /** Behind a closing quote. */
  readonly end: number;
}

type Span = readonly [start: number, end: number];

/** The pairs in `text` between `start` and `end`, which hold no line end; none inside a JSON text. */
export function pairsIn(text: string, start: number, end: number): Pair[] {
  const line = text.slice(start, end);
  return pairsOf(line, start, jsonIn(line));
}

function pairsOf(line: string, start: number, json: readonly Span[]): Pair[] {
  const found: Pair[] = [];
  PAIR.lastIndex = 0;
  for (let match = PAIR.exec(line); match !== null; match = PAIR.exec(line)) {
    const quoted = match[1] !== undefined;
    const index = match.index;
    const inside = json.find(([from, to]) => from <= index && index < to);
    if (inside !== undefined) {
      PAIR.lastIndex = inside[1];
      continue;
    }
    const key = match[1] ?? match[2]!;
    if (match[0].includes(':') && !quoted && !COLON_KEY.test(key)) continue;
    // `Failed to connect to Sunny_Corner9: …`: whom a sentence speaks of is no name of a field, and names stand in records.
    if (match[0].includes(':') && !quoted && SPOKEN_OF.test(line.slice(Math.max(0, index - QUALIFIERS_MAX), index))) continue;
    // Letters before an address (`an3c:84:6a:…`) make no name of its first pair of digits.
    if (!quoted && ADDRESS.test(line.slice(index + key.length - 2, index + key.length + ADDRESS_REST))) continue;
    const before = line.slice(Math.max((found.at(-1)?.end ?? start) - start, match.index - QUALIFIERS_MAX, 0), match.index);
    const name = (quoted ? '' : (QUALIFIERS.exec(before)?.[0] ?? '')) + key;
    const from = match.index + match[0].length;
    const [valueStart, valueEnd, behind] = valueAt(line, from, json);
    const nameStart = match.index + (quoted ? 1 : key.length - name.length);
    found.push({
      name,
      start: start + (quoted ? match.index : nameStart),
      nameStart: start + nameStart,
      nameEnd: start + nameStart + name.length,
      valueStart: start + valueStart,
      valueEnd: start + valueEnd,
      end: start + behind,
    });
    PAIR.lastIndex = Math.max(behind, match.index + 1);
  }
  return found;
}

/** Where the value at `from` starts and ends, and where the pair ends. */
function valueAt(line: string, from: number, json: readonly Span[]): [number, number, number] {
  const first = line.charAt(from);
  if (first === '"' || first === "'") {
    const close = closingQuote(line, from);
    if (close > 0) return [from + 1, close, close + 1];
  }
  const whole = json.find((span) => span[0] === from);
  if (whole !== undefined) return [from, whole[1], whole[1]];
  const token = /^[^\s,;|)\]}"']*/.exec(line.slice(from, from + 512))![0];
  const end = from + token.length;
  // The name of another pair behind a log's tag (`WifiTracker: SSID: "…"`): the value is all of it, and judged as the text it is.
  if (/[\p{L}\p{N}][:=]$/u.test(token)) {
    const said = /^(?:"[^"]*"|'[^']*'|[^,;|)\]}"'])*/.exec(line.slice(from, from + 512))![0].trimEnd().length;
    if (said > token.length) return [from, from + said, from + said];
  }
  // A word of letters alone can be the first of a name in several words: it goes on to the next pair or mark.
  if (!/^[\p{L}\p{M}’_-]+$/u.test(token)) return [from, end, end];
  const rest = line.slice(end);
  PAIR_AHEAD.lastIndex = 0;
  const next = PAIR_AHEAD.exec(rest)?.index ?? rest.length;
  const near = rest.slice(0, next);
  const stop = near.search(STOP);
  const far = end + (stop < 0 ? near : near.slice(0, stop)).trimEnd().length;
  return [from, far, far];
}

const PAIR_AHEAD = new RegExp(PAIR.source, 'gu');

function closingQuote(line: string, from: number): number {
  const quote = line[from];
  for (let i = from + 1; i < line.length; i++) {
    if (line[i] === '\\') i++;
    else if (line[i] === quote) return i;
  }
  return -1;
}

/** The end of the JSON object or array that begins at `from`; -1 where none does. */
function jsonEnd(line: string, from: number): number {
  let depth = 0;
  let string = false;
  for (let i = from; i < line.length; i++) {
    const c = line[i];
    if (string) {
      if (c === '\\') i++;
      else if (c === '"') string = false;
    } else if (c === '"') string = true;
    else if (c === '{' || c === '[') depth++;
    else if ((c === '}' || c === ']') && --depth === 0) return isJson(line.slice(from, i + 1)) ? i + 1 : -1;
  }
  return -1;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false; // then it is a text, and judged as one
  }
}

/**
 * The parts of one line: its pairs by their names, and what stands between them as `#text`; JSON and URLs inside are texts of their
 * own, which the walk looks into. Empty for a line of one plain text.
 */
export function mixedParts(reader: SpanReader, text: string, start: number, end: number): SpanNode[] {
  const parts: SpanNode[] = [];
  const line = text.slice(start, end);
  const json = jsonIn(line);
  const whole = apart(line, json).map(([from, to]) => [start + from, start + to] as const);
  let done = start;
  for (const pair of pairsOf(line, start, json)) {
    runs(reader, text, done, pair.start, whole, parts);
    const { name, valueStart, valueEnd, nameStart, nameEnd } = pair;
    const node = reader.member(name, text.slice(valueStart, valueEnd), valueStart, valueEnd, nameStart, nameEnd);
    node.style = pair.end > valueEnd ? text.charAt(pair.end - 1) : '';
    parts.push(cut(node, blanksBefore(text, pair.start, start), pair.end));
    done = pair.end;
  }
  runs(reader, text, done, end, whole, parts);
  return parts.length === 1 && parts[0]!.name === '#text' ? [] : parts;
}

function blanksBefore(text: string, at: number, start: number): number {
  let from = at;
  while (from > start && (text[from - 1] === ' ' || text[from - 1] === '\t')) from--;
  return from;
}

/** The text between two pairs; what stands apart in it (`whole`: JSON, URLs) is a part of its own. */
function runs(reader: SpanReader, text: string, start: number, end: number, whole: readonly Span[], parts: SpanNode[]): void {
  let done = start;
  for (const [from, to] of whole) {
    if (from < done || to > end) continue;
    run(reader, text, done, from, parts);
    run(reader, text, from, to, parts);
    done = to;
  }
  run(reader, text, done, end, parts);
}

/** Where JSON objects and arrays stand in a line. */
function jsonIn(line: string): Span[] {
  const found: Span[] = [];
  let at = line.search(/[{[]/);
  for (let tries = 0; at >= 0 && tries < JSON_TRIES; tries++) {
    const stop = jsonEnd(line, at);
    if (stop > 0) found.push([at, stop]);
    const from = stop > 0 ? stop : at + 1;
    const next = line.slice(from).search(/[{[]/);
    at = next < 0 ? -1 : from + next;
  }
  return found;
}

/** JSON texts and, outside of them, URLs; in order. */
function apart(line: string, json: readonly Span[]): Span[] {
  const urls = line.includes('://') ? [...line.matchAll(URL_TOKEN)].map((m): Span => [m.index, m.index + m[0].length]) : [];
  const outside = urls.filter(([from, to]) => !json.some(([a, b]) => from < b && a < to));
  return outside.length === 0 ? [...json] : [...json, ...outside].sort((a, b) => a[0] - b[0]);
}

function run(reader: SpanReader, text: string, start: number, end: number, parts: SpanNode[]): void {
  const raw = text.slice(start, end);
  const from = start + raw.length - raw.trimStart().length;
  const said = raw.trim();
  if (said === '' || /^[,;:|(){}[\]=<>"'-]+$/.test(said)) return;
  parts.push(cut(reader.member('#text', said, from, from + said.length), from, from + said.length));
}

/** One line as a node: a string, or an object of its parts. */
export function mixedLine(reader: SpanReader, text: string, start: number, end: number, depth: number): SpanNode {
  const parts = mixedParts(reader, text, start, end);
  if (parts.length === 0) return reader.node('string', text.slice(start, end), start, end);
  const line = reader.container('object', start, end, depth);
  line.text = text.slice(start, end);
  line.children = parts;
  return line;
}

/** Has `text` a pair that tells more than a parameter of a header does (`…; charset=utf-8`)? */
export function hasPair(text: string): boolean {
  return pairsIn(text, 0, text.length).some(
    (pair) => !/;[ \t]*$/.test(text.slice(0, pair.start)) && pair.valueEnd > pair.valueStart,
  );
}
