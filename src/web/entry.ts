// Whoever comes in: one try at a time, the password again before what matters, the cookies of who was let in.
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { Problem } from './problem.js';
import type { Asking, Web } from './route.js';
import { isLoopback, sourceOf, type Throttle } from './throttle.js';

/** Marks a browser that has logged in before, for a year. */
const KNOWN_SECONDS = 365 * 86_400;
export const SESSION_COOKIE = 'hubsieve';
const KNOWN_COOKIE = 'hubsieve-known';
/** What all browsers that were never in are counted as, for codes of the second factor: an address more is no guess more. */
const ANY_STRANGER = 'strangers';

/** Lets one try through, or says how long to wait. Gives who is trying. */
export function tryOnce(throttle: Throttle, asking: Asking): string {
  const browser = knownBrowser(asking);
  const known = browser !== undefined || isLoopback(asking.address);
  const source = browser ?? sourceOf(asking.address);
  const waitMs = throttle.waitMs(source, known);
  if (waitMs > 0) throw new Problem('too_many', [], Math.ceil(waitMs / 1000));
  throttle.tried(source, known);
  return source;
}

function mark(web: Web, id: string): string {
  return createHmac('sha256', web.browserKey).update(id).digest('base64url');
}

function knownBrowser({ web, cookies }: Asking): string | undefined {
  const [id = '', signature = ''] = (cookies[KNOWN_COOKIE] ?? '').split('.');
  const [given, wanted] = [Buffer.from(signature), Buffer.from(mark(web, id))];
  return id !== '' && given.length === wanted.length && timingSafeEqual(given, wanted) ? `browser ${id}` : undefined;
}

/** A wrong secret: said in the journal (ASVS 5.0, 16.3.1), without the address it came from. */
export function refused(web: Web, what: string): Problem {
  web.say(`page: ${what} refused`);
  return new Problem('wrong_secret');
}

export function letIn(asking: Asking): void {
  const { web, address, browser } = asking;
  if (asking.session) web.sessions.close(asking.session.id); // ASVS 5.0, 7.2.4: a new log-in is a new session
  const secret = web.sessions.open(address, browser);
  asking.setCookie(SESSION_COOKIE, secret);
  const id = randomBytes(12).toString('base64url');
  asking.setCookie(KNOWN_COOKIE, `${id}.${mark(web, id)}`, KNOWN_SECONDS);
}

/** Asks for the password again before what cannot be taken back (ASVS 5.0, 7.5). Tokens cannot do these at all. */
export async function confirmed(asking: Asking, given: string): Promise<void> {
  if (!asking.session) throw new Problem('forbidden');
  const source = tryOnce(asking.web.logins, asking);
  if (!(await asking.web.account.checkPassword(given))) throw refused(asking.web, 'confirmation');
  asking.web.logins.succeeded(source);
}

/**
 * The second factor where there is one, after the password was right. Throws `code_needed` without a code, `wrong_secret` for a wrong or
 * spent one. Six digits are few: those who were never in share one count, whatever address they come from.
 */
export async function secondFactor(asking: Asking, code: string | undefined): Promise<void> {
  const { web } = asking;
  if (!web.account.secondFactor.on) return;
  if (code === undefined) throw new Problem('code_needed');
  const source = knownBrowser(asking) ?? ANY_STRANGER;
  const waitMs = web.codes.waitMs(source, true);
  if (waitMs > 0) throw new Problem('too_many', [], Math.ceil(waitMs / 1000));
  web.codes.tried(source, true);
  if (!(await web.account.spendCode(code, web.now()))) throw refused(web, 'second factor');
  web.codes.succeeded(source);
}

/** Names that a guesser tries first: of the services, and of the home's networks. */
export async function ownNames({ facade }: Web): Promise<string[]> {
  const { services } = facade.rules();
  const { told, found } = await facade.household();
  const titles = [...services.values()].flatMap(({ id, title }) => [id, title.en, title.ru]);
  return [...titles, ...told.ssids, ...found.ssids];
}

/**
 * A reset asked for at the hub's own machine (`hubsieve password reset`) counts from the next request on: every session ends, and the
 * page waits for the code that the command has printed.
 */
export function takeReset(web: Web): Promise<void> {
  const turn = (resets.get(web) ?? Promise.resolve()).then(() => reset(web));
  resets.set(
    web,
    turn.catch(() => undefined), // whoever asked hears of it
  );
  return turn;
}

/** One at a time: a request that came late must not undo the password that was just chosen. */
const resets = new WeakMap<Web, Promise<void>>();

async function reset(web: Web): Promise<void> {
  const codeMark = await web.facade.pendingReset();
  if (codeMark === undefined) return;
  await web.account.reset();
  web.sessions.closeOthers(undefined);
  web.setup.codeMark = codeMark;
  web.setup.failures = 0;
  await web.facade.recordAccess('password_reset');
  await web.facade.endReset();
  web.say('page: the password was reset at this machine; every session has ended');
}

/** Whether the hub waits for its first run, for a log-in, or is open to this browser. */
export const sessionOf = ({ web, session: open }: Pick<Asking, 'web' | 'session'>) => ({
  state: !web.account.hasPassword ? ('setup' as const) : open ? ('open' as const) : ('locked' as const),
  pin: web.account.hasPin,
  tls: web.tls,
});
