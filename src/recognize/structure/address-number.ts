// An IPv4 address as an integer of 32 bits under a name of networks or machines: `{"gw":3232243457}`.
import type { FieldView, StructureRecognizer } from '../evidence.js';
import type { Kit } from '../kit.js';
import { numberAs } from '../value/integer-id.js';
import { hasWord, OF_OBJECTS, oncePerField, renameEach } from './names.js';

/** Shortest literal: the first octet of a host's address is not 0. */
const DIGITS_MIN = 8;
/** Seconds since 1970 within the life of a device, 2015 to 2035: under a name of machines as often a time as an address. */
const LIFE_START_S = 1_420_070_400;
const LIFE_END_S = 2_051_222_400;

export function addressNumber({ vocabulary }: Kit): StructureRecognizer {
  const [addresses, peers, times] = [vocabulary.set('address_words'), vocabulary.set('peer_words'), vocabulary.set('time_words')];
  const units = vocabulary.set('unit_words');
  const strengthOf = oncePerField(({ words, nameCategory }: FieldView): 'address' | 'peer' | undefined => {
    if (nameCategory !== undefined || words === undefined || hasWord(words, times)) return undefined;
    const last = words.words.findLast((word) => !units.has(word) && !/^\p{Nd}+$/u.test(word)) ?? '';
    if (addresses.has(last)) return 'address';
    return peers.has(last) ? 'peer' : undefined;
  });
  return {
    ...OF_OBJECTS,
    says: { en: 'its name speaks of an address, and the number is one', ru: 'имя говорит об адресе, и это число им является' },
    concerns: (child) => strengthOf(child) !== undefined,
    atLeast: 1,
    interpret: (container) =>
      renameEach(container, ({ kind, text }, field) => {
        const strength = kind === 'number' && text.length >= DIGITS_MIN ? strengthOf(field) : undefined;
        if (strength === undefined || numberAs(text, 'ip_address') === undefined) return undefined;
        const mayBeTime = Number(text) >= LIFE_START_S && Number(text) < LIFE_END_S;
        return strength === 'address' || !mayBeTime ? 'ip address' : undefined;
      }),
    examples: [
      { text: '{"wan":1410412185}', from: 'evasion' },
      { text: '{"dns1_int":3232243457,"host":3405803853}', from: 'evasion' },
    ],
    counterexamples: [
      { text: '{"time_server":1560626960,"server":1764518462}', from: 'evasion' },
      { text: '{"i2c_addr":118,"clients":12345678}', from: 'evasion' },
    ],
  };
}
