// The owner's second factor: codes of an authenticator app (RFC 6238), and recovery codes for when it is lost.
import { makeKey, PASSWORD_MAX } from '../account.js';
import { confirmed, refused, tryOnce } from '../entry.js';
import { Problem } from '../problem.js';
import { type Asking, type Route, route } from '../route.js';
import { object, text } from '../schema.js';
import { base32, keyUri } from '../totp.js';
import { done, newSecondFactor, recoveryCodes } from '../views.js';

/** How long a new key waits for its first code. */
const OFFER_MS = 10 * 60_000;
const current = text(PASSWORD_MAX, 1);

/** The key this session was offered, while it lasts. Throws `conflict` when there is none. */
function offered({ web, session }: Asking): Uint8Array {
  const { offer } = web;
  if (!offer.now || !session || offer.now.session !== session.id || offer.now.untilSteadyMs <= web.steady())
    throw new Problem('conflict');
  return offer.now.key;
}

export const secondFactorRoutes: readonly Route[] = [
  route({
    method: 'post',
    path: '/second-factor',
    scope: 'admin',
    summary: 'Makes a key for an authenticator app; it counts once a code of it was given.',
    body: object({ current }),
    answer: newSecondFactor,
    run: async (asking) => {
      const { web, session } = asking;
      await confirmed(asking, asking.body.current);
      if (web.account.secondFactor.on) throw new Problem('conflict');
      const key = makeKey();
      web.offer.now = { key, session: session!.id, untilSteadyMs: web.steady() + OFFER_MS };
      return { key: base32(key), uri: keyUri(key) };
    },
  }),
  route({
    method: 'post',
    path: '/second-factor/confirm',
    scope: 'admin',
    summary: 'Turns the second factor on with a first code; gives the recovery codes, this once. Every other session ends.',
    body: object({ code: text(40, 1) }),
    answer: recoveryCodes,
    run: async (asking) => {
      const { web, session, actor } = asking;
      const key = offered(asking);
      const source = tryOnce(web.logins, asking);
      const codes = await web.account.addSecondFactor(key, asking.body.code, web.now());
      if (codes === undefined) throw refused(web, 'second factor');
      web.logins.succeeded(source);
      web.offer.now = undefined;
      web.sessions.closeOthers(session?.id);
      await web.facade.recordAccess('second_factor_on', actor);
      return { codes };
    },
  }),
  route({
    method: 'post',
    path: '/second-factor/off',
    scope: 'admin',
    summary: 'Turns the second factor off.',
    body: object({ current }),
    answer: done,
    run: async (asking) => {
      const { web, actor } = asking;
      await confirmed(asking, asking.body.current);
      if (!web.account.secondFactor.on) throw new Problem('conflict');
      await web.account.removeSecondFactor();
      await web.facade.recordAccess('second_factor_off', actor);
      return { done: true };
    },
  }),
];
