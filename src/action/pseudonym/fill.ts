// How a stand-in takes over the look of what it replaces.

/** How often a stand-in that came out equal to the original is drawn again; each draw fails once in the size of its space. */
const DRAWS = 64;

/** Invisible characters (Unicode Cf) and the dashes that NFKC leaves alone. */
const INVISIBLE = /\p{Cf}|\p{Mn}/gu;
const DASHES = /\p{Pd}|−/gu;

/** Fullwidth and other compatibility digits and separators as ASCII, so that a notation has one form. */
export function asciiOf(written: string): string {
  if (/^[\x20-\x7e]*$/.test(written)) return written;
  return written.normalize('NFKC').replace(INVISIBLE, '').replace(DASHES, '-').replace(/[′’]/g, "'").replace(/[″”]/g, '"');
}

/** Puts `hex` in place of the hex digits of `written`, in its letter case; separators stay. */
export function fillHex(written: string, hex: string): string {
  const upper = /[A-F]/.test(written) && !/[a-f]/.test(written);
  const source = upper ? hex.toUpperCase() : hex;
  let at = 0;
  return written.replace(/[0-9a-f]/gi, () => source[at++]!);
}

/** Puts `digits` in place of the decimal digits of `written`. */
export function fillDigits(written: string, digits: string): string {
  let at = 0;
  return written.replace(/\d/g, () => digits[at++]!);
}

/** The first draw that differs from `written`; undefined where none does (nothing in it can change). */
export function drawUnlike(written: string, draw: (salt: string) => string | undefined): string | undefined {
  for (let attempt = 0; attempt < DRAWS; attempt++) {
    const drawn = draw(attempt === 0 ? '' : `\0${attempt}`);
    if (drawn !== written) return drawn;
  }
  return undefined;
}
