import test from 'ava';
import { breaksSeal, type Changes, redigest } from '#src/protocol/http/seals.js';

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
        ['Digest', 'crc=1'],
        ['X', 'y'],
      ],
      body,
    ),
    [
      ['Content-MD5', 'Q/HI68tETmTFWrW4hBwzoQ=='],
      ['Digest', 'SHA-256=XjnViOXDjqfbtVNh5vywRl+mE+fFBL72CgnFOQkQRwI='],
      ['Content-Digest', 'sha-256=:XjnViOXDjqfbtVNh5vywRl+mE+fFBL72CgnFOQkQRwI=:'],
      ['X', 'y'],
    ],
  );
});
