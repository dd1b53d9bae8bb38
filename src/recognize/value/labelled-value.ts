// The value that stands behind a label in a text: after a mark that gives (`:`, `=`, `=>`), in quotes, in the next cell or line.
import type { CategoryId } from '../../model.js';
import { plausible } from './plausible.js';

/** How far behind a label its value is looked for: marks, a network's key of 64 digits with escapes. */
const AHEAD_CHARS = 160;
/** Between a label and its value: a mark that gives, or one that only parts (`|`, `/`, a blank). */
const GIVES = /^\d?(?:_?[25][._]?4?g)?\\?["'`\])}>]{0,2}\s{0,4}(?:[:=：]{1,2}>?|->|~|\bis\b|\beq\b|\bto\b)\s{0,4}/i;
const BLANK = /^["']?[ \t]{1,2}/;
const PARTS = /^\d?["'`\])}>]{0,2}(?:\s{0,2}[|;,/.-]\s{0,2}|\s{1,40})/;
/** A value in quotes, also in escaped ones. */
const QUOTED = /^\\?(["'`«“‘]["']?)([^"'`»”’\\\n]{1,64})\\?["'`»”’]/;
const OPEN_QUOTE = /^\\?["'`«“‘]/;
const BARE = /^[([{<]{0,2}([^\s"'`<>,;，。；、|&()[\]{}\\/]{1,64})/;
/** Words after a mark, of at most so many characters: up to what ends a value, two blanks, the next pair, or what logs tell beside it. */
const WORDS_MAX = 63;
const WORDS = /^[^\s"'`<>,;，。；、|&()[\]{}\\][^"'`<>,;，。；、|&()[\]{}\\\r\n\t]{0,62}/;
const NEXT = /\s(?:\s|[\p{L}\w.-]{1,24}[:=]|(?:channel|b?ssid|rssi|signal|security|freq|mac|aid|reason|via)(?![\p{L}\p{N}]))/iu;
const NEXT_CHARS = 26;
const ENDS = /^["'`<>,;，。；、|&()[\]{}\\\r\n\t]/;
/** A word that merely parted from a label is its value only where no sentence would have it: with a digit, or a capital inside. */
const NO_WORD = /\p{Nd}|\p{Ll}\p{Lu}|^\p{Lu}\p{Ll}.*[-_]/u;
/** An index in a path of names (`PreSharedKey.1.KeyPassphrase`). */
const INDEX = /^\d{1,3}(?:\.|$)/;
/** A list of names names nothing: `ssid,rssi,bssid2`. */
const LABELS =
  /^(?:b?e?ssid|rssi|mac|ip|psk|channel|freq\w*|auth\w*|mode|type|hidden|status|security|signal(?: level)?|bars|rate|band|name|password|capabilities|flags|enc\w*|quality|level|vendor|time)\w{0,2}$/i;

/** What may stand behind a label: all of these; a mark that gives or quotes; of an option (`--ssid x`) the next word as well. */
export type Behind = 'anything' | 'mark' | 'option';

/** Where the value of `category` stands behind a label that ends at `from`; undefined where none does. */
export function valueAfter(
  text: string,
  from: number,
  category: CategoryId,
  behind: Behind,
): readonly [number, number] | undefined {
  const rest = text.slice(from, from + AHEAD_CHARS);
  const span = behind === 'mark' ? givenAfter(rest, quotedAfter(rest, BLANK)) : wordsAfter(rest, behind === 'option');
  if (span === undefined) return undefined;
  const value = rest.slice(...span);
  const named = LABELS.test(value) || /^\[?withheld/.test(value) || !plausible(category, value, 'text');
  return named ? undefined : [from + span[0], from + span[1]];
}

function quotedAfter(rest: string, parts: RegExp): [number, number] | undefined {
  const begin = (GIVES.exec(rest) ?? parts.exec(rest))?.[0].length;
  const quoted = begin === undefined ? null : QUOTED.exec(rest.slice(begin));
  if (quoted === null) return undefined;
  const start = begin! + quoted[0].indexOf(quoted[2]!, 1);
  return [start, start + quoted[2]!.length];
}

/** The value in the next cell (`ssid|…|`), or in the next line where the label stands alone in its own. */
function cellAfter(rest: string): [number, number] | undefined {
  const match =
    /^[ \t]?([|;~^\t])[ \t]?([^|;~^\t\r\n]{1,64}?)[ \t]?(?=[|;~^\t\r\n]|$)/.exec(rest) ??
    /^[ \t]{0,16}(:?)[ \t]{0,16}\r?\n[ \t]{0,64}([^\s][^\r\n]{0,63})(?=[\r\n]|$)/.exec(rest);
  if (match === null || match[2]!.trim() === '') return undefined;
  const start = match[0].lastIndexOf(match[2]!);
  return [start, start + match[2]!.length];
}

/** Behind a mark that gives: words without quotes. A quote that never closes (a text cut off) is passed over. */
function givenAfter(rest: string, quoted: [number, number] | undefined): [number, number] | undefined {
  const gives = GIVES.exec(rest);
  if (quoted !== undefined || gives === null) return quoted;
  const from = gives[0].length + (OPEN_QUOTE.exec(rest.slice(gives[0].length))?.[0].length ?? 0);
  const after = rest.slice(from);
  return spanOf(wordsOf(after) ?? BARE.exec(after)?.[1], after, from);
}

function wordsAfter(rest: string, option: boolean): [number, number] | undefined {
  const cell = quotedAfter(rest, PARTS) ?? cellAfter(rest);
  if (cell !== undefined) return cell;
  if (GIVES.test(rest)) return givenAfter(rest, undefined);
  const parts = PARTS.exec(rest);
  if (parts === null) return undefined;
  const after = rest.slice(parts[0].length);
  const word = BARE.exec(after)?.[1];
  if (word === undefined || word.startsWith('--') || !(option || (NO_WORD.test(word) && !INDEX.test(word)))) return undefined;
  return spanOf(word, after, parts[0].length);
}

function spanOf(value: string | undefined, after: string, from: number): [number, number] | undefined {
  if (value === undefined) return undefined;
  const start = from + after.indexOf(value);
  return [start, start + value.length];
}

/** Words of a value that nothing quotes; undefined where they do not end. */
function wordsOf(after: string): string | undefined {
  const run = WORDS.exec(after)?.[0];
  if (run === undefined) return undefined;
  const next = NEXT.exec(after.slice(0, run.length + NEXT_CHARS))?.index;
  if (next !== undefined && next <= run.length) return run.slice(0, next);
  const ended = run.length < WORDS_MAX || run.length === after.length || ENDS.test(after.slice(run.length, run.length + 1));
  return ended ? run.trimEnd() : undefined;
}
