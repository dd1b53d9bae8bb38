// One entry of the log: its types, and its one way to be written (FORMAT.md, section 1). Never holds a field's value.
import type { ErrorCode } from '../errors.js';
import { HubError } from '../errors.js';
import { type ActionKind, type CategoryId, type Direction, type Place, VERDICTS, type Verdict } from '../model.js';
import {
  type ALARMS,
  type CHANNELS,
  type CHOICES,
  DEFINED,
  type Defined,
  isText,
  JSON_FORMS,
  type JsonKind,
  type STOPS,
} from './forms.js';

/** The seq of a definition. */
export type Ref = number;

export interface MessageEntry {
  readonly kind: 'message';
  readonly timeMs: number;
  readonly device?: Ref | undefined;
  readonly service: Ref;
  readonly direction: Direction;
  readonly verdict: Verdict;
  readonly error?: string | undefined;
  readonly bytesIn: number;
  readonly bytesOut: number;
  readonly ruleset: Ref;
  readonly shape: Ref;
}

export interface SendFailedEntry {
  readonly kind: 'send-failed';
  readonly timeMs: number;
  /** The message that was recorded and then not sent. */
  readonly of: number;
  readonly error: string;
}

export interface DefinitionEntry {
  readonly kind: 'definition';
  readonly timeMs: number;
  readonly what: Defined;
  readonly text: string;
  readonly salt?: string | undefined;
}

export interface PeriodEntry {
  readonly kind: 'period';
  readonly timeMs: number;
}

/** A choice of the household; `Name` is how a device or service is named: by reference in the log, by its text outside. */
export interface Choice<Name> {
  readonly kind: 'switch';
  readonly timeMs: number;
  readonly what: (typeof CHOICES)[number];
  readonly service?: Name;
  readonly device?: Name;
  readonly purpose?: string;
  readonly category?: CategoryId;
  readonly in?: Place;
  readonly path?: string;
  readonly action?: ActionKind;
  /** `on`, `off`, a mode, the name of a setting: a word, never a text from a message. */
  readonly value?: string;
  readonly untilMs?: number;
  readonly policyVersion: string;
  readonly clientVersion: string;
  readonly channel: (typeof CHANNELS)[number];
}

export interface Alarm<Name> {
  readonly kind: 'alarm';
  readonly timeMs: number;
  readonly what: (typeof ALARMS)[number];
  readonly service?: Name;
  readonly device?: Name;
  readonly category?: CategoryId;
  /** The message it is about. */
  readonly of?: number;
  readonly error?: ErrorCode;
}

/** Refusals (or alarms about them) like those that stand before, as a count; from `sinceMs` to the entry's time. */
export interface Refusals<Name> {
  readonly kind: 'refusals';
  readonly timeMs: number;
  readonly service?: Name;
  readonly device?: Name;
  /** Of messages. */
  readonly verdict?: Verdict;
  /** Of alarms. */
  readonly alarm?: (typeof ALARMS)[number];
  readonly error: string;
  readonly count: number;
  readonly sinceMs: number;
}

export interface Start {
  readonly kind: 'start';
  readonly timeMs: number;
  readonly version: string;
  readonly ruleset?: string;
}

export interface Stop {
  readonly kind: 'stop';
  readonly timeMs: number;
  readonly reason: (typeof STOPS)[number];
}

export interface Removal<Name> {
  readonly kind: 'removal';
  readonly timeMs: number;
  /** `bound`: the log had outgrown its bytes, and `device` had written the most. */
  readonly what: 'device' | 'retention' | 'bound';
  readonly count?: number;
  readonly before?: number;
  readonly device?: Name;
}
export type RemovalEntry = Removal<Ref>;

export type JsonEntry = Choice<Ref> | Alarm<Ref> | Refusals<Ref> | Start | Stop | RemovalEntry;
export type Entry = MessageEntry | SendFailedEntry | DefinitionEntry | PeriodEntry | JsonEntry;

const KIND_BY_TAG = new Map(Object.entries(JSON_FORMS).map(([kind, form]) => [form.tag, kind as JsonKind]));

function encodeJson(entry: JsonEntry): string {
  const source = entry as unknown as Record<string, unknown>;
  const members: Record<string, unknown> = {};
  const { tag, fields } = JSON_FORMS[entry.kind];
  for (const [name] of fields) if (source[name] !== undefined) members[name] = source[name];
  return `${tag} ${entry.timeMs} ${JSON.stringify(members)}`;
}

/** The line of an entry (FORMAT.md, section 1), without a line end. Does not check it: the reader of lines does. */
export function encodeEntry(entry: Entry): string {
  switch (entry.kind) {
    case 'message': {
      const { timeMs, device = '-', service, direction, verdict, error = '-', bytesIn, bytesOut, ruleset, shape } = entry;
      return `m1 ${timeMs} ${device} ${service} ${direction} ${verdict} ${error} ${bytesIn} ${bytesOut} ${ruleset} ${shape}`;
    }
    case 'send-failed':
      return `f1 ${entry.timeMs} ${entry.of} ${entry.error}`;
    case 'definition':
      return `d1 ${entry.timeMs} ${entry.what} ${JSON.stringify(entry.text)}${entry.salt === undefined ? '' : ` ${entry.salt}`}`;
    case 'period':
      return `p1 ${entry.timeMs}`;
    case 'switch':
    case 'alarm':
    case 'refusals':
    case 'start':
    case 'stop':
    case 'removal':
      return encodeJson(entry);
    default:
      return entry satisfies never;
  }
}

// ---------------------------------------------------------------------------------------------------------------------
// Reading

const NUMBER = '(?:0|[1-9][0-9]{0,15})';
const WORD = '[a-z][a-z0-9_]{0,39}';
const MESSAGE = new RegExp(
  `^m1 (${NUMBER}) (-|${NUMBER}) (${NUMBER}) (up|down) (${VERDICTS.join('|')}) (-|${WORD}) (${NUMBER}) (${NUMBER}) (${NUMBER}) (${NUMBER})$`,
);
const SEND_FAILED = new RegExp(`^f1 (${NUMBER}) (${NUMBER}) (${WORD})$`);
const DEFINITION = new RegExp(`^d1 (${NUMBER}) (${DEFINED.join('|')}) ("(?:[^"\\\\]|\\\\.)*")(?: ([A-Za-z0-9_-]{22}))?$`);
const PERIOD = new RegExp(`^p1 (${NUMBER})$`);
const JSON_LINE = new RegExp(`^([a-z]1) (${NUMBER}) (\\{.*\\})$`);

function parseMessage(line: string): Entry | undefined {
  const found = MESSAGE.exec(line);
  if (found === null) return undefined;
  const at = (i: number) => Number(found[i]);
  return {
    kind: 'message',
    timeMs: at(1),
    device: found[2] === '-' ? undefined : at(2),
    service: at(3),
    direction: found[4] as Direction,
    verdict: found[5] as Verdict,
    error: found[6] === '-' ? undefined : found[6],
    bytesIn: at(7),
    bytesOut: at(8),
    ruleset: at(9),
    shape: at(10),
  };
}

function parseDefinition(line: string): Entry | undefined {
  const found = DEFINITION.exec(line);
  if (found === null) return undefined;
  const what = found[2] as Defined;
  const text: unknown = JSON.parse(found[3] as string);
  if (!isText(text) || (what === 'device') !== (found[4] !== undefined)) return undefined;
  return { kind: 'definition', timeMs: Number(found[1]), what, text: text as string, salt: found[4] };
}

function parseJsonEntry(line: string): Entry | undefined {
  const found = JSON_LINE.exec(line);
  const kind = KIND_BY_TAG.get(found?.[1] ?? '');
  if (found === null || kind === undefined) return undefined;
  const members = JSON.parse(found[3] as string) as Record<string, unknown>;
  for (const [name, check, required] of JSON_FORMS[kind].fields)
    if (members[name] === undefined ? required : !check(members[name])) return undefined;
  // Members that the form does not know would not survive the comparison in `parseEntry`.
  return { ...members, kind, timeMs: Number(found[2]) } as Entry;
}

function parseForm(line: string): Entry | undefined {
  switch (line[0]) {
    case 'm':
      return parseMessage(line);
    case 'd':
      return parseDefinition(line);
    case 'f': {
      const found = SEND_FAILED.exec(line);
      return found === null
        ? undefined
        : { kind: 'send-failed', timeMs: Number(found[1]), of: Number(found[2]), error: found[3] as string };
    }
    case 'p': {
      const found = PERIOD.exec(line);
      return found === null ? undefined : { kind: 'period', timeMs: Number(found[1]) };
    }
    default:
      return parseJsonEntry(line);
  }
}

/** Reads one line; accepts only what `encodeEntry` writes. Throws `log_broken`; the line's text is not in the error. */
export function parseEntry(line: string): Entry {
  let entry: Entry | undefined;
  try {
    entry = parseForm(line);
  } catch (cause) {
    throw new HubError('log_broken', 'an entry is not in the format', { cause });
  }
  if (entry === undefined || encodeEntry(entry) !== line) throw new HubError('log_broken', 'an entry is not in the format');
  return entry;
}
