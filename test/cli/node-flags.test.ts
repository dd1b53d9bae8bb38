import { readFileSync } from 'node:fs';
import test from 'ava';
import { NODE_FLAGS } from '#src/cli/node-flags.js';

test('npm start and the unit start Node with the flags that were measured', (t) => {
  const command = `node ${NODE_FLAGS.join(' ')} `;
  const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };
  t.true(scripts['start']!.includes(`${command}dist/cli.js start`), scripts['start']);
  const unit = readFileSync('systemd/hubsieve.service', 'utf8');
  t.regex(
    unit,
    new RegExp(
      `^ExecStart=/usr/bin/perl /opt/hubsieve/systemd/notify\\.pl /usr/bin/${command}/opt/hubsieve/dist/cli\\.js start`,
      'm',
    ),
  );
});
