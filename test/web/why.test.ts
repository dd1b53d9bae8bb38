// What a household asks when something does not work: why was it refused, what was withheld, what can be done, from where one looks.
import test from 'ava';
import { openBoth, openTab } from './browser.js';
import { TEMPLATES } from './fake-traffic.js';
import { openPage } from './tools.js';

const MINUTE_MS = 60_000;
const REFUSED = TEMPLATES.find(({ verdict }) => verdict === 'refused')!;
const FRYER = TEMPLATES[0]!;

test('trouble: what was refused within the last hour is there, as Home says; it was looked for in the last quarter only', async (t) => {
  const page = await openPage(t, { empty: true });
  page.hub.append(REFUSED, page.clock - 40 * MINUTE_MS);
  const attention = await page.api('/attention');
  t.like(attention.json.items[0], { kind: 'refused', level: 'now', device: REFUSED.device });
  const found = await page.api(`/trouble?device=${REFUSED.device}`);
  t.is(found.json.refusals.length, 1);
  t.is(found.json.refusals[0].code, 'unreadable_format');
});

test('trouble: of a device that sends rarely, what was withheld before its last message is suspect, however long ago that was', async (t) => {
  const page = await openPage(t, { empty: true });
  page.hub.append(FRYER, page.clock - 300 * MINUTE_MS);
  page.hub.append(FRYER, page.clock - 100 * MINUTE_MS);
  const found = await page.api(`/trouble?device=${FRYER.device}`);
  const ssid = found.json.withheld.find((one: { path: string }) => one.path.includes('wifiSSID'));
  t.like(ssid, { count: 1, relaxable: true });
  const before = await page.api(`/trouble?device=${FRYER.device}&atMs=${page.clock - 200 * MINUTE_MS}`);
  t.true(before.json.withheld.length > 0, 'the message before that time');
  t.deepEqual((await page.api('/trouble?device=d-nobody')).json.withheld, []);
});

test.serial('a refused record says why and what can be done, and leads to where it is done', async (t) => {
  const both = await openBoth(t);
  if (!both) return;
  const { page, browser } = both;
  const { seq } = page.hub.append(REFUSED, page.clock);
  const tab = await openTab(browser, page, { size: 'phone' });
  await tab.goto(`${page.origin}/log/${seq}`);
  await tab.getByText('The hub cannot read its format.').waitFor();
  await tab.getByText('You can let through unread what this service sends so.').waitFor();
  await tab.locator('.help-line a').click();
  await tab.getByText('Let formats through that the hub cannot read').waitFor();
  t.is(new URL(tab.url()).search, '?part=more');
});

test.serial('every code of a refusal has its words; none is shown as it stands in the log', async (t) => {
  const both = await openBoth(t);
  if (!both) return;
  const { page, browser } = both;
  const codes = ['bad_head', 'loop', 'upstream_untrusted', 'not_at_home', 'too_deep', 'timeout', 'busy', 'internal'];
  const tab = await openTab(browser, page, { lang: 'ru' });
  for (const error of codes) {
    const { seq } = page.hub.append({ ...REFUSED, error }, page.clock);
    await tab.goto(`${page.origin}/log/${seq}`);
    await tab.locator('.help-line').waitFor();
    t.false(((await tab.locator('main').textContent()) ?? '').includes(error), error);
  }
});

test.serial('from a device to what may have broken it, and from a record to a field let through for ten minutes', async (t) => {
  const both = await openBoth(t);
  if (!both) return;
  const { page, browser } = both;
  const tab = await openTab(browser, page);
  await tab.goto(`${page.origin}/devices/${FRYER.device}`);
  await tab.getByRole('link', { name: 'Does something not work?' }).click();
  await tab.getByText('Withheld or changed just before').waitFor();
  const { seq } = page.hub.append(FRYER, page.clock);
  await tab.goto(`${page.origin}/log/${seq}`);
  await tab.getByRole('button', { name: /Let through for 10 minutes: .*wifiSSID/ }).click();
  await tab.getByText('Let through on trial').waitFor();
  const [override] = await page.hub.overrides();
  t.like(override, { device: FRYER.device, service: 'cosori', action: 'keep', path: "$['network']['wifiSSID']" });
});

test.serial(
  'the log keeps its filter: in the address, over a record and back; new records are shown when asked for',
  async (t) => {
    const both = await openBoth(t);
    if (!both) return;
    const { page, browser } = both;
    const tab = await openTab(browser, page);
    await tab.goto(`${page.origin}/devices/${REFUSED.device}`);
    await tab.getByRole('link', { name: 'Its records' }).click();
    await tab.getByLabel('What happened').selectOption('refused');
    const rows = tab.locator('.log-row');
    await tab.locator('.log-row .verdict-forwarded').first().waitFor({ state: 'detached' });
    await rows.first().waitFor();
    const many = await rows.count();
    await rows.first().click();
    await tab.getByRole('heading', { name: /^Record/ }).waitFor();
    await tab.locator('a.back').click();
    await rows.first().waitFor();
    t.is(await rows.count(), many);
    const asked = new URL(tab.url()).searchParams;
    t.deepEqual([asked.get('device'), asked.get('verdict')], [REFUSED.device, 'refused']);
    page.hub.append(REFUSED, page.clock);
    await tab.getByRole('button', { name: 'Show 1 new record' }).click();
    await rows.nth(many).waitFor();
  },
);

test.serial(
  'connecting a device: no address is told that no device can use; without the home’s network no code for a phone',
  async (t) => {
    const both = await openBoth(t);
    if (!both) return;
    const { page, browser } = both;
    const tab = await openTab(browser, page, { size: 'phone' });
    page.hub.doors = [
      { host: '127.0.0.1', port: 9001, kind: 'proxy' },
      { host: '0.0.0.0', port: 9002, kind: 'fixed' },
      { host: '192.168.1.7', port: 9003, kind: 'proxy' },
    ];
    await tab.goto(`${page.origin}/start`);
    await tab.getByText('192.168.1.7:9003').first().waitFor();
    page.hub.doors = page.hub.doors.slice(0, 2);
    page.hub.pageAtHome = false;
    await tab.reload();
    await tab.getByText('No door of the hub is open to the home network').waitFor();
    t.notRegex((await tab.locator('main').textContent()) ?? '', /9001|9002/);
    t.is(await tab.getByRole('button', { name: /QR/ }).count(), 0);
  },
);

test.serial('a hub that cannot write its log says so on its first page', async (t) => {
  const both = await openBoth(t);
  if (!both) return;
  const { page, browser } = both;
  page.hub.recordsFail = true;
  const tab = await openTab(browser, page, { size: 'phone' });
  await tab.goto(page.origin);
  await tab.getByText('The hub cannot write its log').waitFor();
  t.pass();
});

test.serial('a service’s hosts stand in lines on a phone, not letter below letter', async (t) => {
  const both = await openBoth(t);
  if (!both) return;
  const { page, browser } = both;
  for (const lang of ['en', 'ru'] as const) {
    const tab = await openTab(browser, page, { size: 'phone', lang });
    await tab.goto(`${page.origin}/services/cosori?part=more`);
    await tab.locator('.wrap-line code').first().waitFor();
    const heights = (await tab.evaluate(
      "[...document.querySelectorAll('.wrap-line code')].map((one) => one.getBoundingClientRect().height)",
    )) as number[];
    t.true(heights.length > 2);
    t.true(Math.max(...heights) < 50, `${lang} ${heights}`);
  }
});

test('the home’s own identifiers are read as those of the config are; one that is none is named by its line, and nothing is saved', async (t) => {
  const page = await openPage(t);
  const none = { ssids: [], macs: [], ips: [], emails: [], phones: [], coordinates: [] };
  const put = (told: object) => page.api('/household', { method: 'PUT', body: { ...none, ...told } });
  const refused = await put({ macs: ['00:00:5e:00:53:01', 'the kitchen'], phones: ['12'] });
  t.is(refused.status, 400);
  t.deepEqual(refused.json.error.faults, ['$.macs[1]: expected a MAC address', '$.phones[0]: expected a telephone number']);
  t.false(refused.text.includes('kitchen'));
  t.deepEqual((await page.api('/household')).json.told, none);
  t.is((await put({ macs: ['00-00-5E-00-53-01 '], emails: ['anna@example.org'], phones: ['+49 171 2345678'] })).status, 200);
  t.like((await page.api('/household')).json.told, { macs: ['00:00:5e:00:53:01'], emails: ['anna@example.org'] });
});

test.serial(
  'a line that is no MAC is told by its list and number; the Wi-Fi’s name is asked for on the way in where none is known',
  async (t) => {
    const both = await openBoth(t);
    if (!both) return;
    const { page, browser } = both;
    const tab = await openTab(browser, page, { size: 'phone' });
    await tab.goto(`${page.origin}/settings`);
    await tab.getByRole('button', { name: 'Show and edit' }).click();
    await tab.getByLabel(/Hardware addresses/).fill('00:00:5e:00:53:01\nthe kitchen');
    await tab.getByLabel(/E-mail addresses/).fill('anna@example.org');
    const save = tab.locator('form', { has: tab.getByLabel(/E-mail addresses/) }).getByRole('button', { name: 'Save' });
    await save.click();
    await tab.getByText('Line 2 of “Hardware addresses (MAC), one a line” is not one.').waitFor();
    await tab.getByLabel(/Hardware addresses/).fill('00:00:5e:00:53:01');
    await save.click();
    await tab.getByText('Saved').waitFor();
    t.like((await page.hub.household()).told, { macs: ['00:00:5e:00:53:01'], emails: ['anna@example.org'] });
    page.hub.found = { ...page.hub.found, ssids: [] };
    await tab.goto(`${page.origin}/start`);
    await tab.getByLabel('What is your Wi-Fi called?').fill('Sunny Corner');
    await tab.getByRole('button', { name: 'Save' }).click();
    await tab.getByLabel('What is your Wi-Fi called?').waitFor({ state: 'detached' });
    t.deepEqual((await page.hub.household()).told.ssids, ['Sunny Corner']);
  },
);

test.serial(
  'first run and log-in: a wrong code says so and where the right one is; a forgotten password is no dead end',
  async (t) => {
    const both = await openBoth(t, { setUp: false });
    if (!both) return;
    const { page, browser } = both;
    const tab = await openTab(browser, page);
    await tab.goto(page.origin);
    await tab.getByLabel('One-time code').fill('AAAA-BBBB-CCCC');
    await tab.getByLabel('Choose a password').fill('three quiet herons at dusk');
    await tab.getByRole('button', { name: 'Continue' }).click();
    await tab.getByText('This code is not right.').waitFor();
    await page.setUp();
    page.cookies = {};
    await tab.context().clearCookies();
    await tab.goto(page.origin);
    await tab.getByText('Password forgotten?').click();
    await tab.getByText('hubsieve password reset').waitFor();
    t.pass();
  },
);

test.serial('a hub that no longer answers is told on the open page, and no longer once it is back', async (t) => {
  const both = await openBoth(t);
  if (!both) return;
  const { page, browser } = both;
  const tab = await openTab(browser, page);
  await tab.goto(page.origin);
  await tab.getByText('Needs your attention').waitFor();
  const { port } = page.server;
  await page.server.close();
  await tab.getByText('The hub does not answer. What stands here may be old').waitFor();
  page.server = await page.open(port);
  await tab.locator('.gone').waitFor({ state: 'detached' });
  t.pass();
});
