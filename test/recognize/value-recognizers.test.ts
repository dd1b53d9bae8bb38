// What every recognizer of values must do: find something in its examples and nothing in its counterexamples, lie behind a prefilter that
// never hides anything, and take time by the length of a text alone.
import test from 'ava';
import fc from 'fast-check';
import type { Finding } from '#src/model.js';
import type { Prefilter } from '#src/recognize/evidence.js';
import { admits, meets, traitsOf } from '#src/recognize/prefilter.js';
import { foldLookalikes } from '#src/text/lookalikes.js';
import { findIdentifiers, recognizers, words as vocabulary } from './support.js';

const passes = (prefilter: Prefilter, text: string): boolean => meets(prefilter, traitsOf(text)) && admits(prefilter, text);
const folded = (text: string): string => foldLookalikes(text)?.text ?? text;

for (const [id, recognizer] of recognizers.all) {
  const found = (text: string): readonly Finding[] => {
    const out: Finding[] = [];
    recognizer.recognize(folded(text), out, traitsOf(folded(text)));
    return out;
  };
  test(`${id} finds something in each of its examples, and all that is asked of it names who sends it`, (t) => {
    t.true(recognizer.examples.length > 0);
    for (const { text, from } of recognizer.examples) {
      t.true(from.length > 2, text);
      t.true(found(text).length > 0, text);
      t.true(passes(recognizer.prefilter, folded(text)), text);
      t.true(recognizers.mayHold(text, traitsOf(text)), text);
      t.true(
        findIdentifiers(text).some((one) => one.recognizer === id),
        `${text}: another recognizer's finding counts`,
      );
    }
  });
  test(`${id} finds nothing in its counterexamples`, (t) => {
    t.true(recognizer.counterexamples.length > 0);
    for (const { text } of recognizer.counterexamples) t.deepEqual(found(text), [], text);
  });
  test(`${id} says in both languages why a value is what it is`, (t) => {
    const { en, ru } = recognizer.says;
    t.regex(en, /^[a-z][^.]{8,80}[^.]$/);
    t.regex(ru, /^[а-яё][^.]{6,80}[^.]$/i);
  });
}

/** Always the same texts: what fails here fails for everybody. */
const SEED = 1_984_120;

/** Words that recognizers of values are made of, as they stand in texts. */
const WORDS = (['street_words', 'thing_words'] as const)
  .flatMap((id) => vocabulary.words(id))
  .flatMap((word) => [word, word.toUpperCase(), word[0]!.toUpperCase() + word.slice(1)]);
/** Pieces of what recognizers find: words and marks, runs of digits and of letters, and cuts of them. */
const PIECES = [
  ...new Set(
    recognizers.all
      .flatMap(([, { examples, counterexamples }]) => [...examples, ...counterexamples])
      .flatMap(({ text }) => [text, ...text.split(/(?<=[\s,;|/])/), ...(text.match(/\p{L}+|\p{N}+|[^\p{L}\p{N}]+/gu) ?? [])]),
  ),
];
const piece = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...PIECES) },
  { weight: 2, arbitrary: fc.constantFrom(...PIECES).chain((text) => fc.nat(text.length).map((at) => text.slice(at))) },
  { weight: 2, arbitrary: fc.constantFrom(...PIECES).chain((text) => fc.nat(text.length).map((at) => text.slice(0, at))) },
  { weight: 2, arbitrary: fc.constantFrom(...WORDS) },
  { weight: 1, arbitrary: fc.constantFrom('12 Anna ', ' Anna', ' 12', ', ', ' de ') },
  { weight: 1, arbitrary: fc.constantFrom(...' :;,.-_/|="\'()\n@+\\', '\u200b', '０', 'е', '::', '0x', '°') },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 4 }) },
  { weight: 1, arbitrary: fc.stringMatching(/^[0-9a-f]{1,13}$/) },
);
const texts = fc.array(piece, { minLength: 1, maxLength: 6 }).map((all) => all.join(''));

test('what a recognizer finds, its prefilter lets through', (t) => {
  let finds = 0;
  fc.assert(
    fc.property(texts, (written) => {
      const text = folded(written);
      const traits = traitsOf(text);
      for (const [id, { prefilter, recognize }] of recognizers.all) {
        const out: Finding[] = [];
        recognize(text, out, traits);
        finds += out.length;
        if (out.length > 0 && !passes(prefilter, text)) throw new Error(`${id}: ${JSON.stringify(text)}`);
      }
    }),
    { numRuns: 8_000, seed: SEED },
  );
  t.true(finds > 1000);
});

test('where anything is found, mayHold says so', (t) => {
  let finds = 0;
  fc.assert(
    fc.property(texts, (text) => {
      const found = findIdentifiers(text).length;
      finds += found;
      return found === 0 || recognizers.mayHold(text, traitsOf(text));
    }),
    { numRuns: 8_000, seed: SEED },
  );
  t.true(finds > 1000);
});

test('findings lie inside the text, sorted and apart, each with a spelling', (t) => {
  fc.assert(
    fc.property(texts, (text) => {
      let last = 0;
      for (const one of findIdentifiers(text)) {
        if (one.start < last || one.end <= one.start || one.end > text.length || one.canonical === '') return false;
        last = one.end;
      }
      return true;
    }),
    { numRuns: 5_000, seed: SEED },
  );
  t.pass();
});

/** Beginnings of every pattern: repeated, they make one that backtracks search a long text again from each place. */
const NASTY = [
  ...['eyJ', 'aa:', 'WIFI:T:', '1.1.', 'a@', '+1 ', 'f4cf.', 'a-', 'http://a:', '::', 'lat 1.', '1a2b3c-', '(916) ', '0', '1 ° '],
  ...[
    '1.234,',
    '12 Anna ',
    'ул. А',
    'ssid',
    'ssid: a ',
    'password=',
    'connected with a',
    "- '",
    'DHCPACK(',
    '+CREG: 1,',
    '+A,262,',
    'mcc=1',
  ],
  ...[
    'N 1 ',
    '48.1371 ',
    'geo:1,',
    'POLYGON(1',
    '+48+002',
    'a4:2b:b0:19:2e:f3,',
    'A <',
    'MECARD:',
    'Basic ',
    '123-45-',
    '\\:aa',
    'a4 ',
  ],
  ...[
    '84f3:ebff:fe',
    '2024',
    'a_1-',
    '-----BEGIN PRIVATE KEY-----',
    'Ahornweg',
    'Via A ',
    '12 rue ',
    '\n',
    'QTH ',
    'aB0123456789ab/',
    'aB0123456789abcdef+',
    '0171 ',
    '１',
  ],
];

test('a text of any length is searched in time by its length: each of these would hang otherwise', (t) => {
  const MEBIBYTE = 1 << 20;
  for (const nasty of NASTY) {
    const text = nasty.repeat(MEBIBYTE / nasty.length);
    const traits = traitsOf(text);
    for (const [, { prefilter, recognize }] of recognizers.all) {
      if (!passes(prefilter, text)) continue; // the sieve does not ask it either

      // Labels beyond what any text has are refused, which is an answer too.
      try {
        recognize(text, [], traits);
      } catch (fault) {
        t.is((fault as { code?: string }).code, 'too_many_fields');
      }
    }
  }
  t.pass();
});
