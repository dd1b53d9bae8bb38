import test from 'ava';
import type { Node } from '#src/model.js';
import { readJson } from '#src/payload/json.js';
import { NameTable } from '#src/payload/json-names.js';
import { bytesOf, LIMITS } from './support.js';

const namesOf = (node: Node): (string | undefined)[] => node.children!.map((child) => child.name);

function number(table: NameTable, name: string): number {
  const text = `${name}"`;
  return table.find(bytesOf(text), text, 0, name.length);
}

test('a name has one number, and no other name has it', (t) => {
  const table = new NameTable(0);
  const numbers = ['mode', 'mods', 'a', 'b', 'modes', 'mode'].map((name) => number(table, name));
  t.deepEqual(numbers, [0, 1, 2, 3, 4, 0]);
});

test('a name that could be an identifier is not kept', (t) => {
  const table = new NameTable(0);
  for (const name of ['f4cfa2778899', '3c:84:6a:0b:91:d2', 'user@example.org', 'x'.repeat(41), '']) t.is(number(table, name), -1);
  t.deepEqual(table.names, []);
});

test('a full table keeps no more names, and gives the ones it has', (t) => {
  const table = new NameTable(0);
  const letters = [...'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMN'];
  const names = letters.flatMap((one) => letters.map((two) => one + two));
  const numbers = names.map((name) => number(table, name));
  t.true(table.full);
  t.deepEqual(numbers.slice(0, 1024), [...Array(1024).keys()]);
  t.deepEqual(new Set(numbers.slice(1024)), new Set([-1]));
  t.is(number(table, names[1000]!), 1000);
});

test('names are found only as a whole, whatever came after the last one before', (t) => {
  const first = readJson(bytesOf('{"mode":1,"modes":2,"on":3,"x":4}'), LIMITS);
  for (const names of [
    ['mode', 'modes', 'on', 'x'],
    ['mode', 'mod', 'o', 'xx'],
    ['mod', 'modess', 'one', ''],
    ['on'],
    ['x', 'on', 'mode'],
  ]) {
    const text = `{${names.map((name, i) => `"${name}":${i}`).join(',')}}`;
    t.deepEqual(namesOf(readJson(bytesOf(text), LIMITS).root), names);
  }
  t.deepEqual(namesOf(first.root), ['mode', 'modes', 'on', 'x']);
});
