import test from 'ava';
import fc from 'fast-check';
import { applyAction, applyToSpans, makeKeyring, type Subject } from '#src/action/index.js';
import { checkDigit } from '#src/action/pseudonym/person.js';
import type { CategoryId } from '#src/model.js';
import { findIdentifiers, identify } from '../recognize/support.js';

const MASTER = new Uint8Array(32).fill(7);
const keyring = makeKeyring(MASTER, 'cosori', 1);

function standIn(text: string, category: CategoryId = 'device_mac', kind: Subject['kind'] = 'string', keys = keyring): string {
  const outcome = applyAction('pseudonymize', { text, kind, category, ...identify(kind, text, category) }, keys);
  return outcome.kind === 'text' ? outcome.text : `<${outcome.kind}>`;
}

function inText(text: string): string {
  const spans = findIdentifiers(text).map((finding) => ({
    finding,
    category: finding.category,
    action: 'pseudonymize' as const,
  }));
  const outcome = applyToSpans(text, spans, keyring);
  return outcome.kind === 'text' ? outcome.text : `<${outcome.kind}>`;
}

const hexOf = (text: string): string =>
  text
    .replace(/^0x/, '')
    .replace(/[^0-9a-f]/gi, '')
    .toLowerCase();

test('one MAC gets one locally administered stand-in, written as the MAC was', (t) => {
  const base = standIn('84:f3:eb:01:c2:d9');
  t.regex(base, /^[0-9a-f][26ae](?::[0-9a-f]{2}){5}$/);
  const hex = hexOf(base);
  t.is(standIn('84:F3:EB:01:C2:D9', 'router_mac'), base.toUpperCase());
  t.is(standIn('84-f3-eb-01-c2-d9'), base.replaceAll(':', '-'));
  t.is(standIn('84f3.eb01.c2d9'), `${hex.slice(0, 4)}.${hex.slice(4, 8)}.${hex.slice(8)}`);
  t.is(standIn('84F3EB01C2D9', 'bluetooth_mac'), hex.toUpperCase());
  t.is(standIn('0x84f3eb01c2d9'), `0x${hex}`);
  t.is(standIn('84:f3:eb:ff:fe:01:c2:d9'), `${base.slice(0, 8)}:ff:fe:${base.slice(9)}`);
  t.is(standIn('84:f3:eb:1:c2:d9'), base);
  t.is(standIn('８４:f3:eb:01:c2:d9'), base);
  t.is(standIn(String(0x84f3eb01c2d9), 'device_mac', 'number'), String(Number.parseInt(hex, 16)));
  t.is(inText('vs_84f3eb01c2d9_a1'), `vs_${hex}_a1`);
  t.is(inText('seen 84:f3:eb:01:c2:d9 at noon'), `seen ${base} at noon`);
  const bytes = Uint8Array.from([0x84, 0xf3, 0xeb, 1, 0xc2, 0xd9]);
  const outcome = applyAction(
    'pseudonymize',
    { text: '', kind: 'bytes', category: 'device_mac', bytes, ...identify('bytes', '', 'device_mac', bytes) },
    keyring,
  );
  t.deepEqual(outcome, { kind: 'bytes', bytes: Uint8Array.from(Buffer.from(hex, 'hex')) });
});

test('a stand-in of any MAC is unlike it, the same each time, and a MAC of no maker', (t) => {
  const octet = fc.integer({ min: 0, max: 255 });
  fc.assert(
    fc.property(fc.tuple(octet, octet, octet, octet, octet, octet), fc.constantFrom(':', '-'), (octets, separator) => {
      const hex = octets.map((value) => value.toString(16).padStart(2, '0')).join('');
      fc.pre(!/^(?:0+|f+)$/.test(hex));
      const written = hex.match(/../g)!.join(separator);
      const made = standIn(written);
      const canonical = findIdentifiers(made)[0]?.canonical ?? '';
      return (
        made !== written && made.length === written.length && made === standIn(written) && /^mac:[0-9a-f][26ae]/.test(canonical)
      );
    }),
  );
  t.pass();
});

test('service, epoch and install each have stand-ins of their own', (t) => {
  const mac = '84:f3:eb:01:c2:d9';
  const made = [
    keyring,
    makeKeyring(MASTER, 'sens', 1),
    makeKeyring(MASTER, 'cosori', 2),
    makeKeyring(new Uint8Array(32).fill(8), 'cosori', 1),
  ].map((keys) => standIn(mac, 'device_mac', 'string', keys));
  t.is(new Set(made).size, 4);
  t.throws(() => makeKeyring(new Uint8Array(16), 'cosori', 1), { instanceOf: RangeError });
});

test('addresses go where nobody lives', (t) => {
  t.regex(standIn('198.51.100.77', 'ip_address'), /^198\.1[89]\.\d{1,3}\.\d{1,3}$/);
  t.regex(standIn('2001:db8:1::5', 'ip_address'), /^2001:db8:/);
  t.regex(standIn('::ffff:198.51.100.77', 'ip_address'), /^::ffff:198\.1[89]\./);
  t.is(standIn('::ffff:198.51.100.77', 'ip_address').slice(7), standIn('198.51.100.77', 'ip_address'));
  const number = Number(standIn(String(((198 << 24) | (51 << 16) | (100 << 8) | 77) >>> 0), 'ip_address', 'number'));
  t.is([24, 16, 8, 0].map((shift) => (number >>> shift) & 255).join('.'), standIn('198.51.100.77', 'ip_address'));
});

test('identifiers keep their form', (t) => {
  t.regex(
    standIn('{F81D4FAE-7DEC-11D0-A765-00A0C91E6BF6}', 'device_identifier'),
    /^\{[0-9A-F]{8}-[0-9A-F]{4}-4[0-9A-F]{3}-[89AB][0-9A-F]{3}-[0-9A-F]{12}\}$/,
  );
  t.regex(standIn('someone@home.example', 'email'), /^u[0-9a-f]{12}@example\.invalid$/);
  t.is(standIn('Someone@Home.Example', 'email'), standIn('someone@home.example', 'email'));
  t.regex(standIn('+7 (916) 555-01-23', 'phone'), /^\+9 \(99\d\) \d{3}-\d\d-\d\d$/);
  t.regex(standIn('356938035643809', 'imei_iccid'), /^00\d{13}$/);
  const imei = standIn('356938035643809', 'imei_iccid');
  t.is(checkDigit(imei.slice(0, -1)), imei.slice(-1));
  t.regex(standIn('tasmota-1A2B3C', 'hostname'), /^tasmota-(?!1A2B3C)[0-9A-F]{6}$/);
  t.regex(standIn('SN12-ab34', 'serial_number'), /^[A-Z]{2}\d\d-[a-z]{2}\d\d$/);
  t.regex(standIn('d41d8cd98f00b204', 'device_identifier'), /^[0-9a-f]{16}$/);
  t.regex(standIn('8812345', 'account_identifier', 'number'), /^[1-9]\d{6}$/);
  t.is(standIn('8812345', 'account_identifier', 'number'), standIn('8812345', 'account_identifier'));
  t.regex(standIn("Anna's bedroom", 'device_name'), /^Device [0-9A-F]{6}$/);
  t.is(standIn("Anna's bedroom", 'device_name'), standIn("ANNA'S bedroom ", 'device_name'));
});

test('what has no honest stand-in is dropped', (t) => {
  t.is(standIn('true', 'presence', 'boolean'), '<drop>');
  t.is(standIn('48.8582', 'location_precise', 'number'), '<drop>');
  t.is(standIn('48.8582,2.2945', 'location_precise'), '<drop>');
  t.is(standIn('swordfish', 'wifi_password'), '<drop>');
  t.is(standIn('---', 'serial_number'), '<drop>');
  t.is(standIn('1.5e10', 'serial_number', 'number'), '<drop>');
});

test('a token keeps the class of every character and never stays as it is', (t) => {
  const classes = (text: string): string => text.replace(/[A-Z]/g, 'A').replace(/[a-z]/g, 'a').replace(/\d/g, '0');
  fc.assert(
    fc.property(fc.stringMatching(/^[G-Z][A-Za-z0-9_-]{8,40}$/), (text) => {
      const made = standIn(text, 'credential');
      fc.pre(findIdentifiers(text).length === 0);
      return made !== text && classes(made) === classes(text) && made === standIn(text, 'credential');
    }),
  );
  t.pass();
});

test('an integer stays within the type it came from', (t) => {
  const integer = fc.bigInt({ min: 10n, max: (1n << 64n) - 1n });
  fc.assert(
    fc.property(integer, (value) => {
      const made = BigInt(standIn(String(value), 'device_identifier', 'number'));
      const fits = [31n, 32n, 53n, 63n, 64n].every((bits) => value >= 1n << bits || made < 1n << bits);
      return fits && made !== value && String(made).length === String(value).length;
    }),
  );
  t.pass();
});
