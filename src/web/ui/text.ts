// Words by key and language; every key has both, every key its own arguments.
import type { Lang } from './format.js';
import { common } from './text/common.js';
import { devices } from './text/devices.js';
import { entrance } from './text/entrance.js';
import { health } from './text/health.js';
import { home } from './text/home.js';
import { log } from './text/log.js';
import { refusals } from './text/refusals.js';
import { services } from './text/services.js';
import { settings } from './text/settings.js';

export const TEXTS = {
  ...common,
  ...home,
  ...health,
  ...services,
  ...devices,
  ...settings,
  ...log,
  ...refusals,
  ...entrance,
} as const;
export type Key = keyof typeof TEXTS;
type Said<K extends Key> = (typeof TEXTS)[K]['en'];
type Arguments<K extends Key> = Said<K> extends (...args: infer A) => string ? A : [];
export type Say = <K extends Key>(key: K, ...args: Arguments<K>) => string;

export const sayIn =
  (lang: Lang): Say =>
  (key, ...args) => {
    const said: unknown = TEXTS[key][lang];
    return typeof said === 'function' ? (said as (...all: unknown[]) => string)(...args) : (said as string);
  };
/** Keys made of a prefix and a word of a closed list: `v_` + a verdict. */
export const isKey = (key: string): key is Key => Object.hasOwn(TEXTS, key);
