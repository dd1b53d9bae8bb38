// Words of names as people mistype or disguise them: a letter doubled, missing, too many or in its neighbour's place, digits for letters.

/** Fewest letters of a word that is recognized with a letter missing or too many: shorter ones have too many neighbours. */
const EDITED_MIN = 7;
/** The same for two letters in each other's place and for doubled ones, which few words of any language are to another. */
const SWAPPED_MIN = 4;
/** Longest word looked for. */
const WORD_MAX = 24;
/** Words of their own that a slip would make into one of the vocabulary. */
const OTHER_WORDS = new Set('contract contracts portal portals altitude statement addressed'.split(' '));
/** Digits drawn like letters. */
const DRAWN: Readonly<Record<string, string>> = { 0: 'o', 1: 'i', 3: 'e', 4: 'a', 5: 's', 7: 't' };

export class Misspellings {
  private readonly words: ReadonlySet<string>;
  private readonly squeezed = new Map<string, string>();
  /** Each long word without one of its letters. */
  private readonly shortened = new Map<string, string>();

  /** `words`: those to be recognized; `known`: all words that are right as they are. */
  constructor(
    words: readonly string[],
    private readonly known: ReadonlySet<string>,
  ) {
    this.words = new Set(words.filter((word) => word.length >= SWAPPED_MIN && /^\p{L}+$/u.test(word)));
    for (const word of this.words) {
      this.squeezed.set(squeeze(word), word);
      if (word.length >= EDITED_MIN) for (const less of withoutOne(word)) this.shortened.set(less, word);
    }
  }

  /** The word that `piece` was to be; undefined where it is none, or a word of its own. The first letter is always right. */
  meant(piece: string): string | undefined {
    const { length } = piece;
    if (length < SWAPPED_MIN || length > WORD_MAX || OTHER_WORDS.has(piece) || /\P{L}/u.test(piece)) return undefined;
    const found = this.swapped(piece) ?? this.squeezed.get(squeeze(piece)) ?? this.edited(piece);
    return found !== undefined && found[0] === piece[0] ? found : undefined;
  }

  /** The word that `piece` is with digits drawn as its letters (`ss1d`, `p4ssw0rd`). */
  inDigits(piece: string): string | undefined {
    if (piece.length < SWAPPED_MIN || piece.length > WORD_MAX || !/^\p{L}.*\p{L}$/u.test(piece)) return undefined;
    const word = piece.replace(/[013457]/g, (digit) => DRAWN[digit]!);
    return this.words.has(word) ? word : undefined;
  }

  private swapped(piece: string): string | undefined {
    for (let i = 1; i + 1 < piece.length; i += 1) {
      const word = piece.slice(0, i) + piece[i + 1]! + piece[i]! + piece.slice(i + 2);
      if (this.words.has(word)) return word;
    }
    return undefined;
  }

  private edited(piece: string): string | undefined {
    if (piece.length + 1 < EDITED_MIN) return undefined;
    const longer = this.shortened.get(piece);
    if (longer !== undefined) return longer;
    if (piece.length <= EDITED_MIN) return undefined;
    for (const less of withoutOne(piece)) if (this.words.has(less) && !this.known.has(piece)) return less;
    return undefined;
  }
}

function squeeze(word: string): string {
  return word.replace(/(.)\1+/gu, '$1');
}

function withoutOne(word: string): string[] {
  return Array.from(word, (_, i) => word.slice(0, i) + word.slice(i + 1)).slice(1);
}
