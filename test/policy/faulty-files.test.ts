// Faulty rule files, each named with its line: what a person who writes one gets wrong, and what would weaken the filter unseen.
import test from 'ava';
import { checkRules, formatFault, loadRules } from '#src/policy/declaration.js';
import { ACME, ACME_TEXT } from './acme.js';
import { files } from './fixture.js';

const NAME = 'rules/services/acme.yaml';
const TODAY = '2026-11-30';

/** What `hubsieve check` says of acme.yaml with this text, as `line:column: message`. */
function said(acme: string, text = ACME_TEXT): string[] {
  const found = checkRules(files({ [NAME]: acme }), { today: TODAY, texts: new Map([['acme', text]]) });
  return found.map((fault) => formatFault(fault).replace(`${NAME}:`, ''));
}

/** acme.yaml with one piece replaced; the piece must be there. */
function spoilt(from: string, to: string): string {
  if (!ACME.includes(from)) throw new Error(`the file has no ${from}`);
  return ACME.replace(from, to);
}

test('a file with everything the format has is good, and its text bears it out', (t) => {
  t.deepEqual(said(ACME), []);
});

const FAULTY: readonly (readonly [title: string, from: string, to: string, ...want: string[]])[] = [
  [
    'a marketing purpose that is on',
    'default: off',
    'default: on',
    '54:5: `news` reads as a purpose that is off until the household turns it on',
  ],
  ['a law that does not exist', 'law: [GDPR]', 'law: [GDPR, GPDR]', '4:84: no law `GPDR` (did you mean `GDPR`?)'],
  [
    'no purposes',
    ACME.slice(ACME.indexOf('purposes:'), ACME.indexOf('unjustified:')),
    'purposes: {}\n',
    '23:1: no purposes: nothing that a service says is read here',
    '33:3: no purpose needs `credential`: it would not leave in a cookie either',
    '39:5: no purpose `news`',
    '49:5: no purpose `account`',
  ],
  [
    '`coarse` for what cannot be made coarser',
    'category: timezone_region, granularity: coarse',
    'category: serial_number, granularity: coarse',
    '37:9: `serial_number` cannot be made coarser: it would be taken out',
  ],
  [
    'a coarser form without a purpose for what has none',
    'serial_number: drop',
    'email: generalize',
    "88:13: `generalize` is milder than the taxonomy's `drop` for `email`",
    '88:13: `email` cannot be made coarser: it would be taken out',
  ],
  [
    'everything mapped to anything',
    '$.account.number',
    '$..*',
    '90:7: whatever is put there would be `account_identifier`: name the member',
  ],
  [
    'all members of an object mapped to a status',
    '- { in: query, path: "$.state"',
    '- { in: query, path: "$.state.*"',
    '92:18: whatever is put there would be `device_status`: name the member',
  ],
  [
    'a secret’s name mapped to a status',
    '$.state',
    '$.wifiPassword',
    '92:18: by its name this is `wifi_password`, and `device_status` would let it go',
  ],
  [
    'a network’s name mapped to an identifier',
    '$.account.number',
    '$.account.ssid',
    '90:7: by its name this is `wifi_ssid`, and `account_identifier` would let it go',
  ],
  [
    'a person’s address mapped to a status',
    '$.state',
    '$.user.email',
    '92:18: by its name this is `email`, and `device_status` would let it go',
  ],
  [
    'a need of the field map for what it does not name',
    '$.account.number", category: account_identifier',
    '$.account.number", category: serial_number',
    '35:41: no line of the field map says `account_identifier`',
  ],
  ['a date in the future', '2025-03-01', '2031-03-01', '6:3: 2031-03-01 lies ahead: today is 2026-11-30'],
  [
    'a policy that is not in force yet',
    'effective: 2025-01-31',
    'effective: 2031-01-31',
    '4:97: 2031-01-31 lies ahead: today is 2026-11-30',
  ],
  ['a day that does not exist', 'effective: 2025-01-31', 'effective: 2025-02-31', '4:97: there is no day 2025-02-31'],
  ['two equal keys', 'controllers:', 'hosts: []\ncontrollers:', '21:1: key `hosts` stands here a second time: first at line 11'],
  [
    'two purposes of one name',
    '  news:',
    '  account:',
    '47:3: key `account` stands here a second time: first at line 24',
    '65:3: no purpose needs `credential`: it would not leave in a cookie either',
    '71:5: no purpose `news`',
  ],
  [
    'a need that no rule can have: the network’s name',
    '      - { category: account_identifier, mapped: true }',
    '      - wifi_ssid',
    '35:9: `wifi_ssid` is closed to rules: only the household can let it leave',
  ],
  [
    'a need that no rule can have: a hardware address',
    '      - { category: account_identifier, mapped: true }',
    '      - { category: device_mac, clause: "4", anchor: "your network" }',
    '35:9: `device_mac` is closed to rules: only the household can let it leave',
  ],
  [
    'a need that no rule can have: a secret',
    '      - { category: account_identifier, mapped: true }',
    '      - private_key',
    '35:9: `private_key` never leaves the home: no purpose can need it',
  ],
  [
    'a category excluded and needed',
    'excluded:\n  - { category: payment',
    'excluded:\n  - { category: email',
    '59:5: `email` is excluded by 5, and line 34 has `account` need it',
    '59:5: `email` is excluded by 5, and line 55 has `news` need it',
  ],
  [
    'a ground that is none of the list',
    '"GDPR 6(1)(b)"',
    '"contract"',
    '30:18: `contract` is no ground of the list: one like `GDPR 6(1)(b)` or `152-FZ 6(1)(5)`',
  ],
  [
    'a ground of a law that the policy does not name',
    '"GDPR 6(1)(b)"',
    '"152-FZ 6(1)(5)"',
    '30:18: the policy names no 152-FZ (`policy: law`)',
  ],
  [
    'an anchor that repeats a sentence',
    'anchor: "the name of your network"',
    'anchor: "We process the name of your network and many other things that stand nowhere"',
    '57:49: an anchor has at most 12 words: this has 14',
  ],
  [
    'an entry without an anchor',
    ', clause: "4", anchor: "the name of your network"',
    ', clause: "4"',
    '57:5: no anchor: quote some words of 4 by which it is found',
  ],
  ['an anchor that the text has not', 'anchor: "health data"', 'anchor: "sleep data"', '60:48: the text has no “sleep data”'],
  [
    'an anchor of another clause',
    'clause: "4", anchor',
    'clause: "5", anchor',
    '57:41: “the name of your network” does not stand in 5',
  ],
  [
    'a hash that is none',
    /sha256: ..../.exec(ACME)![0],
    'sha256: 0xyz',
    '7:11: must be a SHA-256 as 64 hex digits in lower case',
  ],
  [
    'a reviewer who is the reader',
    'reviewed_by: Boris',
    'reviewed_by: Anna',
    '10:3: reviewed by who has read it: it takes a second reader',
  ],
  [
    'a confirmed host without a clause',
    ', clause: "2.1", anchor: "at acme.example"',
    '',
    '21:5: `acme.example` is confirmed by no clause: name the one in which it stands',
  ],
  ['a contact that is no address', 'to: privacy@acme.example', 'to: acme.example', '15:5: not an e-mail address'],
  [
    'a thing nobody can write about',
    'for: [access, erasure]',
    'for: [access, deletion]',
    '16:19: unknown thing to write about `deletion`; one of: access, correction, erasure, withdrawal, objection, marketing, support, business, authority',
  ],
  [
    'a kind of device that there is not',
    'when: [camera, doorbell]',
    'when: [kamera]',
    '46:35: unknown kind of device `kamera` (did you mean `camera`?)',
  ],
  [
    'a place that there is not',
    'in: [cookie]',
    'in: [cookies]',
    '36:38: unknown place `cookies` (did you mean `cookie`?); one of: body, query, path, header, cookie, topic, clientId, username, userProperty, will',
    '65:3: no purpose needs `credential`: it would not leave in a cookie either',
  ],
  [
    'a limit for a purpose that there is not',
    'purposes: [account]',
    'purposes: [acount]',
    '81:5: no purpose `acount` (did you mean `account`?)',
  ],
  [
    'a cookie that nothing needs',
    'keep: [credential]',
    'keep: [credential, browsing]',
    '65:3: no purpose needs `browsing`: it would not leave in a cookie either',
  ],
  [
    'a region in words',
    'regions: [EU]',
    'regions: [Europe]',
    '12:46: must be a country in two capital letters (ISO 3166-1), EU or EEA',
  ],
  ['a misspelt key', 'excluded:', 'exclude:', '58:1: unknown key `exclude` (did you mean `excluded`?)'],
];

test('there are thirty and more of them', (t) => {
  t.true(FAULTY.length >= 30);
});

for (const [title, from, to, ...want] of FAULTY) {
  test(`a faulty file is named with its line: ${title}`, (t) => {
    t.deepEqual(said(spoilt(from, to)), want);
  });
}

test('a text that has changed since it was read is named', (t) => {
  t.regex(
    said(ACME, `${ACME_TEXT}11. And more.\n`).join(),
    /^7:3: another text than the one that was read: its SHA-256 is [0-9a-f]{64}$/,
  );
});

test('a remark does not stop rules that are in use: a newer hub still opens what an older one took', (t) => {
  const old = spoilt('legal_basis: "GDPR 6(1)(b)"', 'legal_basis: contract (2)').replace('law: [GDPR]', 'law: [GPDR]');
  const acme = loadRules(files({ [NAME]: old })).services.get('acme');
  t.deepEqual(acme?.purposes[0]?.legalBasis, [
    { text: 'contract (2)', clause: '2', anchor: 'account number and the e-mail address' },
  ]);
});
