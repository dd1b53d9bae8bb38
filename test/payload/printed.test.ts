// Values as programs print them, tables for people, PHP's serialized values: read whole or not at all, written back exactly.
import test from 'ava';
import type { Document } from '#src/model.js';
import { readLiteral } from '#src/payload/literal.js';
import { looksLikePhp, readPhp } from '#src/payload/php.js';
import { looksLikeTable, readTable } from '#src/payload/tables.js';
import { readText } from '#src/payload/text.js';
import { readCard } from '#src/payload/vcard.js';
import { LIMITS } from './support.js';
import { at, holdsUnderMutation, leaves } from './text-support.js';

const literal = (text: string): Document | undefined => readLiteral(Buffer.from(text), LIMITS, 0);
const written = (document: Document): string => Buffer.from(document.write()).toString('utf8');

for (const [text, ...wanted] of [
  [
    `{'ssid': 'Blue Heron', 'rssi': -60, 'hidden': False, 'bssid': None}`,
    '.ssid=Blue Heron',
    '.rssi=-60',
    '.hidden=false',
    '.bssid=none',
  ],
  [`{wifi: {name: 'Blue Heron', password: "p"},}`, '.wifi.name=Blue Heron', '.wifi.password=p'],
  [`{:ssid=>"Blue Heron", :mode=>"eco"}`, '.ssid=Blue Heron', '.mode=eco'],
  [
    `&{SSID:Blue Heron BSSID:f4:cf:a2:77:88:99 RSSI:-60}`,
    '.#text=&',
    '.#value.SSID=Blue Heron',
    '.#value.BSSID=f4:cf:a2:77:88:99',
    '.#value.RSSI=-60',
  ],
  [`map[ssid:Blue Heron rssi:-60]`, '.#text=map', '.#value.ssid=Blue Heron', '.#value.rssi=-60'],
  [`Wifi(ssid='Blue Heron', rssi=-60)`, '.#text=Wifi', '.wifi.ssid=Blue Heron', '.wifi.rssi=-60'],
  [`array('ssid' => 'Blue Heron', 'n' => [1, 2])`, '.#text=array', '.#value.ssid=Blue Heron', '.#value.n[0]=1', '.#value.n[1]=2'],
  [`{ ssid = "Blue Heron", ["psk"] = "p" }`, '.ssid=Blue Heron', '.psk=p'],
  [`{\n  SSID = "Blue Heron";\n  RSSI = "-60";\n}`, '.SSID=Blue Heron', '.RSSI=-60'],
  [`wifi { ssid: Blue Heron; mode: eco; }`, '.#text=wifi', '.wifi.ssid=Blue Heron', '.wifi.mode=eco'],
  [`Net { psk: Some("p q"), n: -1 }`, '.#text=Net', '.#value.psk[0]=p q', '.#value.n=-1'],
  [
    `[('ssid', 'Blue Heron'), ('mode', 'eco'), {'n': 1}]`,
    '[0][0]=ssid',
    '[0][1]=Blue Heron',
    '[1][0]=mode',
    '[1][1]=eco',
    '[2].n=1',
  ],
] as const) {
  test(`a printed value is read by its names: ${text}`, (t) => {
    const document = literal(text)!;
    t.deepEqual(leaves(document.root), wanted);
    t.is(written(document), text);
  });
}

for (const text of [
  'Ready (12:30)',
  'f(x)',
  '(on, off)',
  '{on}',
  "{it's: 5}",
  '{a: 1',
  '{a: 1)',
  'see {a: 1} there',
  `${'('.repeat(100)}a: 1${')'.repeat(100)}`,
]) {
  test(`what is not understood to its end, or names nothing, is no printed value: ${text.slice(0, 30)}`, (t) => {
    t.is(literal(text), undefined);
  });
}

test('an edited text stays in its quotes, an emptied bare value is an empty text', (t) => {
  const document = literal(`{'a': 'x', b: word, c: 5}`)!;
  at(document, 'a').edit = { kind: 'text', text: `it's "so"` };
  at(document, 'b').edit = { kind: 'drop' };
  at(document, 'c').edit = { kind: 'drop' };
  t.is(written(document), `{'a': 'it\\'s "so"', b: "", c: 0}`);
});

test('the lengths of a serialized text are counted anew, in bytes', (t) => {
  const text = 'a:3:{s:4:"ssid";s:10:"Blue Heron";s:4:"rssi";i:-60;s:1:"l";a:2:{i:0;s:5:"дa€"';
  t.true(looksLikePhp('a:1:{s:4:"ssid";s:10:"Blue Heron";}'));
  t.is(readPhp(Buffer.from(text), LIMITS, 0), undefined, 'cut off');
  const whole = 'a:3:{s:4:"ssid";s:10:"Blue Heron";s:4:"rssi";i:-60;s:1:"l";a:2:{i:0;s:6:"дa€";i:1;N;}}';
  const document = readPhp(Buffer.from(whole), LIMITS, 0)!;
  t.deepEqual(leaves(document.root), ['.ssid=Blue Heron', '.rssi=-60', '.l[0]=дa€', '.l[1]=']);
  t.is(written(document), whole);
  at(document, 'ssid').edit = { kind: 'drop' };
  at(document, 'l', 0).edit = { kind: 'text', text: 'é' };
  t.is(written(document), 'a:3:{s:4:"ssid";s:0:"";s:4:"rssi";i:-60;s:1:"l";a:2:{i:0;s:2:"é";i:1;N;}}');
});

for (const [text, ...wanted] of [
  ['| SSID | RSSI |\n|------|------|\n| Blue Heron | -60 |\n', '[0].SSID=Blue Heron', '[0].RSSI=-60'],
  ['+------+------+\n| ssid | rssi |\n+------+------+\n| Blue | -60  |\n+------+------+\n', '[0].ssid=Blue', '[0].rssi=-60'],
  ['┌──────┬──────┐\n│ ssid │ rssi │\n├──────┼──────┤\n│ Blue │ -60  │\n└──────┴──────┘\n', '[0].ssid=Blue', '[0].rssi=-60'],
  [
    'IN-USE  SSID        MODE   CHAN\n*       Blue Heron  Infra  6\n        Other       Infra  11\n',
    '[0].IN-USE=*',
    '[0].SSID=Blue Heron',
    '[0].MODE=Infra',
    '[0].CHAN=6',
    '[1].IN-USE=',
    '[1].SSID=Other',
    '[1].MODE=Infra',
    '[1].CHAN=11',
  ],
  [
    'bssid / frequency / ssid\nf4:cf:a2:77:88:99\t2412\tBlue Heron\n',
    '[0].bssid=f4:cf:a2:77:88:99',
    '[0].frequency=2412',
    '[0].ssid=Blue Heron',
  ],
] as const) {
  test(`a table is read under the names of its columns, and a dropped cell leaves blanks: ${text.slice(0, 20)}`, (t) => {
    t.true(looksLikeTable(text));
    const document = readTable(Buffer.from(text), LIMITS, 0)!;
    t.deepEqual(leaves(document.root), wanted);
    t.is(written(document), text);
    const cell = document.root.children![0]!.children!.find((c) => /ssid/i.test(c.name!))!;
    cell.edit = { kind: 'drop' };
    t.is(written(document), text.replace(cell.text, ' '.repeat(cell.text.length)));
  });
}

test('a contact is read by its properties, folded lines as one value, and a name among the parameters by itself', (t) => {
  const text =
    'BEGIN:VCARD\r\nFN:Anna\r\n  Petrova\r\nTEL;TYPE=CELL:+79161234567\r\nATTENDEE;CN="Ivan S":mailto:i@example.org\r\nX-A:1\r\nEND:VCARD';
  const document = readCard(Buffer.from(text), LIMITS, 0);
  t.deepEqual(leaves(document.root), [
    '.BEGIN=VCARD',
    '.full name=Anna Petrova',
    '.phone number=+79161234567',
    '.full name=Ivan S',
    '.attendee email=mailto:i@example.org',
    '.X-A=1',
    '.END=VCARD',
  ]);
  t.is(written(document), text);
  document.root.children![1]!.edit = { kind: 'drop' };
  document.root.children![3]!.edit = { kind: 'drop' };
  t.is(written(document), text.replace('Anna\r\n  Petrova', '').replace('Ivan S', ''));
});

test('mutated texts are read or not, and what is read can be written and read again', (t) => {
  const reader = (bytes: Uint8Array): Document =>
    readLiteral(bytes, LIMITS, 0) ??
    (looksLikePhp(Buffer.from(bytes).toString('utf8')) ? readPhp(bytes, LIMITS, 0) : undefined) ??
    readTable(bytes, LIMITS, 0) ??
    readText(bytes, LIMITS);
  holdsUnderMutation(t, [`{'ssid': 'B', n: [1, {k: v}]}`, 'a:1:{s:1:"a";s:1:"b";}', '| a | b |\n|---|---|\n| c | d |\n'], reader);
});
