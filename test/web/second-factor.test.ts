import test from 'ava';
import { codeMark, makeCode } from '#src/web/account.js';
import { STEP_MS } from '#src/web/totp.js';
import { codeOf, openPage, PASSWORD, type Page } from './tools.js';

const MINUTE_MS = 60_000;

/** An authenticator app with this key. */
const appOf =
  (key: string) =>
  (atMs: number): string =>
    codeOf(key, atMs);

const login = (page: Page, code?: string) =>
  page.api('/session', { method: 'POST', body: { password: PASSWORD, ...(code === undefined ? {} : { code }) } });

async function turnOn(page: Page) {
  const { json } = await page.api('/second-factor', { method: 'POST', body: { current: PASSWORD } });
  const app = appOf(json.key);
  const answer = await page.api('/second-factor/confirm', { method: 'POST', body: { code: app(page.clock) } });
  return { app, codes: answer.json.codes as string[], answer, uri: json.uri as string, key: json.key as string };
}

test('with a second factor the password alone opens nothing; a code opens once', async (t) => {
  const page = await openPage(t);
  const { app, codes, uri, key } = await turnOn(page);
  t.is(codes.length, 8);
  for (const one of codes) t.regex(one, /^(?:[0-9A-Z]{4}-){5}[0-9A-Z]{4}$/);
  t.is(uri, `otpauth://totp/hubsieve?secret=${key}&issuer=hubsieve`);
  page.cookies = {};
  const without = await login(page);
  t.is(without.status, 403);
  t.is(without.json.error.code, 'code_needed');
  t.is((await page.api('/overview')).status, 401);
  t.is((await login(page, app(page.clock))).status, 401, 'the code that turned it on is spent');
  page.clock += STEP_MS;
  const code = app(page.clock);
  t.is((await login(page, code)).status, 200);
  t.is((await page.api('/overview')).status, 200);
  page.cookies = {};
  t.is((await login(page, code)).status, 401, 'a code that was watched is worth nothing');
});

test('of two that come with the same code at the same time one gets in', async (t) => {
  const page = await openPage(t);
  const { app } = await turnOn(page);
  page.clock += STEP_MS;
  const code = app(page.clock);
  const answers = await Promise.all([login(page, code), login(page, code)]);
  t.deepEqual(answers.map(({ status }) => status).sort(), [200, 401]);
});

test('a recovery code opens once, and none of them nor the key is shown again', async (t) => {
  const page = await openPage(t);
  const { codes, key } = await turnOn(page);
  page.cookies = {};
  t.is((await login(page, codes[0]!.toLowerCase().replaceAll('-', ' '))).status, 200);
  t.like((await page.api('/settings')).json.secondFactor, { on: true, recoveryLeft: 7 });
  page.cookies = {};
  t.is((await login(page, codes[0])).status, 401);
  t.is((await login(page, codes[1])).status, 200);
  for (const path of ['/settings', '/session', '/records', '/openapi.json']) {
    const { text } = await page.api(path);
    for (const secret of [key, ...codes]) t.false(text.includes(secret), path);
  }
  for (const code of codes) t.false(page.hub.account!.includes(code));
});

test('codes are guessed slowly: strangers share one count, and a browser that was in before has its own', async (t) => {
  const page = await openPage(t);
  const { app } = await turnOn(page);
  const known = { ...page.cookies };
  page.cookies = {};
  for (let tries = 0; tries < 5; tries++) {
    page.clock += STEP_MS;
    t.is((await login(page, '000000')).status, 401);
  }
  t.is((await login(page, app(page.clock))).status, 429);
  page.cookies = known;
  t.is((await login(page, app(page.clock))).status, 200);
  page.cookies = {};
  page.clock += MINUTE_MS;
  t.is((await login(page, app(page.clock))).status, 200, 'the longest wait is a minute');
});

test('turning it on takes the password and a code of the key; turning it off the password; both are recorded and end other sessions', async (t) => {
  const page = await openPage(t);
  const other = { ...page.cookies };
  page.cookies = {};
  await login(page);
  t.is((await page.api('/second-factor', { method: 'POST', body: { current: 'not the password' } })).status, 401);
  t.is(
    (await page.api('/second-factor/confirm', { method: 'POST', body: { code: '000000' } })).status,
    409,
    'nothing was offered',
  );
  await page.api('/second-factor', { method: 'POST', body: { current: PASSWORD } });
  t.is((await page.api('/second-factor/confirm', { method: 'POST', body: { code: '000000' } })).status, 401);
  t.false((await page.api('/settings')).json.secondFactor.on);
  const { app } = await turnOn(page);
  const mine = { ...page.cookies };
  page.cookies = other;
  t.is((await page.api('/overview')).status, 401);
  page.cookies = mine;
  t.is((await page.api('/second-factor', { method: 'POST', body: { current: PASSWORD } })).status, 409);
  t.is((await page.api('/second-factor/off', { method: 'POST', body: { current: 'not the password' } })).status, 401);
  t.is((await page.api('/second-factor/off', { method: 'POST', body: { current: PASSWORD } })).status, 200);
  t.is((await login(page)).status, 200);
  t.truthy(app);
  const said = (await page.api('/records?kind=switch')).json.items.map((one: { about: { value?: string } }) => one.about.value);
  t.deepEqual(said, ['second_factor_off', 'second_factor_on']);
});

test('an offered key is for the session that asked, and ends after ten minutes', async (t) => {
  const page = await openPage(t);
  const { json } = await page.api('/second-factor', { method: 'POST', body: { current: PASSWORD } });
  const app = appOf(json.key);
  const mine = { ...page.cookies };
  page.cookies = {};
  await login(page);
  const confirm = () => page.api('/second-factor/confirm', { method: 'POST', body: { code: app(page.clock) } });
  t.is((await confirm()).status, 409);
  page.cookies = mine;
  page.clock += 10 * MINUTE_MS;
  t.is((await confirm()).status, 409);
});

test('a reset at the machine ends every session, the old password and the second factor, and opens with its code only', async (t) => {
  const page = await openPage(t);
  await turnOn(page);
  const code = makeCode();
  page.hub.reset = codeMark(code);
  t.is((await page.api('/overview')).status, 401);
  t.is((await page.api('/session')).json.state, 'setup');
  t.false(page.hub.reset === code, 'the mark is not the code');
  t.falsy(await page.hub.pendingReset());
  const choose = (given: string) =>
    page.api('/setup', { method: 'POST', body: { code: given, password: 'a wholly other sentence' } });
  t.is((await choose('AAAA-BBBB-CCCC')).status, 401);
  t.is((await choose(code)).status, 200);
  t.is((await choose(code)).status, 409);
  page.cookies = {};
  t.is((await login(page)).status, 401, 'the old password');
  const again = await page.api('/session', { method: 'POST', body: { password: 'a wholly other sentence' } });
  t.is(again.status, 200);
  const [entry] = (await page.api('/records?kind=switch')).json.items;
  t.is(entry.about.value, 'password_reset');
  t.false(page.said.join('\n').includes(code));
});
