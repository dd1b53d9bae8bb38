// The words of a field's name, and how they agree with a pattern's.
import { foldText } from '../../text/fold.js';
import type { Vocabulary } from '../vocabulary.js';

/** A name cut into words. `head` is the index of the last word with a meaning of its own, -1 when there is none. */
export interface NameWords {
  readonly words: readonly string[];
  readonly head: number;
}

/** The lists of rules/vocabulary.yaml that say what words do in a name. */
export class WordRoles {
  readonly neutral: ReadonlySet<string>;
  readonly form: ReadonlySet<string>;
  readonly unit: ReadonlySet<string>;
  readonly joining: ReadonlySet<string>;
  readonly id: ReadonlySet<string>;
  readonly commonHeads: ReadonlySet<string>;
  private readonly qualifying: ReadonlySet<string>;
  private readonly unmistakable: readonly string[];

  constructor(vocabulary: Vocabulary) {
    this.neutral = vocabulary.set('neutral_words');
    this.form = vocabulary.set('form_words');
    this.unit = vocabulary.set('unit_words');
    this.joining = vocabulary.set('joining_words');
    this.id = vocabulary.set('id_words');
    this.commonHeads = vocabulary.set('common_heads');
    this.qualifying = vocabulary.set('qualifying_words');
    this.unmistakable = vocabulary.words('unmistakable_words');
  }

  /** A run that ends in a word nobody mistakes. */
  parted(piece: string): string[] | undefined {
    const word = this.unmistakable.find((one) => piece.endsWith(one));
    return word === undefined ? undefined : [piece.slice(0, -word.length), word];
  }

  /** How well the words before a pattern's head are found: own words count 3, words of enclosing members 1; -1 when one is missing. */
  agreement(pattern: readonly string[], own: readonly string[], before: readonly string[]): number {
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
      if (this.qualifying.has(pattern[i]!)) return -1;
      if (this.commonHeads.has(pattern.at(-1)!) && own.slice(0, ownEnd).some((word) => !this.neutral.has(word))) return -1;
      ownEnd = 0;
      const inBefore = beforeEnd > 0 ? before.lastIndexOf(pattern[i]!, beforeEnd - 1) : -1;
      if (inBefore < 0) return -1;
      beforeEnd = inBefore;
      weight += 1;
    }
    return weight;
  }
}

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
