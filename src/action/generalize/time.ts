// A moment to its hour, a time zone to its offset from UTC, a region to its country.

/** An hour in seconds, milli-, micro- and nanoseconds, by how many digits a moment since 2001 has in each. */
const HOUR_BY_DIGITS: Readonly<Record<number, bigint>> = {
  10: 3_600n,
  13: 3_600_000n,
  16: 3_600_000_000n,
  19: 3_600_000_000_000n,
};
const CLOCK = /(\d{1,2})(:?)(\d{2})(?:(:?)(\d{2})(?:([.,])(\d{1,9}))?)?(?=$|\s|Z|[+-]|[AP]M)/i;
const DATE_TIME =
  /^(\d{4}[-/.]?\d{2}[-/.]?\d{2}[T _-]|\w{3},? \d{1,2}[ -]\w{3}[ -]\d{2,4} |(?=\d{1,2}:))(\d{1,2}:?\d{2}.{0,40})$/i;
/** Two instants half a year apart: the smaller offset is the zone's standard time. Fixed, so that the same zone gives the same text. */
const JANUARY = Date.UTC(2025, 0, 15);
const JULY = Date.UTC(2025, 6, 15);
const MINUTE_MS = 60_000;
/** Widest offset in use, UTC+14, in seconds. */
const WIDEST_OFFSET_S = 50_400;

/** Epoch seconds to nanoseconds and ISO or HTTP texts to the full hour; a date alone stays. Undefined for other texts. */
export function coarseTime(text: string): string | undefined {
  if (/^\d+$/.test(text) && text.length !== 8) {
    const hour = HOUR_BY_DIGITS[text.length];
    return hour === undefined ? undefined : String(BigInt(text) - (BigInt(text) % hour));
  }
  if (/^\d{4}[-/.]?\d{2}[-/.]?\d{2}$/.test(text)) return text;
  const parts = DATE_TIME.exec(text);
  if (parts === null) return undefined;
  const [, date, clock] = parts as unknown as [string, string, string];
  const shape = CLOCK.exec(clock);
  if (shape === null || shape.index !== 0) return undefined;
  const [whole, hour, colon, , secondColon, second, point, fraction] = shape;
  const seconds = second === undefined ? '' : `${secondColon}00`;
  const rest = fraction === undefined ? '' : `${point}${'0'.repeat(fraction.length)}`;
  return `${date}${hour}${colon}00${seconds}${rest}${clock.slice(whole.length)}`;
}

/** `Europe/Moscow` to `UTC+03:00`, `RU-MOW` and `ru_RU` to `RU`; offsets stay. Undefined for places by name. */
export function coarseRegion(text: string, number: boolean): string | undefined {
  if (number) return /^-?\d{1,5}(?:\.\d{1,2})?$/.test(text) && Math.abs(Number(text)) <= WIDEST_OFFSET_S ? text : undefined;
  const offset = /^(?:UTC|GMT)?\s?([+-])(\d{1,2}):?(\d{2})?$/i.exec(text);
  if (offset !== null) return `UTC${offset[1]}${offset[2]!.padStart(2, '0')}:${offset[3] ?? '00'}`;
  if (/^(?:UTC|GMT|Z)$/i.test(text)) return 'UTC+00:00';
  if (/^[A-Z]{2}$/i.test(text)) return text;
  if (/^[A-Z]{2}-[A-Z0-9]{1,3}$/.test(text)) return text.slice(0, 2); // ISO 3166-2
  const locale = /^[a-z]{2,3}[-_](?:[A-Z][a-z]{3}[-_])?([A-Z]{2})(?:\.[\w-]{1,12})?$/.exec(text);
  if (locale !== null) return locale[1];
  return posixOffset(text) ?? zoneOffset(text);
}

/** A POSIX TZ text (`MSK-3`, `CET-1CEST,M3.5.0,M10.5.0/3`) counts west of Greenwich. */
function posixOffset(text: string): string | undefined {
  const parts = /^(?:[A-Z]{3,6}|<[^>]{1,8}>)([+-]?)(\d{1,2})(?::(\d{2}))?(?:(?:[A-Z]{3,6}|<[^>]{1,8}>).{0,40})?$/i.exec(text);
  if (parts === null) return undefined;
  return `UTC${parts[1] === '-' ? '+' : '-'}${parts[2]!.padStart(2, '0')}:${parts[3] ?? '00'}`.replace('-00:00', '+00:00');
}

/**
 * What zones came to: `Intl` takes 100 µs and more to look one up, and a device says its own in every message. Names of zones are public;
 * what is none is not kept.
 */
const OFFSETS = new Map<string, string>();
/** A home and the clouds that it writes to have a few. */
const ZONES_MAX = 64;

/** Standard offset of an IANA zone, undefined for what is none: then there is nothing coarser to send. */
function zoneOffset(zone: string): string | undefined {
  const known = OFFSETS.get(zone);
  if (known !== undefined) return known;
  const offset = standardOffset(zone);
  if (offset !== undefined && OFFSETS.size < ZONES_MAX) OFFSETS.set(zone, offset);
  return offset;
}

function standardOffset(zone: string): string | undefined {
  if (!/^[A-Za-z]{1,14}(?:\/[\w+-]{1,32}){1,2}$/.test(zone)) return undefined;
  try {
    const minutes = Math.min(offsetMinutes(zone, JANUARY), offsetMinutes(zone, JULY));
    const sign = minutes < 0 ? '-' : '+';
    const hours = String(Math.floor(Math.abs(minutes) / 60)).padStart(2, '0');
    return `UTC${sign}${hours}:${String(Math.abs(minutes) % 60).padStart(2, '0')}`;
  } catch {
    return undefined;
  }
}

function offsetMinutes(zone: string, instant: number): number {
  const format = new Intl.DateTimeFormat('en-CA', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
  });
  const parts = Object.fromEntries(format.formatToParts(instant).map((part) => [part.type, Number(part.value)]));
  const local = Date.UTC(parts['year']!, parts['month']! - 1, parts['day']!, parts['hour']!, parts['minute']!);
  return (local - instant) / MINUTE_MS;
}
