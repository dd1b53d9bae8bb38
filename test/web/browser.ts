// A real browser on the page: Debian's Chromium through playwright-core, where it is installed.
import { existsSync } from 'node:fs';
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
