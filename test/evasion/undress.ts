// An adversary's eye on what left: every layer undone again and again, every spelling of a secret looked for in each. Knows nothing of
// the code it checks.
import zlib from 'node:zlib';

/** What must not be found. */
export interface Secret {
  readonly kind: 'text' | 'mac' | 'ip' | 'place' | 'digits';
  /** A name or e-mail; six hex pairs with colons; a dotted quad; `latitude,longitude`; a number's digits. */
  readonly value: string;
}

const DEPTH = 8;
const BUFFERS_MAX = 2500;
const INFLATED_MAX = 1 << 22;
const GEOHASH = '0123456789bcdefghjkmnpqrstuvwxyz';

/** Whether `secret` can be read out of `bytes`. */
export function reveals(bytes: Uint8Array, secret: Secret): boolean {
  const needles = needlesOf(secret);
  const seen = new Set<string>();
  let layer: Buffer[] = [Buffer.from(bytes)];
  for (let depth = 0; depth <= DEPTH && layer.length > 0; depth += 1) {
    const next: Buffer[] = [];
    for (const buffer of layer) {
      const id = buffer.toString('latin1');
      if (seen.has(id) || seen.size > BUFFERS_MAX) continue;
      seen.add(id);
      if (standsIn(buffer, needles)) return true;
      next.push(...undone(buffer));
    }
    layer = next;
  }
  return false;
}

interface Needles {
  /** Looked for in the text as it stands, in lower case. */
  readonly plain: readonly string[];
  /** Looked for among letters and digits only. */
  readonly bare: readonly string[];
  readonly raw: readonly Buffer[];
}

function standsIn(buffer: Buffer, { plain, bare, raw }: Needles): boolean {
  if (raw.some((bytes) => buffer.includes(bytes))) return true;
  for (const text of [buffer.toString('utf8'), buffer.toString('latin1')]) {
    const folded = text.normalize('NFKC').toLowerCase();
    if (plain.some((needle) => folded.includes(needle))) return true;
    if (bare.length === 0) continue;
    const letters = folded.replace(/[^\p{L}\p{Nd}]/gu, '');
    if (bare.some((needle) => letters.includes(needle))) return true;
  }
  return false;
}

const backwards = (text: string): string => [...text].reverse().join('');
const bareOf = (text: string): string =>
  text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{Nd}]/gu, '');

function needlesOf({ kind, value }: Secret): Needles {
  switch (kind) {
    case 'text': {
      const codes = [...value].map((c) => c.codePointAt(0)!);
      const lists = [',', ', ', ' '].flatMap((by) => [codes.join(by), codes.map((c) => c.toString(16)).join(by)]);
      return { plain: lists, bare: [bareOf(value), backwards(bareOf(value))], raw: [] };
    }
    case 'mac':
      return macNeedles(Buffer.from(value.replaceAll(':', ''), 'hex'));
    case 'ip':
      return ipNeedles(value.split('.').map(Number));
    case 'place':
      return placeNeedles(value.split(',').map(Number) as [number, number]);
    case 'digits':
      return { plain: [], bare: [value.replace(/\D/g, '')], raw: [] };
    default:
      return kind satisfies never;
  }
}

function macNeedles(bytes: Buffer): Needles {
  const back = Buffer.from(bytes).reverse();
  const eui = Buffer.concat([bytes.subarray(0, 3), Buffer.from([0xff, 0xfe]), bytes.subarray(3)]);
  const link = Buffer.from(eui);
  link[0]! ^= 2;
  const bare = [bytes, back, eui, link].map((b) => b.toString('hex'));
  const plain = [bytes, back].flatMap((b) => [
    String(BigInt(`0x${b.toString('hex')}`)),
    ...[',', ', ', '.', '-', ':', ' '].map((by) => [...b].join(by)),
  ]);
  return { plain, bare, raw: [bytes, back] };
}

function ipNeedles(octets: readonly number[]): Needles {
  const hex = octets.map((o) => o.toString(16).padStart(2, '0'));
  const number = octets.reduce((n, o) => n * 256 + o, 0);
  const plain = ['.', '-', '_', ',', ', ', ' ', ':'].flatMap((by) => [octets.join(by), [...octets].reverse().join(by)]);
  plain.push(hex.join('.'), hex.join(':'), hex.map((h) => `0x${h}`).join('.'), `0x${hex.join('')}`);
  plain.push(octets.map((o) => `0${o.toString(8)}`).join('.'), `${hex[0]}${hex[1]}:${hex[2]}${hex[3]}`, String(number));
  return { plain, bare: [], raw: [Buffer.from(octets)] };
}

function placeNeedles(place: readonly [number, number]): Needles {
  const plain: string[] = [geohash(place[0], place[1], 7)];
  for (const degrees of place.map(Math.abs)) {
    const three = Math.floor(degrees * 1000) / 1000;
    plain.push(three.toFixed(3), three.toFixed(3).replace('.', ','));
    for (const scale of [1e6, 1e7]) plain.push(String(Math.floor(degrees * scale)).slice(0, -1));
    const minutes = (degrees % 1) * 60;
    const seconds = Math.floor((minutes % 1) * 60);
    plain.push(
      `${Math.floor(degrees)}°${Math.floor(minutes)}'${seconds}`,
      `${Math.floor(degrees)} ${Math.floor(minutes)} ${seconds}`,
    );
  }
  return { plain, bare: [], raw: [] };
}

/** Niemeyer's geohash: bits of longitude and latitude in turn, five to a letter. */
export function geohash(latitude: number, longitude: number, letters: number): string {
  const ranges = [
    [-180, 180, longitude],
    [-90, 90, latitude],
  ] as [number, number, number][];
  let out = '';
  for (let bit = 0, value = 0; out.length < letters; bit += 1) {
    const range = ranges[bit % 2]!;
    const middle = (range[0] + range[1]) / 2;
    const upper = range[2] >= middle;
    range[upper ? 0 : 1] = middle;
    value = value * 2 + (upper ? 1 : 0);
    if (bit % 5 === 4) {
      out += GEOHASH[value];
      value = 0;
    }
  }
  return out;
}

/** Every reading of `buffer` one layer down. */
function undone(buffer: Buffer): Buffer[] {
  const out: Buffer[] = [];
  const add = (read: () => Buffer | string): void => {
    try {
      const got = read();
      const bytes = typeof got === 'string' ? Buffer.from(got, 'utf8') : got;
      if (bytes.length >= 3 && !bytes.equals(buffer)) out.push(bytes);
    } catch {
      // not in this coding: nothing to read
    }
  };
  inflations(buffer, add);
  const text = buffer.toString('utf8');
  const code = (hex: string): string => String.fromCodePoint(Math.min(Number.parseInt(hex, 16), 0x10ffff));
  if (text.includes('%')) add(() => unpercent(text));
  if (text.includes('\\'))
    add(() =>
      text
        .replace(/\\u\{?([0-9a-f]{1,6})\}?/gi, (_, hex: string) => code(hex))
        .replace(/\\x([0-9a-f]{2})/gi, (_, hex: string) => code(hex))
        .replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)))
        .replace(/\\(["\\/])/g, '$1'),
    );
  if (text.includes('&#'))
    add(() =>
      text
        .replace(/&#x([0-9a-f]+);?/gi, (_, hex: string) => code(hex))
        .replace(/&#(\d+);?/g, (_, decimal: string) => code(Number(decimal).toString(16))),
    );
  if (/=[0-9A-F]{2}/.test(text))
    add(() =>
      Buffer.from(
        text.replace(/=\r?\n/g, '').replace(/=([0-9A-F]{2})/g, (_, hex: string) => code(hex)),
        'latin1',
      ),
    );
  if (buffer.includes(0)) add(() => Buffer.from(buffer.filter((b) => b !== 0)));
  // Decoded bytes are no text as a whole: letters of ASCII in them are.
  if (buffer.some((b) => b >= 0x80)) add(() => Buffer.from(buffer.toString('latin1').replace(/[^\x20-\x7e]+/g, '\n'), 'latin1'));
  runs(text, add);
  return out;
}

function unpercent(text: string): Buffer {
  const bytes: number[] = [];
  const raw = Buffer.from(text, 'utf8');
  for (let i = 0; i < raw.length; i += 1) {
    const hex = raw[i] === 0x25 ? /^[0-9a-f]{2}/i.exec(raw.toString('latin1', i + 1, i + 3))?.[0] : undefined;
    if (hex === undefined) bytes.push(raw[i]!);
    else {
      bytes.push(Number.parseInt(hex, 16));
      i += 2;
    }
  }
  return Buffer.from(bytes);
}

function inflations(buffer: Buffer, add: (read: () => Buffer) => void): void {
  const bound = { maxOutputLength: INFLATED_MAX, finishFlush: zlib.constants.Z_SYNC_FLUSH };
  for (let at = buffer.indexOf(0x1f), n = 0; at >= 0 && n < 8; at = buffer.indexOf(0x1f, at + 1), n += 1) {
    if (buffer[at + 1] === 0x8b) add(() => zlib.gunzipSync(buffer.subarray(at), bound));
  }
  if ((buffer[0]! & 15) === 8 && ((buffer[0]! << 8) | buffer[1]!) % 31 === 0) add(() => zlib.inflateSync(buffer, bound));
  for (let at = buffer.indexOf(0x78), n = 0; at >= 0 && n < 8; at = buffer.indexOf(0x78, at + 1), n += 1) {
    if (((0x78 << 8) | (buffer[at + 1] ?? 0)) % 31 === 0) add(() => zlib.inflateSync(buffer.subarray(at), bound));
  }
  if (buffer.length < 4096) {
    add(() => zlib.inflateRawSync(buffer, { maxOutputLength: INFLATED_MAX }));
    add(() => zlib.brotliDecompressSync(buffer, { maxOutputLength: INFLATED_MAX }));
  }
}

function runs(text: string, add: (read: () => Buffer | string) => void): void {
  for (const [run] of text.matchAll(/[A-Za-z0-9+/_-]{7,}/g)) {
    for (let shift = 0; shift < 4 && run.length - shift >= 7; shift += 1) add(() => Buffer.from(run.slice(shift), 'base64'));
  }
  for (const [run] of text.matchAll(/(?:[0-9a-f]{2}[\s:,-]?){6,}/gi)) {
    const hex = run.replace(/[^0-9a-f]/gi, '');
    add(() => Buffer.from(hex, 'hex'));
    add(() => Buffer.from(hex.slice(1), 'hex'));
  }
  // What lines, separators and quotes were put into.
  if (/[\w+/-]{4}[\s,;"'\\|]+[\w+/-]/.test(text)) add(() => text.replace(/(?<=[\w+/-])[\s,;"'\\|]+(?=[\w+/-])/g, ''));
  for (const [run] of text.matchAll(/[A-Z0-9]{10,}/gi)) {
    for (const alphabet of ['ABCDEFGHIJKLMNOPQRSTUVWXYZ234567', '0123456789ABCDEFGHIJKLMNOPQRSTUV']) {
      for (let shift = 0; shift < 8; shift += 1) {
        const digits = run.slice(shift).toUpperCase();
        if ([...digits].every((digit) => alphabet.includes(digit))) add(() => unbase32(digits, alphabet));
      }
    }
  }
  for (const [list] of text.matchAll(/\d{2,3}(?:\s?[,;]\s?\d{2,3}){3,}/g))
    add(() => Buffer.from(list.split(/\s?[,;]\s?/).map((n) => Number(n) & 255)));
  for (const [list] of text.matchAll(/"[^"]{1,3}"(?:\s?,\s?"[^"]{1,3}"){3,}/g)) add(() => list.replace(/[",\s]/g, ''));
}

function unbase32(run: string, alphabet: string): Buffer {
  const bytes: number[] = [];
  let bits = 0;
  let value = 0;
  for (const letter of run) {
    value = ((value << 5) | alphabet.indexOf(letter)) & 0xfff;
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      bytes.push((value >> bits) & 255);
    }
  }
  return Buffer.from(bytes);
}
