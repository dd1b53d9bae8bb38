// Lists of what a radio heard: records of an address and a signal, whatever their members are called. Other people's, as a rule.

import type { CategoryId, Entries, Node } from '../model.js';
import type { NameClassifier } from '../recognize/name/patterns.js';
import { isEscaped } from './escaped.js';

/** Most members of a record of a scan; longer records are devices with a status. */
const MEMBERS_MAX = 9;
/** Most records looked at before a list is believed. */
const LOOKED_AT = 64;
const ADDRESS = /^(?:[0-9a-f]{2}[:-]?){5}[0-9a-f]{2}$/i;
/** dBm of what a radio hears. */
const SIGNAL = /^-(?:[2-9]\d|1[0-2]\d)(?:\.\d{1,2})?$/;
/** Channels, MHz, counts, kinds of encryption; and times. */
const SMALL = /^\d{1,4}$|^\d{10,16}$/;
const TEXT_MAX = 64;
/** What a network or a beacon tells of itself. */
export const SCANNED: ReadonlySet<CategoryId> = new Set<CategoryId>([
  'wifi_ssid',
  'router_mac',
  'device_mac',
  'bluetooth_mac',
  'radio_identifier',
  'signal_strength',
  'neighbour_scan',
  'device_name',
  'diagnostics',
  'timestamp',
]);
/** Says whether a network is open. */
const SECURED = /enc|hid|sec|auth|wps|open|wep|wpa|priv/i;

/**
 * Are the elements records of one scan: two or more (or one that names a network, or under a name that speaks of a scan), each with an
 * address and a signal and no status?
 */
export function isScan(elements: readonly Node[], names: NameClassifier, named: boolean): boolean {
  const looked = elements.length > LOOKED_AT ? elements.slice(0, LOOKED_AT) : elements;
  let network = named || elements.length > 1;
  for (const element of looked) {
    if (element.kind !== 'object' && element.kind !== 'array') return false;
    const named = recorded(element.children ?? [], names);
    if (named === undefined) return false;
    if (named) network = true;
  }
  return network;
}

/** Whether the members are a record of a scan, and whether one of them is named as a network; undefined where they are none. */
function recorded(members: readonly Node[], names: NameClassifier): boolean | undefined {
  if (members.length < 2 || members.length > MEMBERS_MAX) return undefined;
  let addresses = 0;
  let signals = 0;
  let network = false;
  for (const member of members) {
    const { kind, text, name } = member;
    if (kind === 'string' && ADDRESS.test(text)) addresses += 1;
    else if ((kind === 'number' || kind === 'string') && SIGNAL.test(text)) signals += 1;
    else if (kind === 'string' ? text.length > TEXT_MAX : kind === 'number' ? !SMALL.test(text) : kind !== 'null') {
      if (kind !== 'boolean' || name === undefined || !SECURED.test(name)) return undefined;
    }
    if (name === undefined) continue;
    const category = names.classify(names.words(name))?.category;
    if (category === 'wifi_ssid' || category === 'router_mac') network = true;
    else if (category !== undefined && !SCANNED.has(category)) return undefined;
  }
  return addresses === 1 && signals === 1 ? network : undefined;
}

/** Words of names that speak of what is around. */
export const AROUND: ReadonlySet<string> = new Set(
  'scan scans scanned nearby near around found visible heard seen wifi wifis ble beacon beacons radio'.split(' '),
);

const MINUS = 0x2d;

/** Sizes of an address in its quotes: twelve digits, with up to five marks between. */
const ADDRESS_MIN = 14;
const ADDRESS_MAX = 19;
/** Size of the shortest signal with an escape in it. */
const ESCAPED_MIN = 9;

/** Can a row or record with these members be one of a scan? Told from lengths and first characters, so that others need no nodes. */
export function mayBeRecord(entries: Entries, record: number): boolean {
  const count = entries.count(record);
  if (count < 2 || count > MEMBERS_MAX) return false;
  let address = false;
  let signal = false;
  const end = entries.next(record);
  for (let entry = entries.first(record); entry < end; entry = entries.next(entry)) {
    const kind = entries.kind(entry);
    const size = entries.size(entry);
    if (kind === 'object' || kind === 'array') return false;
    if (kind === 'string' && size >= ESCAPED_MIN && isEscaped(entries, entry)) return true;
    if (kind === 'string' && size >= ADDRESS_MIN && size <= ADDRESS_MAX) address = true;
    else if ((kind === 'number' || kind === 'string') && size >= 3 && size <= 9) {
      const at = entries.start(entry) + (kind === 'string' ? 1 : 0);
      if (entries.bytes[at] === MINUS) signal = true;
    }
  }
  return address && signal;
}
