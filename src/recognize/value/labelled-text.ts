// What a text itself calls by its name: `ssid: Sunny Corner`, `--ssid=…`, `"psk":"…"` in a text that is no JSON, `option key '…'`. Only
// labels whose values show by nothing else: networks, their keys, and passwords. Addresses and places are found as they are.
import { HubError } from '../../errors.js';
import type { CategoryId, Finding } from '../../model.js';
import { withFolded } from '../../text/lookalikes.js';
import type { ValueRecognizer } from '../evidence.js';
import { BLANK, COLON, DASH, DOT, MARK, SLASH, WIDE } from '../prefilter.js';
import { add, VALUE } from './finding.js';
import { type Behind, valueAfter } from './labelled-value.js';

const WIFI = '(?:wi-?fi|wlan|wireless|network|net|router|hotspot|softap|ap|sta|ssid|wpa[23]?|wep)';
const SECRET = '(?:pass(?:word|phrase|wd|code)?|pwd|key|psk|secret)';
/** Labels of a network's key, of a password whose owner the rest of the text tells, and of a network's name. */
const KEYS = `${WIFI}[ _.-]?${SECRET}|psk|passphrase|pre-?shared[ _-]?key|option key|пароль[ _](?:от[ _])?(?:wi-?fi|вай-?фай|сети)|wifi密码|无线密码`;
const PASSWORDS = 'pass(?:word|wd|code)|pwd|пароль|密码';
const NAMES =
  'e?ssid|(?:wi-?fi|wlan|wireless|network|hotspot|access[ -]?point)[ _.-]?name|имя[ _](?:сети|wi-?fi|вай-?фай)|название[ _]сети|(?:无线|wi-?fi)?网络名称?|netzwerkname';
const LABEL = withFolded(new RegExp(`(${KEYS})|(${PASSWORDS})|${NAMES}`, 'giu'));
/** The words that all of these have. */
const WORDS = withFolded(/ssid|psk|pass|pwd|key|secret|name|имя|название|парол|密码|网络名/iu);

/** One of them parts each label from its value. */
const PARTING = BLANK | COLON | MARK | DOT | DASH | SLASH | WIDE;

/** What is said of a password rather than given. */
const SAID = withFolded(
  /^(?:wrong|incorrect|invalid|changed?|required|expired|ok|reset|must|should|not|too|and|or|was|is|are|has|have|protected|missing|empty|set|unset|updated?|accepted|rejected|failed|failure|error|mismatch|hint|policy|removed?|deleted|saved|stored|true|false|null|none|undefined|yes|hidden|masked|redacted|неверн\p{L}*|не|\*+|x+|\.+|<.*)(?:[\s,;]|$)/iu,
);
const SHORTEST_PASSWORD = 4;
/** Dashes of an option, and the words before its label (`--wifi-sta-ssid`). */
const OPTION_CHARS = 20;
/** Words that make a password an account's, unless the text speaks of a network as well. */
const ACCOUNT = withFolded(/user|login|account|e-?mail|@|логин|учётн|аккаунт/i);
const NETWORK = withFolded(/wi-?fi|wlan|ssid|802\.11|wpa|hotspot|access ?point|\bnetwork|вай-?фай|сет[ьи]|网络|无线|\bsta\b/i);

/** Longest text searched: a longer one is data, and its lines are judged one by one. */
const LENGTH_MAX = 65_536;
/** Most labels of one text: each costs some 10 µs, and a list of every network in sight has a hundred. */
const LABELS_MAX = 1024;

/** Does a label begin here: at the start of a word, behind `_`, `.` or `-`, or where camelCase turns? */
function standsAlone(text: string, at: number, label: string): boolean {
  const before = text[at - 1];
  if (before === undefined || !/[\p{L}\p{N}]/u.test(before)) return true;
  return /[\p{Ll}\p{Nd}]/u.test(before) && /^\p{Lu}/u.test(label);
}

function findLabelled(text: string, out: Finding[]): void {
  if (text.length > LENGTH_MAX) return;
  let labels = 0;
  LABEL.lastIndex = 0;
  for (let match = LABEL.exec(text); match !== null; match = LABEL.exec(text)) {
    if (++labels > LABELS_MAX) throw new HubError('too_many_fields', 'names in a text');
    if (!standsAlone(text, match.index, match[0])) continue;
    const password = match[2] !== undefined;
    const category: CategoryId = password ? ownerOf(text) : match[1] === undefined ? 'wifi_ssid' : 'wifi_password';
    const behind = behindOf(text, match.index, password || match[0].toLowerCase() === 'option key');
    const span = valueAfter(text, match.index + match[0].length, category, behind);
    if (span === undefined) continue;
    const value = text.slice(...span);
    if (password && (value.length < SHORTEST_PASSWORD || SAID.test(value))) continue;
    add(out, category, ...span, `text:${value}`);
    LABEL.lastIndex = span[1];
  }
}

/** `--ssid x`: an option's value is the next word. */
function behindOf(text: string, at: number, marked: boolean): Behind {
  if (/(?:^|\s)--?[\w-]{0,16}$/.test(text.slice(Math.max(0, at - OPTION_CHARS), at))) return 'option';
  return marked ? 'mark' : 'anything';
}

/** What opens an account is the device's own to send; another password opens the network as likely. */
function ownerOf(text: string): CategoryId {
  return ACCOUNT.test(text) && !NETWORK.test(text) ? 'credential' : 'wifi_password';
}

export const labelledText: ValueRecognizer = {
  ...VALUE,
  says: { en: 'the text itself calls it a network or a password', ru: 'в тексте это названо сетью или паролем' },
  prefilter: { minLength: 6, any: PARTING, words: WORDS },
  recognize: findLabelled,
  examples: [
    { text: 'wifi station: connected to ap SSID:Blue Heron password:hunter2rabbit', from: 'ESP-IDF 5.1, example of a station' },
    { text: 'ESSID:"Marais Loft"', from: 'iwlist 30' },
    { text: "\toption ssid 'Blue Heron'\n\toption key 'hunter2rabbit'", from: 'OpenWrt 23.05, /etc/config/wireless' },
    { text: '\tssid="Blue Heron"\n\tpsk="hunter2rabbit"', from: 'wpa_supplicant.conf' },
    { text: 'MQT: tele/plug/STATE = {"Wifi":{"AP":1,"SSId":"Blue Heron","RSSI":84}}', from: 'Tasmota 13, log' },
    { text: '--portal-ssid BlueHeron7 --portal-passphrase hunter2rabbit', from: 'balena wifi-connect 4' },
    { text: 'имя сети: Берёзки-7', from: 'a log in Russian' },
  ],
  counterexamples: [
    { text: 'ssid not found', from: 'ESP-IDF 5.1' },
    { text: 'password: required', from: 'a form' },
    { text: 'ssid|bssid|channel|security', from: 'header of a table' },
    { text: 'wpa_key_mgmt=WPA-PSK', from: 'wpa_cli 2.10' },
    { text: 'name: Sensor 7', from: 'a log' },
  ],
};
