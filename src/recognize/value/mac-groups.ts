// Hardware addresses in larger groups: `f4cf.a277.8899` (Cisco), `f4cf-a277-8899` (Huawei, H3C), `f4cfa2-778899` (ProCurve), four groups
// of four for an EUI-64, and its ID6 form `84f3:ebff:fe01:c2d9` (LoRa Basics Station).
import type { Finding } from '../../model.js';
import type { ValueRecognizer } from '../evidence.js';
import { QUADS3, SIX } from '../prefilter.js';
import { eachMatch, VALUE } from './finding.js';
import { addAddress, isMakersAddress, isMixed } from './mac.js';

const QUADS = /(?<![0-9a-z][.:-]?|[.:-])[0-9a-f]{4}([.:-])[0-9a-f]{4}\1[0-9a-f]{4}(?:\1[0-9a-f]{4})?(?![.:-]?[0-9a-z]|::)/gi;
const HALVES = /(?<![0-9a-z][.:_-]?)[0-9a-f]{6}[:_-][0-9a-f]{6}(?![.:_-]?[0-9a-z])/gi;
/** An ID6 drops the zeros that lead a group; only with `ff:fe` in the middle is it then told from a time. */
const ID6 = /(?<![0-9a-z:])[0-9a-f]{2,4}:[0-9a-f]{1,2}ff:fe[0-9a-f]{2}:[0-9a-f]{1,4}(?![0-9a-z:])/gi;

/** Dashes cut codes for the eye as well: there a maker's prefix must bear the address out. */
function strengthOf(hex: string, separator: string): Finding['strength'] {
  if (hex.slice(6, 10).toLowerCase() === 'fffe' || isMakersAddress(hex)) return 'strong';
  return separator === '.' && hex.length === 12 && isMixed(hex) ? 'strong' : 'weak';
}

function visitGroups(match: RegExpExecArray, separator: string, out: Finding[]): void {
  const hex = match[0].replaceAll(separator, '');
  if (!/[a-f]/i.test(hex) && separator !== '.') return;
  addAddress(out, match.index, match.index + match[0].length, hex, strengthOf(hex, separator));
}

export const macGroups: ValueRecognizer = {
  ...VALUE,
  says: { en: 'it is a hardware address in groups of four or six hex digits', ru: 'это аппаратный адрес группами цифр' },
  prefilter: { minLength: 13, any: QUADS3 | SIX },
  recognize: (text, out, traits) => {
    if ((traits & QUADS3) !== 0) {
      eachMatch(QUADS, text, (match) => visitGroups(match, match[1]!, out));
      eachMatch(ID6, text, (match) => {
        if (match[0].length === 19) return; // found above
        const hex = match[0].split(':').map((group) => group.padStart(4, '0'));
        addAddress(out, match.index, match.index + match[0].length, hex.join(''), 'strong');
      });
    }
    if ((traits & SIX) !== 0) eachMatch(HALVES, text, (match) => visitGroups(match, match[0][6]!, out));
  },
  examples: [
    { text: 'Internet  10.0.0.12  5  f4cf.a277.8899  ARPA  Vlan10', from: 'Cisco IOS 15, show ip arp' },
    { text: '84f3-eb01-c2d9', from: 'Huawei VRP 8, display mac-address' },
    { text: 'f4cfa2-778899', from: 'HP ProCurve 2530, show mac-address' },
    { text: '84f3:ebff:fe01:2d9', from: 'LoRa Basics Station 2.0.6, router' },
    { text: 'F4CF-A277-8899-0011', from: 'LoRaWAN sensor, DevEUI as on its label' },
  ],
  counterexamples: [
    { text: '2001:db8:85a3:8d3:1319:8a2e:370:7348', from: 'RFC 4291' },
    { text: '12:30:45:10', from: 'SMPTE time code' },
    { text: '123456-789012', from: 'two counters' },
    { text: '2024-1107-1626', from: 'name of a recording' },
    { text: 'f81d4fae-7dec-11d0-a765-00a0c91e6bf6', from: 'RFC 9562' },
  ],
};
