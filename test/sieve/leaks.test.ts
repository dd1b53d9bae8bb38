// (a) Nothing that identifies leaves or is recorded, however it is dressed and wherever it stands.
import test from 'ava';
import fc from 'fast-check';
import { type Planted, planted, plantedOrEmail } from './planted.js';
import { FUNCTIONAL_NAMES, functionalValue, Members, servicesOf, sieveBody, spaced } from './support.js';

const RUNS = { numRuns: 150 };
const functionalMember = fc.tuple(fc.constantFrom(...FUNCTIONAL_NAMES), functionalValue);

/** Ways to put a secret into an object: as it is, deeper, in lists, as a list of names and values, in a text of JSON or base64. */
const DRESSES: Readonly<Record<string, (p: Planted) => readonly (readonly [string, unknown])[]>> = {
  plain: ({ name, value }) => [[name, value]],
  deeper: ({ name, value }) => [['result', new Members([['data', new Members([[name, value]])]])]],
  listed: ({ name, value }) => [['list', [new Members([[name, value]]), new Members([[name, value]])]]],
  repeated: ({ name, value }) => [
    [name, 'x'],
    [name, value],
  ],
  'name and value': ({ name, value }) => [
    [
      'props',
      [
        new Members([
          ['k', name.replace('\u200b', '')],
          ['v', value],
        ]),
      ],
    ],
  ],
  'text of JSON': ({ name, value }) => [['payload', spaced(new Members([[name, value]]), '')]],
  'text in a text': ({ name, value }) => [['payload', JSON.stringify({ inner: spaced(new Members([[name, value]]), ' ') })]],
  'base64 of JSON': ({ name, value }) => [
    [
      'p',
      Buffer.from(
        spaced(
          new Members([
            [name, value],
            ['mode', 'auto'],
          ]),
          '',
        ),
      ).toString('base64'),
    ],
  ], // prettier-ignore
};

const documentWith = (secret: fc.Arbitrary<Planted>) =>
  fc.record({
    secrets: fc.array(secret, { minLength: 1, maxLength: 3 }),
    before: fc.array(functionalMember, { maxLength: 3 }),
    space: fc.constantFrom('', ' ', '\n  '),
  });

/** What could be read out of `text`: as it stands, and with base64 and escapes undone. */
function readings(text: string): string[] {
  const all = [text];
  for (const [run] of text.matchAll(/[A-Za-z0-9+/_-]{16,}={0,2}/g)) all.push(Buffer.from(run, 'base64').toString('latin1'));
  return all.flatMap((t) => [t.toLowerCase(), t.toLowerCase().replace(/[^a-z0-9]/g, '')]);
}

for (const service of ['unknown', 'connect', 'cosori']) {
  for (const dress of Object.keys(DRESSES)) {
    test(`${service}: no planted secret leaves or is recorded, ${dress}`, (t) => {
      const services = servicesOf();
      const secret = service === 'cosori' ? planted : plantedOrEmail;
      fc.assert(
        fc.property(documentWith(secret), ({ secrets, before, space }) => {
          const body = spaced(new Members([...before, ...secrets.flatMap(DRESSES[dress]!)]), space);
          const { text = '', decisions, error } = sieveBody(body, service, services);
          const seen = readings(text + JSON.stringify(decisions));
          const found = secrets.flatMap((p) => p.traces).filter((trace) => seen.some((s) => s.includes(trace)));
          return error === undefined && found.length === 0;
        }),
        RUNS,
      );
      t.pass();
    });
  }
}

test('a member whose name is a MAC leaves no trace in the paths of the record', (t) => {
  const services = servicesOf();
  const pair = fc.integer({ min: 0, max: 255 }).map((n) => n.toString(16).padStart(2, '0'));
  const macName = fc.tuple(fc.array(pair, { minLength: 4, maxLength: 4 }), fc.constantFrom(':', '-'));
  fc.assert(
    fc.property(fc.array(macName, { minLength: 1, maxLength: 4 }), (macs) => {
      const members = macs.map(([tail, by]) => [`a4${by}c1${by}${tail.join(by)}`, new Members([['battery', 80]])] as const);
      const { text = '', decisions } = sieveBody(spaced(new Members([['peers', new Members(members)]]), ''), 'unknown', services);
      const seen = readings(text + JSON.stringify(decisions));
      return macs.every(([tail]) => seen.every((s) => !s.includes(tail.join(''))));
    }),
    RUNS,
  );
  t.pass();
});

test('what the household told of itself leaves under no name and in no encoding', (t) => {
  const services = servicesOf({ config: { household: { ssids: ['Sunny Corner 5G'], macs: ['a4:c1:38:7f:02:d9'] } } });
  const name = fc.string({ unit: fc.constantFrom(...'abcdefgh'), minLength: 1, maxLength: 6 });
  const value = fc.constantFrom(
    'Sunny Corner 5G',
    'sunny corner 5g',
    'A4C1387F02D9',
    'vssk' + 'a4c1387f02d9' + 'b7',
    'a4:c1:38:7f:02:d9',
    Buffer.from('Sunny Corner 5G').toString('base64'),
    Buffer.from('Sunny Corner 5G').toString('hex'),
  ); // prettier-ignore
  fc.assert(
    fc.property(fc.array(fc.tuple(name, value), { minLength: 1, maxLength: 4 }), (members) => {
      const { text = '', decisions } = sieveBody(spaced(new Members(members), ''), 'unknown', services);
      const seen = readings(text + JSON.stringify(decisions));
      return seen.every((s) => !/sunny ?corner|a4c1387f02d9|53756e6e7920/.test(s));
    }),
    RUNS,
  );
  t.pass();
});
