// `hubsieve check|matrix|explain`: the rules, their faults, and what they say.
import { readFileSync } from 'node:fs';
import { type Fault, parseConfig } from '../config.js';
import { HubError } from '../errors.js';
import { CATEGORY_IDS } from '../model.js';
import { checkRules, formatFault } from '../policy/declaration.js';
import { explainCategory } from '../policy/explain.js';
import { declarationOf, switchesOf } from '../policy/justify.js';
import { matrix as buildMatrix, formatMatrix } from '../policy/matrix.js';
import { readRulesDir } from '../rules-files.js';
import type { Command } from './command.js';
import { oneOf, RULES_DIR, readConfig, readRules, required, serviceOf, text } from './common.js';

export const check: Command = {
  options: { rules: { type: 'string' }, config: { type: 'string' } },
  help: 'check [--rules DIR] [--config F]          every fault of the rules and the config, with its line',
  run: async (values) => {
    const file = text(values, 'config');
    const faults: string[] = file === undefined ? [] : configFaults(file);
    const files = await readRulesDir([text(values, 'rules') ?? RULES_DIR]);
    faults.push(...checkRules(files).map(formatFault));
    process.stdout.write(faults.map((line) => `${line}\n`).join(''));
    if (faults.length > 0) return 1;
    process.stdout.write(`good: ${files.length} rules files${file === undefined ? '' : ` and ${file}`}\n`);
    return 0;
  },
};

function configFaults(file: string): string[] {
  try {
    parseConfig(readFileSync(file, 'utf8'), file);
    return [];
  } catch (error) {
    if (!(error instanceof HubError) || !Array.isArray(error.cause)) throw error;
    return (error.cause as Fault[]).map((f) => `${f.file}:${f.line}:${f.column}: ${f.message}`);
  }
}

export const matrix: Command = {
  options: { service: { type: 'string' }, format: { type: 'string' }, lang: { type: 'string' }, config: { type: 'string' } },
  help: 'matrix --service S [--format text|json|html] [--lang en|ru]   what each purpose needs, and what nothing justifies',
  run: async (values) => {
    const { config } = readConfig(values);
    const rules = await readRules(config);
    const service = serviceOf(values, rules);
    const shown = buildMatrix(rules, service, config.services[service]?.purposes ?? {});
    process.stdout.write(
      formatMatrix(shown, oneOf(values, 'format', ['text', 'json', 'html'], 'text'), oneOf(values, 'lang', ['en', 'ru'], 'en')),
    );
    return 0;
  },
};

export const explain: Command = {
  options: { service: { type: 'string' }, category: { type: 'string' }, lang: { type: 'string' }, config: { type: 'string' } },
  help: 'explain --service S --category C [--lang en|ru]               why a category leaves or not, in a sentence',
  run: async (values) => {
    const { config } = readConfig(values);
    const rules = await readRules(config);
    const service = serviceOf(values, rules);
    const category = CATEGORY_IDS.find((c) => c === required(values, 'category'));
    if (category === undefined) throw new HubError('config', `no such category; there are ${CATEGORY_IDS.join(', ')}`);
    const switches = switchesOf(declarationOf(rules, service), config.services[service]?.purposes ?? {});
    process.stdout.write(`${explainCategory(rules, switches, service, category, oneOf(values, 'lang', ['en', 'ru'], 'en'))}\n`);
    return 0;
  },
};
