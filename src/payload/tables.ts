// Tables for people: cells between `|` or `│`, columns under their names, and wpa_cli's list of networks.
import type { Document, Limits } from '../model.js';
import { type Line, linesOf, SpanDocument, type SpanNode, SpanReader, type SpanWriter, textOfUtf8 } from './spans.js';

/** A line that only rules: `+---+---+`, `|:--|--:|`, `├────┼────┤`. */
const RULE = /^[\s+|:=─━═│┃┌┐└┘├┤┬┴┼╔╗╚╝╠╣╦╩╬╞╪╡╟╫╢-]{3,}$/;
const BAR = /[|│┃║]/;
/** A column's name: letters first, few words. */
const COLUMN = /^[\p{L}_#*][\p{L}\p{N}_.()/%° -]{0,40}$/u;
/** `bssid / frequency / signal level / flags / ssid`, over cells with tabs between. */
const SLASHED = /^[a-z ]{2,24}(?: \/ [a-z ]{2,24}){2,9}$/;
/** Names over columns: three or more in capitals, two blanks and more between. */
const HEADED = /^\s*[A-Z][A-Z0-9_./-]{1,15}(?:\s{1,40}[A-Z][A-Z0-9_./-]{1,15}){2,15}\s*$/;
const COLUMNS_MAX = 64;

interface Cell {
  readonly start: number;
  readonly end: number;
}

/** A cell keeps its width, so that the columns stay where they are. */
const WRITER: SpanWriter = {
  value: (node, text) => text.replace(/[\r\n\t|│┃║]+/g, ' ').padEnd(node.end - node.start),
  name: (_node, text) => text.replace(/[\r\n\t|│┃║]+/g, ' '),
};

/** Is this a table with names over its columns? */
export function looksLikeTable(text: string): boolean {
  const lines = linesOf(text.slice(0, 2048));
  const head = lines.find(({ start, end }) => text.slice(start, end).trim() !== '' && !RULE.test(text.slice(start, end)));
  return head !== undefined && lines.length > 1 && columnsOf(text, head) !== undefined;
}

/**
 * Reads a table: an array of rows, each an object by the names of the columns; a line that has other cells is `#text`. A dropped cell
 * is blanks. Undefined where no names stand over the columns. Throws `malformed`, `too_many_fields`, `too_deep`.
 */
export function readTable(bytes: Uint8Array, limits: Limits, depth: number): Document | undefined {
  const text = textOfUtf8(bytes);
  const lines = linesOf(text).filter(({ start, end }) => text.slice(start, end).trim() !== '');
  const first = lines.findIndex(({ start, end }) => !RULE.test(text.slice(start, end)));
  const columns = first < 0 ? undefined : columnsOf(text, lines[first]!);
  if (columns === undefined) return undefined;
  const reader = new SpanReader(limits);
  const root = reader.container('array', 0, text.length, depth + 1);
  for (const line of lines.slice(first + 1)) {
    if (RULE.test(text.slice(line.start, line.end))) continue;
    root.children.push(rowOf(reader, text, line, columns, depth + 2));
  }
  return new SpanDocument(bytes, text, root, WRITER);
}

interface Columns {
  readonly names: readonly string[];
  cells(line: Line): readonly Cell[];
}

function columnsOf(text: string, head: Line): Columns | undefined {
  const raw = text.slice(head.start, head.end);
  const said = raw.trim();
  if (SLASHED.test(said)) return { names: said.split(' / '), cells: (line) => between(text, line, /\t/) };
  if (BAR.test(raw)) {
    const names = between(text, head, BAR).map(({ start, end }) => text.slice(start, end));
    const named = names.length >= 2 && names.length <= COLUMNS_MAX && names.every((name) => COLUMN.test(name));
    return named ? { names, cells: (line) => between(text, line, BAR) } : undefined;
  }
  if (!HEADED.test(raw)) return undefined;
  const starts = [...raw.matchAll(/\S+/g)].map((match) => match.index);
  return { names: said.split(/\s+/), cells: (line) => under(text, line, starts) };
}

/** Cells between marks; what stands outside of the first and last is none where the line begins and ends with one. */
function between(text: string, line: Line, mark: RegExp): Cell[] {
  const raw = text.slice(line.start, line.end);
  const cells: Cell[] = [];
  let from = 0;
  for (let i = 0; i <= raw.length; i += 1) {
    if (i < raw.length && !mark.test(raw[i]!)) continue;
    cells.push(trimmed(text, line.start + from, line.start + i));
    from = i + 1;
  }
  if (cells.length > 1 && mark.test(raw.trimStart()[0] ?? '')) cells.shift();
  if (cells.length > 1 && mark.test(raw.trimEnd().at(-1) ?? '')) cells.pop();
  return cells;
}

/** Cells under the beginnings of their names; none where a word runs over such a place. */
function under(text: string, line: Line, starts: readonly number[]): Cell[] {
  const raw = text.slice(line.start, line.end);
  if (starts.some((at) => at > 0 && at < raw.length && /\S/.test(raw[at - 1]!) && /\S/.test(raw[at]!))) return [];
  return starts.map((at, i) =>
    trimmed(text, line.start + Math.min(at, raw.length), line.start + Math.min(starts[i + 1] ?? raw.length, raw.length)),
  );
}

function trimmed(text: string, start: number, end: number): Cell {
  const raw = text.slice(start, end);
  const from = start + raw.length - raw.trimStart().length;
  return from >= end ? { start, end: start } : { start: from, end: start + raw.trimEnd().length };
}

function rowOf(reader: SpanReader, text: string, line: Line, columns: Columns, depth: number): SpanNode {
  const row = reader.container('object', line.start, line.end, depth);
  const cells = columns.cells(line);
  if (cells.length !== columns.names.length) {
    row.children.push(reader.member('#text', text.slice(line.start, line.end), line.start, line.end));
    return row;
  }
  for (const [i, { start, end }] of cells.entries())
    row.children.push(reader.member(columns.names[i]!, text.slice(start, end), start, end));
  return row;
}
