// `hubsieve password reset`: what it leaves for the hub, and what the hub takes.
import { chmodSync, readFileSync, statSync } from 'node:fs';
import test from 'ava';
import { clearReset, RESET_MS, readReset, writeReset } from '#src/runtime/password-reset.js';
import { codeMark } from '#src/web/account.js';
import { run, scratch } from './support.js';

const RESET = 'password-reset.json';

test('it prints a code and leaves its mark, never the code, in a file of the hub’s own', async (t) => {
  const { dir, file } = scratch(t);
  file('account.json', '{"version":1,"tokens":[]}');
  const { code, stdout, stderr } = await run(['password', 'reset', '--data-dir', dir]);
  t.is(code, 0);
  t.regex(stdout, /^[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}\n$/);
  t.regex(stderr, /every session/);
  const kept = readFileSync(file(RESET), 'utf8');
  t.false(kept.includes(stdout.trim()));
  t.is(statSync(file(RESET)).mode & 0o777, 0o600);
  t.is(readReset(dir, Date.now()), codeMark(stdout.trim()));
});

test('without an account there is nothing to reset: the answer is no', async (t) => {
  const { dir } = scratch(t);
  const { code, stdout } = await run(['password', 'reset', '--data-dir', dir]);
  t.is(code, 1);
  t.is(stdout, '');
  t.is((await run(['password', 'change', '--data-dir', dir])).code, 2);
});

test('a reset counts for an hour, once, and only from a file that nobody else can write or read', (t) => {
  const { dir, file } = scratch(t);
  const mark = codeMark('AAAA-BBBB-CCCC');
  writeReset(dir, mark, 1000);
  t.is(readReset(dir, 1000), mark);
  t.is(readReset(dir, 1000 + RESET_MS), undefined);
  chmodSync(file(RESET), 0o644);
  t.is(readReset(dir, 1000), undefined);
  chmodSync(file(RESET), 0o600);
  clearReset(dir);
  t.is(readReset(dir, 1000), undefined);
  for (const text of ['', '{', '{"version":1,"mark":"x","untilMs":9e15}', 'null', '[]']) {
    file(RESET, text);
    chmodSync(file(RESET), 0o600);
    t.is(readReset(dir, 1000), undefined, text);
  }
});
