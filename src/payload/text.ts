import { Buffer, isUtf8 } from 'node:buffer';
import { HubError } from '../errors.js';
import { type Document, type Limits, Node } from '../model.js';
import { textAfter } from './fields.js';
import { asBuffer } from './splice.js';

/** Control characters that no text for people holds: all but tab, line feed, form feed and carriage return. */
const UNPRINTABLE = /[\0-\x08\x0b\x0e-\x1f\x7f]/;

/** What sets colours on a terminal (ECMA-48, SGR): programs colour their logs. */
const COLORS = /\x1b\[[\d;]{0,16}m/g;

/** Is this UTF-8 text that can be shown? */
export function isPrintable(bytes: Uint8Array): boolean {
  return isUtf8(bytes) && !UNPRINTABLE.test(asBuffer(bytes).toString('utf8').replace(COLORS, ''));
}

/** Reads a whole text as one string. Throws `unreadable_format` where it is not printable UTF-8. */
export function readText(bytes: Uint8Array, _limits: Limits): Document {
  if (!isPrintable(bytes)) throw new HubError('unreadable_format');
  return textDocument(bytes, (text) => text);
}

/** Reads a text that stood inside a value: whatever characters the value had, it may have too. */
export function readInner(bytes: Uint8Array): Document {
  return textDocument(bytes, (text) => text);
}

/**
 * Reads the value of a header as one string: UTF-8, of which ASCII is a part (RFC 9110 section 5.5). Throws `unreadable_charset`
 * for other bytes, and when written `internal` for an edit that would put a control character there.
 */
export function readHeaderValue(bytes: Uint8Array, _limits: Limits): Document {
  if (!isUtf8(bytes)) throw new HubError('unreadable_charset');
  return textDocument(bytes, (text) => {
    if (/[\0-\x08\x0a-\x1f\x7f]/.test(text)) throw new HubError('internal', 'control character for a header');
    return text;
  });
}

function textDocument(bytes: Uint8Array, check: (text: string) => string): Document {
  const root = new Node('string', asBuffer(bytes).toString('utf8'), 0, bytes.length);
  const write = (): Uint8Array => (root.edit === undefined ? bytes : Buffer.from(check(textAfter(root.edit)), 'utf8'));
  return { root, write };
}
