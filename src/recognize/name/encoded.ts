// Names that are written in another way than they read: percent sequences, references, escapes, hexadecimal digits.
import type { CategoryId } from '../../model.js';
import { undoEscapes, undoReferences } from '../../payload/tokens.js';

/** `ssid` in hexadecimal digits; 32 letters. */
const HEX_NAME = /^(?:[0-9a-f]{2}){4,32}$/i;
/** A name as programmers write them. */
const PLAIN_NAME = /^[A-Za-z][A-Za-z0-9_. -]{2,}$/;
const OPAQUE_NAME = /^\p{L}{1,2}\d{0,2}$/u;

/** The name that is meant by one written in percent sequences, references, escapes or hexadecimal digits; undefined for others. */
export function decodedName(name: string): string | undefined {
  if (name.includes('%')) return undoPercent(undoPercent(name));
  const text = undoReferences(name)?.text ?? undoEscapes(name)?.text;
  if (text !== undefined) return text;
  const hex = HEX_NAME.test(name) ? Buffer.from(name, 'hex').toString('latin1') : '';
  return PLAIN_NAME.test(hex) ? hex : undefined;
}

/** The name of a member that says nothing in one letter or two, below a name that does (`{"ssid":{"x":…}}`); undefined for others. */
export function opaqueName(name: string, enclosing: CategoryId | undefined): string | undefined {
  return enclosing === 'wifi_ssid' && OPAQUE_NAME.test(name) ? 'ssid' : undefined;
}

function undoPercent(name: string): string {
  return name.replace(/(?:%[0-9a-fA-F]{2})+/g, (run) => Buffer.from(run.replaceAll('%', ''), 'hex').toString('utf8'));
}
