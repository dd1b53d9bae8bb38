// Sends every head of a smuggling suite (JSON: `[[name, head], …]`, defparam/smuggler's form) with two bodies through a started hub to a
// recording upstream. Usage: node tools/smuggling-suite.mjs HEADERS.json. The suite stays outside.
// A case passes when as many requests reached the upstream as the device got the upstream's answers, each framed by one plain
// Content-Length. At the end as many must have arrived as the log has forwarded messages: none went that was not judged.
// Prints each case that fails, then `N passed, M failed`. Exit 1 where one failed.
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const CLI = fileURLToPath(new URL('../dist/cli.js', import.meta.url));
/** The hub answers a broken message at once; one that hangs has failed. */
const CASE_MS = 20_000;
const START_MS = 60_000;
/** Only the upstream says this. */
const MARK = 'x-recorded';
const ANSWER = `HTTP/1.1 200 OK\r\n${MARK}: yes\r\nContent-Length: 0\r\n\r\n`;

/** What stands behind the head: a request that one of two readers would take for the next message. */
const SMUGGLED = 'GET /smuggled HTTP/1.1\r\nHost: smuggled.example\r\nX-Ignore: ';
const CHUNK = `${SMUGGLED.length.toString(16)}\r\n`;
const SHAPES = [
  // Read by Transfer-Encoding the body ends at once, and the smuggled request follows.
  { name: 'CL.TE', body: `0\r\n\r\n${SMUGGLED}`, length: SMUGGLED.length + 5 },
  // Read by Content-Length the body is the first line, and the smuggled request follows.
  { name: 'TE.CL', body: `${CHUNK}${SMUGGLED}\r\n0\r\n\r\n`, length: CHUNK.length },
];

/** Every request as a lenient server would find them in the bytes; a framing of another kind is told as a fault. */
class Recorder {
  requests = 0;
  faults = [];
  server = net.createServer((socket) => {
    let pending = '';
    socket.on('error', () => socket.destroy());
    socket.on('data', (chunk) => {
      pending = this.take(pending + chunk.toString('latin1'), socket);
    });
  });

  take(pending, socket) {
    for (;;) {
      const end = pending.indexOf('\r\n\r\n');
      if (end < 0) return pending;
      const head = pending.slice(0, end);
      const lengths = [...head.matchAll(/\r\ncontent-length:[ \t]*(\d+)(?=\r\n|$)/gi)].map(([, digits]) => Number(digits));
      // By any line end, and in any dress: a lenient server may take it for one.
      const names = head.split(/[\r\n]+/).map((line) => line.split(':')[0]);
      const framing = names.filter((name) => /(content|transfer)[^a-z]?(length|encoding)/i.test(name));
      if (framing.length !== lengths.length || lengths.length > 1) this.faults.push('a framing that is not one Content-Length');
      if (pending.length < end + 4 + (lengths[0] ?? 0)) return pending;
      pending = pending.slice(end + 4 + (lengths[0] ?? 0));
      this.requests += 1;
      if (head.startsWith('GET /smuggled')) this.faults.push('the smuggled request');
      socket.write(ANSWER);
    }
  }
}

function listen(server) {
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server.address().port)));
}

async function startHub(dir, upstreamPort) {
  const config = path.join(dir, 'hub.yaml');
  const listener = `{ host: 127.0.0.1, port: 0, upstream: "http://127.0.0.1:${upstreamPort}" }`;
  writeFileSync(config, `listeners: [${listener}]\nweb: { port: 0 }\ndiscovery: { enabled: off }\n`);
  const child = spawn(process.execPath, [CLI, 'start', '--config', config, '--data-dir', path.join(dir, 'data')]);
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (bytes) => (said += bytes));
  const end = Date.now() + START_MS;
  while (!said.includes('page    http') && child.exitCode === null && Date.now() < end)
    await new Promise((r) => setTimeout(r, 10));
  if (!said.includes('page    http')) throw new Error(`the hub did not start: ${said}`);
  return { child, port: Number(/door {4}\S+:(\d+)/.exec(said)[1]) };
}

/** Everything the hub answered; undefined when it neither answered nor closed. */
function exchange(port, bytes) {
  return new Promise((resolve) => {
    let text = '';
    const socket = net.connect({ port, host: '127.0.0.1', allowHalfOpen: true }, () => socket.end(bytes));
    const timer = setTimeout(() => {
      socket.destroy();
      resolve(undefined);
    }, CASE_MS);
    socket.on('data', (chunk) => (text += chunk.toString('latin1')));
    socket.on('error', () => undefined);
    socket.on('close', () => {
      clearTimeout(timer);
      resolve(text);
    });
  });
}

/** Why a case failed; undefined: it passed. */
async function play(head, shape, port, recorder) {
  const fill = { METHOD: 'POST', ENDPOINT: '/case', RANDOM: '1', HOST: 'cloud.example', REPLACE_CL: String(shape.length) };
  const filled = head.replace(/__(METHOD|ENDPOINT|RANDOM|HOST|REPLACE_CL)__/g, (_, name) => fill[name]);
  const before = recorder.requests;
  recorder.faults = [];
  const text = await exchange(port, Buffer.from(`${filled}\r\n${shape.body}`, 'latin1'));
  if (text === undefined) return 'neither answer nor end';
  if (recorder.faults.length > 0) return `upstream got ${recorder.faults[0]}`;
  const arrived = recorder.requests - before;
  const answered = text.split(`${MARK}: yes`).length - 1;
  return arrived === answered ? undefined : `${arrived} requests arrived, ${answered} were answered`;
}

function forwardedByLog(dir) {
  const args = ['audit', 'list', '--format', 'json', '--limit', '1000000', '--data-dir', path.join(dir, 'data')];
  const lines = execFileSync(process.execPath, [CLI, ...args], { encoding: 'utf8', maxBuffer: 1 << 30 }).split('\n');
  const records = lines.filter((line) => line !== '').map((line) => JSON.parse(line));
  const unsent = records.filter(({ kind }) => kind === 'send-failed').length;
  const refused = records.filter(({ verdict }) => verdict === 'refused').length;
  return { forwarded: records.filter(({ verdict }) => verdict === 'forwarded').length - unsent, refused };
}

const cases = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const dir = mkdtempSync(path.join(tmpdir(), 'hubsieve-smuggling-'));
const recorder = new Recorder();
const hub = await startHub(dir, await listen(recorder.server));
let passed = 0;
let failed = 0;
const count = (name, fault) => {
  if (fault === undefined) passed += 1;
  else {
    failed += 1;
    process.stdout.write(`${name}: ${fault}\n`);
  }
};
try {
  for (const [name, head] of cases)
    for (const shape of SHAPES) count(`${name} ${shape.name}`, await play(head, shape, hub.port, recorder));
} finally {
  hub.child.kill('SIGTERM');
  await new Promise((resolve) => hub.child.once('exit', resolve));
}
const { forwarded, refused } = forwardedByLog(dir);
count(
  'the log',
  forwarded === recorder.requests ? undefined : `${recorder.requests} arrived, ${forwarded} were recorded as forwarded`,
);
rmSync(dir, { recursive: true, force: true });
recorder.server.close();
process.stdout.write(`${recorder.requests} requests arrived, ${forwarded} recorded as forwarded, ${refused} refused\n`);
process.stdout.write(`${passed} passed, ${failed} failed\n`);
process.exitCode = failed === 0 ? 0 : 1;
