import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { HubError } from '#src/errors.js';
import { checkRules, faultsOf, formatFault, loadRules } from '#src/policy/declaration.js';
import { termIri } from '#src/policy/dpv.js';
import { readRulesDir } from '#src/rules-files.js';
import { BASELINE, CATEGORIES, COSORI, files, VOCABULARY } from './fixture.js';

/** The faults of the rules with this text of cosori.yaml, as `line:column: message`. */
function faults(cosori: string): string[] {
  return checkRules(files({ 'rules/services/cosori.yaml': cosori })).map((fault) =>
    formatFault(fault).replace('rules/services/cosori.yaml:', ''),
  );
}

/** cosori.yaml with one piece replaced; the piece must be there. */
function spoilt(from: string, to: string, base = COSORI): string {
  if (!base.includes(from)) throw new Error(`the fixture has no ${from}`);
  return base.replace(from, to);
}

test('rules without a fault load, with clauses as they are written and defaults filled in', (t) => {
  const rules = loadRules(files());
  const cosori = rules.services.get('cosori');
  t.deepEqual(cosori?.purposes[0]?.needs, [
    { category: 'email', clause: '5.10', necessary: true, granularity: 'exact' },
    { category: 'account_identifier', clause: '5.3', necessary: true, granularity: 'exact' },
  ]);
  t.deepEqual(cosori?.fields, [
    { in: 'body', path: '$.data.wifiSSID', category: 'wifi_ssid', source: 'rules/services/cosori.yaml:36' },
  ]);
  t.deepEqual([...rules.services.keys()], ['cosori']);
  t.is(rules.baseline.id, 'unknown');
  t.is(rules.categories.get('serial_number')?.withoutPurpose, 'pseudonymize');
});

test('the hash is the same wherever the rules are installed, in whatever order they are read, and changes with any byte', (t) => {
  const { hash } = loadRules(files());
  t.regex(hash, /^sha256:[0-9a-f]{64}$/);
  const moved = files().map(({ name, text }) => ({ name: `/opt/x/${name}`, text }));
  t.is(loadRules(moved.reverse()).hash, hash);
  t.not(loadRules(files({ 'rules/services/cosori.yaml': `${COSORI}# a\n` })).hash, hash);
});

const CASES: readonly [title: string, from: string, to: string, ...want: string[]][] = [
  ['a key that nobody knows', 'hosts:', 'hots:', '5:1: unknown key `hots` (did you mean `hosts`?)'],
  [
    'an unknown key deep inside',
    'operator: unconfirmed }',
    'operator: unconfirmed, notes: x }',
    '6:57: unknown key `notes` (did you mean `note`?)',
  ],
  ['a missing key', 'operator: { name: Gaea, country: CN }', 'operator: { country: CN }', '3:11: missing key `name`'],
  ['a purpose without a clause', '    clause: 2.1.4\n', '', '16:5: missing key `clause`'],
  ['a title without English', '{ en: Device control, ru: Управление }', '{ ru: Управление }', '16:12: missing key `en`'],
  [
    'a category that nobody defined',
    '- device_status',
    '- device_statsu',
    '22:9: unknown category `device_statsu` (did you mean `device_status`?)',
  ],
  [
    'a word outside its list',
    'ground: declared',
    'ground: declard',
    '12:13: unknown value `declard` (did you mean `declared`?); one of: declared, implied',
  ],
  ['a list where a text stands', 'law: [152-FZ]', 'law: 152-FZ', '4:73: must be a list'],
  ['a number where a text must stand', 'name: Gaea', 'name: 12', '3:19: must be text: put it in quotes'],
  ['a switch that is none', 'default: off', 'default: of', '30:14: must be `on` or `off` (or true, false, yes, no)'],
  [
    'a selector with a filter, at its column',
    '$.data.wifiSSID',
    '$.data[?@.x]',
    '36:21: bad selector: filters are not supported: a rule must not depend on values',
  ],
  [
    'a key twice',
    'stricter:',
    'title: { en: a, ru: a }\nstricter:',
    '34:1: key `title` stands here a second time: first at line 2',
  ],
  [
    'YAML that breaks off',
    'stricter: { serial_number: drop }',
    'stricter: { serial_number: drop',
    '35:1: Flow map in block collection must be sufficiently indented and end with a }',
  ],
  ['an alias of nothing', '- device_status', '- *nothing', '22:9: no anchor `&nothing` before this alias'],
  ['an id that is not the name of the file', 'id: cosori', 'id: cosory', '1:1: `id` must be `cosori`, as the file is named'],
  [
    'a category justified and unjustified by one clause',
    '- { category: wifi_ssid, clause: 6.1.3 }',
    '- { category: email, clause: "5.10" }',
    '33:5: `email` is unjustified by 5.10, and line 14 has `registration` need it by the same clause',
  ],
  [
    'two needs for one category',
    'needs: [email,',
    'needs: [email, email,',
    '14:20: `registration` needs `email` twice (also at line 14)',
  ],
  [
    'an action milder than the taxonomy',
    'stricter: { serial_number: drop }',
    'stricter: { wifi_ssid: keep }',
    "34:13: `keep` is milder than the taxonomy's `drop` for `wifi_ssid`",
  ],
  [
    'a host twice',
    '  - { name: smartapi.vesync.com, operator: unconfirmed }\n',
    '  - { name: a.b, operator: unconfirmed }\n  - { name: a.b, operator: unconfirmed }\n',
    '7:5: host `a.b` is claimed twice: also at rules/services/cosori.yaml:6',
  ],
  [
    'a host with a scheme',
    'name: smartapi.vesync.com',
    'name: "https://a.b"',
    '6:13: must be a host name in lower case, or `*.` and one',
  ],
  [
    'a secret that a purpose needs',
    '- device_status',
    '- wifi_password',
    '22:9: `wifi_password` never leaves the home: no purpose can need it',
  ],
];

for (const [title, from, to, ...want] of CASES) {
  test(`a fault with its line and column: ${title}`, (t) => {
    t.deepEqual(faults(spoilt(from, to)), want);
  });
}

test('two spellings of one selector with different categories contradict each other', (t) => {
  const text = `${COSORI}  - { path: "$['data']['wifiSSID']", category: email }\n  - { in: query, path: "$.data.wifiSSID", category: email }\n`;
  t.true(faults(text).includes('37:5: the same field is `wifi_ssid` at line 36'));
});

test('a title without Russian shows the English', (t) => {
  const rules = loadRules(
    files({ 'rules/services/cosori.yaml': spoilt('{ en: Device control, ru: Управление }', '{ en: Device control }') }),
  );
  t.deepEqual(rules.services.get('cosori')?.purposes[1]?.title, { en: 'Device control', ru: 'Device control' });
});

test('all faults of a file come at once, in the order of their lines', (t) => {
  const text = spoilt(
    'clause: 6.1.3 }',
    'claus: 6.1.3 }',
    spoilt('ground: declared', 'ground: x', spoilt('id: cosori', 'id: Cosori!')),
  );
  t.deepEqual(
    faults(text).map((fault) => fault.split(':')[0]),
    ['1', '12', '33', '33'],
  );
});

const TAXONOMY: readonly [title: string, from: string, to: string, want: RegExp][] = [
  [
    'a category of the taxonomy missing',
    '  uptime:\n',
    '  uptimes:\n',
    /^rules\/categories\.yaml:2:3: category `uptime` of the taxonomy is missing$/m,
  ],
  [
    'a category that is none',
    '  uptime:\n',
    '  uptimes:\n',
    /^rules\/categories\.yaml:\d+:3: unknown category `uptimes` \(did you mean `uptime`\?\)$/m,
  ],
  [
    'a category twice',
    '  uptime:\n',
    '  presence:\n',
    /^rules\/categories\.yaml:\d+:3: key `presence` stands here a second time: first at line \d+$/m,
  ],
  [
    'a DPV term that does not exist',
    '"pd:Identifying"',
    '"pd:MACAdress"',
    /:5:5: no term `pd:MACAdress` in DPV 2\.3 \(did you mean `pd:MACAddress`\?\)$/m,
  ],
  [
    'a term of our own without a broader one',
    '"pd:Identifying"',
    '"hubsieve:X"',
    /:5:5: `hubsieve:X` is a term of our own: it needs `broader`, a DPV term$/m,
  ],
  [
    'a broader term that does not exist',
    '"pd:Identifying"',
    '"hubsieve:X"\n    broader: "pd:Nowhere"',
    /:6:5: no term `pd:Nowhere` in DPV 2\.3$/m,
  ],
  [
    'a term that means something else',
    '"pd:Identifying"',
    '"pd:AccountIdentifier"',
    /:5:5: `pd:AccountIdentifier` is not for this: it means a financial account$/m,
  ],
  ['a name pattern that can match nothing', 'holds: [text]', 'names: [wifi-name]', /:6:13: a name pattern is lower-case words/m],
];

for (const [title, from, to, want] of TAXONOMY) {
  test(`a fault of the taxonomy with its line and column: ${title}`, (t) => {
    const found = checkRules(files({ 'rules/categories.yaml': spoilt(from, to, CATEGORIES) }));
    t.regex(found.map(formatFault).join('\n'), want);
  });
}

test('a secret of the home cannot be given a mild action', (t) => {
  const at = CATEGORIES.indexOf('  private_key:');
  const text = CATEGORIES.slice(0, at) + CATEGORIES.slice(at).replace('without_purpose: drop', 'without_purpose: hash');
  t.regex(
    checkRules(files({ 'rules/categories.yaml': text }))
      .map(formatFault)
      .join('\n'),
    /`private_key` never leaves the home/,
  );
});

test('a list of the vocabulary that is missing, unknown or not in lower case is a fault', (t) => {
  const found = (from: string, to: string): string =>
    checkRules(files({ 'rules/vocabulary.yaml': VOCABULARY.replace(from, to) }))
      .map(formatFault)
      .join('\n');
  t.regex(found('  street_words: { any: [word] }\n', ''), /list `street_words` of the vocabulary is missing/);
  t.regex(found('street_words', 'street_word'), /did you mean `street_words`/);
  t.regex(found('street_words: { any: [word] }', 'street_words: { any: [Word] }'), /a word is lower case/);
});

test('a missing file, a file in no place, and an empty file are faults', (t) => {
  const found = checkRules(
    files({ 'rules/baseline.yaml': undefined, 'rules/service/x.yaml': 'id: x', 'rules/services/y.yaml': '' }),
  );
  t.deepEqual(found.map(formatFault), [
    'rules/baseline.yaml:1:1: the file is missing',
    'rules/service/x.yaml:1:1: not a rules file: expected categories.yaml, vocabulary.yaml, baseline.yaml, dpv-terms.txt or services/<id>.yaml',
    'rules/services/y.yaml:1:1: the file is empty',
  ]);
});

test('a host belongs to one service, and the baseline has none', (t) => {
  const other = COSORI.replace('id: cosori', 'id: other');
  const baseline = `${BASELINE}hosts: [{ name: a.b, operator: unconfirmed }]\n`;
  const found = checkRules(files({ 'rules/services/other.yaml': other, 'rules/baseline.yaml': baseline }));
  t.deepEqual(found.map(formatFault), [
    'rules/baseline.yaml:7:9: the baseline has no hosts: it holds for every host that no service names',
    'rules/services/other.yaml:6:5: host `smartapi.vesync.com` is claimed twice: also at rules/services/cosori.yaml:6',
  ]);
});

test('a file of an extra directory replaces the service whole, and counts in the hash', (t) => {
  const changed = COSORI.replace('title: { en: COSORI, ru: COSORI }', 'title: { en: Mine, ru: Моё }');
  const rules = loadRules(
    files({
      'extra/services/cosori.yaml': changed,
      'extra/services/mine.yaml': COSORI.replace('id: cosori', 'id: mine').replace('smartapi.vesync.com', 'mine.example'),
    }),
  );
  t.is(rules.services.get('cosori')?.title.en, 'Mine');
  t.is(rules.services.get('cosori')?.fields[0]?.source, 'extra/services/cosori.yaml:36');
  t.true(rules.services.has('mine'));
  t.not(rules.hash, loadRules(files()).hash);
});

test('a taxonomy of an extra directory changes the main one category by category; what it has not stays', (t) => {
  const extra = `categories:
  email: { title: { en: Mail }, family: person, term: "pd:Identifying", without_purpose: hash, names: [mailbox] }
`;
  const { categories } = loadRules(files({ 'extra/categories.yaml': extra }));
  t.deepEqual(categories.get('email')?.title, { en: 'Mail', ru: 'Mail' });
  t.is(categories.get('email')?.withoutPurpose, 'hash');
  t.deepEqual(categories.get('wifi_ssid'), loadRules(files()).categories.get('wifi_ssid'));
});

test('a fault in an extra directory stops the load too', (t) => {
  t.throws(() => loadRules(files({ 'extra/services/x.yaml': 'id: x\n' })), { instanceOf: HubError });
});

test('the error of a load carries every fault', (t) => {
  const error = t.throws(() =>
    loadRules(files({ 'rules/services/cosori.yaml': spoilt('hosts:', 'hots:').replace('default: off', 'default: of') })),
  );
  t.is(faultsOf(error).length, 2);
  t.regex(error?.message ?? '', /rules\/services\/cosori\.yaml:5:1: unknown key `hots`.*and 1 more/);
  t.deepEqual(faultsOf(new Error('other')), []);
});

test('aliases and `<<` bring in what stands under an anchor', (t) => {
  const text = `${COSORI}limits:\n  - &a { kind: rights, clause: 8.1, says: { en: a, ru: б } }\n  - { <<: *a, clause: 8.30 }\n  - *a\n`;
  const limits = loadRules(files({ 'rules/services/cosori.yaml': text })).services.get('cosori')?.limits;
  t.deepEqual(
    limits?.map(({ kind, clause }) => [kind, clause]),
    [
      ['rights', '8.1'],
      ['rights', '8.30'],
      ['rights', '8.1'],
    ],
  );
});

test('a term is expanded to its IRI', (t) => {
  t.is(termIri('pd:MACAddress'), 'https://w3id.org/dpv/pd#MACAddress');
  t.is(termIri('dpv:Purpose'), 'https://w3id.org/dpv#Purpose');
});

test('a rules directory is read whole, in the order of its names; what cannot be read is a fault and not a rule less', async (t) => {
  const dir = await mkdtemp(join(tmpdir(), 'rules-'));
  t.teardown(() => rm(dir, { recursive: true }));
  await mkdir(join(dir, 'services'));
  await writeFile(join(dir, 'services/a.yml'), 'id: a\n');
  await writeFile(join(dir, 'baseline.yaml'), BASELINE);
  await writeFile(join(dir, 'README.md'), 'text');
  t.deepEqual(await readRulesDir([dir]), [
    { name: join(dir, 'baseline.yaml'), text: BASELINE },
    { name: join(dir, 'services/a.yml'), text: 'id: a\n' },
  ]);
  await writeFile(join(dir, 'baseline.yaml'), Uint8Array.of(0x69, 0xff));
  const broken = await t.throwsAsync(readRulesDir([dir]), { instanceOf: HubError });
  t.regex(faultsOf(broken).map(formatFault).join(), /baseline\.yaml:1:1: the file is not UTF-8/);
  const absent = await t.throwsAsync(readRulesDir([join(dir, 'absent')]), { instanceOf: HubError });
  t.regex(faultsOf(absent).map(formatFault).join(), /absent:1:1: the directory cannot be read \(ENOENT\)/);
});
