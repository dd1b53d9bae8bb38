// Rows of a scan inside a text (`name,a4:2b:…,-70,6;…`, `+CWLAP:(3,"name",-70,"a4:…",1)`): the name beside an address and a signal is a neighbour's.
import type { Finding } from '../../model.js';
import { DASH } from '../prefilter.js';
import { add } from './finding.js';

const SIGNAL = /^-(?:[2-9]\d|1[0-2]\d)(?:\.\d{1,2})?(?:\s?dBm)?$/i;
/** What ends a row, and what parts its cells. */
const ROW_END = /[;\n\r()[\]{}]/;
const CELL = /[,|\t]/;
/** Longest row: a name, an address and some numbers. */
const ROW_MAX = 160;
const CELLS_MIN = 3;

/** Adds the whole row where an address already found in `out` stands in a cell of its own beside a signal. */
export function findRows(text: string, out: Finding[], traits: number): void {
  if ((traits & DASH) === 0) return;
  const found = out.length;
  let done = 0;
  for (let i = 0; i < found; i += 1) {
    const { category, start, end } = out[i]!;
    if (category !== 'device_mac' || start < done) continue;
    const row = rowAround(text, start, end);
    if (row === undefined) continue;
    done = row[1];
    add(out, 'neighbour_scan', row[0], row[1], `row:${text.slice(row[0], row[1])}`);
  }
}

function rowAround(text: string, start: number, end: number): readonly [number, number] | undefined {
  let from = start;
  while (from > 0 && start - from <= ROW_MAX && !ROW_END.test(text[from - 1]!)) from -= 1;
  let to = end;
  while (to < text.length && to - end <= ROW_MAX && !ROW_END.test(text[to]!)) to += 1;
  const cells = text.slice(from, to).split(CELL);
  if (to - from > ROW_MAX || cells.length < CELLS_MIN) return undefined;
  const bare = cells.map((cell) => cell.trim().replace(/^["']|["']$/g, ''));
  return bare.includes(text.slice(start, end)) && bare.some((cell) => SIGNAL.test(cell)) ? [from, to] : undefined;
}
