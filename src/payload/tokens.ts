// Texts whose characters are written in another way: HTML and XML references, backslash escapes, quoted-printable. Each is cut into
// tokens; what is unchanged keeps its spelling.
import { Buffer, isUtf8 } from 'node:buffer';
import { characterOf } from './xml-text.js';

/** A text undone, and the way back for a changed one. */
export interface Undone {
  readonly text: string;
  rewrap(text: string): string;
}

interface Token {
  readonly raw: string;
  readonly text: string;
}

const REFERENCE = /&(#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|lt|gt|amp|quot|apos|nbsp);/g;
const ESCAPE =
  /(?:\\x[0-9a-fA-F]{2})+|\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\u\{[0-9a-fA-F]{1,6}\}|\\["'\\/bfnrt]/g;
/** What makes a text one of escapes: a lone `\n` or a Windows path does not. */
const ESCAPED = /\\(?:x[0-9a-fA-F]{2}|u[0-9a-fA-F{]|")/;
const QUOTED = /(?:=[0-9A-F]{2})+|=\r?\n/g;
const SIMPLE: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' };
const LONE_SURROGATE = /[\ud800-\udfff]/u;

/** `text` without its HTML or XML references; undefined where it has none. */
export function undoReferences(text: string): Undone | undefined {
  if (!text.includes('&') || text.search(REFERENCE) < 0) return undefined;
  const tokens = tokensOf(text, REFERENCE, (raw) => {
    const name = raw.slice(1, -1);
    return name === 'nbsp' ? '\u00a0' : (characterOf(name.replace('X', 'x')) ?? raw);
  });
  const encode = (part: string): string =>
    part
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      .replaceAll('>', '&gt;')
      .replaceAll('"', '&quot;')
      .replaceAll("'", '&#39;')
      // A line end that came as `&#10;` must not become one: the text can be a header's.
      .replace(/[\0-\x08\x0a-\x1f\x7f]/g, (c) => `&#${c.charCodeAt(0)};`);
  return undone(text, tokens, encode);
}

/** `text` without its backslash escapes (`\xNN` as UTF-8 bytes where they are some, `\uNNNN`, `\"` …). */
export function undoEscapes(text: string): Undone | undefined {
  if (!text.includes('\\') || !ESCAPED.test(text)) return undefined;
  const tokens = tokensOf(text, ESCAPE, unescaped);
  return undone(text, tokens, (part) => JSON.stringify(part).slice(1, -1));
}

function unescaped(raw: string): string {
  const letter = raw[1]!;
  if (letter === 'x') return bytesText(raw.replaceAll('\\x', ''));
  if (letter !== 'u') return SIMPLE[letter] ?? letter;
  const units = raw.split('\\u').slice(1);
  return units.map((unit) => character(Number.parseInt(unit.replace(/[{}]/g, ''), 16))).join('');
}

function character(code: number): string {
  if (code > 0x10ffff) return '';
  return code > 0xffff ? String.fromCodePoint(code) : String.fromCharCode(code);
}

function bytesText(hex: string): string {
  const bytes = Buffer.from(hex, 'hex');
  return bytes.toString(isUtf8(bytes) ? 'utf8' : 'latin1');
}

/**
 * `text` out of quoted-printable (RFC 2045 section 6.7); undefined where an `=` means anything else, or where a letter or digit is
 * encoded, which no encoder does (`temp=21` is a pair).
 */
export function undoQuotedPrintable(text: string): Undone | undefined {
  if (!/=(?:[0-9A-F]{2}|\r?\n)/.test(text) || /=(?![0-9A-F]{2}|\r?\n)/.test(text)) return undefined;
  const sequences = text.match(/=[0-9A-F]{2}/g) ?? [];
  if (sequences.length < 2 && !/=\r?\n/.test(text)) return undefined;
  const tokens = tokensOf(text, QUOTED, (raw) => (raw[1] === '\n' || raw[1] === '\r' ? '' : bytesText(raw.replaceAll('=', ''))));
  if (tokens.some(({ raw, text: said }) => raw.length >= 3 && raw[0] === '=' && /[A-Za-z0-9]/.test(said))) return undefined;
  const encode = (part: string): string =>
    part.replace(/[^\x20-\x3c\x3e-\x7e]/gu, (c) =>
      [...Buffer.from(c, 'utf8')].map((b) => `=${b.toString(16).toUpperCase().padStart(2, '0')}`).join(''),
    );
  return undone(text, tokens, encode);
}

/** Matches of `pattern` decoded, everything else one token a character. Half a surrogate pair stays as it is written: it is no text. */
function tokensOf(text: string, pattern: RegExp, decode: (raw: string) => string): Token[] {
  const tokens: Token[] = [];
  let done = 0;
  const bare = (end: number): void => {
    for (const raw of text.slice(done, end)) tokens.push({ raw, text: raw });
  };
  for (const match of text.matchAll(pattern)) {
    bare(match.index);
    const decoded = decode(match[0]);
    tokens.push({ raw: match[0], text: LONE_SURROGATE.test(decoded) ? match[0] : decoded });
    done = match.index + match[0].length;
  }
  bare(text.length);
  return tokens;
}

function undone(original: string, tokens: readonly Token[], encode: (text: string) => string): Undone | undefined {
  const text = tokens.map((token) => token.text).join('');
  if (text === original) return undefined;
  return { text, rewrap: (wanted) => respelled(tokens, wanted, encode) };
}

/** `wanted` with the tokens of its unchanged beginning and end as they stood. */
function respelled(tokens: readonly Token[], wanted: string, encode: (text: string) => string): string {
  let head = 0;
  let start = 0;
  while (head < tokens.length && wanted.startsWith(tokens[head]!.text, start)) start += tokens[head++]!.text.length;
  let tail = tokens.length;
  let end = wanted.length;
  while (tail > head) {
    const { text } = tokens[tail - 1]!;
    if (end - text.length < start || !wanted.endsWith(text, end)) break;
    end -= text.length;
    tail--;
  }
  const raw = (part: readonly Token[]): string => part.map((token) => token.raw).join('');
  return raw(tokens.slice(0, head)) + encode(wanted.slice(start, end)) + raw(tokens.slice(tail));
}
