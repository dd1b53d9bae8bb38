// Neutral labels in place of the names a household gave.
import type { CategoryId } from '../../model.js';
import { type Keyring, keyedBytes, toHex } from '../keyring.js';
import { drawUnlike } from './fill.js';

type NamedCategory = Extract<
  CategoryId,
  'device_name' | 'hostname' | 'person_name' | 'user_text' | 'wifi_ssid' | 'neighbour_scan'
>;

const LABELS: Readonly<Record<NamedCategory, string>> = {
  device_name: 'Device ',
  hostname: 'device-',
  person_name: 'Person ',
  user_text: 'Text ',
  wifi_ssid: 'Network ',
  neighbour_scan: 'Network ',
};
/** 24 bits: two of thirty names collide once in 37,000 homes; fewer would read better and collide. */
const LABEL_BYTES = 3;

/** `Device 3F2A1C`: keyed by the name, folded, so that one name has one label under every key. */
export function neutralName(category: NamedCategory, written: string, keyring: Keyring): string | undefined {
  const name = written.normalize('NFKC').trim().toLowerCase();
  if (name === '') return undefined;
  return drawUnlike(written, (salt) => {
    const hex = toHex(keyedBytes(keyring, 'name', name + salt, LABEL_BYTES));
    return LABELS[category] + (category === 'hostname' ? hex : hex.toUpperCase());
  });
}
