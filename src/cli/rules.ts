// `hubsieve rules check`, `matrix`, `explain`: the rules, their faults, and what they say.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { type Fault, formatFault } from '../config.js';
import { HubError } from '../errors.js';
import { CATEGORY_IDS } from '../model.js';
import { checkRules, loadRules } from '../policy/declaration.js';
import { explainCategory } from '../policy/explain.js';
import { declarationOf, switchesOf } from '../policy/justify.js';
import { matrix as buildMatrix, formatMatrix } from '../policy/matrix.js';
import { readRulesDir, today } from '../rules-files.js';
import type { Command } from './command.js';
import {
  namedConfig,
  oneOf,
  RULES_DIR,
  readConfig,
  readRules,
  required,
  serviceOf,
  strangerFaults,
  text,
  type Values,
} from './common.js';

const CHECK_OPTIONS = { rules: { type: 'string' }, config: { type: 'string' }, texts: { type: 'string' } } as const;

export const check: Command = {
  options: CHECK_OPTIONS,
  help: 'check [--rules DIR] [--config F]          every fault of the rules and the config, with its line (also: rules check)',
  run: async (values) => {
    const file = namedConfig(values);
    const dir = text(values, 'rules') ?? RULES_DIR;
    const files = await readRulesDir([dir]);
    const texts = text(values, 'texts');
    const against = { today: today(), ...(texts === undefined ? {} : { texts: readTexts(texts) }) };
    const ruleFaults = checkRules(files, against).map(formatFault);
    const faults =
      file === undefined ? ruleFaults : [...(await configFaults(values, dir, ruleFaults.length === 0)), ...ruleFaults];
    process.stdout.write(faults.map((line) => `${line}\n`).join(''));
    if (faults.length > 0) return 1;
    process.stdout.write(`good: ${files.length} rules files${file === undefined ? '' : ` and ${file}`}\n`);
    return 0;
  },
};

export const rules: Command = {
  options: CHECK_OPTIONS,
  help: 'rules check [--rules DIR] [--config F] [--texts DIR]   the same; with the texts of the policies (DIR/<service>.txt), every quote',
  run: async (values, [what = '', ...rest]) => {
    if (what !== 'check') throw new HubError('config', 'rules check');
    return check.run(values, rest);
  },
};

/** The texts of policies in a directory, by the id of their service. Throws `config`. */
function readTexts(dir: string): ReadonlyMap<string, string> {
  try {
    const names = readdirSync(dir).filter((name) => name.endsWith('.txt'));
    return new Map(names.map((name) => [path.basename(name, '.txt'), readFileSync(path.join(dir, name), 'utf8')]));
  } catch (cause) {
    throw new HubError('config', `--texts: ${dir} cannot be read`, { cause });
  }
}

/** `known`: whether the rules in `dir` can be used, to hold the config's services and purposes against. */
async function configFaults(values: Values, dir: string, known: boolean): Promise<string[]> {
  try {
    const read = readConfig(values);
    if (!known) return [];
    const loaded = loadRules(await readRulesDir([dir, ...read.config.rules]));
    return strangerFaults(read, loaded).map(formatFault);
  } catch (error) {
    if (!(error instanceof HubError) || !Array.isArray(error.cause)) throw error;
    return (error.cause as Fault[]).map(formatFault);
  }
}

export const matrix: Command = {
  options: { service: { type: 'string' }, format: { type: 'string' }, lang: { type: 'string' }, config: { type: 'string' } },
  help: 'matrix --service S [--format text|json|html] [--lang en|ru]   what each purpose needs, and what nothing justifies',
  run: async (values) => {
    const { config } = readConfig(values);
    const loaded = await readRules(config);
    const service = serviceOf(values, loaded);
    const shown = buildMatrix(loaded, service, config.services[service]?.purposes ?? {});
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
    const loaded = await readRules(config);
    const service = serviceOf(values, loaded);
    const category = CATEGORY_IDS.find((c) => c === required(values, 'category'));
    if (category === undefined) throw new HubError('config', `no such category; there are ${CATEGORY_IDS.join(', ')}`);
    const switches = switchesOf(declarationOf(loaded, service), config.services[service]?.purposes ?? {});
    process.stdout.write(`${explainCategory(loaded, switches, service, category, oneOf(values, 'lang', ['en', 'ru'], 'en'))}\n`);
    return 0;
  },
};
