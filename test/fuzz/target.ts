// What is fuzzed: a reader, samples of what it reads, and what must hold for every input.
import { HubError } from '#src/errors.js';
import type { Random } from './random.js';

export interface Target {
  readonly name: string;
  /** Valid samples. */
  readonly seeds: () => readonly Uint8Array[];
  /** A new valid sample, made up. */
  readonly generate?: (random: Random) => Uint8Array;
  /** Words of the format. */
  readonly words?: readonly string[];
  /** What is timed, where `check` does more than what is fuzzed. */
  readonly read?: (input: Uint8Array) => unknown;
  /** Throws a `Find` where a property does not hold. What it gives says how the input was taken: inputs taken in new ways are kept. */
  readonly check: (input: Uint8Array) => string | Promise<string>;
}

/** A property that does not hold. `detail` may hold values: finds are looked at by developers, over made-up inputs. */
export class Find extends Error {
  constructor(
    readonly property: string,
    readonly detail: string,
    options?: { cause?: unknown },
  ) {
    super(`${property}: ${detail}`, options);
  }
}

/** Words of our own sentences, which an input may hold by chance. */
const OWN_WORDS =
  /^(?:bytes?|gzip|zlib|base64|header|headers|content|length|transfer|encoding|connection|application|multipart|boundary|form|data|json|xml|protobuf|x|octet|stream|body|query|path|cookie|topic|header|parts?|inside|with|more|than|four|codings|after|stream|text|plain|html|csv|image|png|jpeg|utf|utf7|not|quoted|printable|www|urlencoded|mqtt|connect|publish|packet|cut|short|filter|user|property|properties|reason|string|payload|request|target|name|named|value|framing|host|expect|binary|shape|number|element|names|different|hosts|twice|both|other|once|folded|method|version|http|websocket|sec|key|protocol|client|username|password|will|clientId|userProperty|response|correlation|authentication|subscription|identifier|alias|flags|reserved|entry|format|control|character|for|chunked|order|mark|sequence|is|in|its|shortest|unsuback|unsubscribe|subscribe|suback|puback|pubrec|pubrel|pubcomp|connack|disconnect|auth|pingreq|pingresp|from|the|cloud|device|retain|qos|level|session|expiry|first)$/i;

/** The code of a fault; a `Find` where it is none of ours, or says something of the input (a word of it, five characters or more). */
export function codeOf(fault: unknown, input: Uint8Array, allowed?: RegExp): string {
  if (fault instanceof Find) throw fault;
  if (!(fault instanceof HubError)) throw new Find('throws only HubError', stackOf(fault), { cause: fault });
  if (fault.code === 'internal' && fault.cause !== undefined)
    throw new Find('throws only HubError', `internal: ${stackOf(fault.cause)}`, { cause: fault });
  if (fault.where !== '') {
    const latin = Buffer.from(input.buffer, input.byteOffset, input.length).toString('latin1');
    for (const [word] of fault.where.matchAll(/[A-Za-z]{5,}|[0-9]{8,}/g)) {
      if (!OWN_WORDS.test(word) && !allowed?.test(word) && latin.includes(word)) {
        throw new Find('errors hold no value', `${fault.code}: ${word}`);
      }
    }
  }
  return fault.code;
}

export function stackOf(fault: unknown): string {
  if (!(fault instanceof Error)) return String(fault);
  const frames = (fault.stack ?? '').split('\n').filter((line) => line.includes('/dist/') && !line.includes('/dist/test/'));
  return `${fault.name}: ${fault.message.slice(0, 80)} ${frames
    .slice(0, 2)
    .map((line) => line.trim().replace(/\S*\/dist\//, ''))
    .join(' < ')}`;
}
