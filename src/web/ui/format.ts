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
  /** The name of a country by its two letters. */
  country(code: string): string;
}

const UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte'] as const;
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** Made when it is first needed: a formatter costs a slow phone milliseconds. */
function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

export function makeFormat(lang: Lang): Format {
  const locale = lang === 'ru' ? 'ru-RU' : 'en-GB';
  const number = once(() => new Intl.NumberFormat(locale));
  const percent = once(() => new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 0 }));
  const size = (step: number): Intl.NumberFormat => {
    const unit = UNITS[step]!;
    const unitDisplay = unit === 'byte' ? 'long' : 'short';
    sizes[step] ??= new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay, maximumFractionDigits: 1 });
    return sizes[step];
  };
  const sizes: Intl.NumberFormat[] = [];
  const clock = once(() => new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit' }));
  const dayClock = once(
    () => new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' }),
  );
  const full = once(() => new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'medium' }));
  const day = once(() => new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short' }));
  const relative = once(() => new Intl.RelativeTimeFormat(locale, { numeric: 'auto' }));
  const list = once(() => new Intl.ListFormat(locale, { type: 'conjunction' }));
  const regions = once(() => new Intl.DisplayNames(locale, { type: 'region' }));
  return {
    lang,
    number: (value) => number().format(value),
    percent: (share) => percent().format(share),
    bytes: (value) => {
      const step = Math.min(Math.floor(Math.log(Math.max(value, 1)) / Math.log(1000)), UNITS.length - 1);
      return size(step).format(value / 1000 ** step);
    },
    time: (ms) => (new Date(ms).toDateString() === new Date().toDateString() ? clock() : dayClock()).format(ms),
    full: (ms) => full().format(ms),
    hour: (ms) => clock().format(ms),
    day: (ms) => day().format(ms),
    ago: (ms, nowMs = Date.now()) => {
      const away = ms - nowMs;
      const far = Math.abs(away);
      if (far < HOUR_MS) return relative().format(Math.round(away / MINUTE_MS), 'minute');
      if (far < DAY_MS) return relative().format(Math.round(away / HOUR_MS), 'hour');
      return relative().format(Math.round(away / DAY_MS), 'day');
    },
    list: (items) => list().format(items),
    // `EEA` is no region of CLDR's.
    country: (code) => (code.length === 2 ? regions().of(code) : undefined) ?? code,
  };
}

const RULES = { en: once(() => new Intl.PluralRules('en')), ru: once(() => new Intl.PluralRules('ru')) };
const COUNTS = { en: once(() => new Intl.NumberFormat('en-GB')), ru: once(() => new Intl.NumberFormat('ru-RU')) };

/** `3 fields`: the number with its word. */
export const counted = {
  en: (n: number, one: string, other: string): string =>
    `${COUNTS.en().format(n)} ${RULES.en().select(n) === 'one' ? one : other}`,
  ru: (n: number, one: string, few: string, many: string): string => {
    const words: Partial<Record<Intl.LDMLPluralRule, string>> = { one, few, many };
    return `${COUNTS.ru().format(n)} ${words[RULES.ru().select(n)] ?? few}`;
  },
};
