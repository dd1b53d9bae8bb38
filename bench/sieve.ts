// The sieve beside `JSON.parse` + delete + `JSON.stringify` of the body alone, in one process, turn by turn: what a device really sends, with
// path, seven headers (two of them tokens, one a fresh trace id), values that differ in each message, sixty kinds of devices in turn, and
// the decisions read. Ratios are what counts: the machine's speed drifts, and both are measured in the same second.
import { parseConfig } from '#src/config.js';
import type { Declaration, FieldRule, Rules } from '#src/model.js';
import { loadRules } from '#src/policy/declaration.js';
import { readRulesDir } from '#src/rules-files.js';
import { Services } from '#src/services/contexts.js';
import { limitsOf } from '#src/services/from-config.js';
import { type Part, sieve } from '#src/sieve.js';

const ROUNDS = 15;
const ROUND_MS = 60;
/** Kinds of devices that report in turn: each has names of its own. */
const KINDS = 60;
const NAMES_TO_DELETE = ['wifiSSID', 'routerMac', 'wifiMac', 'btMac', 'rssi', 'ip'];
const OWN = [
  { category: 'wifi_ssid' as const, value: 'Fjordhaven-Upstairs' },
  { category: 'device_mac' as const, value: '3c:84:6a:0b:91:d2' },
  { category: 'ip_address' as const, value: '198.51.100.23' },
];

function reading(kind: number, n: number): object {
  return {
    deviceStatus: n % 2 ? 'on' : 'standby',
    mode: 'AirFry',
    [`cookSetTemp${kind}`]: 180,
    currentTemp: 140 + (n % 40),
    [`remain${kind}Time`]: 412 - (n % 300),
    fanLevel: n % 5,
    errorCode: 0,
    lidOpen: false,
    history: [21.5 + (n % 7), 22, 22.4],
  };
}

function body(bytes: number, turn: number): Buffer {
  const kind = turn % KINDS;
  const head = {
    traceId: `tr-${1_763_773_200 + turn}`,
    method: 'devicestatus',
    deviceId: `dev-7f3a-${kind}`,
    accountID: '8812345',
    configModule: 'WiFi_AirFryer_CS158',
    firmwareVersion: '1.2.07',
    network: { wifiSSID: 'Guest net of the bench', routerMac: '02:11:22:33:44:55', rssi: -40 - (turn % 40), ip: '192.0.2.17' },
  };
  const status: object[] = [reading(kind, turn)];
  for (let n = 1; JSON.stringify({ ...head, status }).length < bytes; n += Math.max(1, Math.floor(n / 8))) {
    for (let i = 0; i < Math.max(1, Math.floor(n / 8)); i += 1) status.push(reading(kind, turn + n + i));
  }
  return Buffer.from(JSON.stringify({ ...head, status }));
}

/** A request as it comes through the door. */
function request(bytes: Uint8Array, turn: number): Part[] {
  const fresh = `${(turn * 2_654_435_761).toString(16).padStart(12, '0')}-4a1b-${(turn * 40_503).toString(16).padStart(8, '0')}`;
  const fields: [string, string][] = [
    ['User-Agent', 'CS158/1.2.07'],
    ['Accept', '*/*'],
    ['Content-Type', 'application/json'],
    ['Authorization', 'Bearer a8f5f167f44f4964e6c998dee827110c'],
    ['tk', 'dGhpcyBpcyBhIHRva2VuIGZvciB0ZXN0aW5nIG9ubHk'],
    ['Accept-Language', 'en'],
    ['X-Trace-Id', fresh],
  ];
  return [
    { in: 'path', kind: 'bytes', bytes: Buffer.from('/cloud/v2/deviceManaged/report') },
    { in: 'header', kind: 'fields', fields },
    { in: 'body', kind: 'bytes', bytes, mediaType: 'application/json' },
  ];
}

const banned = new Set(NAMES_TO_DELETE);
function parseDeletePrint(bytes: Buffer): Buffer {
  const value: unknown = JSON.parse(bytes.toString('utf8'));
  const visit = (node: unknown): void => {
    if (Array.isArray(node)) for (const n of node) visit(n);
    else if (typeof node === 'object' && node !== null) {
      const object = node as Record<string, unknown>;
      for (const key of Object.keys(object)) {
        if (banned.has(key)) delete object[key];
        else visit(object[key]);
      }
    }
  };
  visit(value);
  return Buffer.from(JSON.stringify(value));
}

function withRules(rules: Rules, count: number): Rules {
  const cosori = rules.services.get('cosori')!;
  const more: FieldRule[] = [...cosori.fields];
  while (more.length < count)
    more.push({
      in: 'body',
      path: `$.bench.group${more.length % 97}.field${more.length}`,
      category: 'device_status',
      source: 'bench',
    });
  const declaration: Declaration = { ...cosori, fields: more.slice(0, count) };
  return { ...rules, services: new Map([...rules.services, ['cosori', declaration]]) };
}

/** Microseconds of one call, the median of the rounds. */
function time(calls: readonly (() => void)[]): number[] {
  const samples = calls.map(() => [] as number[]);
  for (const call of calls) for (let i = 0; i < 50; i += 1) call();
  for (let round = 0; round < ROUNDS; round += 1) {
    calls.forEach((call, which) => {
      const start = performance.now();
      let n = 0;
      while (performance.now() - start < ROUND_MS) {
        call();
        n += 1;
      }
      samples[which]!.push(((performance.now() - start) * 1000) / n);
    });
  }
  return samples.map((s) => s.sort((a, b) => a - b)[Math.floor(s.length / 2)]!);
}

const base = loadRules(await readRulesDir(['rules']));
const config = parseConfig(JSON.stringify({ limits: { body_bytes: 4 * 1024 * 1024, nodes: 500_000 } }), 'bench');
process.stdout.write('size      rules   request µs   body µs   parse+delete+print µs   body ratio\n');
for (const size of [600, 8 * 1024, 128 * 1024, 1024 * 1024]) {
  const bodies = Array.from({ length: size > 100_000 ? 4 : 240 }, (_, turn) => body(size, turn));
  const requests = bodies.map(request);
  for (const count of [5, 5000]) {
    const services = new Services({
      rules: withRules(base, count),
      household: { choices: {}, overrides: [], own: OWN, knownToVendor: () => false },
      master: new Uint8Array(32).fill(1),
      limits: limitsOf(config),
    });
    let turn = 0;
    let read = 0;
    const judge = (parts: readonly Part[]): void => {
      const sieved = sieve(parts, services.context('cosori', 'd-1'));
      if (sieved.error) throw sieved.error;
      read += sieved.decisions.length;
    };
    const next = (): number => {
      turn += 1;
      return turn % bodies.length;
    };
    const [whole, bodyOnly, theirs] = time([
      () => judge(requests[next()]!),
      () => judge(requests[next()]!.slice(-1)),
      () => void parseDeletePrint(bodies[next()]!),
    ]) as [number, number, number];
    const row = [
      String(bodies[0]!.length).padEnd(9),
      String(count).padEnd(7),
      whole.toFixed(1).padStart(10),
      bodyOnly.toFixed(1).padStart(9),
      theirs.toFixed(1).padStart(23),
      (bodyOnly / theirs).toFixed(2).padStart(12),
    ];
    process.stdout.write(`${row.join(' ')}${read === 0 ? ' nothing was decided' : ''}\n`);
  }
}
