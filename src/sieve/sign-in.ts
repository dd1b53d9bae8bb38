// An e-mail address beside a password is what a client signs in with: it goes where the password goes, and nowhere else.
import type { Node } from '../model.js';
import type { Field } from './field.js';
import { isKeyName } from './network-keys.js';

/** One address and nothing else. */
const ADDRESS = /^[^\s@"<>,;:]{1,64}@[^\s@"<>,;:]{1,190}\.[^\s@"<>,;:.]{2,24}$/;

/** Whether a member of this field may be the name that somebody signs in with. */
export function mayBeLogin({ mapped, named }: Field): boolean {
  const category = mapped ?? named?.category;
  return category === 'email' || category === 'account_identifier';
}

/** Do the members of an object sign somebody in: a password among them, and no network that it could open? */
export function isSignIn(members: readonly Node[], field: Field): boolean {
  let password = false;
  for (const { name, kind, text } of members) {
    const category = field.naming(name!)?.category;
    if (category === 'wifi_ssid') return false;
    password ||= category === 'credential' && isKeyName(name!) && kind === 'string' && text !== '';
  }
  return password;
}

/** Whether the member is the address that is signed in with. */
export function isLogin(member: Node, child: Field): boolean {
  return member.kind === 'string' && mayBeLogin(child) && ADDRESS.test(member.text);
}
