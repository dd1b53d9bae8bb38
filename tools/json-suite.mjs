#!/usr/bin/env node
// json-suite.mjs DIR: runs the built JSON reader over the files of nst/JSONTestSuite's `test_parsing` folder.
//
// y_ must be accepted and come back byte for byte, n_ must be refused, and each i_ must be answered as docs/formats.md says.
// Last line: 'N passed, M failed'; exit 1 when one failed.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { readJson } from '../dist/payload/json.js';

/** The choice for each class of `i_` files (docs/formats.md); the first pattern that matches counts. */
const CHOICES = [
  [/^i_number_/, 'accept'], // literals are kept as they stand; no range is lost
  [/^i_(object_key|string)_.*(surrogate|inverted)/i, 'refuse'], // no UTF-8 form
  [/^i_string_utf-?16/i, 'refuse'], // RFC 8259 8.1: UTF-8
  [/^i_string_/, 'refuse'], // the rest: not UTF-8
  [/^i_structure_500_nested_arrays/, 'refuse'], // deeper than the default of limits.depth
  [/^i_structure_UTF-8_BOM/, 'refuse'], // RFC 8259 8.1: no byte order mark
];
const LIMITS = { bodyBytes: 1 << 20, inflateRatio: 100, depth: 64, nodes: 50_000, layers: 8 };

function wanted(name) {
  if (name.startsWith('y_')) return 'accept';
  if (name.startsWith('n_')) return 'refuse';
  return CHOICES.find(([pattern]) => pattern.test(name))?.[1];
}

function got(bytes) {
  try {
    return Buffer.compare(readJson(bytes, LIMITS).write(), bytes) === 0 ? 'accept' : 'change';
  } catch (error) {
    return error.name === 'HubError' && error.code !== 'internal' ? 'refuse' : `crash (${error.name})`;
  }
}

const folder = process.argv[2];
if (folder === undefined) {
  console.error('usage: node tools/json-suite.mjs DIR   (a checkout of nst/JSONTestSuite: its test_parsing folder)');
  process.exit(2);
}
let passed = 0;
let failed = 0;
for (const name of readdirSync(folder).filter((file) => file.endsWith('.json'))) {
  const want = wanted(name);
  const answer = got(readFileSync(path.join(folder, name)));
  if (answer === want) passed++;
  else {
    failed++;
    console.log(`${name}: wanted ${want}, got ${answer}`);
  }
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
