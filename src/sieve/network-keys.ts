// Passwords beside a network's name: what opens it, though their own names say so of any account.
import type { Node } from '../model.js';
import type { Field } from './field.js';

/** Names of what opens a network, where the network's name stands beside them: elsewhere they open accounts as often. */
const KEY_NAME =
  /(?:^|[_\W])(?:pass(?:w(?:or)?d|phrase|code|wort)?|pwd?|psk|kennwort|clave|contrase[nñ]a|пароль|ключ|密码|密碼|パスワード)$|(?:Pass(?:word|phrase|wd|code)?|Pwd|Psk|PSK)$|^(?:key|secret)$/iu;

export function isKeyName(name: string): boolean {
  return KEY_NAME.test(name);
}

/** Is the member, beside a network's name, what opens it? A private key is called so. */
export function opensNetwork(child: Field, name: string): boolean {
  const said = child.named?.category;
  return (said === undefined || said === 'credential') && isKeyName(name);
}

/** Do the members name a network, and nobody who signs in: is a password among them the network's? */
export function namesNetwork(members: readonly Node[], field: Field): boolean {
  if (!members.some(({ name }) => isKeyName(name!))) return false;
  let network = false;
  for (const { name, kind, text } of members) {
    const category = field.naming(name!)?.category;
    if (category === 'wifi_ssid') network ||= (kind === 'string' && text !== '') || kind === 'bytes';
    else if (category === 'email' || category === 'account_identifier') return false;
  }
  return network;
}
