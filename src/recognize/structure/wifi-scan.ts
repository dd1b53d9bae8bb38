// Lists of what a radio heard: records of an address and a signal, whatever their members are called. Other people's, as a rule.
import type { CategoryId } from '../../model.js';
import type { StructureRecognizer, ValueView } from '../evidence.js';
import type { Kit } from '../kit.js';
import { hasWord, OF_ARRAYS } from './names.js';

/** Most members of a record of a scan; longer records are devices with a status. */
export const RECORD_MEMBERS_MAX = 9;
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
/** The name that a list of networks or devices around would have, where it has another. */
const NAME = 'scan list';

export function wifiScan(kit: Kit): StructureRecognizer {
  const { names, vocabulary } = kit;
  const [around, protection] = [vocabulary.set('scan_words'), vocabulary.set('protection_words')];

  /** Whether the members are a record of a scan, and whether one of them is named as a network; undefined where they are none. */
  const networkIn = (members: readonly ValueView[]): boolean | undefined => {
    if (members.length < 2 || members.length > RECORD_MEMBERS_MAX || !isRecord(members)) return undefined;
    let network = false;
    for (const { kind, name } of members) {
      if (name === undefined) {
        if (kind === 'boolean') return undefined;
        continue;
      }
      const words = names.words(name);
      // A switch is a device's, unless it says whether a network is open.
      if (kind === 'boolean' && !hasWord(words, protection)) return undefined;
      const category = names.classify(words)?.category;
      if (category === 'wifi_ssid' || category === 'router_mac') network = true;
      else if (category !== undefined && !SCANNED.has(category)) return undefined;
    }
    return network;
  };

  return {
    ...OF_ARRAYS,
    says: { en: 'it is a record of what a radio heard', ru: 'это запись о том, что слышит радиомодуль' },
    concerns: () => true,
    atLeast: 1,
    interpret(container) {
      const first = container.kind(0);
      if (first !== 'object' && first !== 'array') return undefined;
      const { children, field, checkDeadline } = container;
      // Two or more records, or one that names a network or stands under a name of a scan.
      let network = children.length > 1 || hasWord(field.words, around);
      for (const { kind, children: members } of children.slice(0, LOOKED_AT)) {
        if (kind !== 'object' && kind !== 'array') return undefined;
        checkDeadline(members?.length ?? 0);
        const named = networkIn(members ?? []);
        if (named === undefined) return undefined;
        network ||= named;
      }
      return network ? { kind: 'renamed', names: new Map(children.map((_, i) => [i, NAME])) } : undefined;
    },
    examples: [
      {
        text: '[{"macAddress":"02:00:5e:10:20:31","signalStrength":-65},{"macAddress":"02:00:5e:10:20:32","signalStrength":-71}]',
        from: 'Google Geolocation API',
      },
      { text: '[{"ssid":"Blue Heron","bssid":"02:00:5e:10:20:31","rssi":-65,"secure":true}]', from: 'ESPAsyncWebServer, scan' },
      { text: '[["02:00:5e:10:20:31",-65,6],["02:00:5e:10:20:32",-71,11]]', from: 'evasion' },
    ],
    counterexamples: [
      { text: '[{"mac":"02:00:5e:10:20:31","rssi":-65,"battery":80,"on":true}]', from: 'evasion' },
      { text: '[{"id":1,"offset":-40},{"id":2,"offset":-50}]', from: 'evasion' },
    ],
  };
}

/** One address and one signal, and nothing longer than a name: told from kinds and texts. */
export function isRecord(members: readonly ValueView[]): boolean {
  let addresses = 0;
  let signals = 0;
  for (const { kind, text } of members) {
    if (kind === 'object' || kind === 'array' || kind === 'bytes') return false;
    if (kind === 'string' && ADDRESS.test(text)) addresses += 1;
    else if ((kind === 'number' || kind === 'string') && SIGNAL.test(text)) signals += 1;
    else if (kind === 'string' ? text.length > TEXT_MAX : kind === 'number' && !SMALL.test(text)) return false;
  }
  return addresses === 1 && signals === 1;
}
