// The shapes of the rules files (rules/README.md is their page for people).
import { isScalar, type Node as YamlNode } from 'yaml';
import {
  ACTIONS,
  CATEGORY_IDS,
  type Category,
  type CategoryId,
  type Declaration,
  type FieldRule,
  LIMIT_KINDS,
  type Need,
  PLACES,
  type Purpose,
  type Title,
  VOCABULARY_IDS,
  type VocabularyId,
  type WordList,
} from '../model.js';
import { parseSelector } from '../recognize/field-map/json-path.js';
import { clause, daysOrNone, list, mapOf, mapped, oneOf, onOff, optional, orElse, record, type Shape, text } from './schema.js';
import type { Source } from './source.js';

/** Families of the taxonomy (DESIGN section 1). */
const FAMILIES = ['network', 'device', 'person', 'operation', 'intimate', 'fingerprint', 'secret', 'unclassified'] as const;

const title: Shape<Title> = record({ en: text(), ru: text() });
const category = oneOf(CATEGORY_IDS, 'category');
const action = oneOf(ACTIONS, 'action');
const term = text({
  pattern: /^(?:dpv|pd|tech|hubsieve):[A-Z][A-Za-z0-9-]*$/,
  otherwise: 'must be a term: dpv:…, pd:…, tech:… or hubsieve:…',
});
/** `=` takes a whole name as it is written; the others are the words that names are cut into. */
const namePattern = text({
  pattern: /^(?!.*\p{Lu})(?:=\S.*|[~?^]?[\p{L}\p{N}]+(?: [\p{L}\p{N}]+)*)$/u,
  otherwise: 'a name pattern is lower-case words with one blank between them, `~`, `?` or `^` and words, or `=` and a whole name',
});

/** One category as the file has it: everything but its id. */
export type CategoryEntry = Omit<Category, 'id'>;

export const categoriesFile = record({
  categories: mapOf<CategoryId, CategoryEntry>(
    category,
    mapped(
      record({
        title,
        family: oneOf(FAMILIES, 'family'),
        term,
        broader: optional(term),
        holds: orElse(list(oneOf(['text', 'number', 'boolean', 'bytes'], 'kind of value')), ['text']),
        without_purpose: action,
        names: orElse(list(namePattern), []),
      }),
      ({ without_purpose: withoutPurpose, ...rest }) => ({ ...rest, withoutPurpose }),
    ),
  ),
});

const word = text({ pattern: /^(?!.*\p{Lu})\S(?:.*\S)?$/u, otherwise: 'a word is lower case, without blanks around it' });
const language = text({ pattern: /^(?:any|[a-z]{2})$/, otherwise: 'must be a language in two letters (ISO 639-1), or `any`' });

export const vocabularyFile = record({
  lists: mapOf<VocabularyId, WordList>(
    oneOf(VOCABULARY_IDS, 'list'),
    mapped(mapOf(language, list(word)), (byLanguage) => Object.fromEntries(byLanguage)),
  ),
});

const country = text({ pattern: /^[A-Z]{2}$/, otherwise: 'must be a country in two capital letters (ISO 3166-1)' });

const host = record({
  name: text({
    pattern: /^(?:\*\.)?(?:[a-z0-9_](?:[a-z0-9_-]*[a-z0-9])?\.)+[a-z0-9-]*[a-z0-9]$/,
    otherwise: 'must be a host name in lower case, or `*.` and one',
  }),
  operator: oneOf(['confirmed', 'unconfirmed']),
  country: optional(country),
  clause: optional(clause),
  note: optional(title),
});

type RawNeed = Omit<Need, 'clause'> & { readonly clause?: string };

const needRecord = record({
  category,
  clause: optional(clause),
  necessary: orElse(onOff, true),
  granularity: orElse(oneOf(['exact', 'coarse']), 'exact'),
  note: optional(title),
});

/** A need, or its short form: the category alone. */
const need: Shape<RawNeed> = {
  fallback: needRecord.fallback,
  read(node, source) {
    if (!isScalar(node)) return needRecord.read(node, source);
    const short = { category: category.read(node, source), necessary: true, granularity: 'exact' as const };
    source.placeScalar(short, node);
    return short;
  },
};

const purpose: Shape<Omit<Purpose, 'id'>> = mapped(
  record({
    title,
    says: title,
    clause,
    ground: oneOf(['declared', 'implied']),
    legal_basis: optional(text()),
    default: onOff,
    needs: list(need),
  }),
  ({ legal_basis: legalBasis, needs, ...rest }, source) => ({
    ...rest,
    ...(legalBasis === undefined ? {} : { legalBasis }),
    needs: needs.map((raw) => withClause(raw, rest.clause, source)),
  }),
);

function withClause(raw: RawNeed, inherited: string, source: Source): Need {
  const made = { ...raw, clause: raw.clause ?? inherited };
  source.placeLike(made, raw);
  return made;
}

const selector: Shape<string> = {
  fallback: '$',
  read(node, source) {
    const read = text().read(node, source);
    const parsed = read === '' ? undefined : parseSelector(read);
    if (parsed?.ok === false) source.report(node, `bad selector: ${parsed.message}`, columnsInto(node, parsed.column));
    return parsed?.ok ? read : '$';
  },
};

/** How far into a scalar its column stands: exact for plain and quoted text on one line without YAML escapes. */
function columnsInto(node: YamlNode, column: number): number {
  if (!isScalar(node) || node.source === undefined) return 0;
  if (node.type === 'PLAIN') return column - 1;
  return node.type === 'QUOTE_DOUBLE' || node.type === 'QUOTE_SINGLE' ? column : 0;
}

const field: Shape<FieldRule> = mapped(
  record({ in: orElse(oneOf(PLACES, 'place'), 'body'), path: selector, category }),
  (rule, source) => {
    return { ...rule, source: `${source.label}:${source.placeOf(rule).line}` };
  },
);

const purposeId = text({ pattern: /^[a-z][a-z0-9_]*$/, otherwise: 'must be a purpose id in snake_case' });

/** A service's file, or the baseline. */
export const declarationFile: Shape<Declaration> = mapped(
  record({
    id: text({ pattern: /^[a-z0-9][a-z0-9-]*$/, otherwise: 'must be a service id: lower-case letters, digits and `-`' }),
    title,
    operator: record({ name: text(), country: optional(country), note: optional(title) }),
    policy: record({
      title: text(),
      url: text(),
      law: list(text()),
      effective: optional(text({ pattern: /^\d{4}-\d{2}-\d{2}$/, otherwise: 'must be a date like 2023-11-23' })),
    }),
    hosts: orElse(list(host), []),
    purposes: mapOf(purposeId, purpose),
    unjustified: orElse(list(record({ category, clause })), []),
    limits: orElse(
      list(
        record({
          kind: oneOf(LIMIT_KINDS, 'kind of limit'),
          clause,
          says: title,
          days: optional(daysOrNone),
          countries: optional(list(country)),
        }),
      ),
      [],
    ),
    readings: orElse(list(record({ clause, taken: title, other: title, why: title })), []),
    stricter: orElse(mapOf(category, action), new Map()),
    fields: orElse(list(field), []),
  }),
  ({ purposes, stricter, ...rest }, source) => {
    const own = Object.fromEntries(stricter) as Declaration['stricter'];
    source.placeLike(own, stricter);
    return { ...rest, purposes: [...purposes].map(([id, read]) => withId(id, read, source)), stricter: own };
  },
);

function withId(id: string, read: Omit<Purpose, 'id'>, source: Source): Purpose {
  const made = { id, ...read };
  source.placeLike(made, read);
  return made;
}
