// The words of a field's name, and how they agree with a pattern's.
import { foldText } from '../../text/fold.js';

/** A name cut into words. `head` is the index of the last word with a meaning of its own, -1 when there is none. */
export interface NameWords {
  readonly words: readonly string[];
  readonly head: number;
}

/** Words that only say "here is a value": the word before them is the head; alone, they inherit the enclosing name. */
export const NEUTRAL = new Set(
  'value values val v str string text txt hex b64 base64 raw data info information current cur last latest new old prev previous default list array items item entry result results content contents payload body obj object param params field fields attr attrs attribute attributes prop props property properties the my own this self real actual final full of'.split(
    ' ',
  ),
);
/** Heads that say how a thing is written rather than what it is: skipped when nothing matches with them. */
export const FORMAL = new Set('address addr adr number num no nr name label title string code 名 名称'.split(' '));
/** The same for kinds of numbers and units, which are no words to cut others by (`decode`, `hint`). */
export const WRITTEN_AS = new Set(
  'int integer long uint uint32 int32 int64 dec decimal hexadecimal numeric deg degree degrees be le'.split(' '),
);
/** Between a name and its unit (`latitudeInDegrees`). */
export const JOINING = new Set(['in', 'as']);
/** Heads under which a long number or token is an identifier rather than a reading. */
export const ID_LIKE = new Set(
  'id uid uuid guid udid did cid pid oid identifier ident identity key token sn serial no number code hash signature sign digest fingerprint account user owner device imei imsi iccid mac address addr contact tel phone'.split(
    ' ',
  ),
);
/** Words that say which one of a kind is meant: they belong to their own name (`lastKnownState.name` is nobody's last name). */
const QUALIFYING = new Set('first last middle full given real legal nick'.split(' '));
/** Heads that so many things have that only the name right around them speaks for them, and no word may stand between. */
export const COMMON_HEADS = new Set('id type code version number'.split(' '));
/** Words so telling that they are seen at the end of a run of unknown letters too (`gprsimei`, `nvspassword`). */
const UNMISTAKABLE = [
  'bssid',
  'essid',
  'ssid',
  'macaddress',
  'macaddr',
  'ipaddress',
  'ipaddr',
  'passphrase',
  'password',
  'passwd',
  'latitude',
  'longitude',
  'hostname',
  'email',
  'iccid',
  'imei',
  'rssi',
] as const;

/** Longest name that is looked at word by word; a longer one is data, and is judged as a value. */
const NAME_LENGTH_MAX = 128;
/** Most words of a name that are compared. */
const WORDS_MAX = 16;
/** Where Latin letters or digits meet a script without blanks (`SSID名`, `路由器mac`). */
const SCRIPTS =
  /([\p{Script=Latin}\p{Nd}])(?=[\p{Script=Han}\p{Script=Hangul}\p{Script=Katakana}\p{Script=Hiragana}])|([\p{Script=Han}\p{Script=Hangul}\p{Script=Katakana}\p{Script=Hiragana}])(?=[\p{Script=Latin}\p{Nd}])/gu;

/** Cuts camelCase, snake_case, kebab-case, dots, brackets and digits; folds each piece. Scripts without case stay whole. */
export function pieces(name: string): string[] {
  // What a name is stands at its end.
  const folded = foldText(name.length > NAME_LENGTH_MAX ? name.slice(-NAME_LENGTH_MAX) : name);
  const parts = folded
    .replace(/(\p{Ll}|\p{Nd})(\p{Lu})/gu, '$1 $2')
    .replace(/(\p{Lu})(\p{Lu}\p{Ll})/gu, '$1 $2')
    .replace(SCRIPTS, '$1$2 ')
    .toLowerCase()
    .split(/[^\p{L}\p{Nd}]+/u);
  return parts.filter((p) => p !== '').slice(-WORDS_MAX);
}

/** A single letter after a word says how it is written (`latitude_i`: as an integer), not what it is. */
export function isSuffix(words: readonly string[], at: number): boolean {
  return at > 0 && words[at]!.length === 1 && words[at - 1]!.length > 2;
}

/** Does an enclosing name say what it holds? A number or a key in a map (`{"rooms":{"a1b2":{…}}}`) does not. */
export function speaks({ words, head }: NameWords): boolean {
  const numbered = words.some((word) => /\p{Nd}/u.test(word));
  return head >= 0 && !(numbered && (words.length > 2 || words.every((word) => word.length < 3)));
}

/** Do the words end in these, in the singular or the plural (`rooms[].name`)? */
export function endsIn(words: readonly string[], these: readonly string[]): boolean {
  const start = words.length - these.length;
  return start >= 0 && these.every((one, i) => words[start + i] === one || words[start + i] === `${one}s`);
}

/** A run that ends in a word nobody mistakes. */
export function parted(piece: string): string[] | undefined {
  const word = UNMISTAKABLE.find((one) => piece.endsWith(one));
  return word === undefined ? undefined : [piece.slice(0, -word.length), word];
}

/** How well the words before a pattern's head are found: own words count 3, words of enclosing members 1; -1 when one is missing. */
export function agreement(pattern: readonly string[], own: readonly string[], before: readonly string[]): number {
  let weight = 3;
  let ownEnd = own.length;
  let beforeEnd = before.length;
  for (let i = pattern.length - 2; i >= 0; i -= 1) {
    const inOwn = ownEnd > 0 ? own.lastIndexOf(pattern[i]!, ownEnd - 1) : -1;
    if (inOwn >= 0) {
      ownEnd = inOwn;
      weight += 3;
      continue;
    }
    if (QUALIFYING.has(pattern[i]!)) return -1;
    if (COMMON_HEADS.has(pattern.at(-1)!) && own.slice(0, ownEnd).some((word) => !NEUTRAL.has(word))) return -1;
    ownEnd = 0;
    const inBefore = beforeEnd > 0 ? before.lastIndexOf(pattern[i]!, beforeEnd - 1) : -1;
    if (inBefore < 0) return -1;
    beforeEnd = inBefore;
    weight += 1;
  }
  return weight;
}
