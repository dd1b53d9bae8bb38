// What is judged before the first message comes: it must be what devices send, and leave nothing behind.
import test from 'ava';
import { judgeInMode } from '#src/message/apply-mode.js';
import { ROUND, sampleAt } from '#src/workers/samples.js';
import { threadedJudge } from '#src/workers/threaded-judge.js';
import { Warming } from '#src/workers/warm-up.js';
import { body, services as servicesOf, workers } from './support.js';

test('all samples are read, but for XML of several roots, and hardly one is like another', (t) => {
  const services = servicesOf();
  const codes: (string | undefined)[] = [];
  const seen = new Set<string>();
  for (let i = 0; i < 2 * ROUND; i += 1) {
    const { body: bytes, mediaType } = sampleAt(i);
    const { sieved } = judgeInMode([{ in: 'body', kind: 'bytes', bytes, mediaType }], 'unknown', '', services);
    if (i < ROUND) codes.push(sieved.error?.code);
    seen.add(Buffer.from(bytes).toString('base64'));
  }
  t.deepEqual(
    codes.filter((code) => code !== undefined),
    ['malformed'],
  );
  t.true(seen.size > 1.9 * ROUND, 'the report and a few texts come again');
});

test('while samples are judged, only the smallest messages are begun on the hub’s own thread; afterwards larger ones too', (t) => {
  const services = servicesOf();
  const warming = { isOver: false };
  const judging = threadedJudge(workers(t), warming);
  const at = (size: number): boolean =>
    judging.message([body(JSON.stringify({ note: 'on '.repeat(size / 3) }))], 'cosori', 'd-1', services) instanceof Promise;
  t.deepEqual([at(1_000), at(8_000)], [false, true]);
  warming.isOver = true;
  t.deepEqual([at(1_000), at(8_000)], [false, false]);
});

test('warming comes to an end by itself, learns the home nothing, and can be stopped', async (t) => {
  const services = servicesOf();
  const learned: unknown[] = [];
  services.learn = (...given) => {
    learned.push(given);
    return false;
  };
  const stopped = new Warming();
  stopped.start(services);
  stopped.stop();
  const warming = new Warming();
  warming.start(services);
  while (!warming.isOver) await new Promise((resolve) => setTimeout(resolve, 20));
  t.deepEqual(learned, []);
  t.false(stopped.isOver);
});
