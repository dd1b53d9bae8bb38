// A coarser value of the same form: a city for a place, a network for an address, an hour for a moment. What has none is dropped.
import type { CategoryId } from '../model.js';
import { type Action, DROP, type Outcome, replaceSpan, type Subject, spanOf } from './action.js';
import { coarseIp } from './generalize/network.js';
import { coarseNumber, coarsePlace } from './generalize/place.js';
import { coarseLanguage, coarseUserAgent, coarseVersion } from './generalize/software.js';
import { coarseRegion, coarseTime } from './generalize/time.js';
import { asciiOf } from './pseudonym/fill.js';

function apply(subject: Subject): Outcome {
  if (subject.kind === 'boolean' || subject.kind === 'bytes') return DROP;
  return replaceSpan(subject, coarse(subject, asciiOf(spanOf(subject)).trim()));
}

/** Categories of which something can be made coarser; of all others `generalize` leaves nothing. */
export const GENERALIZABLE: ReadonlySet<CategoryId> = new Set<CategoryId>([
  'location_precise',
  'location_coarse',
  'ip_address',
  'signal_strength',
  'timestamp',
  'timezone_region',
  'language',
  'user_agent',
  'firmware_version',
  'os_version',
  'uptime',
]);

/** `undefined`: it cannot be made coarser, or not safely. */
function coarse(subject: Subject, text: string): string | undefined {
  const number = subject.kind === 'number';
  switch (subject.category) {
    case 'location_precise':
    case 'location_coarse':
      return number ? coarseNumber(text) : coarsePlace(text, subject.canonical);
    case 'ip_address':
      return coarseIp(text);
    case 'signal_strength':
      return coarseSignal(text);
    case 'timestamp':
      return coarseTime(text);
    case 'timezone_region':
      return coarseRegion(text, number);
    case 'language':
      return number ? undefined : coarseLanguage(text);
    case 'user_agent':
      return number ? undefined : coarseUserAgent(text);
    case 'firmware_version':
    case 'os_version':
      return coarseVersion(text);
    case 'uptime':
      return coarseCount(text);
    default:
      return undefined;
  }
}

/** dBm go to the nearest of these; closer together they would tell rooms apart. */
const STRONGEST_BAND = -50;
const WEAKEST_BAND = -90;
const BAND = 10;
const QUARTER = 25;
const PERCENT = 100;

/** dBm to bands of 10 between −50 and −90, percentages to quarters; a unit behind the number stays. */
function coarseSignal(text: string): string | undefined {
  const parts = /^(-?\d{1,3})(?:[.,]\d{1,4})?(\s?(?:%|dbm?))?$/i.exec(text);
  if (parts === null) return undefined;
  const value = Number(parts[1]);
  const unit = parts[2] ?? '';
  if (value > PERCENT) return undefined;
  if (value >= 0) return Math.round(value / QUARTER) * QUARTER + unit;
  return Math.min(STRONGEST_BAND, Math.max(WEAKEST_BAND, Math.round(value / BAND) * BAND)) + unit;
}

/** A count to its first digit: 86,412 seconds become 80,000. */
function coarseCount(text: string): string | undefined {
  const digits = /^(\d{1,15})(?:\.\d{1,9})?$/.exec(text)?.[1];
  return digits === undefined ? undefined : digits[0] + '0'.repeat(digits.length - 1);
}

export const generalize: Action = {
  apply,
  says: { en: 'Only a coarser value is sent.', ru: 'Отправляется только огрублённое значение.' },
};
