// E-mail addresses (RFC 5321, loosely).
import type { ValueRecognizer } from '../evidence.js';
import { AT } from '../prefilter.js';
import { add, VALUE } from './finding.js';

/** RFC 5321 4.5.3.1: a local part has at most 64 octets, a domain 255. */
const LONGEST_LOCAL = 64;
const LONGEST_DOMAIN = 255;
const LOCAL = /[\p{L}\p{N}._%+'-]/u;
const DOMAIN = /[\p{L}\p{N}.-]/u;
const WHOLE_DOMAIN = /^[^.].*\.(?:\p{L}{2,24}|xn--[a-z0-9-]{2,59})$/u;
/** `icon@2x.png` is a file. */
const FILE = /\.(?:png|jpe?g|gif|webp|svg|css|js|json|html?)$|^\d+x\./i;
/** A device's own address before the maker's domain is found as that. */
const LOCAL_MAC = /(?<![0-9a-z])(?=[0-9]*[a-f])(?=[a-f]*[0-9])[0-9a-f]{12}(?![0-9a-z])/i;

function growLeft(text: string, at: number): number {
  let start = at;
  while (start > 0 && at - start < LONGEST_LOCAL && LOCAL.test(text[start - 1]!)) start--;
  while (start < at && /[.'%+-]/.test(text[start]!)) start++;
  return start;
}

function growRight(text: string, at: number): number {
  let end = at + 1;
  while (end < text.length && end - at <= LONGEST_DOMAIN && DOMAIN.test(text[end]!)) end++;
  while (end > at + 1 && /[.-]/.test(text[end - 1]!)) end--;
  return end;
}

export const email: ValueRecognizer = {
  ...VALUE,
  says: { en: 'it is an e-mail address', ru: 'это адрес электронной почты' },
  prefilter: { minLength: 6, all: AT },
  recognize: (text, out) => {
    for (let at = text.indexOf('@'); at >= 0; at = text.indexOf('@', at + 1)) {
      const start = growLeft(text, at);
      const end = growRight(text, at);
      const domain = text.slice(at + 1, end);
      if (start === at || !WHOLE_DOMAIN.test(domain) || domain.includes('..') || FILE.test(domain)) continue;
      if (!LOCAL_MAC.test(text.slice(start, at))) add(out, 'email', start, end, `email:${text.slice(start, end).toLowerCase()}`);
    }
  },
  examples: [
    { text: 'write to A.User@Example.ORG.', from: 'RFC 5321' },
    { text: 'иван@почта.рф', from: 'RFC 6531' },
  ],
  counterexamples: [
    { text: 'icon@2x.png', from: 'name of a file' },
    { text: '42["status",{"@type":"x"}]', from: 'Socket.IO 4' },
    { text: '84f3eb01c2d9@tuya.example', from: 'a hardware address' },
  ],
};
