#!/usr/bin/env node
// corpus-wrapped.mjs: real payloads in other formats through a running build, beside the same payloads as plain JSON.
//
//   node tools/corpus-wrapped.mjs DIR [--only json,cbor,…] [--limit N]
//
// DIR holds `labels.jsonl` and `payloads/` (for each file: paths whose values must be gone, and paths that must survive). Run from the
// root after the build. Prints, for each wrapping, how many secrets leaked, what share survived and how many bodies were refused.
// The encoders here are small and written for this check alone, so that no fault is shared with the readers they test.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import zlib from 'node:zlib';

const args = process.argv.slice(2);
const option = (name) => (args.includes(name) ? args[args.indexOf(name) + 1] : undefined);
const dir = args[0];
if (dir === undefined || dir.startsWith('--')) {
  console.error('usage: corpus-wrapped.mjs DIR [--only json,cbor,…] [--limit N]');
  process.exit(2);
}
const utf8 = (text) => Buffer.from(text, 'utf8');
const double = (head, value) => {
  const bytes = Buffer.alloc(9);
  bytes[0] = head;
  bytes.writeDoubleBE(value, 1);
  return bytes;
};
const sized = (head, size, length) => {
  const bytes = Buffer.alloc(1 + size);
  bytes[0] = head;
  bytes.writeUIntBE(length, 1, size);
  return bytes;
};

function cbor(value) {
  const head = (major, n) => {
    if (n < 24) return Buffer.from([(major << 5) | n]);
    return n < 256 ? sized((major << 5) | 24, 1, n) : n < 65536 ? sized((major << 5) | 25, 2, n) : sized((major << 5) | 26, 4, n);
  };
  if (value === null) return Buffer.from([0xf6]);
  if (typeof value === 'boolean') return Buffer.from([value ? 0xf5 : 0xf4]);
  if (typeof value === 'string') return Buffer.concat([head(3, utf8(value).length), utf8(value)]);
  if (typeof value === 'number') {
    if (!Number.isInteger(value) || Math.abs(value) > 0xffffffff || Object.is(value, -0)) return double(0xfb, value);
    return value < 0 ? head(1, -1 - value) : head(0, value);
  }
  if (Array.isArray(value)) return Buffer.concat([head(4, value.length), ...value.map(cbor)]);
  const members = Object.entries(value);
  return Buffer.concat([head(5, members.length), ...members.flatMap(([k, v]) => [cbor(k), cbor(v)])]);
}

function msgpack(value) {
  const counted = (n, fix, most, head16) =>
    n <= most ? Buffer.from([fix | n]) : n < 65536 ? sized(head16, 2, n) : sized(head16 + 1, 4, n);
  if (value === null) return Buffer.from([0xc0]);
  if (typeof value === 'boolean') return Buffer.from([value ? 0xc3 : 0xc2]);
  if (typeof value === 'string') {
    const bytes = utf8(value);
    return Buffer.concat([counted(bytes.length, 0xa0, 31, 0xda), bytes]);
  }
  if (typeof value === 'number') {
    if (!Number.isInteger(value) || value > 0xffffffff || value < -0x80000000 || Object.is(value, -0)) return double(0xcb, value);
    if (value >= 0) return value < 128 ? Buffer.from([value]) : sized(0xce, 4, value);
    const bytes = Buffer.alloc(5);
    bytes[0] = 0xd2;
    bytes.writeInt32BE(value, 1);
    return bytes;
  }
  if (Array.isArray(value)) return Buffer.concat([counted(value.length, 0x90, 15, 0xdc), ...value.map(msgpack)]);
  const members = Object.entries(value);
  return Buffer.concat([counted(members.length, 0x80, 15, 0xde), ...members.flatMap(([k, v]) => [msgpack(k), msgpack(v)])]);
}

function readCbor(bytes) {
  let at = 0;
  const item = () => {
    const first = bytes[at++];
    const [major, info] = [first >> 5, first & 31];
    let n = info;
    if (major === 7) {
      if (info === 27) return bytes.readDoubleBE((at += 8) - 8);
      if (info === 26) return bytes.readFloatBE((at += 4) - 4);
      return { 20: false, 21: true, 22: null }[info];
    }
    if (info === 27) n = Number(bytes.readBigUInt64BE((at += 8) - 8));
    else if (info >= 24) n = bytes.readUIntBE((at += 1 << (info - 24)) - (1 << (info - 24)), 1 << (info - 24));
    if (major === 0) return n;
    if (major === 1) return -1 - n;
    if (major <= 3) return bytes.toString('utf8', (at += n) - n, at);
    if (major === 4) return Array.from({ length: n }, item);
    return Object.fromEntries(Array.from({ length: n }, () => [item(), item()]));
  };
  return item();
}

function readMsgpack(bytes) {
  let at = 0;
  const text = (n) => bytes.toString('utf8', (at += n) - n, at);
  const list = (n) => Array.from({ length: n }, item);
  const map = (n) => Object.fromEntries(Array.from({ length: n }, () => [item(), item()]));
  const size = (n) => bytes.readUIntBE((at += n) - n, n);
  function item() {
    const b = bytes[at++];
    if (b < 0x80) return b;
    if (b < 0x90) return map(b & 15);
    if (b < 0xa0) return list(b & 15);
    if (b < 0xc0) return text(b & 31);
    if (b >= 0xe0) return b - 256;
    switch (b) {
      case 0xc0:
        return null;
      case 0xc2:
        return false;
      case 0xc3:
        return true;
      case 0xcb:
        return bytes.readDoubleBE((at += 8) - 8);
      case 0xcc:
        return size(1);
      case 0xcd:
        return size(2);
      case 0xce:
        return size(4);
      case 0xd0:
        return bytes.readInt8((at += 1) - 1);
      case 0xd1:
        return bytes.readInt16BE((at += 2) - 2);
      case 0xd2:
        return bytes.readInt32BE((at += 4) - 4);
      case 0xd9:
        return text(size(1));
      case 0xda:
        return text(size(2));
      case 0xdb:
        return text(size(4));
      case 0xdc:
        return list(size(2));
      case 0xdd:
        return list(size(4));
      case 0xde:
        return map(size(2));
      case 0xdf:
        return map(size(4));
      default:
        throw new Error(`msgpack ${b}`);
    }
  } // prettier-ignore
  return item();
}

const BOUNDARY = 'wrapped-7f3a';
const json = (bytes) => JSON.parse(bytes.toString('utf8'));
/** Each: the label, the body for a document and its bytes, and the document in what left. */
const WRAPPINGS = {
  json: ['application/json', (_doc, raw) => raw, json],
  gzip: [
    'application/json',
    (_doc, raw) => zlib.gzipSync(raw),
    (bytes) => json(zlib.gunzipSync(bytes)),
    { 'content-encoding': 'gzip' },
  ],
  'hidden gzip': ['application/json', (_doc, raw) => zlib.gzipSync(raw), (bytes) => json(zlib.gunzipSync(bytes))],
  cbor: ['application/cbor', (doc) => cbor(doc), readCbor],
  msgpack: ['application/msgpack', (doc) => msgpack(doc), readMsgpack],
  form: [
    'application/x-www-form-urlencoded',
    (_doc, raw) => utf8(`source=device&data=${encodeURIComponent(raw.toString('utf8'))}`),
    (bytes) => JSON.parse(new URLSearchParams(bytes.toString('utf8')).get('data')),
  ],
  multipart: [
    `multipart/form-data; boundary=${BOUNDARY}`,
    (_doc, raw) =>
      Buffer.concat([
        utf8(`--${BOUNDARY}\r\nContent-Disposition: form-data; name="data"\r\nContent-Type: application/json\r\n\r\n`),
        raw,
        utf8(`\r\n--${BOUNDARY}--\r\n`),
      ]),
    (bytes) => JSON.parse(/\r\n\r\n([\s\S]*)\r\n--/.exec(bytes.toString('utf8'))[1]),
  ],
  'base64 in json': [
    'application/json',
    (_doc, raw) => utf8(JSON.stringify({ payload: raw.toString('base64') })),
    (bytes) => JSON.parse(Buffer.from(json(bytes).payload, 'base64').toString('utf8')),
  ],
  'text in json': [
    'application/json',
    (_doc, raw) => utf8(JSON.stringify({ payload: raw.toString('utf8') })),
    (bytes) => JSON.parse(json(bytes).payload),
  ],
};

function valuesAt(document, steps) {
  let current = [document];
  for (const step of steps) {
    current = current.flatMap((d) => {
      if (d === null || typeof d !== 'object') return [];
      if (Array.isArray(d)) return step === '*' ? d : [];
      return Object.hasOwn(d, step) ? [d[step]] : [];
    });
  }
  return current.filter((v) => v === null || typeof v !== 'object');
}

const bare = (text) => text.toLowerCase().replace(/[:-]/g, '');
let received;
const upstream = http.createServer((request, response) => {
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', () => {
    received = Buffer.concat(chunks);
    response.end('{"code":0}');
  });
});
await new Promise((resolve) => upstream.listen(0, '127.0.0.1', resolve));
const freePort = () =>
  new Promise((resolve) => {
    const server = net.createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
const [door, web] = [await freePort(), await freePort()];
const home = mkdtempSync(path.join(os.tmpdir(), 'wrapped-'));
const config = {
  listeners: [{ host: '127.0.0.1', port: door, upstream: `http://127.0.0.1:${upstream.address().port}` }],
  web: { host: '127.0.0.1', port: web },
  discovery: { enabled: false },
  limits: { body_bytes: 4194304 },
};
writeFileSync(path.join(home, 'config.yaml'), JSON.stringify(config));
/** A hub that has learned nothing yet: what one wrapping gave away would be known in the next. */
async function startHub(name) {
  const data = path.join(home, name.replaceAll(' ', '-'));
  const child = spawn(
    process.execPath,
    ['dist/cli.js', 'start', '--config', path.join(home, 'config.yaml'), '--data-dir', data],
    {
      stdio: 'ignore',
    },
  );
  const isReady = () =>
    fetch(`http://127.0.0.1:${web}/api/v1/health`).then(
      (r) => r.ok,
      () => false,
    ); // prettier-ignore
  for (let i = 0; i < 300; i += 1) {
    if (await isReady()) return child;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('the hub did not become ready');
}

const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
const post = (vendor, type, bytes, more = {}) =>
  new Promise((resolve) => {
    const headers = {
      'content-type': type,
      'content-length': bytes.length,
      host: `api.${vendor.replaceAll('_', '-')}.test`,
      ...more,
    };
    const request = http.request(
      { port: door, host: '127.0.0.1', method: 'POST', path: `/telemetry/${vendor}`, agent, headers },
      (r) => {
        r.resume();
        r.on('end', resolve);
      },
    );
    request.on('error', resolve);
    request.end(bytes);
  });

const entries = readFileSync(path.join(dir, 'labels.jsonl'), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line))
  .slice(0, Number(option('--limit') ?? 1e9)); // prettier-ignore
const wanted = option('--only')?.split(',') ?? Object.keys(WRAPPINGS);
let bad = false;
for (const name of wanted) {
  const [type, wrap, unwrap, more] = WRAPPINGS[name];
  const hub = await startHub(name);
  const tally = { gone: 0, leaked: 0, survive: 0, lost: 0, refused: 0, unreadable: 0 };
  for (const entry of entries) {
    const raw = readFileSync(path.join(dir, entry.file));
    const before = json(raw);
    received = undefined;
    await post(entry.file.split('/')[1], type, wrap(before, raw), more);
    let after;
    if (received === undefined) tally.refused += 1;
    else {
      try {
        after = unwrap(received);
      } catch {
        tally.unreadable += 1; // counted: nothing of it survived
      }
    }
    const text = `${received?.toString('latin1') ?? ''} ${after === undefined ? '' : JSON.stringify(after)}`.toLowerCase();
    for (const { path: steps, category } of entry.gone) {
      for (const value of new Set(
        valuesAt(before, steps)
          .map(String)
          .filter((v) => v.length >= 4),
      )) {
        tally.gone += 1;
        const found = text.includes(value.toLowerCase()) || (category.endsWith('_mac') && bare(text).includes(bare(value)));
        if (found) tally.leaked += 1;
      }
    }
    for (const steps of entry.survive) {
      const was = valuesAt(before, steps);
      if (was.length === 0) continue;
      tally.survive += 1;
      if (JSON.stringify(was) !== JSON.stringify(after === undefined ? [] : valuesAt(after, steps))) tally.lost += 1;
    }
  }
  hub.kill('SIGTERM');
  await new Promise((resolve) => hub.on('exit', resolve));
  bad ||= tally.leaked > 0 || tally.refused > 0;
  const survival = (100 * (1 - tally.lost / tally.survive)).toFixed(2);
  console.log(
    `${name.padEnd(15)} leaks ${tally.leaked} of ${tally.gone}; survival ${survival} %; refused ${tally.refused} of ${entries.length}; unreadable ${tally.unreadable}`,
  );
}
upstream.close();
agent.destroy();
rmSync(home, { recursive: true, force: true });
process.exit(bad ? 1 : 0);
