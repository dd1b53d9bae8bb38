import test from 'ava';
import { ACTION_TABLE, applyAction, applyToSpans, makeKeyring, type Subject, saysOf } from '#src/action/index.js';
import { ACTIONS, type ActionKind, type CategoryId } from '#src/model.js';
import { findIdentifiers, identify } from '../recognize/support.js';

const keyring = makeKeyring(new Uint8Array(32).fill(1), 'cosori', 1);

function subject(kind: Subject['kind'], text: string, category: CategoryId): Subject {
  return { text, kind, category, canonical: identify(kind, text, category).canonical };
}

function each(text: string, action: ActionKind) {
  return applyToSpans(
    text,
    findIdentifiers(text).map((finding) => ({ finding, category: finding.category, action })),
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
  const home = { text: 'home', kind: 'string', category: 'wifi_ssid', canonical: 'text:home' } as const;
  t.deepEqual(applyAction('keep', home, keyring), { kind: 'keep' });
  t.deepEqual(applyAction('drop', home, keyring), { kind: 'drop' });
  t.deepEqual(applyAction('blank', home, keyring), { kind: 'blank' });
  t.deepEqual(applyAction('refuse', home, keyring), { kind: 'refuse' });
});

test('of a sentence only what was found is cut out', (t) => {
  t.deepEqual(each('joined via 84:f3:eb:01:c2:d9 from 198.51.100.77.', 'drop'), { kind: 'text', text: 'joined via  from .' });
  t.deepEqual(each('84:f3:eb:01:c2:d9', 'drop'), { kind: 'drop' });
  t.deepEqual(each('no one', 'drop'), { kind: 'keep' });
  t.deepEqual(each('see 198.51.100.77', 'refuse'), { kind: 'refuse' });
});

test('a hash is keyed, of fixed length, and the same for every notation', (t) => {
  const one = applyAction('hash', subject('string', '84:f3:eb:01:c2:d9', 'device_mac'), keyring);
  const two = applyAction('hash', subject('string', '84F3EB01C2D9', 'router_mac'), keyring);
  t.deepEqual(one, two);
  t.true(one.kind === 'text' && /^[0-9a-f]{32}$/.test(one.text));
  t.notDeepEqual(
    applyAction('hash', subject('string', '84F3EB01C2D9', 'router_mac'), makeKeyring(new Uint8Array(32), 'cosori', 1)),
    one,
  );
  const number = applyAction('hash', subject('number', '8812345678', 'serial_number'), keyring);
  t.true(number.kind === 'text' && Number.isSafeInteger(Number(number.text)));
  t.deepEqual(applyAction('hash', subject('boolean', 'true', 'presence'), keyring), { kind: 'drop' });
});

test('the key of a pseudonym follows HKDF-Expand: another label, another digest', (t) => {
  t.notDeepEqual(keyring.mac('mac', 'a'), keyring.mac('ip', 'a'));
  t.is(keyring.mac('mac', 'a').length, 32);
});
