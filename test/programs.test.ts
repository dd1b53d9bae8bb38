import path from 'node:path';
import test from 'ava';
import { programFile, SYSTEM_ENV } from './programs.js';

test('a program is the file of its Debian package, whatever npm puts on the path under its name', (t) => {
  // npm's `nft` stood on the path of every npm script, so Debian's was never installed on a machine without it.
  t.true((process.env['PATH'] ?? '').includes('node_modules'), 'these tests are run by npm');
  for (const program of [
    'chromium',
    'debootstrap',
    'dnsmasq',
    'ip',
    'mosquitto',
    'nft',
    'openssl',
    'perl',
    'prlimit',
    'python3',
  ] as const)
    t.true(['/usr/bin', '/usr/sbin'].includes(path.dirname(programFile(program))), program);
  t.false(SYSTEM_ENV.PATH.includes('node_modules'));
});
