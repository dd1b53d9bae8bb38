// One entry of the log: its types, and its one way to be written (FORMAT.md, section 1). Never holds a field's value.
import type { ErrorCode } from '../errors.js';
import { HubError } from '../errors.js';
import { type ActionKind, type CategoryId, type Direction, type Place, VERDICTS, type Verdict } from '../model.js';
import {
  type ALARMS,
  bandOf,
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

/**
 * 1: times in milliseconds, bytes exact, no salts but those of device definitions. 2: times in seconds, bytes in bands, every leaf salted,
 * removals that name what they remove. A log goes on in 2 where it began in 1, and never back.
 */
export type Format = 1 | 2;
export const FORMAT: Format = 2;

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
  /** Of a device, in format 1. */
  readonly salt?: string | undefined;
}

export interface PeriodEntry {
  readonly kind: 'period';
  readonly timeMs: number;
}

/** The hub runs, whether anything happens or not. */
export interface HeartbeatEntry {
  readonly kind: 'heartbeat';
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
  /** How many entries it removes, but of retention: exactly, in format 1 at most. */
  readonly count?: number;
  /** All entries before this period are removed. */
  readonly before?: number;
  /**
   * Whose entries it removes: a definition in the one period that it removes them from; of `bound` in format 1, one in its own period. Absent:
   * of retention, of a device in format 1, and of `bound` for entries that name no device.
   */
  readonly device?: Name;
  /** Of `bound`: the period that it removes entries from; absent in format 1. */
  readonly period?: number;
}
export type RemovalEntry = Removal<Ref>;

/** The log goes on from another that was cut, put back or damaged: what was known of it, and what is there. */
export interface ContinuedEntry {
  readonly kind: 'continued';
  readonly timeMs: number;
  /** The other log's number. */
  readonly log: number;
  /** Its last head that anybody knows; without a root where none was ever signed. */
  readonly size: number;
  readonly root?: string;
  /** Entries that are there, and their root where it can be computed. */
  readonly found: number;
  readonly foundRoot?: string;
}

export type JsonEntry = Choice<Ref> | Alarm<Ref> | Refusals<Ref> | Start | Stop | RemovalEntry | ContinuedEntry;
export type Entry = MessageEntry | SendFailedEntry | DefinitionEntry | PeriodEntry | HeartbeatEntry | JsonEntry;

const KIND_BY_TAG = new Map(Object.entries(JSON_FORMS).map(([kind, form]) => [form.tag, kind as JsonKind]));
const SECOND_MS = 1000;
/** Members that are times, in milliseconds; in format 2 of whole seconds. */
const TIMES = new Set(['untilMs', 'sinceMs']);

/** A time as it is written; in format 2 to the second. */
const timeOf = (timeMs: number, format: Format): number => (format === 1 ? timeMs : Math.floor(timeMs / SECOND_MS));
const wholeSeconds = (timeMs: number): number => Math.floor(timeMs / SECOND_MS) * SECOND_MS;

function encodeJson(entry: JsonEntry, format: Format): string {
  const source = entry as unknown as Record<string, unknown>;
  const members: Record<string, unknown> = {};
  const { tag, fields } = JSON_FORMS[entry.kind];
  for (const [name] of fields) {
    const value = source[name];
    if (value !== undefined) members[name] = TIMES.has(name) && format === 2 ? wholeSeconds(value as number) : value;
  }
  return `${tag}${format} ${timeOf(entry.timeMs, format)} ${JSON.stringify(members)}`;
}

/** The line of an entry (FORMAT.md, section 1), without a line end. Does not check it: the reader of lines does. */
export function encodeEntry(entry: Entry, format: Format = FORMAT): string {
  const time = timeOf(entry.timeMs, format);
  switch (entry.kind) {
    case 'message': {
      const { device = '-', service, direction, verdict, error = '-', ruleset, shape } = entry;
      const [bytesIn, bytesOut] =
        format === 1 ? [entry.bytesIn, entry.bytesOut] : [bandOf(entry.bytesIn), bandOf(entry.bytesOut)];
      return `m${format} ${time} ${device} ${service} ${direction} ${verdict} ${error} ${bytesIn} ${bytesOut} ${ruleset} ${shape}`;
    }
    case 'send-failed':
      return `f${format} ${time} ${entry.of} ${entry.error}`;
    case 'definition':
      return `d${format} ${time} ${entry.what} ${JSON.stringify(entry.text)}${entry.salt === undefined ? '' : ` ${entry.salt}`}`;
    case 'period':
      return `p${format} ${time}`;
    case 'heartbeat':
      return `h${format} ${time}`;
    case 'switch':
    case 'alarm':
    case 'refusals':
    case 'start':
    case 'stop':
    case 'removal':
    case 'continued':
      return encodeJson(entry, format);
    default:
      return entry satisfies never;
  }
}

// ---------------------------------------------------------------------------------------------------------------------
// Reading

const NUMBER = '(?:0|[1-9][0-9]{0,15})';
const WORD = '[a-z][a-z0-9_]{0,39}';
/** Letter, format, time: what every line begins with. */
const HEAD = new RegExp(`^([a-z])([12]) (${NUMBER})`);
const MESSAGE = new RegExp(
  `^ (-|${NUMBER}) (${NUMBER}) (up|down) (${VERDICTS.join('|')}) (-|${WORD}) (${NUMBER}) (${NUMBER}) (${NUMBER}) (${NUMBER})$`,
);
const SEND_FAILED = new RegExp(`^ (${NUMBER}) (${WORD})$`);
const DEFINITION = new RegExp(`^ (${DEFINED.join('|')}) ("(?:[^"\\\\]|\\\\.)*")(?: ([A-Za-z0-9_-]{22}))?$`);

/** A line's letter, format and time, and what follows them. */
interface Line {
  readonly letter: string;
  readonly format: Format;
  readonly timeMs: number;
  readonly rest: string;
}

function splitLine(line: string): Line | undefined {
  const [head, letter, format, time] = HEAD.exec(line) ?? [];
  if (head === undefined || letter === undefined) return undefined;
  const unit = format === '1' ? 1 : SECOND_MS;
  return { letter, format: format === '1' ? 1 : 2, timeMs: Number(time) * unit, rest: line.slice(head.length) };
}

function parseMessage({ timeMs, rest }: Line): Entry | undefined {
  const found = MESSAGE.exec(rest);
  if (found === null) return undefined;
  const at = (i: number) => Number(found[i]);
  return {
    kind: 'message',
    timeMs,
    device: found[1] === '-' ? undefined : at(1),
    service: at(2),
    direction: found[3] as Direction,
    verdict: found[4] as Verdict,
    error: found[5] === '-' ? undefined : found[5],
    bytesIn: at(6),
    bytesOut: at(7),
    ruleset: at(8),
    shape: at(9),
  };
}

function parseDefinition({ format, timeMs, rest }: Line): Entry | undefined {
  const found = DEFINITION.exec(rest);
  if (found === null) return undefined;
  const what = found[1] as Defined;
  const text: unknown = JSON.parse(found[2] as string);
  if (!isText(text) || (what === 'device' && format === 1) !== (found[3] !== undefined)) return undefined;
  return { kind: 'definition', timeMs, what, text: text as string, salt: found[3] };
}

function parseSendFailed({ timeMs, rest }: Line): Entry | undefined {
  const found = SEND_FAILED.exec(rest);
  return found === null ? undefined : { kind: 'send-failed', timeMs, of: Number(found[1]), error: found[2] as string };
}

/** Which members a removal has beside `what`. One that named both a device and what stands before a period would be two removals in one. */
const REMOVAL_MEMBERS: Record<RemovalEntry['what'], Record<Format, { readonly must: string[]; readonly may: string[] }>> = {
  device: { 1: { must: [], may: ['count', 'before'] }, 2: { must: ['count', 'device'], may: [] } },
  retention: { 1: { must: [], may: ['count', 'before'] }, 2: { must: ['before'], may: [] } },
  bound: { 1: { must: ['count'], may: ['device'] }, 2: { must: ['count', 'period'], may: ['device'] } },
};

/** Members that a form has in one format only. */
function isOfFormat(kind: JsonKind, members: Record<string, unknown>, format: Format): boolean {
  if (kind === 'continued') return format === 2;
  if (kind !== 'removal') return true;
  const { must, may } = REMOVAL_MEMBERS[members['what'] as RemovalEntry['what']][format];
  const has = Object.keys(members).filter((name) => name !== 'what');
  return must.every((name) => has.includes(name)) && has.every((name) => must.includes(name) || may.includes(name));
}

function parseJsonEntry({ letter, format, timeMs, rest }: Line): Entry | undefined {
  const kind = KIND_BY_TAG.get(letter);
  if (kind === undefined || !rest.startsWith(' {')) return undefined;
  const members = JSON.parse(rest) as Record<string, unknown>;
  for (const [name, check, required] of JSON_FORMS[kind].fields)
    if (members[name] === undefined ? required : !check(members[name])) return undefined;
  if (!isOfFormat(kind, members, format)) return undefined;
  // Members that the form does not know would not survive the comparison in `parseEntry`.
  return { ...members, kind, timeMs } as Entry;
}

function parseForm(line: Line): Entry | undefined {
  const { letter, format, timeMs, rest } = line;
  switch (letter) {
    case 'm':
      return parseMessage(line);
    case 'd':
      return parseDefinition(line);
    case 'f':
      return parseSendFailed(line);
    case 'p':
      return rest === '' ? { kind: 'period', timeMs } : undefined;
    case 'h':
      return rest === '' && format === 2 ? { kind: 'heartbeat', timeMs } : undefined;
    default:
      return parseJsonEntry(line);
  }
}

/** The format of a line that is one. */
export function formatOf(line: string): Format {
  return line[1] === '1' ? 1 : 2;
}

/** Reads one line; accepts only what `encodeEntry` writes in its format. Throws `log_broken`; the line's text is not in the error. */
export function parseEntry(line: string): Entry {
  let entry: Entry | undefined;
  const parts = splitLine(line);
  try {
    entry = parts && parseForm(parts);
  } catch (cause) {
    throw new HubError('log_broken', 'an entry is not in the format', { cause });
  }
  if (parts === undefined || entry === undefined || encodeEntry(entry, parts.format) !== line)
    throw new HubError('log_broken', 'an entry is not in the format');
  return entry;
}
