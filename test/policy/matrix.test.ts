import test from 'ava';
import { loadRules } from '#src/policy/declaration.js';
import { formatMatrix, matrix } from '#src/policy/matrix.js';
import { COSORI, files } from './fixture.js';

const rules = loadRules(files());

test('a cell says clause, need, granularity and switch; a row says what leaves', (t) => {
  const { rows, purposes } = matrix(rules, 'cosori', { network_diagnostics: true });
  const row = rows.find(({ category }) => category === 'timezone_region');
  t.deepEqual(row?.cells, [
    { purpose: 'device_control', clause: '2.1.4', necessary: true, granularity: 'coarse', on: true },
    { purpose: 'network_diagnostics', clause: '6.1.3', necessary: true, granularity: 'exact', on: true },
  ]);
  t.is(row?.outcome, 'keep');
  t.deepEqual(
    purposes.map(({ id }) => id),
    ['registration', 'device_control', 'network_diagnostics'],
  );
});

test('every category of the taxonomy has a row, and those that nothing justifies are listed', (t) => {
  const shown = matrix(rules, 'cosori', {});
  t.is(shown.rows.length, rules.categories.size);
  t.true(shown.justifiedByNothing.includes('wifi_ssid'));
  t.true(shown.justifiedByNothing.includes('diagnostics'), 'listed, not needed');
  t.false(shown.justifiedByNothing.includes('signal_strength'), 'a purpose needs it, though it is off');
  t.deepEqual(shown.rows.find(({ category }) => category === 'wifi_ssid')?.unjustified, ['6.1.3']);
});

test('the text fits 100 columns, in both languages, also with long words and many purposes', (t) => {
  const purpose = COSORI.slice(COSORI.indexOf('  registration:'), COSORI.indexOf('  device_control:'));
  const many = Array.from({ length: 22 }, (_, i) =>
    purpose.replace('registration', `p_${i}`).replace('5.10', `"clause ${'x'.repeat(i * 9)}"`),
  ).join('');
  const wide = loadRules(files({ 'rules/services/cosori.yaml': COSORI.replace(purpose, purpose + many) }));
  for (const lang of ['en', 'ru'] as const) {
    for (const shown of [matrix(rules, 'cosori', {}), matrix(wide, 'cosori', {}), matrix(rules, 'unknown', {})]) {
      const longest = Math.max(
        ...formatMatrix(shown, 'text', lang)
          .split('\n')
          .map((line) => line.length),
      );
      t.true(longest <= 100, `${longest}`);
    }
  }
});

test('the text shows marks under numbered purposes, and the clauses that are not the purpose’s own', (t) => {
  const lines = formatMatrix(matrix(rules, 'cosori', {}), 'text', 'en').split('\n');
  t.true(lines.includes('  1 Registration [registration] 5.10, declared, on'));
  t.true(lines.includes('Wi-Fi name                   ·  ·  · withheld        without a purpose: 6.1.3'));
  t.true(lines.includes('account_identifier           ●  ·  · as it is        1: 5.3'));
  t.true(lines.includes('timezone_region              ·  ◐  ● coarser'));
  t.true(lines.includes('diagnostics                  ·  ○  · withheld'));
  t.true(lines.some((line) => line.startsWith('Named by the policy, justified by nothing: Wi-Fi name; diagnostics')));
});

test('JSON is the matrix itself', (t) => {
  const shown = matrix(rules, 'cosori', {});
  t.deepEqual(JSON.parse(formatMatrix(shown, 'json', 'en')), JSON.parse(JSON.stringify(shown)));
});

test('the page has a table with caption and scopes, its language, and no text that is not escaped', (t) => {
  const evil = loadRules(
    files({
      'rules/services/cosori.yaml': COSORI.replace('en: Device control', `en: "<script>alert('&')</script>"`).replace(
        '"https://www.cosori.cloud/privacy/"',
        '"javascript:alert(1)"',
      ),
    }),
  );
  const page = formatMatrix(matrix(evil, 'cosori', {}), 'html', 'en');
  t.false(page.includes('<script'));
  t.true(page.includes('&lt;script&gt;alert(&#39;&amp;&#39;)&lt;/script&gt;'));
  t.false(page.includes('href="javascript:'));
  t.regex(page, /<html lang="en">/);
  t.regex(page, /<caption>[^<]+<\/caption>/);
  t.true(page.includes('<th scope="row">Wi-Fi name</th>'));
  t.true(formatMatrix(matrix(rules, 'cosori', {}), 'html', 'ru').includes('<th scope="row">Имя сети Wi-Fi</th>'));
});

test('every row of the page has a cell for each purpose', (t) => {
  const page = formatMatrix(matrix(rules, 'cosori', {}), 'html', 'en');
  const cells = [...page.matchAll(/<tr>(.*)<\/tr>/g)].map(([, row]) => row!.match(/<t[hd][ >]/g)?.length);
  t.true(cells.length > 5);
  t.deepEqual(new Set(cells), new Set([1 + 3 + 3]));
});
