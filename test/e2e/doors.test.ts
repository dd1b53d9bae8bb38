// The same disguises at every door: whatever carries a message, what no purpose justifies does not reach the cloud, and the rest does.
import { gzipSync } from 'node:zlib';
import anyTest, { type TestFn } from 'ava';
import { reveals, type Secret } from '../evasion/undress.js';
import { hasOpenssl } from '../net/pki.js';
import { EveryDoor, LANES } from './doors-tools.js';

const test = anyTest as TestFn<{ doors: EveryDoor }>;
if (!hasOpenssl) console.warn('SKIPPED: every door: the openssl command is not there');
const run = hasOpenssl ? test.serial : test.serial.skip;

const SSID = 'Dacha Uplink 24';
const MAC = '3c:84:6a:0b:91:d2';
const SECRETS: readonly Secret[] = [
  { kind: 'text', value: SSID },
  { kind: 'mac', value: MAC },
];

function request(body: string | Buffer, more: readonly string[] = [], target = 'POST /v1/report'): Buffer {
  const bytes = Buffer.from(body);
  const lines = [`${target} HTTP/1.1`, 'Host: panel.test', ...more, `Content-Length: ${bytes.length}`, 'Connection: close'];
  return Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), bytes]);
}
const JSON_TYPE = 'Content-Type: application/json';
const base64 = (text: string): string => Buffer.from(text).toString('base64');

interface Case {
  readonly what: string;
  readonly raw: Buffer;
  /** Must arrive wherever the message does. */
  readonly keep?: readonly string[];
  /** An ordinary message of a device: refusing it is a fault. */
  readonly ordinary?: boolean;
  readonly service?: string;
}

const CASES: readonly Case[] = [
  {
    what: 'a report as devices send it',
    raw: request(JSON.stringify({ deviceStatus: 'on', temp: 143, wifiSSID: SSID, net: { routerMac: MAC, rssi: -61 } }), [
      JSON_TYPE,
    ]),
    keep: ['"deviceStatus":"on"', '143'],
    ordinary: true,
  },
  {
    what: 'a service that needs no status',
    raw: request(JSON.stringify({ order: 4711, hub: { ssid: SSID, mac: MAC } }), [JSON_TYPE]),
    keep: ['4711'],
    ordinary: true,
    service: 'smartthings-kz',
  },
  {
    what: 'an escaped name',
    raw: request(`{"\\u0073\\u0073id":"${SSID}","mode":"eco"}`, [JSON_TYPE]),
    keep: ['eco'],
    ordinary: true,
  },
  {
    what: 'base64 in JSON',
    raw: request(JSON.stringify({ p: base64(JSON.stringify({ bssid: MAC, ssid: SSID })) }), [JSON_TYPE]),
  },
  { what: 'gzip without a label', raw: request(gzipSync(JSON.stringify({ ssid: SSID, bssid: MAC }))) },
  {
    what: 'UTF-16',
    raw: request(Buffer.from(`\ufeff{"ssid":"${SSID}"}`, 'utf16le'), ['Content-Type: application/json; charset=utf-16']),
  },
  {
    what: 'a form',
    raw: request(`net[ssid]=${encodeURIComponent(SSID)}&mode=eco`, ['Content-Type: application/x-www-form-urlencoded']),
  },
  { what: 'six bytes among others', raw: request(Buffer.from(`010203${MAC.replaceAll(':', '')}0909`, 'hex')) },
  { what: 'not quite JSON', raw: request(`{'ssid':'${SSID}',}`, [JSON_TYPE]) },
  { what: 'a header', raw: request('{"a":1}', [JSON_TYPE, `X-Wifi-Ssid: ${SSID}`, `X-Bssid: ${MAC}`]), keep: ['"a":1'] },
  { what: 'a query', raw: request('', [], `GET /v1/state?mode=eco&mac=${encodeURIComponent(MAC)}`), keep: ['eco'] },
  { what: 'a path', raw: request('', [], `PUT /v1/networks/${encodeURIComponent(SSID)}/state`) },
];

test.before(async (t) => {
  if (!hasOpenssl) return;
  t.timeout(120_000);
  t.context.doors = await EveryDoor.open(['cosori', 'smartthings-kz'], JSON.stringify({ ssids: [SSID], macs: [MAC] }));
});

test.after.always(async (t) => {
  await t.context.doors?.close();
});

for (const lane of LANES) {
  run(`${lane}: no disguise brings a secret to the cloud, ordinary messages arrive, every device is answered`, async (t) => {
    t.timeout(120_000);
    for (const { what, raw, keep = [], ordinary = false, service = 'cosori' } of CASES) {
      const { arrived, isForwarded, hangs } = await t.context.doors.carry(lane, service, raw);
      const bytes = Buffer.from(arrived, 'latin1');
      t.false(hangs, `${what}: answered`);
      t.false(
        SECRETS.some((secret) => reveals(bytes, secret)),
        `${what}: hidden`,
      );
      if (ordinary) t.true(isForwarded, `${what}: forwarded`);
      if (isForwarded) for (const kept of keep) t.true(arrived.includes(kept), `${what}: ${kept}`);
    }
  });
}

run('nothing of all that is in what the hub stored or said', async (t) => {
  t.timeout(120_000);
  const kept = await t.context.doors.kept();
  t.true(kept.length > 0);
  for (const secret of [SSID, MAC, MAC.replaceAll(':', '')]) t.false(kept.toLowerCase().includes(secret.toLowerCase()));
});
