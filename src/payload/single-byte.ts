import { Buffer } from 'node:buffer';
import { HubError } from '../errors.js';

/** A character set of one byte a character, of which ASCII is a part. Binary strings have one unit a byte. */
export interface SingleByte {
  /** Throws `unreadable_charset` for a byte that means nothing. */
  decode(binary: string): string;
  /** Undefined for a text that the set cannot hold. */
  encode(text: string): string | undefined;
}

/** By name: the set of the WHATWG Encoding Standard that is meant (ISO 8859-1 is written and read as windows-1252 everywhere). */
const SETS: ReadonlyMap<string, string> = new Map([
  ...['iso-8859-1', 'iso8859-1', 'iso_8859-1', 'latin1', 'windows-1252', 'cp1252'].map((name) => [name, 'windows-1252'] as const),
  ...['iso-8859-2', 'iso8859-2', 'latin2'].map((name) => [name, 'iso-8859-2'] as const),
  ...['iso-8859-5', 'iso8859-5'].map((name) => [name, 'iso-8859-5'] as const),
  ...['iso-8859-15', 'iso8859-15', 'latin9'].map((name) => [name, 'iso-8859-15'] as const),
  ...['windows-1250', 'cp1250'].map((name) => [name, 'windows-1250'] as const),
  ...['windows-1251', 'cp1251'].map((name) => [name, 'windows-1251'] as const),
  ['koi8-r', 'koi8-r'],
]);
/** Bytes 0x80 to 0x9f of windows-1252: Node 20.20 reads them as those of Latin-1. */
const WINDOWS_1252 = '€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8dŽ\x8f\x90‘’“”•–—˜™š›œ\x9džŸ';
/** Sets that are only read while they are ASCII. */
const ASCII_BASED = /^(?:iso-8859-\d{1,2}|windows-125\d|koi8-u)$/;

const tables = new Map<string, SingleByte>();

/** The table of a character set by its name in lower case; undefined for one that the hub does not know. */
export function singleByteTable(name: string): SingleByte | undefined {
  const set = SETS.get(name) ?? (ASCII_BASED.test(name) ? 'ascii' : undefined);
  if (set === undefined) return undefined;
  let table = tables.get(set);
  if (table === undefined) {
    table = makeTable(set);
    tables.set(set, table);
  }
  return table;
}

function makeTable(set: string): SingleByte {
  const upper = set === 'ascii' ? '' : set === 'windows-1252' ? WINDOWS_1252 + upperHalf(set).slice(32) : upperHalf(set);
  const bytes = new Map<string, string>([...upper].map((character, i) => [character, String.fromCharCode(0x80 + i)]));
  return {
    decode: (binary) =>
      binary.replace(/[\x80-\xff]/g, (byte) => {
        const character = upper[byte.charCodeAt(0) - 0x80];
        if (character === undefined || character === '\ufffd') throw new HubError('unreadable_charset');
        return character;
      }),
    encode: (text) => {
      let fits = true;
      const binary = text.replace(/[^\0-\x7f]/gu, (character) => {
        const byte = bytes.get(character);
        if (byte === undefined) fits = false;
        return byte ?? '';
      });
      return fits ? binary : undefined;
    },
  };
}

/** The characters of bytes 0x80 to 0xff. Throws `unreadable_charset` on a Node without that table (built without full ICU). */
function upperHalf(set: string): string {
  try {
    return new TextDecoder(set).decode(Buffer.from(Array.from({ length: 128 }, (_, i) => 0x80 + i)));
  } catch {
    throw new HubError('unreadable_charset');
  }
}
