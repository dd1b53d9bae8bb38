import test from 'ava';
import { TurnBudget } from '#src/net/free-turns.js';
import { Gate } from '#src/net/gate.js';

const turns = async (): Promise<void> => {
  for (let turn = 0; turn < 10; turn += 1) await new Promise((resolve) => setImmediate(resolve));
};

test('so many are inside at once, the others follow in their order; one that fails gives its place away too', async (t) => {
  // No time passes: how fast this machine is changes nothing.
  const gate = new Gate({ most: 2, now: () => 0 });
  const entered: number[] = [];
  const leave: ((fault?: Error) => void)[] = [];
  const step = gate.over(
    (_number: number) => 'device',
    (number: number) =>
      new Promise<number>((resolve, reject) => {
        entered.push(number);
        leave[number] = (fault) => (fault === undefined ? resolve(number) : reject(fault));
      }),
  );
  const all = [0, 1, 2, 3, 4].map((number) => step(number));
  await turns();
  t.deepEqual(entered, [0, 1]);
  t.is(gate.held, 5);
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
  t.is(gate.held, 0);
  const later = [5, 6, 7].map((number) => step(number));
  await turns();
  t.deepEqual(entered, [0, 1, 2, 3, 4, 5, 6], 'free places are free again, and no more than there were');
  for (const number of [5, 6]) leave[number]!();
  await turns();
  leave[7]!();
  t.deepEqual(await Promise.all(later), [5, 6, 7]);
});

test('a step that throws at once gives its place back', async (t) => {
  const gate = new Gate({ most: 1 });
  const broken = (): Promise<never> => {
    throw new Error('at once');
  };
  await t.throwsAsync(gate.through('device', broken), { message: 'at once' });
  t.is(await gate.through('device', async () => 'next'), 'next');
  await turns();
  t.is(gate.held, 0);
});

test('devices take turns, whoever has how many waiting, and each keeps its order', async (t) => {
  const gate = new Gate({ most: 1 });
  const order: string[] = [];
  const step = async (name: string): Promise<void> => {
    order.push(name);
    await turns();
  };
  const all = ['a1', 'a2', 'a3', 'a4', 'b1', 'c1', 'b2'].map((name) => gate.through(name[0]!, () => step(name)));
  await Promise.all(all);
  t.deepEqual(order, ['a1', 'a2', 'b1', 'c1', 'a3', 'b2', 'a4']);
});

test('steps that take long leave the rest of a turn of the loop to others: what comes meanwhile of another device is next', async (t) => {
  let nowMs = 0;
  const gate = new Gate({ most: 100, now: () => nowMs });
  const order: string[] = [];
  const step = (name: string, ms: number) => (): Promise<void> => {
    order.push(name);
    nowMs += ms;
    return Promise.resolve();
  };
  const flood = ['f1', 'f2', 'f3', 'f4'].map((name) => gate.through('flooder', step(name, 25)));
  t.deepEqual(order, ['f1'], 'the others wait for the next turn');
  await new Promise<void>((resolve) => new TurnBudget(1, resolve).spend(1));
  t.deepEqual(order, ['f1', 'f2']);
  const small = gate.through('lamp', step('lamp', 1));
  await Promise.all([...flood, small]);
  t.deepEqual(order, ['f1', 'f2', 'f3', 'lamp', 'f4']);
  await new Promise<void>((resolve) => new TurnBudget(1, resolve).spend(1));
  order.length = 0;
  for (const name of ['s1', 's2', 's3']) void gate.through('lamp', step(name, 1));
  t.deepEqual(order, ['s1', 's2', 's3'], 'short ones go at once');
});

test('between steps that take long the loop turns freely, so that connections are taken', async (t) => {
  let nowMs = 0;
  const gate = new Gate({ most: 100, now: () => nowMs });
  const step = (): Promise<void> => {
    nowMs += 25;
    return Promise.resolve();
  };
  let turned = 0;
  const count = (): void => {
    turned += 1;
    setImmediate(count).unref();
  };
  setImmediate(count);
  await Promise.all([1, 2, 3].map(() => gate.through('flooder', step)));
  t.true(turned > 32);
});
