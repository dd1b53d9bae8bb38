// Pictures of every page, for looking at: node dist/test/web/shots.js <folder> [phone|desk] [en|ru] [light|dark]
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { openWeb } from '#src/web/server.js';
import { LANGS, launch, openTab, PAGES, type Size, THEMES } from './browser.js';
import { openFakeHub } from './fake-hub.js';
import { Page } from './tools.js';

const [folder = 'shots', ...only] = process.argv.slice(2);
const wanted = (word: string, among: readonly string[]): boolean =>
  !among.some((one) => only.includes(one)) || only.includes(word);

mkdirSync(folder, { recursive: true });
const page = new Page();
page.hub = await openFakeHub();
page.server = await openWeb({
  host: '127.0.0.1',
  port: 0,
  ready: () => true,
  facade: page.hub,
  say: (line) => page.said.push(line),
});
const browser = await launch();

async function shoot(
  name: string,
  where: string,
  until: string,
  size: Size,
  lang: (typeof LANGS)[number],
  theme: (typeof THEMES)[number],
) {
  const tab = await openTab(browser, page, { size, lang, theme });
  tab.on('console', (message) => process.stdout.write(`${name}: ${message.text()}\n`));
  tab.on('pageerror', (fault) => process.stdout.write(`${name}: ${fault.message}\n`));
  await tab.goto(page.origin + where);
  await tab.waitForSelector(until);
  if (name === 'try') {
    await tab.getByRole('button', { name: /example|пример/i }).click();
    await tab.getByRole('button', { name: /sieve|просеять/i }).click();
    await tab.waitForSelector('.lines');
  }
  await tab.waitForTimeout(400); // pictures only: lets fonts and measured widths settle
  await tab.screenshot({ path: path.join(folder, `${name}-${size}-${lang}-${theme}.png`), fullPage: true });
  await tab.context().close();
}

for (const size of ['phone', 'desk'] as const)
  for (const lang of LANGS)
    for (const theme of THEMES) {
      if (!wanted(size, ['phone', 'desk']) || !wanted(lang, LANGS) || !wanted(theme, THEMES)) continue;
      const cookies = page.cookies;
      page.cookies = {};
      if (page.hub.account === undefined) {
        await shoot('setup', '/', 'form', size, lang, theme);
        await page.setUp();
      } else {
        await shoot('login', '/', 'form', size, lang, theme);
        page.cookies = cookies;
      }
      for (const [name, where, until] of PAGES) await shoot(name, where, until, size, lang, theme);
    }
await browser.close();
await page.server.close();
