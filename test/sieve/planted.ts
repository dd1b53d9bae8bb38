// Secrets under random dress: how vendors, and those who would hide something, spell the name, the value and the nesting.
import fc from 'fast-check';

/** One secret as it is put into a document, and the traces by which it would be found again. */
export interface Planted {
  readonly name: string;
  readonly value: unknown;
  /** Looked for among the letters and digits of what left, in lower case. */
  readonly traces: readonly string[];
}

const hexByte = fc.integer({ min: 0, max: 255 }).map((n) => n.toString(16).padStart(2, '0'));
/** Letters and digits both (ten digits alone are a number), unicast, not one of the reserved blocks. */
const mac = fc
  .array(hexByte, { minLength: 4, maxLength: 4 })
  .map((tail) => ['a4', 'c1', ...tail])
  .filter((pairs) => new Set(pairs).size > 3);

const MAC_NAMES = [
  ['wifi', 'mac'],
  ['router', 'mac'],
  ['bssid'],
  ['mac'],
  ['mac', 'address'],
  ['bt', 'mac'],
  ['ble', 'mac', 'addr'],
  ['gateway', 'mac'],
  ['hw', 'addr'],
  ['device', 'mac'],
]; // prettier-ignore
const SSID_NAMES = [
  ['wifi', 'ssid'],
  ['ssid'],
  ['wifi', 'name'],
  ['network', 'name'],
  ['ap', 'name'],
  ['home', 'wifi'],
  ['essid'],
];
const IP_NAMES = [['ip'], ['ip', 'address'], ['wan', 'ip'], ['public', 'ip'], ['ipv', '4'], ['inner', 'ip']];
const EMAIL_NAMES = [['email'], ['user', 'mail'], ['note', 'x'], ['q']];

/** A name in one of the spellings in use, sometimes with a look-alike letter or an invisible one in it. */
function dressed(words: readonly string[]): fc.Arbitrary<string> {
  const cap = (word: string): string => word[0]!.toUpperCase() + word.slice(1);
  const spelling = fc.constantFrom<(w: readonly string[]) => string>(
    (w) => w.join('_'),
    (w) => w.join('-'),
    (w) => w.join('.'),
    (w) => w.join(' '),
    (w) => w.map((word, i) => (i === 0 ? word : cap(word))).join(''),
    (w) => w.map(cap).join(''),
    (w) => w.join('_').toUpperCase(),
  );
  const disguise = fc.constantFrom<(name: string) => string>(
    (name) => name,
    (name) => name,
    (name) => `${name.slice(0, 1)}\u200b${name.slice(1)}`,
    (name) => name.replace(/a/, '\u0430').replace(/i/, '\u0456'),
    (name) => name.replace(/[a-z]/g, (c) => String.fromCharCode(c.charCodeAt(0) + 0xfee0)),
  );
  return fc.tuple(spelling, disguise).map(([spell, hide]) => hide(spell(words)));
}

const names = (list: readonly (readonly string[])[]): fc.Arbitrary<string> => fc.constantFrom(...list).chain(dressed);

/** A MAC in any notation, under a name that says so. */
const namedMac: fc.Arbitrary<Planted> = fc
  .tuple(
    names(MAC_NAMES),
    mac,
    fc.constantFrom<(p: readonly string[]) => unknown>(
      (p) => p.join(':'),
      (p) => p.join('-').toUpperCase(),
      (p) => p.join(''),
      (p) => p.join('').toUpperCase(),
      (p) => p.join('').replace(/(.{4})(?=.)/g, '$1.'),
      (p) => p.join(' '),
      (p) => `0x${p.join('')}`,
      (p) => [...p.slice(0, 3), 'ff', 'fe', ...p.slice(3)].join(':'),
      (p) => Number.parseInt(p.join(''), 16),
      (p) => String(Number.parseInt(p.join(''), 16)),
      (p) => p.map((pair) => Number.parseInt(pair, 16)),
      (p) => `(${p.join(':')})`,
    ),
  )
  .map(([name, pairs, write]) => ({ name, value: write(pairs), traces: macTraces(pairs) }));

/** A MAC under a name that says nothing: certain by its notation, also in the middle of a sentence. */
const hiddenMac: fc.Arbitrary<Planted> = fc
  .tuple(
    fc.constantFrom('x', 'note', 'value', 'peer', 'p1', 'msg'),
    mac,
    fc.constantFrom<(p: readonly string[]) => string>(
      (p) => p.join(':'),
      (p) => p.join('-').toUpperCase(),
      (p) => p.join('').replace(/(.{4})(?=.)/g, '$1.'),
      (p) => `peer ${p.join(':')} left`,
      (p) => `${p.join(':')};${p.join('-')}`,
    ),
  )
  .map(([name, pairs, write]) => ({ name, value: write(pairs), traces: macTraces(pairs) }));

function macTraces(pairs: readonly string[]): string[] {
  return [pairs.join(''), pairs.slice(2).join(''), String(Number.parseInt(pairs.join(''), 16))];
}

/** Words no dictionary has, so that a hit is no chance. */
const word = fc.string({ unit: fc.constantFrom(...'bcdfghjkmnpqrstvwxz'), minLength: 7, maxLength: 10 });
const namedSsid: fc.Arbitrary<Planted> = fc
  .tuple(names(SSID_NAMES), word, fc.constantFrom('', ' 5G', '_2.4', '-guest'))
  .map(([name, text, tail]) => ({ name, value: text + tail, traces: [text] }));

const address = fc.tuple(fc.integer({ min: 1, max: 254 }), fc.integer({ min: 1, max: 254 })).map(([c, d]) => [198, 51, c, d]);
const namedIp: fc.Arbitrary<Planted> = fc
  .tuple(
    names(IP_NAMES),
    address,
    fc.constantFrom<(o: readonly number[]) => unknown>(
      (o) => o.join('.'),
      (o) => `${o.join('.')}:8883`,
      (o) => o.reduce((n, octet) => n * 256 + octet, 0),
      (o) => [...o],
      (o) => `::ffff:${o.join('.')}`,
    ),
  )
  .map(([name, octets, write]) => ({
    name,
    value: write(octets),
    traces: [octets.reduce((n, octet) => n * 256 + octet, 0).toString(), octets.join('.')],
  }));

const email: fc.Arbitrary<Planted> = fc
  .tuple(names(EMAIL_NAMES), word, fc.constantFrom('', 'write to '))
  .map(([name, local, before]) => ({ name, value: `${before}${local}@example.org`, traces: [local] }));

/** What no service of the rules has a purpose for. */
export const planted: fc.Arbitrary<Planted> = fc.oneof(namedMac, hiddenMac, namedSsid, namedIp);
/** And what some have one for. */
export const plantedOrEmail: fc.Arbitrary<Planted> = fc.oneof(planted, email);
