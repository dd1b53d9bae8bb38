// What a string, a topic and a filter may hold (MQTT 5, 1.5.4 and 4.7; 3.1.1, 1.5.3 and 4.7).

import { isUtf8 } from 'node:buffer';
import { fault, REASON } from './fault.js';

/** Longest UTF-8 string: its length is two bytes. */
export const MAX_STRING_BYTES = 65_535;

/** C0 and C1 control characters and the non-characters, for which a receiver may close the connection (1.5.4). */
const UNWELCOME =
  /[\u0001-\u001f\u007f-\u009f\ufdd0-\ufdef\ufffe\uffff]|[\ud83f\ud87f\ud8bf\ud8ff\ud93f\ud97f\ud9bf\ud9ff\uda3f\uda7f\udabf\udaff\udb3f\udb7f\udbbf\udbff][\udffe\udfff]/;

/** Throws where bytes are not a UTF-8 string of MQTT: ill-formed, a surrogate, or U+0000 [MQTT-1.5.4-1], [MQTT-1.5.4-2]. */
export function checkText(bytes: Uint8Array, where: string): void {
  if (!isUtf8(bytes) || bytes.includes(0)) throw fault(REASON.malformed, `${where} is not UTF-8 text`);
}

/** Throws where a name from the home holds a control character. */
export function checkPlain(text: string, where: string): void {
  if (UNWELCOME.test(text)) throw fault(REASON.malformed, `${where} holds a control character`);
}

/** Throws where `topic` cannot be published to [MQTT-3.3.2-2], [MQTT-4.7.3-1]. */
export function checkTopic(topic: string, where: string, reason: 0x81 | 0x82 = REASON.malformed): void {
  if (topic === '') throw fault(REASON.malformed, `${where} is empty`);
  if (topic.includes('+') || topic.includes('#')) throw fault(reason, `${where} holds a wildcard`);
}

/** Throws where `filter` cannot be subscribed to: `+` and `#` stand alone in a level, `#` in the last one (4.7.1). */
export function checkFilter(filter: string, where: string): void {
  if (filter === '') throw fault(REASON.malformed, `${where} is empty`);
  const levels = filter.split('/');
  for (const [index, level] of levels.entries()) {
    const hash = level.includes('#');
    if ((hash || level.includes('+')) && level.length > 1) throw fault(REASON.malformed, `${where}: a wildcard is not alone`);
    if (hash && index < levels.length - 1) throw fault(REASON.malformed, `${where}: # is not last`);
  }
}

/** Whether `filter` is a shared one of MQTT 5 (4.8.2); throws where its share name or its filter is missing. */
export function checkShared(filter: string, where: string): boolean {
  if (!filter.startsWith('$share/') && filter !== '$share') return false;
  const [, name, ...rest] = filter.split('/');
  const named = name !== undefined && name !== '' && !/[+#]/.test(name);
  if (!named || rest.join('/') === '') throw fault(REASON.protocolError, `${where}: a shared filter lacks name or filter`);
  return true;
}
