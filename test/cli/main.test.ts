import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { Script } from 'node:vm';
import test from 'ava';
import { CLI, run } from './support.js';

const { version, engines } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string; engines: { node: string } };

test('--help and -h say what there is; behind a command, what it takes', async (t) => {
  const { code, stdout } = await run(['--help']);
  t.is(code, 0);
  t.regex(stdout, /^ {2}start \[--config F\]/m);
  t.deepEqual(await run(['-h']), { code, stdout, stderr: '' });
  const one = await run(['start', '--help']);
  t.is(one.code, 0);
  t.regex(one.stdout, /^hubsieve start \[--config F\]/);
});

test('--version says which hubsieve it is', async (t) => {
  t.deepEqual(await run(['--version']), { code: 0, stdout: `hubsieve ${version}\n`, stderr: '' });
});

test('a Node that is too old says so, and which one is wanted', (t) => {
  for (const old of ['20.18.3', '8.17.0']) {
    const older = `data:text/javascript,Object.defineProperty(process.versions, 'node', { value: '${old}' })`;
    const { status, stderr } = spawnSync(process.execPath, ['--import', older, CLI, 'help'], { encoding: 'utf8' });
    t.is(status, 2);
    t.true(
      stderr.startsWith(`hubsieve: needs Node ${engines.node.replace(/^>=(\d+\.\d+).*/, '$1')} or later; this is ${old} (`),
      stderr,
    );
  }
});

test('the first file is none that only a module could be: Node before 12 reads it as a script', (t) => {
  const text = readFileSync(CLI, 'utf8').replace(/^#!.*|\/\*[\s\S]*?\*\/|\/\/.*|'return import.*'/gm, '');
  t.notThrows(() => new Script(text));
  // What Node 4 to 8 cannot read either.
  t.notRegex(text, /\bimport\b|\basync\b|\.\.\.|\?\.|\?\?|\*\*|catch \{\s|\blet\b/);
});
