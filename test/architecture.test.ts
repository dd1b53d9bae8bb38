import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import test from 'ava';

/** Which rooms a room may import, beside itself (DESIGN section 2). `*`: all. */
const TABLE: Readonly<Record<string, readonly string[] | '*'>> = {
  model: [],
  errors: [],
  stopwatch: [],
  shipped: [],
  version: ['shipped'],
  text: [],
  payload: [],
  action: [],
  'own-identifiers': ['text'],
  recognize: ['text', 'own-identifiers', 'payload'],
  policy: ['payload', 'action', 'recognize'],
  sieve: ['text', 'own-identifiers', 'recognize', 'payload', 'action', 'policy'],
  protocol: [],
  store: [],
  audit: ['store'],
  household: ['store', 'shipped'],
  config: [],
  net: ['protocol', 'store'],
  services: ['sieve', 'recognize', 'own-identifiers', 'policy', 'action', 'config', 'rules-files', 'store'],
  message: ['services', 'sieve', 'own-identifiers', 'policy', 'payload', 'protocol', 'audit'],
  restore: ['payload', 'protocol', 'household', 'stopwatch'],
  workers: ['shipped', 'message', 'restore', 'services', 'sieve', 'own-identifiers', 'household', 'protocol', 'stopwatch'],
  health: ['config', 'net', 'protocol', 'runtime', 'services', 'web'],
  activity: ['message', 'audit', 'household', 'store', 'protocol', 'web'],
  runtime: [
    'shipped',
    'message',
    'services',
    'policy',
    'recognize',
    'own-identifiers',
    'household',
    'audit',
    'config',
    'store',
    'net',
    'web',
  ],
  doors: ['runtime', 'message', 'restore', 'services', 'net', 'protocol', 'household', 'audit', 'config', 'store'],
  web: ['policy', 'audit', 'household', 'config', 'shipped'],
  facade: [
    'activity',
    'runtime',
    'message',
    'services',
    'sieve',
    'audit',
    'household',
    'config',
    'net',
    'protocol',
    'store',
    'web',
  ],
  'rules-files': ['policy', 'recognize', 'shipped'],
  hub: '*',
  cli: '*',
};
/** Every room may import these. */
const GROUND = ['model', 'errors'];
/** Rooms that import no socket, file, clock or randomness: these come in as arguments. */
const PURE = ['model', 'errors', 'text', 'payload', 'action', 'own-identifiers', 'recognize', 'policy', 'sieve', 'protocol'];
const IMPURE_MODULES =
  /^node:(fs|net|tls|http|https|http2|dgram|dns|child_process|os|cluster|worker_threads|timers|process)(\/|$)/;
const IMPURE_CALLS =
  /\b(Date\.now|new Date\(\)|performance\.now|Math\.random|randomBytes|randomUUID|randomInt|setTimeout|setInterval|process\.(env|argv|cwd|hrtime))\b/;
/** Packages that one file alone imports. */
const ONE_IMPORTER = ['express', 'http-proxy-middleware', 'node-forge', 'level', 'mdns'];

const files = readdirSync('src', { recursive: true, encoding: 'utf8' })
  .filter((f) => /\.tsx?$/.test(f) && !f.startsWith(path.join('web', 'ui')))
  .map((f) => f.split(path.sep).join('/'));
const text = new Map(files.map((f) => [f, readFileSync(path.join('src', f), 'utf8')]));

function specifiers(source: string): string[] {
  return [
    ...source.matchAll(/(?:^|\n)\s*(?:import|export)\b[^;]*?from\s*'([^']+)'|import\('([^']+)'\)|\n?import\s+'([^']+)'/g),
  ].map((m) => m[1] ?? m[2] ?? m[3]!);
}

function local(file: string): string[] {
  return specifiers(text.get(file)!)
    .filter((s) => s.startsWith('.'))
    .map((s) => path.posix.join(path.posix.dirname(file), s).replace(/\.js$/, '.ts'));
}

const roomOf = (file: string): string => file.replace(/\.tsx?$/, '').split('/')[0]!;
/** Files of the top level that belong to a room in the table by another name. */
const room = (file: string): string => {
  const name = roomOf(file);
  return name in TABLE ? name : 'hub';
};

test('every file stands in a room of the table, and imports only downwards', (t) => {
  const wrong: string[] = [];
  for (const file of files) {
    const allowed = TABLE[room(file)]!;
    if (allowed === '*') continue;
    for (const to of local(file)) {
      const target = room(to);
      if (target !== room(file) && !GROUND.includes(target) && !allowed.includes(target)) wrong.push(`${file} imports ${to}`);
    }
  }
  t.deepEqual(wrong, []);
  t.true(files.length > 20);
});

test('no import cycle', (t) => {
  const done = new Set<string>();
  const cycles: string[] = [];
  const visit = (file: string, trail: readonly string[]): void => {
    if (trail.includes(file)) {
      cycles.push([...trail.slice(trail.indexOf(file)), file].join(' -> '));
      return;
    }
    if (done.has(file)) return;
    for (const to of local(file)) if (text.has(to)) visit(to, [...trail, file]);
    done.add(file);
  };
  for (const file of files) visit(file, []);
  t.deepEqual(cycles, []);
});

test('rooms on the way of the data take no socket, file, clock or randomness of their own', (t) => {
  const wrong: string[] = [];
  for (const file of files.filter((f) => PURE.includes(room(f)))) {
    const code = text.get(file)!.replace(/\/\*[\s\S]*?\*\/|\/\/[^\n]*/g, '');
    for (const s of specifiers(text.get(file)!)) if (IMPURE_MODULES.test(s)) wrong.push(`${file} imports ${s}`);
    const call = IMPURE_CALLS.exec(code);
    if (call) wrong.push(`${file} calls ${call[0]}`);
  }
  t.deepEqual(wrong, []);
});

test('express, http-proxy-middleware, node-forge, level and mdns have one importer each at most', (t) => {
  for (const name of ONE_IMPORTER) {
    const importers = files.filter((f) => specifiers(text.get(f)!).some((s) => s === name || s.startsWith(`${name}/`)));
    t.true(importers.length <= 1, `${name}: ${importers.join(', ')}`);
  }
});
