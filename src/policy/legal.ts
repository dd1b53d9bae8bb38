// Laws that policies name, and the grounds of processing they know: how each is called, and what follows from it for the household.
import { LEGAL_BASES, type LegalBasisId, type Title } from '../model.js';

/** Laws a declaration may name under `law`. A word that is none of these is a misspelling, or wants to be added here. */
export const LAW_IDS = [
  '152-FZ', // Russia, personal data
  '149-FZ', // Russia, information
  '94-V', // Kazakhstan
  'GDPR', // European Union, Regulation (EU) 2016/679
  'ePrivacy', // European Union, Directive 2002/58/EC
  'UK GDPR',
  'FADP', // Switzerland
  'CCPA', // California
  'COPPA', // United States, children
  'HIPAA', // United States, health
  'PIPEDA', // Canada
  'LGPD', // Brazil
  'PIPL', // China
  'APPI', // Japan
  'PIPA', // South Korea
  'PDPA', // Singapore, Thailand, Malaysia
  'DPDP', // India
  'KVKK', // Turkey
  'POPIA', // South Africa
] as const;

/** What somebody may do about processing on a ground. `withdrawal`: take the consent back; `objection`: object to it. */
export type Consequence = 'withdrawal' | 'objection';

export interface BasisWords {
  readonly title: Title;
  readonly follows?: Consequence;
}

const CONSENT: BasisWords = { title: { en: 'consent', ru: 'согласие' }, follows: 'withdrawal' };
const WRITTEN_CONSENT: BasisWords = { title: { en: 'written consent', ru: 'письменное согласие' }, follows: 'withdrawal' };
const CONTRACT: BasisWords = { title: { en: 'contract', ru: 'договор' } };
const LEGAL_DUTY: BasisWords = { title: { en: 'a duty by law', ru: 'обязанность по закону' } };
const VITAL: BasisWords = { title: { en: 'life and health', ru: 'жизнь и здоровье' } };
const RESEARCH: BasisWords = { title: { en: 'research and statistics', ru: 'исследования и статистика' } };

/** In words: GDPR articles 6(1), 9(2), 7(3) and 21(1); 152-FZ articles 6(1), 9(2), 10(2), 11(1) and 15. */
export const BASIS_WORDS: Readonly<Record<LegalBasisId, BasisWords>> = {
  'GDPR 6(1)(a)': CONSENT,
  'GDPR 6(1)(b)': CONTRACT,
  'GDPR 6(1)(c)': LEGAL_DUTY,
  'GDPR 6(1)(d)': VITAL,
  'GDPR 6(1)(e)': { title: { en: 'a task in the public interest', ru: 'задача в общественных интересах' }, follows: 'objection' },
  'GDPR 6(1)(f)': { title: { en: 'legitimate interest', ru: 'законный интерес' }, follows: 'objection' },
  'GDPR 9(2)(a)': { title: { en: 'explicit consent', ru: 'явное согласие' }, follows: 'withdrawal' },
  'GDPR 9(2)(b)': { title: { en: 'employment and social law', ru: 'трудовое и социальное право' } },
  'GDPR 9(2)(c)': VITAL,
  'GDPR 9(2)(d)': { title: { en: 'an association and its members', ru: 'объединение и его участники' } },
  'GDPR 9(2)(e)': { title: { en: 'made public by the person', ru: 'обнародовано самим человеком' } },
  'GDPR 9(2)(f)': { title: { en: 'legal claims', ru: 'судебная защита прав' } },
  'GDPR 9(2)(g)': { title: { en: 'substantial public interest', ru: 'значимый общественный интерес' } },
  'GDPR 9(2)(h)': { title: { en: 'health care', ru: 'медицинская помощь' } },
  'GDPR 9(2)(i)': { title: { en: 'public health', ru: 'общественное здравоохранение' } },
  'GDPR 9(2)(j)': RESEARCH,
  '152-FZ 6(1)(1)': CONSENT,
  '152-FZ 6(1)(2)': LEGAL_DUTY,
  '152-FZ 6(1)(3)': { title: { en: 'court proceedings', ru: 'судопроизводство' } },
  '152-FZ 6(1)(4)': { title: { en: 'public services', ru: 'государственные услуги' } },
  '152-FZ 6(1)(5)': CONTRACT,
  '152-FZ 6(1)(6)': VITAL,
  '152-FZ 6(1)(7)': { title: { en: 'legitimate interest', ru: 'законный интерес' } },
  '152-FZ 6(1)(8)': { title: { en: 'journalism, science, art', ru: 'журналистика, наука, творчество' } },
  '152-FZ 6(1)(9)': RESEARCH,
  '152-FZ 6(1)(11)': { title: { en: 'to be published by law', ru: 'публикация по закону' } },
  '152-FZ 10(2)(1)': WRITTEN_CONSENT,
  '152-FZ 11(1)': WRITTEN_CONSENT,
  '152-FZ 15(1)': {
    title: { en: 'consent before any promotion', ru: 'предварительное согласие на рекламу' },
    follows: 'withdrawal',
  },
};

/** The ground of this name; undefined for one that is not in the list. */
export function legalBasisOf(text: string): LegalBasisId | undefined {
  return LEGAL_BASES.find((one) => one === text);
}

/** The law that a ground is one of. */
export function lawOf(basis: LegalBasisId): string {
  return basis.slice(0, basis.indexOf(' '));
}
