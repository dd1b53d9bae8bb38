// Host names that end in the last three bytes of a MAC: `tasmota-1A2B3C`, `ESP_1A2B3C`, `tasmota-1A2B3C-2748`.
import type { ValueRecognizer } from '../evidence.js';
import { DASH, SIX, UNDERSCORE } from '../prefilter.js';
import { add, eachMatch, VALUE } from './finding.js';
import { isMixed, NAMED_BY_MAC } from './mac.js';

const TAIL = /(?<![\w-])([a-z][a-z0-9]{1,24}(?:[-_][a-z0-9]{1,16}){0,3})[-_]([0-9a-f]{6})(?:-\d{4})?(?![\w-])/gi;
const FIRMWARES = new RegExp(`^(?:${NAMED_BY_MAC})`, 'i');

export const macTail: ValueRecognizer = {
  ...VALUE,
  says: { en: "it ends in half of a device's hardware address", ru: 'заканчивается половиной аппаратного адреса' },
  prefilter: { minLength: 9, all: SIX, any: DASH | UNDERSCORE },
  recognize: (text, out) =>
    eachMatch(TAIL, text, (match) => {
      const tail = match[2]!;
      const known = FIRMWARES.test(match[1]!);
      if (!known && !isMixed(tail)) return;
      const strength = known ? 'certain' : 'weak';
      add(out, 'hostname', match.index, match.index + match[0].length, `mac-tail:${tail.toLowerCase()}`, strength);
    }),
  examples: [
    { text: 'tasmota-1A2B3C-2748', from: 'Tasmota 13, Hostname' },
    { text: 'ESP_1A2B3C', from: 'ESP8266 Arduino core 3, default host name' },
    { text: 'shellyplug-s-AABBCC', from: 'Shelly Plug S 1.14' },
  ],
  counterexamples: [
    { text: 'zigbee-202411', from: 'Zigbee2MQTT, name of a backup' },
    { text: 'air-fryer', from: 'COSORI, type of a device' },
  ],
};
