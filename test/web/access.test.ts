import test from 'ava';
import { fullPath } from '#src/web/route.js';
import { routes } from '#src/web/routes.js';
import { ABSOLUTE_MS, IDLE_MS } from '#src/web/sessions.js';
import { openPage, PASSWORD, type Page, send } from './tools.js';

const login = (page: Page, password = PASSWORD) => page.api('/session', { method: 'POST', body: { password } });
const MINUTE_MS = 60_000;

test('first run: only the code from the console opens the hub, once', async (t) => {
  const page = await openPage(t, { setUp: false });
  t.is((await page.api('/session')).json.state, 'setup');
  t.is((await page.api('/overview')).status, 401);
  const { code } = page;
  t.regex(code, /^[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}$/);
  t.is((await page.api('/setup', { method: 'POST', body: { code: 'AAAA-BBBB-CCCC', password: PASSWORD } })).status, 401);
  t.is((await page.api('/setup', { method: 'POST', body: { code: code.toLowerCase(), password: PASSWORD } })).status, 200);
  t.is((await page.api('/session')).json.state, 'open');
  t.is((await page.api('/setup', { method: 'POST', body: { code, password: PASSWORD } })).status, 409);
});

test('of two first runs at the same time one gets in', async (t) => {
  const page = await openPage(t, { setUp: false });
  const { code } = page;
  const go = (password: string) => page.api('/setup', { method: 'POST', body: { code, password } });
  const answers = await Promise.all([go('one long enough sentence'), go('and another one like it')]);
  t.deepEqual(answers.map(({ status }) => status).sort(), [200, 409]);
});

test('ten wrong first-run codes make a new one', async (t) => {
  const page = await openPage(t, { setUp: false });
  const first = page.code;
  for (let tries = 0; tries < 10; tries++) {
    page.clock += 2 * MINUTE_MS;
    await page.api('/setup', { method: 'POST', body: { code: 'wrong', password: PASSWORD } });
  }
  t.not(page.code, first);
  page.clock += 2 * MINUTE_MS;
  t.is((await page.api('/setup', { method: 'POST', body: { code: first, password: PASSWORD } })).status, 401);
});

test('easy passwords are refused, long ones with blanks and any letters taken', async (t) => {
  const page = await openPage(t, { setUp: false });
  for (const password of ['short', 'password1234', 'qwertyqwerty12345', 'aaaaaaaaaaaaaaaa', 'hubsieve-admin', 'парольпароль12']) {
    t.is((await page.api('/setup', { method: 'POST', body: { code: page.code, password } })).status, 422, password);
    page.clock += 2 * MINUTE_MS;
  }
  const password = `тихая цапля 🌾 ${'x y'.repeat(20)}`;
  t.is((await page.api('/setup', { method: 'POST', body: { code: page.code, password } })).status, 200);
  t.is((await login(page, password)).status, 200);
});

test('the password is kept as scrypt with its parameters, tokens as hashes', async (t) => {
  const page = await openPage(t);
  const { json } = await page.api('/tokens', { method: 'POST', body: { current: PASSWORD, name: 'x', scope: 'read' } });
  const kept = page.hub.account!;
  t.regex(kept, /scrypt\$16384\$8\$5\$/);
  t.false(kept.includes(PASSWORD));
  t.false(kept.includes(json.secret));
  t.false((await page.api('/tokens')).text.includes(json.secret));
});

test('the session cookie is HttpOnly, SameSite=Strict, bound to the path, and renewed at each log-in', async (t) => {
  const page = await openPage(t);
  const old = page.cookies['hubsieve'];
  const answer = await login(page);
  const line = [answer.headers['set-cookie']].flat().find((one) => one?.startsWith('hubsieve='))!;
  t.regex(line, /^hubsieve=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/);
  t.not(page.cookies['hubsieve'], old);
  t.is((await page.api('/overview', { headers: { cookie: `hubsieve=${old}` } })).status, 401);
});

test('a session ends after half an hour of silence, and after half a day in any case', async (t) => {
  const page = await openPage(t);
  page.clock += IDLE_MS - 1000;
  t.is((await page.api('/overview')).status, 200);
  page.clock += IDLE_MS - 1000;
  t.is((await page.api('/overview', { headers: { 'x-hubsieve-auto': '1' } })).status, 200);
  page.clock += 2000;
  t.is((await page.api('/overview')).status, 401, 'the page refreshing itself does not keep a session open');
  await login(page);
  const end = page.clock + ABSOLUTE_MS;
  for (; page.clock < end; page.clock += IDLE_MS / 2) t.is((await page.api('/session')).json.state, 'open');
  t.is((await page.api('/overview')).status, 401);
});

test('sessions can be listed and ended; logging out and a new password end them', async (t) => {
  const page = await openPage(t);
  const mine = { ...page.cookies };
  page.cookies = {};
  await login(page);
  const other = { ...page.cookies };
  const { items } = (await page.api('/sessions')).json;
  t.is(items.length, 2);
  const first = items.find((one: { current: boolean }) => !one.current);
  t.is((await page.api(`/sessions/${first.id}`, { method: 'DELETE' })).status, 200);
  page.cookies = mine;
  t.is((await page.api('/overview')).status, 401);
  page.cookies = {};
  await login(page);
  t.is(
    (await page.api('/password', { method: 'PUT', body: { current: PASSWORD, password: 'an entirely new sentence' } })).status,
    200,
  );
  t.is((await page.api('/overview')).status, 200);
  const last = { ...page.cookies };
  page.cookies = other;
  t.is((await page.api('/overview')).status, 401);
  page.cookies = last;
  await page.api('/session', { method: 'DELETE' });
  t.is((await page.api('/overview', { headers: { cookie: `hubsieve=${last['hubsieve']}` } })).status, 401);
});

test('guessing is slowed down, and never locks the owner out for ever', async (t) => {
  const page = await openPage(t);
  const known = { ...page.cookies };
  page.cookies = {};
  for (let tries = 0; tries < 5; tries++) t.is((await login(page, 'not the password')).status, 401);
  const refused = await login(page);
  t.is(refused.status, 429, 'even the right password waits');
  t.true(Number(refused.headers['retry-after']) >= 1);
  page.cookies = known;
  t.is((await login(page)).status, 200, 'a browser that was in before is counted on its own');
  page.cookies = {};
  for (let tries = 0; tries < 30; tries++) {
    page.clock += MINUTE_MS;
    t.is((await login(page, 'not the password')).status, 401);
  }
  t.is((await login(page)).status, 429);
  page.clock += MINUTE_MS;
  t.is((await login(page)).status, 200, 'the longest wait is a minute, after any number of tries');
});

test('another site cannot act: Origin and Sec-Fetch-Site are held against the hub’s own', async (t) => {
  const page = await openPage(t);
  const { port } = page.server;
  const cookie = `hubsieve=${page.cookies['hubsieve']}`;
  const body = '{"mode":"observe"}';
  const json = { 'content-type': 'application/json', host: `127.0.0.1:${port}`, cookie };
  const patch = (headers: Record<string, string>) =>
    send(port, '/api/v1/services/cosori', 'PATCH', { ...json, ...headers }, body);
  t.is((await patch({ origin: 'https://evil.example' })).status, 403);
  t.is((await patch({ origin: 'null' })).status, 403);
  t.is((await patch({ origin: `http://localhost:${port}` })).status, 403, 'another name of the same hub is another site');
  t.is((await patch({ 'sec-fetch-site': 'cross-site' })).status, 403);
  t.is((await patch({ 'sec-fetch-site': 'same-site' })).status, 403);
  t.is((await patch({})).status, 403, 'what changes something must say where it comes from');
  t.is((await patch({ origin: page.origin, 'sec-fetch-site': 'cross-site' })).status, 403);
  t.is((await send(port, '/api/v1/overview', 'GET', { ...json, 'sec-fetch-site': 'cross-site' })).status, 403);
  t.is((await patch({ origin: page.origin })).status, 200);
  t.deepEqual(page.hub.calls.length, 1);
});

test('a name that was pointed at the hub (DNS rebinding) is refused for every path', async (t) => {
  const page = await openPage(t);
  const { port } = page.server;
  const ask = (host: string, path: string) =>
    send(port, path, 'GET', { host, 'sec-fetch-site': 'same-origin', cookie: `hubsieve=${page.cookies['hubsieve']}` });
  for (const host of [
    'evil.example',
    `evil.example:${port}`,
    '127.0.0.1.evil.example',
    '192.168.1.10',
    '[::1]',
    'localhost.evil.example',
    'a b',
  ]) {
    for (const path of ['/', '/api/v1/overview', '/api/v1/health', '/metrics', '/api/v1/ca.pem'])
      t.is((await ask(host, path)).status, 421, `${host}${path}`);
  }
  for (const host of ['localhost', `localhost:${port}`, '127.0.0.1', 'HUB.home', 'hub.home.'])
    t.is((await ask(host, '/api/v1/overview')).status, 200, host);
});

test('nothing but the entrance answers without logging in', async (t) => {
  const page = await openPage(t);
  page.cookies = {};
  for (const route of routes) {
    if (route.scope === 'none') continue;
    const answer = await page.ask(fullPath(route), {
      method: route.method.toUpperCase(),
      body: /get|delete/.test(route.method) ? undefined : {},
    });
    t.is(answer.status, 401, fullPath(route));
  }
  t.deepEqual(
    routes
      .filter(({ scope }) => scope === 'none')
      .map((route) => `${route.method} ${fullPath(route)}`)
      .sort(),
    [
      'delete /api/v1/session',
      'get /api/v1/ca.pem',
      'get /api/v1/session',
      'post /api/v1/family/devices',
      'post /api/v1/family/pause',
      'post /api/v1/session',
      'post /api/v1/setup',
    ],
  );
});

test('a token reaches as far as its scope, ends with its time, and can be taken back', async (t) => {
  const page = await openPage(t);
  const make = async (scope: string, days?: number) =>
    (await page.api('/tokens', { method: 'POST', body: { current: PASSWORD, name: scope, scope, ...(days ? { days } : {}) } }))
      .json;
  const [read, write, admin] = [await make('read', 1), await make('write'), await make('admin')];
  const { port } = page.server;
  const ask = (secret: string, path: string, method = 'GET', body?: string) =>
    send(
      port,
      `/api/v1${path}`,
      method,
      { authorization: `Bearer ${secret}`, 'content-type': 'application/json', host: `localhost:${port}` },
      body,
    );
  t.is((await ask(read.secret, '/overview')).status, 200);
  t.is((await ask(read.secret, '/services/cosori', 'PATCH', '{"mode":"observe"}')).status, 403);
  t.is((await ask(write.secret, '/services/cosori', 'PATCH', '{"mode":"observe"}')).status, 200);
  t.is(page.hub.actors.at(-1)?.who, 'token');
  t.is((await ask(write.secret, '/household')).status, 403);
  t.is((await ask(admin.secret, '/household')).status, 200);
  t.is(
    (await ask(admin.secret, '/tokens', 'POST', `{"current":"${PASSWORD}","name":"y","scope":"admin"}`)).status,
    403,
    'a token makes no tokens',
  );
  t.is((await ask('hs_wrong-wrong-wrong', '/overview')).status, 401);
  page.clock += 25 * 60 * MINUTE_MS;
  t.is((await ask(read.secret, '/overview')).status, 401);
  await login(page);
  await page.api(`/tokens/${write.id}`, { method: 'DELETE' });
  t.is((await ask(write.secret, '/overview')).status, 401);
});

test('a family member pauses one device with the pin, for two hours at most, and nothing else', async (t) => {
  const page = await openPage(t);
  await page.api('/pin', { method: 'PUT', body: { current: PASSWORD, pin: '482915' } });
  page.cookies = {};
  const family = (path: string, body: object) => page.api(`/family/${path}`, { method: 'POST', body });
  t.deepEqual(
    (await family('devices', { pin: '482915' })).json.items.map((one: { id: string }) => one.id),
    ['d-7f3a91c2'],
  );
  t.is((await family('pause', { pin: '482915', device: 'd-7f3a91c2', minutes: 30 })).status, 200);
  t.is(page.hub.actors.at(-1)?.who, 'family');
  t.is((await family('pause', { pin: '482915', device: 'd-7f3a91c2', minutes: 600 })).status, 400);
  t.is((await family('pause', { pin: '482915', device: 'd-51aa0e7b', minutes: 30 })).status, 404, 'not a device for the family');
  for (let tries = 0; tries < 5; tries++) t.is((await family('devices', { pin: '000000' })).status, 401);
  t.is((await family('devices', { pin: '482915' })).status, 429);
});

test('every answer carries the headers that keep a browser strict', async (t) => {
  const page = await openPage(t);
  for (const path of ['/', '/api/v1/session', '/api/v1/nothing', '/metrics']) {
    const { headers } = await page.ask(path);
    t.regex(String(headers['content-security-policy']), /default-src 'none'.*script-src 'self';.*frame-ancestors 'none'/);
    t.notRegex(String(headers['content-security-policy']), /unsafe|\*|https?:/);
    t.is(headers['x-content-type-options'], 'nosniff');
    t.is(headers['referrer-policy'], 'no-referrer');
    t.is(headers['x-powered-by'], undefined);
  }
  t.is((await page.api('/session')).headers['cache-control'], 'no-store');
});

test('bodies of strangers are small, those of the owner bounded', async (t) => {
  const page = await openPage(t);
  t.is((await page.api('/try', { method: 'POST', body: { service: 'cosori', body: 'x'.repeat(5_000_000) } })).status, 413);
  page.cookies = {};
  t.is((await page.api('/session', { method: 'POST', body: { password: 'x'.repeat(5000) } })).status, 413);
});

test('log-ins and refusals are said in the journal, without password or address', async (t) => {
  const page = await openPage(t);
  await login(page);
  await login(page, 'not the password');
  t.deepEqual(page.said.slice(-2), ['page: log-in succeeded', 'page: log-in refused']);
});
