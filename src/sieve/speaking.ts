// What a member's name may do to its siblings and to its own value: asked once for each field, not for each message.
import { CIPHERTEXT } from '../payload/ciphers.js';
import { mayBeSeal } from '../payload/seals.js';
import { keepsCompany, tellsCompany } from './company.js';
import type { Field } from './field.js';
import { isPieceName, namesHost } from './halves.js';
import { isKeyName } from './network-keys.js';
import { roleOf } from './roles.js';
import { mayBeLogin } from './sign-in.js';
import { mayNameValue, meantName, NAME_PATH, numberedRole, VALUE_NAME } from './told.js';

/**
 * It may give another member its name (`toldName`, `namesInTurn`). One that only takes a name (`value`, `text`) finds none where no other
 * gives one.
 */
export const SPEAKS = 1 << 0;
/** It is written another way (`plainName`), or it may seal what stands beside it: its object gets nodes. */
export const ESCAPED = 1 << 1;
/** It may be the key to the network that a sibling names (`namesNetwork`). */
export const KEY = 1 << 2;
/** It names a network. */
export const NETWORK = 1 << 3;
/** Its number may be one of two degrees (`placeAmong`). */
export const DEGREES = 1 << 4;
/** It may be a piece of an address (`mac_hi`, `mac1`), or be one as a number by its name (`wan`). */
export const PIECE = 1 << 5;
export const HOST = 1 << 6;
/** It tells what stands beside it (`companyOf`). */
export const TELLS = 1 << 7;
/** It may be told by what stands beside it. */
export const TOLD = 1 << 8;
/** It is the first index of an array that is written out as an object (`wholeIndexed`). */
export const INDEX = 1 << 9;
/** It may give another its name where a third says that it is the value (`unique_id` beside `value`). */
export const NAMES_VALUE = 1 << 10;
/** It gives a name, or holds a value, in a numbered row (`numberedNames`). */
export const ROW_NAME = 1 << 12;
export const ROW_VALUE = 1 << 13;
/** It says that it is a value. */
export const VALUE = 1 << 11;
/** It may be what somebody signs in with beside a password (`isSignIn`). */
export const LOGIN = 1 << 14;

/** The bits above for the field of a member called `name`. */
export function speaking(field: Field, name: string): number {
  const category = field.named?.category;
  const role = roleOf(name);
  const row = numberedRole(name)?.role;
  return (
    (role === 'name' || (role === undefined && NAME_PATH.test(name) && !VALUE_NAME.test(name)) ? SPEAKS : 0) |
    (meantName(name) !== undefined || name === CIPHERTEXT || mayBeSeal(name) ? ESCAPED : 0) |
    (isKeyName(name) ? KEY : 0) |
    (category === 'wifi_ssid' ? NETWORK : 0) |
    (category === undefined || category === 'location_precise' ? DEGREES : 0) |
    (isPieceName(name) ? PIECE : 0) |
    (category === undefined && namesHost(name) ? HOST : 0) |
    (tellsCompany(category) ? TELLS : 0) |
    (keepsCompany(name) ? TOLD : 0) |
    (name === '0' ? INDEX : 0) |
    (role === undefined && mayNameValue(name, category) ? NAMES_VALUE : 0) |
    (row === 'name' ? ROW_NAME : 0) |
    (row === 'value' ? ROW_VALUE : 0) |
    (role === 'value' || VALUE_NAME.test(name) ? VALUE : 0) |
    (mayBeLogin(field) ? LOGIN : 0)
  );
}
