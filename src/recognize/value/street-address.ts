// Street addresses in texts: a number, a name with a capital and a street word of some language (rules/vocabulary.yaml, `street_words`).
import type { Finding } from '../../model.js';
import { withFolded } from '../../text/lookalikes.js';
import type { ValueRecognizer } from '../evidence.js';
import type { ValueKit } from '../kit.js';
import { BLANK, DIGIT } from '../prefilter.js';
import type { Vocabulary } from '../vocabulary.js';
import { add, eachMatch, VALUE } from './finding.js';

/** A word of a street's name, and up to four of them. */
const NAME = "\\p{Lu}[\\p{L}'’.-]{1,24}";
const NAMES = `${NAME}(?: (?:de |du |des |la |di |da |del )?${NAME}){0,3}`;
/** Behind an English street: a flat, a town, a postcode. */
const EN_TAIL =
  "\\.?(?:,? (?:Apt|Unit|Flat|Suite|#)\\.? ?\\p{L}?\\p{Nd}{1,5}\\p{L}?)?(?:, ?\\p{Lu}[\\p{L} .'-]{1,30}){0,2}(?: [A-Z]{1,2}\\d[\\dA-Z]? \\d[A-Z]{2}| [A-Z]{2} \\d{5}| \\d{5})?";
/** Behind a Russian one: the house, its part, the flat. */
const RU_TAIL = ',? (?:д(?:ом)?\\.? ?)?\\p{Nd}{1,4}\\p{L}?(?:,? ?(?:к(?:орп(?:ус)?)?|стр|кв(?:артира)?|оф)\\.? ?\\p{Nd}{1,4})*';
/** Ways that data goes: `Via Zigbee 2`. */
const NO_TRANSPORT =
  '(?!(?:Modbus|Zigbee|Ethernet|Wi-?Fi|WLAN|LAN|USB|Bluetooth|BLE|Thread|Matter|MQTT|HTTP|Cloud|Gateway|Port)\\b)';
/** English words that end names of events as well (`2 Door Close`, `3 Zone Drive`); and an ending of German streets and English gerunds. */
const EVENT_WORD = /\b(?:close|drive|way|row|place|square|circle)\b/i;
const GERUND = /ring \p{Nd}/u;

type Case = 'lower' | 'title' | 'upper';

/** The words of a language as alternatives, in these cases; a pattern that matches nothing where it has none. */
function spelled(vocabulary: Vocabulary, language: string, ...cases: readonly Case[]): string {
  const written = vocabulary.words('street_words', language).flatMap((word) =>
    cases.map((one) => {
      if (one === 'upper') return word.toUpperCase();
      return one === 'lower' ? word : word[0]!.toUpperCase() + word.slice(1);
    }),
  );
  const longestFirst = written.sort((a, b) => b.length - a.length);
  return written.length === 0 ? '(?!)' : `(?:${longestFirst.map((word) => word.replaceAll('.', '\\.')).join('|')})`;
}

function patternsOf(v: Vocabulary): readonly RegExp[] {
  const [en, de, fr, ru] = [
    spelled(v, 'en', 'title', 'upper'),
    spelled(v, 'de', 'lower'),
    spelled(v, 'fr', 'lower', 'title'),
    spelled(v, 'ru', 'lower', 'title'),
  ];
  const southern = ['es', 'it', 'pt'].map((language) => spelled(v, language, 'title')).join('|');
  return [
    `(?<![\\p{L}\\p{N}])\\p{Nd}{1,5}\\p{L}? (?:${NAME} ){1,3}${en}(?![\\p{L}\\p{N}])${EN_TAIL}`,
    `(?<!\\p{L})\\p{Lu}\\p{Ll}{2,24}${de} \\p{Nd}{1,4}\\p{L}?(?:, ?\\p{Nd}{5} \\p{Lu}\\p{L}{1,30})?`,
    `(?<![\\p{L}\\p{N}])\\p{Nd}{1,4}(?: ?(?:bis|ter))?,? ${fr} (?:de |du |des |de la |d'|l')?${NAMES}`,
    `(?<!\\p{L})(?:${southern}) (?:de |del |de la |di |da )?${NO_TRANSPORT}${NAMES},? \\p{Nd}{1,4}\\p{L}?(?!\\p{Nd})`,
    `(?<!\\p{L})${ru}(?:\\. ?| )\\p{Lu}[\\p{L}\\p{N}.\\- ]{1,40}${RU_TAIL}`,
  ].map((pattern) => withFolded(new RegExp(pattern, 'gu')));
}

export function streetAddress({ vocabulary }: ValueKit): ValueRecognizer {
  const patterns = patternsOf(vocabulary);
  const things = vocabulary.set('thing_words');
  const alone = ['en', 'fr', 'es', 'it', 'pt', 'ru'].map((language) => spelled(vocabulary, language, 'lower')).join('|');
  const words = `(?<!\\p{L})(?:${alone})(?!\\p{L})|${spelled(vocabulary, 'de', 'lower')} \\p{Nd}`;
  const isEvent = (address: string): boolean =>
    EVENT_WORD.test(address) && address.split(/\P{L}+/u).some((word) => things.has(word.toLowerCase()));
  const visit = (match: RegExpExecArray, out: Finding[]): void => {
    const address = match[0].trimEnd();
    const strength = isEvent(address) || GERUND.test(address) ? 'weak' : 'strong';
    add(out, 'location_precise', match.index, match.index + address.length, `text:${address}`, strength);
  };
  return {
    ...VALUE,
    says: { en: 'it reads as a street address', ru: 'похоже на почтовый адрес' },
    prefilter: { minLength: 6, all: DIGIT | BLANK, words: withFolded(new RegExp(words, 'iu')) },
    recognize: (text, out) => {
      for (const pattern of patterns) eachMatch(pattern, text, (match) => visit(match, out));
    },
    examples: [
      { text: '4 Acorn Dale Ct', from: 'Ring, address of a location' },
      { text: '18 Deer Bend Ct', from: 'ecobee, streetAddress' },
      { text: '12 Molly Town Ct', from: 'SimpliSafe, street1' },
      { text: '221B Baker Street, Apt 4, London NW1 6XE', from: 'SimpliSafe, street1' },
      { text: 'Birnbaumallee 12, 50667 Köln', from: 'tado°, addressLine1' },
      { text: '3 quai Anna Belle', from: 'Overkiz, addressLine1' },
      { text: '12 impasse des Lilas', from: 'Overkiz, addressLine1' },
      { text: 'Via Garibaldi, 12', from: 'tado°, addressLine1' },
      { text: 'ул. Садовая, д. 3, кв. 12', from: 'Yandex, address of a household' },
    ],
    counterexamples: [
      { text: 'Input 4 Ct', from: 'a current transformer' },
      { text: 'String 12', from: 'Fronius, string of modules' },
      { text: 'route 3 added', from: 'OpenWrt netifd' },
      { text: 'Via Zigbee 2', from: 'a path of a command' },
      { text: 'Fan blocked: 0 rpm for 12 s at 230 V', from: 'an error' },
    ],
  };
}
