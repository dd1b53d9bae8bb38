// A strict form for what is read back or brought in: every key known, every value of its kind. Errors say where, never what.
import { HubError } from '../../errors.js';

/** Throws `config` with the place when `value` is not of its kind. */
export type Check = (value: unknown, where: string) => void;

function wrong(where: string, what: string): never {
  throw new HubError('config', `${where}: ${what}`);
}

/** One line of text without control characters. */
export const text =
  (most: number): Check =>
  (value, where) => {
    if (typeof value !== 'string' || value === '' || value.length > most || /\p{Cc}|\p{Cs}/u.test(value)) {
      wrong(where, `not one line of 1 to ${most} characters`);
    }
  };

export const matching =
  (pattern: RegExp, what: string): Check =>
  (value, where) => {
    if (typeof value !== 'string' || !pattern.test(value)) wrong(where, `not ${what}`);
  };

export const oneOf =
  (words: readonly string[]): Check =>
  (value, where) => {
    if (!words.includes(value as string)) wrong(where, `not one of ${words.length > 12 ? 'the known words' : words.join(', ')}`);
  };

export const flag: Check = (value, where) => {
  if (typeof value !== 'boolean') wrong(where, 'not true or false');
};

export const whole =
  (least: number, most: number): Check =>
  (value, where) => {
    if (!Number.isSafeInteger(value) || (value as number) < least || (value as number) > most)
      wrong(where, 'not a number in its range');
  };

/** An object of these keys and no others; those of `required` must be there. */
export const form =
  (optional: Readonly<Record<string, Check>>, required: Readonly<Record<string, Check>> = {}): Check =>
  (value, where) => {
    const object = asObject(value, where);
    for (const [key, one] of Object.entries(object)) {
      const check = Object.hasOwn(required, key) ? required[key] : Object.hasOwn(optional, key) ? optional[key] : undefined;
      if (check === undefined) wrong(where, 'a key that is not known');
      check(one, `${where}.${key}`);
    }
    for (const key of Object.keys(required)) if (!Object.hasOwn(object, key)) wrong(where, `no ${key}`);
  };

/** An object whose keys are the household's: `key` judges them, and they are not named in errors. */
export const mapping =
  (key: RegExp, each: Check, most: number): Check =>
  (value, where) => {
    const entries = Object.entries(asObject(value, where));
    if (entries.length > most) wrong(where, `more than ${most}`);
    for (const [index, [name, one]] of entries.entries()) {
      if (!key.test(name)) wrong(`${where}[${index}]`, 'a name that cannot be');
      each(one, `${where}[${index}]`);
    }
  };

export const list =
  (each: Check, most: number): Check =>
  (value, where) => {
    if (!Array.isArray(value)) wrong(where, 'not a list');
    if (value.length > most) wrong(where, `more than ${most}`);
    for (const [index, one] of value.entries()) each(one, `${where}[${index}]`);
  };

function asObject(value: unknown, where: string): object {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) wrong(where, 'not an object');
  return value;
}
