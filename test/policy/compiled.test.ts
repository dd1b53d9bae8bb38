import { execFileSync } from 'node:child_process';
import test from 'ava';
import type { HubError } from '#src/errors.js';
import { type CompiledRules, formatCompiled, parseCompiled } from '#src/policy/compiled.js';
import { labelOf, loadRules, type RulesFile } from '#src/policy/declaration.js';
import { COMPILED, compilerId, readCompiledRules, readRulesDir } from '#src/rules-files.js';

const files = await readRulesDir(['rules']);
const rules = loadRules(files);
const id = compilerId();
const compiled = parseCompiled(formatCompiled({ label: labelOf(files), rules }, id), id) as CompiledRules;
const changed = (at: string, change: (file: RulesFile) => RulesFile): RulesFile[] =>
  files.map((file) => (file.name.endsWith(at) ? change(file) : file));

test('what was compiled before is what compiling makes of the same files, to the last member', (t) => {
  t.deepEqual(compiled.rules, rules);
  t.is(loadRules(files, compiled), compiled.rules);
});

test('other files are compiled anew: one byte, one file more or less, another directory or its name', (t) => {
  const others: readonly (readonly RulesFile[])[] = [
    changed('cosori.yaml', ({ name, text }) => ({ name, text: `${text}# more\n` })),
    [...files, { name: 'own/services/extra.yaml', text: files.find(({ name }) => name.endsWith('baseline.yaml'))!.text }],
    files.filter(({ name }) => !name.endsWith('cosori.yaml')),
    files.map(({ name, text }) => ({ name: name.replace('rules/', 'other/'), text })),
  ];
  for (const other of others) {
    const fresh = ((): unknown => {
      try {
        return loadRules(other);
      } catch (fault) {
        return (fault as HubError).cause;
      }
    })();
    const told = ((): unknown => {
      try {
        return loadRules(other, compiled);
      } catch (fault) {
        return (fault as HubError).cause;
      }
    })();
    t.not(told, compiled.rules);
    t.deepEqual(told, fresh);
  }
});

test('a file in the wrong place is a fault, whatever was compiled before', (t) => {
  const error = t.throws<HubError>(() => loadRules([...files, { name: 'rules/more.yaml', text: '' }], compiled));
  t.is(error?.code, 'rules');
});

test('rules of another compiler, or a text that is none, are not taken', (t) => {
  const text = formatCompiled({ label: 'rules/', rules }, 'another');
  t.is(parseCompiled(text, id), undefined);
  t.is(parseCompiled(text.slice(0, -1), 'another'), undefined);
  t.is(parseCompiled('', id), undefined);
});

test('the build’s own compiled rules are those of the shipped files', (t) => {
  execFileSync(process.execPath, ['tools/compile-rules.mjs']);
  t.deepEqual(readCompiledRules()?.rules, rules, COMPILED);
  t.is(loadRules(files, readCompiledRules()).hash, rules.hash);
});
