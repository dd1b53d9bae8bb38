#!/usr/bin/env node
// makers.mjs: makes src/recognize/value/makers/prefixes.ts anew from the IEEE's registry of MAC prefixes.
//
//   node tools/makers.mjs FILE SOURCE > src/recognize/value/makers/prefixes.ts
//
// FILE: the registry of MA-L assignments as the IEEE publishes it (oui.csv; Debian has it in ieee-data), or index.json of the npm package
// oui-data (`npm pack oui-data`, BSD-2-Clause). SOURCE: name, version and date of FILE, for the header. Only the 24-bit prefixes are taken;
// blocks of 28 and 36 bits lie inside prefixes that the IEEE assigned to itself.
import { readFileSync } from 'node:fs';

const [file, source] = process.argv.slice(2);
if (file === undefined || source === undefined) {
  console.error('usage: node tools/makers.mjs FILE SOURCE');
  process.exit(2);
}
const text = readFileSync(file, 'utf8');
const given = file.endsWith('.json')
  ? Object.keys(JSON.parse(text))
  : [...text.matchAll(/^MA-L,([0-9A-F]{6}),/gm)].map((m) => m[1]);
const prefixes = [...new Set(given.filter((one) => /^[0-9A-F]{6}$/i.test(one)).map((one) => one.toLowerCase()))].sort();
if (prefixes.length < 30_000) {
  console.error(`${file} has only ${prefixes.length} prefixes: not the whole registry`);
  process.exit(1);
}
process.stdout.write(`// The first three bytes of MAC addresses that the IEEE has assigned to makers (MA-L), sorted, three bytes each, in base64.
// Source: ${source}; ${prefixes.length} prefixes. Made by tools/makers.mjs, not by hand.

export const PREFIXES =
  '${Buffer.from(prefixes.join(''), 'hex').toString('base64')}';
`);
