import { readFileSync, statSync } from 'node:fs';
import { gunzipSync, gzipSync } from 'node:zlib';
import test from 'ava';
import type { Report } from '#src/model.js';
import { run, scratch } from './support.js';

const MESSAGE = '{"wifiSSID":"Sunny Corner 5G","routerMac":"00:00:5e:00:53:10","deviceStatus":"on","currentTemp":178}';
const OUT = '{"deviceStatus":"on","currentTemp":178}';

test.serial('sieve: the minimized message on standard output, exit 0, nothing on standard error', async (t) => {
  const { dir } = scratch(t);
  const ran = await run(['sieve', '--service', 'cosori', '--type', 'application/json', '--data-dir', dir], MESSAGE);
  t.deepEqual(ran, { code: 0, stdout: OUT, stderr: '' });
});

test.serial(
  'sieve: what is refused leaves nothing on standard output; the reason is on standard error, without values; exit 1',
  async (t) => {
    const { dir, file } = scratch(t);
    const report = file('report.json');
    for (const [args, input, code] of [
      [['--type', 'application/json'], '{"wifiSSID":"Sunny Corner 5G",', 'malformed'],
      [['--type', 'application/octet-stream'], '\u0001Sunny Corner 5G', 'unreadable_format'],
      [['--encoding', 'zstd'], 'Sunny Corner 5G', 'unknown_coding'],
      [['--config', file('block.yaml', 'services: { cosori: { mode: block } }\n')], MESSAGE, 'blocked'],
    ] as const) {
      const ran = await run(['sieve', '--service', 'cosori', '--data-dir', dir, '--report', report, ...args], input);
      t.is(ran.code, 1, code);
      t.is(ran.stdout, '', code);
      t.regex(ran.stderr, new RegExp(`^refused: ${code}: \\S`));
      t.notRegex(ran.stderr, /Sunny/);
      const written = JSON.parse(readFileSync(report, 'utf8')) as Report;
      t.like(written, { service: 'cosori', verdict: 'refused', error: { code }, bytesOut: 0 });
      t.notRegex(JSON.stringify(written), /Sunny/);
    }
  },
);

test.serial('sieve: --report holds the contract’s members and no others, for itself and for each decision', async (t) => {
  const { dir, file } = scratch(t);
  const at = file('report.json');
  const body = MESSAGE.replace('{', '{"mode":"a","mode":"b",');
  await run(['sieve', '--service', 'cosori', '--data-dir', dir, '--report', at], body);
  const text = readFileSync(at, 'utf8');
  const report = JSON.parse(text) as Report;
  t.deepEqual(Object.keys(report).sort(), ['bytesIn', 'bytesOut', 'decisions', 'direction', 'ruleset', 'service', 'verdict']);
  t.like(report, { service: 'cosori', direction: 'up', verdict: 'forwarded', bytesIn: body.length });
  t.regex(report.ruleset, /^sha256:[0-9a-f]{64}$/);
  const why = { kind: 'purpose', purpose: 'device_control', clause: '2.1.4' } as const;
  const status = { in: 'body', category: 'device_status', by: 'profile', action: 'keep', reason: why } as const;
  const network = { in: 'body', by: 'profile', action: 'drop', reason: { kind: 'no-purpose' } } as const;
  t.deepEqual(report.decisions as unknown, [
    { ...status, path: "$['mode']" },
    { ...status, path: "$['mode']", occurrence: 2 },
    { ...network, path: "$['wifiSSID']", category: 'wifi_ssid' },
    { ...network, path: "$['routerMac']", category: 'router_mac' },
    { ...status, path: "$['deviceStatus']" },
    { ...status, path: "$['currentTemp']" },
  ]);
  t.notRegex(text, /Sunny|53:10|178/);
  t.is(statSync(at).mode & 0o077, 0, 'others may not read a report');
});

test.serial('sieve: a rehearsal says so, and its decisions are those of enforcing', async (t) => {
  const { dir, file } = scratch(t);
  const at = file('report.json');
  const config = file('c.yaml', 'services: { cosori: { mode: observe } }\n');
  const ran = await run(['sieve', '--service', 'cosori', '--data-dir', dir, '--config', config, '--report', at], MESSAGE);
  t.deepEqual([ran.code, ran.stdout], [0, MESSAGE]);
  const report = JSON.parse(readFileSync(at, 'utf8')) as Report;
  t.is(report.verdict, 'observed');
  t.deepEqual(
    report.decisions.map((d) => d.action),
    ['drop', 'drop', 'keep', 'keep'],
  ); // prettier-ignore
});

test.serial('sieve: a coded body comes back in its coding; what comes down is not gated', async (t) => {
  const { dir } = scratch(t);
  const common = ['sieve', '--service', 'cosori', '--data-dir', dir] as const;
  const { spawnSync } = await import('node:child_process');
  const { CLI } = await import('./support.js');
  const coded = spawnSync(process.execPath, [CLI, ...common, '--encoding', 'gzip'], { input: gzipSync(MESSAGE) });
  t.is(gunzipSync(coded.stdout).toString(), OUT);
  const down = await run([...common, '--direction', 'down'], 'not json at all');
  t.deepEqual(down, { code: 0, stdout: 'not json at all', stderr: '' });
});

test.serial('sieve: what cannot be done exits 2 and names no value', async (t) => {
  const { dir, file } = scratch(t);
  for (const [args, says] of [
    [['sieve'], /--service is missing/],
    [['sieve', '--service', 'nobody'], /no rule names the service nobody/],
    [['sieve', '--service', 'cosori', '--direction', 'sideways'], /--direction is one of up, down/],
    [['sieve', '--service', 'cosori', '--colour', 'red'], /--colour/],
    [['sieve', '--service', 'cosori', '--config', file('none.yaml')], /cannot be read/],
    [
      ['sieve', '--service', 'cosori', '--config', file('bad.yaml', 'services: { cosori: { mode: loud } }\n')],
      /bad\.yaml:1:\d+: /,
    ],
    [['fly'], /no command 'fly'/],
  ] as const) {
    const ran = await run([...args, ...(args[0] === 'sieve' ? ['--data-dir', dir] : [])], MESSAGE);
    t.is(ran.code, 2, ran.stderr);
    t.is(ran.stdout, '');
    t.regex(ran.stderr, says);
    t.notRegex(ran.stderr, /Sunny/);
  }
});

test.serial('sieve: the key of the data directory is used, so that its stand-ins are the hub’s', async (t) => {
  const { dir, file } = scratch(t);
  const { openKeys } = await import('#src/runtime/install-keys.js');
  openKeys(dir);
  const body = '{"serial":"SN20431187K"}';
  const [a, b] = [
    await run(['sieve', '--service', 'connect', '--data-dir', dir], body),
    await run(['sieve', '--service', 'connect', '--data-dir', dir], body),
  ]; // prettier-ignore
  t.is(a.stdout, b.stdout);
  t.notRegex(a.stdout, /20431187/);
  const other = await run(['sieve', '--service', 'connect', '--data-dir', file('elsewhere')], body);
  t.not(other.stdout, a.stdout);
});
