// Rows of a scan inside a text (`name,a4:2b:…,-70,6;…`, `+CWLAP:(3,"name",-70,"a4:…",1)`): what stands beside an address and a signal is a
// neighbour's. The whole row is found, its name and address with it.
import type { ValueRecognizer } from '../evidence.js';
import { DASH, HEX12, PAIRS5 } from '../prefilter.js';
import { add, eachMatch, VALUE } from './finding.js';

const ADDRESS = /(?<![0-9a-z])(?:(?:[0-9a-f]{2}:){5}|(?:[0-9a-f]{2}-){5}|[0-9a-f]{10})[0-9a-f]{2}(?![0-9a-z])/gi;
const SIGNAL = /^-(?:[2-9]\d|1[0-2]\d)(?:\.\d{1,2})?(?:\s?dBm)?$/i;
/** What ends a row, and what parts its cells. */
const ROW_END = /[;\n\r()[\]{}]/;
const CELL = /[,|\t]/;
/** What an AT command's answer begins with (3GPP TS 27.007). */
const COMMAND = /^\s{0,8}\+[A-Z]{1,16}:\s?/;
/** Longest row: a name, an address and some numbers. */
const ROW_MAX = 160;
const CELLS_MIN = 2;

/** The row around an address that has a cell of its own beside a signal's. */
function rowAround(text: string, start: number, end: number): readonly [number, number] | undefined {
  let from = start;
  while (from > 0 && start - from <= ROW_MAX && !ROW_END.test(text[from - 1]!)) from -= 1;
  from += COMMAND.exec(text.slice(from, start))?.[0].length ?? 0;
  let to = end;
  while (to < text.length && to - end <= ROW_MAX && !ROW_END.test(text[to]!)) to += 1;
  const cells = text.slice(from, to).split(CELL);
  if (to - from > ROW_MAX || cells.length < CELLS_MIN) return undefined;
  const bare = cells.map((cell) => cell.trim().replace(/^["']|["']$/g, ''));
  return bare.includes(text.slice(start, end)) && bare.some((cell) => SIGNAL.test(cell)) ? [from, to] : undefined;
}

export const wifiScanText: ValueRecognizer = {
  ...VALUE,
  says: { en: 'it is a list of networks that a radio heard', ru: 'это список услышанных сетей' },
  prefilter: { minLength: 16, all: DASH, any: PAIRS5 | HEX12, words: CELL },
  recognize: (text, out) => {
    let done = 0;
    eachMatch(ADDRESS, text, (match) => {
      if (match.index < done) return;
      const row = rowAround(text, match.index, match.index + match[0].length);
      if (row === undefined) return;
      done = row[1];
      add(out, 'neighbour_scan', row[0], row[1], `row:${text.slice(row[0], row[1])}`);
    });
  },
  examples: [
    { text: '+CWLAP:(3,"Nachbar_A",-70,"10:7b:44:0e:c1:22",1)', from: 'ESP-AT 2.2' },
    { text: 'a0:63:91:11:c2:5d,-71;2c:4d:54:90:8a:b1,-80', from: 'GPS tracker, networks for positioning' },
  ],
  counterexamples: [
    { text: 'sta,a0:63:91:11:c2:5d,up', from: 'no signal' },
    { text: 'connected to 10:7b:44:0e:c1:22 at -70 dBm', from: 'no row' },
  ],
};
