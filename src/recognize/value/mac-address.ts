// MAC addresses and EUI-64 in every notation (IEEE 802-2014 clause 8; RFC 7042; RFC 4291 appendix A).
import type { Finding } from '../../model.js';
import { DIGITS8, DOTS3, HEX12, PAIRS5, QUADS3, SIX } from '../prefilter.js';
import { add, contextBefore, eachMatch } from './finding.js';

/** A chain of hex pairs with one separator throughout; its length says what it is. */
const CHAIN = /(?<!\d|[0-9a-f]{2})[0-9a-f]{1,2}([:\-._ ;|/#*\n]|, ?|\\:)[0-9a-f]{1,2}(?:\1[0-9a-f]{1,2}){4,}(?![0-9a-f])/gi;
/** `f4cf.a277.8899`, `f4cf:a277:8899`. */
const QUADS = /(?<![0-9a-f][.:-]?)[0-9a-f]{4}([.:-])[0-9a-f]{4}\1[0-9a-f]{4}(?![.:-]?[0-9a-f])/gi;
/** `f4cfa2-778899`: maker's half and serial half. */
/** Bytes as programs write them: `0xa4, 0x2b, …`, `\\xa4\\x2b…`. */
const LITERALS = /(?:0x|\\x)[0-9a-f]{2}(?:[ ,;:]{0,2}(?:0x|\\x)[0-9a-f]{2}){5}(?![ ,;:]{0,2}(?:0x|\\x)[0-9a-f])/gi;
const HALVES = /(?<![0-9a-f][.:_-]?)[0-9a-f]{6}[:_-][0-9a-f]{6}(?![.:_-]?[0-9a-f])/gi;
const BARE = /(?<![0-9a-f])(?:[0-9a-f]{12}|[0-9a-f]{16})(?![0-9a-f])/gi;
/** Words before a bare run that make it a build's hash. */
const HASH_BEFORE = /(?:commit|hash|sha|rev|build|digest|etag|crc|[.\d]\+)[\s:=_"'#-]*$/i;

/** How far behind a bare run its word is looked at. */
const GLUED = 24;
/** Base64: what stands between its `/` and `+` is no word. */
const BLOB = /^(?=[^a-z]{0,64}[a-z])(?=[^A-Z]{0,64}[A-Z])[A-Za-z0-9+/]{24,}={0,2}$/;

/** DHCP client ids and DUIDs (RFC 2132 9.14, RFC 8415 11.2, 11.4) end in the MAC; by what they begin with. */
const WRAPPERS: readonly (readonly [pairs: number, prefix: string])[] = [
  [7, '01'],
  [14, '00010001'],
  [10, '00030001'],
];

/** Pairs of hex digits (12, or 16 with `fffe` in the middle, or 16) to one spelling; undefined for zeros and broadcast. */
export function macCanonical(hex: string): string | undefined {
  const lower = hex.toLowerCase();
  if (/^0+$/.test(lower) || /^f+$/.test(lower)) return undefined;
  if (lower.length === 12) return `mac:${lower}`;
  if (lower.length !== 16) return undefined;
  return lower.slice(6, 10) === 'fffe' ? `mac:${lower.slice(0, 6)}${lower.slice(10)}` : `eui64:${lower}`;
}

function report(out: Finding[], start: number, end: number, hex: string, certain: boolean): void {
  const canonical = macCanonical(hex);
  if (canonical === undefined) return;
  const category = canonical.startsWith('mac:') ? 'device_mac' : 'radio_identifier';
  add(out, category, start, end, canonical, certain ? 'certain' : 'weak');
}

/** Could six numbers be year, month, day, hour, minute, second? */
function looksLikeTime(groups: readonly string[]): boolean {
  const [, month, day, hour, minute, second] = groups.map(Number);
  return month! >= 1 && month! <= 12 && day! >= 1 && day! <= 31 && hour! < 24 && minute! < 60 && second! < 61;
}

function chainIsCertain(groups: readonly string[], separator: string): boolean {
  const hasLetter = groups.some((group) => /[a-f]/i.test(group));
  if (hasLetter) return separator !== ' ' || groups.some((group) => /\d/.test(group));
  if (separator === ':') return groups.every((group) => group.length === 2);
  return separator === '-' && !looksLikeTime(groups);
}

function visitChain(match: RegExpExecArray, text: string, out: Finding[]): void {
  const separator = match[1]!;
  let start = match.index;
  const end = start + match[0].length;
  let groups = match[0].split(separator);
  // `mac:f4:cf:…`: the end of a word looks like a pair.
  if ((groups.length === 7 || groups.length === 9) && start > 0 && /[g-z]/i.test(text[start - 1]!)) {
    start += groups[0]!.length + 1;
    groups = groups.slice(1);
  }
  if (separator !== ':' && groups.some((group) => group.length !== 2)) return;
  // Separators of lists: numbers between them are numbers.
  if (/[;|/#*,]/.test(separator) && !(/[a-f]/i.test(match[0]) && /\d/.test(match[0]))) return;
  if (separator === ':' && (text[end] === ':' || text[start - 1] === ':') && text.slice(start - 2, end + 2).includes('::'))
    return;
  for (const [pairs, prefix] of WRAPPERS) {
    if (groups.length !== pairs || !groups.join('').startsWith(prefix)) continue;
    start = end - groups.slice(-6).join(separator).length;
    groups = groups.slice(-6);
  }
  if (groups.length === 6) {
    const hex = groups.map((group) => group.padStart(2, '0')).join('');
    report(out, start, end, hex, chainIsCertain(groups, separator));
  } else if (groups.length === 8 && groups.every((group) => group.length === 2)) {
    report(out, start, end, groups.join(''), separator === ':' || separator === '-');
  }
}

/** Is a bare run of 12 hex digits a MAC on its own? One letter case, letters and digits, a single device's address, not in a blob. */
function bareIsCertain(hex: string, text: string, start: number): boolean {
  const mixed = /\d/.test(hex) && /[a-f]/i.test(hex) && (hex === hex.toLowerCase() || hex === hex.toUpperCase());
  const multicast = (Number.parseInt(hex.slice(0, 2), 16) & 1) === 1;
  if (!mixed || multicast) return false;
  const around = `${text[start - 1] ?? ' '}${text[start + hex.length] ?? ' '}`;
  // Glued to letters it is a word's end (`AirFryerF4CFA2778899`), with more digits in the run a piece of a token.
  const before = contextBefore(text, start);
  const glued =
    /[a-z0-9]*$/i.exec(before)![0] + /^[a-z0-9]*/i.exec(text.slice(start + hex.length, start + hex.length + GLUED))![0];
  if (/\d/.test(glued) && !/0x$/i.test(before)) return false;
  return !(/[+/=]/.test(around) && BLOB.test(text)) && !HASH_BEFORE.test(before);
}

function visitBare(match: RegExpExecArray, text: string, out: Finding[]): void {
  const hex = match[0];
  const start = match.index;
  // Two readings side by side (a colour as `000003e803e8`) far oftener than one of the few addresses that begin so.
  if (text.length === 12 && (hex.startsWith('0000') || hex.includes('00000000'))) return;
  const before = contextBefore(text, start);
  if (/(?:^|[-.])g$/.test(before)) return; // git describe: 1.2.0-14-gf4cfa2778899
  if (/[0-9a-f]{4}-[0-9a-f]{4}-$/i.test(before)) return; // the end of a UUID
  if (hex.length === 12) {
    report(out, start, start + 12, hex, bareIsCertain(hex, text, start));
    return;
  }
  const prefixed = /0x$|zigbee|thread|eui|ieee/i.test(before);
  const carriesMac = hex.slice(6, 10).toLowerCase() === 'fffe';
  // Glued to a word, sixteen digits are a piece of a token far oftener than an address.
  const glued = /[g-z]/i.test(`${text[start - 1] ?? ''}${text[start + hex.length] ?? ''}`);
  if (prefixed || carriesMac || (!glued && !/^\d+$/.test(hex))) report(out, start, start + 16, hex, prefixed || carriesMac);
}

/** Six bytes in decimal, as SNMP writes them; an OID's parts are small, and it has others around it. */
const DECIMALS = /(?<![\d.])\d{1,3}(?:\.\d{1,3}){5}(?![\d.])/g;
/** 48 bits as a number, behind a word that says so. */
const NUMBERED = /\b(?:mac|bssid)(?:[ _-]?addr\p{L}{0,4})?["'\s:=#]{1,4}(\d{12,15})(?!\d)/giu;

function visitDecimals(match: RegExpExecArray, out: Finding[]): void {
  const bytes = match[0].split('.').map(Number);
  const mac = macFromBytes(bytes);
  if (mac === undefined || (bytes[0]! & 3) !== 0 || new Set(bytes).size < 5 || bytes.filter((byte) => byte >= 64).length < 3)
    return;
  add(out, 'device_mac', match.index, match.index + match[0].length, mac);
}

export function findMacs(text: string, out: Finding[], traits: number): void {
  if ((traits & PAIRS5) !== 0) {
    eachMatch(CHAIN, text, (match) => visitChain(match, text, out));
    if (text.includes('x')) {
      eachMatch(LITERALS, text, (match) => {
        const hex = match[0].replace(/0x|\\x|[ ,;:]/g, '');
        report(out, match.index, match.index + match[0].length, hex, /[a-f]/i.test(hex) && /\d/.test(hex));
      });
    }
  }
  if ((traits & QUADS3) !== 0) {
    eachMatch(QUADS, text, (match) => {
      const hex = match[0].replaceAll(match[1]!, '');
      const hasLetter = /[a-f]/i.test(hex);
      if (hasLetter || match[1] !== '-') report(out, match.index, match.index + 14, hex, hasLetter && /\d/.test(hex));
    });
  }
  if ((traits & SIX) !== 0) {
    eachMatch(HALVES, text, (match) => {
      const hex = match[0].slice(0, 6) + match[0].slice(7);
      report(out, match.index, match.index + 13, hex, /[a-f]/i.test(hex) && /\d/.test(hex));
    });
  }
  if ((traits & DOTS3) !== 0 && (traits & DIGITS8) !== 0) eachMatch(DECIMALS, text, (match) => visitDecimals(match, out));
  if ((traits & HEX12) !== 0 && /mac|bssid/i.test(text)) {
    eachMatch(NUMBERED, text, (match) => {
      const hex = BigInt(match[1]!).toString(16).padStart(12, '0');
      const end = match.index + match[0].length;
      if (hex.length === 12) report(out, end - match[1]!.length, end, hex, true);
    });
  }
  if ((traits & HEX12) !== 0) eachMatch(BARE, text, (match) => visitBare(match, text, out));
}

/** Six or eight byte values (a MAC sent as an array of numbers) to its canonical spelling; whether they are one, the name says. */
export function macFromBytes(numbers: readonly number[]): string | undefined {
  if (numbers.length !== 6 && numbers.length !== 8) return undefined;
  if (!numbers.every((value) => Number.isInteger(value) && value >= 0 && value <= 255)) return undefined;
  return macCanonical(numbers.map((value) => value.toString(16).padStart(2, '0')).join(''));
}
