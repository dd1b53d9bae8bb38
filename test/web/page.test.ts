// Through every page as a person would, in a real browser against the fake hub.
import test from 'ava';
import type { Page as Tab } from 'playwright-core';
import { readPages } from '#src/web/pages.js';
import { openBoth, openTab, PAGES, type Size, violations } from './browser.js';
import { codeOf, PASSWORD } from './tools.js';

/** The whole page's script, packed, may weigh this much. */
const SCRIPT_BYTES = 150 * 1024;

test('the script of the page stays below 150 KB packed, and nothing in it stands on another host', (t) => {
  const pages = readPages('dist/web/ui');
  if (pages.size === 0) {
    t.log('skipped: the page is not built (npm run build)');
    t.pass();
    return;
  }
  const scripts = [...pages].filter(([name]) => name.endsWith('.js'));
  const packed = scripts.reduce((sum, [, { gzip }]) => sum + gzip.length, 0);
  t.log(`${packed} bytes packed`);
  t.true(packed > 0 && packed < SCRIPT_BYTES);
  const html = pages.get('/index.html')!.bytes.toString();
  t.notRegex(html, /(?:src|href)="(?:https?:)?\/\//);
  t.notRegex(html, /<script>|<style>| style=| on\w+=/);
});

/** What the browser complains of: faults of scripts, anything the CSP stopped, requests to another host. */
function watch(tab: Tab, origin: string): string[] {
  const complaints: string[] = [];
  tab.on('pageerror', (fault) => complaints.push(fault.message));
  tab.on('console', (message) => {
    if (message.type() === 'error' && !/status of 401/.test(message.text())) complaints.push(message.text());
  });
  tab.on('request', (request) => {
    if (!request.url().startsWith(origin)) complaints.push(`another host: ${request.url()}`);
  });
  return complaints;
}

/** When the largest thing of the first view (the sentence about today) was painted, in milliseconds from the start. */
const LARGEST_PAINT = `new Promise((resolve) => {
  new PerformanceObserver((list) => resolve(list.getEntries().at(-1).startTime)).observe({ type: 'largest-contentful-paint', buffered: true });
})`;

const overflow = (tab: Tab): Promise<number> =>
  tab.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth') as Promise<number>;

for (const size of ['phone', 'desk'] as const satisfies readonly Size[]) {
  test.serial(`every page opens without a fault, a foreign request or sideways scrolling: ${size}`, async (t) => {
    t.timeout(120_000);
    const both = await openBoth(t);
    if (!both) return;
    const { page, browser } = both;
    for (const lang of ['en', 'ru'] as const) {
      const tab = await openTab(browser, page, { size, lang });
      const complaints = watch(tab, page.origin);
      for (const [name, where, until] of PAGES) {
        await tab.goto(page.origin + where);
        await tab.waitForSelector(until);
        t.is(await overflow(tab), 0, `${name} ${lang}`);
        const text = await tab.locator('body').textContent();
        t.notRegex(text ?? '', /undefined|\bNaN\b|\[object/, name);
        if (lang === 'ru') t.regex(text ?? '', /[а-я]{4}/);
      }
      t.deepEqual(complaints, []);
      await tab.context().close();
    }
  });
}

test.serial(
  'first run: code, password, then the question how to begin; a rehearsal shows on Home and ends with a tap',
  async (t) => {
    t.timeout(120_000);
    const both = await openBoth(t, { setUp: false });
    if (!both) return;
    const { page, browser } = both;
    const tab = await openTab(browser, page, { size: 'phone' });
    await tab.goto(page.origin);
    await tab.getByLabel('One-time code').fill('WRON-GCOD-E000');
    await tab.getByLabel('Choose a password').fill(PASSWORD);
    await tab.getByRole('button', { name: 'Continue' }).click();
    await tab.getByText('This code is not right.').waitFor();
    await tab.getByLabel('One-time code').fill(page.code);
    await tab.getByRole('button', { name: 'Continue' }).click();
    await tab.getByRole('button', { name: /Rehearse for a week/ }).click();
    await tab.getByText('All services are rehearsed now.').waitFor();
    t.true(
      (await Promise.all([...page.hub.rules().services.keys()].map((id) => page.hub.choices(id)))).every(
        ({ mode }) => mode === 'observe',
      ),
    );
    await tab.getByRole('link', { name: 'Home' }).click();
    await tab.getByRole('button', { name: 'Enforce for all' }).click();
    await tab.getByText('Saved').waitFor();
    t.is((await page.hub.choices('cosori')).mode, 'enforce');
  },
);

test.serial('a switch says what it changes before it is turned, and is turned by keyboard', async (t) => {
  const both = await openBoth(t);
  if (!both) return;
  const { page, browser } = both;
  const tab = await openTab(browser, page);
  await tab.goto(`${page.origin}/services/cosori`);
  const toggle = tab.getByRole('switch', { name: 'Customer support' });
  t.is(await toggle.getAttribute('aria-checked'), 'false');
  const effect = await tab.locator(`[id="${await toggle.getAttribute('aria-describedby')}"]`).textContent();
  t.regex(effect ?? '', /categor.* would leave/);
  await toggle.focus();
  await tab.keyboard.press('Space');
  await tab.locator('[role=switch][aria-label="Customer support"][aria-checked=true]').waitFor();
  t.true((await page.hub.choices('cosori')).purposes['customer_support']);
});

test.serial('support is turned on for one submission, and the page says when it goes off', async (t) => {
  const both = await openBoth(t);
  if (!both) return;
  const { page, browser } = both;
  const tab = await openTab(browser, page);
  await tab.goto(`${page.origin}/services/cosori`);
  await tab.getByText('Off by our choice until you send something').waitFor();
  await tab.getByRole('switch', { name: 'Customer support' }).click();
  await tab.getByText(/On for what you send now; it goes off by itself at \d\d:\d\d/).waitFor();
  t.true((await page.hub.choices('cosori')).until!['customer_support']! > page.clock);
});

test.serial('what a device is is chosen on its page, and taken back', async (t) => {
  const both = await openBoth(t);
  if (!both) return;
  const { page, browser } = both;
  const tab = await openTab(browser, page, { size: 'phone', lang: 'ru' });
  await tab.goto(`${page.origin}/devices/d-7f3a91c2`);
  await tab.getByText('В виде таблицы').click();
  t.is(await overflow(tab), 0, 'its table scrolls in itself');
  const chosen = tab.getByLabel('Что это');
  for (const kind of ['camera', '']) {
    const saved = tab.waitForResponse((answer) => answer.request().method() === 'PATCH');
    await chosen.selectOption(kind);
    t.is((await saved).status(), 200);
    const device = (await page.hub.devices()).find(({ id }) => id === 'd-7f3a91c2');
    t.is(device?.kindChosen ?? '', kind);
  }
});

test.serial(
  'a service’s page says what it promises not to take, to whom it gives, and where to write with which subject',
  async (t) => {
    const both = await openBoth(t);
    if (!both) return;
    const { page, browser } = both;
    const tab = await openTab(browser, page);
    const card = (title: string) => tab.locator('.card', { has: tab.getByRole('heading', { name: title }) });
    await tab.goto(`${page.origin}/services/connect?part=promises`);
    t.regex((await card('What it promises not to take').textContent()) ?? '', /Cards, accounts and income.*3\.4/s);
    await tab.goto(`${page.origin}/services/sens?part=promises`);
    t.regex((await card('To whom it gives data').textContent()) ?? '', /Infobip Ltd\..*infobip\.com/s);
    await tab.goto(`${page.origin}/services/smartcp?part=promises`);
    const people = (await card('Who answers, and where to write').textContent()) ?? '';
    t.regex(people, /info@smartcp\.org.*“Updating personal data”/s);
  },
);

test.serial('the page follows the hub: a message that arrives changes Home without a reload', async (t) => {
  const both = await openBoth(t, { messages: 50 });
  if (!both) return;
  const { page, browser } = both;
  const tab = await openTab(browser, page);
  const listening = tab.waitForRequest('**/api/v1/events');
  await tab.goto(page.origin);
  await listening;
  const before = (await tab.locator('.lead-big').textContent()) ?? '';
  const { TEMPLATES } = await import('./fake-traffic.js');
  const changed = tab.locator('.lead-big', { hasNotText: before }).waitFor();
  page.hub.append(TEMPLATES[0]!, page.clock - 1000);
  await changed;
  t.pass();
});

test.serial('something broke: one field is let through for ten minutes, and the page says whether it helped', async (t) => {
  const both = await openBoth(t);
  if (!both) return;
  const { page, browser } = both;
  const tab = await openTab(browser, page, { size: 'phone' });
  await tab.goto(`${page.origin}/broke?device=d-7f3a91c2`);
  await tab.getByRole('button', { name: /Let through for 10 minutes: Wi-Fi name/ }).click();
  await tab.getByText(/No message since/).waitFor();
  const [override] = await page.hub.overrides();
  t.like(override, { device: 'd-7f3a91c2', action: 'keep', path: "$['network']['wifiSSID']" });
  t.true(override!.untilMs! - page.clock <= 10 * 60_000);
  await tab.getByRole('button', { name: 'Keep letting it through' }).click();
  await tab.getByText('for good').waitFor();
});

test.serial('a new field: what it is is chosen, the rule is read, then saved', async (t) => {
  const both = await openBoth(t);
  if (!both) return;
  const { page, browser } = both;
  const tab = await openTab(browser, page, { size: 'phone', lang: 'ru' });
  await tab.goto(`${page.origin}/new`);
  const card = tab.locator('article').first();
  await card.getByLabel('Что это?').selectOption('wifi_ssid');
  await card
    .getByText(/Имя сети Wi-Fi не переда|не отправля|не уходит/)
    .first()
    .waitFor();
  await card.getByRole('button', { name: 'Сохранить правило' }).click();
  await tab.locator('article').nth(2).waitFor({ state: 'detached' });
  t.true(page.hub.calls.some((call) => call.startsWith('decideField f1 {"kind":"name","category":"wifi_ssid","scope":"device"')));
});

test.serial('try it: an example is sieved, before and after stand side by side with a sentence for each field', async (t) => {
  const both = await openBoth(t);
  if (!both) return;
  const { page, browser } = both;
  const tab = await openTab(browser, page);
  await tab.goto(`${page.origin}/try`);
  await tab.getByRole('button', { name: 'Take an example' }).click();
  await tab.getByRole('button', { name: 'Sieve it' }).click();
  const [before, after] = [tab.locator('.lines').first(), tab.locator('.lines').last()];
  await after.waitFor();
  t.regex((await before.textContent()) ?? '', /Example-WiFi/);
  t.notRegex((await after.textContent()) ?? '', /Example-WiFi/);
  await tab.getByText(/The Wi-Fi name is not sent: no purpose in COSORI's policy needs it \(6\.1\.3/).waitFor();
  t.deepEqual(page.hub.calls, []);
});

test.serial('devices: pause, name, block, forget only after asking', async (t) => {
  const both = await openBoth(t);
  if (!both) return;
  const { page, browser } = both;
  const tab = await openTab(browser, page, { size: 'phone' });
  await tab.goto(`${page.origin}/devices`);
  await tab.getByRole('link', { name: /robo-vac/ }).click();
  await tab.getByRole('button', { name: 'For 10 minutes', exact: true }).click();
  await tab.getByRole('button', { name: 'End the pause' }).waitFor();
  await tab.getByLabel('Name', { exact: true }).last().fill('Hoover');
  await tab.getByRole('button', { name: 'Rename' }).click();
  await tab.getByRole('heading', { name: 'Hoover' }).waitFor();
  await tab.getByLabel('Block', { exact: true }).click({ force: true });
  await tab.getByText('Blocked', { exact: true }).waitFor();
  await tab.getByRole('button', { name: 'Forget this device' }).click();
  await tab.getByRole('button', { name: 'Cancel' }).click();
  t.true((await page.hub.devices()).some(({ id }) => id === 'd-e1175f60'));
  await tab.getByRole('button', { name: 'Forget this device' }).click();
  await tab.getByRole('dialog').getByRole('button', { name: 'Forget this device' }).click();
  await tab.waitForURL('**/devices');
  t.false((await page.hub.devices()).some(({ id }) => id === 'd-e1175f60'));
});

test.serial('settings: identifiers show only when asked for; a token is shown once; the language turns at once', async (t) => {
  const both = await openBoth(t);
  if (!both) return;
  const { page, browser } = both;
  const tab = await openTab(browser, page);
  await tab.goto(`${page.origin}/settings`);
  await tab.getByText('3 found by the hub').waitFor();
  t.notRegex(await tab.content(), /Dacha-5G|f4:cf:a2/);
  await tab.getByRole('button', { name: 'Show and edit' }).click();
  await tab.getByText(/Dacha-5G/).waitFor();
  await tab.getByText('Tokens for scripts').click();
  await tab.getByLabel('What for').fill('prometheus');
  await tab.locator('details', { hasText: 'Tokens for scripts' }).getByLabel('Current password').fill(PASSWORD);
  await tab.getByRole('button', { name: 'Make a token' }).click();
  await tab.getByText(/^hs_[\w-]{43}$/).waitFor();
  await tab.getByText('Русский').click();
  await tab.getByRole('heading', { name: 'Настройки' }).waitFor();
  await tab.reload();
  await tab.getByRole('heading', { name: 'Настройки' }).waitFor();
  t.notRegex(await tab.content(), /hs_[\w-]{43}/);
});

test.serial('choices that were lost: every page says so, and one press brings the hub’s own copy back', async (t) => {
  const both = await openBoth(t);
  if (!both) return;
  const { page, browser } = both;
  const continued = { timeMs: 1_793_318_400_000, log: 1, size: 40, root: `${'A'.repeat(43)}=`, found: 38 };
  page.hub.store = { closed: 'older', expected: 9, copyVersion: 9, damaged: ['000012.log'], continued };
  const tab = await openTab(browser, page, { size: 'phone' });
  await tab.goto(`${page.origin}/devices`);
  await tab.getByRole('alert').getByText('nothing leaves the home until you recover it').click();
  await tab.getByText('The store holds older choices than those you made last.').waitFor();
  await tab.getByText('000012.log').waitFor();
  await tab.getByText('40 entries').waitFor();
  t.deepEqual(await violations(tab), []);
  await tab.getByRole('button', { name: 'From the hub’s own copy' }).click();
  await tab.getByText('Your choices are whole').waitFor();
  t.deepEqual(page.hub.calls.at(-1), 'recover copy');
  page.hub.faults = [{ fault: 'store_damaged', detail: '000012.log' }];
  await tab.goto(page.origin);
  await tab.getByText('The hub’s files were damaged (000012.log)').waitFor();
});

test.serial('empty, failing and ended: each state is told, none is a blank page', async (t) => {
  t.timeout(60_000);
  const both = await openBoth(t, { empty: true });
  if (!both) return;
  const { page, browser } = both;
  const tab = await openTab(browser, page);
  for (const [where, words] of [
    ['/', 'No device has sent anything yet'],
    ['/devices', 'No devices yet'],
    ['/new', 'No new fields'],
    ['/log', 'No records fit'],
  ] as const) {
    await tab.goto(page.origin + where);
    await tab.getByText(words).waitFor();
  }
  page.hub.failing = true;
  await tab.goto(page.origin);
  await tab.getByText('The hub failed.').waitFor();
  page.hub.failing = false;
  await tab.getByRole('button', { name: 'Try again' }).click();
  await tab.getByText('No device has sent anything yet').waitFor();
  page.clock += 13 * 3_600_000;
  await tab.getByRole('link', { name: 'Devices' }).click();
  await tab.getByRole('heading', { name: 'Log in' }).waitFor();
  await tab.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await tab.getByRole('button', { name: 'Log in' }).click();
  await tab.getByText('No devices yet').waitFor();
  t.pass();
});

test.serial('the browser checks the whole log itself, and finds one changed entry', async (t) => {
  const both = await openBoth(t);
  if (!both) return;
  const { page, browser } = both;
  const tab = await openTab(browser, page);
  await tab.goto(`${page.origin}/log`);
  await tab.getByRole('button', { name: 'Verify the whole log' }).click();
  await tab.getByText(/This browser came to the same: 401 entries hashed anew, 2 signatures checked/).waitFor();
  page.hub.tampered = true;
  await tab.getByRole('button', { name: 'Verify the whole log' }).click();
  await tab.getByText('The log does not prove itself').waitFor();
  await tab.getByText('entry 200').waitFor();
  t.pass();
});

test.serial('a session that is ended elsewhere takes what is shown off the screen, without a touch', async (t) => {
  const both = await openBoth(t, { messages: 50 });
  if (!both) return;
  const { page, browser } = both;
  const tab = await openTab(browser, page);
  const listening = tab.waitForResponse('**/api/v1/events');
  await tab.goto(page.origin);
  await listening;
  await tab.locator('.lead-big').waitFor();
  await page.api('/session', { method: 'DELETE' });
  const { TEMPLATES } = await import('./fake-traffic.js');
  page.hub.append(TEMPLATES[0]!, page.clock - 1000);
  await tab.getByRole('heading', { name: 'Log in' }).waitFor();
  t.is(await tab.locator('.lead-big').count(), 0);
});

test.serial('100,000 records are listed without a stall', async (t) => {
  t.timeout(120_000);
  const both = await openBoth(t, { messages: 100_000 });
  if (!both) return;
  const { page, browser } = both;
  const tab = await openTab(browser, page, { size: 'phone' });
  await tab.goto(`${page.origin}/log`);
  await tab.waitForSelector('.log-row');
  t.regex((await tab.locator('.list-count').textContent()) ?? '', /100,001 records/);
  const worst = (await tab.evaluate(`new Promise((resolve) => {
    const box = document.querySelector('.virtual');
    let worst = 0, last = performance.now(), frames = 0;
    const step = (now) => {
      worst = Math.max(worst, now - last);
      last = now;
      box.scrollTop += 4000;
      if (++frames < 240) requestAnimationFrame(step); else resolve(worst);
    };
    requestAnimationFrame(step);
  })`)) as number;
  t.true((await tab.locator('.log-row').count()) < 80, 'only what is in view is in the page');
  t.log(`longest frame while scrolling: ${Math.round(worst)} ms`);
});

test.serial('the first view takes one answer of the API and the script of no other page', async (t) => {
  t.timeout(120_000);
  const both = await openBoth(t);
  if (!both) return;
  const { page, browser } = both;
  const tab = await openTab(browser, page, { size: 'phone' });
  const debug = await tab.context().newCDPSession(tab);
  await tab.goto(page.origin);
  await tab.waitForSelector('.lead-big');
  await debug.send('Emulation.setCPUThrottlingRate', { rate: 6 });
  const took: number[] = [];
  for (let round = 0; round < 5; round++) {
    const asked: string[] = [];
    const note = (request: { url(): string }) => asked.push(new URL(request.url()).pathname);
    tab.on('request', note);
    await tab.reload();
    await tab.waitForSelector('.lead-big');
    took.push((await tab.evaluate(LARGEST_PAINT)) as number);
    tab.off('request', note);
    const before = asked.slice(0, asked.indexOf('/api/v1/events') < 0 ? undefined : asked.indexOf('/api/v1/events'));
    t.deepEqual(
      before.filter((path) => path.startsWith('/api/')),
      ['/api/v1/first'],
    );
    t.false(before.some((path) => /\/(?:settings|service|log|start|try)-/.test(path)));
  }
  t.log(`with the CPU slowed six times the answer stands on the page after ${took.map(Math.round).join(', ')} ms`);
});

test.serial('the second factor is set up with a code of the app, asked for at log-in, and a letter can be read', async (t) => {
  t.timeout(120_000);
  const both = await openBoth(t);
  if (!both) return;
  const { page, browser } = both;
  const tab = await openTab(browser, page, { size: 'phone' });
  const complaints = watch(tab, page.origin);
  await tab.goto(`${page.origin}/settings`);
  await tab.getByText('Second factor').click();
  const fold = tab.locator('details', { hasText: 'Second factor' });
  await fold.getByLabel('Current password').fill(PASSWORD);
  await fold.getByRole('button', { name: 'Set it up' }).click();
  await fold.getByRole('img', { name: /QR code/ }).waitFor();
  const key = ((await fold.locator('figcaption code').textContent()) ?? '').replaceAll(' ', '');
  await fold.getByLabel('Code', { exact: true }).fill(codeOf(key, page.clock));
  await fold.getByRole('button', { name: 'Turn it on' }).click();
  await fold.locator('.codes li').first().waitFor();
  t.is(await fold.locator('.codes li').count(), 8);
  const recovery = (await fold.locator('.codes li').first().textContent()) ?? '';
  await tab.goto(`${page.origin}/services/cosori?part=promises`);
  await tab.getByRole('button', { name: 'Read it here' }).click();
  t.regex((await tab.locator('.letter pre').textContent()) ?? '', /ЧЕРНОВИК.*152-ФЗ.*DRAFT/s);
  await tab.goto(`${page.origin}/settings`);
  await tab.getByRole('button', { name: 'Log out' }).click();
  await tab.getByRole('button', { name: 'Log in' }).waitFor(); // the settings have password fields too
  await tab.getByLabel('Password').fill(PASSWORD);
  await tab.getByRole('button', { name: 'Log in' }).click();
  await tab.getByLabel('Code', { exact: true }).fill(recovery);
  await tab.getByRole('button', { name: 'Log in' }).click();
  await tab.waitForSelector('.lead-big');
  t.deepEqual(
    complaints.filter((one) => !one.includes('403')),
    [],
  );
});
