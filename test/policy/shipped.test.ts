import test from 'ava';
import { checkRules, formatFault, loadRules } from '#src/policy/declaration.js';
import { explainSwitch } from '#src/policy/explain.js';
import { switchesOf } from '#src/policy/justify.js';
import { formatMatrix, matrix } from '#src/policy/matrix.js';
import { readRulesDir } from '#src/rules-files.js';

test('the rules that ship have no fault', async (t) => {
  t.deepEqual(checkRules(await readRulesDir(['rules'])).map(formatFault), []);
});

test('the matrix of every service that ships fits 100 columns, and each of its switches has a sentence', async (t) => {
  const rules = loadRules(await readRulesDir(['rules']));
  t.true(rules.services.size >= 5);
  for (const declaration of [...rules.services.values(), rules.baseline]) {
    for (const lang of ['en', 'ru'] as const) {
      const lines = formatMatrix(matrix(rules, declaration.id, {}), 'text', lang).split('\n');
      t.deepEqual(
        lines.filter((line) => line.length > 100),
        [],
      );
      const switches = switchesOf(declaration, {});
      for (const { id } of declaration.purposes) t.regex(explainSwitch(rules, declaration.id, switches, id, lang), /\.$/);
    }
  }
});

test('COSORI’s Wi-Fi name is withheld, in the words of the household', async (t) => {
  const rules = loadRules(await readRulesDir(['rules']));
  const text = formatMatrix(matrix(rules, 'cosori', {}), 'text', 'en');
  t.regex(text, /^Wi-Fi name +[· ]+withheld +without a purpose: 6\.1\.3$/m);
});
