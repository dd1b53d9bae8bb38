import { createHash } from 'node:crypto';
import test from 'ava';
import { isDigestOf, redigest } from '#src/protocol/http/digests.js';
import type { Header } from '#src/protocol/http/message.js';
import { breaks, type Changes, sealsOf } from '#src/protocol/http/seals.js';

const breaksSeal = (headers: readonly Header[], query: string | undefined, changes: Changes): boolean =>
  sealsOf(headers, query).some((seal) => breaks(seal, changes));

const NONE: Changes = { path: false, query: false, body: false, headers: new Set() };
const AWS =
  'AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261122/eu/iot/aws4_request, SignedHeaders=host;x-amz-date;x-wifi, Signature=00ff';

test('a change of what AWS Signature Version 4 covers breaks the seal; nothing changed breaks nothing', (t) => {
  const headers = [['Authorization', AWS]] as const;
  t.false(breaksSeal(headers, undefined, NONE));
  t.true(breaksSeal(headers, undefined, { ...NONE, body: true }));
  t.true(breaksSeal(headers, undefined, { ...NONE, path: true }));
  t.true(breaksSeal(headers, undefined, { ...NONE, headers: new Set(['x-wifi']) }));
  t.false(breaksSeal(headers, undefined, { ...NONE, headers: new Set(['user-agent']) }));
  t.false(breaksSeal([...headers, ['x-amz-content-sha256', 'UNSIGNED-PAYLOAD']], undefined, { ...NONE, body: true }));
});

test('a long header that repeats the names of schemes is no signature, and is soon known to be none', (t) => {
  // Tried from every hyphen to every word's end, the first took minutes.
  t.deepEqual(sealsOf([['Authorization', `${'A-HMAC-'.repeat(2_300)} x`]], undefined), []);
  const open = '('.repeat(16_000);
  t.false(breaksSeal([['Signature-Input', `sig1=${open}("@path")`]], undefined, { ...NONE, body: true }));
});

test('a signed URL is sealed as to its path and query, not its body', (t) => {
  const query = 'X-Amz-SignedHeaders=host%3Bx-a&X-Amz-Signature=00ff&mac=1';
  t.true(breaksSeal([], query, { ...NONE, query: true }));
  t.false(breaksSeal([], query, { ...NONE, body: true }));
  t.true(breaksSeal([], query, { ...NONE, headers: new Set(['x-a']) }));
});

test('an HTTP Message Signature seals the components it names (RFC 9421)', (t) => {
  const headers = [['Signature-Input', 'sig1=("@method" "@path" "content-digest" "x-id");created=1']] as const;
  t.true(breaksSeal(headers, undefined, { ...NONE, path: true }));
  t.true(breaksSeal(headers, undefined, { ...NONE, body: true }));
  t.true(breaksSeal(headers, undefined, { ...NONE, headers: new Set(['x-id']) }));
  t.false(breaksSeal(headers, 'a=1', { ...NONE, query: true }));
  t.false(breaksSeal([['X-Signature', 'abc']], undefined, { ...NONE, body: true }));
});

test('digests are made for the body that leaves; one of an unknown algorithm goes', (t) => {
  const body = Buffer.from('{"on":true}');
  t.deepEqual(
    redigest(
      [
        ['Content-MD5', 'old'],
        ['Digest', 'SHA-256=old'],
        ['Content-Digest', 'sha-256=:old:'],
        ['Repr-Digest', 'SHA-256=:old:'],
        ['Digest', 'crc=1'],
        ['X', 'y'],
      ],
      body,
    ),
    [
      ['Content-MD5', 'Q/HI68tETmTFWrW4hBwzoQ=='],
      ['Digest', 'SHA-256=XjnViOXDjqfbtVNh5vywRl+mE+fFBL72CgnFOQkQRwI='],
      ['Content-Digest', 'sha-256=:XjnViOXDjqfbtVNh5vywRl+mE+fFBL72CgnFOQkQRwI=:'],
      ['Repr-Digest', 'SHA-256=:XjnViOXDjqfbtVNh5vywRl+mE+fFBL72CgnFOQkQRwI=:'],
      ['X', 'y'],
    ],
  );
});

const HASH = '5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef';
const FORM = ['Content-Type', 'application/x-www-form-urlencoded'] as const;

/** A scheme, what of it a change breaks, and what it leaves whole. */
const SCHEMES: readonly (readonly [
  name: string,
  headers: readonly (readonly [string, string])[],
  breaks: string,
  spares: string,
])[] = [
  [
    'Tuya',
    [
      ['client_id', 'a'],
      ['sign', HASH],
      ['t', '1'],
      ['sign_method', 'HMAC-SHA256'],
      ['nonce', 'n'],
    ],
    'path query body client_id nonce',
    'user-agent',
  ],
  [
    'SwitchBot',
    [
      ['Authorization', 'token'],
      ['sign', HASH],
      ['t', '1'],
      ['nonce', 'n'],
    ],
    'authorization nonce',
    'path query body user-agent',
  ],
  ['eWeLink', [['Authorization', `Sign ${HASH}`]], 'path query body', 'user-agent'],
  ['webhook', [['X-Hub-Signature-256', `sha256=${HASH}`]], 'body x-hub-signature-256', 'user-agent'],
  [
    'own',
    [
      ['X-Acme-Signature', HASH],
      ['X-Acme-Timestamp', '1'],
    ],
    'body x-acme-timestamp',
    'accept',
  ],
  ['HMAC of the content', [['Content-HMAC', `sha256 ${HASH}`]], 'body', 'accept'],
  [
    'Aliyun gateway',
    [
      ['X-Ca-Signature', HASH],
      ['X-Ca-Signature-Headers', 'X-Ca-Key,X-Stage'],
    ],
    'path query body x-stage',
    'accept',
  ],
  [
    'Aliyun 3',
    [['Authorization', `ACS3-HMAC-SHA256 Credential=a,SignedHeaders=host;x-acs-date,Signature=${HASH}`]],
    'path query body x-acs-date',
    'accept',
  ],
  [
    'Azure',
    [['Authorization', `HMAC-SHA256 SignedHeaders=x-ms-date;host&Signature=${HASH}`]],
    'path query body x-ms-date',
    'accept',
  ],
  [
    'drafts',
    [['Authorization', `Signature keyId="a",headers="(request-target) date digest",signature="${HASH}"`]],
    'path query body date',
    'accept',
  ],
  ['drafts without the body', [['Signature', `keyId="a",headers="date",signature="${HASH}"`]], 'date', 'path query body'],
  ['Hawk', [['Authorization', `Hawk id="a", ts="1", nonce="n", mac="${HASH}"`]], 'path query', 'body accept'],
  ['Hawk with a hash', [['Authorization', `Hawk id="a", hash="x", mac="${HASH}"`]], 'path query body', 'accept'],
  ['Digest', [['Authorization', `Digest username="a", uri="/a", response="${HASH}", qop=auth`]], 'path query', 'body'],
  ['Digest with the body', [['Authorization', `Digest uri="/a", response="${HASH}", qop=auth-int`]], 'path query body', 'accept'],
  ['OAuth 1', [['Authorization', `OAuth oauth_signature="${HASH}"`]], 'path query', 'body'],
  ['OAuth 1 with a form', [['Authorization', `OAuth oauth_signature="${HASH}"`], FORM], 'path query body', 'accept'],
  [
    'RFC 9421 with a digest',
    [
      ['Signature-Input', 's=("repr-digest");created=1'],
      ['Signature', 's=:AA==:'],
    ],
    'body',
    'path query',
  ],
  [
    'no signature',
    [
      ['X-Design', HASH],
      ['X-Signal', HASH],
      ['Authorization', `Bearer ${HASH}`],
    ],
    '',
    'path query body x-design',
  ],
];

const changesOf = (what: string): Changes => ({
  path: what === 'path',
  query: what === 'query',
  body: what === 'body',
  headers: new Set(/^(?:path|query|body)$/.test(what) ? [] : [what]),
});

test('each scheme is broken by a change of what it covers, and by nothing else', (t) => {
  for (const [name, headers, breaks, spares] of SCHEMES) {
    t.false(breaksSeal(headers, 'a=1', NONE), name);
    for (const what of breaks.split(' ').filter(Boolean)) t.true(breaksSeal(headers, 'a=1', changesOf(what)), `${name}: ${what}`);
    for (const what of spares.split(' ').filter(Boolean))
      t.false(breaksSeal(headers, 'a=1', changesOf(what)), `${name}: ${what}`);
  }
});

test('a signature in the query covers the body, that of a URL that ends does not', (t) => {
  const body = changesOf('body');
  t.true(breaksSeal([], `a=api.do&t=1&sign=${HASH}`, body));
  t.true(breaksSeal([], `a=api.do&t=1&sign=${HASH}`, changesOf('path')));
  t.false(breaksSeal([], `sv=2022&se=2026-11-22&sig=${HASH}`, body));
  t.false(breaksSeal([], `OSSAccessKeyId=a&Expires=1&Signature=${HASH}`, body));
  t.true(breaksSeal([], `OSSAccessKeyId=a&Expires=1&Signature=${HASH}`, changesOf('path')));
  t.false(breaksSeal([], 'sign=Aries', body));
});

test('digests in lists, in hexadecimal digits and under vendors’ names are made anew; what is no digest of the body stays', (t) => {
  const before = Buffer.from('{"on":true,"ssid":"x"}');
  const body = Buffer.from('{"on":true}');
  const of = (algorithm: string, bytes: Buffer, encoding: 'hex' | 'base64'): string =>
    createHash(algorithm).update(bytes).digest(encoding);
  const headers = (bytes: Buffer): [string, string][] => [
    ['Digest', `MD5=${of('md5', bytes, 'base64')}, SHA-256=${of('sha256', bytes, 'base64')}`],
    ['Content-Digest', `sha-256=:${of('sha256', bytes, 'base64')}:, sha-512=:${of('sha512', bytes, 'base64')}:`],
    ['Content-MD5', of('md5', bytes, 'hex')],
    ['X-Content-SHA256', of('sha256', bytes, 'hex').toUpperCase()],
    ['X-Amz-Content-Sha256', of('sha256', bytes, 'hex')],
    ['X-Body-Checksum', of('sha1', bytes, 'base64')],
  ];
  const other: [string, string][] = [
    ['X-Checksum', 'abc'],
    ['X-Request-Id', of('md5', before, 'hex')],
  ];
  t.deepEqual(redigest([...headers(before), ...other], body, before), [...headers(body), ...other]);
  t.true(headers(before).every((header) => isDigestOf(header, before)));
  t.false([...headers(body), ...other].some((header) => isDigestOf(header, before)));
});
