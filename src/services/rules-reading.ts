// Rules that the household brings in on the page: read as those on disk are, but with an end to what is told of them.
import { HubError } from '../errors.js';
import type { Rules } from '../model.js';
import { byPlace, type Fault, type RulesFile, readRules } from '../policy/declaration.js';
import { today } from '../rules-files.js';

export type { RulesFile } from '../policy/declaration.js';

/** The rules, and what is wrong with them. */
export interface RulesRead {
  readonly faults: readonly Fault[];
  /** Absent: there are faults. */
  readonly rules?: Rules | undefined;
}

/** As many as somebody mends before trying again; a file of 0.4 MB can have tens of thousands. */
export const FAULTS_MAX = 50;
/** Longest sentence about one: it may repeat a word of the file. */
const MESSAGE_UNITS = 300;

/** At most `FAULTS_MAX` faults, and as many remarks. Throws nothing: rules that cannot be read at all are a fault. */
export function readToldRules(files: readonly RulesFile[]): RulesRead {
  try {
    const { faults, remarks, rules } = readRules(files, { most: FAULTS_MAX, today: today() });
    return {
      faults: [...faults, ...remarks]
        .sort(byPlace)
        .map((fault) => ({ ...fault, message: fault.message.slice(0, MESSAGE_UNITS) })),
      rules,
    };
  } catch (cause) {
    const { where } = cause instanceof HubError ? cause : new HubError('internal', 'it cannot be read');
    const [, file = '', message = where] = /^(.*): ([^:]*)$/.exec(where) ?? [];
    return { faults: [{ file, line: 1, column: 1, message }] };
  }
}
