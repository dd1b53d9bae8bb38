// Coming in and going out: first run, log-in, sessions, tokens, the family's pin.
import { isCode, PASSWORD_MAX, PIN_MIN } from '../account.js';
import { confirmed, letIn, ownNames, refused, SESSION_COOKIE, secondFactor, sessionOf, tryOnce } from '../entry.js';
import { Problem } from '../problem.js';
import { type Asking, type Route, route, type Web } from '../route.js';
import { matching, object, oneOf, optional, text, whole } from '../schema.js';
import { done, familyDevices, newToken, SCOPES, session, sessions, tokens } from '../views.js';

const password = text(PASSWORD_MAX, 1);
const pin = matching(`^\\d{${PIN_MIN},12}$`, 12);
/** A wrong first-run code this often makes the hub print a new one. */
const SETUP_TRIES = 10;
const DAY_MS = 86_400_000;
/** The family's pause: an evening at most. */
const FAMILY_MINUTES_MAX = 120;

/** The code is spent before the password is hashed: of two that come at the same time, one gets in. */
async function firstPassword(web: Web, chosen: string): Promise<void> {
  const { account, setup } = web;
  const { codeMark } = setup;
  setup.codeMark = undefined;
  try {
    await account.setPassword(chosen, await ownNames(web));
  } catch (fault) {
    setup.codeMark = codeMark;
    throw fault;
  }
}

const entrance: readonly Route[] = [
  route({
    method: 'get',
    path: '/session',
    scope: 'none',
    summary: 'Whether the hub waits for its first run, for a log-in, or is open to this browser.',
    answer: session,
    run: async (asking) => sessionOf(asking),
  }),
  route({
    method: 'post',
    path: '/setup',
    scope: 'none',
    summary: 'First run: the one-time code from the hub’s console or journal, and the password to be.',
    body: object({ code: text(40, 1), password }),
    answer: done,
    run: async (asking) => {
      const { web, body } = asking;
      if (web.account.hasPassword || web.setup.codeMark === undefined) throw new Problem('conflict');
      const source = tryOnce(web.logins, asking);
      if (!isCode(body.code, web.setup.codeMark)) {
        web.setup.failures++;
        if (web.setup.failures >= SETUP_TRIES) web.setup.renew();
        throw refused(web, 'first run');
      }
      await firstPassword(web, body.password);
      web.logins.succeeded(source);
      letIn(asking);
      return { done: true };
    },
  }),
  route({
    method: 'post',
    path: '/session',
    scope: 'none',
    summary: 'Logs in: sets the session cookie. `code`: of the second factor, where there is one (without it: `code_needed`).',
    body: object({ password, code: optional(text(40, 1)) }),
    answer: done,
    run: async (asking) => {
      const { web, body } = asking;
      if (!web.account.hasPassword) throw new Problem('conflict');
      const source = tryOnce(web.logins, asking);
      if (!(await web.account.checkPassword(body.password))) throw refused(web, 'log-in');
      web.logins.succeeded(source);
      await secondFactor(asking, body.code);
      web.say('page: log-in succeeded');
      letIn(asking);
      return { done: true };
    },
  }),
  route({
    method: 'delete',
    path: '/session',
    scope: 'none',
    summary: 'Logs out.',
    answer: done,
    run: async (asking) => {
      if (asking.session) asking.web.sessions.close(asking.session.id);
      asking.setCookie(SESSION_COOKIE, undefined);
      return { done: true };
    },
  }),
];

const own: readonly Route[] = [
  route({
    method: 'put',
    path: '/password',
    scope: 'admin',
    summary: 'Changes the password; every other session ends.',
    body: object({ current: password, password }),
    answer: done,
    run: async (asking) => {
      await confirmed(asking, asking.body.current);
      const { web, body, actor } = asking;
      await web.account.setPassword(body.password, await ownNames(web));
      web.sessions.closeOthers(asking.session?.id);
      await web.facade.recordAccess('password_changed', actor);
      return { done: true };
    },
  }),
  route({
    method: 'put',
    path: '/pin',
    scope: 'admin',
    summary: 'Sets the pin with which a family member can pause a device; without one there is none.',
    body: object({ current: password, pin: optional(pin) }),
    answer: done,
    run: async (asking) => {
      await confirmed(asking, asking.body.current);
      await asking.web.account.setPin(asking.body.pin);
      return { done: true };
    },
  }),
  route({
    method: 'get',
    path: '/sessions',
    scope: 'admin',
    summary: 'Open sessions.',
    answer: sessions,
    run: async ({ web, session: mine }) => ({
      items: web.sessions.list().map((one) => ({ ...one, current: one.id === mine?.id })),
    }),
  }),
  route({
    method: 'delete',
    path: '/sessions/:id',
    scope: 'admin',
    summary: 'Ends a session.',
    answer: done,
    run: async ({ web, params }) => {
      if (!web.sessions.close(params['id']!)) throw new Problem('not_found');
      return { done: true };
    },
  }),
];

const scripts: readonly Route[] = [
  route({
    method: 'get',
    path: '/tokens',
    scope: 'admin',
    summary: 'Tokens for scripts, without their secrets.',
    answer: tokens,
    run: async ({ web }) => ({ items: web.account.tokens.map(({ hash: _, ...shown }) => shown) }),
  }),
  route({
    method: 'post',
    path: '/tokens',
    scope: 'admin',
    summary: 'Makes a token; its secret is in this answer only.',
    body: object({ current: password, name: text(80, 1), scope: oneOf(SCOPES), days: optional(whole(1, 3650)) }),
    answer: newToken,
    status: 201,
    run: async (asking) => {
      const { web, body } = asking;
      await confirmed(asking, body.current);
      const nowMs = web.now();
      const untilMs = body.days === undefined ? undefined : nowMs + body.days * DAY_MS;
      const { token, secret } = await web.account.addToken(body.name, body.scope, nowMs, untilMs);
      const { hash: _, ...shown } = token;
      return { ...shown, secret };
    },
  }),
  route({
    method: 'delete',
    path: '/tokens/:id',
    scope: 'admin',
    summary: 'Takes a token back.',
    answer: done,
    run: async ({ web, params }) => {
      if (!(await web.account.removeToken(params['id']!))) throw new Problem('not_found');
      return { done: true };
    },
  }),
];

async function asFamily(asking: Asking<unknown, { pin: string }>): Promise<void> {
  const source = tryOnce(asking.web.pins, asking);
  if (!(await asking.web.account.checkPin(asking.body.pin))) throw refused(asking.web, 'pin');
  asking.web.pins.succeeded(source);
}

const family: readonly Route[] = [
  route({
    method: 'post',
    path: '/family/devices',
    scope: 'none',
    summary: 'With the pin: the devices that a family member may pause.',
    body: object({ pin }),
    answer: familyDevices,
    run: async (asking) => {
      await asFamily(asking);
      const devices = await asking.web.facade.devices();
      return {
        items: devices
          .filter(({ familyPause }) => familyPause)
          .map(({ id, name, foundName, pauseUntilMs }) => ({
            id,
            name: name ?? foundName ?? id,
            ...(pauseUntilMs === undefined ? {} : { pauseUntilMs }),
          })),
      };
    },
  }),
  route({
    method: 'post',
    path: '/family/pause',
    scope: 'none',
    summary: 'With the pin: pauses minimization for one device; 0 minutes ends the pause.',
    body: object({ pin, device: text(300), minutes: whole(0, FAMILY_MINUTES_MAX) }),
    answer: done,
    run: async (asking) => {
      await asFamily(asking);
      const { web, body } = asking;
      const device = (await web.facade.devices()).find(({ id }) => id === body.device);
      if (!device?.familyPause) throw new Problem('not_found');
      const pauseUntilMs = body.minutes === 0 ? 0 : web.now() + body.minutes * 60_000;
      await web.facade.changeDevice(device.id, { pauseUntilMs }, { who: 'family', clientVersion: asking.actor.clientVersion });
      return { done: true };
    },
  }),
];

export const sessionRoutes: readonly Route[] = [...entrance, ...own, ...scripts, ...family];
