// Containers called like what a radio hears or joins that hold a device's status: `{"beacons":{"sent":1821,"missed":3}}`.
import type { FieldView, StructureRecognizer, ValueView } from '../evidence.js';
import type { Kit } from '../kit.js';
import { OF_OBJECTS, oncePerField, renameEach } from './names.js';
import { isRecord, RECORD_MEMBERS_MAX, SCANNED } from './wifi-scan.js';

/** Most records looked at before a list is believed. */
const LOOKED_AT = 64;
/** A count; an enumeration; a name as programs write it. */
const COUNT = /^\d{1,16}(?:\.\d{1,6})?$/;
const ENUMERATION = /^[a-z_]{0,24}$/;
const PROGRAM_NAME = /^[a-z][\w-]{0,48}$/;
/** Longest text under a name that says nothing: `"o":"ap"`. A network's name is longer. */
const CODE_CHARS = 3;
/** The name that such a container deserves: what its members are called in it, they are called in that. */
const NAME = 'station';

export function statusContainer({ names, vocabulary }: Kit): StructureRecognizer {
  const [parts, station] = [vocabulary.set('radio_part_words'), names.words(NAME)];
  const isPart = oncePerField(({ words, nameCategory, mapCategory }: FieldView) => {
    const isRadio = mapCategory === undefined && (nameCategory === 'neighbour_scan' || nameCategory === 'wifi_ssid');
    return isRadio && (words?.words.every((word) => parts.has(word)) ?? false);
  });

  const isCounter = ({ name, kind, text }: ValueView): boolean => {
    if (kind === 'boolean' || kind === 'null') return true;
    if (!PROGRAM_NAME.test(name!)) return false;
    const says = name!.length > 2 && names.words(name!).head >= 0;
    return kind === 'number'
      ? COUNT.test(text)
      : kind === 'string' && ENUMERATION.test(text) && (says || text.length <= CODE_CHARS);
  };

  /** Has the object a member that only a device's status has, or nothing but counters? Not where its own name tells of a member. */
  const isStatus = ({ children: members = [] }: ValueView, { words }: FieldView): boolean => {
    let isTold = members.length > RECORD_MEMBERS_MAX;
    if (!isTold && isRecord(members)) return false;
    for (const { name, kind } of members) {
      if (name === undefined) return false;
      const own = names.words(name);
      const category = names.classify(own, [station])?.category;
      if (names.classify(own, [words!])?.category !== category || (kind === 'string' && own.head < 0)) return false;
      isTold ||= category !== undefined && !SCANNED.has(category);
    }
    return isTold || (members.length > 0 && members.every(isCounter));
  };

  return {
    ...OF_OBJECTS,
    says: { en: 'it holds counters or a device’s status', ru: 'в нём счётчики или состояние устройства' },
    concerns: isPart,
    atLeast: 1,
    interpret: (container) =>
      renameEach(container, (child, field) => {
        if (!isPart(field) || (child.kind !== 'object' && child.kind !== 'array')) return undefined;
        const records = child.kind === 'object' ? [child] : (child.children ?? []).slice(0, LOOKED_AT);
        container.checkDeadline(records.length);
        return records.length > 0 && records.every((record) => isStatus(record, field)) ? NAME : undefined;
      }),
    examples: [
      { text: '{"stat":{"ap":{"guest-rx_dropped":0,"wifi0-tx_retries":815193,"o":"ap"}}}', from: 'UniFi 8, stat/device' },
      { text: '{"base_stations":[{"id":4,"description":"Flur","firmware_version":"1.9"}]}', from: 'Ring API, ring_devices' },
      { text: '{"beacons":{"sent":1821,"missed":3}}', from: 'evasion' },
    ],
    counterexamples: [
      { text: '{"ap":{"name":"Blue Heron","channel":6}}', from: 'evasion' },
      { text: '{"neighbours":{"Hofgarten 5":3}}', from: 'evasion' },
      { text: '{"beacons":[{"id":"02:00:5e:10:20:31","rssi":-70}]}', from: 'Theengs gateway 1.4' },
    ],
  };
}
