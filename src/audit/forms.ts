// Which fields an entry has, and how each is checked: the one table for writing, reading and guarding entries.
import { ACTIONS, CATEGORY_IDS, PLACES, VERDICTS } from '../model.js';

export const DEFINED = ['device', 'service', 'ruleset', 'shape'] as const;
export type Defined = (typeof DEFINED)[number];

export const CHOICES = [
  'purpose',
  'override',
  'override_end',
  'mode',
  'pause',
  'resume',
  'opaque',
  'sealed',
  'device',
  'adopt',
  'setting',
] as const;
export const CHANNELS = ['web', 'cli', 'config'] as const;
export const ALARMS = ['last_look', 'excluded', 'new_field', 'unknown_host', 'log_fault', 'clock', 'crowding', 'other'] as const;
export const STOPS = ['signal', 'command', 'fault'] as const;

export type Check = (value: unknown) => boolean;

/** Smallest band: what one field more or less makes of a small message is not told. */
const LEAST_BAND = 64;

/**
 * The band of a number of bytes, as its upper end: 0, or a power of two. A switch turned on or off shows in a byte or two of a message, and
 * a record must not tell it.
 */
export function bandOf(bytes: number): number {
  if (bytes <= 0) return 0;
  return Math.max(LEAST_BAND, 2 ** Math.ceil(Math.log2(bytes)));
}

/** Longest text a record may carry: names, versions and paths are shorter; a value smuggled into one would not be. */
export const TEXT_UNITS = 500;

export const isCount: Check = (value) => Number.isSafeInteger(value) && (value as number) >= 0;
export const isText: Check = (value) =>
  typeof value === 'string' && value.length > 0 && value.length <= TEXT_UNITS && !/\p{Cc}|\p{Cs}/u.test(value);
const isWord: Check = (value) => typeof value === 'string' && /^[a-z][a-z0-9_]{0,39}$/.test(value);
export const oneOf =
  (words: readonly string[]): Check =>
  (value) =>
    words.includes(value as string);
export const isRuleset: Check = (value) => typeof value === 'string' && /^sha256:[0-9a-f]{64}$/.test(value);

const isRoot: Check = (value) => typeof value === 'string' && /^[A-Za-z0-9+/]{43}=$/.test(value);

export type JsonKind = 'switch' | 'alarm' | 'refusals' | 'start' | 'stop' | 'removal' | 'continued';
interface JsonForm {
  /** The letter that its entries begin with. */
  readonly tag: string;
  /** Members in their order; `false`: may be absent. */
  readonly fields: readonly (readonly [name: string, check: Check, required: boolean])[];
}

/** The JSON kinds: the one table for writing, reading and guarding them. */
export const JSON_FORMS: Record<JsonKind, JsonForm> = {
  switch: {
    tag: 'w',
    fields: [
      ['what', oneOf(CHOICES), true],
      ['service', isCount, false],
      ['device', isCount, false],
      ['purpose', isText, false],
      ['category', oneOf(CATEGORY_IDS), false],
      ['in', oneOf(PLACES), false],
      ['path', isText, false],
      ['action', oneOf(ACTIONS), false],
      ['value', isWord, false],
      ['untilMs', isCount, false],
      ['policyVersion', isText, true],
      ['clientVersion', isText, true],
      ['channel', oneOf(CHANNELS), true],
    ],
  },
  alarm: {
    tag: 'a',
    fields: [
      ['what', oneOf(ALARMS), true],
      ['service', isCount, false],
      ['device', isCount, false],
      ['category', oneOf(CATEGORY_IDS), false],
      ['of', isCount, false],
      ['error', isWord, false],
    ],
  },
  refusals: {
    tag: 'r',
    fields: [
      ['service', isCount, false],
      ['device', isCount, false],
      ['verdict', oneOf(VERDICTS), false],
      ['alarm', oneOf(ALARMS), false],
      ['error', isWord, true],
      ['count', isCount, true],
      ['sinceMs', isCount, true],
    ],
  },
  start: {
    tag: 'b',
    fields: [
      ['version', isText, true],
      ['ruleset', isRuleset, false],
    ],
  },
  stop: { tag: 'e', fields: [['reason', oneOf(STOPS), true]] },
  removal: {
    tag: 'x',
    fields: [
      ['what', oneOf(['device', 'retention', 'bound']), true],
      ['count', isCount, false],
      ['before', isCount, false],
      ['device', isCount, false],
      ['period', isCount, false],
    ],
  },
  continued: {
    tag: 'c',
    fields: [
      ['log', isCount, true],
      ['size', isCount, true],
      ['root', isRoot, false],
      ['found', isCount, true],
      ['foundRoot', isRoot, false],
    ],
  },
};
