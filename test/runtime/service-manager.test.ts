import { spawn } from 'node:child_process';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import test from 'ava';
import { openServiceManager } from '#src/runtime/service-manager.js';
import { scratch } from '../cli/support.js';
import { missingPrograms, programFile } from '../programs.js';

const missing = missingPrograms('perl');
if (missing !== undefined) console.warn(`SKIPPED: what systemd is told: ${missing}`);
const run = missing === undefined ? test : test.skip;

run('systemd is told by the program itself: ready, alive again and again, stopping', async (t) => {
  const socket = scratch(t).file('notify');
  const systemd = spawn(programFile('perl'), ['test/runtime/notified.pl', socket]);
  t.teardown(() => systemd.kill('SIGKILL'));
  const words = createInterface(systemd.stdout)[Symbol.asyncIterator]();
  t.is((await words.next()).value, 'bound');
  const module = pathToFileURL(path.resolve('dist/runtime/service-manager.js')).href;
  const program = `import('${module}').then(({ openServiceManager }) => {
    const manager = openServiceManager(process.env);
    manager.ready('doors: 1');
    process.stdin.on('end', () => { manager.stopping(); manager.failed('two\\nlines'); }).resume();
  })`;
  const env = { ...process.env, NOTIFY_SOCKET: socket, WATCHDOG_USEC: '2000' };
  const child = spawn(programFile('perl'), ['systemd/notify.pl', process.execPath, '-e', program], { env });
  t.teardown(() => child.kill('SIGKILL'));
  t.is((await words.next()).value, 'READY=1|STATUS=doors: 1|WATCHDOG=1');
  t.is((await words.next()).value, 'WATCHDOG=1');
  t.is((await words.next()).value, 'WATCHDOG=1');
  child.stdin.end();
  let word = '';
  while (word !== 'STATUS=two lines') {
    t.regex(word, /^(WATCHDOG=1|STOPPING=1|)$/);
    word = (await words.next()).value as string;
  }
});

run('a program that cannot be started says so', async (t) => {
  const child = spawn(programFile('perl'), ['systemd/notify.pl', '/nowhere/node']);
  const code = await new Promise((resolve) => child.once('close', resolve));
  t.not(code, 0);
});

test('where nobody asks to be told, nothing is', (t) => {
  const manager = openServiceManager({});
  t.notThrows(() => {
    manager.ready('');
    manager.stopping();
  });
});
