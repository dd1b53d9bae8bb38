// Words without which nothing is said in a text: most have none, and are not searched for what sentences tell.

/** Words without which `spokenValues` finds nothing in an ASCII text, and the bits of their letters. */
export const HINTS = [
  'ssid',
  'psk',
  'pass',
  'pwd',
  'key',
  'secret',
  'name',
  'conn',
  'assoc',
  'join',
  'roam',
  'wifi',
  'wi-fi',
  'wlan',
  'conec',
  'verb',
  'getrennt',
  'netw',
  'netz',
  'red',
  'hotspot',
  'ap ',
  'access',
  'reseau',
  'rete ',
  'attach',
  'switch',
  'forg',
  'authen',
  'wort',
  'senha',
  'has',
  ' dot ',
] as const;
/** Words that make a text with digits, blanks or strokes in it a street, a code of a place or an address (`WORDED` in recognize/value/run.ts). */
const PLACE_HINTS =
  'street road avenue lane drive boulev court square terrace crescent close gardens highway place chemin strasse weg platz gasse allee damm calle avenida plaza paseo via piazza corso rua'
    .split(' ')
    .concat([
      ' st',
      ' rd',
      ' ave',
      ' ln',
      ' dr',
      ' blvd',
      'rue ',
      'str.',
      'geohash',
      'geo-hash',
      'locator',
      'qth',
      'maidenhead',
      'grid',
      'ip_',
      'ipv4_',
      'host_',
      'addr',
      'ec2_',
      'wan_',
      'lan_',
      'mac',
      'bssid',
    ]);
/** Stands a word of `HINTS` in the text? */
export function hasHint(bytes: Uint8Array, start: number, end: number): boolean {
  return TOLD.isIn(bytes, start, end);
}

/** Stands a word of `PLACE_HINTS` in it? */
export function hasPlaceHint(bytes: Uint8Array, start: number, end: number): boolean {
  return PLACED.isIn(bytes, start, end);
}

/** Bytes as they are compared: letters of ASCII without their case. */
const folded = (byte: number): number => byte | 0x20;
const pairOf = (first: number, second: number): number => ((folded(first) & 0x7f) << 7) | (folded(second) & 0x7f);

/** Words of two letters and more, found by their first two: nearly all pairs of a text begin none. */
class Words {
  private readonly begins = new Uint8Array(1 << 14);
  private readonly byPair = new Map<number, Uint8Array[]>();

  constructor(words: readonly string[]) {
    for (const word of words) {
      const letters = Uint8Array.from(word, (letter) => folded(letter.charCodeAt(0)));
      const pair = pairOf(letters[0]!, letters[1]!);
      this.begins[pair] = 1;
      this.byPair.set(pair, [...(this.byPair.get(pair) ?? []), letters]);
    }
  }

  isIn(bytes: Uint8Array, start: number, end: number): boolean {
    const { begins } = this;
    for (let i = start; i + 1 < end; i++) {
      const pair = pairOf(bytes[i]!, bytes[i + 1]!);
      if (begins[pair] === 1 && this.stands(pair, bytes, i, end)) return true;
    }
    return false;
  }

  private stands(pair: number, bytes: Uint8Array, at: number, end: number): boolean {
    for (const letters of this.byPair.get(pair)!) {
      let i = 0;
      while (i < letters.length && at + i < end && folded(bytes[at + i]!) === letters[i]) i += 1;
      if (i === letters.length) return true;
    }
    return false;
  }
}

const TOLD = new Words(HINTS);
const PLACED = new Words(PLACE_HINTS);
