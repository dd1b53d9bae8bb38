import test from 'ava';
import { type Config, type Fault, parseConfig, sampleConfig } from '#src/config.js';
import { HubError } from '#src/errors.js';

function faults(text: string): string[] {
  try {
    parseConfig(text, 'c.yaml');
  } catch (error) {
    if (!(error instanceof HubError) || error.code !== 'config') throw error;
    return (error.cause as Fault[]).map(({ line, column, message }) => `${line}:${column}: ${message}`);
  }
  return [];
}

const CONTRACT = `
listeners:
  - { host: 0.0.0.0, port: 8080 }
  - { host: 127.0.0.1, port: 9001, service: cosori, upstream: "https://smartapi.vesync.com" }
  - { port: 8443, transparent: true }
web: { host: 127.0.0.1, port: 8480 }
upstream: { resolve: { "SmartAPI.vesync.com:443": "127.0.0.1:4443" }, trust: [extra-ca.pem], dns: ["9.9.9.9"] }
household: { ssids: ["Home 5G"], macs: [A42BB0112233], ips: [203.0.113.77], coordinates: ["55.75, 37.61"] }
discovery: { enabled: off }
services: { cosori: { mode: observe, purposes: { customer_support: off, marketing: True } } }
rules: [ extra-rules-dir ]
audit: { retention_days: 7, flush_ms: 0 }
limits: { body_bytes: 2048, inflate_ratio: 10, depth: 32 }
`;

test('the config of the design is read into typed values', (t) => {
  const config = parseConfig(CONTRACT, 'c.yaml');
  t.deepEqual(config.listeners[1], {
    host: '127.0.0.1',
    port: 9001,
    service: 'cosori',
    upstream: { scheme: 'https', host: 'smartapi.vesync.com', port: 443, authority: 'smartapi.vesync.com' },
    transparent: false,
  });
  t.is(config.listeners[2]?.transparent, true);
  t.deepEqual({ ...config.upstream.resolve }, { 'smartapi.vesync.com:443': { address: '127.0.0.1', port: 4443 } });
  t.deepEqual(config.household, {
    emails: [],
    phones: [],
    names: [],
    ssids: ['Home 5G'],
    macs: ['a4:2b:b0:11:22:33'],
    ips: ['203.0.113.77'],
    coordinates: [{ latitude: 55.75, longitude: 37.61 }],
  });
  t.deepEqual({ ...config.services['cosori']?.purposes }, { customer_support: false, marketing: true });
  t.is(config.services['cosori']?.sealed, 'refuse');
  t.is(config.discovery.enabled, false);
  t.is(config.limits.bodyBytes, 2048);
  t.is(config.limits.nodes, 50_000);
  t.is(config.audit.flushMs, 0);
});

test('an empty file, {} and JSON give the defaults', (t) => {
  const defaults: Config = parseConfig('', 'c.yaml');
  t.deepEqual(parseConfig('{}', 'c.json'), defaults);
  t.deepEqual(parseConfig('# nothing\n', 'c.yaml'), defaults);
  t.is(defaults.limits.bodyBytes, 1_048_576);
  t.is(defaults.limits.inflateRatio, 100);
  t.is(defaults.limits.depth, 64);
  t.is(defaults.audit.retentionDays, 30);
  t.deepEqual(defaults.listeners, [], 'no door is open that nobody asked for');
  t.deepEqual(
    parseConfig('{"listeners":[{"port":1,"host":"::1"}],"discovery":{"enabled":"on"}}', 'c.json').listeners[0]?.host,
    '::1',
  );
});

test('the config is frozen to its leaves', (t) => {
  const config = parseConfig(CONTRACT, 'c.yaml');
  for (const part of [
    config,
    config.listeners,
    config.listeners[0],
    config.services['cosori']?.purposes,
    config.upstream.resolve,
  ]) {
    t.true(Object.isFrozen(part));
  }
});

test('the sample config names every key and parses to the defaults', (t) => {
  t.deepEqual(parseConfig(sampleConfig(), 'sample.yaml'), parseConfig('', 'c.yaml'));
  for (const key of ['inflate_ratio:', 'flush_ms:', 'resolve:', 'transparent:', 'networks:', 'sealed:'])
    t.true(sampleConfig().includes(key), key);
});

test('all faults come at once, each with its line and column', (t) => {
  t.deepEqual(
    faults(
      'limits:\n  depht: 3\n  body_bytes: many\naudit: { flush_ms: -1 }\nwebb: {}\nlisteners:\n  - { host: a b, port: 65536 }\n  - {}\n',
    ),
    [
      '2:3: limits.depht: no such key; did you mean depth?',
      '3:15: limits.body_bytes: expected a whole number from 1024 to 1073741824',
      '4:20: audit.flush_ms: expected a whole number from 0 to 60000',
      '5:1: webb: no such key; did you mean web?',
      '7:13: listeners[0].host: expected a host name or an IP address',
      '7:24: listeners[0].port: expected a whole number from 0 to 65535',
      '8:5: listeners[1].port: is missing',
    ],
  );
});

const REFUSED: readonly [string, string][] = [
  ['a switch that is no switch', 'discovery: { enabled: maybe }'],
  ['a number where a switch belongs', 'discovery: { enabled: 1 }'],
  ['an empty value of a single setting', 'web: { port: }'],
  ['an upstream with a path', 'listeners: [{ port: 1, upstream: "https://a.b/c" }]'],
  ['an upstream with userinfo', 'listeners: [{ port: 1, upstream: "https://u@a.b" }]'],
  ['an upstream of another scheme', 'listeners: [{ port: 1, upstream: "ftp://a.b" }]'],
  ['an upstream on port 0', 'listeners: [{ port: 1, upstream: "http://a.b:0" }]'],
  ['a network too wide for its family', 'networks: [10.0.0.0/33]'],
  ['a network in a spelling others read differently', 'networks: [127.1/8]'],
  ['a resolve target that is a name', 'upstream: { resolve: { "a.b:443": "c.d:443" } }'],
  ['a resolve key without port', 'upstream: { resolve: { "a.b": "127.0.0.1:443" } }'],
  ['one resolve key in two spellings', 'upstream: { resolve: { "a.b:443": "127.0.0.1:1", "A.b:443": "127.0.0.1:2" } }'],
  ['a key written twice', 'audit: {}\naudit: {}'],
  ['two documents', 'audit: {}\n---\naudit: {}'],
  ['a list in place of the file', '- a'],
  ['an unknown tag', 'web: !!js/function "x"'],
  ['a broken line', 'web: { host: "127.0.0.1'],
  ['an unknown mode', 'services: { cosori: { mode: relax } }'],
  ['coordinates off the globe', 'household: { coordinates: ["91, 0"] }'],
  ['a prototype as a key', '__proto__: { a: 1 }'],
];
for (const [title, text] of REFUSED) {
  test(`refused: ${title}`, (t) => {
    const found = faults(text);
    t.true(found.length > 0);
    for (const fault of found) t.regex(fault, /^\d+:\d+: ./);
  });
}

test('no fault repeats a value', (t) => {
  for (const fault of faults('household: { macs: [kovalenko-mac], ips: [kovalenko-ip], coordinates: [kovalenko-place] }')) {
    t.false(fault.includes('kovalenko'));
  }
});
