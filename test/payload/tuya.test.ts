import { createCipheriv, createDecipheriv, createHash } from 'node:crypto';
import test from 'ava';
import { isEncryptedText, looksEncrypted, openCipher } from '#src/payload/ciphers.js';
import { looksLikeTuya, openTuya } from '#src/payload/tuya.js';

// An implementation of its own, from the descriptions of the formats.
const KEY = Buffer.from('0123456789abcdef');
const OTHER = Buffer.from('fedcba9876543210');
const TEXT = '{"protocol":4,"t":1700000000,"data":{"devId":"bf01","dps":{"1":true}}}';
const u32 = (value: number): Buffer => {
  const out = Buffer.alloc(4);
  out.writeUInt32BE(value);
  return out;
};
const ecb = (text: string, key = KEY): Buffer => {
  const cipher = createCipheriv('aes-128-ecb', key, null).setAutoPadding(false);
  const pad = 16 - (Buffer.byteLength(text) % 16);
  return cipher.update(Buffer.concat([Buffer.from(text), Buffer.alloc(pad, pad)]));
};
const unecb = (bytes: Buffer): string => {
  const plain = createDecipheriv('aes-128-ecb', KEY, null).setAutoPadding(false).update(bytes);
  return plain.subarray(0, plain.length - plain.at(-1)!).toString();
};
/** CRC-32 bit by bit (IEEE 802.3, reflected). */
const crc = (bytes: Buffer): number => {
  let rest = 0xffffffff;
  for (const byte of bytes) {
    rest ^= byte;
    for (let i = 0; i < 8; i++) rest = rest & 1 ? (rest >>> 1) ^ 0xedb88320 : rest >>> 1;
  }
  return (rest ^ 0xffffffff) >>> 0;
};
const md5Slice = (version: string, word: string, base64: string): string =>
  createHash('md5').update(`data=${base64}||${word}=${version}||${KEY.toString()}`).digest('hex').slice(8, 24);

function signed(version: '2.1' | '3.1', word: string, text = TEXT): Buffer {
  const base64 = ecb(text).toString('base64');
  return Buffer.from(version + md5Slice(version, word, base64) + base64);
}
function summed(version: string, text = TEXT): Buffer {
  const rest = Buffer.concat([u32(42), u32(1), ecb(text)]);
  return Buffer.concat([Buffer.from(version), u32(crc(rest)), rest]);
}
function gcm(head: Buffer, text: string, nonce: Buffer): Buffer {
  const cipher = createCipheriv('aes-128-gcm', KEY, nonce).setAAD(head);
  return Buffer.concat([nonce, cipher.update(text), cipher.final(), cipher.getAuthTag()]);
}
function ungcm(head: Buffer, content: Buffer): string {
  const cipher = createDecipheriv('aes-128-gcm', KEY, content.subarray(0, 12)).setAAD(head).setAuthTag(content.subarray(-16));
  return Buffer.concat([cipher.update(content.subarray(12, -16)), cipher.final()]).toString();
}
const NONCE = Buffer.from('00112233445566778899aabb', 'hex');
const HEAD_23 = Buffer.concat([Buffer.from('2.3'), u32(7), u32(1), Buffer.from([0])]);
const frame = (text: string): Buffer => {
  const head = Buffer.concat([Buffer.alloc(2), u32(7), u32(16), u32(12 + text.length + 16)]);
  return Buffer.concat([Buffer.from('00006699', 'hex'), head, gcm(head, text, NONCE), Buffer.from('00009966', 'hex')]);
};
const CHANGED = TEXT.replace('bf01', 'a-longer-name');

test('2.1 and 3.1: opened, and packed again with their MD5', (t) => {
  for (const [version, word] of [
    ['2.1', 'pv'],
    ['3.1', 'lpv'],
  ] as const) {
    const opened = openTuya(signed(version, word), KEY)!;
    t.is(Buffer.from(opened.bytes).toString(), TEXT, version);
    const out = Buffer.from(opened.reseal(Buffer.from(CHANGED))).toString();
    t.is(out, signed(version, word, CHANGED).toString());
  }
});

test('2.2 and 3.3: opened, and packed again with their head and CRC-32; a head of zeros stays so', (t) => {
  for (const version of ['2.2', '3.3']) {
    const out = openTuya(summed(version), KEY)!.reseal(Buffer.from(CHANGED));
    t.deepEqual(Buffer.from(out), summed(version, CHANGED));
  }
  const bare = Buffer.concat([Buffer.from('3.3'), Buffer.alloc(12), ecb(TEXT)]);
  const out = Buffer.from(openTuya(bare, KEY)!.reseal(Buffer.from(CHANGED)));
  t.deepEqual(out.subarray(0, 15), bare.subarray(0, 15));
  t.is(unecb(out.subarray(15)), CHANGED);
});

test('2.3: opened by its tag, packed again under a nonce that is not the old one', (t) => {
  const bytes = Buffer.concat([HEAD_23, gcm(HEAD_23, TEXT, NONCE)]);
  const opened = openTuya(bytes, KEY)!;
  t.is(Buffer.from(opened.bytes).toString(), TEXT);
  const out = Buffer.from(opened.reseal(Buffer.from(CHANGED)));
  t.deepEqual(out.subarray(0, 12), HEAD_23);
  t.is(ungcm(HEAD_23, out.subarray(12)), CHANGED);
  t.notDeepEqual(out.subarray(12, 24), NONCE);
  t.notDeepEqual(Buffer.from(opened.reseal(Buffer.from(TEXT))).subarray(12, 24), out.subarray(12, 24));
});

test('6699 frames: return code and version head stay, the length is corrected', (t) => {
  const prefix = `\0\0\0\0${'3.5'}${'\0'.repeat(12)}`;
  const opened = openTuya(frame(prefix + TEXT), KEY)!;
  t.is(Buffer.from(opened.bytes).toString(), TEXT);
  const out = Buffer.from(opened.reseal(Buffer.from(CHANGED)));
  t.is(out.readUInt32BE(14), out.length - 18 - 4);
  t.is(ungcm(out.subarray(4, 18), out.subarray(18, -4)), prefix + CHANGED);
});

test('another key opens nothing, and a damaged message stays closed', (t) => {
  const all = [signed('2.1', 'pv'), summed('2.2'), Buffer.concat([HEAD_23, gcm(HEAD_23, TEXT, NONCE)]), frame(TEXT)];
  for (const bytes of all) {
    t.true(looksLikeTuya(bytes));
    t.is(openTuya(bytes, OTHER), undefined);
    t.is(openTuya(bytes, KEY.subarray(0, 8)), undefined);
    const damaged = Buffer.from(bytes);
    damaged[20]! ^= 1;
    t.is(openTuya(damaged, KEY), undefined);
    t.truthy(
      openCipher(bytes, [
        { scheme: 'tuya', key: OTHER },
        { scheme: 'tuya', key: KEY },
      ]),
    );
  }
});

test('texts, versions and numbers are no ciphers', (t) => {
  for (const text of [
    '2.2',
    '2.2.1-beta with a long text behind',
    '3.3 V at the battery, 21 °C',
    '{"a":1}',
    `2.1${'a'.repeat(40)}`,
    '',
  ]) {
    t.false(looksEncrypted(Buffer.from(text)), text);
    t.false(isEncryptedText(text), text);
  }
  t.false(looksEncrypted(Buffer.alloc(64)));
  t.true(looksEncrypted(Buffer.from(`000055aa${'00'.repeat(20)}0000aa55`, 'hex')));
});
