// What a field's name says it is. Patterns come from rules/categories.yaml; the pattern language: rules/README.md.
import { type ActionKind, type CategoryId, FLOOR, strictness } from '../../model.js';
import { skeleton } from '../../text/fold.js';
import type { Vocabulary } from '../vocabulary.js';
import { endsIn, isSuffix, type NameWords, pieces, speaks, WordRoles } from './words.js';

export type { NameWords } from './words.js';

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

interface Pattern {
  readonly category: CategoryId;
  readonly words: readonly string[];
  readonly tie: number;
}

/** Of an interface, in its paths. */
const VERSION = /^v\d{1,2}$/;
/** How a pattern begins that is no plain row of words. */
const MARK = /^[=~?^]/;
/** Shortest run without separators that is cut by vocabulary (`wifissid`); shorter ones are cut into nonsense. */
const CUT_LENGTH_MIN = 5;
/** Most pieces that are one word: it is spelled letter by letter. */
const JOINED_MAX = 8;

export class NameClassifier {
  private readonly vocabulary = new Set<string>();
  private readonly byHead = new Map<string, Pattern[]>();
  private readonly anywhere = new Map<string, Pattern[]>();
  private readonly exact = new Map<string, Pattern>();
  private readonly inside = new Map<string, Pattern[]>();
  private readonly doubtful = new Map<string, Pattern[]>();
  private readonly roles: WordRoles;
  private readonly longestWord: number;
  /**
   * The words of names that are one word of the vocabulary (`report`, `status`) or a version (`v1`). Never of others: the words of paths
   * and topics are asked too, and can be values.
   */
  private readonly single = new Map<string, NameWords>();

  constructor(categories: Iterable<NamePatterns>, vocabulary: Vocabulary) {
    const roles = new WordRoles(vocabulary);
    this.roles = roles;
    const texts: { category: CategoryId; text: string; tie: number }[] = [];
    for (const c of categories)
      for (const text of c.names) texts.push({ category: c.id, text, tie: strictness(c.withoutPurpose) });
    for (const { text } of texts) for (const word of pieces(text.replace(MARK, ''))) this.vocabulary.add(word);
    for (const word of [...roles.neutral, ...roles.form, ...roles.id]) this.vocabulary.add(word);
    this.longestWord = Math.max(0, ...Array.from(this.vocabulary, (word) => word.length));
    for (const { category, text, tie } of texts) this.add(category, text, tie);
  }

  private add(category: CategoryId, text: string, tie: number): void {
    const words = pieces(text.replace(MARK, ''));
    const pattern = { category, words, tie };
    if (text.startsWith('=')) {
      this.exact.set(words.join(''), pattern);
      return;
    }
    const anywhere = text.startsWith('~');
    const key = anywhere ? words[0] : words.at(-1);
    if (key === undefined) return;
    const table = anywhere ? this.anywhere : this.tableOf(text);
    const list = table.get(key);
    if (list) list.push(pattern);
    else table.set(key, [pattern]);
  }

  private tableOf(text: string): Map<string, Pattern[]> {
    if (text.startsWith('^')) return this.inside;
    return text.startsWith('?') ? this.doubtful : this.byHead;
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
    while (head >= 0 && (this.roles.neutral.has(words[head]!) || /^\p{Nd}+$/u.test(words[head]!) || isSuffix(words, head)))
      head -= 1;
    return { words, head };
  }

  /** Pieces that only together are a word: `wi fi`, `s s i d`, `e mail`. */
  private joined(parts: readonly string[]): string[] {
    const out: string[] = [];
    for (let i = 0; i < parts.length; ) {
      const word = this.joinedAt(parts, i);
      out.push(parts.slice(i, i + word).join(''));
      i += word;
    }
    return out;
  }

  /** How many pieces from the one at `start` on are one word: the most that are. */
  private joinedAt(parts: readonly string[], start: number): number {
    const first = parts[start]!;
    let word = first;
    let letters = first.length === 1;
    let known = this.vocabulary.has(first);
    let taken = 1;
    for (let n = 2; n <= JOINED_MAX && start + n <= parts.length; n += 1) {
      const next = parts[start + n - 1]!;
      word += next;
      if (word.length > this.longestWord) break;
      letters &&= next.length === 1;
      known &&= this.vocabulary.has(next);
      const spelled = letters || (n === 2 && first.length === 1 && word.length >= 4);
      if (word.length >= 3 && (spelled || !known) && this.vocabulary.has(word)) taken = n;
    }
    return taken;
  }

  /** One piece as known words: itself, without digits at its end, singular, look-alikes folded, or cut by the vocabulary. */
  private cut(piece: string): string[] {
    if (piece === 'ids') return ['id'];
    const known = this.known(piece);
    if (known !== undefined) return [known];
    const digits = /^(\p{L}+)(\p{Nd}+)(\p{L}*)$/u.exec(piece);
    if (digits) return [...this.cut(digits[1]!), digits[2]!, ...(digits[3] ? this.cut(digits[3]) : [])];
    const lead = /^(\p{Nd}+)(\p{L}.*)$/u.exec(piece);
    if (lead) return [lead[1]!, ...this.cut(lead[2]!)];
    if (piece.length < CUT_LENGTH_MIN) return [piece];
    return this.segments(piece) ?? this.roles.parted(piece) ?? [piece];
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
    const common = name.head >= 0 && this.roles.commonHeads.has(name.words[name.head]!);
    const before = common ? (enclosing.findLast(speaks)?.words ?? []) : enclosing.flatMap((e) => e.words);
    if (exact) {
      // A whole name says what it is, except where with what encloses it it says a secret of the floor: `{"sta":{"pass":…}}`.
      const longer = FLOOR.has(exact.category) ? undefined : this.matchHead(name, name.head, before);
      return longer && FLOOR.has(longer.category) ? longer : { category: exact.category, weight: 100 };
    }
    // A word that says nothing by itself may with the one around it: `{"name":{"last":…}}`.
    const head = name.words.length === 1 ? 0 : name.head;
    const found = this.matchHead(name, head, before) ?? this.matchAnywhere(name) ?? this.matchInside(name, enclosing);
    return found ?? this.matchFormal(name, before);
  }

  /** What the name says without the words at its end that only say how its value is written (`ipAddressLong`, `latitudeInDegrees`). */
  private matchFormal(name: NameWords, before: readonly string[]): NameFinding | undefined {
    for (
      let head = name.head;
      head >= 1 && (this.roles.form.has(name.words[head]!) || this.roles.unit.has(name.words[head]!));
    ) {
      head -= 1;
      if (head >= 1 && this.roles.joining.has(name.words[head]!)) head -= 1;
      const found = this.matchHead(name, head, before);
      if (found) return found;
    }
    return undefined;
  }

  private matchHead(name: NameWords, head: number, before: readonly string[]): NameFinding | undefined {
    if (head < 0) return undefined;
    let best: (NameFinding & { tie: number }) | undefined;
    for (const pattern of this.byHead.get(name.words[head]!) ?? []) {
      const weight = this.roles.agreement(pattern.words, name.words.slice(0, head), before);
      if (weight < 0) continue;
      if (!best || weight > best.weight || (weight === best.weight && pattern.tie > best.tie)) {
        best = { category: pattern.category, weight, tie: pattern.tie };
      }
    }
    return best;
  }

  /** What `name` may say, where the value bears it out (`recognize/name/ambiguous.ts`): `address` is a street's or a bus's. */
  doubt(name: NameWords): CategoryId | undefined {
    if (name.head < 0) return undefined;
    let best: Pattern | undefined;
    for (const pattern of this.doubtful.get(name.words[name.head]!) ?? [])
      if (
        this.roles.agreement(pattern.words, name.words.slice(0, name.head), []) >= 0 &&
        pattern.words.length > (best?.words.length ?? 0)
      )
        best = pattern;
    return best?.category;
  }

  /** In one name, or as a member called by the last word right inside one whose name ends in the others (`rooms[].name`). */
  private matchInside(name: NameWords, enclosing: readonly NameWords[]): NameFinding | undefined {
    const patterns = name.head < 0 ? undefined : this.inside.get(name.words[name.head]!);
    if (patterns === undefined) return undefined;
    const alone = name.head === 0;
    const around = alone ? enclosing.findLast(speaks) : undefined;
    for (const { words, category } of patterns) {
      const others = words.slice(0, -1);
      const found = { category, weight: 3 + others.length };
      if (others.length === 0 ? alone : endsIn(name.words.slice(0, name.head), others)) return found;
      if (around !== undefined && endsIn(around.words.slice(0, around.head + 1), others)) return found;
    }
    return undefined;
  }

  /** Is the word one that a name pattern, or a list of what words do in names, has? */
  knows(word: string): boolean {
    return this.vocabulary.has(word);
  }

  /** Does the name's head say that a long number or token under it is an identifier? */
  isIdLike(name: NameWords): boolean {
    return name.head >= 0 && this.roles.id.has(name.words[name.head]!);
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

/** Does the name say nothing by itself (`value`, `data`, `0`)? Then what encloses it speaks for it. */
export function isNeutral(name: NameWords): boolean {
  return name.head < 0;
}
