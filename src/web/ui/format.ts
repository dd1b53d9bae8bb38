// Numbers, dates and plurals of a language, by Intl alone.
export type Lang = 'en' | 'ru';

export interface Format {
  readonly lang: Lang;
  number(value: number): string;
  percent(share: number): string;
  bytes(value: number): string;
  /** `14:05`, with the day when it is not today. */
  time(ms: number): string;
  /** Day, month, hour, minute, second. */
  full(ms: number): string;
  hour(ms: number): string;
  day(ms: number): string;
  /** `3 minutes ago`, `in 10 minutes`. */
  ago(ms: number, nowMs?: number): string;
  list(items: readonly string[]): string;
}

const UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte'] as const;
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

export function makeFormat(lang: Lang): Format {
  const locale = lang === 'ru' ? 'ru-RU' : 'en-GB';
  const number = new Intl.NumberFormat(locale);
  const percent = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 0 });
  const sizes = UNITS.map(
    (unit) =>
      new Intl.NumberFormat(locale, {
        style: 'unit',
        unit,
        unitDisplay: unit === 'byte' ? 'long' : 'short',
        maximumFractionDigits: 1,
      }),
  );
  const clock = new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit' });
  const dayClock = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' });
  const full = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'medium' });
  const day = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short' });
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });
  const list = new Intl.ListFormat(locale, { type: 'conjunction' });
  return {
    lang,
    number: (value) => number.format(value),
    percent: (share) => percent.format(share),
    bytes: (value) => {
      const step = Math.min(Math.floor(Math.log(Math.max(value, 1)) / Math.log(1000)), UNITS.length - 1);
      return sizes[step]!.format(value / 1000 ** step);
    },
    time: (ms) => (new Date(ms).toDateString() === new Date().toDateString() ? clock : dayClock).format(ms),
    full: (ms) => full.format(ms),
    hour: (ms) => clock.format(ms),
    day: (ms) => day.format(ms),
    ago: (ms, nowMs = Date.now()) => {
      const away = ms - nowMs;
      const size = Math.abs(away);
      if (size < HOUR_MS) return relative.format(Math.round(away / MINUTE_MS), 'minute');
      if (size < DAY_MS) return relative.format(Math.round(away / HOUR_MS), 'hour');
      return relative.format(Math.round(away / DAY_MS), 'day');
    },
    list: (items) => list.format(items),
  };
}

const RULES = { en: new Intl.PluralRules('en'), ru: new Intl.PluralRules('ru') };
const COUNTS = { en: new Intl.NumberFormat('en-GB'), ru: new Intl.NumberFormat('ru-RU') };

/** `3 fields`: the number with its word. */
export const counted = {
  en: (n: number, one: string, other: string): string => `${COUNTS.en.format(n)} ${RULES.en.select(n) === 'one' ? one : other}`,
  ru: (n: number, one: string, few: string, many: string): string => {
    const words: Partial<Record<Intl.LDMLPluralRule, string>> = { one, few, many };
    return `${COUNTS.ru.format(n)} ${words[RULES.ru.select(n)] ?? few}`;
  },
};
