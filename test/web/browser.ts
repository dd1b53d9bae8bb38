// A real browser on the page: Debian's Chromium through playwright-core, where it is installed.
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { ExecutionContext } from 'ava';
import { type Browser, type BrowserContext, chromium, type Page as Tab } from 'playwright-core';
import { missingPrograms, programFile } from '../programs.js';
import type { FakeOptions } from './fake-hub.js';
import { openPage, type Page } from './tools.js';

/** Why the browser's tests cannot run here; undefined when they can. */
export function noBrowser(): string | undefined {
  const missing = missingPrograms('chromium');
  if (missing !== undefined) return missing;
  if (!existsSync('dist/web/ui/index.html')) return 'the page is not built (npm run build)';
  return undefined;
}

export const SIZES = { phone: { width: 390, height: 844 }, desk: { width: 1280, height: 900 } } as const;
export type Size = keyof typeof SIZES;
export const LANGS = ['en', 'ru'] as const;
export const THEMES = ['light', 'dark'] as const;

/** Every page inside, with something on it that shows it has loaded. */
export const PAGES = [
  ['home', '/', '.flow svg .node'],
  ['services', '/services', '.rows .row'],
  ['service', '/services/cosori', '.purpose'],
  ['service-data', '/services/cosori?part=data', '.matrix .mark'],
  ['service-promises', '/services/cosori?part=promises', '.seems'],
  ['service-more', '/services/cosori?part=more', '.switch'],
  ['service-excluded', '/services/connect?part=promises', '.row'],
  ['service-recipients', '/services/sens?part=promises', '.row'],
  ['devices', '/devices', '.tile'],
  ['device', '/devices/d-7f3a91c2', '.fate-bar'],
  ['new', '/new', '.field-path'],
  ['broke', '/broke?device=d-7f3a91c2', '.row'],
  ['try', '/try', '.empty'],
  ['log', '/log', '.log-row'],
  ['record', '/log/9', '.row'],
  ['start', '/start', '.choice'],
  ['settings', '/settings', '.facts'],
  ['service-unknown', '/services/unknown', '.purpose'],
] as const;

export function launch(): Promise<Browser> {
  return chromium.launch({ executablePath: programFile('chromium'), args: ['--no-sandbox', '--disable-dev-shm-usage'] });
}

export interface Looking {
  readonly size?: Size;
  readonly lang?: (typeof LANGS)[number];
  readonly theme?: (typeof THEMES)[number];
}

/** A window of its own, logged in when `page` is, with the language and theme of its browser. */
export async function openTab(
  browser: Browser,
  page: Page,
  { size = 'desk', lang = 'en', theme = 'light' }: Looking = {},
): Promise<Tab> {
  const context: BrowserContext = await browser.newContext({
    viewport: SIZES[size],
    locale: lang === 'ru' ? 'ru-RU' : 'en-GB',
    colorScheme: theme,
    reducedMotion: 'reduce',
    ...(size === 'phone' ? { hasTouch: true, isMobile: true, deviceScaleFactor: 2 } : {}),
  });
  await context.addCookies(Object.entries(page.cookies).map(([name, value]) => ({ name, value, url: page.origin })));
  return context.newPage();
}

/** A page over a fake hub and a browser, both closed with the test; undefined (and said why) where there is no browser. */
export async function openBoth(
  t: ExecutionContext,
  options: FakeOptions & { setUp?: boolean } = {},
): Promise<{ page: Page; browser: Browser } | undefined> {
  const why = noBrowser();
  if (why !== undefined) {
    t.log(`skipped: ${why}`);
    t.pass();
    return undefined;
  }
  const page = await openPage(t, options);
  const browser = await launch();
  t.teardown(() => browser.close());
  return { page, browser };
}

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

interface Violation {
  readonly id: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[];
}

/** How often a page is looked at before what axe finds counts: the theme's colours may still be fading in. */
const LOOKS = 6;

/** What axe still finds once the page has settled. */
export async function violations(tab: Tab): Promise<string[]> {
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
