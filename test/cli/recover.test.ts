// `hubsieve recover`, with a running hub and without.
import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import test from 'ava';
import { ask, home } from '../hub/support.js';
import { record } from '../net/tools.js';
import { run } from './support.js';

test.serial('a hub whose store is lost starts closed, says so, and is opened by the command', async (t) => {
  t.timeout(180_000);
  const cloud = await record();
  t.teardown(async () => cloud.close());
  const place = home(t);
  const tell = (...args: string[]) => run([...args, '--data-dir', place.data]);
  const lose = () => rmSync(path.join(place.data, 'store'), { recursive: true });
  let hub = await place.start(cloud.port);
  const stop = async (): Promise<void> => {
    hub.child.kill('SIGTERM');
    await hub.ended;
  };
  t.is((await tell('recover')).code, 0, 'nothing is to be recovered');
  t.is((await tell('known', '127.0.0.1')).code, 0);
  await stop();

  lose();
  t.regex(
    (await tell('doctor', '--config', path.join(place.dir, 'hub.yaml'))).stdout,
    /^bad {2}choices: damaged or missing.*\(missing\)$/m,
  );
  hub = await place.start(cloud.port);
  t.regex(hub.said(), /goes on from log 1, which was cut, put back or damaged/);
  const refused = await ask(hub.door, '/report', '{"deviceStatus":"on"}');
  t.is(refused.status, 503);
  t.regex(refused.text, /"code":"closed"/);
  t.is(cloud.text(), '');
  t.is((await tell('known', '127.0.0.1')).code, 2, 'nothing can be chosen meanwhile');
  const recovered = await tell('recover');
  t.is(recovered.code, 0, recovered.stderr);
  t.regex(recovered.stdout, /the choices are missing .*\nrecovered from the hub’s own copy/);
  t.is((await ask(hub.door, '/report', '{"deviceStatus":"on"}')).status, 200);
  const verified = await tell('audit', 'verify');
  t.is(verified.code, 0, verified.stdout + verified.stderr);
  t.regex(verified.stdout, /this log goes on from log 1/);
  t.is((await tell('audit', 'verify', '--log', '1')).code, 2, 'nothing is left of it');
  const [listed = ''] = (await tell('audit', 'list', '--verdict', 'refused')).stdout.split('\n');
  t.regex(listed, /refused \(closed\)/);
  t.is((await tell('audit', 'prove', '--format', 'json', '--seq', listed.split(' ')[0]!)).code, 0);
  await stop();

  lose();
  rmSync(path.join(place.data, 'choices.copy'));
  const none = await tell('recover');
  t.is(none.code, 1);
  t.regex(none.stderr, /no copy .*recover --backup FILE, or recover --anew/);
  const file = path.join(place.dir, 'backup.json');
  writeFileSync(file, '{"format":"something else"}');
  t.is((await tell('recover', '--backup', file)).code, 2);
  t.is((await tell('recover', '--anew')).code, 0);
  t.is((await tell('recover')).code, 0, 'nothing is to be recovered');
  hub = await place.start(cloud.port);
  t.is((await ask(hub.door, '/report', '{"deviceStatus":"on"}')).status, 200);
  await stop();
});
