// What fuzzing found holds now; every sample holds; and a few hundred bent ones of each reader, so that the fuzzer itself stays alive.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import test from 'ava';
import { mutate } from './mutate.js';
import { Random } from './random.js';
import { TARGETS } from './targets.js';

const FOLDER = 'test/fuzz/finds';
/** Bent inputs of each target in one run of the tests; the long runs are done by tools/fuzz.mjs. */
const BENT = 60;
const SEED = 20_261_122;

interface Kept {
  readonly note: string;
  readonly text?: string;
  readonly base64?: string;
}

const bytesOf = ({ text, base64 }: Kept): Uint8Array => (text === undefined ? Buffer.from(base64!, 'base64') : Buffer.from(text));

for (const target of TARGETS) {
  const file = `${FOLDER}/${target.name}.json`;
  if (existsSync(file)) {
    test(`${target.name}: what fuzzing found does not come back`, async (t) => {
      for (const kept of JSON.parse(readFileSync(file, 'utf8')) as Kept[]) {
        await t.notThrowsAsync(async () => target.check(bytesOf(kept)), kept.note);
      }
    });
  }
  test(`${target.name}: samples, and samples that were bent, keep every property`, async (t) => {
    const random = new Random(SEED);
    const seeds = target.seeds();
    for (const seed of seeds) await t.notThrowsAsync(async () => target.check(seed));
    for (let i = 0; i < BENT; i += 1) {
      const base = target.generate !== undefined && random.chance(0.3) ? target.generate(random) : random.pick(seeds);
      const input = mutate(base, random, random.pick(seeds), target.words ?? []);
      await t.notThrowsAsync(async () => target.check(input), Buffer.from(input).toString('base64').slice(0, 4000));
    }
  });
}

test('every file of finds is replayed', (t) => {
  const known = new Set(TARGETS.map(({ name }) => `${name}.json`));
  t.deepEqual(
    readdirSync(FOLDER).filter((file) => !known.has(file)),
    [],
  );
});
