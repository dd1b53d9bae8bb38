// Rules from the page: read beside the hub's thread, within a time, and with an end to what is told of them.
import test from 'ava';
import { RULES_DIR } from '#src/cli/common.js';
import { checkRules, loadRules, type RulesFile } from '#src/policy/declaration.js';
import { readRulesDir } from '#src/rules-files.js';
import { FAULTS_MAX } from '#src/services/rules-reading.js';
import { readRulesApart } from '#src/workers/rules-reader.js';

const shipped = await readRulesDir([RULES_DIR]);
const withFile = (text: string): RulesFile[] => [...shipped, { name: '/home/rules/services/own.yaml', text }];

/** A machine that runs many tests at once takes its time. */
const PATIENT = { ms: 300_000 };

test.serial('good rules are the same as those read here', async (t) => {
  const { faults, rules } = await readRulesApart(shipped, PATIENT);
  t.deepEqual(faults, []);
  t.deepEqual(rules, loadRules(shipped));
});

/** What takes this thread seconds to minutes of CPU. */
const BOMBS: readonly (readonly [string, string])[] = [
  ['thousands of keys that nobody knows', `id: own\n${Array.from({ length: 6_000 }, (_, i) => `k${i}: 1\n`).join('')}`],
  ['one key thousands of times', `id: own\n${'a: 1\n'.repeat(6_000)}`],
  ['thousands of unknown categories', `id: own\npurposes:\n  p:\n    needs:\n${'      - zz\n'.repeat(6_000)}`],
  ['lists inside each other', `id: own\nhosts: ${'['.repeat(20_000)}`],
  [
    'aliases of aliases',
    `a0: &a0 [1, 2]\n${Array.from({ length: 40 }, (_, i) => `a${i + 1}: &a${i + 1} [*a${i}, *a${i}]\n`).join('')}`,
  ],
];

for (const [title, text] of BOMBS) {
  test.serial(`${title}: refused with ${FAULTS_MAX} faults at most, while this thread does other things`, async (t) => {
    let turns = 0;
    const timer = setInterval(() => (turns += 1), 1);
    const { faults, rules } = await readRulesApart(withFile(text), PATIENT);
    clearInterval(timer);
    t.is(rules, undefined);
    t.true(faults.length > 0 && faults.length <= FAULTS_MAX, `${faults.length}`);
    t.true(faults.every(({ message }) => message.length <= 300));
    t.true(turns > 0);
  });
}

test.serial('the first faults that are found are told as the command line tells them', async (t) => {
  const files = withFile(`id: own\n${'a: 1\nb: 2\n'}`);
  const { faults } = await readRulesApart(files, PATIENT);
  t.deepEqual(faults, checkRules(files));
});

test('rules that take too long are given up, and their thread is ended', async (t) => {
  const entry = new URL('stuck-reader.js', import.meta.url);
  await t.throwsAsync(readRulesApart(shipped, { ms: 200, entry }), { code: 'too_long' });
});

test('a thread that dies reads no rules', async (t) => {
  const entry = new URL('dying-reader.js', import.meta.url);
  await t.throwsAsync(readRulesApart(shipped, { entry }), { code: 'internal' });
});
