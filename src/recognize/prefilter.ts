// One pass over a text that says which characters it has and how its hex runs are long. A detector runs only where they allow it.

export const DIGIT = 1 << 0;
/** A letter a–f, in either case. */
export const HEX_LETTER = 1 << 1;
export const LETTER = 1 << 2;
export const COLON = 1 << 3;
export const DOT = 1 << 4;
export const DASH = 1 << 5;
export const UNDERSCORE = 1 << 6;
export const BLANK = 1 << 7;
export const AT = 1 << 8;
export const PLUS = 1 << 9;
export const SLASH = 1 << 10;
/** Any other ASCII character. */
export const MARK = 1 << 11;
/** Any character outside ASCII. */
export const WIDE = 1 << 12;
/** At least two, three dots. */
export const DOTS2 = 1 << 13;
export const DOTS3 = 1 << 14;
/** Two colons side by side, or six and more anywhere: the two ways to write an IPv6 address. */
export const IPV6_COLONS = 1 << 15;
/** Five hex runs of one or two digits: a MAC written in pairs (the sixth may touch a word). */
export const PAIRS5 = 1 << 16;
/** Three hex runs of four: Cisco's notation, or the middle of a UUID. */
export const QUADS3 = 1 << 17;
/** A hex run of exactly six: half a MAC. */
export const SIX = 1 << 18;
/** A hex run of twelve and more. */
export const HEX12 = 1 << 19;
/** At least eight decimal digits in all. */
export const DIGITS8 = 1 << 20;
/** At least two dashes. */
export const DASHES2 = 1 << 21;

const CLASSES = classTable();

function classTable(): Uint16Array {
  const table = new Uint16Array(128).fill(MARK);
  for (let code = 0; code < 128; code++) {
    const letter = String.fromCharCode(code);
    if (/[0-9]/.test(letter)) table[code] = DIGIT;
    else if (/[a-f]/i.test(letter)) table[code] = HEX_LETTER;
    else if (/[g-z]/i.test(letter)) table[code] = LETTER;
  }
  const marks: readonly (readonly [string, number])[] = [
    [':', COLON],
    ['.', DOT],
    ['-', DASH],
    ['_', UNDERSCORE],
    [' ', BLANK],
    ['\t', BLANK],
    ['\n', BLANK],
    ['\r', BLANK],
    ['@', AT],
    ['+', PLUS],
    ['/', SLASH],
  ];
  for (const [mark, bit] of marks) table[mark.charCodeAt(0)] = bit;
  return table;
}

/** Without digits, only words joined like these can end in half a MAC (`shellyplug-s-AABBCC`) or stand around one. */
const JOINTS = BLANK | DASH | UNDERSCORE;

/** The traits of a text as a mask of the bits above. Linear, without allocation; words cost one look at each character. */
export function traitsOf(text: string): number {
  let mask = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    mask |= code < 128 ? CLASSES[code]! : WIDE;
  }
  const onlyWords = (mask & DIGIT) === 0 && ((mask & HEX_LETTER) === 0 || ((mask & LETTER) !== 0 && (mask & JOINTS) === 0));
  if (onlyWords && (mask & (AT | WIDE)) === 0) return mask;
  return mask | countMarks(text, mask) | measureRuns(text);
}

/** The bits that count separators. */
function countMarks(text: string, mask: number): number {
  let counted = 0;
  if ((mask & DOT) !== 0) {
    const dots = countUpTo(text, '.', 3);
    if (dots >= 2) counted |= dots === 2 ? DOTS2 : DOTS2 | DOTS3;
  }
  if ((mask & DASH) !== 0 && countUpTo(text, '-', 2) === 2) counted |= DASHES2;
  if ((mask & COLON) !== 0 && (text.includes('::') || countUpTo(text, ':', 6) === 6)) counted |= IPV6_COLONS;
  return counted;
}

function countUpTo(text: string, mark: string, most: number): number {
  let count = 0;
  for (let at = text.indexOf(mark); at >= 0 && count < most; at = text.indexOf(mark, at + 1)) count++;
  return count;
}

/** The bits that tell how long the runs of hex digits are. */
function measureRuns(text: string): number {
  let measured = 0;
  let run = 0;
  let pairs = 0;
  let quads = 0;
  let digits = 0;
  for (let i = 0; i <= text.length; i++) {
    const code = i < text.length ? text.charCodeAt(i) : 0;
    const kind = code < 128 ? CLASSES[code]! : WIDE;
    if ((kind & (DIGIT | HEX_LETTER)) !== 0) {
      run++;
      digits += kind & DIGIT;
    } else if (run > 0) {
      if (run <= 2) pairs++;
      else if (run === 4) quads++;
      else if (run === 6) measured |= SIX;
      else if (run >= 12) measured |= HEX12;
      run = 0;
    }
  }
  if (pairs >= 5) measured |= PAIRS5;
  if (quads >= 3) measured |= QUADS3;
  return digits >= 8 ? measured | DIGITS8 : measured;
}
