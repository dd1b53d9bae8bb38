// What a sentence says of a network without calling it by a name: whom a device joined, what a command hands over, what a scan found.
import { type Manner, readValue, type Span } from './labelled-value.js';

/** A value that a phrase gives, and what it is. */
export interface Given extends Span {
  readonly category: 'wifi_ssid' | 'wifi_password' | 'credential';
}

/** What networks are called; between a verb and a name, or before a name. */
const NETWORK =
  '(?:wi-?fi|wlan\\d?|wireless|network|net|hotspot|access[ -]?point|ap\\d?|bss|ssid|router|netzwerk|netz|réseau|reseau|red|rede|rete|sieci|сет(?:ь|и|ью)|вай-?фай|точк[аеиу] доступа|роутер\\p{L}{0,2}|无线|网络|wifi网络|ağı)';
const ARTICLE = '(?:the|a|an|new|home|known|saved|open|my|your|as|le|la|el|dem|das|der|im|to|named|called|id|name)';
const VERBS = [
  '(?:re)?connect(?:ed|ing|s)?(?: successfully| automatically| as (?:a )?(?:wifi |wi-fi )?client)?(?: back)? (?:to|with)',
  '(?:dis|re)associated (?:from|with)|associat(?:ed|ing|e) (?:to|with)|authenticat(?:ed|ing|e) (?:to|with)',
  '(?:re)?join(?:ed|ing)?|roam(?:ed|ing)? to|disconnected from|switch(?:ed|ing)? to|attached to|connection (?:to|with)|forg[eo]t(?:ten)?',
  'verbunden mit|verbinde mit|verbindung (?:mit|zu[mr]?)|getrennt von',
  '(?:dé)?connecté[es]? (?:au|à|du|de)|connexion (?:au|à)|(?:des)?conectad[oa]s? (?:a|al|à|ao|con|de)|conectando(?:-se)? (?:a|al|con)|(?:dis)?connesso (?:a|al|alla|da)|połączono z',
  '(?:пере)?подключ\\p{L}{1,8}(?: устройств\\p{L}{1,3})? (?:к|ко)|отключ\\p{L}{1,8} от|соединен\\p{L}{1,3} (?:с|со|к)|подсоедин\\p{L}{1,6} к',
  '已?(?:连接|連接|加入)(?:到|至|了)?|желісіне',
].join('|');
const JOINED = new RegExp(
  `(?<![\\p{L}\\p{N}])(?:${VERBS})(?: ${ARTICLE}(?= ))?((?:[ ]?${NETWORK}(?![\\p{L}\\p{N}])){0,3})[:=]?(?:(?=[ \\t"'«“„])|(?<=\\p{Script=Han}))`,
  'giu',
);
/** `network "…"`, `сеть …`, `Found AP …`: the noun alone. */
const NOUN = new RegExp(
  `(?<![\\p{L}\\p{N}_.:/-])${NETWORK}(?: ${NETWORK})?(?: (?:name|named|called|is))?[:=]?(?=[ \\t]{1,2}|["'«“„])`,
  'giu',
);
/** Words that make a joined thing a network. */
const CUE =
  /wi-?fi|wlan|ssid|802\.11|wpa|rssi|dbm|hotspot|access ?point|\baps?\b|\bnetwork|channel|\baid\b|вай-?фай|сет[ьи]|netz|réseau|\bred\b|网络|无线|\bsta\b/i;
/** A name in quotes beside an address: `'…' (a4:2b:…)`. */
const BESIDE =
  /(["'«])([^"'«»\n]{1,64})["'»][ \t]{0,2}[([,]{0,2}[ \t]?(?:bssid[:= ]{0,2})?(?=(?:[0-9a-f]{2}[:-]){5}[0-9a-f]{2}(?![0-9a-f]))/gi;

/** Turkish has the name first: `"…" ağına bağlandı`. */
const INTO =
  /(?:["'«“]([^"'«»“”\n]{1,64})["'»”]|(?<![^\s])([^\s"'«»“”]{2,64})) (?:wi-?fi |kablosuz |yerel )?ağ(?:ına|ından)(?![\p{L}\p{N}])/giu;

/** `yes:My net:F4\\:CF\\:…`: nmcli for programs. */
const TERSE = /(?<=[:\n]|^)([^:\n]{1,64}):(?=(?:[0-9a-f]{2}\\:){5}[0-9a-f]{2})/gi;

/** Commands that hand over a name and, behind it, the key. */
const COMMANDS: readonly (readonly [RegExp, Manner])[] = [
  [/\+?(?:CWJAP|CWSAP|WJOIN|QSTAPINFO|CWLAP)(?:_CUR|_DEF)?[=:] ?/g, 'quoted'],
  [/\bWiFi(?:Multi)?\.(?:begin|softAP|addAP|connect)\( ?/g, 'quoted'],
  [/\bwpa_passphrase /g, 'word'],
  [/-setairportnetwork [a-z]{1,6}\d{1,2} /g, 'word'],
  [/\b(?:nmcli (?:[-a-z]{1,12} ){0,4}|iw (?:dev )?[a-z0-9]{1,12} )(?:connect|hotspot|join) (?!to )/g, 'word'],
  [/\bnmcli (?:[-a-z]{1,12} ){0,4}(?:up|down|id|delete|modify|con-name) (?:id )?/g, 'given'],
  [/\bnetsh wlan [a-z ]{3,24}(?:name|ssid)=/g, 'word'],
  [/\bwifi:\/\//g, 'word'],
  [/state: \w{1,16}(?:\/\w{1,16})?, .{0,40}?extra: (?=")/g, 'quoted'], // Android's NetworkInfo
];
/** What may stand between the two. */
const THEN =
  /^["']?[ \t]{0,2}(?:,[ \t]?|:|[ \t]|password[ =:]{1,2}|key[ =:]{1,2}(?:[0s]:)?|psk[ =:]{1,2}|wpa-psk[ =:]{1,2}){1,3}/i;
/** Longest text behind a command that is read. */
const AHEAD = 200;

/** Everything that phrases and commands give, in no order. Linear: each look ahead is bounded. */
export function phrased(text: string): Given[] {
  const found: Given[] = [];
  const cue = CUE.test(text);
  each(JOINED, text, (match) => {
    const named = (match[1] ?? '').trim() !== '';
    const manner: Manner = named ? 'words' : cue ? 'given' : 'odd';
    push(found, readValue(text, match.index + match[0].length, manner), 'wifi_ssid');
  });
  each(NOUN, text, (match) => push(found, readValue(text, match.index + match[0].length, 'given'), 'wifi_ssid'));
  each(BESIDE, text, (match) => {
    const start = match.index + 1;
    found.push({ category: 'wifi_ssid', start, end: start + match[2]!.length, quoted: true });
  });
  if (text.includes('ağ')) each(INTO, text, (match) => into(text, match, found));
  each(TERSE, text, (match) =>
    push(found, { start: match.index, end: match.index + match[1]!.length, quoted: false }, 'wifi_ssid'),
  );
  for (const [pattern, manner] of COMMANDS) each(pattern, text, (match) => command(text, match, manner, found));
  return found;
}

function into(text: string, match: RegExpExecArray, found: Given[]): void {
  const quoted = match[1] !== undefined;
  const start = match.index + (quoted ? 1 : 0);
  const value = quoted ? { start, end: start + match[1]!.length, quoted } : readValue(text, start, 'given');
  push(found, value, 'wifi_ssid');
}

function command(text: string, match: RegExpExecArray, manner: Manner, found: Given[]): void {
  const from = match.index + match[0].length;
  const url = match[0].endsWith('//');
  const name = url ? untilColon(text, from) : readValue(text, from, manner);
  if (name === undefined) return;
  push(found, name, 'wifi_ssid');
  const behind = text.slice(name.end, name.end + AHEAD);
  const then = THEN.exec(behind);
  if (then === null) return;
  const key = readValue(text, name.end + then[0].length, manner === 'quoted' ? 'quoted' : 'word');
  if (
    key === undefined ||
    /^(?:[0-9a-f]{2}:){5}[0-9a-f]{2}$|^(?:ifname|name|hidden|--?\w+|\d+)$/i.test(text.slice(key.start, key.end))
  )
    return;
  const end = url ? key.start + text.slice(key.start, key.end).replace(/@.*$/, '').length : key.end;
  push(found, { ...key, end }, 'wifi_password');
}

/** `wifi://name:key@…` */
function untilColon(text: string, from: number): Span | undefined {
  const name = /^[^\s:@/?#]{1,64}/.exec(text.slice(from, from + 64))?.[0];
  return name === undefined ? undefined : { start: from, end: from + name.length, quoted: false };
}

function push(found: Given[], span: Span | undefined, category: Given['category']): void {
  if (span !== undefined && span.end > span.start) found.push({ ...span, category });
}

export function each(pattern: RegExp, text: string, visit: (match: RegExpExecArray) => void): void {
  pattern.lastIndex = 0;
  for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) visit(match);
}

/** Passwords: of a network where the text speaks of one, else of an account. */
const PASS =
  '(?:pass(?:word|phrase|wd|code)|pwd|psk|(?:wpa[23]?|wifi|wlan|wi-fi|network)[ _-]?(?:key|psk|pass|schlüssel|passwort)|kennwort|passwor[dt]|(?:netzwerk)?schlüssel|mot de passe|contraseña|senha|hasło|парол(?:ь|я|ем)|密码|密碼|パスワード|비밀번호)';
const WHOSE = '(?: ?(?:for|of|to|für|du|de|del|pour|para|от|для|к)(?: [^\\s:=]{1,32}){1,4}?| wi-?fi| wlan)?';
const PASSWORD = new RegExp(
  `(?<![\\p{L}\\p{N}])${PASS}(?![\\p{L}\\p{N}])${WHOSE}(["']?[ \\t]{0,2}(?:[:=]{1,2}>?|：)[ \\t]{0,2}|[ \\t](?:is|ist|est|es|это|—|–|-)[ \\t]|[ \\t]{1,2}(?=["'«“„])|[ \\t]{1,2}|是)`,
  'giu',
);
/** `option key '…'`, `key 0:…`, `key s:…`: a key where the text speaks of a network. */
const KEY = /(?<![\p{L}\p{N}_-])(?:option )?key(?:[ \t]{1,2}(?:[0s]:|(?=["']))|[ \t]?[:=][ \t]?)/giu;
const KEY_CUE = /ssid|wi-?fi|wlan|wpa|\biw|encryption/i;
/** What is said of a password rather than given. */
const SAID =
  /^(?:wrong|incorrect|invalid|changed?|required|expired|ok|reset|must|should|not?|too|and|or|was|is|are|has|have|field|protected|missing|empty|set|unset|updated?|accepted|rejected|failed|failure|error|mismatch|does|do|did|cannot|can|could|will|hint|policy|manager|length|strength|weak|strong|removed?|deleted|saved|stored|entered|sent|received|of|for|to|from|in|on|at|by|the|a|an|this|please|again|true|false|null|none|undefined|yes|hidden|masked|redacted|неверн\p{L}*|изменен\p{L}*|изменён\p{L}*|не|и|для|от|принят|установлен\p{L}*|обязател\p{L}*|falsch|geändert|incorrecta?|incorrecto|错误|已\p{L}*|\*+|x+|\.+|<.*)$/iu;

const ACCOUNT = /user|login|account|e-?mail|@|логин|учётн|аккаунт|konto|compte|cuenta/i;

/** Passwords that a sentence gives. */
export function passwords(text: string): Given[] {
  const found: Given[] = [];
  // What opens an account is the device's own to send; what merely stands in a sentence opens the network as likely.
  const account = ACCOUNT.test(text) && !CUE.test(text);
  each(PASSWORD, text, (match) => {
    const mark = match[1]!.trim();
    const manner: Manner = /[:=：是]/.test(mark) ? 'word' : 'given';
    const value = readValue(text, match.index + match[0].length, manner);
    if (value === undefined || SAID.test(text.slice(value.start, value.end)) || value.end - value.start < 4) return;
    push(found, value, account && !/psk|passphrase/i.test(match[0]) ? 'credential' : 'wifi_password');
  });
  if (KEY_CUE.test(text)) {
    each(KEY, text, (match) => {
      const value = readValue(text, match.index + match[0].length, 'word');
      if (value !== undefined && value.end - value.start >= 4 && !SAID.test(text.slice(value.start, value.end)))
        push(found, value, 'wifi_password');
    });
  }
  return found;
}
