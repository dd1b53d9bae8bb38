// What a person may ask of who has their data, by the law that a declaration names: articles and terms, nothing else.
// A law that is not here gives no articles: the letter then stands on the policy alone, and says so.
import type { Title } from '../../model.js';

export const LETTERS = ['access', 'erasure', 'withdrawal'] as const;
/** `access`: what do you have of me; `erasure`: destroy it; `withdrawal`: I take my consent back. */
export type LetterKind = (typeof LETTERS)[number];

export interface Law {
  /** In full, with its date and number. */
  readonly title: Title;
  /** The language its authorities and operators write in. */
  readonly language: keyof Title;
  /** What is asked, with the article it is asked by. */
  readonly asks: Readonly<Record<LetterKind, readonly Title[]>>;
  /** By when an answer is due, with the article; absent where this page does not know it exactly. */
  readonly term: Readonly<Partial<Record<LetterKind, Title>>>;
}

/**
 * Federal Law No. 152-FZ of 27.07.2006, as amended by No. 266-FZ of 14.07.2022 (in force since 01.09.2022): articles 9(2), 14(1), 14(3),
 * 14(7), 20(1), 20(3), 21(5), 21(5.1).
 */
const RU_152: Law = {
  title: {
    en: 'Federal Law of the Russian Federation No. 152-FZ of 27 July 2006 “On Personal Data”',
    ru: 'Федеральный закон от 27.07.2006 № 152-ФЗ «О персональных данных»',
  },
  language: 'ru',
  asks: {
    access: [
      {
        en: 'Confirm whether you process my personal data and give me the information listed in part 7 of article 14: the legal grounds and purposes, the methods used, your name and location and who has access, the data themselves and where they came from, the terms of processing and storage, my rights, and any transfer across borders made or intended.',
        ru: 'Подтвердить факт обработки моих персональных данных и предоставить сведения, перечисленные в части 7 статьи 14: правовые основания и цели, применяемые способы обработки, наименование и место нахождения оператора и сведения о лицах, имеющих доступ, сами обрабатываемые данные и источник их получения, сроки обработки и хранения, порядок осуществления моих прав, сведения об осуществлённой или предполагаемой трансграничной передаче.',
      },
    ],
    erasure: [
      {
        en: 'Destroy those of my personal data that are not necessary for the stated purpose of processing or were obtained unlawfully (part 1 of article 14, part 3 of article 20), and tell me what was done.',
        ru: 'Уничтожить те мои персональные данные, которые не являются необходимыми для заявленной цели обработки или получены незаконно (часть 1 статьи 14, часть 3 статьи 20), и уведомить меня о принятых мерах.',
      },
      {
        en: 'Stop processing my personal data (part 5.1 of article 21).',
        ru: 'Прекратить обработку моих персональных данных (часть 5.1 статьи 21).',
      },
    ],
    withdrawal: [
      {
        en: 'I withdraw my consent to the processing of my personal data (part 2 of article 9).',
        ru: 'Я отзываю своё согласие на обработку персональных данных (часть 2 статьи 9).',
      },
      {
        en: 'Stop the processing and, where the data are no longer needed for its purposes, destroy them (part 5 of article 21). If you go on without my consent, name the ground for it.',
        ru: 'Прекратить обработку и, если сохранение данных более не требуется для целей обработки, уничтожить их (часть 5 статьи 21). Если обработка будет продолжена без согласия — указать её основание.',
      },
    ],
  },
  term: {
    access: {
      en: 'within ten working days of receiving this request (part 3 of article 14, part 1 of article 20)',
      ru: 'в течение десяти рабочих дней с момента получения запроса (часть 3 статьи 14, часть 1 статьи 20)',
    },
    erasure: {
      en: 'to destroy: within seven working days (part 3 of article 20); to stop processing: within ten working days of receiving this (part 5.1 of article 21)',
      ru: 'для уничтожения — не более семи рабочих дней (часть 3 статьи 20); для прекращения обработки — не более десяти рабочих дней с даты получения требования (часть 5.1 статьи 21)',
    },
    withdrawal: {
      en: 'within thirty days of receiving this withdrawal (part 5 of article 21)',
      ru: 'в срок, не превышающий тридцати дней с даты поступления отзыва (часть 5 статьи 21)',
    },
  },
};

/** Regulation (EU) 2016/679: articles 7(3), 12(3), 15(1), 15(3), 17(1), 19. */
const GDPR_TERM: Title = {
  en: 'without undue delay and in any event within one month of receipt (Article 12(3))',
  ru: 'без неоправданной задержки и в любом случае в течение одного месяца с момента получения (статья 12(3))',
};
const EU_GDPR: Law = {
  title: {
    en: 'Regulation (EU) 2016/679 (General Data Protection Regulation)',
    ru: 'Регламент (ЕС) 2016/679 (Общий регламент о защите данных, GDPR)',
  },
  language: 'en',
  asks: {
    access: [
      {
        en: 'Confirm whether you process personal data concerning me and give me the information of Article 15(1): purposes, categories, recipients, the period of storage, my rights, the source of the data and any automated decision-making.',
        ru: 'Подтвердить, обрабатываются ли мои персональные данные, и предоставить сведения по статье 15(1): цели, категории, получателей, срок хранения, мои права, источник данных и наличие автоматизированных решений.',
      },
      {
        en: 'Provide a copy of the personal data undergoing processing (Article 15(3)).',
        ru: 'Предоставить копию обрабатываемых персональных данных (статья 15(3)).',
      },
    ],
    erasure: [
      {
        en: 'Erase the personal data concerning me to which a ground of Article 17(1) applies, in particular those no longer necessary for the purposes for which they were collected (point (a)).',
        ru: 'Удалить мои персональные данные, к которым применимо одно из оснований статьи 17(1), прежде всего те, что более не нужны для целей, ради которых собраны (пункт (a)).',
      },
      {
        en: 'Tell each recipient to whom they were disclosed, and inform me about those recipients (Article 19).',
        ru: 'Сообщить об этом каждому получателю, которому данные были раскрыты, и назвать мне этих получателей (статья 19).',
      },
    ],
    withdrawal: [
      {
        en: 'I withdraw my consent to the processing of personal data concerning me (Article 7(3)).',
        ru: 'Я отзываю согласие на обработку моих персональных данных (статья 7(3)).',
      },
      {
        en: 'Erase the data that were processed on the ground of that consent alone (Article 17(1)(b)).',
        ru: 'Удалить данные, которые обрабатывались только на основании этого согласия (статья 17(1)(b)).',
      },
    ],
  },
  term: { access: GDPR_TERM, erasure: GDPR_TERM, withdrawal: GDPR_TERM },
};

/** Law of the Republic of Kazakhstan No. 94-V of 21.05.2013: articles 8 (consent and its withdrawal), 24 (rights of the subject). */
const KZ_94: Law = {
  title: {
    en: 'Law of the Republic of Kazakhstan No. 94-V of 21 May 2013 “On Personal Data and Their Protection”',
    ru: 'Закон Республики Казахстан от 21.05.2013 № 94-V «О персональных данных и их защите»',
  },
  language: 'ru',
  asks: {
    access: [
      {
        en: 'Tell me whether you have personal data of mine, and give me the information on their collection and processing (article 24).',
        ru: 'Сообщить о наличии у вас моих персональных данных и предоставить сведения об их сборе и обработке (статья 24).',
      },
    ],
    erasure: [
      {
        en: 'Destroy those of my personal data that were collected or processed in breach of the law (article 24).',
        ru: 'Уничтожить мои персональные данные, сбор и обработка которых произведены с нарушением законодательства (статья 24).',
      },
    ],
    withdrawal: [
      {
        en: 'I withdraw my consent to the collection and processing of my personal data (articles 8 and 24).',
        ru: 'Я отзываю согласие на сбор и обработку моих персональных данных (статьи 8 и 24).',
      },
    ],
  },
  term: {},
};

/** By the word that stands under `law` in a declaration. */
export const LAWS: ReadonlyMap<string, Law> = new Map([
  ['152-FZ', RU_152],
  ['GDPR', EU_GDPR],
  ['94-V', KZ_94],
]);
