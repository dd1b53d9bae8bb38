// The value behind a name or a phrase of a sentence: in quotes, or a word that no sentence would have there.

/** Where a value stands. */
export interface Span {
  readonly start: number;
  readonly end: number;
  readonly quoted: boolean;
}

/** A network's name has 32 bytes, its key 64 digits: twice that with escapes. */
const VALUE_CHARS = 64;
/** A value in quotes, also in escaped ones. */
const QUOTED = /^\\?(["'`«“‘„‹「『])([^"'`»”’“›」』\\\n]{1,64})\\?["'`»”’“›」』]/;
const BARE = /^[([{<]{0,2}([^\s"'`«»“”<>,;|&()[\]{}\\，。；]{1,64})/;
/** Names of several words, each with a capital. */
const CAPITALS = /^\p{Lu}[\p{L}\p{N}_’-]{1,31}(?: (?:\p{Lu}[\p{L}\p{N}_’-]{0,31}|\p{Nd}{1,4}G?(?![\p{L}\p{N}:.])|&)){0,3}/u;
/** What a log tells beside a network's name. */
const BESIDE =
  / (?:channel|b?ssid|rssi|mode|signal|security|wpa|wep|ch|freq|mac|ip|aid|status|reason|id)\d?(?![\p{L}\p{N}]).*$/iu;
/** A word with a digit, or a capital inside, or parts joined: none of a sentence. */
const GIVEN = /\p{Nd}|\p{Ll}\p{Lu}|\p{L}[-_]\p{L}|^\p{Lu}\p{Ll}.*[-_]/u;
/** Numbers with units, hosts, URLs, interfaces, standards, versions: words with digits that name no network. */
const NO_NAME =
  /^(?:[+-]?[\d.,:/%-]+[a-z%]{0,4}|\w+:\/\/.*|[\w-]+(?:\.[\w-]+)+(?::\d+)?|802\.?11\w*|(?:wpa|wep|ipv|rfc)\d?[\w/+-]*|[a-z]+-\d+:.*|(?:wlan|eth|en|wlp|wl|enp|ens|wifi|wi-fi|ap|sta|br|ch|channel|id|port|tcp|udp|https?|wss?|mqtts?|tls|ssl|v|index|step|slot|phy|radio|ra|mode|bss|vap|try|attempt|retry|code|reason|status|state|error|err|type|event|level|rssi|signal|cwjap|at)[-_#]?\d*(?:[._]\d+)?)$/i;
/** What devices and programs connect to beside networks. */
const OTHERS =
  /^(?:dev|node|sensor|hub|bridge|broker|serv|client|peer|sock|session|endpoint|cam|light|lamp|plug|zone|room|group|bulb|esp|cloud|aws|azure|mqtt|zigbee|z-?wave|ble|bluetooth|bt|matter|thread|home-?kit|alexa|google|api|db|redis|influx|home-?assistant|gateway|gw|host|proxy|stream|rtsp|ntp|dns|database|postgres|mysql|usb|com|tty|serial|modbus|plc|inverter|meter|charger|vehicle|car|speaker|tv|chromecast|sonos|hue|tuya|smart-?things|websocket|ws|upnp|vpn|wg)/i;

/** What `readValue` takes for a value where no quotes stand around it. */
export type Manner =
  /** Any word. */
  | 'word'
  /** Words that begin with capitals, or a word that no sentence has. */
  | 'words'
  /** A word that no sentence has. */
  | 'given'
  /** The same, and with a digit; and nothing that devices connect to. */
  | 'odd'
  /** None. */
  | 'quoted';

/** The value of `text` at `from`, blanks before it; undefined where none stands there. */
export function readValue(text: string, from: number, manner: Manner): Span | undefined {
  let at = from;
  while (at < from + 4 && (text[at] === ' ' || text[at] === '\t')) at += 1;
  const rest = text.slice(at, at + VALUE_CHARS + 6);
  const quoted = QUOTED.exec(rest);
  if (quoted !== null) {
    const start = at + quoted[0].indexOf(quoted[2]!, 1);
    if (/^[^\s]+\.[a-z]{2,}(?::\d+)?$|:\/\//i.test(quoted[2]!) && manner !== 'word') return undefined;
    return isWithheld(quoted[2]!) ? undefined : { start, end: start + quoted[2]!.length, quoted: true };
  }
  if (manner === 'quoted') return undefined;
  const capitals = manner === 'words' ? CAPITALS.exec(rest)?.[0].replace(BESIDE, '') : undefined;
  const bare = BARE.exec(rest);
  if (bare === null || isWithheld(rest)) return undefined;
  const word = bare[1]!.replace(/(?<=.)[.:!?…]+$/u, '');
  const start = at + bare[0].indexOf(bare[1]!);
  if (capitals !== undefined && capitals.length > word.length) return { start, end: start + capitals.length, quoted: false };
  return isTaken(word, manner) || capitals === word ? { start, end: start + word.length, quoted: false } : undefined;
}

function isTaken(word: string, manner: Manner): boolean {
  if (manner === 'word') return true;
  if (word.length < 4 || !/\p{L}{2}/u.test(word) || !GIVEN.test(word) || NO_NAME.test(word)) return false;
  return manner !== 'odd' || (/\p{Nd}/u.test(word) && !OTHERS.test(word));
}

/** What stands where a value was taken out is no value. */
function isWithheld(text: string): boolean {
  return /^\[?withheld/.test(text);
}
