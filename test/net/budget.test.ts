import test from 'ava';
import { Budget, type Part } from '#src/net/budget.js';

const OWN = { ownerOf: (address: string) => address };

/** Connections of one device, and which of them had to give way. */
function opener(budget: Budget): { open(device: string, amount?: number): Part | undefined; gone: string[] } {
  const gone: string[] = [];
  let count = 0;
  return {
    gone,
    open: (device, amount = 1) => {
      count += 1;
      const name = `${device} ${count}`;
      return budget.take(device, amount, () => gone.push(name));
    },
  };
}

test('one device has half at most, however much is free', (t) => {
  const crowded: string[] = [];
  const { open, gone } = opener(new Budget({ ...OWN, most: 4, onCrowded: (owner) => crowded.push(owner) }));
  t.truthy(open('greedy'));
  t.truthy(open('greedy'));
  t.is(open('greedy'), undefined);
  t.deepEqual(crowded, ['greedy']);
  t.truthy(open('lamp'));
  t.deepEqual(gone, []);
});

test('where all is taken, whoever has the most gives way to those who have less, its youngest first; equals do not push each other out', (t) => {
  const crowded: string[] = [];
  const budget = new Budget({ ...OWN, most: 6, onCrowded: (owner) => crowded.push(owner) });
  const { open, gone } = opener(budget);
  for (const device of ['a', 'b', 'a', 'b', 'a', 'b']) t.truthy(open(device));
  t.truthy(open('c'));
  t.deepEqual(gone, ['a 5']);
  t.truthy(open('c'));
  t.deepEqual(gone, ['a 5', 'b 6']);
  t.is(open('c'), undefined, 'each has two now');
  t.is(open('d') === undefined, false);
  t.is(gone.length, 3);
  t.is(budget.amount, 6);
  t.true(crowded.includes('a') && crowded.includes('b'));
});

test('a part grows while there is room and stays as it was where there is none; the largest part of the largest device gives way', (t) => {
  const budget = new Budget({ ...OWN, most: 100 });
  const { open, gone } = opener(budget);
  const [small, large] = [open('greedy', 10)!, open('greedy', 10)!];
  t.true(large.resize(40));
  t.false(large.resize(41));
  t.is(budget.amount, 50);
  const other = open('other', 45)!;
  t.true(open('lamp', 20) !== undefined);
  t.deepEqual(gone, ['greedy 2'], 'the part of 40');
  t.is(budget.amount, 10 + 45 + 20);
  t.true(small.resize(0));
  other.release();
  t.is(budget.amount, 20);
});

test('everything is given back, in any order, once or often, also by a part that had to give way', (t) => {
  const budget = new Budget({ ...OWN, most: 20 });
  const { open } = opener(budget);
  const parts = ['a', 'a', 'b', 'c', 'd', 'd', 'e'].map((device) => open(device, 1)!);
  const last = open('f', 5)!;
  for (const part of [...parts, last, ...parts]) part.release();
  t.true(last.resize(0));
  t.false(last.resize(1), 'what is given back does not grow again');
  t.is(budget.amount, 0);
  t.deepEqual(budget.owners(), []);
});

test('an address whose device is not known yet is counted with its device as soon as it is', async (t) => {
  const told = new Map<string, (label: string) => void>();
  const budget = new Budget({ most: 8, ownerOf: (address) => new Promise((resolve) => told.set(address, resolve)) });
  const { open } = opener(budget);
  const parts = ['fe80::1', 'fe80::2', 'fe80::3', 'fe80::4'].map((address) => open(address)!);
  t.is(budget.owners().length, 4);
  parts[3]!.release();
  for (const resolve of told.values()) resolve('camera');
  await new Promise((resolve) => setImmediate(resolve));
  t.deepEqual(budget.owners(), [{ owner: 'camera', amount: 3 }]);
  for (const part of parts) part.release();
  t.is(budget.amount, 0);
});

test('a device that cannot be looked up goes by its address', async (t) => {
  const budget = new Budget({ most: 8, ownerOf: () => Promise.reject(new Error('no table')) });
  const part = budget.take('fe80::1', 1, () => undefined)!;
  await new Promise((resolve) => setImmediate(resolve));
  t.deepEqual(budget.owners(), [{ owner: 'fe80::1', amount: 1 }]);
  part.release();
  t.is(budget.amount, 0);
});
