// An e-mail address beside a password is what a client signs in with: it goes where the password goes, and nowhere else (sieve/field.ts).
import type { StructureRecognizer } from '../evidence.js';
import type { Kit } from '../kit.js';
import { categoryOf, hasWord, headWord, OF_OBJECTS, oncePerField, renameEach } from './names.js';
import { isKeyName } from './wifi-key.js';

/** One address and nothing else. */
const ADDRESS = /^[^\s@"<>,;:]{1,64}@[^\s@"<>,;:]{1,190}\.[^\s@"<>,;:.]{2,24}$/;

export function signIn(kit: Kit): StructureRecognizer {
  const isKey = isKeyName(kit);
  const [holders, servers] = [kit.vocabulary.set('sign_in_holders'), kit.vocabulary.set('server_words')];
  const partOf = oncePerField((field) => {
    const category = categoryOf(field);
    if (category === 'email' || category === 'account_identifier') return 'login';
    if (category === 'wifi_ssid') return 'network';
    if (hasWord(field.words, servers)) return 'server';
    return category === 'credential' && isKey(field.words) ? 'password' : undefined;
  });

  return {
    ...OF_OBJECTS,
    says: { en: 'somebody signs in with it, beside a password', ru: 'с ним входят в учётную запись: рядом пароль' },
    concerns: (child) => partOf(child) !== undefined,
    atLeast: 2,
    interpret(container) {
      const parts = container.fields.map(partOf);
      const { children } = container;
      // A password that may open a network, or is for another server, signs nobody in; nor do settings that stand among others.
      if (parts.includes('network') || parts.includes('server')) return undefined;
      const holder = container.field.words ?? container.field.around;
      if (holder !== undefined && !holders.has(headWord(holder))) return undefined;
      if (!parts.some((part, i) => part === 'password' && children[i]!.kind === 'string' && children[i]!.text !== ''))
        return undefined;
      return renameEach(container, ({ kind, name, text }, _field, i) =>
        parts[i] === 'login' && kind === 'string' && ADDRESS.test(text) ? name : undefined,
      );
    },
    examples: [{ text: '{"email":"anna@example.org","password":"5f4dcc3b5aa765d61d8327deb882cf99"}', from: 'VeSync app, login' }],
    counterexamples: [
      { text: '{"email":"anna@example.org","model":"X1"}', from: 'evasion' },
      { text: '{"ssid":"Blue Heron","password":"hunter33","email":"anna@example.org"}', from: 'evasion' },
      {
        text: '{"host":"smtp.example.com","email":"anna@example.org","password":"hunter33"}',
        from: 'a recorder, settings of its mail',
      },
    ],
  };
}
