// What goes into a package, laid out as dpkg will lay it out: it runs, is the same each time, and says what is in it. Packages themselves
// are built and installed by test/system/package.test.ts.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import test from 'ava';
import { CLI, scratch } from '../cli/support.js';
import { REPORT, SECRETS } from '../e2e/tls-tools.js';

interface Layout {
  readonly tree: string;
  readonly code: string;
  readonly arch: string;
  readonly release: string;
  readonly bom: string;
  readonly epoch: string;
}
interface Tools {
  bundle(out: string): Promise<void>;
  layOut(layout: Layout): void;
  formatBom(about: { release: string; arch: string; epoch: string }): string;
}

const RELEASE = '1.2.3';
/** That of the machine whose Node the package uses itself. */
const PROGRAM = `usr/lib/hubsieve/${RELEASE}`;
const ABOUT = { release: RELEASE, arch: process.arch === 'arm64' ? 'arm64' : 'amd64', epoch: '1700000000' };

async function tools(): Promise<Tools> {
  const load = (name: string): Promise<object> => import(pathToFileURL(path.resolve('tools/package', name)).href);
  const all = await Promise.all(['bundle.mjs', 'layout.mjs', 'contents.mjs'].map(load));
  return Object.assign({}, ...all) as Tools;
}

/** Lays a package out below `dir`; gives the tree. */
async function laidOut(dir: string): Promise<string> {
  const { bundle, layOut, formatBom } = await tools();
  const [tree, code] = [path.join(dir, 'tree'), path.join(dir, 'code')];
  await bundle(code);
  layOut({ ...ABOUT, tree, code, bom: formatBom(ABOUT) });
  return tree;
}

/** Each file's path, mode and content. */
function digest(tree: string): Record<string, string> {
  const files = readdirSync(tree, { recursive: true, encoding: 'utf8' }).filter((f) => statSync(path.join(tree, f)).isFile());
  const sum = (f: string): string =>
    createHash('sha256')
      .update(readFileSync(path.join(tree, f)))
      .digest('hex');
  return Object.fromEntries(files.sort().map((f) => [f, `${statSync(path.join(tree, f)).mode.toString(8)} ${sum(f)}`]));
}

test('the program runs from its folder alone: a message is minimized and the page is there', async (t) => {
  const { dir, file } = scratch(t);
  const tree = await laidOut(dir);
  const arrived: string[] = [];
  const cloud = createServer((request, response) => {
    request.on('data', (bytes: Buffer) => arrived.push(bytes.toString())).on('end', () => response.end('ok'));
  });
  await new Promise<void>((resolve) => cloud.listen(0, '127.0.0.1', resolve));
  t.teardown(() => cloud.close());
  const upstream = `http://127.0.0.1:${(cloud.address() as AddressInfo).port}`;
  const config = file(
    'hub.yaml',
    `listeners: [{ host: 127.0.0.1, port: 0, service: cosori, upstream: "${upstream}" }]\nweb: { port: 0 }\ndiscovery: { enabled: false }\n`,
  );
  const args = [path.join(tree, PROGRAM, 'dist/cli.js'), 'start', '--config', config, '--data-dir', file('data')];
  const hub = spawn(process.execPath, args, { cwd: dir });
  t.teardown(() => hub.kill('SIGKILL'));
  let [door, page] = ['', ''];
  for await (const line of createInterface(hub.stdout)) {
    door = /^ {2}door {4}(\S+)/.exec(line)?.[1] ?? door;
    page = /^ {2}page {4}(\S+)/.exec(line)?.[1] ?? page;
    if (page !== '') break;
  }
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(`http://${door}/cloud/v2/report`, { method: 'POST', headers, body: REPORT });
  t.is(answer.status, 200);
  const text = arrived.join('');
  t.true(text.includes('deviceStatus'));
  for (const secret of SECRETS) t.false(text.includes(secret));
  t.regex(await (await fetch(page)).text(), /<script type="module"/);
});

test('the installed command reads the config that the environment of its script names', (t) => {
  const { file } = scratch(t);
  const env = { ...process.env, HUBSIEVE_CONFIG: file('hub.yaml', 'nonsense: 1\n') };
  const check = (...args: readonly string[]): string =>
    spawnSync(process.execPath, [CLI, 'check', ...args], { env, encoding: 'utf8' }).stdout;
  t.regex(check(), /hub\.yaml:1:1: /);
  t.regex(check('--config', file('other.yaml', '')), /^good: .*other\.yaml\n$/);
});

test('what is read as a file is there: all rules, when it was built, and the verifier of exported logs', async (t) => {
  const tree = await laidOut(scratch(t).dir);
  const read = (...place: readonly string[]): string => readFileSync(path.join(tree, ...place), 'utf8');
  t.deepEqual(JSON.parse(read(PROGRAM, 'dist/build.json')), { builtMs: Number(ABOUT.epoch) * 1000 });
  const rules = readdirSync('rules', { recursive: true, encoding: 'utf8' }).sort();
  t.true(rules.includes('vocabulary.yaml'));
  t.deepEqual(readdirSync(path.join(tree, PROGRAM, 'rules'), { recursive: true, encoding: 'utf8' }).sort(), rules);
  t.is(read('usr/share/doc/hubsieve/docs/verify-log.py'), readFileSync('docs/verify-log.py', 'utf8'));
});

test('laid out twice it is the same, and the units name no folder of a checkout', async (t) => {
  const [one, two] = [await laidOut(scratch(t).dir), await laidOut(scratch(t).dir)];
  t.deepEqual(digest(one), digest(two));
  const units = path.join(one, 'usr/lib/systemd/system');
  t.true(readdirSync(units).length >= 7);
  for (const unit of readdirSync(units)) {
    const text = readFileSync(path.join(units, unit), 'utf8');
    t.notRegex(text, /\/opt\/hubsieve/, unit);
    for (const [, program] of text.matchAll(/^Exec\w+=\+?(\/usr\/lib\/\S+)/gm))
      t.true(existsSync(path.join(one, program!)), program);
  }
  for (const script of ['preinst', 'postinst', 'prerm', 'postrm']) {
    const whole = path.join(one, 'DEBIAN', script);
    t.is(spawnSync('sh', ['-n', whole]).status, 0);
    t.notRegex(readFileSync(whole, 'utf8'), /@[A-Z]+@|\/opt\/hubsieve/);
  }
});

test('the bill of materials names every package that is inside, with its digest, and the licences are there', async (t) => {
  const { formatBom } = await tools();
  const bom = JSON.parse(formatBom(ABOUT)) as { components: { name: string; version: string; hashes?: { content: string }[] }[] };
  const lock = JSON.parse(readFileSync('package-lock.json', 'utf8')) as {
    packages: Record<string, { version: string; dev?: boolean; optional?: boolean }>;
  };
  const inside = Object.entries(lock.packages).filter(([place, { dev, optional }]) => place !== '' && !dev && !optional);
  for (const [place, { version }] of inside) {
    const name = place.slice(place.lastIndexOf('node_modules/') + 'node_modules/'.length);
    t.truthy(
      bom.components.find((c) => c.name === name && c.version === version && /^[0-9a-f]{128}$/.test(c.hashes![0]!.content)),
      name,
    );
  }
  t.true(inside.length > 50);
  t.truthy(bom.components.find((c) => c.name === 'preact'));
});
