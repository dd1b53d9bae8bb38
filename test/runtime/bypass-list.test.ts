import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test from 'ava';
import { LET_THROUGH_FILE, LetThrough } from '#src/runtime/bypass-list.js';

function folder(t: { teardown(clean: () => void): void }): string {
  const dir = mkdtempSync(path.join(tmpdir(), 'hubsieve-open-'));
  t.teardown(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

test('the list has the MACs of devices that are let through, and of none that is blocked or paused', (t) => {
  const dataDir = folder(t);
  const file = path.join(dataDir, LET_THROUGH_FILE);
  let nowMs = 1_000;
  const chosen: Record<string, object> = {
    open: { onFailure: 'open' },
    blocked: { onFailure: 'open', blocked: true },
    paused: { onFailure: 'open', paused: { untilMs: 2_000 } },
    nameless: { onFailure: 'open' },
    closed: { onFailure: 'closed' },
  };
  const devices = ['open', 'blocked', 'paused', 'closed', 'untold'].map((label, i) => ({ label, mac: `02:00:5e:77:00:0${i}` }));
  const list = new LetThrough({
    dataDir,
    devices: () => [...devices, { label: 'nameless' }],
    chosen: (label) => chosen[label] ?? {},
    now: () => nowMs,
    say: (line) => t.fail(line),
  });
  t.teardown(() => list.close());
  t.is(readFileSync(file, 'utf8'), '02:00:5e:77:00:00\n');
  t.is(statSync(file).mode & 0o777, 0o600);
  nowMs = 3_000;
  list.update();
  t.is(readFileSync(file, 'utf8'), '02:00:5e:77:00:00\n02:00:5e:77:00:02\n');
  chosen['open'] = { onFailure: 'closed' };
  chosen['paused'] = {};
  list.update();
  t.is(readFileSync(file, 'utf8'), '');
});

test('the script takes nothing of the list but MAC addresses, opens only after a failure, and closes', (t) => {
  const dir = folder(t);
  const said = path.join(dir, 'said');
  const list = path.join(dir, 'list');
  writeFileSync(path.join(dir, 'nft'), `#!/bin/sh\nprintf '%s|' "$@" >> ${said}\nprintf '\\n' >> ${said}\n`);
  chmodSync(path.join(dir, 'nft'), 0o755);
  const mac = '02:00:5e:77:00:20';
  writeFileSync(
    list,
    `${mac}\n${mac} } ; flush ruleset\n$(touch ${dir}/made)\n\`touch ${dir}/made\`\n02:00:5E:77:00:21\n; flush ruleset\n${mac}0\n`,
  );
  const run = (result: string, ...args: string[]): string[] => {
    rmSync(said, { force: true });
    const env = { ...process.env, PATH: `${dir}:${process.env['PATH']}`, SERVICE_RESULT: result };
    t.is(spawnSync('systemd/let-through.sh', args, { env }).status, 0);
    return readFileSync(said, 'utf8').trim().split('\n').slice(1); // behind the question whether there is such a set
  };
  t.deepEqual(run('signal', 'open', list), [`add|element|inet|hubsieve|let_through|{ ${mac} }|`]);
  t.deepEqual(run('success', 'open', list), []);
  t.deepEqual(run('exit-code', 'open', path.join(dir, 'none')), []);
  t.deepEqual(run('', 'close'), ['flush|set|inet|hubsieve|let_through|']);
  t.false(existsSync(path.join(dir, 'made')));
});
