import { Buffer } from 'node:buffer';
import { gzipSync } from 'node:zlib';
import test from 'ava';
import { Restorer } from '#src/household/restorer.js';
import { mqttRestore } from '#src/restore/mqtt.js';
import { inlineRestore, type RestoreOptions } from '#src/restore/port.js';
import { BodyRestore, LineRestore } from '#src/restore/stream.js';
import { threadedRestore } from '#src/workers/threaded-restore.js';
import { catalogue } from '../../bench/nasty.js';
import { LIMITS, workers } from './support.js';

const PAIR = { original: 'f4:cf:a2:77:88:99', pseudonym: '02:a1:b2:c3:d4:e5' };

function restorer(): Restorer {
  const made = new Restorer();
  made.add(PAIR);
  return made;
}

function how(more: Partial<RestoreOptions> = {}): RestoreOptions {
  const base = { form: 'body', mediaType: 'application/json', coding: undefined, service: 'cosori' } as const;
  return { ...base, restorer: restorer(), limits: LIMITS, ...more };
}

const large = (mac: string): Buffer =>
  Buffer.from(JSON.stringify(Array.from({ length: 2_000 }, (_, n) => ({ n, mac, on: n % 2 === 0 }))));

test('a worker gives an answer the originals that this thread would: the nasty messages of the benchmark', async (t) => {
  const pool = workers(t);
  const same = restorer();
  for (const { name, bytes, mediaType, coding } of catalogue(2_000)) {
    const each = how({ mediaType, coding, restorer: same });
    const [here, there] = [await inlineRestore(bytes, each), await pool.restore({ ...each, bytes }, 'cosori', same, LIMITS)];
    t.is(Buffer.compare(here, there), 0, name);
  }
});

test('large answers are restored by a worker, coded ones too, and the very same bytes where nothing is found', async (t) => {
  const restore = threadedRestore(workers(t));
  const same = how();
  const there = restore(large(PAIR.pseudonym), same);
  t.true(there instanceof Promise);
  t.is(Buffer.from(await there).toString(), large(PAIR.original).toString());
  const coded = await restore(gzipSync(large(PAIR.pseudonym)), { ...same, coding: 'gzip' });
  t.is(Buffer.compare(coded, gzipSync(large(PAIR.original))), 0);
  const other = large('02:00:00:00:00:01');
  t.is(await restore(other, same), other);
  t.false(restore(Buffer.from(`"${PAIR.pseudonym}"`), same) instanceof Promise, 'small ones at once');
});

test('a worker knows pairs that came later, tells which were used, and forgets those that went', async (t) => {
  const used: string[] = [];
  const made = new Restorer(({ pseudonym }) => used.push(pseudonym));
  made.add({ original: 'serial-00000001', pseudonym: 'Kqzvwx-27485936' });
  const restore = threadedRestore(workers(t));
  const body = large(PAIR.pseudonym);
  t.is(await restore(body, how({ restorer: made })), body);
  made.add(PAIR);
  t.is(Buffer.from(await restore(body, how({ restorer: made }))).toString(), large(PAIR.original).toString());
  t.deepEqual([...new Set(used)], [PAIR.pseudonym]);
  made.remove(PAIR.pseudonym);
  t.is(await restore(body, how({ restorer: made })), body);
});

test('what takes a worker too long goes down as it came, and so does all when the hub closes', async (t) => {
  const pool = workers(t, { messageMs: 1, entry: new URL('./stuck-worker.js', import.meta.url) });
  const body = large(PAIR.pseudonym);
  const first = pool.restore({ ...how(), bytes: body }, 'cosori', restorer(), LIMITS);
  pool.close();
  t.is(await first, body);
  t.is(await pool.restore({ ...how(), bytes: body }, 'cosori', restorer(), LIMITS), body);
});

test('streams give what a worker restores in its order', async (t) => {
  const restore = threadedRestore(workers(t));
  const options = { ...how(), restore, budget: { left: 1_000_000 } };
  const body = new BodyRestore(options);
  const bytes = large(PAIR.pseudonym);
  body.write(bytes.subarray(0, 9_999));
  body.end(bytes.subarray(9_999));
  t.is(Buffer.concat(await body.toArray()).toString(), large(PAIR.original).toString());
  const lines = new LineRestore({ ...options, mediaType: 'application/x-ndjson' });
  const line = (mac: string, n: number): string => `{"n":${n},"mac":"${mac}"}\n`;
  const all = (mac: string): string => Array.from({ length: 3_000 }, (_, n) => line(mac, n)).join('');
  const text = Buffer.from(all(PAIR.pseudonym));
  lines.write(text.subarray(0, 50_001));
  lines.write(text.subarray(50_001, 50_009));
  lines.end(text.subarray(50_009));
  t.is(Buffer.concat(await lines.toArray()).toString(), all(PAIR.original));
});

test('an MQTT packet that cannot be restored at once goes down as it came', (t) => {
  const restore = mqttRestore(restorer(), LIMITS);
  const payload = (bytes: Buffer) => ({ role: 'payload', in: 'body', name: 'payload', bytes }) as const;
  const message = (bytes: Buffer) => ({ type: 'publish', level: 4, parts: [payload(bytes)], packetBytes: 0 }) as const;
  const [restored] = restore(message(Buffer.from(`["${PAIR.pseudonym}"]`)));
  t.is(Buffer.from(restored!.bytes!).toString(), `["${PAIR.original}"]`);
  const yaml = message(Buffer.from(`${'n: 1\n'.repeat(4_000)}mac: ${PAIR.pseudonym}\n`));
  t.is(restore(yaml)[0], yaml.parts[0], 'a long text in a format that takes long to read');
});
