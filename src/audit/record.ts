// What the rest of the hub hands to the log, and the guard before it: typed fields only, so that no value slips in.
import { ERRORS, type ErrorCode, HubError } from '../errors.js';
import { type Decision, type Direction, type Report, VERDICTS, type Verdict } from '../model.js';
import type { Alarm, Choice, Refusals, Start, Stop } from './entry.js';
import { type Check, isCount, isRuleset, isText, JSON_FORMS, type JsonKind, oneOf } from './forms.js';

export interface MessageRecord {
  readonly kind: 'message';
  readonly timeMs: number;
  /** The household's name for the device, where it is known. */
  readonly device?: string;
  readonly service: string;
  readonly direction: Direction;
  readonly verdict: Verdict;
  readonly error?: ErrorCode;
  readonly bytesIn: number;
  readonly bytesOut: number;
  readonly ruleset: string;
  readonly decisions: readonly Decision[];
  /** `hashShape(shapeText(decisions))`, if the caller has it; checked when the log first sees it, and trusted afterwards. */
  readonly shape?: string;
}

export interface SendFailedRecord {
  readonly kind: 'send-failed';
  readonly timeMs: number;
  /** What `append` gave for the message. */
  readonly of: number;
  readonly error: ErrorCode;
}

export type ChoiceRecord = Choice<string>;
export type AlarmRecord = Alarm<string>;
export type RefusalsRecord = Refusals<string>;
export type AuditRecord = MessageRecord | SendFailedRecord | ChoiceRecord | AlarmRecord | RefusalsRecord | Start | Stop;

/** Names checked lately: a home has some dozens. Of what was let in once, nothing is asked again. */
const PASSED_MAX = 256;

/** The same check, which remembers the texts that passed: labels, services and rule sets come again in every record. */
function remembering(check: Check): Check {
  const passed = new Set<unknown>();
  return (value) => {
    if (passed.has(value)) return true;
    if (!check(value)) return false;
    if (passed.size >= PASSED_MAX) passed.clear();
    passed.add(value);
    return true;
  };
}

const isError: Check = (value) => typeof value === 'string' && Object.hasOwn(ERRORS, value);
const maybe =
  (check: Check): Check =>
  (value) =>
    value === undefined || check(value);

function jsonForm(kind: JsonKind): Record<string, Check> {
  const form: Record<string, Check> = { kind: oneOf([kind]), timeMs: isCount };
  for (const [name, check, required] of JSON_FORMS[kind].fields) {
    // Named by their text here, by reference in the log.
    const own = name === 'service' || name === 'device' ? isText : name === 'error' ? isError : check;
    form[name] = required ? own : maybe(own);
  }
  return form;
}

const FORMS: Record<AuditRecord['kind'], Record<string, Check>> = {
  message: {
    kind: oneOf(['message']),
    timeMs: isCount,
    device: maybe(remembering(isText)),
    service: remembering(isText),
    direction: oneOf(['up', 'down']),
    verdict: oneOf(VERDICTS),
    error: maybe(isError),
    bytesIn: isCount,
    bytesOut: isCount,
    ruleset: remembering(isRuleset),
    decisions: Array.isArray,
    shape: maybe(isRuleset),
  },
  'send-failed': { kind: oneOf(['send-failed']), timeMs: isCount, of: isCount, error: isError },
  switch: jsonForm('switch'),
  alarm: jsonForm('alarm'),
  refusals: jsonForm('refusals'),
  start: jsonForm('start'),
  stop: jsonForm('stop'),
};
const CHECKS = new Map(Object.entries(FORMS).map(([kind, form]) => [kind, new Map(Object.entries(form))]));

/** Throws `internal`, naming the field but not what it holds, unless every field of `record` is one the log knows, of its type. */
export function guardRecord(record: AuditRecord): void {
  const checks = CHECKS.get(record.kind);
  if (checks === undefined) throw new HubError('internal', 'a record of no known kind');
  for (const name in record)
    if (!checks.has(name)) throw new HubError('internal', `a ${record.kind} record has an unknown field`);
  const source = record as unknown as Record<string, unknown>;
  for (const [name, check] of checks)
    if (!check(source[name])) throw new HubError('internal', `a ${record.kind} record has an unfit ${name}`);
}

/** The record of a message from the sieve's report. */
export function messageRecord(report: Report, timeMs: number, device?: string): MessageRecord {
  const { error, ...rest } = report;
  return {
    kind: 'message',
    timeMs,
    ...rest,
    ...(device === undefined ? {} : { device }),
    ...(error === undefined ? {} : { error: error.code as ErrorCode }),
  };
}
