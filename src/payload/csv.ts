import { HubError } from '../errors.js';
import type { Document, Limits } from '../model.js';
import { SpanDocument, type SpanNode, SpanReader, type SpanWriter, textOfUtf8 } from './spans.js';
import { asBuffer } from './splice.js';
import { isPrintable } from './text.js';

type Delimiter = ',' | ';' | '\t';
const DELIMITERS: readonly Delimiter[] = [',', ';', '\t'];
/** A column's name: up to four words, no digits alone, nothing that an address or a sentence is made of. */
const COLUMN = /^[\p{L}_$#][\p{L}\p{N}\p{M}_.$()/%°-]{0,39}(?: [\p{L}\p{N}_.()/%°-]{1,20}){0,3}$/u;
/** How far into a text its first lines are compared. */
const LOOKED_AT = 8192;
const LINES_COMPARED = 8;

/** One cell: what stands between its quotes, if it has them, with its text. */
interface Cell {
  readonly start: number;
  readonly end: number;
  readonly text: string;
  readonly quoted: boolean;
}

/** Is the first line a list of column names, and have the next ones as many cells? At least two lines and two columns. */
export function looksLikeCsv(bytes: Uint8Array): boolean {
  const head = asBuffer(bytes.subarray(0, LOOKED_AT)).toString('utf8');
  const delimiter = delimiterOf(head);
  if (delimiter === undefined) return false;
  const rows = rowsOf(head, delimiter, 0, LINES_COMPARED + 1);
  if (rows === undefined) return false;
  if (bytes.length > LOOKED_AT && rows.length <= LINES_COMPARED) rows.pop();
  return rows.length >= 2 && isHeader(rows[0]!) && rows.every((row) => row.length === rows[0]!.length);
}

function delimiterOf(text: string): Delimiter | undefined {
  const first = /^(?:[^\r\n]|\r(?!\n))*/.exec(text)![0]; // ends where a row ends
  const counts = DELIMITERS.map((d) => first.split(d).length);
  const most = Math.max(...counts);
  return most < 2 ? undefined : DELIMITERS[counts.indexOf(most)];
}

function isHeader(row: readonly Cell[]): boolean {
  return row.every((cell) => COLUMN.test(cell.text)) && new Set(row.map((cell) => cell.text)).size === row.length;
}

/**
 * Reads CSV (RFC 4180; also with `;` or tabs): an array of rows. Where the first row names the columns, it is an object of `#column`s,
 * and each row below an object by those names (a cell too many is `#cell`); else rows are arrays. A dropped cell is an empty one.
 * Throws `malformed` for a quote that does not close or stands inside a bare cell, `unreadable_format` for control characters,
 * `too_many_fields`, `too_deep`.
 */
export function readCsv(bytes: Uint8Array, limits: Limits, depth = 0): Document {
  const text = textOfUtf8(bytes);
  if (!isPrintable(bytes)) throw new HubError('unreadable_format');
  const delimiter = delimiterOf(text) ?? ',';
  const rows = rowsOf(text, delimiter, limits.nodes, Number.POSITIVE_INFINITY);
  if (rows === undefined) throw new HubError('malformed', 'quote');
  const reader = new SpanReader(limits);
  const root = reader.container('array', 0, text.length, depth + 1);
  const columns = rows.length > 1 && isHeader(rows[0]!) ? rows[0]! : undefined;
  rows.forEach((row, i) => {
    const node = reader.container(columns === undefined ? 'array' : 'object', row[0]!.start, row.at(-1)!.end, depth + 2);
    root.children.push(node);
    row.forEach((cell, at) => {
      const child = reader.node('string', cell.text, cell.start, cell.end);
      child.style = cell.quoted ? '"' : delimiter;
      node.children.push(columns === undefined ? child : named(child, i === 0 ? undefined : columns[at], i === 0));
    });
  });
  return new SpanDocument(bytes, text, root, CSV_WRITER);
}

/** The cell under its column; a new name of it stands in the header. */
function named(child: SpanNode, column: Cell | undefined, header: boolean): SpanNode {
  child.name = header ? '#column' : (column?.text ?? '#cell');
  if (column !== undefined) {
    child.nameStart = column.start;
    child.nameEnd = column.end;
  }
  return child;
}

/** The cells of each line that is not blank; undefined where quotes do not fit. */
function rowsOf(text: string, delimiter: Delimiter, cellsMax: number, rowsMax: number): Cell[][] | undefined {
  const rows: Cell[][] = [];
  let row: Cell[] = [];
  let cells = 0;
  for (let at = 0; at < text.length || row.length > 0; ) {
    if (row.length === 0 && (text[at] === '\n' || text.startsWith('\r\n', at))) {
      at += text[at] === '\n' ? 1 : 2;
      continue;
    }
    const cell = text[at] === '"' ? quotedCell(text, at) : bareCell(text, at, delimiter);
    if (cell === undefined) return undefined;
    if (cellsMax > 0 && ++cells > cellsMax) throw new HubError('too_many_fields', `character ${at}`);
    row.push(cell);
    at = cell.end + (cell.quoted ? 1 : 0);
    if (text[at] === delimiter) {
      at++;
      if (at < text.length) continue;
      row.push({ start: at, end: at, text: '', quoted: false });
    }
    if (at < text.length && text[at] !== '\n' && !text.startsWith('\r\n', at)) return undefined;
    rows.push(row);
    if (rows.length >= rowsMax) return rows;
    row = [];
  }
  return rows;
}

function quotedCell(text: string, at: number): Cell | undefined {
  for (let close = text.indexOf('"', at + 1); close >= 0; close = text.indexOf('"', close + 2)) {
    if (text[close + 1] === '"') continue;
    return { start: at + 1, end: close, text: text.slice(at + 1, close).replaceAll('""', '"'), quoted: true };
  }
  return undefined;
}

function bareCell(text: string, at: number, delimiter: Delimiter): Cell | undefined {
  let end = at;
  while (end < text.length && text[end] !== delimiter && text[end] !== '\n' && !text.startsWith('\r\n', end)) end++;
  const raw = text.slice(at, end);
  return raw.includes('"') ? undefined : { start: at, end, text: raw, quoted: false };
}

/** `style` of a cell: its quote, or the delimiter around a bare one. */
const CSV_WRITER: SpanWriter = {
  value(node: SpanNode, text: string): string {
    if (node.style === '"') return text.replaceAll('"', '""');
    return bare(text, node.style);
  },
  name(_node: SpanNode, text: string): string {
    return text.replace(/[",;\t\r\n]+/g, '_');
  },
};

function bare(text: string, delimiter: string): string {
  return text.includes(delimiter) || /["\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
