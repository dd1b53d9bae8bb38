// (b)–(e): what is needed passes byte for byte; every leaf has its decision; the same comes of the same; a fault closes.

import test from 'ava';
import fc from 'fast-check';
import { HubError } from '#src/errors.js';
import type { PolicyView } from '#src/policy/decide.js';
import { DecisionLists } from '#src/sieve/decision-lists.js';
import { FieldMemory } from '#src/sieve/field-memory.js';
import { type SieveContext, sieve } from '#src/sieve.js';
import {
  FUNCTIONAL_NAMES,
  functionalValue,
  Literal,
  MASTER,
  Members,
  NORMALIZED_PATH,
  pathsOf,
  servicesOf,
  sieveBody,
  spaced,
} from './support.js';

const RUNS = { numRuns: 300 };

const { tree: functional } = fc.letrec<{ tree: Members; node: unknown }>((tie) => ({
  tree: fc.array(fc.tuple(fc.constantFrom(...FUNCTIONAL_NAMES), tie('node')), { maxLength: 5 }).map((list) => new Members(list)),
  node: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    functionalValue,
    fc.constantFrom([], [true, false], ['on', 'off', 'auto'], [new Literal('21.5'), new Literal('0'), new Literal('1.0')]),
    tie('tree'),
  ),
}));

for (const service of ['cosori', 'connect', 'smartcp', 'sens', 'unknown']) {
  test(`${service}: a document of functional fields only comes out byte for byte`, (t) => {
    const services = servicesOf();
    fc.assert(
      fc.property(functional, fc.constantFrom('', ' ', '\n\t', '\r\n '), (document, space) => {
        const body = spaced(document, space);
        return sieveBody(body, service, services).text === body;
      }),
      RUNS,
    );
    t.pass();
  });
}

/** A path as RFC 9535 section 2.7 writes it. */
function segment(name: string | number): string {
  if (typeof name === 'number') return `[${name}]`;
  const short: Readonly<Record<string, string>> = {
    "'": "\\'",
    '\\': '\\\\',
    '\b': '\\b',
    '\f': '\\f',
    '\n': '\\n',
    '\r': '\\r',
    '\t': '\\t',
  }; // prettier-ignore
  const escaped = [...name].map((c) => short[c] ?? (c < ' ' ? `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}` : c));
  return `['${escaped.join('')}']`;
}

/** Each leaf with how many members of its name came before it in its object. */
function leaves(value: unknown, path = '$', occurrence = 1): { path: string; occurrence: number }[] {
  if (Array.isArray(value)) return value.flatMap((v, i) => leaves(v, path + segment(i)));
  if (!(value instanceof Members)) return [{ path, occurrence }];
  const seen = new Map<string, number>();
  return value.list.flatMap(([name, v]) => {
    seen.set(name, (seen.get(name) ?? 0) + 1);
    return leaves(v, path + segment(name), seen.get(name));
  });
}

const anyName = fc.oneof(
  fc.constantFrom(
    'ssid',
    'mac',
    'wifiSSID',
    'rssi',
    'token',
    'email',
    'deviceId',
    'mode',
    "it's",
    'a\\b',
    'tab\t',
    'nul\u0000',
    'ключ',
    '',
    '$',
    '@',
  ),
  fc.string({ maxLength: 3 }), // longer ones below a network's name are taken for the name itself
); // prettier-ignore
const anyLeaf = fc.oneof(
  functionalValue,
  fc.constantFrom('Sunny Corner 5G', 'a4:c1:38:7f:02:d9', '198.51.100.7', 'anna@example.org', 'tasmota-1A2B3C', 'kettle'),
  fc.integer({ min: -200, max: 100_000 }),
);
const { tree: anything } = fc.letrec<{ tree: Members; node: unknown }>((tie) => ({
  tree: fc.array(fc.tuple(anyName, tie('node')), { maxLength: 5 }).map((list) => new Members(list)),
  node: fc.oneof({ depthSize: 'small' }, anyLeaf, fc.array(tie('tree'), { maxLength: 3 }), tie('tree')),
}));

/** Whether `path` is `full` but for steps that stand as `['<category:n>']`. */
function isLabelled(path: string, full: string): boolean {
  const steps = (text: string): string[] => text.match(/\['(?:[^'\\]|\\.)*'\]|\[\d+\]/g) ?? [];
  const [told, real] = [steps(path), steps(full)];
  return told.length === real.length && told.every((step, i) => step === real[i] || /^\['<[a-z_]+:\d+>'\]$/.test(step));
}

for (const service of ['cosori', 'unknown']) {
  test(`${service}: every leaf has exactly one decision, in document order, under its normalized path`, (t) => {
    const services = servicesOf();
    fc.assert(
      fc.property(anything, (document) => {
        const { decisions } = sieveBody(spaced(document, ''), service, services);
        t.true(
          pathsOf(decisions).every((path) => NORMALIZED_PATH.test(path)),
          pathsOf(decisions).join(' '),
        );
        const expected = leaves(document).map((leaf) => leaf.path);
        const paths = pathsOf(decisions);
        t.is(paths.length, expected.length);
        // A name that is itself a value stands as its category and number.
        t.deepEqual(
          paths.map((path, i) => (isLabelled(path, expected[i]!) ? expected[i] : path)),
          expected,
        );
      }),
      RUNS,
    );
  });
}

test('a member that repeats a name says which it is', (t) => {
  const services = servicesOf();
  fc.assert(
    fc.property(fc.array(fc.constantFrom('mode', 'ssid', 'rssi'), { maxLength: 8 }), (list) => {
      const document = new Members(list.map((name, i) => [name, i]));
      const { decisions } = sieveBody(spaced(document, ''), 'unknown', services);
      t.deepEqual(
        decisions.map(({ path, occurrence = 1 }) => ({ path, occurrence })),
        leaves(document),
      );
    }),
    RUNS,
  );
});

test('the same input gives the same output and decisions, with a fresh memory and with a used one', (t) => {
  const used = servicesOf();
  fc.assert(
    fc.property(anything, (document) => {
      const body = spaced(document, '');
      const [a, b, c] = [servicesOf(), used, used].map((services) => sieveBody(body, 'unknown', services));
      t.is(a!.text, b!.text);
      t.is(b!.text, c!.text);
      t.deepEqual(a!.decisions, b!.decisions);
    }),
    { numRuns: 12 }, // each with services of its own, which take their time to make,
  );
});

test('a stand-in differs from service to service, epoch to epoch and home to home, and not within one', (t) => {
  const body = '{"serial":"SN20431187K"}';
  const ways = [
    sieveBody(body, 'connect', servicesOf()).text,
    sieveBody(body, 'unknown', servicesOf()).text,
    sieveBody(body, 'connect', servicesOf({ epoch: 2 })).text,
    sieveBody(body, 'connect', servicesOf({ master: new Uint8Array(32).fill(8) })).text,
  ];
  t.is(new Set(ways).size, ways.length);
  t.false(ways.includes(body));
  t.is(sieveBody(body, 'connect', servicesOf()).text, ways[0]);
  const twice = JSON.parse(sieveBody('{"serial":"SN20431187K","a":{"sn":"SN20431187K"}}', 'connect').text!) as {
    serial: string;
    a: { sn: string };
  }; // prettier-ignore
  t.is(twice.serial, twice.a.sn, 'joins inside one service still work');
});

// ── faults ──

const BODY = '{"ssid":"Sunny Corner 5G","serial":"SN20431187K","msg":"peer a4:c1:38:7f:02:d9","mode":"auto"}';
const part = { in: 'body', kind: 'bytes', bytes: Buffer.from(BODY), mediaType: 'application/json' } as const;
const FAULTS: readonly unknown[] = [new Error(BODY), new HubError('internal'), new RangeError('x'), 'a string', undefined];

const base = servicesOf({ master: MASTER }).context('unknown', 'd-1');

/** A context whose every callback counts its calls and throws at the `nth`. */
function failing(nth: number, fault: unknown): { context: SieveContext; reached: () => boolean } {
  let calls = 0;
  const tick = (): void => {
    calls += 1;
    if (calls === nth) throw fault;
  };
  const real = base.memory.rules.policyAt('body', false);
  const policy: PolicyView = {
    justification: (category) => {
      tick();
      return real.justification(category);
    },
    without: (category) => {
      tick();
      return real.without(category);
    },
    declared: false,
    hasFieldMap: false,
    blocked: false,
  };
  const keyring = {
    mac: (label: string, data: string) => {
      tick();
      return base.keyring.mac(label, data);
    },
  };
  const memory = new FieldMemory({ ...base.memory.rules, policyAt: () => policy });
  return { context: { ...base, memory, lists: new DecisionLists(), keyring }, reached: () => calls >= nth };
}

test('whatever throws, wherever it throws: the message is refused and none of its bytes are in the answer', (t) => {
  let failed = 0;
  for (let nth = 1; nth < 60; nth += 1) {
    for (const fault of FAULTS) {
      const { context, reached } = failing(nth, fault);
      const { parts, error, decisions, pseudonyms } = sieve([part], context);
      if (!reached()) continue;
      failed += 1;
      t.is(parts, undefined);
      t.is(error?.code, 'internal');
      t.deepEqual(pseudonyms, []);
      t.false(/Sunny|2043|a4:c1/.test(JSON.stringify([decisions, error?.message, error?.where, error?.hint])));
    }
  }
  t.true(failed > 20, 'the faults were reached');
});

test('what cannot be read is refused with its code, and never passes', (t) => {
  const context = { ...base, limits: { ...base.limits, depth: 4, nodes: 50, bodyBytes: 2000 } };
  const refused: Readonly<Record<string, readonly [Uint8Array, string, string?]>> = {
    malformed: [Buffer.from('{"a":1'), 'application/json'],
    too_deep: [Buffer.from('[[[[[[1]]]]]]'), 'application/json'],
    too_many_fields: [Buffer.from(`[${'1,'.repeat(80)}1]`), 'application/json'],
    too_large: [Buffer.alloc(3000, 0x20), 'application/json'],
    unreadable_format: [Buffer.from([0, 1, 2, 255]), 'application/octet-stream'],
    unknown_coding: [Buffer.from('{}'), 'application/json', 'zstd'],
    unreadable_charset: [Buffer.from('{"a":"\xe9"}', 'latin1'), 'application/json; charset=shift_jis'],
  };
  for (const [code, [bytes, mediaType, coding]] of Object.entries(refused)) {
    const { parts, error } = sieve([{ in: 'body', kind: 'bytes', bytes, mediaType, ...(coding ? { coding } : {}) }], context);
    t.is(error?.code as string, code);
    t.is(parts, undefined, code);
  }
});

test('opened bodies are those that cannot be read: an edit that cannot be written refuses all the same', (t) => {
  const context = { ...base, opaque: 'pass' as const };
  const passed = sieve([{ in: 'body', kind: 'bytes', bytes: Buffer.from([0, 1, 2, 255]) }], context);
  t.true(passed.unread);
  t.deepEqual(
    passed.decisions.map(({ action, reason }) => [action, reason.kind]),
    [['keep', 'override']],
  );
  const pdf = Buffer.from('%PDF-1.7\n%\xe2\xe3\xcf and a page', 'latin1');
  const picture = sieve([{ in: 'body', kind: 'bytes', bytes: pdf, mediaType: 'application/pdf' }], context);
  t.is(picture.error?.code, 'media_withheld');
  t.is(picture.parts, undefined);
  t.deepEqual(
    picture.decisions.map(({ category, action }) => [category, action]),
    [['media', 'drop']],
  );
  // What is written wrong is not unreadable: it was opened for formats, not for faults.
  const named = sieve([{ in: 'body', kind: 'bytes', bytes: Buffer.from('{"a":1'), mediaType: 'application/json' }], context);
  t.is(named.error?.code, 'malformed');
});

test('a name that hides an identifier in another encoding goes with its member, and the path shows its category', (t) => {
  const services = servicesOf({ config: { household: { ssids: ['Fjordhaven-Upstairs'], ips: ['198.51.100.23'] } } });
  const address = Buffer.from('198.51.100.23');
  const network = Buffer.from('Fjordhaven-Upstairs');
  const names = [
    address.toString('hex'),
    address.toString('base64'),
    network.toString('base64'),
    'x3c%253A84%253A6a%253A0b%253A91%253Ad2',
    'to 3c%3A84%3A6a%3A0b%3A91%3Ad2',
  ];
  for (const name of names) {
    const { text, decisions } = sieveBody(JSON.stringify({ mode: 'auto', [name]: { a: 1, b: [2] } }), 'unknown', services);
    t.is(text, '{"mode":"auto"}', name);
    t.true(
      pathsOf(decisions).every((path) => !path.includes(name)),
      name,
    );
  }
  const plain = '{"deviceStatusAndSomethingLonger":2,"0123456789abcdef01234567":1,"temperature_sensor":{"a%20b":1}}';
  t.is(sieveBody(plain, 'unknown', services).text, plain);
});

test('a name that is the home’s own is taken out, and told in no record, also where it was met before or the message is refused', (t) => {
  const services = servicesOf({ config: { household: { ssids: ['Fjordhaven-Upstairs'], ips: ['198.51.100.23'] } } });
  for (const name of ['Fjordhaven-Upstairs', 'oMysAMTk4LjUxLjEwMC4yMw']) {
    for (let again = 0; again < 2; again += 1) {
      const { text, decisions } = sieveBody(JSON.stringify({ mode: 'auto', [name]: 'on' }), 'unknown', services);
      t.regex(text!, /^\{"mode":"auto"/, name);
      t.false((text! + JSON.stringify(decisions)).includes(name), name);
    }
    const deep = `{"${name}":"on","x":${'['.repeat(70)}${']'.repeat(70)}}`;
    const within = `{"${name}":"on","x":${JSON.stringify(`p={"a":${'['.repeat(70)}${']'.repeat(70)}}`)}}`;
    for (const body of [deep, within]) {
      const { error, decisions } = sieveBody(body, 'unknown', services);
      t.is(error?.code, 'too_deep');
      t.false(JSON.stringify(decisions).includes(name), name);
    }
  }
});

test('of texts in a row the one that holds the home’s own goes, the others stay; pieces of one go together', (t) => {
  const services = servicesOf({ config: { household: { ssids: ['Fjordhaven-Upstairs'], macs: ['3c:84:6a:0b:91:d2'] } } });
  const judge = (list: readonly string[]): string | undefined => sieveBody(JSON.stringify({ list }), 'unknown', services).text;
  t.regex(
    judge(['auto', '3c%3A84%3A6a%3A0b%3A91%3Ad2', 'eco'])!,
    /^\{"list":\["auto","(?!3c)[0-9a-f]{2}(?:%3A[0-9a-f]{2}){5}","eco"\]\}$/,
  );
  t.is(judge(['auto', 'Fjordhaven-', 'Upstairs', 'eco']), '{"list":["","","",""]}');
});
