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
/** Words that make a text with digits, blanks or strokes in it a street, a code of a place or an address (`WORDED` in classify/values.ts). */
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
  return hints(HINTS, STARTS, bytes, start, end);
}

/** Stands a word of `PLACE_HINTS` in it? */
export function hasPlaceHint(bytes: Uint8Array, start: number, end: number): boolean {
  return hints(PLACE_HINTS, PLACE_STARTS, bytes, start, end);
}

function hints(words: readonly string[], starts: Uint8Array, bytes: Uint8Array, start: number, end: number): boolean {
  for (let i = start; i < end; i++) {
    const letter = bytes[i]! | 0x20;
    if (starts[letter] !== 1) continue;
    for (const word of words) if (stands(word, bytes, i, end)) return true;
  }
  return false;
}

/** 1 for the letters that begin a hint. */
const STARTS = startsOf(HINTS);
const PLACE_STARTS = startsOf(PLACE_HINTS);

function startsOf(words: readonly string[]): Uint8Array {
  const starts = new Uint8Array(256);
  for (const word of words) starts[word.charCodeAt(0)] = 1;
  return starts;
}

function stands(word: string, bytes: Uint8Array, at: number, end: number): boolean {
  if (at + word.length > end) return false;
  for (let i = 0; i < word.length; i++) if ((bytes[at + i]! | 0x20) !== word.charCodeAt(i)) return false;
  return true;
}
