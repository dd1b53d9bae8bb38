// Rules as they were compiled when the hub was built, so that a start need not read 200 KB of YAML again. They count only for the very
// same files under the same compiler (rules-files.ts): everything else is compiled from its YAML, as ever.
import type { Category, Declaration, Rules, VocabularyId, WordList } from '../model.js';

/** Compiled rules of one directory. */
export interface CompiledRules {
  /** The directory's own name, which the rules say as their source. */
  readonly label: string;
  readonly rules: Rules;
}

interface Form {
  readonly compiler: string;
  readonly label: string;
  readonly hash: string;
  readonly categories: readonly Category[];
  readonly vocabulary: readonly (readonly [VocabularyId, WordList])[];
  readonly services: readonly Declaration[];
  readonly baseline: Declaration;
}

/** The text of compiled rules. `compiler` says by what they were compiled. */
export function formatCompiled({ label, rules }: CompiledRules, compiler: string): string {
  const { hash, categories, vocabulary, services, baseline } = rules;
  return JSON.stringify({
    compiler,
    label,
    hash,
    categories: [...categories.values()],
    vocabulary: [...vocabulary],
    services: [...services.values()],
    baseline,
  } satisfies Form);
}

/** Compiled rules from their text; undefined where another compiler made them, or the text is none: then the YAML is read. */
export function parseCompiled(text: string, compiler: string): CompiledRules | undefined {
  let form: Form;
  try {
    form = JSON.parse(text) as Form;
  } catch {
    return undefined;
  }
  if (form.compiler !== compiler) return undefined;
  const { label, hash, categories, vocabulary, services, baseline } = form;
  const rules: Rules = {
    hash,
    categories: new Map(categories.map((category) => [category.id, category])),
    vocabulary: new Map(vocabulary),
    services: new Map(services.map((service) => [service.id, service])),
    baseline,
  };
  return { label, rules };
}
