import { createCipheriv, createHash } from 'node:crypto';
import test from 'ava';
import type { CipherKey, Place } from '#src/model.js';
import { type Sieved, sieve } from '#src/sieve.js';
import { servicesOf } from './support.js';

const OWN_MAC = 'F4:CF:A2:77:88:99';
const household = { macs: [OWN_MAC] };
const b64 = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const PROOF = createHash('sha256').update('x').digest('base64url');
const MD5 = createHash('md5').update('x').digest('hex');
const jwt = (claims: object): string => `${b64({ alg: 'HS256' })}.${b64(claims)}.${PROOF}`;
const JWE = `${b64({ alg: 'dir', enc: 'A128GCM' })}..MTIzNDU2Nzg5MDEy.${PROOF}.${PROOF.slice(0, 22)}`;

interface Given {
  readonly in?: Place;
  readonly type?: string;
  readonly sealed?: 'refuse' | 'pass';
  readonly keys?: readonly CipherKey[];
}

function judged(bytes: string | Uint8Array, { in: place = 'body', type, sealed = 'refuse', keys = [] }: Given = {}): Sieved {
  const services = servicesOf({ config: { household, services: { unknown: { sealed } } } });
  const part = { in: place, kind: 'bytes', bytes: Buffer.from(bytes), ...(type ? { mediaType: type } : {}) } as const;
  return sieve([part], { ...services.context('unknown', 'd-1'), keys });
}
function textOf({ parts }: Sieved): string | undefined {
  const part = parts?.[0];
  return part?.kind === 'bytes' ? Buffer.from(part.bytes).toString('utf8') : undefined;
}
const json = (value: unknown, given: Given = {}): Sieved => judged(JSON.stringify(value), { type: 'application/json', ...given });
const codeOf = (sieved: Sieved): string | undefined => sieved.error?.code;

test('a body with a signature in it passes untouched where nothing must change, and is sealed where something must', (t) => {
  const signed: readonly ((content: object) => object)[] = [
    (content) => ({ ...content, sign: MD5 }),
    (content) => ({ data: content, t: 1, bodySignature: PROOF }),
    (content) => ({ data: JSON.stringify(content), sig: MD5 }),
    (content) => ({ ...content, token: MD5, t: 1_700_000_000, nonce: 'k3' }),
    (content) => ({ payload: b64(content), protected: b64({ alg: 'HS256' }), signature: PROOF }),
    (content) => ({ payload: b64(content), signatures: [{ protected: b64({ alg: 'HS256' }), signature: PROOF }] }),
    (content) => ({ on: 1, inner: { ...content, hmac: PROOF } }),
  ];
  for (const wrap of signed) {
    const fine = wrap({ on: true, mode: 'eco' });
    t.is(textOf(json(fine)), JSON.stringify(fine));
    t.is(codeOf(json(wrap({ on: true, wifiSSID: 'Quiet Harbour 7' }))), 'sealed', JSON.stringify(fine));
  }
});

test('a form, a query and XML carry signatures too', (t) => {
  t.is(codeOf(judged(`ssid=Quiet+Harbour+7&sign=${MD5}`, { type: 'application/x-www-form-urlencoded' })), 'sealed');
  t.is(codeOf(judged(`ssid=Quiet+Harbour+7&t=1&sign=${MD5}`, { in: 'query' })), 'sealed');
  t.is(codeOf(judged(`<m><ssid>Quiet Harbour 7</ssid><sign>${MD5}</sign></m>`, { type: 'text/xml' })), 'sealed');
});

test('names that only end alike, and values that are no signature, seal nothing', (t) => {
  for (const [name, value] of [
    ['design', MD5],
    ['sign', 'Aries'],
    ['signature', 'Best regards, Anna'],
    ['signMethod', 'HMAC-SHA256'],
    ['signal', -61],
  ]) {
    const out = json({ wifiSSID: 'Quiet Harbour 7', on: true, [name as string]: value });
    t.is(codeOf(out), undefined, String(name));
    t.notRegex(textOf(out)!, /Harbour/);
  }
});

test('a signature covers what stands beside it, not what stands around it; and Meross only its id and time', (t) => {
  const header = { messageId: MD5, method: 'PUSH', namespace: 'Appliance.System.All', timestamp: 1_700_000_000 };
  const beside = json({
    header: { ...header, messageId: 'a1', sign: MD5, ssid: 'Quiet Harbour 7' },
    payload: { ssid: 'Quiet Harbour 7' },
  });
  t.is(codeOf(beside), undefined);
  t.notRegex(textOf(beside)!, /Harbour/);
  t.is(codeOf(json({ meta: { v: 1, sign: MD5 }, ssid: 'Quiet Harbour 7' })), undefined);
});

test('a token that a device signs in with stays where its claims say what its issuer knows, and each claim is told', (t) => {
  const token = jwt({ sub: 'user-4711', email: 'anna@example.org', exp: 1_700_000_000 });
  const out = json({ access_token: token, on: true });
  t.is(textOf(out), JSON.stringify({ access_token: token, on: true }));
  const claim = out.decisions.find(({ path }) => path === "$['access_token']::jwt::$['email']");
  t.deepEqual([claim?.category, claim?.action, claim?.reason.kind], ['email', 'keep', 'purpose']);
  for (const place of ['query', 'cookie'] as const)
    t.is(textOf(judged(`session=${token}`, { in: place })), `session=${token}`, place);
});

test('a token with a claim of this home goes whole, and so does one that is no sign-in', (t) => {
  for (const claims of [
    { mac: OWN_MAC },
    { ssid: 'Quiet Harbour 7' },
    { lat: 55.75124, lon: 37.61842 },
    { wifiPassword: 'hunter2hunter2' },
  ]) {
    t.is(textOf(json({ access_token: jwt(claims), on: true })), '{"on":true}');
  }
  t.is(textOf(json({ report: jwt({ email: 'anna@example.org' }), on: true })), '{"on":true}');
});

test('a token with a claim of this home in a header, or as a whole body, seals the message', (t) => {
  const services = servicesOf({ config: { household } });
  for (const scheme of ['Bearer ', 'bearer ', '']) {
    const fields = [['Authorization', scheme + jwt({ mac: OWN_MAC })]] as const;
    t.is(codeOf(sieve([{ in: 'header', kind: 'fields', fields }], services.context('unknown', 'd-1'))), 'sealed', scheme);
    const fine = [['Authorization', scheme + jwt({ sub: '4711', email: 'anna@example.org' })]] as const;
    t.deepEqual(sieve([{ in: 'header', kind: 'fields', fields: fine }], services.context('unknown', 'd-1')).parts?.[0], {
      in: 'header',
      kind: 'fields',
      fields: fine,
    });
  }
  for (const type of ['application/jose', 'text/plain', 'application/jwt'])
    t.is(codeOf(judged(jwt({ mac: OWN_MAC }), { type })), 'sealed');
});

test('what the last look finds in a token that was not taken apart refuses the message', (t) => {
  const services = servicesOf({ config: { household } });
  const fields = [['Authorization', `Custom v=${b64({ mac: OWN_MAC })}`]] as const;
  const { error, parts } = sieve([{ in: 'header', kind: 'fields', fields }], services.context('unknown', 'd-1'));
  t.true(error !== undefined || !JSON.stringify(parts).includes(b64({ mac: OWN_MAC })));
});

test('JWE: a token stays, a field is sealed, and passes as it is where the household chose so', (t) => {
  t.is(textOf(json({ token: JWE, on: true })), JSON.stringify({ token: JWE, on: true }));
  t.is(codeOf(json({ data: JWE, on: true })), 'sealed');
  t.is(codeOf(judged(JWE, { type: 'application/jose' })), 'sealed');
  const passed = json({ data: JWE, wifiSSID: 'Quiet Harbour 7' }, { sealed: 'pass' });
  t.true(passed.unread);
  t.is(textOf(passed), JSON.stringify({ data: JWE }));
  const box = { protected: b64({ enc: 'A128GCM' }), iv: 'aXY', ciphertext: PROOF, tag: PROOF.slice(0, 22) };
  t.is(codeOf(json(box)), 'sealed');
  t.is(codeOf(json(box)), 'sealed', 'also where the names were met before');
  t.is(textOf(json({ wifiSSID: JWE, on: true })), '{"on":true}', 'what may not leave by its name goes whole');
});

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex');
const bstr = (content: string | Buffer): Buffer =>
  Buffer.concat([hex(`58${Buffer.from(content).length.toString(16).padStart(2, '0')}`), Buffer.from(content)]);
const cose = (tag: string, content: string): Buffer =>
  Buffer.concat([hex(`${tag} 84 43a10126 a1 04 45 6b65792d31`), bstr(content), bstr(Buffer.alloc(64, 0xa7))]);

test('COSE_Sign1 and COSE_Mac0: read and judged, with a tag, a label or only their look; sealed where something must change', (t) => {
  for (const [tag, type] of [
    ['d2', undefined],
    ['d1', 'application/cbor'],
    ['', 'application/cose'],
    ['', undefined],
    ['d83d d2', 'application/cwt'],
  ] as const) {
    const fine = cose(tag, '{"on":true,"temp":21}');
    const out = judged(fine, type ? { type } : {});
    t.deepEqual(textOf(out), fine.toString('utf8'), tag);
    t.true(out.decisions.some(({ path }) => path.endsWith("['payload']::json::$['temp']")));
    t.is(codeOf(judged(cose(tag, '{"ssid":"Quiet Harbour 7"}'), type ? { type } : {})), 'sealed', tag);
  }
});

test('COSE_Encrypt is sealed wherever it stands, and passes only where the household chose so', (t) => {
  const encrypted = Buffer.concat([hex('d0 83 43a10103 a1 05 4c 000102030405060708090a0b'), bstr(Buffer.alloc(40, 0x5c))]);
  t.is(codeOf(judged(encrypted)), 'sealed');
  const inside = Buffer.concat([hex('a2 6161 01 6162'), bstr(encrypted)]);
  t.is(codeOf(judged(inside)), 'sealed');
  const passed = judged(inside, { sealed: 'pass' });
  t.true(passed.unread);
  t.is(textOf(passed), inside.toString('utf8'));
});

const KEY = Buffer.from('0123456789abcdef');
function tuya(text: string): Buffer {
  const cipher = createCipheriv('aes-128-ecb', KEY, null);
  const base64 = Buffer.concat([cipher.update(text), cipher.final()]).toString('base64');
  const sign = createHash('md5').update(`data=${base64}||pv=2.1||0123456789abcdef`).digest('hex').slice(8, 24);
  return Buffer.from(`2.1${sign}${base64}`);
}

test('Tuya’s cipher is sealed without its key; with it, read, minimized and packed again', (t) => {
  const bytes = tuya('{"data":{"dps":{"1":true},"ssid":"Quiet Harbour 7"},"protocol":4}');
  const keys = [{ scheme: 'tuya', key: KEY }] as const;
  t.is(codeOf(judged(bytes)), 'sealed');
  t.is(codeOf(judged(bytes, { type: 'text/plain' })), 'sealed');
  t.is(textOf(judged(bytes, { sealed: 'pass' })), bytes.toString());
  const want = tuya('{"data":{"dps":{"1":true}},"protocol":4}').toString();
  t.is(textOf(judged(bytes, { keys })), want);
  t.is(textOf(json({ v: 1, data: bytes.toString() }, { keys })), JSON.stringify({ v: 1, data: want }), 'inside a field as well');
  const fine = tuya('{"data":{"dps":{"1":true}}}');
  t.is(textOf(judged(fine, { keys })), fine.toString(), 'unchanged it leaves as it came');
});
