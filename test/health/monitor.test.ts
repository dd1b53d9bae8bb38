import { mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test, { type ExecutionContext } from 'ava';
import type { AuditRecord } from '#src/audit/record.js';
import { parseConfig } from '#src/config.js';
import { Monitor } from '#src/health/monitor.js';
import { sentenceOf } from '#src/health/words.js';
import { watchHealth } from '#src/hub/watch-health.js';
import { readGateState } from '#src/runtime/gate-state.js';
import { FAULTS, type HubFault } from '#src/web/facade.js';

function folder(t: ExecutionContext): string {
  const dir = mkdtempSync(path.join(tmpdir(), 'hubsieve-health-'));
  t.teardown(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

const CLOSED = 'gate closed\ndoor loaded\nroutes 1 1\nlink br-lan\ndevice 02:00:5e:77:00:20\n';

test('what changes is told once, and a source that fails hides no other', async (t) => {
  const told: string[][] = [];
  const said: string[] = [];
  const monitor = new Monitor({
    onChange: (now) => told.push(now.map(({ fault }) => fault)),
    say: (line) => said.push(line),
    everyMs: 3_600_000,
  });
  t.teardown(() => monitor.close());
  let faults: HubFault[] = [];
  monitor.add(() => faults);
  monitor.add(() => Promise.reject(new Error('no')));
  t.deepEqual(await monitor.look(), []);
  faults = [{ fault: 'clock' }];
  t.deepEqual(await monitor.look(), faults);
  t.deepEqual(await monitor.look(), faults);
  faults = [];
  t.deepEqual(await monitor.recent(), [{ fault: 'clock' }], 'what the page asks again at once is not looked at again');
  await monitor.look();
  t.deepEqual(told, [['clock'], []]);
  t.is(said[0], 'the hub cannot tell how well it is: internal');
});

test('when devices begin to go round the hub, that is recorded once, said, and told to the page', async (t) => {
  const dir = folder(t);
  const records: AuditRecord[] = [];
  const said: string[] = [];
  let changes = 0;
  const monitor = watchHealth({
    config: parseConfig('listeners: [{ port: 8443, transparent: true }]', 'hub.yaml'),
    dataDir: dir,
    certsDir: path.join(dir, 'certs'),
    home: { seesNeighbours: async () => true },
    closed: () => undefined,
    state: { damaged: [], continued: undefined },
    now: Date.now,
    log: {
      append: async (record) => records.push(record),
    },
    onChange: () => {
      changes += 1;
    },
    say: (line) => said.push(line),
    gateDir: dir,
  });
  t.teardown(() => monitor.close());
  const state = async (text: string): Promise<string[]> => {
    writeFileSync(path.join(dir, 'state'), text);
    return (await monitor.look()).map(({ fault }) => fault);
  };
  t.deepEqual(await state(CLOSED), []);
  t.deepEqual(await state(CLOSED.replace('closed', 'open')), ['gate_open']);
  t.deepEqual(await state(`${CLOSED.replace('closed', 'open')}through 02:00:5e:77:00:20\n`), ['gate_open', 'let_through']);
  t.deepEqual(await state(CLOSED), []);
  t.deepEqual(
    records.map((record) => record.kind === 'alarm' && record.error),
    ['gone_round'],
  );
  t.regex(said[0]!, /gate: OPEN/);
  t.is(said.at(-1), 'the hub finds nothing wrong any more');
  t.is(changes, 3);
});

test('a gate’s state that nobody has written for a minute, or that is no state, is not believed', (t) => {
  const dir = folder(t);
  t.is(readGateState(Date.now(), dir), 'none');
  const file = path.join(dir, 'state');
  writeFileSync(file, CLOSED);
  t.like(readGateState(Date.now(), dir), { gate: 'closed', door: true, devices: ['02:00:5e:77:00:20'] });
  utimesSync(file, 0, Date.now() / 1000 - 90);
  t.is(readGateState(Date.now(), dir), 'stale');
  writeFileSync(file, 'gate ajar\n');
  t.is(readGateState(Date.now(), dir), 'stale');
});

test('every fault has its sentence for the console, and words in both languages for the page', (t) => {
  const words = readFileSync('src/web/ui/text/health.ts', 'utf8');
  for (const fault of FAULTS) {
    t.true(sentenceOf({ fault }).length > 20, fault);
    t.regex(words, new RegExp(`^  fault_${fault}: \\{\\s+en: [\\s\\S]{20,}?\\s+ru: [\\s\\S]{20,}?\\s+\\},$`, 'm'), fault);
  }
});
