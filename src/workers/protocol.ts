// What the hub's thread and a worker say to each other: plain data that can be copied from one to the other.

import { type ErrorCode, HubError } from '../errors.js';
import type { Pair } from '../household/restorer.js';
import type { Judgement } from '../message/apply-mode.js';
import type { CipherKey, Decision, Limits, Pseudonym, Rules } from '../model.js';
import type { MessageSnapshot, ServicesSnapshot } from '../services/contexts.js';
import type { Part, Sieved } from '../sieve.js';

/** To a worker, in this order: the rules and the household before the messages that are to be judged by them. */
export type ToWorker =
  | { readonly kind: 'rules'; readonly rules: Rules }
  | { readonly kind: 'services'; readonly told: ServicesSnapshot }
  | {
      readonly kind: 'pairs';
      readonly service: string;
      readonly pairs: readonly Pair[];
      readonly keys: readonly CipherKey[];
      readonly limits: Limits;
    }
  | { readonly kind: 'restore'; readonly work: RestoreWork; readonly service: string }
  | {
      readonly kind: 'judge';
      readonly work: Exclude<Work, RestoreWork>;
      readonly service: string;
      readonly device: string;
      readonly told: MessageSnapshot;
      /** Milliseconds the message may take. */
      readonly messageMs: number;
    };

/** Something of the way down, which knows no refusal. `body`: whole, with its coding; `lines`: lines that are read one by one. */
export interface RestoreWork {
  readonly kind: 'restore';
  readonly form: 'body' | 'lines';
  readonly bytes: Uint8Array;
  readonly mediaType: string | undefined;
  readonly coding: string | undefined;
}

export type Work =
  | RestoreWork
  | { readonly kind: 'message'; readonly parts: readonly Part[] }
  | { readonly kind: 'floor'; readonly parts: readonly Part[] };

export type FromWorker = { readonly kind: 'ready' } | { readonly kind: 'answer'; readonly answer: Answer };

/** `fault`: nothing was judged. */
export type Answer =
  | { readonly kind: 'message'; readonly judged: SentVerdict }
  | { readonly kind: 'floor'; readonly passes: boolean }
  /** `used`: the pseudonyms that were found. */
  | { readonly kind: 'restore'; readonly bytes: Uint8Array | undefined; readonly used: readonly Pair[] }
  | { readonly kind: 'fault'; readonly error: SentError };

/** An error's class does not survive the copy; its cause may hold values and stays behind. */
export interface SentError {
  readonly code: ErrorCode;
  readonly where: string;
}

/** What was not changed is known by being the very same object: it goes back as its number. */
type Same<T> = number | T;
type SentPart =
  | Exclude<Part, { kind: 'fields' }>
  | { readonly in: Part['in']; readonly fields: readonly Same<readonly [string, string]>[] };

interface SentVerdict {
  readonly verdict: Judgement['verdict'];
  readonly parts: readonly Same<SentPart>[] | undefined;
  readonly decisions: readonly Decision[];
  readonly pseudonyms: readonly Pseudonym[];
  readonly learned: Sieved['learned'];
  readonly observations: Sieved['observations'];
  readonly unread: boolean;
  readonly error: SentError | undefined;
}

export function writeError(error: HubError): SentError {
  return { code: error.code, where: error.where };
}

export function readError({ code, where }: SentError): HubError {
  return new HubError(code, where);
}

export function writeVerdict(
  { sieved, verdict, learned }: Judgement,
  decisions: readonly Decision[],
  before: readonly Part[],
): SentVerdict {
  const { parts, pseudonyms, observations, unread, error } = sieved;
  return {
    verdict,
    parts: parts?.map((part, i) => (part === before[i] ? i : writePart(part, before[i]))),
    decisions,
    pseudonyms,
    learned,
    observations,
    unread,
    error: error && writeError(error),
  };
}

function writePart(part: Part, before: Part | undefined): SentPart {
  if (part.kind === 'bytes') return { ...part, bytes: ownBytes(part.bytes) };
  const was = new Map(before?.kind === 'fields' ? before.fields.map((field, i) => [field, i] as const) : []);
  return { in: part.in, fields: part.fields.map((field) => was.get(field) ?? field) };
}

export function readVerdict(sent: SentVerdict, before: readonly Part[]): Judgement {
  const { decisions, pseudonyms, learned, observations, unread, verdict } = sent;
  const parts = sent.parts?.map((part) => (typeof part === 'number' ? before[part]! : readPart(part, before)));
  const error = sent.error && readError(sent.error);
  return { sieved: { parts, decisions, pseudonyms, error, learned, observations, unread }, decisions, verdict, learned };
}

function readPart(sent: SentPart, parts: readonly Part[]): Part {
  if ('bytes' in sent) return sent;
  const before = parts.find((part) => part.kind === 'fields' && part.in === sent.in);
  const was = before?.kind === 'fields' ? before.fields : [];
  return { in: sent.in, kind: 'fields', fields: sent.fields.map((field) => (typeof field === 'number' ? was[field]! : field)) };
}

/** A copy takes the whole memory that bytes are a part of with it, be it a packet's or a pool's: so they get their own. */
export function ownBytes(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(bytes);
}

/** The work with bytes of its own, and their memory, which need not be copied again. */
export function ownWork(work: Work): { readonly work: Work; readonly memory: ArrayBuffer[] } {
  const memory: ArrayBuffer[] = [];
  const own = (bytes: Uint8Array): Uint8Array => {
    const copy = ownBytes(bytes);
    memory.push(copy.buffer);
    return copy;
  };
  if (work.kind === 'restore') return { work: { ...work, bytes: own(work.bytes) }, memory };
  const parts = work.parts.map((part) => (part.kind === 'bytes' ? { ...part, bytes: own(part.bytes) } : part));
  return { work: { kind: work.kind, parts }, memory };
}
