// Names and numbers of people in the ways that hosts, telephones and pranksters write them.
import { domainToASCII } from 'node:url';

/** Each Latin letter thirteen further, in small letters. */
export function rot13(text: string): string {
  return text.toLowerCase().replace(/[a-z]/g, (c) => String.fromCharCode(((c.charCodeAt(0) - 0x61 + 13) % 26) + 0x61));
}

/** A name beyond ASCII as a label of a host's name (RFC 5891); undefined for one that needs no other letters. */
export function hostLabel(folded: string): string | undefined {
  if (/^[\x20-\x7e]*$/.test(folded)) return undefined;
  const label = domainToASCII(folded.replace(/[\s_]+/g, '-'));
  return label.startsWith('xn--') ? label : undefined;
}

/** Shorter numbers are no telephone's. */
const PHONE_MIN = 7;
/** Longest code of a country (ITU-T E.164). */
const COUNTRY_MAX = 3;

/** The digits of a telephone number, with its country's code and with what is dialled in its place at home. */
export function phoneRuns(value: string): string[] {
  const digits = value.replace(/\D/g, '').replace(/^0+/, '');
  const runs = new Set([digits, `00${digits}`, `0${digits}`]);
  for (let code = 1; value.trim().startsWith('+') && code <= COUNTRY_MAX; code += 1)
    for (const trunk of ['', '0', '8', '1']) runs.add(trunk + digits.slice(code));
  return [...runs].filter((run) => run.length >= PHONE_MIN);
}
