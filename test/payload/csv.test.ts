import test from 'ava';
import fc from 'fast-check';
import { readCsv } from '#src/payload/csv.js';
import { readBody } from '#src/payload/index.js';
import { bytesOf, codeOf, LIMITS, textOf } from './support.js';
import { at, holdsUnderMutation, leaves } from './text-support.js';

const read = (text: string) => readCsv(bytesOf(text), LIMITS);
const formatOf = (text: string, type?: string): string => {
  let format = '';
  const code = codeOf(() => (format = readBody(bytesOf(text), type, LIMITS)!.format));
  return code === 'accepted' ? format : code;
};

test('rows are objects by the names of their columns', (t) => {
  t.deepEqual(leaves(read('time,ssid,"rssi"\r\n1,"My ""Net"", x",-61\r\n\r\n2,,-60,extra\r\n').root), [
    '[0].#column=time',
    '[0].#column=ssid',
    '[0].#column=rssi',
    '[1].time=1',
    '[1].ssid=My "Net", x',
    '[1].rssi=-61',
    '[2].time=2',
    '[2].ssid=',
    '[2].rssi=-60',
    '[2].#cell=extra',
  ]);
  t.deepEqual(leaves(read('1;2\n3;4').root), ['[0][0]=1', '[0][1]=2', '[1][0]=3', '[1][1]=4']);
});

test('a dropped cell is an empty one, a new text is quoted where it must be, a new name stands in the header', (t) => {
  const document = read('a,ssid,"c"\n1,x,"y"\n2,z,w\n');
  at(document, 1, 'ssid').edit = { kind: 'drop' };
  at(document, 1, 'c').edit = { kind: 'text', text: 'p"q' };
  at(document, 2, 'a').edit = { kind: 'text', text: 'r,"s"' };
  at(document, 1, 'a').rename = 'b,c';
  at(document, 2, 'a').rename = 'b,c';
  t.is(textOf(document.write()), 'b_c,ssid,"c"\n1,,"p""q"\n"r,""s""",z,w\n');
});

test('CSV is told by its header; other lines are not', (t) => {
  t.is(formatOf('time,ssid\n1,x\n2,y', 'application/octet-stream'), 'csv');
  t.is(formatOf('time\tssid\n1\tx'), 'csv');
  t.is(formatOf('1,2\n3,4', 'text/csv'), 'csv');
  t.is(formatOf('hello, world\nno comma here', 'text/plain'), 'log');
  t.is(formatOf('a,b\n1,"x', 'text/csv'), 'malformed');
  t.is(formatOf('a,b\n1,x"y"', 'text/csv'), 'malformed');
});

test('any table is read as it was written, stays byte for byte, and takes every edit', (t) => {
  const cell = fc.string({ unit: fc.constantFrom('a', 'é', ',', ';', '"', '\n', ' ', '1'), maxLength: 5 });
  const shape = fc.record({
    rows: fc.array(fc.array(cell, { minLength: 3, maxLength: 3 }), { minLength: 1, maxLength: 5 }),
    text: cell,
  });
  fc.assert(
    fc.property(shape, fc.constantFrom(',', ';', '\t'), fc.constantFrom('\n', '\r\n'), ({ rows, text }, delimiter, end) => {
      const quoted = (value: string): string => (/[\s,;"]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value);
      const source = bytesOf([['a', 'b', 'c'], ...rows].map((row) => row.map(quoted).join(delimiter)).join(end));
      const document = readCsv(source, LIMITS);
      const wanted = rows.flatMap((row, i) => row.map((value, k) => `[${i + 1}].${'abc'[k]}=${value}`));
      t.deepEqual(leaves(document.root).slice(3), wanted);
      t.is(document.write(), source);
      at(document, 1, 'b').edit = { kind: 'text', text };
      wanted[1] = `[1].b=${text}`;
      t.deepEqual(leaves(readCsv(document.write(), LIMITS).root).slice(3), wanted);
    }),
    { numRuns: 300 },
  );
});

test('mutated tables are read exactly or refused, and hostile ones cost little', (t) => {
  holdsUnderMutation(t, ['time,ssid\n1,"x,y"\n2,"a""b"\r\n', 'a;b\n1;2\n'], readCsv);
  const started = performance.now();
  for (const piece of ['"', '""', 'a,"', ',', '\n', 'a,b\n']) codeOf(() => read(piece.repeat(300_000 / piece.length)));
  t.true(performance.now() - started < 2000);
});
