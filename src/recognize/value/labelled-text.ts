// What a sentence itself calls by its name: `SSID 'Sunny Corner'`, `--ssid=…`, `"psk":"…"` in a text that is no JSON, `wifi password is …`.
// Only names whose values show by nothing else: networks and their keys. Addresses and places are found as they are.
import { HubError } from '../../errors.js';
import type { CategoryId, Finding } from '../../model.js';
import { type Given, passwords, phrased } from './phrases.js';
import { plausible } from './run.js';

const WIFI = '(?:wi-?fi|wlan|wireless|network|net|router|hotspot|softap|ap|sta|ssid|wpa[23]?|wep)';
const SECRET = '(?:pass(?:word|phrase|wd|code)?|pwd|key|psk|secret)';
/** Names of networks, and of what opens them; the first group is the latter. */
const NAME = new RegExp(
  `(${WIFI}[ _.-]?${SECRET}|psk|passphrase|pre-?shared[ _-]?key|пароль[ _](?:от[ _])?(?:wi-?fi|вай-?фай|сети)|wifi密码|无线密码)` +
    `|e?ssid|(?:wi-?fi|wlan|wireless|network|hotspot|access[ _-]?point)[ _.-]?name|имя[ _](?:сети|wi-?fi|вай-?фай)|название[ _]сети|(?:无线|wi-?fi)?网络名称?|netzwerkname`,
  'giu',
);
/** Cheap first look: a text without one of these has no such name. */
const HINT = /ssid|psk|pass|pwd|key|secret|name|имя|название|парол|密[码碼]|网络名/i;
/** What phrases have between their words: a text without is one word. */
const PARTED = /[\s"'=\\]|[a-z]:|[^\x00-\x7f]/i;
/** The same for phrases and commands that name nothing, and for a name in quotes beside an address. */
const PHRASE_HINT =
  /w(?:i-?fi|lan|pa_)|con(?:n|ec)|a(?:ssoc|ccess|ttach|uthen)|join|r(?:oam|eseau|ete )|verb|getrennt|net(?:w|z|sh)|\b(?:red|ap |iw )|hotspot|switch|forg|cw(?:jap|sap)|nmcli|["'][^"'\n]{1,64}["'][ \t]{0,2}[([,]|\\:[0-9a-f]{2}\\:/i;
/** In texts beyond ASCII only. */
const OTHER_PHRASE_HINT = /réseau|сет[ьи]|ağ|вай|точк|подкл|откл|соедин|连接|連接|加入|网络|无线/i;
const OTHER = /[^\x00-\x7f]/;
const PASSWORD_HINT = /pass|pwd|psk|key|schl|wort|contrase|senha|has[lł]|парол|密|パス|비밀/i;
/** What may stand between a name and its value: a mark that gives (`:`, `=`, `=>`, `->`), or one that only parts (`|`, `/`, a blank). */
const GIVES = /^\d?(?:_?[25][._]?4?g)?\\?["'`\])}>]{0,2}\s{0,4}(?:[:=：]{1,2}>?|->|~|\bis\b|\beq\b|\bto\b)\s{0,4}/i;
const PARTS = /^\d?["'`\])}>]{0,2}(?:\s{0,2}[|;,/.-]\s{0,2}|\s{1,40})/;
/** A value in quotes, also in escaped ones. */
const QUOTED = /^\\?(["'`«“‘]["']?)([^"'`»”’\\\n]{1,64})\\?["'`»”’]/;
const BARE = /^[([{<]{0,2}([^\s"'`<>,;，。；、|&()[\]{}\\/]{1,64})/;
/** Words after a mark, of at most so many characters: up to what ends a value, two blanks, or the next pair. */
const WORDS_MAX = 63;
const WORDS = /^[^\s"'`<>,;，。；、|&()[\]{}\\][^"'`<>,;，。；、|&()[\]{}\\\r\n\t]{0,62}/;
const NEXT_PAIR = /\s(?:\s|[\p{L}\w.-]{1,24}[:=])/u;
const NEXT_PAIR_MAX = 26;
const ENDS = /^["'`<>,;，。；、|&()[\]{}\\\r\n\t]/;
/** A word that merely parted from a name is its value only where no sentence would have it: with a digit, or a capital inside. */
const GIVEN = /\p{Nd}|\p{Ll}\p{Lu}|^\p{Lu}\p{Ll}.*[-_]/u;
const INDEX = /^\d{1,3}(?:\.|$)/;
/** A list of names names nothing: `ssid,rssi,bssid2`. */
const NAMES =
  /^(?:b?e?ssid|rssi|mac|ip|psk|channel|freq\w*|auth\w*|bssid|mode|type|hidden|status|security|signal(?: level)?|bars|rate|band|name|password|capabilities|flags|enc\w*|quality|level|vendor|time)\w{0,2}$/i;
/** Longest text searched: a longer one is data, and its lines are judged one by one. */
const LENGTH_MAX = 65_536;
/** Most names that one text may say: each costs some 10 µs, and a list of every network in sight has a hundred. */
const NAMES_MAX = 1024;
const NOTHING: readonly Finding[] = Object.freeze([]);

/**
 * Values that `text` gives to a network's name or key; in order, without overlaps. Linear: each look ahead is bounded. Throws
 * `too_many_fields` for a text that says more than `NAMES_MAX` names.
 */
export function spokenValues(text: string): readonly Finding[] {
  if (text.length < 6 || text.length > LENGTH_MAX) return NOTHING;
  const named = HINT.test(text) ? called(text) : NOTHING;
  if (!PARTED.test(text)) return named;
  const isPhrase = PHRASE_HINT.test(text) || (OTHER.test(text) && OTHER_PHRASE_HINT.test(text));
  const given = isPhrase ? phrased(text) : [];
  if (PASSWORD_HINT.test(text)) given.push(...passwords(text));
  return given.length === 0 ? named : merged(named, given, text);
}

/** What the text calls by its name. */
function called(text: string): readonly Finding[] {
  const found: Finding[] = [];
  let names = 0;
  NAME.lastIndex = 0;
  for (let match = NAME.exec(text); match !== null; match = NAME.exec(text)) {
    if (++names > NAMES_MAX) throw new HubError('too_many_fields', 'names in a text');
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

/** Both in order; of two that overlap the named one counts, then the earlier. */
function merged(named: readonly Finding[], given: Given[], text: string): readonly Finding[] {
  const found: Finding[] = [];
  let next = 0;
  let end = 0;
  for (const one of given.sort((a, b) => a.start - b.start)) {
    while (next < named.length && named[next]!.end <= one.start) found.push(named[next++]!);
    if (one.start < end || (named[next]?.start ?? one.end) < one.end) continue;
    const said = text.slice(one.start, one.end);
    if (!plausible(one.category, said, 'text') || NAMES.test(said)) continue;
    end = one.end;
    found.push({ category: one.category, start: one.start, end, canonical: `text:${said}`, strength: 'certain' });
  }
  found.push(...named.slice(next));
  return found;
}

/** Does a name begin here: at the start of a word, behind `_`, `.` or `-`, or where camelCase turns? */
function standsAlone(text: string, at: number, name: string): boolean {
  const before = text[at - 1];
  if (before === undefined || !/[\p{L}\p{N}]/u.test(before)) return true;
  return /[\p{Ll}\p{Nd}]/u.test(before) && /^\p{Lu}/u.test(name);
}

/** The value in the next cell (`ssid|…|`), or in the next line where the name stands alone in its own. */
function cellAfter(rest: string): [number, number] | undefined {
  const match =
    /^[ \t]?([|;~^\t])[ \t]?([^|;~^\t\r\n]{1,64}?)[ \t]?(?=[|;~^\t\r\n]|$)/.exec(rest) ??
    /^[ \t]{0,16}(:?)[ \t]{0,16}\r?\n[ \t]{0,64}([^\s][^\r\n]{0,63})(?=[\r\n]|$)/.exec(rest);
  if (match === null || match[2]!.trim() === '') return undefined;
  const start = match[0].lastIndexOf(match[2]!);
  return [start, start + match[2]!.length];
}

/** Words of a value that nothing quotes; undefined where they do not end. */
function wordsOf(after: string): string | undefined {
  const run = WORDS.exec(after)?.[0];
  if (run === undefined) return undefined;
  const next = NEXT_PAIR.exec(after.slice(0, run.length + NEXT_PAIR_MAX))?.index;
  if (next !== undefined && next <= run.length) return run.slice(0, next);
  return run.length < WORDS_MAX || run.length === after.length || ENDS.test(after.slice(run.length, run.length + 1))
    ? run.trimEnd()
    : undefined;
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
  if (!quoted) {
    const cell = cellAfter(rest);
    if (cell !== undefined)
      return plausible(category, rest.slice(...cell), 'text') && !NAMES.test(rest.slice(...cell)) ? cell : undefined;
  }
  const found = quoted?.[2] ?? ((gives && wordsOf(after)) || BARE.exec(after)?.[1]);
  if (found === undefined || NAMES.test(found) || /^\[?withheld/.test(found)) return undefined;
  // An index in a path of names (`PreSharedKey.1.KeyPassphrase`) is no value.
  if (!quoted && !gives && (!GIVEN.test(found) || INDEX.test(found))) return undefined;
  if (!plausible(category, found, 'text')) return undefined;
  const start = from + after.indexOf(found);
  return [start, start + found.length];
}
