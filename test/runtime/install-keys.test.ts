import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { HubError } from '#src/errors.js';
import { openKeys } from '#src/runtime/install-keys.js';

function folder(t: ExecutionContext): string {
  const dir = mkdtempSync(path.join(tmpdir(), 'hubsieve-keys-'));
  t.teardown(() => rmSync(dir, { recursive: true, force: true }));
  return path.join(dir, 'data');
}

test('the first start makes a key of 32 bytes that only its owner reads; the next one finds it', (t) => {
  const dir = folder(t);
  const first = openKeys(dir);
  const file = path.join(dir, 'master.key');
  t.is(statSync(file).mode & 0o777, 0o600);
  t.is(statSync(dir).mode & 0o777, 0o700);
  t.is(readFileSync(file).length, 32);
  t.deepEqual(openKeys(dir), first);
  t.notDeepEqual(openKeys(`${dir}-2`).master, first.master);
  t.notDeepEqual(Buffer.from(first.master), readFileSync(file), 'what is used is derived, not the file itself');
});

for (const mode of [0o640, 0o604, 0o644, 0o660, 0o620]) {
  test(`a key file of mode ${mode.toString(8)} is refused`, (t) => {
    const dir = folder(t);
    openKeys(dir);
    chmodSync(path.join(dir, 'master.key'), mode);
    const fault = t.throws(() => openKeys(dir), { instanceOf: HubError });
    t.is(fault?.code, 'config');
    t.regex(fault?.message ?? '', /chmod 600/);
  });
}

test('a key of another length is refused, not padded', (t) => {
  const dir = folder(t);
  openKeys(dir);
  writeFileSync(path.join(dir, 'master.key'), Buffer.alloc(31, 1));
  t.is(t.throws(() => openKeys(dir), { instanceOf: HubError })?.code, 'config');
});
