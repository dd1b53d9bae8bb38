// WCAG 2.2 AA by axe on every page, in both languages and themes, on a phone's and a desk's size.
import test from 'ava';
import { LANGS, openBoth, openTab, PAGES, type Size, THEMES, violations } from './browser.js';

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
