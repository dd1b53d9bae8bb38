// The whole sieve: what the household calls its own never leaves, however the message is bent.
import zlib from 'node:zlib';
import { parseConfig } from '#src/config.js';
import { judgeInMode } from '#src/message/apply-mode.js';
import type { Place } from '#src/model.js';
import { loadRules } from '#src/policy/declaration.js';
import { readRulesDir } from '#src/rules-files.js';
import { Services } from '#src/services/contexts.js';
import { limitsOf, ownIdentifiers } from '#src/services/from-config.js';
import type { Part } from '#src/sieve.js';
import { hashOf, type Random } from '../random.js';
import * as made from '../samples.js';
import { Find, stackOf, type Target } from '../target.js';

export const rules = loadRules(await readRulesDir(['rules']));
const { ssid, mac, ip } = made.SECRETS;
const config = parseConfig(JSON.stringify({ household: { ssids: [ssid], macs: [mac], ips: [ip] } }), 'fuzz');
/** Nothing learned from other messages: the same input gets the same answer. */
export function servicesNew(): Services {
  const services = new Services({
    rules,
    household: { choices: config.services, overrides: [], own: ownIdentifiers(config), knownToVendor: () => false },
    master: new Uint8Array(32).fill(7),
    limits: limitsOf(config),
  });
  const learn = services.learn.bind(services);
  services.learn = (...told) => {
    const isNew = learn(...told);
    if (isNew) learned += 1;
    return isNew;
  };
  return services;
}

/** Spellings that count; beside digits (of an address) or hexadecimal digits (of a bare MAC) they are part of something else. */
const NEEDLES: readonly RegExp[] = [
  new RegExp(ssid, 'i'),
  new RegExp(mac, 'i'),
  new RegExp(mac.replaceAll(':', '-'), 'i'),
  new RegExp(`(?<![0-9a-f])${mac.replaceAll(':', '')}(?![0-9a-f])`, 'i'),
  new RegExp(`(?<![0-9.])${ip.replaceAll('.', '\\.')}(?![0-9]|\\.[0-9])`),
];
/** Undressing one text, the usual dresses one by one; nothing where it wears none. */
const UNDRESSED: readonly ((text: string) => readonly string[])[] = [
  (text) => (text.includes('%') ? [text.replace(/%([0-9a-f]{2})/gi, (_, pair: string) => character(pair, 16))] : []),
  (text) =>
    text.includes('\\')
      ? [text.replace(/\\u([0-9a-fA-F]{4})|\\x([0-9a-fA-F]{2})/g, (_, u: string, x: string) => character(u ?? x, 16))]
      : [],
  (text) => (text.includes('&#') ? [text.replace(/&#(\d{1,7});/g, (_, code: string) => character(code, 10))] : []),
  (text) =>
    [...text.matchAll(/[A-Za-z0-9+/_-]{12,}/g)].flatMap(([run]) =>
      [0, 1, 2, 3].map((shift) => Buffer.from(run.slice(shift), 'base64').toString('latin1')),
    ),
  (text) =>
    [...text.matchAll(/[0-9a-f]{20,}/gi)].flatMap(([run]) =>
      [0, 1].map((shift) => Buffer.from(run.slice(shift), 'hex').toString('latin1')),
    ),
  (text) => (text.split('\0').length > text.length / 3 ? [text.replaceAll('\0', '')] : []),
  (text) => (text.startsWith('\x1f\x8b') ? inflated(Buffer.from(text, 'latin1')) : []),
];
const character = (digits: string, base: number): string => String.fromCharCode(Number.parseInt(digits, base) & 0xffff);

function inflated(bytes: Buffer): string[] {
  try {
    return [zlib.gunzipSync(bytes, { maxOutputLength: 1 << 20 }).toString('latin1')];
  } catch {
    return []; // no stream: read as it stands
  }
}

/** Dresses on top of each other that are taken off. */
const DRESSES_MAX = 2;

/** Which secret stands in these bytes: as they are, or with the usual dresses taken off. */
export function secretIn(bytes: Uint8Array): string | undefined {
  let texts = [Buffer.from(bytes).toString('latin1')];
  for (let layer = 0; ; layer += 1) {
    for (const text of texts) {
      const found = NEEDLES.find((needle) => needle.test(text));
      if (found !== undefined) return `${found.source.replace(/\(\?.*?\)/g, '')} in ${layer} layers`;
    }
    if (layer === DRESSES_MAX) return undefined;
    texts = texts.flatMap((text) => UNDRESSED.flatMap((undress) => undress(text)));
  }
}

/** Bytes that left, all parts after each other, and the sentence of what was decided. */
function bytesOf(parts: readonly Part[]): Buffer {
  return Buffer.concat(
    parts.flatMap((part) =>
      part.kind === 'bytes' ? [part.bytes, made.utf8('\n')] : part.fields.map(([n, v]) => made.utf8(`${n}: ${v}\n`)),
    ),
  );
}

/** Names learned by hubs since the last new one. */
let learned = 0;
/** A hub that has seen other messages; a new one where it has learned more names than a home has. */
let seasoned = servicesNew();
const LEARNED_MAX = 30;
/** One input in so many is judged by a new hub too: making one costs more than judging. */
const ANEW_EVERY = 64;

/** What is timed. */
export const readSieve = (taken: readonly Part[], service: string): unknown => judgeInMode(taken, service, 'd-1', seasoned);

/** Judges by a hub that has seen others. What it finds, or now and then, is judged by a new one; the answers must agree. */
export function checkSieve(taken: readonly Part[], service: string): string {
  const anew = hashOf(bytesOf(taken)) % ANEW_EVERY === 0;
  try {
    const before = learned;
    const told = judgedBy(seasoned, taken, service);
    if (learned > LEARNED_MAX) {
      seasoned = servicesNew();
      learned = 0;
    }
    if (anew) {
      const other = judgedBy(servicesNew(), taken, service);
      if (learned === 0 && before === 0 && other !== told)
        throw new Find('the same message gets the same answer', `${told} ${other}`);
    }
    return told.slice(0, told.indexOf(' '));
  } catch (fault) {
    if (!(fault instanceof Find) || anew) throw fault;
    judgedBy(servicesNew(), taken, service);
    throw new Find(`${fault.property} (after other messages)`, fault.detail);
  }
}

function judgedBy(services: Services, taken: readonly Part[], service: string): string {
  let judged: ReturnType<typeof judgeInMode>;
  try {
    judged = judgeInMode(taken, service, 'd-1', services);
  } catch (fault) {
    throw new Find('the sieve never throws', stackOf(fault));
  }
  const { sieved, decisions } = judged;
  const recorded = JSON.stringify(decisions);
  const inRecord = secretIn(made.utf8(recorded));
  if (inRecord !== undefined) throw new Find('no value stands in a record', `${inRecord}: ${recorded.slice(0, 300)}`);
  const { error } = sieved;
  if (error !== undefined) {
    if (error.code === 'internal') throw new Find('the sieve knows all its faults', stackOf(error.cause ?? error));
    if (secretIn(made.utf8(error.message)) !== undefined) throw new Find('errors hold no value', error.message);
    if (sieved.parts !== undefined) throw new Find('nothing of a refused message leaves', error.code);
    return `${error.code} `;
  }
  const left = bytesOf(sieved.parts!);
  const found = secretIn(left);
  if (found !== undefined)
    throw new Find('a secret of the home never leaves', `${found}: ${JSON.stringify(left.toString('latin1').slice(0, 400))}`);
  const ways = new Set(decisions.map(({ by, action }) => by[0]! + action[0]!));
  return `${[...ways].sort().join('')} ${hashOf(left)}`;
}

/** An input: which service, which label, then the body. */
const LABELS: readonly (string | undefined)[] = [
  ...new Set(made.samples().map(({ label }) => label)),
  undefined,
  'image/png',
  'application/octet-stream',
];
const SERVICES = ['unknown', 'cosori'];
const headed = (service: number, label: string | undefined, bytes: Uint8Array): Uint8Array =>
  Buffer.concat([Buffer.of(service, Math.max(0, LABELS.indexOf(label))), bytes]);

const WORDS = [
  ssid,
  mac,
  ip,
  '3c846a0b91d2',
  '3C-84-6A-0B-91-D2',
  'ssid',
  '"ssid":',
  '"mac":',
  '"ip":"',
  '"note":"',
  'mode',
  'deviceStatus',
  '\\u0046jordhaven-Upstairs',
  'Fjordhaven%2DUpstairs',
  'RmpvcmRoYXZlbi1VcHN0YWlycw==',
  '466a6f726468617665',
  '"k":"ssid","v":',
  'name',
  'value',
];

const whole: Target = {
  name: 'sieve',
  words: WORDS,
  seeds: () => made.samples().flatMap(({ label, bytes }, i) => [headed(i % 2, label, bytes), headed(0, undefined, bytes)]),
  generate: (random: Random) => {
    const { label, bytes } = random.pick(made.samples(made.document(random)).slice(0, 24));
    return headed(random.below(2), random.chance(0.7) ? label : undefined, bytes);
  },
  read: (input) => readSieve([bodyPart(input)], serviceOf(input)),
  check: (input) => (input.length < 3 ? 'short' : checkSieve([bodyPart(input)], serviceOf(input))),
};

function bodyPart(input: Uint8Array): Part {
  const mediaType = LABELS[input[1]! % LABELS.length];
  return { in: 'body', kind: 'bytes', bytes: input.subarray(2), ...(mediaType === undefined ? {} : { mediaType }) };
}

function serviceOf(input: Uint8Array): string {
  return SERVICES[input[0]! % SERVICES.length]!;
}

/** An input: which place, then its bytes. Names and values of headers are lines. */
const PLACES: readonly Place[] = ['query', 'path', 'topic', 'cookie', 'header', 'userProperty', 'clientId', 'username', 'will'];
const places: Target = {
  name: 'sieve-places',
  words: [...WORDS, '&', '=', '/', ';', '%3a', '%2D', '+', ': ', '\n'],
  seeds: () => {
    const query = made.form(made.FLAT_SAMPLE);
    return [
      query,
      made.utf8(`/v1/devices/${mac}/net/${ssid}/${ip}`),
      made.utf8(`tele/${ssid}/${mac.replaceAll(':', '')}/state`),
      made.cookies(made.FLAT_SAMPLE),
      made.utf8(
        `X-SSID: ${ssid}\nX-Forwarded-For: ${ip}\nUser-Agent: fryer/1.2 (${mac})\nAuthorization: Basic ${Buffer.from(`${mac}:${ssid}`).toString('base64')}`,
      ),
      made.utf8(`ssid: ${ssid}\nnote: ${mac}`),
      made.utf8(`fryer-${mac.replaceAll(':', '')}`),
      made.utf8(`user@${ip}`),
      made.json(made.DOCUMENT),
      made.utf8(
        `data=${encodeURIComponent(made.json(made.DOCUMENT).toString())}&b=${made.json(made.DOCUMENT).toString('base64url')}`,
      ),
    ].map((bytes, i) => Buffer.concat([Buffer.of(i % PLACES.length), bytes]));
  },
  generate: (random) => {
    const members = made.document(random);
    const which = random.below(PLACES.length);
    return Buffer.concat([Buffer.of(which), random.pick([made.form, made.cookies, made.lines, made.json, made.log])(members)]);
  },
  read: (input) => readSieve([placePart(input)], 'unknown'),
  check: (input) => (input.length < 2 ? 'short' : PLACES[input[0]! % PLACES.length]! + checkSieve([placePart(input)], 'unknown')),
};

function placePart(input: Uint8Array): Part {
  const place = PLACES[input[0]! % PLACES.length]!;
  const bytes = input.subarray(1);
  if (place !== 'header' && place !== 'userProperty') return { in: place, kind: 'bytes', bytes };
  const fields = Buffer.from(bytes)
    .toString('utf8')
    .split('\n')
    .map((line): [string, string] => {
      const at = line.indexOf(': ');
      return at < 0 ? [line, ''] : [line.slice(0, at), line.slice(at + 2)];
    });
  return { in: place, kind: 'fields', fields };
}

export const sieveTargets: readonly Target[] = [whole, places];
