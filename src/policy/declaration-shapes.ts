// The shape of a service's file and of the baseline (rules/README.md is their page for people).
import { isMap, isScalar, isSeq, type Node as YamlNode } from 'yaml';
import {
  CONTACT_USES,
  DEVICE_KINDS,
  type Declaration,
  type FieldRule,
  type LegalBasis,
  LIMIT_KINDS,
  type Need,
  PLACES,
  type PolicySource,
  type Purpose,
} from '../model.js';
import { parseSelector } from '../recognize/field-map/json-path.js';
import { legalBasisOf } from './legal.js';
import { clause, daysOrNone, list, mapOf, mapped, oneOf, onOff, optional, orElse, record, type Shape, text } from './schema.js';
import { action, category, title } from './shapes.js';
import type { Source } from './source.js';

/** Most words of an anchor: enough to find the place, too few to repeat a sentence. */
const ANCHOR_WORDS = 12;

const anchor: Shape<string> = {
  fallback: '',
  read(node, source) {
    const read = text().read(node, source);
    const words = read.split(/\s+/).filter((word) => word !== '').length;
    if (words > ANCHOR_WORDS) source.report(node, `an anchor has at most ${ANCHOR_WORDS} words: this has ${words}`);
    return read;
  },
};
/** What every entry says of the text. */
const cited = { clause, anchor: optional(anchor) };

const country = text({ pattern: /^[A-Z]{2}$/, otherwise: 'must be a country in two capital letters (ISO 3166-1)' });
const region = text({
  pattern: /^(?:[A-Z]{2}|EEA)$/,
  otherwise: 'must be a country in two capital letters (ISO 3166-1), EU or EEA',
});
const date = text({ pattern: /^\d{4}-\d{2}-\d{2}$/, otherwise: 'must be a date like 2023-11-23' });
const hostName = text({
  pattern: /^(?:\*\.)?(?:[a-z0-9_](?:[a-z0-9_-]*[a-z0-9])?\.)+[a-z0-9-]*[a-z0-9]$/,
  otherwise: 'must be a host name in lower case, or `*.` and one',
});

const host = record({
  name: hostName,
  operator: oneOf(['confirmed', 'unconfirmed']),
  country: optional(country),
  clause: optional(clause),
  anchor: optional(anchor),
  note: optional(title),
});

type RawNeed = Omit<Need, 'clause'> & { readonly clause?: string };

const needRecord = record({
  category,
  clause: optional(clause),
  anchor: optional(anchor),
  necessary: orElse(onOff, true),
  granularity: orElse(oneOf(['exact', 'coarse']), 'exact'),
  in: optional(list(oneOf(PLACES, 'place'))),
  when: optional(list(oneOf(DEVICE_KINDS, 'kind of device'))),
  mapped: optional(onOff),
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

type RawBasis = { readonly basis: string; readonly clause?: string; readonly anchor?: string };
const basisRecord = record({ basis: text(), clause: optional(clause), anchor: optional(anchor) });

/** A ground, its short form (the ground alone), or several of either. */
const legalBasis: Shape<readonly RawBasis[]> = {
  fallback: [],
  read(node, source) {
    if (isSeq<YamlNode>(node)) return node.items.flatMap((item) => source.value(legalBasis, item));
    if (isMap(node)) return [basisRecord.read(node, source)];
    const short = { basis: text().read(node, source) };
    source.placeScalar(short, node);
    return [short];
  },
};

const purposeId = text({ pattern: /^[a-z][a-z0-9_]*$/, otherwise: 'must be a purpose id in snake_case' });

const purpose: Shape<Omit<Purpose, 'id'>> = mapped(
  record({
    title,
    says: title,
    ...cited,
    ground: oneOf(['declared', 'implied']),
    legal_basis: orElse(legalBasis, []),
    default: onOff,
    each_time: orElse(onOff, false),
    formerly: orElse(list(purposeId), []),
    needs: list(need),
  }),
  ({ legal_basis: bases, each_time: eachTime, needs, ...rest }, source) => ({
    ...rest,
    eachTime,
    legalBasis: bases.map((raw) => withBasis(raw, rest, source)),
    needs: needs.map((raw) => withClause(raw, rest, source)),
  }),
);

type Outer = Pick<Purpose, 'clause' | 'anchor'>;

/** An entry without a clause of its own cites the purpose's, and is found by the same words. */
function citedLike(raw: { readonly clause?: string; readonly anchor?: string }, outer: Outer): Outer {
  if (raw.clause !== undefined && raw.clause !== outer.clause)
    return { clause: raw.clause, ...(raw.anchor === undefined ? {} : { anchor: raw.anchor }) };
  const found = raw.anchor ?? outer.anchor;
  return { clause: outer.clause, ...(found === undefined ? {} : { anchor: found }) };
}

function withClause(raw: RawNeed, outer: Outer, source: Source): Need {
  const made = { ...raw, ...citedLike(raw, outer) };
  source.placeLike(made, raw);
  return made;
}

function withBasis(raw: RawBasis, outer: Outer, source: Source): LegalBasis {
  const basis = legalBasisOf(raw.basis);
  const made = { ...(basis === undefined ? {} : { basis }), text: raw.basis, ...citedLike(raw, outer) };
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

const limit = record({
  kind: oneOf(LIMIT_KINDS, 'kind of limit'),
  ...cited,
  says: title,
  days: optional(daysOrNone),
  countries: optional(list(country)),
  categories: optional(list(category)),
  purposes: optional(list(purposeId)),
});

const contact = record({
  kind: oneOf(['email', 'address', 'form', 'phone']),
  to: text(),
  for: list(oneOf(CONTACT_USES, 'thing to write about')),
  subject: optional(text()),
  ...cited,
  note: optional(title),
});

const recipient = record({
  name: text(),
  does: optional(title),
  ...cited,
  country: optional(country),
  hosts: orElse(list(hostName), []),
  categories: optional(list(category)),
  purposes: optional(list(purposeId)),
});

const controller = record({
  name: text(),
  role: orElse(oneOf(['controller', 'processor', 'representative']), 'controller'),
  country: optional(country),
  regions: orElse(list(region), []),
  ...cited,
  note: optional(title),
});

const policySource: Shape<PolicySource> = mapped(
  record({
    retrieved: date,
    sha256: text({ pattern: /^[0-9a-f]{64}$/, otherwise: 'must be a SHA-256 as 64 hex digits in lower case' }),
    version: optional(text()),
    read_by: text(),
    reviewed_by: optional(text()),
  }),
  ({ read_by: readBy, reviewed_by: reviewedBy, ...rest }) => ({
    ...rest,
    readBy,
    ...(reviewedBy === undefined ? {} : { reviewedBy }),
  }),
);

/** A service's file, or the baseline. */
export const declarationFile: Shape<Declaration> = mapped(
  record({
    id: text({ pattern: /^[a-z0-9][a-z0-9-]*$/, otherwise: 'must be a service id: lower-case letters, digits and `-`' }),
    title,
    operator: record({ name: text(), country: optional(country), note: optional(title) }),
    policy: record({ title: text(), url: text(), law: list(text()), effective: optional(date) }),
    source: optional(policySource),
    controllers: orElse(list(controller), []),
    contacts: orElse(list(contact), []),
    hosts: orElse(list(host), []),
    purposes: mapOf(purposeId, purpose),
    unjustified: orElse(list(record({ category, ...cited, note: optional(title) })), []),
    excluded: orElse(list(record({ category, ...cited, note: optional(title) })), []),
    cookies: optional(record({ says: title, keep: list(category), ...cited })),
    recipients: orElse(list(recipient), []),
    limits: orElse(list(limit), []),
    readings: orElse(list(record({ ...cited, taken: title, other: title, why: title })), []),
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
