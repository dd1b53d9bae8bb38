// A message from its arrival to its judgement, for every protocol in the same way: who sends it, to whose service, whether either is kept
// from it, and once more where something of it is held back from then on.
import { type ErrorCode, HubError } from '../errors.js';
import type { Services } from '../services/contexts.js';
import type { Reading } from '../services/reading.js';
import type { Part } from '../sieve.js';
import { type HeldEvent, holds, type MessagePorts } from './ports.js';

/** Where a message comes from and goes to. `service`: the listener's; undefined: the one whose rules name the host. */
export interface Peer {
  /** The device's address; it reaches no record. */
  readonly device: string;
  readonly host: string;
  readonly service?: string | undefined;
}

/** Why a message is refused unread. */
type Bar = Extract<ErrorCode, 'closed' | 'blocked' | 'unknown_device'>;

/** How a protocol's messages are judged. */
export interface ReceiveOptions<T> {
  readonly judge: (reading: Reading, device: string, services: Services) => T | Promise<T>;
  /** What stands for a judgement where nobody reads the message: the host is blocked, the sender may be a device that is, the hub is closed. */
  readonly barred: (code: Bar) => T;
  /** What was judged, to look into where a field is new. */
  readonly parts: () => readonly Part[];
  readonly verdict: (judged: T) => HeldEvent['verdict'];
}

export interface Received<T> {
  readonly judged: T;
  readonly service: string;
  readonly reading: Reading;
  /** The device's label. */
  readonly device: string;
  /** By what it was judged. */
  readonly services: Services;
  readonly register: (() => Promise<void>) | undefined;
}

/** The service a connection is for: the listener's, else the one whose rules name the host. */
export function serviceOf({ service, host }: Pick<Peer, 'service' | 'host'>, services: Services): string {
  return service ?? services.hosts.serviceOf(host);
}

function barOf(ports: MessagePorts, peer: Peer, services: Services): Bar | undefined {
  if (services.closed) return 'closed';
  if (peer.service === undefined && services.hosts.choiceFor(peer.host) === 'block') return 'blocked';
  return ports.isStranger?.(peer.device) === true ? 'unknown_device' : undefined;
}

/** Throws `record_failed` where what is held back could not be kept: then nothing of the message may leave. */
export async function receive<T extends Pick<HeldEvent, 'decisions'>>(
  ports: MessagePorts,
  peer: Peer,
  { judge, barred, parts, verdict }: ReceiveOptions<T>,
): Promise<Received<T>> {
  let services = ports.services();
  const service = serviceOf(peer, services);
  const reading = services.reading(service, peer.host);
  // Most answers are there at once: a promise is waited for only where there is one.
  const label = ports.label(peer.device);
  const device = typeof label === 'string' ? label : await label;
  const register = ports.registers?.(device);
  const judgeBy = (by: Services): T | Promise<T> => {
    const bar = barOf(ports, peer, by);
    return bar === undefined ? judge(reading, device, by) : barred(bar);
  };
  const soon = judgeBy(services);
  let judged = soon instanceof Promise ? await soon : soon;
  try {
    const event = { verdict: verdict(judged), decisions: judged.decisions };
    const held = holds(ports, parts, service, device, event);
    if (held !== false && (await held)) {
      services = ports.services();
      judged = await judgeBy(services);
    }
  } catch (cause) {
    throw new HubError('record_failed', '', { cause });
  }
  return { judged, service, reading, device, services, register };
}
