// What a text may hold beside JSON, percent, hex and base64 alone: URLs, credentials, data URLs, forms, XML, log sentences, escapes,
// and base64 that is wrapped, or only a part of the text.
import { Buffer, isUtf8 } from 'node:buffer';
import { HubError } from '../errors.js';
import type { Document, Limits } from '../model.js';
import { decodeBase32, encodeBase32 } from './base32.js';
import { looksLikeCsv, readCsv } from './csv.js';
import { looksLikeForm, readForm } from './form.js';
import { looksLikePairLines, readPairLines } from './lines.js';
import { readLiteral } from './literal.js';
import { readLog } from './log.js';
import { hasPair } from './mixed.js';
import { looksLikePhp, readPhp } from './php.js';
import { readBytes, readCredentials, readPieces, readUrl } from './pieces.js';
import { looksLikeTable, readTable } from './tables.js';
import { isPrintable } from './text.js';
import { type Undone, undoEscapes, undoQuotedPrintable, undoReferences } from './tokens.js';
import {
  AMPERSAND,
  BACKSLASH,
  BLANK,
  BREAK,
  COLON,
  COMMA,
  EQUALS,
  LESS,
  NO_BASE64,
  NO_HEX,
  QUOTE,
  type Traits,
  traitsOf,
} from './traits.js';
import { looksLikeCard, readCard } from './vcard.js';
import type { DisguiseId, Wrapped } from './wrapped.js';
import { looksLikeXml, readXml } from './xml.js';
import { looksLikeYaml, readYaml } from './yaml.js';

type Pack = (bytes: Uint8Array) => string;

const BASIC = /^(Basic[ \t]+)([A-Za-z0-9+/_-]{4,}={0,2})$/i;
/** `data:` with no parameters but a character set of which ASCII is a part: others could carry a value. */
const DATA = /^(data:(?:[a-z]{1,16}\/[a-z0-9.+-]{1,64})?(?:;charset=(?:utf-8|us-ascii))?;base64,)([A-Za-z0-9+/_-]+={0,2})$/i;
/** Authentication schemes whose parameters are signed or secret as a whole. */
const SCHEME = /^(?:Digest|Basic|Bearer|Signature|OAuth|Hawk|HMAC[\w-]*|AWS4-HMAC-\S+)\s/i;
const SEPARATED_HEX = /^(?:0x)?[0-9a-fA-F]{2}(?:(?:[:\- ]|,|, )(?:0x)?[0-9a-fA-F]{2}){7,}$/;
const WRAPPED_BASE64 = /^[A-Za-z0-9+/_-]{4,}(?:\r?\n|[ \t])[A-Za-z0-9+/_\s-]*(?:={1,2}\s*)?$/;
/** Shortest run of base64 looked for inside a text, and shortest row of hexadecimal bytes: eight with separators. */
const RUN_MIN = 20;
const SEPARATED_MIN = 23;
/** Fewest bytes of content worth a look. */
const MIN_CONTENT = 8;

const utf8 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('utf8');
const refuse = (): never => {
  throw new HubError('not_restorable');
};

/** The likeliest reading of `text`; undefined for an ordinary one. Throws what its readers throw but `malformed`. */
export function undisguise(text: string, limits: Limits, depth: number): Wrapped | undefined {
  const traits = traitsOf(text);
  const { flags } = traits;
  return (
    (flags & (AMPERSAND | COLON | LESS | BLANK) ? whole(text, flags, limits, depth) : undefined) ??
    repacked(text, traits) ??
    formed(text, flags, limits, depth) ??
    (flags & (BACKSLASH | AMPERSAND | EQUALS) ? spelled(text) : undefined) ??
    parted(text, traits, limits, depth)
  );
}

/** Base32, and base64 that begins after other characters; for texts of one word. */
export function undisguiseWord(text: string, limits: Limits, depth: number): Wrapped | undefined {
  const bytes = text.length < 16 ? undefined : decodeBase32(text);
  if (bytes !== undefined && holdsText(bytes)) {
    const pack: Pack = (changed) => {
      const packed = encodeBase32(changed);
      const padded = text.endsWith('=') || text.length % 8 === 0 ? packed : packed.replace(/=+$/, '');
      return /[a-z]/.test(text) ? padded.toLowerCase() : padded;
    };
    return packedText('base32', text, bytes, pack);
  }
  return pieces(text, traitsOf(text), limits, depth);
}

/** Base64 in a part of the text. Hexadecimal digits and dashes alone (UUIDs, hashes) are none. */
function pieces(text: string, { flags, run }: Traits, limits: Limits, depth: number): Wrapped | undefined {
  if (run < RUN_MIN || (flags & NO_HEX) === 0) return undefined;
  return documented('pieces', text, () => readPieces(text, limits, depth));
}

/** Texts that are one thing from beginning to end. */
function whole(text: string, flags: number, limits: Limits, depth: number): Wrapped | undefined {
  if (flags & COLON && text.includes('://') && /[?#@]/.test(text) && !/^wifi:/i.test(text)) {
    const url = documented('url', text, () => readUrl(text, limits, depth));
    if (url !== undefined) return url;
  }
  const basic = flags & BLANK ? BASIC.exec(text) : null;
  if (basic !== null) return credentials(text, basic[1]!, basic[2]!, limits, depth);
  const data = flags & COMMA && flags & COLON ? DATA.exec(text) : null;
  if (data !== null) return dataUrl(text, data[1]!, data[2]!);
  if (flags & AMPERSAND && looksLikeForm(text))
    return documented('form', text, () => readForm(Buffer.from(text, 'utf8'), limits));
  if (flags & LESS && looksLikeXml(text)) return documented('xml', text, () => readXml(Buffer.from(text, 'utf8'), limits, depth));
  return undefined;
}

/** Longest text of several lines that is read as YAML: its library's time goes by its marks. */
const YAML_MAX = 16_384;

/** Texts in a form of their own: what a program printed, or several lines that are read as they would be as a body. */
function formed(text: string, flags: number, limits: Limits, depth: number): Wrapped | undefined {
  if (flags & COLON && looksLikePhp(text))
    return documented('php', text, () => readPhp(Buffer.from(text, 'utf8'), limits, depth));
  if (/[)\]}][\s;,]*$/.test(text.slice(-16))) {
    const literal = documented('literal', text, () => readLiteral(Buffer.from(text, 'utf8'), limits, depth));
    if (literal !== undefined) return literal;
  }
  if ((flags & BREAK) === 0 || !/\S[ \t]*\r?\n\s*\S/.test(text) || text.includes('-----BEGIN ')) return undefined;
  const bytes = Buffer.from(text, 'utf8');
  if (!isPrintable(bytes)) return undefined;
  if (looksLikeCard(text)) return documented('card', text, () => readCard(bytes, limits, depth));
  if (looksLikeTable(text)) return documented('table', text, () => readTable(bytes, limits, depth));
  if (looksLikeCsv(bytes)) return documented('csv', text, () => readCsv(bytes, limits, depth));
  if (looksLikePairLines(bytes)) return documented('lines', text, () => readPairLines(bytes, limits, depth));
  if (text.length <= YAML_MAX && looksLikeYaml(bytes)) return documented('yaml', text, () => readYaml(bytes, limits, depth));
  return undefined;
}

/** A document over `text`; undefined where it is malformed, for then it is another thing. */
function documented(id: DisguiseId, text: string, read: () => Document | undefined): Wrapped | undefined {
  try {
    const document = read();
    return document && { id, bytes: Buffer.from(text, 'utf8'), document, exact: true, rewrap: utf8 };
  } catch (fault) {
    if (fault instanceof HubError && (fault.code === 'malformed' || fault.code === 'unreadable_format')) return undefined;
    throw fault;
  }
}

function base64Pack(text: string): Pack {
  const url = /[_-]/.test(text);
  return (bytes) => {
    const packed = Buffer.from(bytes).toString(url ? 'base64url' : 'base64');
    const bare = packed.replace(/=+$/, '');
    return text.endsWith('=') || (!url && text.length % 4 === 0) ? bare.padEnd(Math.ceil(bare.length / 4) * 4, '=') : bare;
  };
}

function credentials(text: string, scheme: string, encoded: string, limits: Limits, depth: number): Wrapped | undefined {
  const bytes = Buffer.from(encoded, 'base64');
  if (!isUtf8(bytes)) return undefined;
  const pack: Pack = (changed) => scheme + base64Pack(encoded)(changed);
  const exact = pack(bytes) === text;
  return { id: 'basic', bytes, document: readCredentials(bytes, limits, depth), exact, rewrap: exact ? pack : refuse };
}

function dataUrl(text: string, head: string, encoded: string): Wrapped | undefined {
  const bytes = Buffer.from(encoded, 'base64');
  const pack: Pack = (changed) => head + base64Pack(encoded)(changed);
  if (holdsText(bytes)) return packedText('data', text, bytes, pack);
  const exact = pack(bytes) === text;
  return { id: 'data', bytes, document: readBytes(bytes), exact, rewrap: exact ? pack : refuse };
}

function holdsText(bytes: Uint8Array): boolean {
  return bytes.length >= MIN_CONTENT && isPrintable(bytes);
}

function packedText(id: DisguiseId, text: string, bytes: Uint8Array, pack: Pack): Wrapped {
  const exact = pack(bytes) === text;
  return { id, bytes, document: undefined, exact, rewrap: exact ? pack : refuse };
}

/** Texts whose characters are written another way. */
function spelled(text: string): Wrapped | undefined {
  const as = (id: DisguiseId, found: Undone | undefined): Wrapped | undefined =>
    found && {
      id,
      bytes: Buffer.from(found.text, 'utf8'),
      document: undefined,
      exact: true,
      rewrap: (bytes) => found.rewrap(utf8(bytes)),
    };
  return (
    as('escapes', undoEscapes(text)) ?? as('html', undoReferences(text)) ?? as('quoted-printable', undoQuotedPrintable(text))
  );
}

/** Hexadecimal bytes with separators, base64 in lines. */
function repacked(text: string, { flags, run }: Traits): Wrapped | undefined {
  if ((flags & NO_HEX) === 0) {
    if (text.length < SEPARATED_MIN) return undefined;
    return SEPARATED_HEX.test(text) ? separatedHex(text) : numbered(text);
  }
  // Words of a sentence are base64 too: blanks part only long runs.
  if (flags & NO_BASE64 || !(flags & BREAK || (flags & BLANK && run >= RUN_MIN))) return undefined;
  if (!WRAPPED_BASE64.test(text) || text.startsWith('-')) return undefined;
  const bare = text.replace(/\s+/g, '');
  const bytes = Buffer.from(bare, 'base64');
  if (!holdsText(bytes)) return undefined;
  const width = text.search(/\s/);
  const end = /^\S+(\s+)/.exec(text)![1]!;
  const tail = /\s*$/.exec(text.slice(-16))![0];
  const pack: Pack = (changed) => (base64Pack(bare)(changed).match(new RegExp(`.{1,${width}}`, 'g')) ?? []).join(end) + tail;
  return packedText('base64', text, bytes, pack);
}

/** `83,83,73,68,…` and `01010011 01010011 …`: the numbers of a text's bytes. */
const DECIMAL = /^\d{1,3}(?:([ ,;:]|, )\d{1,3})(?:\1\d{1,3}){6,}$/;
const BINARY = /^[01]{8}([ ,;:]|, )[01]{8}(?:\1[01]{8}){6,}$/;

function numbered(text: string): Wrapped | undefined {
  const binary = BINARY.exec(text);
  const separator = (binary ?? DECIMAL.exec(text))?.[1];
  if (separator === undefined) return undefined;
  const radix = binary === null ? 10 : 2;
  const numbers = text.split(separator).map((digits) => Number.parseInt(digits, radix));
  if (numbers.some((number) => number > 0xff) || !holdsText(Buffer.from(numbers))) return undefined;
  const pack: Pack = (bytes) => [...bytes].map((byte) => byte.toString(radix).padStart(radix === 2 ? 8 : 1, '0')).join(separator);
  return packedText(binary === null ? 'decimal' : 'binary', text, Buffer.from(numbers), pack);
}

function separatedHex(text: string): Wrapped | undefined {
  const digits = text.replace(/0x|[^0-9a-fA-F]/g, '');
  const bytes = Buffer.from(digits, 'hex');
  if (!holdsText(bytes)) return undefined;
  const prefix = text.startsWith('0x') ? '0x' : '';
  const separator = /^(?:0x)?..(.*?)(?:0x)?[0-9a-fA-F]{2}/.exec(text)?.[1] ?? '';
  const upper = /[A-F]/.test(text.replaceAll('0x', ''));
  const pack: Pack = (changed) =>
    [...changed]
      .map((byte) => prefix + (upper ? byte.toString(16).toUpperCase() : byte.toString(16)).padStart(2, '0'))
      .join(separator);
  return packedText('hex', text, bytes, pack);
}

/** Sentences with pairs or JSON in them, and texts of which a part is base64. */
function parted(text: string, traits: Traits, limits: Limits, depth: number): Wrapped | undefined {
  const { flags } = traits;
  if (flags & BLANK && SCHEME.test(text)) return undefined;
  const telling = flags & EQUALS || (flags & COLON && (flags & QUOTE ? /"[ \t]*:/.test(text) : severalColons(text)));
  if (telling && hasPair(text)) {
    const log = documented('log', text, () => readLog(Buffer.from(text, 'utf8'), limits, depth));
    if (log?.document?.root.children !== undefined) return log;
  }
  return pieces(text, traits, limits, depth);
}

/** Two `name: ` or more. */
function severalColons(text: string): boolean {
  const first = text.indexOf(': ');
  return first > 0 && text.indexOf(': ', first + 2) > 0;
}
