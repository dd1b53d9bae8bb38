import { chmodSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import test from 'ava';
import { KeySpace } from '#src/audit/keys.js';
import { LogReader } from '#src/audit/reader.js';
import { openLevelStore } from '#src/store/level.js';
import type { Store } from '#src/store/store.js';
import { ask, home } from '../hub/support.js';
import { record } from '../net/tools.js';
import { run } from './support.js';

/** The data directory of a hub that judged three messages, one of them refused, and stopped. */
async function filled(t: Parameters<typeof home>[0]): Promise<string> {
  const cloud = await record();
  const place = home(t);
  const hub = await place.start(cloud.port);
  await ask(hub.door, '/report', '{"wifiSSID":"Sunny Corner 5G","currentTemp":178.25}');
  await ask(hub.door, '/report', '{"wifiSSID":"Sunny Corner 5G",');
  await ask(hub.door, '/report', '{"wifiSSID":"Sunny Corner 5G","currentTemp":179.25}');
  hub.child.kill('SIGTERM');
  await hub.ended;
  cloud.close();
  return place.data;
}

test.serial('audit list: newest first, filtered and limited, in sentences or as JSON', async (t) => {
  const data = await filled(t);
  const list = async (...args: string[]): Promise<string[]> => {
    const ran = await run(['audit', 'list', '--data-dir', data, ...args]);
    t.is(ran.code, 0, ran.stderr);
    t.notRegex(ran.stdout, /Sunny|178.25|179.25/);
    return ran.stdout.split('\n').filter((line) => line !== '');
  };
  const entries = (await list('--format', 'json')).map(
    (line) => JSON.parse(line) as { kind: string; verdict?: string; seq: number },
  );
  t.deepEqual(
    entries.map((e) => e.verdict ?? e.kind),
    ['stop', 'forwarded', 'refused', 'forwarded', 'start'],
  ); // prettier-ignore
  t.true(entries.every((e, i) => i === 0 || e.seq < entries[i - 1]!.seq));
  t.is((await list('--verdict', 'refused')).length, 1);
  t.regex((await list('--verdict', 'refused'))[0]!, /malformed/);
  t.is((await list('--limit', '2')).length, 2);
  t.is((await list('--service', 'sens')).length, 0);
  t.is((await list('--since', '2999-01-01')).length, 0);
  t.is((await run(['audit', 'list', '--data-dir', data, '--limit', 'many'])).code, 2);
});

test.serial('audit verify, export and prove: good is 0, what cannot be proved is not', async (t) => {
  const data = await filled(t);
  const verify = (): ReturnType<typeof run> => run(['audit', 'verify', '--data-dir', data]);
  const good = await verify();
  t.is(good.code, 0, good.stdout + good.stderr);
  const exported = await run(['audit', 'export', '--data-dir', data]);
  t.is(exported.code, 0);
  t.true(exported.stdout.length > 500);
  t.notRegex(exported.stdout, /Sunny/);
  const file = path.join(data, 'export.jsonl');
  const key = (JSON.parse(exported.stdout.split('\n')[0]!) as { key: string }).key;
  const check = async (text: string, ...args: string[]): Promise<number | null> => {
    writeFileSync(file, text);
    return (await run(['audit', 'verify', file, ...args])).code;
  };
  t.is(await check(exported.stdout, '--key', key), 0, 'an export proves itself to the key that is given');
  t.is(await check(exported.stdout), 1, 'and to nobody who has none');
  t.is(await check(exported.stdout.replace(/forwarded/, 'observed'), '--key', key), 1);
  t.is(await check(exported.stdout.replace(/"size":(\d+)/, '"size":1$1'), '--key', key), 1, 'nor one that says it holds more');
  t.not(await check('{}\n', '--key', key), 0);
  const notes = exported.stdout.split('\n').filter((line) => line.startsWith('{"checkpoint"'));
  const files = [notes[0], notes.at(-1)].map((line, i) => {
    const note = path.join(data, `note-${i}`);
    writeFileSync(note, (JSON.parse(line!) as { checkpoint: string }).checkpoint);
    return note;
  });
  const consistent = await run(['audit', 'consistency', ...files, '--data-dir', data]);
  t.is(consistent.code, 0, consistent.stderr);
  t.is((await run(['audit', 'consistency', files[0]!, '--data-dir', data])).code, 2, 'with what?');
  const proof = await run(['audit', 'prove', '--seq', '1', '--format', 'json', '--data-dir', data]);
  t.is(proof.code, 0);
  t.truthy(JSON.parse(proof.stdout));
  t.is((await run(['audit', 'prove', '--data-dir', data])).code, 2, 'which record?');
  t.not((await run(['audit', 'prove', '--seq', '99999', '--data-dir', data])).code, 0);
});

test.serial(
  'audit verify: a record that was changed is 1; one that is gone is, against a checkpoint kept elsewhere',
  async (t) => {
    const data = await filled(t);
    const note = path.join(data, 'kept.txt');
    const verify = (...args: string[]): ReturnType<typeof run> => run(['audit', 'verify', '--data-dir', data, ...args]);
    const edit = async (change: (store: Store, leaves: [Buffer, Buffer][]) => Promise<void>): Promise<void> => {
      const store = await openLevelStore({ path: path.join(data, 'store'), flushMs: 0 });
      const leaves: [Buffer, Buffer][] = [];
      for await (const [key, value] of store.iterate(new KeySpace(1).range('e'))) leaves.push([key, value]);
      await change(store, leaves);
      await store.close();
    };
    await edit(async (store) => {
      writeFileSync(note, (await new LogReader(store).lastCheckpoint())?.note ?? '');
    });
    t.is((await verify('--checkpoint', note)).code, 0);
    await edit(async (store, leaves) => {
      const [key, value] = leaves[2]!;
      const changed = Buffer.from(value);
      changed[changed.length - 2] = changed[changed.length - 2] === 0x31 ? 0x32 : 0x31;
      await store.batch([{ type: 'put', key, value: changed }]);
    });
    t.is((await verify()).code, 1);
    t.is((await verify('--checkpoint', note)).code, 1);
  },
);

test.serial('audit: no log yet, no such word, a key that others can read', async (t) => {
  const data = await filled(t);
  t.is((await run(['audit', 'list', '--data-dir', path.join(data, 'nowhere')])).code, 2);
  t.is((await run(['audit', 'erase', '--data-dir', data])).code, 2);
  chmodSync(path.join(data, 'master.key'), 0o644);
  const ran = await run(['audit', 'list', '--data-dir', data]);
  t.is(ran.code, 2);
  t.regex(ran.stderr, /chmod 600/);
});
