// Compiles the shipped rules into dist/rules.json, part of the build: a start then need not read their YAML (src/policy/compiled.ts).
// Run from the root after `tsc -b`. Faulty rules are left for the hub itself to tell.
import { rmSync, writeFileSync } from 'node:fs';
import { formatCompiled } from '../dist/policy/compiled.js';
import { faultsOf, labelOf, loadRules } from '../dist/policy/declaration.js';
import { COMPILED, compilerId, readRulesDir } from '../dist/rules-files.js';

rmSync(COMPILED, { force: true });
try {
  const files = await readRulesDir(['rules']);
  writeFileSync(COMPILED, formatCompiled({ label: labelOf(files), rules: loadRules(files) }, compilerId()));
} catch (fault) {
  if (faultsOf(fault).length === 0) throw fault;
}
