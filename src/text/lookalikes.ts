// Characters that look like ASCII digits, letters and separators become them before the detectors run; indices map back.

/** A text with its look-alikes folded. `starts[i]` and `ends[i]`: which UTF-16 units of the original its unit `i` came from. */
export interface Folded {
  readonly text: string;
  readonly starts: Uint32Array;
  readonly ends: Uint32Array;
}

/** Zeros of the decimal digits that phones and firmwares produce (Unicode general category Nd, blocks of ten). */
const ZEROS = [0x660, 0x6f0, 0x7c0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66, 0xe50, 0xed0, 0xf20, 0x1040];

/** Cyrillic and Greek letters drawn like the hex digits, and marks drawn like those of degrees, times and addresses. */
const LOOKALIKES: Readonly<Record<string, string>> = Object.fromEntries(
  `аa вb сc ԁd еe АA ВB СC ЕE ΑA ΒB ΕE ′' ’' ″" ”" −- ∶: ：: ։: ․. 。. ／/`.split(' ').map((pair) => [pair[0]!, pair[1]!]),
);

/** A pattern whose Cyrillic words also match once their look-alikes are folded. It has none inside a class. */
export function withFolded(pattern: RegExp): RegExp {
  return new RegExp(
    pattern.source.replace(/[авсеАВСЕ]/g, (letter) => `[${letter}${LOOKALIKES[letter]}]`),
    pattern.flags,
  );
}

/** ASCII for one code point; '' where it is invisible; undefined where it stays as it is. */
function foldCodePoint(code: number): string | undefined {
  if (code >= 0xff01 && code <= 0xff5e) return String.fromCharCode(code - 0xfee0);
  if (code === 0xad || code === 0x34f || code === 0x61c || code === 0x180e || code === 0xfeff) return '';
  if ((code >= 0x200b && code <= 0x200f) || (code >= 0x202a && code <= 0x202e) || (code >= 0x2060 && code <= 0x206f)) return '';
  if (code >= 0xfe00 && code <= 0xfe0f) return ''; // variation selectors
  if (code === 0xa0 || (code >= 0x2000 && code <= 0x200a) || code === 0x202f || code === 0x3000) return ' ';
  if ((code >= 0x2010 && code <= 0x2015) || code === 0xfe58 || code === 0xfe63) return '-';
  if ((code >= 0x2070 && code <= 0x209c) || (code >= 0x2460 && code <= 0x24ff)) return asciiOf(code);
  if (code >= 0x1d400 && code <= 0x1d7ff) return asciiOf(code);
  for (const zero of ZEROS) if (code >= zero && code <= zero + 9) return String(code - zero);
  return LOOKALIKES[String.fromCodePoint(code)];
}

function asciiOf(code: number): string | undefined {
  const folded = String.fromCodePoint(code).normalize('NFKC');
  return /^[\x20-\x7e]$/.test(folded) ? folded : undefined;
}

/** The folded text with its map; undefined where nothing folds, so that the text itself can be searched. */
export function foldLookalikes(text: string): Folded | undefined {
  const pieces: string[] = [];
  const starts = new Uint32Array(text.length);
  const ends = new Uint32Array(text.length);
  let at = 0;
  let changed = false;
  for (let i = 0; i < text.length; ) {
    const code = text.codePointAt(i)!;
    const width = code > 0xffff ? 2 : 1;
    const folded = code < 0x80 ? undefined : foldCodePoint(code);
    if (folded !== undefined) changed = true;
    const piece = folded ?? text.slice(i, i + width);
    for (let unit = 0; unit < piece.length; unit++) {
      // A pair of surrogates that stays maps unit by unit, a folded one as a whole.
      starts[at] = folded === undefined ? i + unit : i;
      ends[at] = folded === undefined ? i + unit + 1 : i + width;
      at++;
    }
    pieces.push(piece);
    i += width;
  }
  return changed ? { text: pieces.join(''), starts, ends } : undefined;
}
