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

/** What holds a sign-in request where it is not the message itself. */
const HOLDERS = new Set(
  'login signin auth authentication credential credentials account session request data params payload body input variables'.split(
    ' ',
  ),
);
/** A server beside the password is another one's: the settings of a device's mail or broker, which it reports and does not sign in with. */
const SERVER = /^(?:host(?:_?name)?|port|server|broker|smtp.*|imap.*)$/i;

/**
 * Do the members of an object sign somebody in: a password among them, no network that it could open and no server of its own, in a message
 * that is about nothing else?
 */
export function isSignIn(members: readonly Node[], field: Field): boolean {
  const holder = (field.words ?? field.around)?.words.at(-1);
  if (holder !== undefined && !HOLDERS.has(holder)) return false;
  let password = false;
  for (const { name, kind, text } of members) {
    const category = field.naming(name!)?.category;
    if (category === 'wifi_ssid' || SERVER.test(name!)) return false;
    password ||= category === 'credential' && isKeyName(name!) && kind === 'string' && text !== '';
  }
  return password;
}

/** Whether the member is the address that is signed in with. */
export function isLogin(member: Node, child: Field): boolean {
  return member.kind === 'string' && mayBeLogin(child) && ADDRESS.test(member.text);
}
