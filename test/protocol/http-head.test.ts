import test from 'ava';
import fc from 'fast-check';
import { HubError } from '#src/errors.js';
import { formatAuthority, parseAuthority } from '#src/protocol/http/authority.js';
import { answerHeaders, readHead, writeHead } from '#src/protocol/http/head.js';

const raw = (url: string, headers: readonly string[] = [], method = 'POST', httpVersion = '1.1') => ({
  method,
  url,
  httpVersion,
  rawHeaders: ['Host', 'Cloud.test', ...headers],
});
const code = (run: () => unknown): string | undefined => {
  try {
    run();
    return undefined;
  } catch (error) {
    return error instanceof HubError ? error.code : 'foreign';
  }
};

test('a head is read into its end-to-end parts', (t) => {
  t.deepEqual(
    readHead(
      raw('/a%20b?c=%2F&d', ['Content-Type', 'a/b', 'Cookie', 'x=1', 'TE', 'trailers', 'Content-Length', '3', 'client_id', 'i']),
      'http',
      100,
    ),
    {
      method: 'POST',
      authority: { host: 'cloud.test', port: 80 },
      path: '/a%20b',
      query: 'c=%2F&d',
      headers: [
        ['Content-Type', 'a/b'],
        ['Cookie', 'x=1'],
        ['client_id', 'i'],
      ],
      cookies: ['x=1'],
      contentType: 'a/b',
      framed: true,
      contentLength: 3,
      expectsContinue: false,
    },
  );
});

test('an absolute target gives scheme and authority, an empty path is /', (t) => {
  const head = readHead({ ...raw('HTTPS://cloud.TEST:443?q'), rawHeaders: ['Host', 'cloud.test'] }, 'http', 100);
  t.deepEqual([head.scheme, head.authority, head.path, head.query], ['https', { host: 'cloud.test', port: 443 }, '/', 'q']);
});

test('an empty query is not the same as none', (t) => {
  t.is(readHead(raw('/a?'), 'http', 100).query, '');
  t.is(readHead(raw('/a'), 'http', 100).query, undefined);
});

test('no error says what stood in the message', (t) => {
  for (const headers of [
    ['kovalenko\0', 'x'],
    ['X-A', 'kovalenko\n'],
    ['X_kovalenko', '1', 'X-Kovalenko', '2'],
    ['Expect', 'kovalenko'],
  ]) {
    const error = t.throws(() => readHead(raw('/', headers), 'http', 100), { instanceOf: HubError });
    t.is(error?.code, 'bad_head');
    t.false(/kovalenko/i.test(String(error)));
  }
});

test('whatever head is let in, framing and hop-by-hop headers are never among its headers', (t) => {
  const names = [
    'Connection',
    'keep-alive',
    'Proxy-Auth',
    'X-Forwarded-For',
    'x_forwarded_for',
    'Via',
    'TE',
    'Trailer',
    'X-A',
    'x_b',
    'Accept',
  ];
  const header = fc.tuple(fc.constantFrom(...names), fc.constantFrom('close', 'x-a', 'a, b', ''));
  fc.assert(
    fc.property(fc.array(header, { maxLength: 8 }), (headers) => {
      let kept: readonly (readonly [string, string])[];
      try {
        kept = readHead(raw('/', headers.flat()), 'http', 100).headers;
      } catch (error) {
        return error instanceof HubError;
      }
      return kept.every(([name]) => /^(x-a|x_b|accept)$/i.test(name));
    }),
  );
  t.pass();
});

test('writeHead refuses an outcome that frames or breaks lines', (t) => {
  const out = (name: string, value: string): string | undefined =>
    code(() => writeHead({ method: 'POST', authority: 'a', headers: [[name, value]], bodyBytes: 0, framed: true }));
  t.is(out('Content-Length', '5'), 'internal');
  t.is(out('transfer_encoding', 'chunked'), 'internal');
  t.is(out('Host', 'b'), 'internal');
  t.is(out('X-A', 'a\r\nX-B: c'), 'internal');
  t.is(out('X A', 'a'), 'internal');
  t.is(out('X-A', 'a'), undefined);
});

test('an answer’s Connection cannot take away how its body is read', (t) => {
  t.deepEqual(
    answerHeaders(['Connection', 'Content-Length, X-A', 'Content-Length', '3', 'x-a', '1', 'Keep-Alive', 'timeout=5']),
    [['Content-Length', '3']],
  );
});

test('authorities have one spelling', (t) => {
  const same = (text: string): string => formatAuthority(parseAuthority(text, 'https'), 'https');
  t.is(same('A.Test.:443'), 'a.test');
  t.is(same('a.test:8443'), 'a.test:8443');
  t.is(same('[2001:DB8::1]:443'), '[2001:db8::1]');
  for (const bad of [
    '',
    'a b',
    'a@b',
    'a/b',
    'a:',
    'a:0',
    'a:65536',
    'a..b',
    '.a',
    '[::1',
    'a%2eb',
    'ä.test',
    'a:1:2',
    `${'a'.repeat(300)}`,
  ]) {
    t.is(
      code(() => parseAuthority(bad, 'http')),
      'bad_head',
      bad,
    );
  }
});
