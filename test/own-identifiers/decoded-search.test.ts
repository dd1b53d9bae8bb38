// The home's own below encodings that begin and end anywhere; and what is no hit.
import { createHash } from 'node:crypto';
import zlib from 'node:zlib';
import test from 'ava';
import { findEncoded } from '#src/own-identifiers/decoded-search.js';
import { OwnIdentifiers } from '#src/own-identifiers/matcher.js';

const SSID = 'Fjordhaven-Upstairs';
const MAC = '3c:84:6a:0b:91:d2';
const IP = '198.51.100.23';
const identifiers = [
  { category: 'wifi_ssid', value: SSID },
  { category: 'device_mac', value: MAC },
  { category: 'ip_address', value: IP },
] as const;
const looking = { isReleased: () => false, checkDeadline: () => undefined };
const found = (text: string | Uint8Array): string | undefined => {
  const index = findEncoded(new OwnIdentifiers(identifiers), Buffer.from(text as string), looking);
  return index === undefined ? undefined : identifiers[index]!.value;
};
const base64 = (text: string | Uint8Array): string => Buffer.from(text as string).toString('base64');
const hex = (text: string): string => Buffer.from(text).toString('hex');

test('two encodings of which the outer begins behind other text of its alphabet', (t) => {
  for (let before = 0; before < 5; before += 1) {
    const glue = 'Zk3xQ'.slice(0, before);
    t.is(found(glue + base64(base64(SSID))), SSID, `base64 of base64 behind ${before}`);
    t.is(found(glue + base64(hex(MAC))), MAC, `base64 of hex behind ${before}`);
    t.is(found('a7f01'.slice(0, before) + hex(base64(IP))), IP, `hex of base64 behind ${before}`);
    t.is(found('a7f01'.slice(0, before) + hex(hex(SSID))), SSID, `hex of hex behind ${before}`);
    t.is(found(`${glue}${base64(zlib.gzipSync(`{"x":"${SSID}"}`))}Zk3`), SSID, `gzip in base64 behind ${before}`);
    t.is(found(`${glue}${base64(zlib.deflateSync(`{"x":"${SSID}"}`))}Zk3`), SSID, `deflate in base64 behind ${before}`);
  }
});

test('base64 of a name in other capitals, glued to other base64', (t) => {
  t.is(found(`QmFzZ${base64('fJoRdHaVeN-uPsTaIrS').replace(/=+$/, '')}kZmZ`), SSID);
});

test('marks around encodings, and encodings that are cut by lines, separators, quotes and escaped slashes', (t) => {
  const twice = base64(base64(SSID));
  const percent = (text: string): string => [...text].map((c) => `%${c.charCodeAt(0).toString(16)}`).join('');
  t.is(found(`q=ab${percent(base64(SSID))}cd`), SSID);
  t.is(found(`x${twice.replace(/.{16}/g, '$&\r\n')}`), SSID);
  t.is(found(`x${twice.replace(/.{20}/g, '$&; ')}`), SSID);
  t.is(found(`x${twice.replace(/.{20}/g, '$&","')}`), SSID);
  t.is(found(`a=1; q=${[...SSID].map((c) => `&#${c.charCodeAt(0)};`).join('')}`), SSID);
  t.is(found(`q=${MAC.replaceAll(':', '&colon;')}`), MAC);
  t.is(found([...base64(MAC)].map((c) => `\\${c.charCodeAt(0).toString(8).padStart(3, '0')}`).join('')), MAC);
  const slashes = base64(Buffer.concat([Buffer.from([255, 255, 255]), Buffer.from(base64(SSID))]));
  t.is(found(`k${slashes.replaceAll('/', '\\/')}`), SSID);
});

const base32 = (text: string, alphabet: string): string =>
  (
    [...Buffer.from(text)]
      .map((b) => b.toString(2).padStart(8, '0'))
      .join('')
      .match(/.{1,5}/g) ?? []
  )
    .map((five) => alphabet[Number.parseInt(five.padEnd(5, '0'), 2)])
    .join('');

function base58(text: string): string {
  const alphabet = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';
  let out = '';
  for (let n = BigInt(`0x${hex(text)}`); n > 0n; n /= 58n) out = alphabet[Number(n % 58n)] + out;
  return out;
}

test('base32 in three alphabets, base58, and letters of two bytes', (t) => {
  for (const alphabet of [
    'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567',
    '0123456789ABCDEFGHIJKLMNOPQRSTUV',
    '0123456789ABCDEFGHJKMNPQRSTVWXYZ',
  ]) {
    t.is(found(base32(SSID, alphabet)), SSID, alphabet);
    t.is(found(base32(`ab${SSID}`, alphabet).toLowerCase()), SSID, alphabet);
    t.is(found(base64(base32(MAC, alphabet))), MAC, alphabet);
  }
  // Beside digits that the alphabet does not have.
  t.is(found(`18${base32(base32(SSID, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'), 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567')}90X`), SSID);
  t.is(found(base58(SSID)), SSID);
  t.is(found(base64(base58(MAC))), MAC);
  t.is(found(base64(Buffer.from(base64(Buffer.from(SSID, 'utf16le'))))), SSID);
  t.is(found(base64(base64(Buffer.from(IP, 'utf16le').swap16()))), IP);
});

test('what a decision lets out in this message is no hit; what another message had let out is one', (t) => {
  const own = new OwnIdentifiers(identifiers);
  const text = Buffer.from(`k${base64(base64(SSID))}`);
  t.is(findEncoded(own, text, { isReleased: (identifier) => identifier === 0, checkDeadline: () => undefined }), undefined);
  t.is(findEncoded(own, text, looking), 0);
});

test('a run that held nothing is remembered; the same run with one character more is looked into', (t) => {
  const own = new OwnIdentifiers(identifiers);
  for (let i = 0; i < 3; i += 1) t.is(findEncoded(own, Buffer.from(`{"model":"WiFi_AirFryer_CS158"}`), looking), undefined);
  t.is(findEncoded(own, Buffer.from(`{"model":"WiFi_AirFryer_CS158${base64(base64(MAC))}"}`), looking), 1);
});

test('hashes, tokens and identifiers that say nothing of the home are no hits', (t) => {
  const own = new OwnIdentifiers([
    ...identifiers,
    { category: 'wifi_ssid', value: 'Home' },
    { category: 'wifi_ssid', value: 'TP-Link_1234' },
    { category: 'ip_address', value: '192.168.1.2' },
    { category: 'device_name', value: 'Lamp' },
    { category: 'location_precise', value: '55.751244,37.618423' },
  ]);
  for (let i = 0; i < 2000; i += 1) {
    const digest = createHash('sha512').update(String(i)).digest();
    const text = JSON.stringify({ a: digest.toString('hex'), b: digest.toString('base64'), c: digest.toString('base64url') });
    t.is(findEncoded(own, Buffer.from(text), looking), undefined);
    t.is(own.count(Buffer.from(text)).size, 0);
  }
});

test('a long text in three encodings that says nothing of the home is no fault', (t) => {
  const deep = (text: string, times: number): string => (times === 0 ? text : deep(base64(text), times - 1));
  t.is(found(deep('The quick brown fox jumps over the lazy dog. '.repeat(2000), 3)), undefined);
});
