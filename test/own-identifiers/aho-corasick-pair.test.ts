// The pair of automata against a search for each needle by itself.
import test from 'ava';
import fc from 'fast-check';
import { Automaton } from '#src/own-identifiers/aho-corasick.js';
import { AutomatonPair } from '#src/own-identifiers/aho-corasick-pair.js';

const isLetter = (b: number): boolean => b >= 0x61 && b <= 0x7a;
const DASHES = Uint8Array.from({ length: 256 }, (_, b) => (isLetter(b) ? 0 : 1));

interface Seen {
  readonly end: number;
  readonly first: readonly number[];
  readonly second: readonly number[];
}

function search(pair: AutomatonPair, bytes: Uint8Array): Seen[] {
  const seen: Seen[] = [];
  const at = pair.start(bytes);
  while (pair.advance(at)) {
    const end = at.i;
    const { first, second } = pair.take(at);
    seen.push({ end, first: [...first].sort(), second: [...second].sort() });
  }
  return seen;
}

function plainly(needles: readonly string[], text: string): Seen[] {
  const seen: Seen[] = [];
  const ending = (until: string): number[] => needles.flatMap((n, i) => (until.endsWith(n) ? [i] : []));
  for (let end = 0; end < text.length; end += 1) {
    const until = text.slice(0, end + 1);
    const first = ending(until);
    const second = isLetter(text.charCodeAt(end)) ? ending(until.replace(/[^a-z]/g, '')) : [];
    if (first.length + second.length > 0) seen.push({ end, first, second });
  }
  return seen;
}

const needle = fc.array(fc.constantFrom('a', 'b', 'c'), { minLength: 2, maxLength: 6 }).map((l) => l.join(''));
const scrap = fc.oneof(fc.constantFrom('-', ' ', 'd', 'xyz', '--------'), needle, fc.constantFrom('a', 'b'));
const text = fc.array(scrap, { maxLength: 120 }).map((l) => l.join(''));

test('every needle is found where it ends, in both ways of reading, however often the automata have been used', (t) => {
  fc.assert(
    fc.property(fc.uniqueArray(needle, { minLength: 1, maxLength: 5 }), fc.array(text, { maxLength: 4 }), (needles, texts) => {
      const bytes = needles.map((n) => Buffer.from(n));
      const pair = new AutomatonPair(new Automaton(bytes), new Automaton(bytes, DASHES));
      for (const one of [...texts, ...texts]) t.deepEqual(search(pair, Buffer.from(one)), plainly(needles, one), one);
    }),
    { numRuns: 500 },
  );
});

test('texts that lead through more states than are kept are searched all the same', (t) => {
  const letter = (n: number): string => String.fromCharCode(0x61 + (n % 25));
  const needles = Array.from({ length: 300 }, (_, i) => `z${letter(Math.floor(i / 25))}${letter(i)}yyyy`);
  const bytes = needles.map((n) => Buffer.from(n));
  const pair = new AutomatonPair(new Automaton(bytes), new Automaton(bytes, DASHES));
  const all = needles.map((n) => n.slice(0, -1)).join('-');
  for (let turn = 0; turn < 3; turn += 1) t.deepEqual(search(pair, Buffer.from(`${all}-${needles[7]}`)).at(-1)?.first, [7]);
});
