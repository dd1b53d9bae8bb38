import test from 'ava';
import { OwnIdentifiers } from '#src/classify/household.js';

const MAC = '3c:84:6a:0b:91:d2';
const own = new OwnIdentifiers([
  { category: 'device_mac', value: MAC },
  { category: 'ip_address', value: '198.51.100.23' },
  { category: 'ip_address', value: '192.168.1.2' },
]);
const found = (text: string): number => [...own.count(Buffer.from(text)).values()].reduce((a, b) => a + b, 0);
test('addresses of the home are found with their marks alone encoded', (t) => {
  for (const colon of ['%3A', '%3a', '%253A', '\\u003a', '\\x3a', '=3A'])
    t.true(found(`a${MAC.replaceAll(':', colon)}`) > 0, colon);
  for (const dash of ['%2D', '\\u002d']) t.true(found(MAC.replaceAll(':', dash)) > 0, dash);
  for (const dot of ['%2E', '%252e', '\\u002e']) {
    t.true(found(`198${dot}51${dot}100${dot}23`) > 0, dot);
    t.true(found(`192${dot}168${dot}1${dot}2`) > 0, dot);
    t.is(found(`192${dot}168${dot}1${dot}20`), 0, dot);
  }
});

test('letters may stand beside a public address; digits make it another, but those of an encoded mark', (t) => {
  for (const text of ['ip198.51.100.23', 'u198.51.100.23x', '%22198.51.100.23%22', '\\u0022198.51.100.23', 'x\\n192.168.1.2'])
    t.true(found(text) > 0, text);
  for (const text of ['1198.51.100.23', '198.51.100.234', '192.168.1.20', 'v192.168.1.2', '0192.168.1.2'])
    t.is(found(text), 0, text);
});
