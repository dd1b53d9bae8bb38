// The network that a device is in, where its name stands under a name that nobody knows: `{"ap":{"siid":"…","bssid":"…","rssi":-70}}`.
import type { FieldView, StructureRecognizer } from '../evidence.js';
import type { Kit } from '../kit.js';
import { confirmsAmbiguousName } from '../name/ambiguous.js';
import { categoryOf, hasWord, OF_OBJECTS, renameEach } from './names.js';

/** Most members of such an object: longer ones are devices with a status. */
const MEMBERS_MAX = 8;

export function accessPoint({ names, vocabulary }: Kit): StructureRecognizer {
  const around = new Set([...vocabulary.words('scan_words'), ...vocabulary.words('radio_part_words')]);
  const isUnknown = ({ words }: FieldView): boolean => words?.words.every((word) => !names.knows(word)) ?? false;
  return {
    ...OF_OBJECTS,
    says: { en: 'a network’s address and signal stand beside it', ru: 'рядом стоят адрес и сигнал сети' },
    concerns: (child) => ['router_mac', 'signal_strength', undefined].includes(categoryOf(child)),
    atLeast: 3,
    interpret(container) {
      const { fields, field } = container;
      if (fields.length > MEMBERS_MAX || !hasWord(field.words, around)) return undefined;
      const categories = fields.map(categoryOf);
      const isNamed =
        categories.includes('wifi_ssid') || !categories.includes('router_mac') || !categories.includes('signal_strength');
      const found = isNamed
        ? undefined
        : renameEach(container, ({ kind, text }, child) => {
            const isName = kind === 'string' && categoryOf(child) === undefined && isUnknown(child);
            return isName && confirmsAmbiguousName('wifi_ssid', text, kind) ? 'ssid' : undefined;
          });
      return found?.names.size === 1 ? found : undefined;
    },
    examples: [
      { text: '{"ap":{"siid":"Blue Heron","bssid":"02:00:5e:10:20:31","rssi":-70}}', from: 'Dreame r2228o 4.3.9, _otc.info' },
    ],
    counterexamples: [
      { text: '{"Wifi":{"AP":1,"BSSId":"02:00:5E:10:20:31","Mode":"11n","RSSI":84}}', from: 'Tasmota 13.4, STATE' },
      { text: '{"did":"1","siid":2,"piid":6,"value":1}', from: 'Xiaomi MIoT, properties_changed' },
    ],
  };
}
