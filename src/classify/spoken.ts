// What a sentence itself calls by its name: `SSID 'Sunny Corner'`, `--ssid=…`, `"psk":"…"` in a text that is no JSON, `wifi password is …`.
// Only names whose values show by nothing else: networks and their keys. Addresses and places are found as they are.
import type { CategoryId, Finding } from '../model.js';
import { plausible } from './values.js';

const WIFI = '(?:wi-?fi|wlan|wireless|network|net|router|hotspot|softap|ap|sta|ssid|wpa[23]?|wep)';
const SECRET = '(?:pass(?:word|phrase|wd|code)?|pwd|key|psk|secret)';
/** Names of networks, and of what opens them; the first group is the latter. */
const NAME = new RegExp(
  `(${WIFI}[ _.-]?${SECRET}|psk|passphrase|pre-?shared[ _-]?key|пароль[ _](?:от[ _])?(?:wi-?fi|вай-?фай|сети)|wifi密码|无线密码)` +
    `|e?ssid|(?:wi-?fi|wlan|wireless|network|hotspot|access[ _-]?point)[ _.-]?name|(?:wi-?fi|wlan\\d?)[^\\n\\p{L}]{0,3}(?:connect(?:ed|ing)?|associat(?:ed|ing)|join(?:ed|ing)?|roam(?:ed|ing)?)(?:[ ](?:to|with))?|имя[ _](?:сети|wi-?fi|вай-?фай)|название[ _]сети|网络名称?|netzwerkname`,
  'giu',
);
/** Cheap first look: a text without one of these has no such name. */
const HINT = /ssid|(?:fi|lan).{0,4}(?:conn|assoc|join|roam)|psk|pass|pwd|key|secret|name|имя|название|пароль|密码|网络名/i;
/** What may stand between a name and its value: a mark that gives (`:`, `=`, `=>`, `->`), or one that only parts (`|`, `/`, a blank). */
const GIVES = /^\d?(?:_?[25][._]?4?g)?\\?["'`\])}>]{0,2}\s{0,4}(?:[:=]{1,2}>?|->|~|\bis\b|\beq\b|\bto\b)\s{0,4}/i;
const PARTS = /^\d?["'`\])}>]{0,2}(?:\s{0,2}[|;,/.-]\s{0,2}|\s{1,40})/;
/** A value in quotes, also in escaped ones. */
const QUOTED = /^\\?(["'`«“‘])([^"'`»”’\\\n]{1,64})\\?["'`»”’]/;
const BARE = /^[([{<]{0,2}([^\s"'`<>,;|&()[\]{}\\/]{1,64})/;
/** Words after a mark: up to what ends a value, or the next pair. */
const WORDS =
  /^[^\s"'`<>,;|&()[\]{}\\](?:[^"'`<>,;|&()[\]{}\\\r\n\t]{0,62}?)(?=$|["'`<>,;|&()[\]{}\\\r\n\t]|\s{2}|\s[\p{L}\w.-]{1,24}[:=])/u;
/** A word that merely parted from a name is its value only where no sentence would have it: with a digit, or a capital inside. */
const GIVEN = /\p{Nd}|\p{Ll}\p{Lu}|^\p{Lu}\p{Ll}.*[-_]/u;
const INDEX = /^\d{1,3}(?:\.|$)/;
/** A list of names names nothing: `ssid,rssi,bssid2`. */
const NAMES = /^(?:b?e?ssid|rssi|mac|ip|psk|channel|freq\w*|auth\w*|bssid|mode|type|hidden|status)\w{0,2}$/i;
/** Longest text searched: a longer one is data, and its lines are judged one by one. */
const LENGTH_MAX = 65_536;
const NOTHING: readonly Finding[] = Object.freeze([]);

/** Values that `text` gives to a network's name or key; in order, without overlaps. Linear: each look ahead is bounded. */
export function spokenValues(text: string): readonly Finding[] {
  if (text.length < 6 || text.length > LENGTH_MAX || !HINT.test(text)) return NOTHING;
  const found: Finding[] = [];
  NAME.lastIndex = 0;
  for (let match = NAME.exec(text); match !== null; match = NAME.exec(text)) {
    if (!standsAlone(text, match.index, match[0])) continue;
    const category: CategoryId = match[1] === undefined ? 'wifi_ssid' : 'wifi_password';
    const span = valueAfter(text.slice(match.index + match[0].length, match.index + match[0].length + 160), category);
    if (span === undefined) continue;
    const start = match.index + match[0].length + span[0];
    const end = match.index + match[0].length + span[1];
    found.push({ category, start, end, canonical: `text:${text.slice(start, end)}`, strength: 'certain' });
    NAME.lastIndex = end;
  }
  return found;
}

/** Does a name begin here: at the start of a word, behind `_`, `.` or `-`, or where camelCase turns? */
function standsAlone(text: string, at: number, name: string): boolean {
  const before = text[at - 1];
  if (before === undefined || !/[\p{L}\p{N}]/u.test(before)) return true;
  return /[\p{Ll}\p{Nd}]/u.test(before) && /^\p{Lu}/u.test(name);
}

function valueAfter(rest: string, category: CategoryId): readonly [number, number] | undefined {
  const gives = GIVES.exec(rest);
  const between = gives ?? PARTS.exec(rest);
  if (between === null) return undefined;
  const begin = between[0].length;
  const quoted = QUOTED.exec(rest.slice(begin));
  // A quote that never closes (a text cut off) is passed over.
  const from = quoted === null ? begin + (/^\\?["'`«“‘]/.exec(rest.slice(begin))?.[0].length ?? 0) : begin;
  const after = rest.slice(from);
  const found = quoted?.[2] ?? ((gives && WORDS.exec(after)?.[0].trimEnd()) || BARE.exec(after)?.[1]);
  if (found === undefined || NAMES.test(found) || found.startsWith('[withheld')) return undefined;
  // An index in a path of names (`PreSharedKey.1.KeyPassphrase`) is no value.
  if (!quoted && !gives && (!GIVEN.test(found) || INDEX.test(found))) return undefined;
  if (!plausible(category, found, 'text')) return undefined;
  const start = from + after.indexOf(found);
  return [start, start + found.length];
}
