// Small messages of every kind that a device may send, for code that is to be compiled before the first of them comes. Every value is
// made up, and no two rounds are alike.
import { gzipSync } from 'node:zlib';

export interface Sample {
  readonly body: Uint8Array;
  readonly mediaType: string;
}

/** A report as devices send them. */
export const REPORT: Sample = json({
  deviceId: 'sample-0001',
  model: 'S-1',
  firmwareVersion: '1.0.0',
  network: { ssid: 'Sample', bssid: '02:00:00:00:00:01', rssi: -60, ip: '192.0.2.1' },
  state: [{ on: true, mode: 'eco', temperature: 21.5, error: null, at: '2026-01-01T00:00:00Z' }],
  note: 'seen 02:00:00:00:00:02 at {"ssid":"Sample"}',
});

/** Elements of a list, or pieces of a text; in the first round, in which nothing is compiled, few. */
const MANY = 12;
const FEW = 3;

const mac = (n: number): string =>
  `02:00:00:${[n >> 16, n >> 8, n].map((b) => (b & 255).toString(16).padStart(2, '0')).join(':')}`;
const token = (n: number): string => Buffer.from(`${(n * 2654435761) >>> 0}sample${n}`).toString('base64url');
const name = (n: number): string => `n${n.toString(36)}`;
const percent = (text: string): string => encodeURIComponent(text);
const references = (text: string): string => [...text].map((c) => `&#${c.codePointAt(0)};`).join('');
const escapes = (text: string): string => [...text].map((c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`).join('');

function json(value: unknown): Sample {
  return { body: Buffer.from(JSON.stringify(value)), mediaType: 'application/json' };
}

function plain(body: string | Uint8Array, mediaType = 'text/plain'): Sample {
  return { body: typeof body === 'string' ? Buffer.from(body) : body, mediaType };
}

function many<T>(round: number, one: (n: number) => T): T[] {
  return Array.from({ length: round === 0 ? FEW : MANY }, (_, i) => one(round * MANY + i));
}

/** Texts as they stand in lists, in members, and one after another in a text. */
const TEXTS: readonly ((n: number) => string)[] = [
  mac,
  token,
  (n) => `198.51.100.${n & 255}`,
  (n) => `2001:db8::${(n & 0xffff).toString(16)}`,
  (n) => `a${n}@example.org`,
  (n) => `+4420794600${10 + (n % 90)}`,
  (n) => `12.${100_000 + (n % 900_000)}, 34.${200_000 + (n % 800_000)}`,
  (n) => `52°30′${10 + (n % 50)}″N`,
  (n) => `joined ${mac(n)} as Lamp ${n}`,
  (n) => `ssid: Sample-${n}, password is sample${n}`,
  (n) => `ѕѕіd: Ѕаmрlе-${n} ＡＢ１２`,
  (n) => `level=info ssid=Sample-${n} mac=${mac(n)} a=b`,
  (n) => `https://a.example/p/${n}?ssid=Sample-${n}#x`,
  (n) => `ssid=Sample-${n}&mac=${percent(mac(n))}`,
  (n) => percent(percent(`ssid=Sample ${n}`)),
  (n) => references(`ssid=S${n}`),
  (n) => escapes(`ssid=S${n}`),
  (n) => `=73=73=69=64=3D${n}`,
  (n) => JSON.stringify({ ssid: `Sample-${n}` }),
  (n) => Buffer.from(JSON.stringify({ ssid: `Sample-${n}` })).toString('base64'),
  (n) => Buffer.from(`ssid=Sample-${n}`).toString('hex'),
  (n) => gzipSync(JSON.stringify({ ssid: `Sample-${n}` })).toString('base64'),
  (n) => `<a ssid='Sample-${n}' mac="${mac(n)}"/>`,
  (n) => `${['on', 'off', 'eco', 'standby'][n & 3]} word${n}`,
];

/** Whole messages, one for each format. */
const MESSAGES: readonly ((n: number) => Sample)[] = [
  () => REPORT,
  (n) => json(many(n, (i) => ({ k: 'ssid', v: `Sample-${i}` }))),
  (n) => json(many(n, (i) => ['ssid', `Sample-${i}`, i])),
  (n) => json({ names: ['ssid', 'rssi'], rows: many(n, (i) => [`Sample-${i}`, -i]), at: many(n, (i) => [12 + i / 1e6, 34.5]) }),
  (n) => json([[...'Sample'], many(n, (i) => i & 255), many(n, (i) => [12.100001 + i, 34.200002]), many(n, (i) => i * 7919)]),
  (n) => json(Object.fromEntries(many(n, (i) => [name(i), i]))),
  (n) => json(Object.fromEntries(many(n, (i) => [mac(i), { [`wifi_${name(i)}`]: token(i) }]))),
  (n) => plain(many(n, (i) => JSON.stringify({ ssid: `Sample-${i}` })).join('\n'), 'application/x-ndjson'),
  (n) => plain(many(n, (i) => `${name(i)}=${percent(mac(i))}`).join('&'), 'application/x-www-form-urlencoded'),
  (n) => plain(multipart(many(n, mac)), 'multipart/form-data; boundary=sample'),
  (n) => plain(`<a xmlns="urn:a">${many(n, (i) => `<b mac="${mac(i)}">S&amp;${i}</b>`).join('')}</a>`, 'application/xml'),
  (n) => plain(many(n, (i) => `${name(i)}: ${mac(i)}`).join('\n'), 'application/yaml'),
  (n) => plain(`a: [${many(n, (i) => `{b: ${i}, c: "S ${i}"}`).join(', ')}]\nd:\n- e\n- f`, 'application/yaml'),
  (n) => plain(`ssid,n\n${many(n, (i) => `"S ""${i}""",${i}`).join('\n')}`, 'text/csv'),
  (n) => plain(many(n, (i) => `${name(i)}=${mac(i)}`).join('\n')),
  (n) => plain(many(n, (i) => `m,host=${mac(i)} ssid="S-${i}",v=${i} 1700000000000000000`).join('\n')),
  (n) => plain(many(n, (i) => `<34>1 2026-01-01T00:00:00Z hub app ${i} - [a@1 mac="${mac(i)}"] joined S`).join('\n')),
  (n) => plain(many(n, (i) => `2026-01-01 00:00:00 INFO wifi: ssid=S-${i} mac=${mac(i)}`).join('\n')),
  (n) =>
    plain(Buffer.concat([Buffer.of(0x9f), ...many(n, (i) => lengthened(0x60, mac(i))), Buffer.of(0xff)]), 'application/cbor'),
  (n) => plain(packed(many(n, (i) => lengthened(0xa0, mac(i)))), 'application/msgpack'),
  (n) => plain(Buffer.concat(many(n, (i) => nested(lengthened(0, mac(i))))), 'application/x-protobuf'),
  (n) => plain(Buffer.from(JSON.stringify(many(n, mac)), 'utf16le'), 'application/json; charset=utf-16le'),
];

/** A text behind one byte that holds its length: of CBOR, MessagePack and protobuf. */
function lengthened(kind: number, text: string): Buffer {
  return Buffer.concat([Buffer.of(kind + text.length), Buffer.from(text)]);
}

/** A list in MessagePack of at most fifteen. */
function packed(items: readonly Buffer[]): Buffer {
  return Buffer.concat([Buffer.of(0x90 + items.length), ...items]);
}

/** A protobuf field 1 with a number, and below it a message with a text. */
function nested(text: Buffer): Buffer {
  const inner = Buffer.concat([Buffer.of(0x0a), text, Buffer.of(0x10, 7)]);
  return Buffer.concat([Buffer.of(0x08, 1, 0x12, inner.length), inner]);
}

function multipart(values: readonly string[]): string {
  const parts = values.map((value, i) => `--sample\r\nContent-Disposition: form-data; name="n${i}"\r\n\r\n${value}\r\n`);
  return `${parts.join('')}--sample--\r\n`;
}

/** How many samples a round has. */
export const ROUND = MESSAGES.length + 3 * TEXTS.length;

/** The samples one after another, and from `ROUND` on again with other values. */
export function sampleAt(count: number): Sample {
  const round = Math.floor(count / ROUND);
  const at = count % ROUND;
  if (at < MESSAGES.length) return MESSAGES[at]!(round);
  const text = TEXTS[(at - MESSAGES.length) % TEXTS.length]!;
  const texts = many(round, text);
  switch (Math.floor((at - MESSAGES.length) / TEXTS.length)) {
    case 0:
      return json(texts);
    case 1:
      return json({ note: texts.join(' '), one: text(round) });
    default:
      return plain(texts.join('\n'));
  }
}
