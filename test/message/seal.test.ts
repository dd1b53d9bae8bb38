import { createHash } from 'node:crypto';
import test from 'ava';
import { httpJudge } from '#src/message/http.js';
import type { HttpMessage, Outcome } from '#src/protocol/http/message.js';
import { servicesOf } from '../sieve/support.js';

const AWS = 'AWS4-HMAC-SHA256 Credential=AK/20261122/eu/iot/aws4_request, SignedHeaders=host, Signature=00ff';

async function judge(
  body: string,
  sealed: 'refuse' | 'pass',
  headers: readonly (readonly [string, string])[],
  query?: string,
): Promise<{ outcome: Outcome; verdict: string }> {
  const services = servicesOf({ config: { services: { cosori: { sealed } } } });
  const verdicts: string[] = [];
  const judged = httpJudge({
    services: () => services,
    log: { append: async (record) => verdicts.push((record as { verdict: string }).verdict) },
    now: () => 0,
    label: () => 'd-00000001',
    remember: async () => {},
  });
  const message: HttpMessage = {
    device: '127.0.0.1',
    service: 'cosori',
    scheme: 'http',
    authority: 'smartapi.vesync.com',
    method: 'POST',
    path: '/a',
    ...(query === undefined ? {} : { query }),
    headers: [['Content-Type', 'application/json'], ...headers],
    body: Buffer.from(body),
  };
  return { outcome: await judged(message), verdict: verdicts[0]! };
}

test('a signed message that need not change passes as any other', async (t) => {
  const { outcome, verdict } = await judge('{"mode":"eco"}', 'refuse', [['Authorization', AWS]]);
  t.deepEqual([outcome.kind, verdict], ['forward', 'forwarded']);
});

test('a signed message that would have to change is refused and recorded as sealed', async (t) => {
  const { outcome, verdict } = await judge('{"wifiSSID":"Quiet Harbour 7"}', 'refuse', [['Authorization', AWS]]);
  t.is(verdict, 'sealed');
  t.is(outcome.kind === 'refuse' ? outcome.error.code : '', 'sealed');
});

test('where the household lets sealed messages pass, they pass as they came, and say so', async (t) => {
  const { outcome, verdict } = await judge('{"wifiSSID":"Quiet Harbour 7"}', 'pass', [['Authorization', AWS]]);
  t.is(verdict, 'sealed');
  t.is(outcome.kind === 'forward' ? Buffer.from(outcome.body).toString() : '', '{"wifiSSID":"Quiet Harbour 7"}');
});

test('what never leaves does not leave sealed either', async (t) => {
  const { outcome } = await judge('{"wifiPassword":"hunter2hunter2"}', 'pass', [['Authorization', AWS]]);
  t.is(outcome.kind === 'refuse' ? outcome.error.code : '', 'floor');
});

test('a digest beside a changed body is made anew', async (t) => {
  const { outcome } = await judge('{"on":true,"wifiSSID":"Quiet Harbour 7"}', 'refuse', [['Content-MD5', 'AAAA']]);
  t.is(outcome.kind === 'forward' ? outcome.headers.find(([n]) => n === 'Content-MD5')?.[1] : '', 'Q/HI68tETmTFWrW4hBwzoQ==');
});

test('a header in UTF-8 that nothing objects to keeps its own bytes', async (t) => {
  const value = Buffer.from('Küche', 'utf8').toString('latin1');
  const { outcome } = await judge('{"on":true}', 'refuse', [['Accept', value]]);
  t.is(outcome.kind === 'forward' ? outcome.headers.find(([n]) => n === 'Accept')?.[1] : '', value);
});

const HASH = createHash('sha256').update('x').digest('hex');
const LEAKY = '{"on":true,"wifiSSID":"Quiet Harbour 7"}';

test('what is signed by a header, the query or a member of the body is sealed as a whole', async (t) => {
  const signed: readonly (readonly [string, readonly (readonly [string, string])[], string?])[] = [
    [
      LEAKY,
      [
        ['client_id', 'abc'],
        ['sign', HASH],
        ['t', '1'],
        ['sign_method', 'HMAC-SHA256'],
      ],
    ],
    [LEAKY, [['Authorization', `Sign ${HASH}`]]],
    [LEAKY, [], `a=s.m.dev.update&t=1&sign=${HASH}`],
    [`{"data":${LEAKY},"sign":"${HASH}"}`, []],
  ];
  for (const [body, headers, query] of signed) {
    const refused = await judge(body, 'refuse', headers, query);
    t.is(refused.verdict, 'sealed');
    t.is(refused.outcome.kind === 'refuse' ? refused.outcome.error.code : '', 'sealed');
    const passed = await judge(body, 'pass', headers, query);
    t.is(passed.verdict, 'sealed');
    t.is(passed.outcome.kind === 'forward' ? Buffer.from(passed.outcome.body).toString() : '', body);
    const fine = await judge(body.replace(',"wifiSSID":"Quiet Harbour 7"', ''), 'refuse', headers, query);
    t.deepEqual([fine.outcome.kind, fine.verdict], ['forward', 'forwarded']);
    const floor = await judge(body.replace('wifiSSID', 'wifiPassword'), 'pass', headers, query);
    t.is(floor.outcome.kind === 'refuse' ? floor.outcome.error.code : '', 'floor');
  }
});

test('a digest of the body keeps its place, is no field of its own, and is made anew where the body changed', async (t) => {
  const of = (body: string): string => createHash('sha256').update(body).digest('hex');
  for (const [before, after] of [
    [LEAKY, '{"on":true}'],
    ['{"on":true}', '{"on":true}'],
  ] as const) {
    const { outcome } = await judge(before, 'refuse', [
      ['X-Content-SHA256', of(before)],
      ['Accept', '*/*'],
    ]);
    t.deepEqual(outcome.kind === 'forward' ? outcome.headers.slice(1) : [], [
      ['X-Content-SHA256', of(after)],
      ['Accept', '*/*'],
    ]);
  }
});
