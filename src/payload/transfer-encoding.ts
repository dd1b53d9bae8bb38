// Content-Transfer-Encoding of a MIME part (RFC 2045 section 6).
import { Buffer } from 'node:buffer';
import { HubError } from '../errors.js';
import { asBuffer, toBinary } from './splice.js';

/** Longest line of quoted-printable without its soft break (RFC 2045 section 6.7, rule 5). */
const QUOTED_LINE = 75;

/** A part's content without its transfer encoding. */
export interface Transferred {
  readonly bytes: Uint8Array;
  redo(bytes: Uint8Array): Uint8Array;
}

/** Undoes 7bit, 8bit, binary, base64 and quoted-printable. Throws `unknown_coding` for others, `malformed` for broken ones. */
export function undoTransferEncoding(bytes: Uint8Array, name: string | undefined): Transferred {
  switch (name?.trim().toLowerCase() ?? '') {
    case '':
    case '7bit':
    case '8bit':
    case 'binary':
      return { bytes, redo: (changed) => changed };
    case 'base64':
      return base64(bytes);
    case 'quoted-printable':
      return quoted(bytes);
    default:
      throw new HubError('unknown_coding', 'content-transfer-encoding');
  }
}

/** Lines of base64: packed again in lines as long as the first, with the same line end and the same end of text. */
function base64(bytes: Uint8Array): Transferred {
  const source = toBinary(bytes);
  const digits = source.replace(/\r\n|[ \t\n]/g, '');
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(digits) || digits.length % 4 !== 0) throw new HubError('malformed', 'base64');
  const lineEnd = /\r?\n/.exec(source)?.[0] ?? '';
  const width = lineEnd === '' ? Number.POSITIVE_INFINITY : Math.max(4, source.indexOf(lineEnd));
  const last = lineEnd !== '' && source.endsWith(lineEnd) ? lineEnd : '';
  const redo = (changed: Uint8Array): Uint8Array => {
    const all = asBuffer(changed).toString('base64');
    const lines: string[] = [];
    for (let i = 0; i < all.length; i += width) lines.push(all.slice(i, i + width));
    return Buffer.from(lines.join(lineEnd) + last, 'latin1');
  };
  return { bytes: Buffer.from(digits, 'base64'), redo };
}

function quoted(bytes: Uint8Array): Transferred {
  const source = toBinary(bytes);
  const joined = source.replace(/=[ \t]*\r?\n/g, '');
  if (/=(?![0-9A-Fa-f]{2})/.test(joined) || /[^\t\r\n -~]/.test(joined)) throw new HubError('malformed', 'quoted-printable');
  const plain = joined.replace(/=([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return { bytes: Buffer.from(plain, 'latin1'), redo: (changed) => Buffer.from(quote(toBinary(changed)), 'latin1') };
}

function quote(binary: string): string {
  return binary
    .split('\r\n')
    .map((line) => {
      const tokens = [...line].map((unit, i) => quotedUnit(unit, i === line.length - 1));
      let out = '';
      let length = 0;
      for (const token of tokens) {
        if (length + token.length > QUOTED_LINE) {
          out += '=\r\n';
          length = 0;
        }
        out += token;
        length += token.length;
      }
      return out;
    })
    .join('\r\n');
}

function quotedUnit(unit: string, last: boolean): string {
  if (/[!-<>-~]/.test(unit) || (/[ \t]/.test(unit) && !last)) return unit;
  return `=${unit.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
}
