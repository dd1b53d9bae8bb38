#!/usr/bin/env node
// household-names.mjs: a household of ordinary names must not stop ordinary messages.
//
//   node tools/household-names.mjs DIR [--verbose]
//
// Sends every *.json below DIR through the built sieve (run from the root after `tsc -b`) twice: for a home that told nothing and for
// one called "Home" with a lamp called "Lamp". Prints how many bodies were refused because of the names, how many came out different,
// and what the second look at the household's names costs. Exit 1 where any was refused.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import { parseConfig } from '../dist/config.js';
import { OwnIdentifiers } from '../dist/own-identifiers/matcher.js';
import { loadRules } from '../dist/policy/declaration.js';
import { readRulesDir } from '../dist/rules-files.js';
import { Services } from '../dist/services/contexts.js';
import { limitsOf } from '../dist/services/from-config.js';
import { sieve } from '../dist/sieve.js';

const ORDINARY = [
  { category: 'wifi_ssid', value: 'Home' },
  { category: 'wifi_ssid', value: 'TP-Link_1234' },
  { category: 'ip_address', value: '192.168.1.2' },
  { category: 'device_name', value: 'Lamp' },
  { category: 'location_precise', value: '55.75,37.61' },
  { category: 'device_mac', value: 'a4:2b:b0:19:2e:f3' },
  { category: 'email', value: 'anna@example.org' },
];
const FUNCTIONAL = [
  {
    mode: 'Home',
    scene: 'home',
    lamp: 'on',
    name: 'Lamp',
    version: '192.168',
    room: 'lamp',
    homeMode: 'at home',
    'TP-Link': 'HS110',
  },
  {
    log: 'Lamp turned on, going home',
    temperature: 37.61,
    humidity: 55.75,
    list: [55.75, 37.61],
    ip: 'dhcp',
    fw: '1.192.168.12',
  },
  { home: { lamp: { state: 'on' } }, list: ['Home', 'Away', 'Night'], total: 19216812, ts: 1763773200123 },
];

const [dir] = process.argv.slice(2).filter((a) => !a.startsWith('--'));
if (dir === undefined) {
  console.error('usage: household-names.mjs DIR [--verbose]');
  process.exit(2);
}
const verbose = process.argv.includes('--verbose');
const config = parseConfig('{"limits":{"body_bytes":4194304}}', 'household-names');
const rules = loadRules(await readRulesDir(['rules']));
const home = (own) =>
  new Services(
    rules,
    { choices: config.services, overrides: [], own, knownToVendor: () => false },
    new Uint8Array(32).fill(7),
    limitsOf(config),
    () => 1,
  );
const homes = { without: home([]), with: home(ORDINARY) };

function files(at) {
  return readdirSync(at).flatMap((name) => {
    const full = path.join(at, name);
    return statSync(full).isDirectory() ? files(full) : name.endsWith('.json') ? [full] : [];
  });
}

const bodies = files(dir).map((name) => [path.relative(dir, name), readFileSync(name)]);
for (const [i, body] of FUNCTIONAL.entries()) bodies.push([`functional ${i + 1}`, Buffer.from(JSON.stringify(body))]);
const tally = { bodies: bodies.length, bytes: 0, refused: 0, changed: 0 };
for (const [name, bytes] of bodies) {
  tally.bytes += bytes.length;
  const [without, ordinary] = [homes.without, homes.with].map((services) =>
    sieve([{ in: 'body', kind: 'bytes', bytes, mediaType: 'application/json' }], services.context('unknown', 'd')),
  );
  if (ordinary.error && !without.error) {
    tally.refused += 1;
    if (verbose) console.log(`refused ${name}: ${ordinary.error.code}`);
  } else if (!ordinary.error && !Buffer.from(ordinary.parts[0].bytes).equals(Buffer.from(without.parts[0].bytes))) {
    tally.changed += 1;
    if (verbose) console.log(`changed ${name}`);
  }
}
const own = new OwnIdentifiers(ORDINARY);
const started = performance.now();
for (const [, bytes] of bodies) own.count(bytes);
const took = performance.now() - started;
console.log(`${tally.bodies} bodies, ${tally.bytes} bytes: refused ${tally.refused}, changed ${tally.changed}`);
console.log(`one last look over all of them: ${took.toFixed(1)} ms, ${(tally.bytes / 1e6 / (took / 1e3)).toFixed(0)} MB/s`);
process.exit(tally.refused === 0 ? 0 : 1);
