// E-mails, telephone numbers and names of devices as the home's own: found in any dress, let through where a purpose needs them, and no
// words of ordinary messages.
import test from 'ava';
import fc from 'fast-check';
import { judgeInMode } from '#src/message/apply-mode.js';
import { Knowledge } from '#src/services/knowledge.js';
import type { Part } from '#src/sieve.js';
import { MASTER, servicesOf, sieveBody } from './support.js';

const base64 = (text: string): string => Buffer.from(text).toString('base64');
const told = {
  emails: ['Anna.Lind@example.com'],
  phones: ['+49 171 2345678'],
  names: [
    'Annas Eulenlampe',
    'Lamp',
    'Living Room Light',
    'Kitchen',
    'android',
    'raspberrypi',
    'esp',
    'Philips Hue',
    'Robot Vacuum',
  ],
};
const body = (value: unknown): Part[] => [
  { in: 'body', kind: 'bytes', bytes: Buffer.from(JSON.stringify(value)), mediaType: 'application/json' },
];

/** What leaves; the code of the error where nothing does. */
function left(parts: readonly Part[], service = 'unknown', services = servicesOf({ config: { household: told } })): string {
  const { sieved } = judgeInMode(parts, service, 'd-1', services);
  if (sieved.error !== undefined) return sieved.error.code;
  const [part] = sieved.parts!;
  return part!.kind === 'bytes' ? Buffer.from(part!.bytes).toString() : JSON.stringify(part!.fields);
}

test('an account’s e-mail leaves in no dress, and the rest of the message does', (t) => {
  const twice = base64(base64('anna.lind@example.com'));
  for (const q of [
    `k${twice}`,
    `${twice.slice(0, 12)}\n${twice.slice(12)}`,
    'ANNA.LIND+oven@EXAMPLE.com',
    'to anna.lind%40example.com!',
    'moc.elpmaxe@dnil.anna',
  ])
    t.regex(left(body({ q, mode: 'AirFry' })), /^\{(?:"q":"(?![^"]*(?:anna|WV|0c|moc))[^"]*",)?"mode":"AirFry"\}$/, q);
});

test('an e-mail that a purpose needs stays, also in base64, and in the token that the device signs in with', (t) => {
  for (const message of [
    { email: 'anna.lind@example.com' },
    { email: 'anna.lind@example.com', q: base64(base64('anna.lind@example.com')) },
  ])
    t.is(left(body(message), 'cosori'), JSON.stringify(message));
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const token = `Bearer ${part({ alg: 'HS256' })}.${part({ sub: '12345', email: 'anna.lind@example.com' })}.c2lnbmF0dXJl`;
  for (const service of ['cosori', 'unknown']) {
    const out = left([{ in: 'header', kind: 'fields', fields: [['Authorization', token]] }], service);
    t.is(out, JSON.stringify([['Authorization', token]]), service);
  }
});

test('what a service’s messages gave away still counts after the household changed a switch; a network’s name that nothing else has counts for all', (t) => {
  const knowledge = new Knowledge(MASTER, () => 0);
  const before = servicesOf({ knowledge });
  const dress = base64(base64('Kestrelholm-Net'));
  const hidden = body({ note: `k${dress}` });
  left(body({ ssid: 'Kestrelholm-Net' }), 'cosori', before);
  t.false(left(hidden, 'cosori', before).includes(dress));
  const after = servicesOf({ knowledge });
  t.false(left(hidden, 'cosori', after).includes(dress));
  t.false(left(hidden, 'unknown', after).includes(dress));
  t.true(left(hidden, 'cosori', servicesOf()).includes(dress));
});

test('a common word that a device’s network is called by counts for its service, and never as a member’s name or a state', (t) => {
  const services = servicesOf({ knowledge: new Knowledge(MASTER, () => 0) });
  t.false(left(body({ ssid: 'internet' }), 'unknown', services).includes('internet'));
  const report = { internet: true, zones: { upstairs: { sp: 21.5 } }, mode: 'internet' };
  t.is(left(body(report), 'unknown', services), JSON.stringify(report));
  t.false(left(body({ ssid: 'internet', on: 1 }), 'unknown', services).includes('internet'));
  const told = servicesOf({ config: { household: { ssids: ['Upstairs'] } } });
  for (const name of ['ssid', 'network', 'wifi', 'conn', 'info'])
    t.false(left(body({ [name]: 'Upstairs' }), 'unknown', told).includes('Upstairs'), name);
  t.false(left(body({ log: 'joined Upstairs now' }), 'unknown', told).includes('Upstairs'));
});

test('a message that names many networks is a scan, and none of them becomes the home’s own', (t) => {
  const services = servicesOf({ knowledge: new Knowledge(MASTER, () => 0) });
  const names = ['Fjordblick-21', 'Hafenlicht-22', 'Moosgrund-23', 'Talwiese-24'];
  left(body({ list: names.map((ssid) => ({ ssid })) }), 'unknown', services);
  t.true(left(body({ info: names[0] }), 'unknown', services).includes(names[0]!));
});

test('an e-mail that a field gave away is known in the messages after it', (t) => {
  const services = servicesOf();
  const dress = `a${Buffer.from(base64('ole@fjord.example')).toString('hex')}`;
  const dressed = body({ mode: `on ${dress}`, power: 1 });
  t.true(left(dressed, 'unknown', services).includes(dress), 'nothing tells it yet');
  t.is(left(body({ email: 'Ole@Fjord.example', mode: 'AirFry' }), 'unknown', services), '{"mode":"AirFry"}');
  t.false(left(dressed, 'unknown', services).includes(dress));
});

test('more addresses than a household has accounts are a list of contacts: the first count', (t) => {
  const services = servicesOf();
  const emails = Array.from({ length: 40 }, (_, i) => ({ email: `person${i}@people.example` }));
  left(body(emails), 'unknown', services);
  t.is(services.knowledge.own('unknown').length, 8);
});

test('a device’s own name leaves nowhere; the model of that name does', (t) => {
  const out = left(
    body({
      name: 'Annas Eulenlampe',
      x: 'annas-eulenlampe on',
      [`k_annas_eulenlampe`]: 1,
      y: `k${base64(base64('Annas Eulenlampe'))}`,
    }),
  );
  t.notRegex(out, /eulen/i);
  t.is(left(body({ model: 'Annas Eulenlampe' })), '{"model":"Annas Eulenlampe"}');
});

test('a telephone number leaves neither with its country nor without', (t) => {
  for (const number of ['+491712345678', '0171 2345678', '0171/234-5678', 491712345678])
    t.notRegex(left(body({ x: number, mode: 'AirFry' })).replace(/\D/g, ''), /2345678/, String(number));
});

test('names of ordinary things change nothing that is innocent', (t) => {
  const services = servicesOf({ config: { household: { ...told, ssids: ['Home', 'TP-Link_1234'], ips: ['192.168.1.2'] } } });
  const word = fc.constantFrom(
    'lamp',
    'Lamp',
    'kitchen',
    'living_room_light',
    'Living Room Light',
    'android',
    'esp',
    'philips hue',
    'robot_vacuum',
    'home',
  );
  const innocent = fc.record({
    mode: word,
    scene: word,
    log: word.map((w) => `${w} turned on`),
    list: fc.array(word, { minLength: 1, maxLength: 4 }),
    platform: word,
  });
  fc.assert(
    fc.property(innocent, (document) => left(body(document), 'unknown', services) === JSON.stringify(document)),
    { numRuns: 200 },
  );
  t.pass();
});

test('what is longer than a network’s name can be is not searched for: its spellings would fill the memory', (t) => {
  const learnedFrom = (ssid: string): readonly string[] =>
    sieveBody(JSON.stringify({ ssid }), 'unknown').learned.flatMap((one) => (one.kind === 'home' ? [one.identifier.value] : []));
  t.deepEqual(learnedFrom('Quiet Harbour 7'), ['Quiet Harbour 7']);
  t.deepEqual(learnedFrom('ssid='.repeat(2000)), []);
  t.deepEqual(learnedFrom('Тихая гавань седьмая'), []);
});

test('a signed token leaves with the account’s e-mail in it, and never with an address of the home, whatever its claim is called', (t) => {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const services = servicesOf({ config: { household: { ...told, macs: ['3c:84:6a:0b:91:d2'] } } });
  const leaves = (claims: object): boolean => {
    const token = `${part({ alg: 'HS256' })}.${part(claims)}.${'A'.repeat(43)}`;
    return left(body({ token, mode: 'auto' }), 'cosori', services).includes(part(claims));
  };
  t.true(leaves({ sub: told.emails[0] }));
  for (const claims of [{ device_id: '3c846a0b91d2' }, { device_id: 'x-3c846a0b91d2' }, { sub: '3c:84:6a:0b:91:d2' }])
    t.false(leaves(claims));
  const token = `${part({ alg: 'HS256' })}.${part({ device_id: '3c846a0b91d2' })}.${'A'.repeat(43)}`;
  const header: Part = { in: 'header', kind: 'fields', fields: [['Authorization', `Bearer ${token}`]] };
  t.is(judgeInMode([header], 'cosori', 'd-1', services).verdict, 'sealed'); // said plainly: without it the cloud would say no
});

test('a network’s name over the seam of pieces that were judged one by one takes the field with it, not the message', (t) => {
  const services = servicesOf({ config: { household: { ssids: ['Sonoff 10', 'Kovalenko-5G'] } } });
  for (const agent of ['Sonoff/1.0.2', 'kovalenko/5g.app']) {
    const parts: Part[] = [
      {
        in: 'header',
        kind: 'fields',
        fields: [
          ['User-Agent', agent],
          ['Accept', 'text/html'],
        ],
      },
    ];
    t.is(left(parts, 'cosori', services), JSON.stringify([['Accept', 'text/html']]), agent);
  }
});
