// The rules: YAML -> compiled, or all of its faults. A rules file loads whole or not at all; a typo never weakens the filter.
import { createHash } from 'node:crypto';
import { HubError } from '../errors.js';
import type { Category, CategoryId, Declaration, Rules } from '../model.js';
import { closeRules } from './closed.js';
import type { CompiledRules } from './compiled.js';
import { checkDeclaration, checkHosts, checkTaxonomy, checkVocabulary, checkWhole } from './contradictions.js';
import { declarationFile } from './declaration-shapes.js';
import { parseTerms } from './dpv.js';
import { remarkOnDeclaration, remarkOnNames, remarkOnTaxonomy } from './remarks.js';
import { categoriesFile, type Lists, type Taxonomy, vocabularyFile } from './shapes.js';
import { Enough, type Fault, type Position, type ReadFile, type Report, Source } from './source.js';
import { mergeTaxonomies, mergeVocabularies } from './taxonomy.js';
import { checkTexts } from './texts.js';

export type { Fault } from './source.js';

/**
 * One file of a rules directory. `name` ends in `categories.yaml`, `vocabulary.yaml`, `baseline.yaml`, `dpv-terms.txt` or
 * `services/<id>.yaml`; what stands before that is the directory. The first file's directory is the main one. A file of another directory
 * (the config's `rules`) replaces the one of the same role whole, or adds a service; a taxonomy changes the main one, and a vocabulary
 * adds to it (policy/taxonomy.ts).
 */
export interface RulesFile {
  readonly name: string;
  readonly text: string;
}

/** A file with its place: `root` is its directory, `role` what it is there. */
interface Placed {
  readonly root: string;
  readonly role: string;
  readonly text: string;
}

/** What the files say, by role: `categories.yaml`, `services/cosori.yaml` and so on. */
interface Contents {
  readonly terms: Map<string, ReadonlySet<string>>;
  /** The main directory's first. */
  readonly taxonomies: ReadFile<Taxonomy>[];
  readonly vocabularies: ReadFile<Lists>[];
  readonly declarations: Map<string, ReadFile<Declaration>>;
}

const ROLE = /^(.*\/)?(categories\.yaml|vocabulary\.yaml|baseline\.yaml|dpv-terms\.txt|services\/[^/]+\.yaml)$/;
const TERMS = 'dpv-terms.txt';
const CATEGORIES = 'categories.yaml';
const VOCABULARY = 'vocabulary.yaml';
const BASELINE = 'baseline.yaml';
/** The id of the declaration that services without a file are held to. */
const BASELINE_ID = 'unknown';

/**
 * Loads all rules. Throws `HubError('rules')` with every fault of every file as its `cause` (`faultsOf` gives them). `compiled`: what was
 * made of such files before; given back where these are the very same.
 */
export function loadRules(files: readonly RulesFile[], compiled?: CompiledRules): Rules {
  if (compiled !== undefined && isMadeOf(compiled, files)) return compiled.rules;
  const { faults, rules } = readRules(files);
  const [first] = faults;
  if (!first && rules) return rules;
  const more = faults.length > 1 ? `, and ${faults.length - 1} more` : '';
  throw new HubError('rules', first ? formatFault(first) + more : '', { cause: faults });
}

/** Whether the rules were compiled from just these files: all in their places in one directory of the same name, to the last byte. */
function isMadeOf({ label: made, rules }: CompiledRules, files: readonly RulesFile[]): boolean {
  let isWhole = files.length > 0;
  const placed = files.flatMap((file) => place(file, () => (isWhole = false)));
  const main = placed[0]?.root ?? '';
  isWhole &&= placed.every(({ root }) => root === main) && label(main) === made;
  return isWhole && hashOf(placed, main) === rules.hash;
}

/** The name of the directory that the files stand in, as rules say it (`CompiledRules.label`). */
export function labelOf([first]: readonly RulesFile[]): string {
  return first === undefined ? '' : label(ROLE.exec(first.name)?.[1] ?? '');
}

/** What else the rules are held against, and how much is told of them. */
export interface CheckOptions {
  /** `2026-11-30`; absent: dates are not asked whether they lie ahead. */
  readonly today?: string;
  /** The texts of policies by the id of their service: their hashes and the anchors of every entry are looked for in them. */
  readonly texts?: ReadonlyMap<string, string>;
  /** Of more faults, or remarks, than these only the first that were found; absent: all. */
  readonly most?: number;
}

/** Every fault and remark of the rules, by file, line and column. Rules without a fault can be loaded, remarks or not. */
export function checkRules(files: readonly RulesFile[], options: CheckOptions = {}): readonly Fault[] {
  const { faults, remarks } = readRules(files, options);
  return [...faults, ...remarks].sort(byPlace);
}

/** `file:line:column: message`. */
export function formatFault({ file, line, column, message }: Fault): string {
  return `${file}:${line}:${column}: ${message}`;
}

/** The faults that an error of `loadRules` or `readRulesDir` carries; none for any other error. */
export function faultsOf(error: unknown): readonly Fault[] {
  return error instanceof HubError && error.code === 'rules' && Array.isArray(error.cause) ? (error.cause as Fault[]) : [];
}

/** The rules, and their faults and remarks by file, line and column. */
export interface ReadRules {
  readonly faults: readonly Fault[];
  readonly remarks: readonly Fault[];
  /** Undefined: there are faults. */
  readonly rules: Rules | undefined;
}

export function readRules(files: readonly RulesFile[], options: CheckOptions = {}): ReadRules {
  const { most = Number.POSITIVE_INFINITY } = options;
  const faults: Fault[] = [];
  const remarks: Fault[] = [];
  const report = (at: Position, message: string): void => {
    if (faults.length >= most) throw new Enough();
    faults.push({ ...at, message });
  };
  const remark = (at: Position, message: string): void => {
    if (remarks.length < most) remarks.push({ ...at, message, isRemark: true });
  };
  let rules: Rules | undefined;
  try {
    rules = compile(files, options, report, remark);
  } catch (cause) {
    if (!(cause instanceof Enough)) throw cause;
  }
  faults.sort(byPlace);
  remarks.sort(byPlace);
  return { faults, remarks, rules: faults.length === 0 ? rules : undefined };
}

/** Undefined where a file of the main directory is missing or cannot be read; everything wrong is reported. */
function compile(files: readonly RulesFile[], options: CheckOptions, report: Report, remark: Report): Rules | undefined {
  const placed = files.flatMap((file) => place(file, report));
  const contents = readAll(placed, report, options.most);
  const main = placed[0]?.root ?? '';
  const present = new Set(placed.map(({ role }) => role));
  for (const role of [CATEGORIES, VOCABULARY, BASELINE, TERMS]) {
    if (!present.has(role)) report(startOf(main + role), 'the file is missing');
  }
  const { terms, declarations, taxonomies, vocabularies } = contents;
  const [first] = taxonomies;
  if (first) checkWhole(first, report);
  if (vocabularies[0]) checkVocabulary(vocabularies[0], report);
  for (const file of taxonomies) {
    checkTaxonomy(file, terms.get(TERMS) ?? new Set(), report);
    remarkOnTaxonomy(file, remark);
  }
  const vocabulary = first && vocabularies[0] && mergeVocabularies(vocabularies, first.content, remark);
  const taxonomy = first && vocabulary && mergeTaxonomies(taxonomies, vocabulary, remark);
  const names = first && taxonomy && vocabulary && remarkOnNames(first, taxonomy, vocabulary, remark);
  for (const file of declarations.values()) {
    checkDeclaration(file, taxonomy, report);
    remarkOnDeclaration(file, { names, categories: taxonomy, today: options.today }, remark);
  }
  if (options.texts !== undefined) checkTexts([...declarations.values()], options.texts, remark);
  const baseline = declarations.get(BASELINE);
  const services = [...declarations].filter(([role]) => role !== BASELINE).map(([, file]) => file);
  checkHosts(services, baseline, report);
  if (!taxonomy || !vocabulary || !baseline) return undefined;
  return compiled(hashOf(placed, main), taxonomy, vocabulary, services, baseline.content);
}

/** By file, line and column. */
export function byPlace(a: Fault, b: Fault): number {
  return compare(a.file, b.file) || a.line - b.line || a.column - b.column;
}

function compiled(
  hash: string,
  taxonomy: Taxonomy,
  vocabulary: Lists,
  services: readonly ReadFile<Declaration>[],
  baseline: Declaration,
): Rules {
  const categories = new Map<CategoryId, Category>();
  for (const [id, entry] of taxonomy) categories.set(id, { id, ...entry });
  const byId = new Map(services.map(({ content }) => [content.id, content]));
  return closeRules({ hash, categories, vocabulary, services: byId, baseline });
}

function place({ name, text }: RulesFile, report: Report): Placed[] {
  const [, root = '', role] = ROLE.exec(name) ?? [];
  if (role !== undefined) return [{ root, role, text }];
  report(
    startOf(name),
    'not a rules file: expected categories.yaml, vocabulary.yaml, baseline.yaml, dpv-terms.txt or services/<id>.yaml',
  );
  return [];
}

/** Reads every file; of two services in one role, the one of the later directory stands. */
function readAll(placed: readonly Placed[], report: Report, most: number | undefined): Contents {
  const contents: Contents = { terms: new Map(), taxonomies: [], vocabularies: [], declarations: new Map() };
  const seen = new Set<string>();
  for (const { root, role, text } of placed) {
    const name = root + role;
    if (seen.has(name)) report(startOf(name), 'the file is given twice');
    seen.add(name);
    const source = new Source(name, text, label(root) + role, most);
    try {
      if (role === TERMS) contents.terms.set(role, parseTerms(text));
      else if (role === CATEGORIES) contents.taxonomies.push({ source, content: source.read(categoriesFile).categories });
      else if (role === VOCABULARY) contents.vocabularies.push({ source, content: source.read(vocabularyFile).lists });
      else contents.declarations.set(role, readDeclaration(source, role));
    } finally {
      for (const { message, ...at } of source.faults) report(at, message);
    }
  }
  return contents;
}

function readDeclaration(source: Source, role: string): ReadFile<Declaration> {
  const content = source.read(declarationFile);
  const id = role === BASELINE ? BASELINE_ID : role.slice('services/'.length, -'.yaml'.length);
  if (content.id !== '' && content.id !== id) {
    const { line, column } = source.placeOf(content, 'id');
    source.faults.push({ file: source.file, line, column, message: `\`id\` must be \`${id}\`, as the file is named` });
  }
  return { source, content };
}

/** The directory's own name, so that a rule's source reads the same wherever the rules are installed. */
function label(root: string): string {
  const name = root
    .split('/')
    .filter((part) => part !== '')
    .at(-1);
  return name === undefined ? '' : `${name}/`;
}

/** Over names and bytes, in the order of the names; the directory counts by its rank, not by its path on this machine. */
function hashOf(placed: readonly Placed[], main: string): string {
  const roots = [...new Set([main, ...placed.map(({ root }) => root)])];
  const hash = createHash('sha256');
  const named = placed.map(({ root, role, text }) => ({ name: `${roots.indexOf(root)}/${role}`, text }));
  for (const { name, text } of named.sort((a, b) => compare(a.name, b.name))) {
    hash.update(`${name}\n${Buffer.byteLength(text)}\n`).update(text);
  }
  return `sha256:${hash.digest('hex')}`;
}

function startOf(file: string): Position {
  return { file, line: 1, column: 1 };
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
