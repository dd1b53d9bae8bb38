// WCAG 2.2 AA by axe on every page, in both languages and themes, on a phone's and a desk's size.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import test from 'ava';
import type { Page as Tab } from 'playwright-core';
import { LANGS, openBoth, openTab, PAGES, type Size, THEMES } from './browser.js';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

interface Violation {
  readonly id: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[];
}

/** How often a page is looked at before what axe finds counts: the theme's colours may still be fading in. */
const LOOKS = 6;

/** What axe still finds once the page has settled. */
async function violations(tab: Tab): Promise<string[]> {
  let found: string[] = [];
  for (let look = 0; look < LOOKS; look += 1) {
    found = await lookOnce(tab);
    if (found.length === 0) break;
    await tab.waitForTimeout(250);
  }
  return found;
}

/** Every violation in a line; folded parts are opened first, so that they are looked at too. */
async function lookOnce(tab: Tab): Promise<string[]> {
  await tab.evaluate('for (const one of document.querySelectorAll("details")) one.open = true');
  // Run by the debugger, which the page's CSP does not bind; the page itself could not.
  await tab.evaluate(AXE);
  const found = (await tab.evaluate(
    `axe.run(document, { runOnly: ${JSON.stringify(RULES)} }).then((r) => r.violations)`,
  )) as Violation[];
  return found.flatMap(({ id, nodes }) =>
    nodes.slice(0, 3).map(({ html, failureSummary }) => `${id}: ${html.slice(0, 160)} ${failureSummary ?? ''}`),
  );
}

for (const lang of LANGS) {
  for (const theme of THEMES) {
    test.serial(`axe finds nothing on any page: ${lang}, ${theme}`, async (t) => {
      t.timeout(240_000);
      const both = await openBoth(t, { messages: 400 });
      if (!both) return;
      const { page, browser } = both;
      // The layout differs by size, the colours by theme: each theme is looked at in one size in one language.
      const size: Size = (lang === 'en') === (theme === 'light') ? 'phone' : 'desk';
      const tab = await openTab(browser, page, { size, lang, theme });
      for (const [name, where, until] of PAGES) {
        await tab.goto(page.origin + where);
        await tab.waitForSelector(until);
        t.is(await tab.evaluate('document.documentElement.lang'), lang);
        t.deepEqual(await violations(tab), [], name);
      }
      await tab.goto(`${page.origin}/try`);
      await tab.locator('main .card .button.plain').first().click();
      await tab.locator('main .button.main').click();
      await tab.waitForSelector('.lines');
      t.deepEqual(await violations(tab), [], 'a tried message');
      page.cookies = {};
      const stranger = await openTab(browser, page, { size, lang, theme });
      for (const where of ['/', '/pause']) {
        await stranger.goto(page.origin + where);
        await stranger.waitForSelector('form');
        t.deepEqual(await violations(stranger), [], `log-in ${where}`);
      }
    });
  }
}
