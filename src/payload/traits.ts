// Which characters a text has, in one pass: turns nearly every ordinary value away before a pattern is tried on it.

export const AMPERSAND = 1;
export const EQUALS = 2;
export const BACKSLASH = 4;
export const LESS = 8;
export const BLANK = 16;
export const COLON = 32;
export const QUOTE = 64;
export const BREAK = 128;
export const COMMA = 256;
/** Letters beyond `f`, and everything else that is neither a hexadecimal digit nor a separator between such. */
export const NO_HEX = 512;
/** Characters that base64 in lines does not have. */
export const NO_BASE64 = 1024;

const FLAGS = new Uint16Array(128).fill(NO_HEX | NO_BASE64);
for (const [characters, flags] of [
  ['ABCDEFabcdef0123456789-', 0],
  ['GHIJKLMNOPQRSTUVWXYZghijklmnopqrstuvwyz+/_', NO_HEX],
  ['x', 0], // of `0x`
  ['&', AMPERSAND | NO_HEX | NO_BASE64],
  ['=', EQUALS | NO_HEX],
  ['\\', BACKSLASH | NO_HEX | NO_BASE64],
  ['<', LESS | NO_HEX | NO_BASE64],
  [' \t', BLANK],
  [':', COLON | NO_BASE64],
  ['"', QUOTE | NO_HEX | NO_BASE64],
  ['\r\n', BREAK | NO_HEX],
  [',', COMMA | NO_BASE64],
] as const) {
  for (const character of characters) FLAGS[character.charCodeAt(0)] = flags;
}
/** 1 for characters of both base64 alphabets. */
const IN_RUN = new Uint8Array(128);
for (const c of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/_-') IN_RUN[c.charCodeAt(0)] = 1;

export interface Traits {
  /** The flags above, or-ed together. */
  readonly flags: number;
  /** Longest run of characters of base64. */
  readonly run: number;
}

/** The traits of `text`. */
export function traitsOf(text: string): Traits {
  let flags = 0;
  let run = 0;
  let longest = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code > 0x7f) {
      flags |= NO_HEX | NO_BASE64;
      run = 0;
      continue;
    }
    flags |= FLAGS[code]!;
    run = IN_RUN[code] === 1 ? run + 1 : 0;
    if (run > longest) longest = run;
  }
  return { flags, run: longest };
}
