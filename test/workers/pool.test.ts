import { Buffer } from 'node:buffer';
import { gzipSync } from 'node:zlib';
import test from 'ava';
import fc from 'fast-check';
import type { Judgement } from '#src/message/apply-mode.js';
import { judgeInMode } from '#src/message/apply-mode.js';
import type { Services } from '#src/services/contexts.js';
import type { Part } from '#src/sieve.js';
import { DECISIONS_MAX, foldDecisions } from '#src/workers/fold.js';
import { threadedJudge } from '#src/workers/threaded-judge.js';
import { catalogue } from '../../bench/nasty.js';
import { body, LIMITS, services, workers } from './support.js';

const MAC = '3c:84:6a:77:10:0f';

/** All that counts of a verdict, as plain data: bytes by their hexadecimal digits. */
function plain({ sieved, decisions, verdict, learned }: Judgement): unknown {
  const parts = sieved.parts?.map((part) =>
    part.kind === 'bytes' ? { ...part, bytes: Buffer.from(part.bytes).toString('hex') } : part,
  );
  const { pseudonyms, observations, unread, error } = sieved;
  const whole = {
    parts,
    pseudonyms,
    learned,
    observations,
    unread,
    error: error?.code,
    where: error?.where,
    decisions: foldDecisions(decisions),
    verdict,
  };
  return JSON.parse(JSON.stringify(whole));
}

test('a worker gives the answer of this thread: the nasty messages of the benchmark', async (t) => {
  const pool = workers(t);
  const [one, other] = [services(), services()];
  for (const { bytes, mediaType, coding, path, query, headers, name } of catalogue(2_000)) {
    const taken: Part[] = [
      { in: 'path', kind: 'bytes', bytes: Buffer.from(path ?? '/report') },
      { in: 'query', kind: 'bytes', bytes: Buffer.from(query ?? '') },
      { in: 'header', kind: 'fields', fields: headers ?? [['X-Mode', 'eco']] },
      { in: 'body', kind: 'bytes', bytes, ...(mediaType ? { mediaType } : {}), ...(coding ? { coding } : {}) },
    ];
    const here = plain(judgeInMode(taken, 'cosori', 'd-1', one));
    t.deepEqual(plain(await pool.message(taken, 'cosori', 'd-1', other)), here, name);
  }
});

test('a worker gives the answer of this thread: any JSON, under any service, mode and device', async (t) => {
  const pool = workers(t);
  const word = fc.constantFrom('ssid', 'mac', 'deviceId', 'temperature', 'Fjordhaven-Upstairs', MAC, 'wifi name', 'on');
  const value = fc.oneof(
    fc.json({ maxDepth: 3 }),
    fc.dictionary(word, fc.oneof(word, fc.integer(), fc.boolean())).map((v) => JSON.stringify(v)),
  );
  const modes = fc.constantFrom('enforce' as const, 'observe' as const, undefined);
  const ids = fc.constantFrom('cosori', 'unknown');
  // Services are made once for each mode: that takes longer than to judge.
  const made = new Map<string, [Services, Services]>();
  const both = (mode: 'enforce' | 'observe' | undefined, known: boolean): [Services, Services] => {
    const key = `${mode} ${known}`;
    const make = (): Services => services({ deviceMode: () => mode, knownToVendor: () => known });
    const pair = made.get(key) ?? [make(), make()];
    made.set(key, pair);
    return pair;
  };
  await fc.assert(
    fc.asyncProperty(value, ids, modes, fc.boolean(), async (json, service, mode, known) => {
      const [one, other] = both(mode, known);
      const taken = [body(json)];
      const here = plain(judgeInMode(taken, service, 'd-1', one));
      t.deepEqual(plain(await pool.message(taken, service, 'd-1', other)), here);
    }),
    { numRuns: 100 },
  );
});

test('what a worker did not change is the very same object: part, header', async (t) => {
  const header = ['X-Mode', 'eco'] as const;
  const taken: Part[] = [
    { in: 'path', kind: 'bytes', bytes: Buffer.from('/report') },
    { in: 'header', kind: 'fields', fields: [header, ['X-Mac', MAC]] },
    body('{"mode":"eco"}'),
  ];
  const { sieved } = await workers(t).message(taken, 'cosori', 'd-1', services());
  t.is(sieved.parts?.[0], taken[0]);
  t.is(sieved.parts?.[2], taken[2]);
  const fields = sieved.parts?.[1];
  t.true(fields?.kind === 'fields' && fields !== taken[1] && fields.fields[0] === header);
});

test('addresses and keys that stood twice travel from a worker, and to it with the next message', async (t) => {
  const pool = workers(t);
  const [one, other] = [services(), services()];
  const net = { ssid: 'Bergkristall-71', passwd: 'Quarz-4711-Glimmer', routerMac: 'a4:2b:b0:11:22:33' };
  const twice = body(JSON.stringify({ net, note: 'joined by Quarz-4711-Glimmer', unit: 'ref7a42bb01122339' }));
  const here = judgeInMode([twice], 'unknown', 'd-1', one);
  const there = await pool.message([twice], 'unknown', 'd-1', other);
  t.deepEqual(plain(there), plain(here));
  const [out] = there.sieved.parts ?? [];
  const text = out?.kind === 'bytes' ? Buffer.from(out.bytes).toString() : '';
  t.not(text, '');
  t.false(/Quarz|a42bb0112233/.test(text), text);
  const learned = other.knowledge.own('unknown');
  t.deepEqual(
    learned.map(({ value }) => value),
    one.knowledge.own('unknown').map(({ value }) => value),
  );
  t.deepEqual(new Set(learned.map(({ category }) => category)), new Set(['wifi_ssid', 'wifi_password', 'router_mac']));
  const later = body('{"note":"again with quarz-4711-glimmer"}');
  const next = await pool.message([later], 'unknown', 'd-2', other);
  t.deepEqual(plain(next), plain(judgeInMode([later], 'unknown', 'd-2', one)));
  t.not(next.sieved.parts?.[0], later);
});

test('a message is judged by the choices in force when it was sent in, whatever was chosen before and after', async (t) => {
  const pool = workers(t);
  const blocked = services({ choices: { cosori: { mode: 'block', purposes: {}, opaque: 'refuse', sealed: 'refuse' } } });
  const open = services();
  const codes = await Promise.all(
    [open, blocked, open, blocked].map(
      async (each) => (await pool.message([body('{"on":true}')], 'cosori', 'd-1', each)).sieved.error?.code,
    ),
  );
  t.deepEqual(codes, [undefined, 'blocked', undefined, 'blocked']);
});

test('a network’s name that a message gave away in a worker is known to the next one on this thread, and the other way round', async (t) => {
  const pool = workers(t);
  const shared = services();
  await pool.message([body('{"ssid":"Quiet-Harbour-77"}')], 'cosori', 'd-1', shared);
  const here = judgeInMode([body('{"note":"seen Quiet-Harbour-77"}')], 'cosori', 'd-1', shared);
  t.false(Buffer.from(here.sieved.parts?.[0]?.kind === 'bytes' ? here.sieved.parts[0].bytes : '').includes('Quiet-Harbour-77'));
  judgeInMode([body('{"ssid":"Stony-Meadow-88"}')], 'cosori', 'd-1', shared);
  const there = await pool.message([body('{"note":"seen Stony-Meadow-88"}')], 'cosori', 'd-1', shared);
  t.false(Buffer.from(there.sieved.parts?.[0]?.kind === 'bytes' ? there.sieved.parts[0].bytes : '').includes('Stony-Meadow-88'));
});

test('a message that takes too long is refused by the worker, and the next one is judged', async (t) => {
  const pool = workers(t, { messageMs: 10 });
  const many = `[${Array.from({ length: 40_000 }, (_, n) => `"3c:84:6a:${(n >> 8).toString(16).padStart(4, '0')}"`).join(',')}]`;
  const first = await pool.message([body(many)], 'cosori', 'd-1', services());
  t.is(first.sieved.error?.code, 'too_long');
  t.is(first.sieved.parts, undefined);
  // On a busy machine a small one may take as long, too: one of the next.
  const next = async (tries: number): Promise<boolean> =>
    (await pool.message([body('7')], 'cosori', 'd-1', services())).sieved.error === undefined || (tries > 0 && next(tries - 1));
  t.true(await next(50));
});

test('a worker that does not look at the clock is ended, its message refused, and a new one judges the next', async (t) => {
  const pool = workers(t, { messageMs: 10, entry: new URL('./stuck-worker.js', import.meta.url) });
  const first = pool.message([body('1')], 'cosori', 'd-1', services());
  t.is((await first).sieved.error?.code, 'too_long');
  t.is(pool['threads'].size, 0);
  t.is((await pool.message([body('2')], 'cosori', 'd-1', services())).sieved.error?.code, 'too_long');
});

test('a worker that dies refuses its message, says nothing of why, and does not take what waits with it', async (t) => {
  const pool = workers(t, { entry: new URL('./dying-worker.js', import.meta.url) });
  const all = await Promise.all([1, 2, 3].map((n) => pool.message([body(`${n}`)], 'cosori', 'd-1', services())));
  for (const { sieved } of all) {
    t.is(sieved.parts, undefined);
    t.is(sieved.error?.code, 'internal');
    t.false(`${sieved.error?.stack}${String(sieved.error?.cause)}`.includes('Fjordhaven'));
  }
});

test('past what may wait, a device is told that the hub is busy; another one is not', async (t) => {
  const pool = workers(t);
  const shared = services();
  const all = await Promise.all([
    ...Array.from({ length: 40 }, () => pool.message([body('[1]')], 'cosori', 'd-1', shared)),
    pool.message([body('[1]')], 'cosori', 'd-2', shared),
  ]);
  const codes = all.map(({ sieved }) => sieved.error?.code);
  t.is(codes.filter((code) => code === 'busy').length, 40 - 17, 'one in hand, sixteen waiting');
  t.is(codes.at(-1), undefined);
});

test('answers come in the order in which a device’s messages were sent in', async (t) => {
  const pool = workers(t);
  const shared = services();
  const order: number[] = [];
  const sizes = [9000, 10, 5000, 10, 10];
  await Promise.all(
    sizes.map(async (size, n) => {
      await pool.message([body(`[${'1,'.repeat(size)}1]`)], 'cosori', 'd-1', shared);
      order.push(n);
    }),
  );
  t.deepEqual(order, [0, 1, 2, 3, 4]);
});

test('idle threads end, and closing refuses what is in hand', async (t) => {
  const pool = workers(t, { idleMs: 1 });
  await pool.message([body('[1]')], 'cosori', 'd-1', services());
  while (pool['threads'].size > 0) await new Promise((resolve) => setTimeout(resolve, 5));
  const inHand = pool.message([body('[1]')], 'cosori', 'd-1', services());
  pool.close();
  t.is((await inHand).sieved.error?.code, 'busy');
  t.is((await pool.message([body('[1]')], 'cosori', 'd-1', services())).sieved.error?.code, 'busy');
});

test('small and quick messages are judged here and now; large ones, bombs and many fields elsewhere', async (t) => {
  const judging = threadedJudge(workers(t));
  const shared = services();
  t.false(judging.message([body('{"on":true}')], 'cosori', 'd-1', shared) instanceof Promise);
  const large = judging.message([body(JSON.stringify({ note: 'on '.repeat(8_000) }))], 'cosori', 'd-1', shared);
  const many = judging.message([body(`[${'1,'.repeat(5_000)}1]`)], 'cosori', 'd-1', shared);
  const bomb = judging.message(
    [body(gzipSync(JSON.stringify(Array.from({ length: 12_000 }, (_, n) => (n * 7919) % 1000))))],
    'cosori',
    'd-1',
    shared,
  );
  for (const each of [large, many, bomb]) {
    t.true(each instanceof Promise);
    t.is((await each).sieved.error, undefined);
  }
});

test('a bound that is passed here and there is refused by its own name', async (t) => {
  const judging = threadedJudge(workers(t));
  const verdict = await judging.message([body(`[${'1,'.repeat(LIMITS.nodes + 1)}1]`)], 'cosori', 'd-1', services());
  t.is(verdict.sieved.error?.code, 'too_many_fields');
});

test('the record of very many fields says once what was decided alike', (t) => {
  const { decisions } = judgeInMode(
    [body(`{"a":[${'{"mode":"eco"},'.repeat(5_000)}{"mode":"eco"}],"on":true}`)],
    'cosori',
    'd-1',
    services(),
  );
  t.is(decisions.length, 5_002);
  const folded = foldDecisions(decisions);
  t.deepEqual(
    folded.map(({ path }) => path),
    ["$['a'][*]['mode']", "$['on']"],
  );
  t.is(foldDecisions(folded), folded, 'a short list is left as it is');
  const names = Array.from({ length: DECISIONS_MAX + 1 }, (_, n) => `"n${n}[7]":true`).join(',');
  const wide = foldDecisions(judgeInMode([body(`{${names}}`)], 'cosori', 'd-1', services()).decisions);
  t.deepEqual([...new Set(wide.map(({ path }) => path))], ['$..*']);
});
