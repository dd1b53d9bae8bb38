// What an operator reads when something cannot be done: which thing, and why.
import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import path from 'node:path';
import test from 'ava';
import { describeFault } from '#src/cli/fault.js';
import { asHubError, HubError } from '#src/errors.js';
import { CLI, run, scratch } from './support.js';

const web = { host: '127.0.0.1', port: 0 };
const discovery = { enabled: false };

async function taken(t: { teardown(clean: () => void): void }): Promise<number> {
  const other = createServer();
  t.teardown(() => void other.close());
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  return (other.address() as { port: number }).port;
}

test.serial('start: a port that another program has is named, a door’s and the page’s', async (t) => {
  const port = await taken(t);
  const { dir, file } = scratch(t);
  const start = (config: object): ReturnType<typeof run> =>
    run(['start', '--config', file('hub.yaml', JSON.stringify({ discovery, ...config })), '--data-dir', path.join(dir, 'data')]);
  const door = await start({ web, listeners: [{ host: '127.0.0.1', port }] });
  t.is(door.code, 2);
  t.is(door.stderr, `hubsieve: door 127.0.0.1:${port}: another program has it (EADDRINUSE)\n`);
  const page = await start({ web: { host: '127.0.0.1', port }, listeners: [] });
  t.is(page.code, 2);
  t.is(page.stderr, `hubsieve: page 127.0.0.1:${port}: another program has it (EADDRINUSE)\n`);
});

test.serial('start and check: every service and purpose that no rule names, each with its line', async (t) => {
  const { dir, file } = scratch(t);
  const config = file(
    'hub.yaml',
    [
      'listeners:',
      '  - { port: 0, service: cosoru }',
      'services:',
      '  cosory: { mode: block }',
      '  cosori:',
      '    purposes:',
      '      custmer_support: off',
    ].join('\n'),
  );
  const lines = [
    `${config}:2:16: listeners[0].service: no rule names this service`,
    `${config}:4:3: services.cosory: no rule names this service`,
    `${config}:7:7: services.cosori.purposes.custmer_support: its declaration has no such purpose`,
  ];
  const checked = await run(['check', '--config', config]);
  t.is(checked.code, 1);
  t.is(checked.stdout, `${lines.join('\n')}\n`);
  const started = await run(['start', '--config', config, '--data-dir', path.join(dir, 'data')]);
  t.is(started.code, 2);
  for (const line of lines) t.true(started.stderr.includes(line), started.stderr);
});

test.serial('start: a data folder that cannot be made says why', async (t) => {
  const { dir, file } = scratch(t);
  file('data', 'a file, not a folder');
  const ran = await run([
    'start',
    '--config',
    file('hub.yaml', JSON.stringify({ web, discovery })),
    '--data-dir',
    path.join(dir, 'data'),
  ]);
  t.is(ran.code, 2);
  t.regex(ran.stderr, /^hubsieve: \S+\/data\/\S+: there is no such directory \(ENOTDIR\)\n$/);
});

test.serial('start: an authority to trust that is not there is named by its whole path, as it was looked for', async (t) => {
  const { dir, file } = scratch(t);
  const config = file('hub.yaml', JSON.stringify({ web, discovery, upstream: { trust: ['extra-ca.pem'] } }));
  const ran = await run(['start', '--config', config, '--data-dir', path.join(dir, 'data')]);
  t.is(ran.code, 2);
  t.is(ran.stderr, `hubsieve: upstream.trust: ${path.resolve('extra-ca.pem')} cannot be read: there is no such file (ENOENT)\n`);
});

test('a fault of the system says file and reason; a config fault without lines says what it is about, not to correct lines', (t) => {
  const full = Object.assign(new Error('ENOSPC: write'), { code: 'ENOSPC', path: '/var/lib/hubsieve/x' });
  t.is(describeFault(full), '/var/lib/hubsieve/x: no space is left on the disk (ENOSPC)');
  t.is(describeFault(new HubError('config', '/data/store: in use by another process')), '/data/store: in use by another process');
  t.regex(describeFault(asHubError(new RangeError('a value'))), /^The hub failed; nothing was sent\. \[RangeError \] Report it/);
  t.notRegex(describeFault(asHubError(new RangeError('a value'))), /a value/);
});

test.serial('a reader that stops early is no fault: matrix | true', async (t) => {
  const child = spawn(process.execPath, [CLI, 'matrix', '--service', 'cosori'], { stdio: ['ignore', 'pipe', 'pipe'] });
  child.stdout.destroy();
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  const code = await new Promise((resolve) => child.on('close', resolve));
  t.is(said, '');
  t.is(code, 0);
});
