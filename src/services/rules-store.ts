// The rules in force: those shipped and configured, and the files the household added on the page. Whole or not at all.
import { lstatSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { HubError } from '../errors.js';
import type { Rules } from '../model.js';
import type { RulesFile } from '../policy/declaration.js';
import { readRulesDir } from '../rules-files.js';
import { writeWhole } from '../store/secret-files.js';
import type { RulesRead } from './rules-reading.js';

/** Files that have one place in a rules directory; every other one is a service's. */
const TOP: ReadonlySet<string> = new Set(['categories.yaml', 'vocabulary.yaml', 'baseline.yaml']);
const NAME = /^[a-z0-9][a-z0-9_-]{0,60}\.yaml$/;
const MODE = 0o600;

/** A file that the household added. */
export interface ExtraRules {
  readonly name: string;
  readonly bytes: number;
}

/** `file`: the name under which the household added it. */
export interface RulesFault {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

export interface RulesStoreOptions {
  /** Rules as they were loaded at start, the household's own among them. */
  readonly rules: Rules;
  /** The directories they came from, without the household's own; empty: nothing can be added. */
  readonly dirs: readonly string[];
  readonly dataDir: string;
  /** Reads rules, elsewhere than on this thread. Rejects `too_long`. */
  readonly read: (files: readonly RulesFile[]) => Promise<RulesRead>;
  /** Throws `config` where the config's choices do not fit the rules. */
  readonly check: (rules: Rules) => void;
  readonly onChange: (rules: Rules) => void;
}

/** The directory of the household's own rules. */
export function ownRulesDir(dataDir: string): string {
  return path.join(dataDir, 'rules');
}

/** The directories to read: `dirs`, then the household's own where there is one. */
export function withOwnRules(dirs: readonly string[], dataDir: string): string[] {
  const own = ownRulesDir(dataDir);
  return lstatSync(own, { throwIfNoEntry: false }) === undefined ? [...dirs] : [...dirs, own];
}

export class RulesStore {
  private rules: Rules;
  /** Changes one after another: each is checked against what stands. */
  private last: Promise<unknown> = Promise.resolve();

  constructor(private readonly options: RulesStoreOptions) {
    this.rules = options.rules;
  }

  get current(): Rules {
    return this.rules;
  }

  extra(): ExtraRules[] {
    const own = ownRulesDir(this.options.dataDir);
    const names = [...namesIn(own), ...namesIn(path.join(own, 'services'))];
    return names.map((name) => ({ name, bytes: statSync(this.place(name)).size }));
  }

  /** Gives the faults, or none and has taken the file. `name` is `<id>.yaml`, `categories.yaml` or `baseline.yaml`. */
  add(name: string, text: string): Promise<readonly RulesFault[]> {
    return this.change(name, text);
  }

  /** Throws `not_found`. */
  remove(name: string): Promise<readonly RulesFault[]> {
    return this.change(name, undefined);
  }

  private change(name: string, text: string | undefined): Promise<readonly RulesFault[]> {
    const result = this.last.then(() => this.carryOut(name, text));
    this.last = result.catch(() => undefined); // told to the caller
    return result;
  }

  private async carryOut(name: string, text: string | undefined): Promise<readonly RulesFault[]> {
    const { dirs, dataDir, read, check, onChange } = this.options;
    if (dirs.length === 0 || !NAME.test(name)) throw new HubError('config', 'extra rules');
    const file = this.place(name);
    if (text === undefined && !this.extra().some((one) => one.name === name)) throw new HubError('not_found', 'a file of rules');
    const others = (await readRulesDir(withOwnRules(dirs, dataDir))).filter((one) => one.name !== file);
    const files: RulesFile[] = text === undefined ? others : [...others, { name: file, text }];
    const { faults, rules } = await read(files).catch(tooLong(file));
    // What an older file is remarked for does not stand in the way of a new one.
    const standing = faults.filter((fault) => !fault.isRemark || fault.file === file);
    if (standing.length > 0 || rules === undefined)
      return standing.map((fault) => ({ ...fault, file: fault.file === file ? name : path.basename(fault.file) }));
    try {
      check(rules);
    } catch (fault) {
      if (!(fault instanceof HubError)) throw fault;
      return [{ file: 'config', line: 1, column: 1, message: fault.where }];
    }
    if (text === undefined) rmSync(file);
    else {
      mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
      writeWhole(file, text, MODE);
    }
    this.rules = rules;
    onChange(rules);
    return [];
  }

  private place(name: string): string {
    const own = ownRulesDir(this.options.dataDir);
    return TOP.has(name) ? path.join(own, name) : path.join(own, 'services', name);
  }
}

/** Told of the file that was to change: the others have been read before. */
function tooLong(file: string): (fault: unknown) => RulesRead {
  return (fault) => {
    if (!(fault instanceof HubError) || fault.code !== 'too_long') throw fault;
    return { faults: [{ file, line: 1, column: 1, message: 'it takes the hub too long to read' }] };
  };
}

function namesIn(dir: string): string[] {
  if (lstatSync(dir, { throwIfNoEntry: false }) === undefined) return [];
  return readdirSync(dir)
    .filter((name) => NAME.test(name))
    .sort();
}
