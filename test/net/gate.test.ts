import test from 'ava';
import { Gate } from '#src/net/gate.js';

const turns = async (): Promise<void> => {
  for (let turn = 0; turn < 10; turn += 1) await new Promise((resolve) => setImmediate(resolve));
};

test('so many are inside at once, the others follow in their order; one that fails gives its place away too', async (t) => {
  const gate = new Gate(2);
  const entered: number[] = [];
  const leave: ((fault?: Error) => void)[] = [];
  const step = gate.over(
    (number: number) =>
      new Promise<number>((resolve, reject) => {
        entered.push(number);
        leave[number] = (fault) => (fault === undefined ? resolve(number) : reject(fault));
      }),
  );
  const all = [0, 1, 2, 3, 4].map((number) => step(number));
  await turns();
  t.deepEqual(entered, [0, 1]);
  leave[1]!();
  t.is(await all[1], 1);
  await turns();
  t.deepEqual(entered, [0, 1, 2]);
  leave[0]!(new Error('failed'));
  await t.throwsAsync(all[0]!, { message: 'failed' });
  await turns();
  t.deepEqual(entered, [0, 1, 2, 3]);
  leave[2]!();
  leave[3]!();
  await turns();
  leave[4]!();
  t.deepEqual(await Promise.all(all.slice(1)), [1, 2, 3, 4]);
  const later = [5, 6, 7].map((number) => step(number));
  await turns();
  t.deepEqual(entered, [0, 1, 2, 3, 4, 5, 6], 'free places are free again, and no more than there were');
  for (const number of [5, 6]) leave[number]!();
  await turns();
  leave[7]!();
  t.deepEqual(await Promise.all(later), [5, 6, 7]);
});
