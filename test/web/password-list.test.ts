import test from 'ava';
import { Account } from '#src/web/account.js';
import { isListed } from '#src/web/password-list.js';
import { isGuessable } from '#src/web/passwords.js';

/** On the list, and no piece of it among the words of our own. */
const LEAKED = ['contortionist', 'needforspeed', 'leavemealone', 'ghjcnjgfhjkm', 'websolutions', 'dkflbvbhjdbx'];
const TAKEN = ['three quiet herons at dusk', 'kX9#vLq2!mZp', 'тихая цапля на болоте'];

test('a leaked password is refused in any case, and with digits and signs behind it', async (t) => {
  for (const leaked of LEAKED)
    for (const password of [leaked, leaked.toUpperCase(), `${leaked}1`, `${leaked}2026!`])
      t.true((await isListed(password)) || isGuessable(password), password);
  t.false(isGuessable('contortionist'));
});

test('what stands in no list is taken', async (t) => {
  for (const password of TAKEN) t.false(await isListed(password), password);
  t.false(await isListed('needforspeed and herons'));
});

test('the account refuses a leaked password that no rule of our own knows', async (t) => {
  let kept: string | undefined;
  const account = await Account.open({
    loadAccount: async () => kept,
    saveAccount: async (text) => {
      kept = text;
    },
  });
  await t.throwsAsync(account.setPassword('Contortionist!'), { message: /too easy|weak_password/ });
  t.is(kept, undefined);
  await account.setPassword(TAKEN[0]!);
  t.true(await account.checkPassword(TAKEN[0]!));
});
