// Heads that two readers could frame differently, of our own making, through the same tool that plays the published suite.
import { spawnSync } from 'node:child_process';
import test from 'ava';
import { scratch } from '../cli/support.js';

const head = (lines: string): string => `__METHOD__ __ENDPOINT__?cb=__RANDOM__ HTTP/1.1\r\n${lines}`;
const LENGTH = 'Content-Length: __REPLACE_CL__\r\n';
const HOST = 'Host: __HOST__\r\n';
const CASES: readonly (readonly [string, string])[] = [
  ['one length, well-formed', head(`${HOST}${LENGTH}`)],
  ['chunked and a length', head(`${HOST}Transfer-Encoding: chunked\r\n${LENGTH}`)],
  ['a name in other letters', head(`${HOST}Transfer_Encoding: chunked\r\n${LENGTH}`)],
  ['a tab before the colon', head(`${HOST}Transfer-Encoding\t: chunked\r\n${LENGTH}`)],
  ['a folded line', head(`${HOST}Transfer-Encoding:\r\n chunked\r\n${LENGTH}`)],
  ['a bare line feed', head(`${HOST}X: x\nTransfer-Encoding: chunked\r\n${LENGTH}`)],
  ['two codings', head(`${HOST}Transfer-Encoding: identity, chunked\r\n${LENGTH}`)],
  ['an unknown coding', head(`${HOST}Transfer-Encoding: xchunked\r\n${LENGTH}`)],
  ['two lengths', head(`${HOST}Content-Length: 0\r\n${LENGTH}`)],
  ['a length with a sign', head(`${HOST}Content-Length: +__REPLACE_CL__\r\n`)],
  ['a coding hidden in a value', head(`${HOST}X: x Transfer-Encoding: chunked\r\n${LENGTH}`)],
];

test('of heads that two readers frame differently, as many requests arrive as were recorded, and none that was not judged', (t) => {
  t.timeout(120_000);
  const file = scratch(t).file('heads.json', JSON.stringify(CASES));
  const { status, stdout, stderr } = spawnSync(process.execPath, ['tools/smuggling-suite.mjs', file], { encoding: 'utf8' });
  t.is(status, 0, `${stdout}${stderr}`);
  // Two bodies each and the log. Only the well-formed heads arrive; behind the shorter length follows garbage, which is refused.
  t.regex(stdout, /\n23 passed, 0 failed\n$/);
  const arrived = Number(/^(\d+) requests arrived/m.exec(stdout)?.[1]);
  t.true(arrived >= 2, 'what is well-formed arrives: the tool sees requests');
});
