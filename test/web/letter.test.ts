import test from 'ava';
import { type Declaration, LIMIT_KINDS } from '#src/model.js';
import { loadRules } from '#src/policy/declaration.js';
import { readRulesDir } from '#src/rules-files.js';
import { LAWS, LETTERS } from '#src/web/letter/laws.js';
import { languageOf, letter } from '#src/web/letter/text.js';
import { openPage } from './tools.js';

const rules = loadRules(await readRulesDir(['rules']));
const of = (id: string): Declaration => rules.services.get(id)!;
const SPAN = { fromMs: Date.UTC(2026, 9, 1), untilMs: Date.UTC(2026, 9, 22) };
const LEFT = [
  { category: 'device_status', asIs: 40, changed: 0 },
  { category: 'timezone_region', asIs: 0, changed: 7 },
  { category: 'wifi_ssid', asIs: 0, changed: 0 },
] as const;
const facts = (id: string) => ({ rules, declaration: of(id), left: LEFT, ...SPAN });

test('every law that a shipped declaration names is known here, but for 149-FZ, which gives persons no such request', (t) => {
  const named = new Set([...rules.services.values()].flatMap(({ policy }) => policy.law));
  named.delete('149-FZ');
  for (const law of named) t.true(LAWS.has(law), law);
});

test('152-FZ: access by article 14 within ten working days, withdrawal by 9(2) and 21(5) within thirty days', (t) => {
  const access = letter(facts('cosori'), 'access', 'ru');
  t.regex(access, /от 27\.07\.2006 № 152-ФЗ/);
  t.regex(access, /части 7 статьи 14/);
  t.regex(access, /десяти рабочих дней.*часть 3 статьи 14, часть 1 статьи 20/);
  t.regex(access, /Документ, удостоверяющий личность/);
  const withdrawal = letter(facts('cosori'), 'withdrawal', 'ru');
  t.regex(withdrawal, /отзываю своё согласие.*часть 2 статьи 9/);
  t.regex(withdrawal, /тридцати дней.*часть 5 статьи 21/);
  const erasure = letter(facts('cosori'), 'erasure', 'ru');
  t.regex(erasure, /часть 1 статьи 14, часть 3 статьи 20/);
  t.regex(erasure, /часть 5\.1 статьи 21/);
});

test('GDPR: articles 15, 17, 7(3), a month by 12(3)', (t) => {
  t.regex(
    letter(facts('smartcp'), 'access', 'en'),
    /Article 15\(1\).*Article 15\(3\).*one month of receipt \(Article 12\(3\)\)/s,
  );
  t.regex(letter(facts('smartcp'), 'erasure', 'en'), /Article 17\(1\).*Article 19/s);
  t.regex(letter(facts('smartcp'), 'withdrawal', 'en'), /Article 7\(3\).*Article 17\(1\)\(b\)/s);
});

test('a letter stands in the operator’s language, and below it in the household’s where that is another', (t) => {
  t.is(languageOf(of('cosori')), 'ru');
  t.is(languageOf(of('smartcp')), 'en');
  const both = letter(facts('cosori'), 'access', 'en');
  t.true(both.indexOf('ЧЕРНОВИК') < both.indexOf('DRAFT'));
  t.notRegex(letter(facts('cosori'), 'access', 'ru'), /DRAFT/);
});

test('it says what left, how often, and nothing of what did not; that it is a draft, and where the policy stands', (t) => {
  const text = letter(facts('smartcp'), 'access', 'en');
  t.regex(text, /Device status[^\n]*as they were: 40/);
  t.regex(text, /Time zone[^\n]*changed[^\n]*: 7/);
  t.notRegex(text, /Wi-Fi name/);
  t.regex(text, /no legal advice/);
  t.regex(text, /nothing has been sent/);
  t.true(text.includes(of('smartcp').policy.url));
  t.regex(text, /between 2026-10-01 and 2026-10-22/);
  t.regex(letter({ ...facts('smartcp'), left: [] }, 'access', 'en'), /no readable data/);
});

test('where the policy names no law known here, the letter says so and claims no article', (t) => {
  const declaration = { ...of('smartcp'), policy: { ...of('smartcp').policy, law: [] } };
  for (const kind of LETTERS) {
    const text = letter({ ...facts('smartcp'), declaration }, kind, 'en');
    t.regex(text, /names no law/);
    t.notRegex(text, /[Aa]rticle \d/);
  }
  t.true(LIMIT_KINDS.includes('rights'));
});

test('over the API it comes as a file of text; an unknown service has nobody to write to', async (t) => {
  const page = await openPage(t);
  for (const kind of LETTERS) {
    const { status, headers, text } = await page.api(`/services/cosori/letter?kind=${kind}&lang=en`);
    t.is(status, 200);
    t.is(headers['content-disposition'], 'attachment; filename="letter.txt"');
    t.regex(String(headers['content-type']), /^text\/plain/);
    t.regex(text, /№ 152-ФЗ/);
  }
  t.is((await page.api('/services/unknown/letter?kind=access')).status, 404);
  t.is((await page.api('/services/cosori/letter?kind=other')).status, 400);
});
