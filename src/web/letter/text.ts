// A letter to a service's operator: what is asked by which article, and what this home's records show. A draft in plain text; never a value.
import type { CategoryId, Declaration, Rules, Title } from '../../model.js';
import { LAWS, type Law, type LetterKind } from './laws.js';

type Lang = keyof Title;

/** How often fields of a category left the home, as they were and changed. */
export interface Left {
  readonly category: CategoryId;
  readonly asIs: number;
  readonly changed: number;
}

export interface LetterFacts {
  readonly rules: Rules;
  readonly declaration: Declaration;
  readonly left: readonly Left[];
  readonly fromMs: number;
  readonly untilMs: number;
}

const WORDS = {
  en: {
    draft:
      'DRAFT made by a home hub from its own records. It is no legal advice. Read it, fill in the lines, strike out what does not fit, and send it yourself: nothing has been sent.',
    to: 'To',
    by_way: 'By way of',
    subjectMark: 'The policy asks for this subject',
    policy: 'Privacy policy',
    from: 'From (name, address for the answer)',
    account: 'Account with you (e-mail or phone number given to you)',
    date: 'Date',
    signature: 'Signature',
    blank: '______________________________',
    subject: {
      access: 'Request for access to my personal data',
      erasure: 'Request to destroy my personal data and to stop processing them',
      withdrawal: 'Withdrawal of consent to the processing of personal data',
    },
    by: (law: string) => `By the ${law}:`,
    noLaw:
      'The privacy policy names no law whose articles this draft knows. Name the law that protects you, or ask by the policy itself:',
    plain: {
      access: 'Tell me which personal data of mine you have, for which purposes, from where, and to whom you gave them.',
      erasure: 'Destroy my personal data and stop processing them, and tell me what was done.',
      withdrawal: 'I withdraw my consent to the processing of my personal data.',
    },
    term: (term: string) => `Term for the answer: ${term}.`,
    clauses: 'Your policy itself speaks of these rights in',
    records: (from: string, until: string) =>
      `The records of my home hub show that between ${from} and ${until} my devices sent you data of these kinds (how many fields; no values are kept):`,
    asIs: 'as they were',
    changed: 'changed (made coarser or replaced)',
    none: 'The records of my home hub show no readable data sent to you in that time; data that it could not read may have been sent.',
    promised: (clause: string) => `your policy promises not to take it (${clause})`,
    more: 'The hub counts only what passed through it and could be read: you may have more.',
  },
  ru: {
    draft:
      'ЧЕРНОВИК, составленный домашним хабом по его записям. Это не юридическая консультация. Прочтите, заполните строки, вычеркните лишнее и отправьте сами: ничего не отправлено.',
    to: 'Кому',
    by_way: 'Куда',
    subjectMark: 'Политика требует такой темы письма',
    policy: 'Политика конфиденциальности',
    from: 'От кого (имя, адрес для ответа)',
    account: 'Моя учётная запись у вас (указанные вам почта или телефон)',
    date: 'Дата',
    signature: 'Подпись',
    blank: '______________________________',
    subject: {
      access: 'Запрос о доступе к моим персональным данным',
      erasure: 'Требование уничтожить мои персональные данные и прекратить их обработку',
      withdrawal: 'Отзыв согласия на обработку персональных данных',
    },
    by: (law: string) => `На основании: ${law}:`,
    noLaw:
      'Политика не называет закона, статьи которого знает этот черновик. Укажите закон, который вас защищает, или просите по самой политике:',
    plain: {
      access: 'Сообщите, какие мои персональные данные у вас есть, для каких целей, откуда они и кому переданы.',
      erasure: 'Уничтожьте мои персональные данные, прекратите их обработку и сообщите, что сделано.',
      withdrawal: 'Я отзываю согласие на обработку моих персональных данных.',
    },
    term: (term: string) => `Срок ответа: ${term}.`,
    clauses: 'Об этих правах говорит и сама ваша политика:',
    records: (from: string, until: string) =>
      `Записи моего домашнего хаба показывают, что с ${from} по ${until} мои устройства отправляли вам данные таких видов (число полей; значения не хранятся):`,
    asIs: 'как есть',
    changed: 'в изменённом виде (огрублены или заменены)',
    none: 'По записям моего домашнего хаба, за это время прочитанных данных вам не уходило; могли уйти данные, которые хаб не смог прочитать.',
    promised: (clause: string) => `ваша политика обещает это не брать (${clause})`,
    more: 'Хаб считает только то, что прошло через него и что он смог прочитать: у вас может быть больше.',
  },
} as const;

/** Said for the papers of who signs it: 152-FZ, article 14(3), lists what a request has to hold. */
const RU_IDENTITY: Title = {
  en: 'Identity document (number, date of issue, issued by), as part 3 of article 14 asks',
  ru: 'Документ, удостоверяющий личность (номер, дата выдачи, кем выдан), — по части 3 статьи 14',
};

const day = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

/** The laws a declaration names that have articles here. */
const lawsOf = ({ policy }: Declaration): readonly [word: string, law: Law][] =>
  policy.law.flatMap((word) => {
    const law = LAWS.get(word);
    return law === undefined ? [] : [[word, law] as const as [string, Law]];
  });

/** The language to write to the operator in: that of the first law it names. */
export const languageOf = (declaration: Declaration): Lang => lawsOf(declaration)[0]?.[1].language ?? 'en';

/** The letter in the operator's language, and below it in the household's where that is another. */
export function letter(facts: LetterFacts, kind: LetterKind, lang: Lang): string {
  const first = languageOf(facts.declaration);
  const both = first === lang ? [first] : [first, lang];
  return both.map((one) => letterIn(facts, kind, one)).join(`\n${'='.repeat(78)}\n\n`);
}

function letterIn(facts: LetterFacts, kind: LetterKind, lang: Lang): string {
  const { declaration } = facts;
  const w = WORDS[lang];
  const laws = lawsOf(declaration);
  const { title, url, effective } = declaration.policy;
  const lines = [
    `[${w.draft}]`,
    '',
    `${w.to}: ${declaration.operator.name}`,
    ...contactLines(declaration, kind, lang),
    `${w.policy}: ${title}${effective === undefined ? '' : ` (${effective})`}, ${url}`,
    `${w.from}: ${w.blank}`,
    `${w.account}: ${w.blank}`,
  ];
  if (laws.some(([word]) => word === '152-FZ')) lines.push(`${RU_IDENTITY[lang]}: ${w.blank}`);
  lines.push('', w.subject[kind].toUpperCase(), '');
  if (laws.length === 0) lines.push(w.noLaw, '', `1. ${w.plain[kind]}`, '');
  for (const [, law] of laws) {
    lines.push(w.by(law.title[lang]), '', ...law.asks[kind].map((ask, index) => `${index + 1}. ${ask[lang]}`), '');
    const term = law.term[kind];
    if (term !== undefined) lines.push(w.term(term[lang]), '');
  }
  const clauses = [...new Set(declaration.limits.filter((one) => one.kind === 'rights').map(({ clause }) => clause))];
  if (clauses.length > 0) lines.push(`${w.clauses} ${clauses.join('; ')}.`, '');
  lines.push(...recordsOf(facts, lang), '', `${w.date}: ${w.blank}`, `${w.signature}: ${w.blank}`, '');
  return lines.join('\n');
}

/** Where the policy takes such a letter, and with which subject. */
function contactLines({ contacts }: Declaration, kind: LetterKind, lang: Lang): string[] {
  const w = WORDS[lang];
  return contacts
    .filter(({ for: uses }) => uses.includes(kind))
    .flatMap(({ to, subject, clause }) => [
      `${w.by_way}: ${to} (${clause})`,
      ...(subject === undefined ? [] : [`${w.subjectMark}: ${subject}`]),
    ]);
}

function recordsOf({ rules, declaration, left, fromMs, untilMs }: LetterFacts, lang: Lang): string[] {
  const w = WORDS[lang];
  const sent = left.filter(({ asIs, changed }) => asIs + changed > 0).sort((a, b) => b.asIs - a.asIs || b.changed - a.changed);
  if (sent.length === 0) return [w.none];
  const rows = sent.map(({ category, asIs, changed }) => {
    const excluded = declaration.excluded.find((one) => one.category === category);
    const counts = [
      asIs > 0 ? `${w.asIs}: ${asIs}` : '',
      changed > 0 ? `${w.changed}: ${changed}` : '',
      excluded === undefined ? '' : w.promised(excluded.clause),
    ].filter(Boolean);
    return `- ${rules.categories.get(category)?.title[lang] ?? category} — ${counts.join(', ')}`;
  });
  return [w.records(day(fromMs), day(untilMs)), '', ...rows, '', w.more];
}
