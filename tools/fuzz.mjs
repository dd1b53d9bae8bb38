#!/usr/bin/env node
// fuzz.mjs: bends samples of every format for as long as it is told, and checks what must hold for every input (docs/fuzzing.md).
//
//   node tools/fuzz.mjs TARGET[,TARGET…]|all [--seconds N] [--seed N] [--out DIR] [--no-coverage]
//
// Run from the root after the build. `--seconds` is for each target. Inputs that reach code not reached before, or are taken in a way
// not seen before, are kept and bent further. What is found is made small and written to DIR (default: .fuzz), one file each.
import { mkdirSync, writeFileSync } from 'node:fs';
import inspector from 'node:inspector';
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import { INPUT_MAX, mutate } from '../dist/test/fuzz/mutate.js';
import { Random } from '../dist/test/fuzz/random.js';
import { TARGETS } from '../dist/test/fuzz/targets.js';

const args = process.argv.slice(2);
const option = (name, fallback) => (args.includes(name) ? args[args.indexOf(name) + 1] : fallback);
const wanted = args[0];
if (wanted === undefined || wanted.startsWith('--')) {
  console.error(
    `usage: fuzz.mjs TARGET[,TARGET…]|all [--seconds N] [--seed N] [--out DIR]\n${TARGETS.map(({ name }) => name).join(' ')}`,
  );
  process.exit(2);
}
const seconds = Number(option('--seconds', 60));
const seed = Number(option('--seed', Date.now() % 1e9));
const out = option('--out', '.fuzz');
const coverage = !args.includes('--no-coverage');
mkdirSync(out, { recursive: true });

/** Processor time of one input: 50 ms (the event loop must not stand still for longer), and more for long ones. */
const MOST_MS = 50;
const MS_PER_KIB = 4;
/** An input that takes as long as this hangs. */
const HANG_MS = 20_000;
const CORPUS_MAX = 3000;
/** Longer inputs are seldom kept: they cost more and say no more. */
const KEPT_MAX = 4096;
/** Inputs between two looks at what was reached: a look costs half a millisecond. */
const LOOK_EVERY = 8;
const MINIMIZE_MS = 4000;

// A watcher that still runs when the loop hangs: it writes the input down and ends the process.
const shared = new SharedArrayBuffer(8 + INPUT_MAX + 16);
const counters = new Int32Array(shared, 0, 2);
const current = new Uint8Array(shared, 8);
const watcher = new Worker(
  `const { workerData: { shared, file, hangMs } } = require('node:worker_threads');
   const { writeFileSync } = require('node:fs');
   const counters = new Int32Array(shared, 0, 2);
   let last = -1;
   setInterval(() => {
     const now = Atomics.load(counters, 0);
     if (now === last && now >= 0) {
       writeFileSync(file, Buffer.from(new Uint8Array(shared, 8)).subarray(0, Atomics.load(counters, 1)));
       process.stderr.write('hangs: ' + file + '\\n');
       process.kill(process.pid, 'SIGKILL');
     }
     last = now;
   }, hangMs);`,
  { eval: true, workerData: { shared, file: path.join(out, `hang-${process.pid}.bin`), hangMs: HANG_MS } },
);
watcher.unref();

const session = new inspector.Session();
session.connect();
const post = (method, params) => {
  let answer;
  session.post(method, params, (fault, result) => {
    if (fault) throw new Error(fault.message);
    answer = result;
  });
  return answer;
};
if (coverage) {
  post('Profiler.enable');
  post('Profiler.startPreciseCoverage', { callCount: false, detailed: true });
}
const reached = new Set();
/** How many ranges of the project's code were reached since the last look that had never been before. */
function newlyReached() {
  if (!coverage) return 0;
  let fresh = 0;
  for (const { scriptId, url, functions } of post('Profiler.takePreciseCoverage').result) {
    if (!url.includes('/dist/') || url.includes('/dist/test/')) continue;
    for (const { ranges } of functions) {
      for (const { startOffset, endOffset, count } of ranges) {
        if (count === 0) continue;
        const key = `${scriptId}:${startOffset}:${endOffset}`;
        if (!reached.has(key)) {
          reached.add(key);
          fresh += 1;
        }
      }
    }
  }
  return fresh;
}

/** A find without what differs from one input to the next. */
const keyOf = (property, detail) =>
  /HubError|nothing else|never throws|all its faults/.test(property)
    ? `${property}: ${detail.replace(/[0-9]+/g, '0').slice(0, 120)}`
    : property;
/** How many of a kind are written down: the first is the smallest to mend, others may be another fault. */
const SAME_MAX = 6;
const isFind = (fault) => typeof fault?.property === 'string';

async function attempt(target, input) {
  current.set(input.subarray(0, INPUT_MAX));
  Atomics.store(counters, 1, Math.min(input.length, INPUT_MAX));
  Atomics.add(counters, 0, 1);
  try {
    const form = target.check(input);
    return { form: typeof form === 'string' ? form : await form };
  } catch (fault) {
    if (isFind(fault)) return { property: fault.property, detail: fault.detail };
    return { property: 'throws nothing else', detail: `${fault?.stack ?? fault}`.split('\n').slice(0, 4).join(' | ') };
  }
}

async function timed(run) {
  const before = process.cpuUsage();
  const result = await run();
  const { user, system } = process.cpuUsage(before);
  return { result, ms: (user + system) / 1000 };
}

/** What is fuzzed and nothing of the check, where that can be had alone. */
async function readAlone(target, input) {
  if (target.read === undefined) return attempt(target, input);
  try {
    return target.read(input);
  } catch {
    return undefined; // the check has judged it
  }
}

/** Takes away what the find does not need. */
async function minimized(target, input, key) {
  const until = Date.now() + MINIMIZE_MS;
  let best = Buffer.from(input);
  for (let size = Math.max(1, best.length >> 1); size >= 1 && Date.now() < until; size = size === 1 ? 0 : size >> 1) {
    for (let at = 0; at < best.length && Date.now() < until; ) {
      const shorter = Buffer.concat([best.subarray(0, at), best.subarray(at + size)]);
      const { property, detail } = await attempt(target, shorter);
      if (property !== undefined && keyOf(property, detail) === key) best = shorter;
      else at += size;
    }
  }
  return best;
}

const shorterOf = (a, b) => (a.length <= b.length ? a : b);

async function fuzz(target, random) {
  const words = target.words ?? [];
  const corpus = [];
  const forms = new Set();
  const finds = new Map();
  let written = 0;
  let [inputs, worstMs, worstLength, at] = [0, 0, 0, 0];
  const start = Date.now();
  const note = async (input, property, detail) => {
    const key = keyOf(property, detail);
    const count = (finds.get(key) ?? 0) + 1;
    finds.set(key, count);
    if (count > SAME_MAX) return;
    const small = property.startsWith('time') ? Buffer.from(input) : await minimized(target, input, key);
    const { detail: smallDetail } = await attempt(target, small);
    const isText = Buffer.from(small.toString('utf8')).equals(small);
    const record = {
      target: target.name,
      property,
      detail: smallDetail ?? detail,
      ...(isText ? { text: small.toString('utf8') } : { base64: small.toString('base64') }),
    };
    writeFileSync(path.join(out, `${target.name}-${seed}-${++written}.json`), `${JSON.stringify(record, null, 1)}\n`);
    console.log(`FIND ${target.name} ${key}`);
  };
  const run = async (input) => {
    inputs += 1;
    const { result, ms } = await timed(() => attempt(target, input));
    if (result.property !== undefined) await note(input, result.property, result.detail);
    const bound = MOST_MS + (input.length / 1024) * MS_PER_KIB;
    if (ms > worstMs && inputs > 300) {
      // Counted is the best of three: a first run compiles, another process takes the machine.
      let best = ms;
      for (let i = 0; i < 3; i += 1) best = Math.min(best, (await timed(() => readAlone(target, input))).ms);
      if (best > worstMs) [worstMs, worstLength] = [best, input.length];
      if (best > bound) await note(input, 'time of one input', `${best.toFixed(0)} ms for ${input.length} bytes`);
    }
    return result.form;
  };
  for (const sample of target.seeds()) {
    const form = await run(sample);
    corpus.push(Buffer.from(sample));
    if (form !== undefined) forms.add(form);
  }
  newlyReached();
  let batch = [];
  while (Date.now() - start < seconds * 1000) {
    const base =
      target.generate !== undefined && random.chance(0.15)
        ? target.generate(random)
        : shorterOf(random.pick(corpus), random.pick(corpus));
    const input = random.chance(0.03) ? base : mutate(base, random, random.pick(corpus), words);
    const form = await run(input);
    if (form !== undefined && !forms.has(form) && forms.size < 5000) {
      forms.add(form);
      if (input.length <= KEPT_MAX || random.chance(0.1)) corpus.push(Buffer.from(input));
    } else if (input.length < KEPT_MAX) batch.push(Buffer.from(input));
    at += 1;
    if (at % LOOK_EVERY === 0) {
      if (newlyReached() > 0) corpus.push(...batch);
      batch = [];
      if (corpus.length > CORPUS_MAX) corpus.splice(target.seeds().length, corpus.length - CORPUS_MAX);
      if (at % 512 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
  }
  const took = (Date.now() - start) / 1000;
  const summary = {
    target: target.name,
    seed,
    seconds: Math.round(took),
    inputs,
    perSecond: Math.round(inputs / took),
    corpus: corpus.length,
    ranges: reached.size,
    forms: forms.size,
    worstMs: Math.round(worstMs),
    worstLength,
    rssMiB: Math.round(process.memoryUsage().rss / 2 ** 20),
    finds: [...finds].map(([key, count]) => `${count}× ${key}`),
  };
  console.log(JSON.stringify(summary));
}

const names = wanted === 'all' ? TARGETS.map(({ name }) => name) : wanted.split(',');
for (const name of names) {
  const target = TARGETS.find((one) => one.name === name);
  if (target === undefined) {
    console.error(`no such target: ${name}`);
    process.exit(2);
  }
  await fuzz(target, new Random(seed));
}
Atomics.store(counters, 0, -1);
process.exit(0);
