// JSONPath selectors of the rules (RFC 9535) and normalized paths: text <-> steps. Of the standard we take names, wildcards,
// descendants and indexes; slices, filters and indexes from the end need the message's values or lengths, so they are faults.

/** A member name or an element index. */
export type Segment = string | number;

/** One choice inside a step: a member name (NFKC), an element index, or any child. */
export type Choice =
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'index'; readonly index: number }
  | { readonly kind: 'any' };

/** One step of a selector. `deep`: the child may stand at any depth below (`..`). */
export interface Step {
  readonly deep: boolean;
  readonly choices: readonly Choice[];
}

/** `column` counts UTF-16 units from 1. */
export type SelectorResult =
  | { readonly ok: true; readonly steps: readonly Step[] }
  | { readonly ok: false; readonly column: number; readonly message: string };

/** Most paths one selector may spell out: `['a','b']['c','d']…` doubles at every step. */
const BRANCHES_MAX = 256;
const ANY: Choice = Object.freeze({ kind: 'any' });
const BLANK = /[ \t\n\r]/; // RFC 9535 section 2.1.1, `B`
const NAME_FIRST = /[A-Za-z_\u{80}-\u{D7FF}\u{E000}-\u{10FFFF}]/u; // section 2.5.1.1, `name-first`
const NAME_CHAR = /[A-Za-z0-9_\u{80}-\u{D7FF}\u{E000}-\u{10FFFF}]/u;
const INTEGER = /-?[0-9]+/y;
/** A layer of a reported path, `::base64::$`: the hub sees through encodings, so a selector may name them or not. */
const LAYERS = /(?:::[a-z0-9_-]+)+::\$/y;
const SHORT_ESCAPES: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', '/': '/', '\\': '\\' };
const HEX4 = /[0-9A-Fa-f]{4}/y;

/** Carries a fault out of the descent; never leaves this file. */
class Stop {
  constructor(
    readonly at: number,
    readonly message: string,
  ) {}
}

/** Reads a selector such as `$.wifi['sta ssid']`, `$..ssid` or `$.list[*].mac`. Never throws; a fault has its column. */
export function parseSelector(text: string): SelectorResult {
  try {
    return { ok: true, steps: new Parser(text).query() };
  } catch (fault) {
    if (fault instanceof Stop) return { ok: false, column: fault.at + 1, message: fault.message };
    throw fault;
  }
}

class Parser {
  private at = 0;
  constructor(private readonly text: string) {}

  /** RFC 9535 section 2.1.1: `jsonpath-query = root-identifier segments`. */
  query(): Step[] {
    if (this.text[0] !== '$') throw new Stop(0, 'a selector begins with `$`');
    this.at = 1;
    const steps: Step[] = [];
    for (;;) {
      const before = this.at;
      this.skipBlanks();
      if (this.at === this.text.length) {
        if (this.at !== before) throw new Stop(before, 'blanks after the end of the selector');
        return steps;
      }
      const step = this.segment();
      if (!step) continue;
      steps.push(step);
      if (steps.reduce((branches, { choices }) => branches * choices.length, 1) > BRANCHES_MAX) {
        throw new Stop(before, `more than ${BRANCHES_MAX} alternatives in one selector`);
      }
    }
  }

  private segment(): Step | undefined {
    if (this.text.startsWith('..', this.at)) {
      this.at += 2;
      if (this.text[this.at] === '[') return { deep: true, choices: this.brackets() };
      return { deep: true, choices: [this.shorthand()] };
    }
    switch (this.text[this.at]) {
      case '.':
        this.at += 1;
        return { deep: false, choices: [this.shorthand()] };
      case '[':
        return { deep: false, choices: this.brackets() };
      case ':':
        if (!this.take(LAYERS)) throw new Stop(this.at, 'a layer is written `::base64::$`');
        return undefined;
      default:
        throw new Stop(this.at, 'expected `.name`, `..name` or `[…]`');
    }
  }

  private shorthand(): Choice {
    if (this.text[this.at] === '*') {
      this.at += 1;
      return ANY;
    }
    const start = this.at;
    while (this.at < this.text.length) {
      const letter = String.fromCodePoint(this.text.codePointAt(this.at)!);
      if (!(this.at === start ? NAME_FIRST : NAME_CHAR).test(letter)) break;
      this.at += letter.length;
    }
    if (this.at === start) throw new Stop(start, "expected a name or `*` after the dot (other names are quoted: ['…'])");
    return { kind: 'name', name: this.text.slice(start, this.at).normalize('NFKC') };
  }

  private brackets(): Choice[] {
    const choices: Choice[] = [];
    do {
      this.at += 1; // the bracket or the comma
      this.skipBlanks();
      choices.push(this.bracketed());
      this.skipBlanks();
    } while (this.text[this.at] === ',');
    if (this.text[this.at] === ':') throw new Stop(this.at, 'slices are not supported: write the indexes, or `*`');
    if (this.text[this.at] !== ']') throw new Stop(this.at, 'expected `]`');
    this.at += 1;
    return choices;
  }

  private bracketed(): Choice {
    const first = this.text[this.at];
    if (first === '*') {
      this.at += 1;
      return ANY;
    }
    if (first === "'" || first === '"') return { kind: 'name', name: this.quoted(first).normalize('NFKC') };
    if (first === '?') throw new Stop(this.at, 'filters are not supported: a rule must not depend on values');
    if (first === ':') throw new Stop(this.at, 'slices are not supported: write the indexes, or `*`');
    return { kind: 'index', index: this.index() };
  }

  /** Section 2.3.3.1: no leading zeros; within the exact integers (I-JSON). */
  private index(): number {
    const start = this.at;
    const digits = this.take(INTEGER);
    if (digits === undefined) throw new Stop(start, 'expected a quoted name, an index or `*`');
    if (digits !== '-0' && digits.startsWith('-')) throw new Stop(start, 'indexes from the end are not supported');
    if (!/^(?:0|[1-9][0-9]*)$/.test(digits) || !Number.isSafeInteger(Number(digits))) throw new Stop(start, 'not a valid index');
    return Number(digits);
  }

  /** Section 2.3.1.1: the string literals of both quotes. */
  private quoted(quote: string): string {
    const start = this.at;
    let name = '';
    for (this.at += 1; this.at < this.text.length; ) {
      const letter = this.text[this.at]!;
      if (letter < ' ') throw new Stop(this.at, 'control characters in a name are written as escapes');
      this.at += 1;
      if (letter === quote) return name;
      name += letter === '\\' ? this.escape(quote) : letter;
    }
    throw new Stop(start, 'the quoted name does not end');
  }

  private escape(quote: string): string {
    const at = this.at - 1;
    const letter = this.text[this.at] ?? '';
    this.at += 1;
    if (letter === quote) return quote;
    if (letter === 'u') return this.unicode(at);
    const short = Object.hasOwn(SHORT_ESCAPES, letter) ? SHORT_ESCAPES[letter] : undefined;
    if (short === undefined) throw new Stop(at, 'unknown escape in a quoted name');
    return short;
  }

  private unicode(at: number): string {
    const high = this.hex4(at);
    if (high < 0xd800 || high > 0xdfff) return String.fromCharCode(high);
    if (high >= 0xdc00 || !this.text.startsWith('\\u', this.at)) throw new Stop(at, 'half of a surrogate pair');
    this.at += 2;
    const low = this.hex4(at);
    if (low < 0xdc00 || low > 0xdfff) throw new Stop(at, 'half of a surrogate pair');
    return String.fromCharCode(high, low);
  }

  private hex4(at: number): number {
    const digits = this.take(HEX4);
    if (digits === undefined) throw new Stop(at, '`\\u` takes four hexadecimal digits');
    return Number.parseInt(digits, 16);
  }

  private skipBlanks(): void {
    while (this.at < this.text.length && BLANK.test(this.text[this.at]!)) this.at += 1;
  }

  private take(sticky: RegExp): string | undefined {
    sticky.lastIndex = this.at;
    const found = sticky.exec(this.text)?.[0];
    if (found !== undefined) this.at += found.length;
    return found;
  }
}

const TO_ESCAPE = /['\\\u0000-\u001f]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;
const NORMAL_ESCAPES: Readonly<Record<string, string>> = {
  "'": "\\'",
  '\\': '\\\\',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
};

/** A path as an RFC 9535 normalized path (section 2.7): `$['a'][0]`. A lone surrogate, which UTF-8 cannot carry, is escaped too. */
export function formatPath(segments: readonly Segment[]): string {
  let path = '$';
  for (const segment of segments)
    path += typeof segment === 'number' ? `[${segment}]` : `['${segment.replace(TO_ESCAPE, escapeUnit)}']`;
  return path;
}

function escapeUnit(unit: string): string {
  return NORMAL_ESCAPES[unit] ?? `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** One spelling for selectors that mean the same: `$.a` and `$["a"]` give `$['a']`. */
export function formatSelector(steps: readonly Step[]): string {
  return `$${steps.map((step) => `${step.deep ? '..' : ''}[${step.choices.map(formatChoice).join(',')}]`).join('')}`;
}

function formatChoice(choice: Choice): string {
  switch (choice.kind) {
    case 'name':
      return formatPath([choice.name]).slice(2, -1);
    case 'index':
      return String(choice.index);
    case 'any':
      return '*';
    default:
      return choice satisfies never;
  }
}
