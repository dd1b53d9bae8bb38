// Keys of the household's devices, to read what they encrypt: `keys.yaml` in the data directory, for its owner's eyes only.
import { closeSync, existsSync, fstatSync, openSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { HubError } from '../errors.js';
import { form, list, matching, oneOf, text } from '../household/choices/form.js';
import type { CipherKey } from '../model.js';

export const KEYS_FILE = 'keys.yaml';
/** Each is tried on each cipher: a home has dozens of devices. */
const KEYS_MAX = 256;
const FILE_BYTES_MAX = 256 * 1024;
/** A Tuya device's local key: sixteen characters. */
const TUYA_KEY = /^[\x21-\x7e]{16}$/;

const checkFile = form(
  {},
  {
    keys: list(
      form({}, { device: text(120), scheme: oneOf(['tuya']), key: matching(TUYA_KEY, 'a local key of 16 characters') }),
      KEYS_MAX,
    ),
  },
);

/**
 * The keys of `dir`; none where there is no file. `keys: [{device, scheme: tuya, key}]`; `device` is only the household's word for it.
 * Throws `config` with the place, never with a key, and for a file that others may read.
 */
export function readCipherKeys(dir: string): readonly CipherKey[] {
  const file = path.join(dir, KEYS_FILE);
  if (!existsSync(file)) return [];
  const read = contentOf(file);
  checkFile(read, KEYS_FILE);
  const { keys } = read as { readonly keys: readonly { readonly scheme: 'tuya'; readonly key: string }[] };
  return keys.map(({ scheme, key }) => ({ scheme, key: Buffer.from(key, 'latin1') }));
}

function contentOf(file: string): unknown {
  const fd = openSync(file, 'r');
  try {
    const { mode, size } = fstatSync(fd);
    if ((mode & 0o077) !== 0) throw new HubError('config', `${file} may be read by others: chmod 600 it`);
    if (size > FILE_BYTES_MAX) throw new HubError('config', `${file} is too large`);
    return parse(readFileSync(fd, 'utf8'), { logLevel: 'silent' });
  } catch (fault) {
    if (fault instanceof HubError) throw fault;
    throw new HubError('config', `${file} is not YAML`); // without a cause: its words would quote the file
  } finally {
    closeSync(fd);
  }
}
