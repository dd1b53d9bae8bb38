// The record of a judged message: written before a byte of the message is sent, for every protocol in the same way.
import type { MessageRecord } from '../audit/record.js';
import { type ErrorCode, HubError } from '../errors.js';
import type { Decision, Verdict } from '../model.js';
import { correspondentIn } from '../services/reading.js';
import type { Judgement } from './apply-mode.js';
import type { MessagePorts } from './ports.js';
import type { Peer, Received } from './receive.js';

/** What became of one message. */
export interface Finished {
  readonly verdict: Verdict;
  readonly error: HubError | undefined;
  readonly bytesIn: number;
  readonly bytesOut: number;
  readonly judged: Judgement;
}

/** Gives the record's number. Throws `record_failed`: then nothing of the message may leave. */
export async function recordFirst(
  ports: MessagePorts,
  peer: Peer,
  { service, reading, device, services, register }: Omit<Received<unknown>, 'judged'>,
  { verdict, error, bytesIn, bytesOut, judged: { sieved, decisions } }: Finished,
): Promise<number> {
  const timeMs = ports.now();
  const counts = { timeMs, device, service, verdict, bytesIn, bytesOut, decisions };
  const record: MessageRecord = { kind: 'message', direction: 'up', ...counts, ruleset: services.rules.hash };
  let seq: number;
  try {
    if (verdict === 'forwarded' && register !== undefined) await register();
    await ports.remember(sieved.pseudonyms, device);
    seq = await ports.log.append(error === undefined ? record : { ...record, error: error.code });
  } catch (cause) {
    throw new HubError('record_failed', '', { cause });
  }
  if (verdict === 'forwarded') services.knowledge.of(correspondentIn(reading)).observe(device, sieved.observations);
  if (error?.code === 'own_identifier') alarmOfLastLook(ports, { device, service, of: seq });
  alarmOfBrokenPromises(ports, { device, service, of: seq }, decisions, timeMs);
  ports.judged?.({ seq, host: peer.host, ...counts }, peer.device);
  return seq;
}

/** A device sends what its service promises not to take: withheld as ever, and told. The message's own record says which field it was. */
function alarmOfBrokenPromises(
  { log, isBrokenPromiseDue }: MessagePorts,
  about: { device: string; service: string; of: number },
  decisions: readonly Decision[],
  timeMs: number,
): void {
  for (const { category, reason } of decisions) {
    if (reason.kind !== 'excluded' || !isBrokenPromiseDue?.(about.service, category, timeMs)) continue;
    log.append({ kind: 'alarm', timeMs, what: 'excluded', category, ...about }).catch(() => undefined);
  }
}

/** The message stays here whatever becomes of the alarm; its own record says why. */
function alarmOfLastLook({ log, now }: MessagePorts, about: { device: string; service: string; of: number }): void {
  log.append({ kind: 'alarm', timeMs: now(), what: 'last_look', error: 'own_identifier', ...about }).catch(() => undefined);
}

/** A send that failed gets a second, short record. */
export function noteUnsent({ log, now }: MessagePorts, of: number, error: ErrorCode = 'upstream_unreachable'): void {
  log.append({ kind: 'send-failed', timeMs: now(), of, error }).catch(() => undefined); // the message's own record stands; nothing left the home
}
