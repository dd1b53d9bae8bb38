// What a field's name says it is. Patterns come from rules/categories.yaml; the pattern language: rules/README.md.
import { type ActionKind, type CategoryId, FLOOR, strictness } from '../model.js';
import { foldText, skeleton } from './fold.js';
import { Misspellings } from './misspellings.js';

/** A category's name patterns, and how strict its default is (the tie-breaker between equal matches). */
export interface NamePatterns {
  readonly id: CategoryId;
  readonly names: readonly string[];
  readonly withoutPurpose: ActionKind;
}

/** What a name says. `weight`: how many words agreed, own words counting more than those of enclosing members. */
export interface NameFinding {
  readonly category: CategoryId;
  readonly weight: number;
}

/** A name cut into words. `head` is the index of the last word with a meaning of its own, -1 when there is none. */
export interface NameWords {
  readonly words: readonly string[];
  readonly head: number;
}

interface Pattern {
  readonly category: CategoryId;
  readonly words: readonly string[];
  readonly tie: number;
}

/** Words that only say "here is a value": the word before them is the head; alone, they inherit the enclosing name. */
const NEUTRAL = new Set(
  'value values val v str string text txt hex b64 base64 raw data info information current cur last latest new old prev previous default list array items item entry result results content contents payload body obj object param params field fields attr attrs attribute attributes prop props property properties the my own this self real actual final full of'.split(
    ' ',
  ),
);
/** Heads that say how a thing is written rather than what it is: skipped when nothing matches with them. */
const FORMAL = new Set('address addr adr number num no nr name label title string code 名 名称'.split(' '));
/** Heads under which a long number or token is an identifier rather than a reading. */
const ID_LIKE = new Set(
  'id ids uid uuid guid udid did cid pid oid identifier ident identity key token sn serial no number code hash signature sign digest fingerprint account user owner device imei imsi iccid mac address addr contact tel phone'.split(
    ' ',
  ),
);
/** Categories whose words are recognized misspelt too: what a mistake in a status would lose is worth less than these. */
const TELLING: ReadonlySet<CategoryId> = new Set<CategoryId>([
  'wifi_ssid',
  'router_mac',
  'device_mac',
  'bluetooth_mac',
  'ip_address',
  'neighbour_scan',
  'hostname',
  'imei_iccid',
  'email',
  'phone',
  'person_name',
  'location_precise',
  'location_coarse',
  'wifi_password',
  'setup_code',
  'private_key',
]);
/** Longest name that is looked at word by word; a longer one is data, and is judged as a value. */
const NAME_LENGTH_MAX = 128;
/** Most words of a name that are compared. */
const WORDS_MAX = 16;
/** Of an interface, in its paths. */
const VERSION = /^v\d{1,2}$/;
/** Shortest run without separators that is cut by vocabulary (`wifissid`); shorter ones are cut into nonsense. */
const CUT_LENGTH_MIN = 5;

/** Cuts camelCase, snake_case, kebab-case, dots, brackets and digits; folds each piece. Scripts without case stay whole. */
/** Where Latin letters or digits meet a script without blanks (`SSID名`, `路由器mac`). */
const SCRIPTS =
  /([\p{Script=Latin}\p{Nd}])(?=[\p{Script=Han}\p{Script=Hangul}\p{Script=Katakana}\p{Script=Hiragana}])|([\p{Script=Han}\p{Script=Hangul}\p{Script=Katakana}\p{Script=Hiragana}])(?=[\p{Script=Latin}\p{Nd}])/gu;

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

export class NameClassifier {
  private readonly vocabulary = new Set<string>();
  private readonly byHead = new Map<string, Pattern[]>();
  private readonly anywhere = new Map<string, Pattern[]>();
  private readonly exact = new Map<string, Pattern>();
  private readonly misspellings: Misspellings;
  /**
   * The words of names that are one word of the vocabulary (`report`, `status`) or a version (`v1`). Never of others: the words of paths
   * and topics are asked too, and can be values.
   */
  private readonly single = new Map<string, NameWords>();

  constructor(categories: Iterable<NamePatterns>) {
    const texts: { category: CategoryId; text: string; tie: number }[] = [];
    for (const c of categories)
      for (const text of c.names) texts.push({ category: c.id, text, tie: strictness(c.withoutPurpose) });
    for (const { text } of texts) for (const word of pieces(text.replace(/^[=~]/, ''))) this.vocabulary.add(word);
    for (const word of [...NEUTRAL, ...FORMAL, ...ID_LIKE]) this.vocabulary.add(word);
    const telling = texts
      .filter(({ category }) => TELLING.has(category))
      .flatMap(({ text }) => pieces(text.replace(/^[=~]/, '')));
    this.misspellings = new Misspellings(telling, this.vocabulary);
    for (const { category, text, tie } of texts) this.add(category, text, tie);
  }

  private add(category: CategoryId, text: string, tie: number): void {
    const words = pieces(text.replace(/^[=~]/, ''));
    const pattern = { category, words, tie };
    if (text.startsWith('=')) {
      this.exact.set(words.join(''), pattern);
      return;
    }
    const anywhere = text.startsWith('~');
    const table = anywhere ? this.anywhere : this.byHead;
    const key = anywhere ? words[0] : words.at(-1);
    if (key === undefined) return;
    const list = table.get(key);
    if (list) list.push(pattern);
    else table.set(key, [pattern]);
  }

  /** The words of a name as the patterns see them. */
  words(name: string): NameWords {
    const known = this.single.get(name);
    if (known !== undefined) return known;
    const found = this.cutWords(name);
    if (this.vocabulary.has(name) || VERSION.test(name)) this.single.set(name, found);
    return found;
  }

  private cutWords(name: string): NameWords {
    const words = this.joined(pieces(name)).flatMap((p) => this.cut(p));
    let head = words.length - 1;
    while (head >= 0 && (NEUTRAL.has(words[head]!) || /^\p{Nd}+$/u.test(words[head]!) || isSuffix(words, head))) head -= 1;
    return { words, head };
  }

  /** Pieces that only together are a word: `wi fi`, `s s i d`, `e mail`. */
  private joined(parts: readonly string[]): string[] {
    const out: string[] = [];
    for (let i = 0; i < parts.length; ) {
      let taken = 1;
      for (let n = Math.min(8, parts.length - i); n > 1; n -= 1) {
        const run = parts.slice(i, i + n);
        const word = run.join('');
        const letters = run.every((p) => p.length === 1) || (n === 2 && run[0]!.length === 1 && word.length >= 4);
        if (word.length >= 3 && this.vocabulary.has(word) && (letters || !run.every((p) => this.vocabulary.has(p)))) {
          taken = n;
          break;
        }
      }
      out.push(parts.slice(i, i + taken).join(''));
      i += taken;
    }
    return out;
  }

  /** One piece as known words: itself, without digits at its end, singular, look-alikes folded, or cut by the vocabulary. */
  private cut(piece: string): string[] {
    const known = this.known(piece);
    if (known !== undefined) return [known];
    const written = /\p{Nd}/u.test(piece) ? this.misspellings.inDigits(piece) : undefined;
    if (written !== undefined) return [written];
    const digits = /^(\p{L}+)(\p{Nd}+)(\p{L}*)$/u.exec(piece);
    if (digits) return [...this.cut(digits[1]!), digits[2]!, ...(digits[3] ? this.cut(digits[3]) : [])];
    const lead = /^(\p{Nd}+)(\p{L}.*)$/u.exec(piece);
    if (lead) return [lead[1]!, ...this.cut(lead[2]!)];
    return (piece.length >= CUT_LENGTH_MIN && this.segments(piece)) || [this.misspellings.meant(piece) ?? piece];
  }

  private known(piece: string): string | undefined {
    if (this.vocabulary.has(piece)) return piece;
    if (piece.length > 3 && piece.endsWith('s') && this.vocabulary.has(piece.slice(0, -1))) return piece.slice(0, -1);
    const plain = skeleton(piece);
    if (plain !== piece && this.vocabulary.has(plain)) return plain;
    return undefined;
  }

  /** `piece` as a row of vocabulary words, fewest first; undefined when a letter is left over. One word must have ≥ 3 letters. */
  private segments(piece: string): string[] | undefined {
    const plain = skeleton(piece);
    const best: (string[] | undefined)[] = [[]];
    for (let end = 1; end <= plain.length; end += 1) {
      for (let start = Math.max(0, end - 20); start < end - 1; start += 1) {
        const before = best[start];
        const word = plain.slice(start, end);
        if (before === undefined || !this.vocabulary.has(word)) continue;
        const row = [...before, word];
        if (best[end] === undefined || row.length < best[end]!.length) best[end] = row;
      }
    }
    const row = best[plain.length];
    return row?.some((w) => w.length >= 3) ? row : undefined;
  }

  /**
   * What `name` says, standing inside members named `enclosing` (outermost first). Undefined: nothing. Never sees values.
   */
  classify(name: NameWords, enclosing: readonly NameWords[] = []): NameFinding | undefined {
    const exact = this.exact.get(name.words.join(''));
    const before = enclosing.flatMap((e) => e.words);
    if (exact) {
      // A whole name says what it is, except where with what encloses it it says a secret of the floor: `{"sta":{"pass":…}}`.
      const longer = FLOOR.has(exact.category) ? undefined : this.matchHead(name, name.head, before);
      return longer && FLOOR.has(longer.category) ? longer : { category: exact.category, weight: 100 };
    }
    const found = this.matchHead(name, name.head, before) ?? this.matchAnywhere(name);
    if (found || name.head < 1 || !FORMAL.has(name.words[name.head]!)) return found;
    return this.matchHead(name, name.head - 1, before);
  }

  private matchHead(name: NameWords, head: number, before: readonly string[]): NameFinding | undefined {
    if (head < 0) return undefined;
    let best: (NameFinding & { tie: number }) | undefined;
    for (const pattern of this.byHead.get(name.words[head]!) ?? []) {
      const weight = agreement(pattern.words, name.words.slice(0, head), before);
      if (weight < 0) continue;
      if (!best || weight > best.weight || (weight === best.weight && pattern.tie > best.tie)) {
        best = { category: pattern.category, weight, tie: pattern.tie };
      }
    }
    return best;
  }

  private matchAnywhere(name: NameWords): NameFinding | undefined {
    for (let at = 0; at < name.words.length; at += 1) {
      for (const pattern of this.anywhere.get(name.words[at]!) ?? []) {
        if (pattern.words.every((w, i) => name.words[at + i] === w))
          return { category: pattern.category, weight: pattern.words.length };
      }
    }
    return undefined;
  }
}

/** A single letter after a word says how it is written (`latitude_i`: as an integer), not what it is. */
function isSuffix(words: readonly string[], at: number): boolean {
  return at > 0 && words[at]!.length === 1 && words[at - 1]!.length > 2;
}

/** How well the words before a pattern's head are found: own words count 3, words of enclosing members 1; -1 when one is missing. */
function agreement(pattern: readonly string[], own: readonly string[], before: readonly string[]): number {
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
    ownEnd = 0;
    const inBefore = beforeEnd > 0 ? before.lastIndexOf(pattern[i]!, beforeEnd - 1) : -1;
    if (inBefore < 0) return -1;
    beforeEnd = inBefore;
    weight += 1;
  }
  return weight;
}

/** Does the name's head say that a long number or token under it is an identifier? */
export function isIdLike(name: NameWords): boolean {
  return name.head >= 0 && ID_LIKE.has(name.words[name.head]!);
}

/** Does the name say nothing by itself (`value`, `data`, `0`)? Then what encloses it speaks for it. */
export function isNeutral(name: NameWords): boolean {
  return name.head < 0;
}
