// A store that was damaged, in every place, with a blocked device in front of the hub: no byte of it may reach the cloud.
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test, { type ExecutionContext } from 'ava';
import type { Hub } from '#src/hub.js';
import { record } from '../net/tools.js';
import { ACTOR, place, send } from './support.js';

const FROM = { from: '127.0.0.21' };
const BODY = { deviceStatus: 'on', wifiSSID: 'Sunny Corner 5G' };
const [FORBIDDEN, UNAVAILABLE] = [403, 503];

interface Damage {
  readonly title: string;
  readonly spoil: (dir: string) => void;
}

const storeFile = (dir: string, form: RegExp): string => {
  const name = readdirSync(path.join(dir, 'store'))
    .filter((one) => form.test(one))
    .sort()
    .at(-1);
  if (name === undefined) throw new Error(`no ${form} in the store`);
  return path.join(dir, 'store', name);
};
const flip = (file: string, part: number): void => {
  const bytes = readFileSync(file);
  bytes[Math.floor((bytes.length - 1) * part)]! ^= 0x10;
  writeFileSync(file, bytes);
};
const LOG = /\.log$/;
const TABLE = /\.ldb$/;
const MANIFEST = /^MANIFEST/;

/** What spoils a file `at` its name. */
function* damages(older: string): Generator<Damage> {
  for (const [name, form] of [
    ['write-ahead file', LOG],
    ['table', TABLE],
    ['manifest', MANIFEST],
  ] as const) {
    for (const part of [0, 0.5, 1])
      yield { title: `a bit of the ${name} at ${part}`, spoil: (dir) => flip(storeFile(dir, form), part) };
    yield {
      title: `${name} cut in half`,
      spoil: (dir) => truncateSync(storeFile(dir, form), statSync(storeFile(dir, form)).size >> 1),
    };
    yield { title: `${name} emptied`, spoil: (dir) => truncateSync(storeFile(dir, form), 0) };
    yield { title: `${name} gone`, spoil: (dir) => rmSync(storeFile(dir, form)) };
    yield {
      title: `${name} zeroed from its middle on`,
      spoil: (dir) =>
        writeFileSync(
          storeFile(dir, form),
          readFileSync(storeFile(dir, form)).map((byte, at, all) => (at < all.length / 2 ? byte : 0)),
        ),
    };
  }
  yield {
    title: 'every table gone',
    spoil: (dir) =>
      readdirSync(path.join(dir, 'store'))
        .filter((one) => TABLE.test(one))
        .map((one) => rmSync(path.join(dir, 'store', one))),
  };
  yield { title: 'a bit of CURRENT', spoil: (dir) => flip(path.join(dir, 'store', 'CURRENT'), 0.5) };
  yield { title: 'CURRENT gone', spoil: (dir) => rmSync(path.join(dir, 'store', 'CURRENT')) };
  yield { title: 'the store gone', spoil: (dir) => rmSync(path.join(dir, 'store'), { recursive: true }) };
  yield {
    title: 'the store put back to before the block',
    spoil: (dir) => {
      rmSync(path.join(dir, 'store'), { recursive: true });
      cpSync(path.join(older, 'store'), path.join(dir, 'store'), { recursive: true });
    },
  };
  yield { title: 'the mark flipped', spoil: (dir) => flip(path.join(dir, 'store.mark'), 0.5) };
  yield { title: 'the mark gone', spoil: (dir) => rmSync(path.join(dir, 'store.mark')) };
  yield {
    title: 'store and mark gone',
    spoil: (dir) => ['store', 'store.mark'].map((name) => rmSync(path.join(dir, name), { recursive: true })),
  };
  yield { title: 'the copy flipped', spoil: (dir) => flip(path.join(dir, 'choices.copy'), 0.5) };
  yield { title: 'a bit of the key', spoil: (dir) => flip(path.join(dir, 'master.key'), 0.5) };
  yield { title: 'the key gone', spoil: (dir) => rmSync(path.join(dir, 'master.key')) };
}

/** Data of a hub with a blocked device, its choices in a table, its log in tables and a write-ahead file; and of the same hub before that. */
async function makeData(t: ExecutionContext) {
  const at = await place(t);
  await at.send(BODY, FROM);
  const copies = mkdtempSync(path.join(tmpdir(), 'hubsieve-damaged-'));
  t.teardown(() => rmSync(copies, { recursive: true, force: true }));
  const copy = (name: string): string => {
    const to = path.join(copies, name);
    cpSync(at.dir, to, { recursive: true, filter: (file) => !file.endsWith('.sock') });
    return to;
  };
  await at.restart();
  const older = copy('older');
  const [device] = await at.facade.devices();
  await at.facade.changeDevice(device!.id, { mode: 'block' }, ACTOR);
  await at.restart();
  for (let i = 0; i < 50; i++) await at.send(BODY, FROM);
  const whole = copy('whole');
  const cloud = await record();
  t.teardown(async () => cloud.close());
  return { at, older, whole, copy };
}

test.serial('a blocked device sends nothing, whatever of the store was damaged; and every hub starts', async (t) => {
  t.timeout(600_000);
  const { at, older, whole } = await makeData(t);
  const before = at.cloud.text().length;
  let [blocked, closed] = [0, 0];
  for (const { title, spoil } of damages(older)) {
    const dir = `${whole}-bad`;
    rmSync(dir, { recursive: true, force: true });
    for (const left of readdirSync(path.dirname(dir)))
      if (left.startsWith('whole-bad')) rmSync(path.join(path.dirname(dir), left), { recursive: true });
    cpSync(whole, dir, { recursive: true });
    spoil(dir);
    let hub: Hub;
    try {
      hub = await at.openAt(dir);
    } catch (fault) {
      t.fail(`${title}: ${(fault as Error).message}`);
      continue;
    }
    const statuses = [await send(hub.doors[0]!.port, BODY, FROM), await send(hub.doors[0]!.port, BODY, { from: '127.0.0.22' })];
    const state = await hub.facade.storeState();
    const isClosed = state.closed !== undefined;
    t.deepEqual(statuses, isClosed ? [UNAVAILABLE, UNAVAILABLE] : [FORBIDDEN, 200], title);
    if (isClosed) closed += 1;
    else blocked += 1;
    await hub.close();
  }
  const more = at.cloud.text().slice(before);
  t.is(more.split('POST ').length - 1, blocked, 'only the other device was heard, and only where the hub was open');
  t.false(more.includes('Sunny'));
  t.log(`${blocked + closed} places: ${blocked} with the block standing, ${closed} closed until recovered`);
});

test.serial('a closed hub is opened again from its own copy, from a backup, or anew; and says which', async (t) => {
  t.timeout(120_000);
  const { at, whole, copy } = await makeData(t);
  const backup = await at.facade.backup();
  for (const [from, statuses, said] of [
    [{ from: 'copy' }, [FORBIDDEN, 200], 'recovered_copy'],
    [{ from: 'backup', text: backup }, [FORBIDDEN, 200], 'recovered_backup'],
    [{ from: 'anew' }, [200, 200], 'recovered_anew'],
  ] as const) {
    const dir = path.join(path.dirname(whole), `closed-${from.from}`);
    cpSync(whole, dir, { recursive: true });
    rmSync(path.join(dir, 'store'), { recursive: true });
    let hub = await at.openAt(dir);
    t.like(await hub.facade.storeState(), { closed: 'missing', expected: 1, copyVersion: 1 });
    await t.throwsAsync(hub.facade.changeDevice('d-00000000', { mode: 'enforce' }, ACTOR), { code: 'not_found' });
    await t.throwsAsync(hub.facade.setRetentionDays(7, ACTOR), { code: 'closed' });
    await hub.facade.recover(from, ACTOR);
    for (const again of [false, true]) {
      if (again) {
        await hub.close();
        hub = await at.openAt(dir);
      }
      const both = [await send(hub.doors[0]!.port, BODY, FROM), await send(hub.doors[0]!.port, BODY, { from: '127.0.0.22' })];
      t.deepEqual(both, [...statuses], `${from.from}${again ? ', after a restart' : ''}`);
    }
    const records = await hub.facade.records({ kind: 'switch' }, 1);
    t.like(records[0]!, { what: 'setting', value: said, channel: 'web' });
    t.is((await hub.facade.storeState()).closed, undefined);
    await t.throwsAsync(hub.facade.recover({ from: 'anew' }, ACTOR), { code: 'config' });
    await hub.close();
    rmSync(dir, { recursive: true });
  }
  t.true(existsSync(copy('left')));
});

test.serial('choices made before this start are there after a kill at any moment: no ordinary end closes a hub', async (t) => {
  t.timeout(120_000);
  const { at, copy } = await makeData(t);
  const [device] = await at.facade.devices();
  for (let i = 0; i < 12; i++) {
    await at.facade.changeDevice(device!.id, { name: `Name ${i}` }, ACTOR);
    for (let n = 0; n < i; n++) await at.send(BODY, FROM);
    const dir = copy(`killed-${i}`); // as it stands on disk right now: what a kill leaves
    const hub = await at.openAt(dir);
    const state = await hub.facade.storeState();
    t.deepEqual([state.closed, state.damaged, state.continued], [undefined, [], undefined]);
    t.is((await hub.facade.devices()).find(({ id }) => id === device!.id)?.name, `Name ${i}`);
    t.true((await hub.facade.verifyLog()).ok);
    await hub.close();
  }
});
