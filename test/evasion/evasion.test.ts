// Generated evasion: whatever the dress, what no purpose justifies is not readable in what leaves, by an independent undresser.
// EVASION_RUNS=1000 runs each class that often for each service and home; the seed is fixed, so that a failure comes again.
import test from 'ava';
import fc from 'fast-check';
import { type Sieved, sieve } from '#src/sieve.js';
import { servicesOf } from '../sieve/support.js';
import { nested } from './nested.js';
import { reveals } from './undress.js';
import {
  body,
  codings,
  formatted,
  IP,
  jsonKeys,
  jsonShapes,
  MAC,
  notations,
  PLACE,
  places,
  SSID,
  type Variant,
} from './variants.js';

const RUNS = { numRuns: Number(process.env['EVASION_RUNS'] ?? 60), seed: 20251122 };
const CLASSES: Readonly<Record<string, fc.Arbitrary<Variant>>> = {
  'json keys': jsonKeys,
  'json shapes': jsonShapes,
  notations,
  codings,
  formats: formatted,
  places,
  'two and three dresses, cut and glued': nested,
};
const HOMES = {
  'a home that told its identifiers': {
    config: { household: { ssids: [SSID], macs: [MAC], ips: [IP], coordinates: [PLACE.replace(',', ', ')] } },
  },
  'a home that told nothing': {},
};

function leftOf({ parts }: Sieved): Uint8Array[] {
  return (parts ?? []).map((part) =>
    part.kind === 'bytes' ? part.bytes : Buffer.from(part.fields.map((pair) => pair.join(': ')).join('\r\n')),
  );
}

for (const service of ['unknown', 'cosori']) {
  for (const [home, setting] of Object.entries(HOMES)) {
    for (const [kind, variants] of Object.entries(CLASSES)) {
      if (variants === nested && setting === HOMES['a home that told nothing']) continue; // only the home's own is looked for so far
      test(`${service}, ${home}: nothing is revealed by ${kind}`, (t) => {
        const services = servicesOf(setting);
        fc.assert(
          fc.property(variants, ({ parts, secrets, told, keep }) => {
            fc.pre(!told || home === 'a home that told its identifiers');
            const sieved = sieve(parts, services.context(service, 'd-1'));
            const left = leftOf(sieved);
            if (keep !== undefined && (sieved.error !== undefined || !left.some((bytes) => Buffer.from(bytes).includes(keep))))
              return false;
            return !secrets.some((secret) => left.some((bytes) => reveals(bytes, secret)));
          }),
          RUNS,
        );
        t.pass();
      });
    }
  }
}

const PATHS = [
  '/v1/device/mac/list',
  '/cloud/v2/deviceManaged/bypassV2',
  '/api/wifi/scan',
  '/v1/network/ip/config',
  '/v1/ssid/list',
  '/auth/password/reset',
  '/v1/email/verify',
  '/v1/wifi/password/change',
  '/v1/location/weather',
  '/ble/mac/bind',
  '/psk/rotate',
  '/v1/phone/code',
  '/firmware/latest',
]; // prettier-ignore

test('a path that names sensitive things and carries none leaves as it came, also as a topic', (t) => {
  const services = servicesOf(HOMES['a home that told its identifiers']);
  for (const service of ['unknown', 'cosori']) {
    for (const path of PATHS) {
      for (const [place, text] of [
        ['path', path],
        ['topic', path.slice(1)],
      ] as const) {
        const [out] = leftOf(sieve([{ in: place, kind: 'bytes', bytes: Buffer.from(text) }], services.context(service, 'd-1')));
        t.is(Buffer.from(out ?? []).toString(), text);
      }
    }
  }
});

test('the wildcards of a topic filter stay behind the name of a secret', (t) => {
  const services = servicesOf();
  for (const filter of ['home/+/mac/#', 'home/psk/+', 'ssid/#', '+/wifi/ssid/+']) {
    const [out] = leftOf(sieve([{ in: 'topic', kind: 'bytes', bytes: Buffer.from(filter) }], services.context('unknown', 'd-1')));
    t.is(Buffer.from(out ?? []).toString(), filter);
  }
});

test('a home of ordinary names refuses and changes nothing innocent', (t) => {
  const household = { ssids: ['Home', 'TP-Link_1234'], ips: ['192.168.1.2'], coordinates: ['55.75, 37.61'] };
  const services = servicesOf({ config: { household } });
  const innocent = fc.record({
    scene: fc.constantFrom('Home', 'home', 'Away', 'at home', 'lamp'),
    log: fc.constantFrom('Lamp turned on, going home', 'homeMode on', 'version 192.168', 'Home'),
    lamp: fc.record({
      on: fc.boolean(),
      temperature: fc.constantFrom(37.61, 55.75, 21.5),
      level: fc.integer({ min: 0, max: 100 }),
    }),
    list: fc.constantFrom([55.75, 37.61], ['Home', 'Night'], [192, 168]),
    total: fc.constantFrom(19_216_812, 1234, 5575),
  });
  fc.assert(
    fc.property(innocent, (document) => {
      const text = JSON.stringify(document);
      const [out] = leftOf(sieve(body(text), services.context('unknown', 'd-1')));
      return Buffer.from(out ?? []).toString() === text;
    }),
    RUNS,
  );
  t.pass();
});
