import test from 'ava';
import { httpJudge } from '#src/hub/http-judge.js';
import type { HttpMessage, Outcome } from '#src/protocol/http/message.js';
import { servicesOf } from '../sieve/support.js';

const AWS = 'AWS4-HMAC-SHA256 Credential=AK/20261122/eu/iot/aws4_request, SignedHeaders=host, Signature=00ff';

async function judge(
  body: string,
  sealed: 'refuse' | 'pass',
  headers: readonly (readonly [string, string])[],
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
