import { readdirSync, readFileSync } from 'node:fs';
import test from 'ava';
import { parse } from 'yaml';
import { checkRules, formatFault, loadRules } from '#src/policy/declaration.js';
import { citedEntries } from '#src/policy/entries.js';
import { explainSwitch, switchEffect } from '#src/policy/explain.js';
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
  t.regex(text, /^Wi-Fi name +[· ]+withheld +without a purpose:\n +6\.1\.3$/m);
});

/** All `{ en, … }` of a file that lack the Russian. */
function withoutRussian(value: unknown, found: unknown[] = []): unknown[] {
  if (typeof value !== 'object' || value === null) return found;
  if ('en' in value && !('ru' in value)) found.push(value);
  for (const one of Object.values(value)) withoutRussian(one, found);
  return found;
}

test('the rules that ship stand in both languages', (t) => {
  const names = ['categories.yaml', 'baseline.yaml', ...readdirSync('rules/services').map((name) => `services/${name}`)];
  for (const name of names)
    t.deepEqual(withoutRussian(parse(readFileSync(`rules/${name}`, 'utf8'), { maxAliasCount: -1, merge: true })), [], name);
});

test('every service that ships names the text it was read from, and no host is confirmed but by its own name', async (t) => {
  const rules = loadRules(await readRulesDir(['rules']));
  for (const { id, source, hosts } of rules.services.values()) {
    t.truthy(source, id);
    for (const { name, operator } of hosts) if (name.startsWith('*.')) t.is(operator, 'unconfirmed', name);
  }
});

/** The rows of docs/readings.md by service: their clauses and their entries. */
const READINGS = new Map(
  readFileSync('docs/readings.md', 'utf8')
    .split(/^## /m)
    .slice(1)
    .map((part) => {
      const rows = [...part.matchAll(/^\| ([^|]+) \| ([^|]+) \| ([^|]+) \|$/gm)].slice(2);
      return [/`([a-z-]+)`/.exec(part)![1]!, rows.map(([, clause, , entry]) => ({ clause: clause!, entry: entry! }))] as const;
    }),
);

test('every clause that a declaration cites stands in the table of readings, and every purpose in an entry of it', async (t) => {
  const rules = loadRules(await readRulesDir(['rules']));
  for (const declaration of rules.services.values()) {
    const rows = READINGS.get(declaration.id) ?? [];
    t.true(rows.length > 10, declaration.id);
    const clauses = rows.map(({ clause }) => clause).join(' ; ');
    const entries = rows.map(({ entry }) => entry).join(' ; ');
    // A range of rows (`4.4.1–4.4.3`) and a part of a clause (`6.1.3, item 1`) stand for the clause.
    for (const { clause } of citedEntries(declaration)) t.true(clauses.includes(clause), `${declaration.id} ${clause}`);
    for (const { id } of declaration.purposes) t.true(entries.includes(`\`${id}\``), `${declaration.id} ${id}`);
    for (const { category } of [...declaration.excluded, ...declaration.unjustified])
      t.true(entries.includes(`\`${category}\``), `${declaration.id} ${category}`);
  }
});

test('what a switch would change counts needs of some fields and places too: the name in an order, the session’s cookie', async (t) => {
  const rules = loadRules(await readRulesDir(['rules']));
  const switches = switchesOf(rules.services.get('smartthings-kz')!, {});
  t.deepEqual([...switchEffect(rules, 'smartthings-kz', switches, 'order_details').stays].sort(), [
    'account_identifier',
    'credential',
    'email',
    'person_name',
    'phone',
  ]);
});
