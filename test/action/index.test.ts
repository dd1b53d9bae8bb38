import test from 'ava';
import { ACTION_TABLE, applyAction, applyToSpans, canonicalOf, makeKeyring, saysOf } from '#src/action/index.js';
import { findValues } from '#src/classify/values.js';
import { ACTIONS, type ActionKind } from '#src/model.js';

const keyring = makeKeyring(new Uint8Array(32).fill(1), 'cosori', 1);

function each(text: string, action: ActionKind) {
  return applyToSpans(
    text,
    findValues(text).map((finding) => ({ finding, category: finding.category, action })),
    keyring,
  );
}

test('every action of the model has a place in the registry and a sentence in both languages', (t) => {
  t.deepEqual(Object.keys(ACTION_TABLE).sort(), [...ACTIONS].sort());
  for (const action of ACTIONS) {
    t.regex(saysOf(action).en, /^[A-Z].*\.$/);
    t.regex(saysOf(action).ru, /^[А-Я].*\.$/);
  }
});

test('keep, drop, blank and refuse say what happens to the node', (t) => {
  const subject = { text: 'home', kind: 'string', category: 'wifi_ssid' } as const;
  t.deepEqual(applyAction('keep', subject, keyring), { kind: 'keep' });
  t.deepEqual(applyAction('drop', subject, keyring), { kind: 'drop' });
  t.deepEqual(applyAction('blank', subject, keyring), { kind: 'blank' });
  t.deepEqual(applyAction('refuse', subject, keyring), { kind: 'refuse' });
});

test('of a sentence only what was found is cut out', (t) => {
  t.deepEqual(each('joined via 84:f3:eb:01:c2:d9 from 198.51.100.77.', 'drop'), { kind: 'text', text: 'joined via  from .' });
  t.deepEqual(each('84:f3:eb:01:c2:d9', 'drop'), { kind: 'drop' });
  t.deepEqual(each('no one', 'drop'), { kind: 'keep' });
  t.deepEqual(each('see 198.51.100.77', 'refuse'), { kind: 'refuse' });
});

test('a hash is keyed, of fixed length, and the same for every notation', (t) => {
  const one = applyAction('hash', { text: '84:f3:eb:01:c2:d9', kind: 'string', category: 'device_mac' }, keyring);
  const two = applyAction('hash', { text: '84F3EB01C2D9', kind: 'string', category: 'router_mac' }, keyring);
  t.deepEqual(one, two);
  t.true(one.kind === 'text' && /^[0-9a-f]{32}$/.test(one.text));
  t.notDeepEqual(
    applyAction(
      'hash',
      { text: '84F3EB01C2D9', kind: 'string', category: 'router_mac' },
      makeKeyring(new Uint8Array(32), 'cosori', 1),
    ),
    one,
  );
  const number = applyAction('hash', { text: '8812345678', kind: 'number', category: 'serial_number' }, keyring);
  t.true(number.kind === 'text' && Number.isSafeInteger(Number(number.text)));
  t.deepEqual(applyAction('hash', { text: 'true', kind: 'boolean', category: 'presence' }, keyring), { kind: 'drop' });
});

test('the key of a pseudonym follows HKDF-Expand: another label, another digest', (t) => {
  t.notDeepEqual(keyring.mac('mac', 'a'), keyring.mac('ip', 'a'));
  t.is(keyring.mac('mac', 'a').length, 32);
});

test('a value is read as its category says before it is keyed', (t) => {
  t.is(canonicalOf({ text: '84f3eb01c2d9', kind: 'string', category: 'device_mac' }), 'mac:84f3eb01c2d9');
  t.is(canonicalOf({ text: '120000000000', kind: 'string', category: 'device_mac' }), 'mac:120000000000');
  t.is(canonicalOf({ text: '4.3.8.1', kind: 'string', category: 'ip_address' }), 'ip:4.3.8.1');
  t.is(canonicalOf({ text: '4.3.8.1', kind: 'string', category: 'firmware_version' }), 'text:4.3.8.1');
  t.is(canonicalOf({ text: 'ABCDEF0123', kind: 'string', category: 'serial_number' }), 'text:abcdef0123');
});
