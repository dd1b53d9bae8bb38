// Every structure recognizer finds something in its examples, and nothing in its counterexamples.
import test from 'ava';
import type { Place } from '#src/model.js';
import type { StructureRecognizer } from '#src/recognize/evidence.js';
import { type StructureId, structureRecognizers } from '#src/recognize/structure/index.js';
import { ask, containersOf, kit } from './support.js';

const recognizers = structureRecognizers(kit);
/** Levels of a topic are read as an array. */
const placeOf = (id: StructureId): Place => (id === 'pathLevels' ? 'topic' : 'body');

function finds(id: StructureId, recognizer: StructureRecognizer, text: string): boolean {
  return containersOf(text, placeOf(id)).some((container) => ask(recognizer, container) !== undefined);
}

for (const [id, recognizer] of recognizers) {
  for (const { text, from } of recognizer.examples)
    test(`${id} reads what sends ${from}: ${text}`, (t) => t.true(finds(id, recognizer, text)));
  for (const { text, from } of recognizer.counterexamples)
    test(`${id} leaves what sends ${from}: ${text}`, (t) => t.false(finds(id, recognizer, text)));
  test(`${id} says itself in both languages, and has texts of either kind`, (t) => {
    t.regex(recognizer.says.en, /^[a-z]/);
    t.regex(recognizer.says.ru, /^[а-я]/);
    t.true(recognizer.examples.length > 0 && recognizer.counterexamples.length > 0);
  });
}
