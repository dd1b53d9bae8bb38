import test from 'ava';
import type { DeviceKind, ServiceChoices } from '#src/model.js';
import { loadRules } from '#src/policy/declaration.js';
import { compilePolicy, justification, outcome, switchesOf } from '#src/policy/justify.js';
import { ACME } from './acme.js';
import { COSORI, files } from './fixture.js';

const CHOICES: ServiceChoices = { mode: 'enforce', purposes: {}, opaque: 'refuse', sealed: 'refuse' };
const rules = loadRules(files());

test('a purpose that is on and needs the category justifies it, with its clause', (t) => {
  const policy = compilePolicy(rules, 'cosori', CHOICES).at('body');
  t.deepEqual(policy.justification('email'), { purpose: 'registration', clause: '5.10', granularity: 'exact' });
  t.deepEqual(policy.justification('timezone_region'), { purpose: 'device_control', clause: '2.1.4', granularity: 'coarse' });
  t.is(policy.justification('wifi_ssid'), undefined);
});

test('a purpose that is off, or lists a category without needing it, justifies nothing', (t) => {
  const policy = compilePolicy(rules, 'cosori', CHOICES).at('body');
  t.is(policy.justification('signal_strength'), undefined);
  t.is(policy.justification('diagnostics'), undefined);
});

test('the household turns purposes on and off; the finest granularity counts', (t) => {
  const policy = compilePolicy(rules, 'cosori', { ...CHOICES, purposes: { network_diagnostics: true, registration: false } }).at(
    'body',
  );
  t.deepEqual(policy.justification('timezone_region'), { purpose: 'network_diagnostics', clause: '6.1.3', granularity: 'exact' });
  t.is(policy.justification('email'), undefined);
});

test('of two purposes that need a category alike the declared one speaks', (t) => {
  const text = COSORI.replace('needs: [email,', 'needs: [email, device_status,').replace(
    /( {2}registration:[\s\S]*?)( {2}device_control:[\s\S]*?)( {2}network_diagnostics:)/,
    '$2$1$3',
  );
  const changed = loadRules(files({ 'rules/services/cosori.yaml': text }));
  t.is(changed.services.get('cosori')?.purposes[0]?.id, 'device_control');
  t.is(compilePolicy(changed, 'cosori', CHOICES).at('body').justification('device_status')?.purpose, 'registration');
});

test('a choice for a purpose that the declaration does not have counts for nothing', (t) => {
  const declaration = rules.services.get('cosori')!;
  t.deepEqual([...switchesOf(declaration, { marketing: true })], [...switchesOf(declaration, {})]);
});

test('without a purpose the stricter of the taxonomy and the service counts', (t) => {
  t.is(compilePolicy(rules, 'cosori', CHOICES).at('body').without('serial_number'), 'drop');
  t.is(compilePolicy(rules, 'other', CHOICES).at('body').without('serial_number'), 'pseudonymize');
});

test('a service that no file names is held to the baseline', (t) => {
  const compiled = compilePolicy(rules, 'nobody', CHOICES);
  t.is(compiled.declaration.id, 'unknown');
  const policy = compiled.at('body');
  t.is(policy.justification('device_status')?.purpose, 'operate');
  t.is(policy.justification('email'), undefined);
  t.false(policy.hasFieldMap);
  t.true(compilePolicy(rules, 'cosori', CHOICES).at('body').hasFieldMap);
});

test('a blocked service is blocked; a rehearsal is not', (t) => {
  t.true(compilePolicy(rules, 'cosori', { ...CHOICES, mode: 'block' }).at('body').blocked);
  t.false(compilePolicy(rules, 'cosori', { ...CHOICES, mode: 'observe' }).at('body').blocked);
});

test('a secret of the home is never justified, even by a declaration that was not checked', (t) => {
  const declaration = rules.services.get('cosori')!;
  const need = { category: 'wifi_password', clause: '1', necessary: true, granularity: 'exact' } as const;
  const spoilt = { ...declaration, purposes: declaration.purposes.map((purpose) => ({ ...purpose, needs: [need] })) };
  t.is(justification(spoilt, switchesOf(spoilt, {}), 'wifi_password'), undefined);
  t.is(outcome(rules, spoilt, switchesOf(spoilt, {}), 'wifi_password'), 'drop');
});

const acme = loadRules(files({ 'rules/services/acme.yaml': ACME }));

test('a need that counts in some places of a message counts in no other', (t) => {
  const policy = compilePolicy(acme, 'acme', CHOICES);
  t.deepEqual(policy.at('cookie').justification('credential'), { purpose: 'account', clause: '6', granularity: 'exact' });
  t.is(policy.at('body').justification('credential'), undefined);
});

test('of cookies only what the policy limits them to leaves, whatever else a purpose needs', (t) => {
  const cookie = compilePolicy(acme, 'acme', CHOICES).at('cookie');
  t.is(cookie.justification('email'), undefined);
  t.is(cookie.without('email'), 'drop');
  t.is(cookie.without('device_model'), 'drop');
  t.true(cookie.hasFieldMap, 'what no rule names is taken out');
});

test('a need that counts for some kinds of device counts for no other, nor where nobody has said what the device is', (t) => {
  const media = (kind?: DeviceKind) => compilePolicy(acme, 'acme', CHOICES, { kind }).at('body').justification('media')?.purpose;
  t.is(media('doorbell'), 'pictures');
  t.is(media('lamp' as DeviceKind), undefined);
  t.is(media(), undefined);
});

test('what the policy promises not to take is taken out, and the reason says so with the clause', (t) => {
  const policy = compilePolicy(acme, 'acme', CHOICES).at('body');
  t.is(policy.justification('payment'), undefined);
  t.is(policy.without('payment'), 'drop');
  t.deepEqual(policy.reasonWithout?.('payment'), { kind: 'excluded', clause: '5' });
  t.deepEqual(policy.reasonWithout?.('wifi_ssid'), { kind: 'no-purpose' });
});

test('on a host that the policy does not name, what both it and the baseline let leave leaves', (t) => {
  const assumed = compilePolicy(acme, 'cosori', CHOICES, { baseline: acme.baseline }).at('body');
  t.is(assumed.justification('email'), undefined, 'the baseline needs no address');
  t.deepEqual(assumed.reasonWithout?.('email'), { kind: 'no-purpose', clause: 'baseline' });
  t.is(assumed.justification('device_status')?.purpose, 'device_control');
});

test('what the household turned on itself leaves there too', (t) => {
  const choices = { ...CHOICES, purposes: { network_diagnostics: true } };
  const assumed = compilePolicy(acme, 'cosori', choices, { baseline: acme.baseline }).at('body');
  t.is(assumed.justification('signal_strength')?.purpose, 'network_diagnostics');
});

test('a choice for an earlier id of a purpose counts until the purpose itself is chosen', (t) => {
  const declaration = acme.services.get('acme')!;
  t.false(switchesOf(declaration, { sign_in: false }).get('account'));
  t.true(switchesOf(declaration, { sign_in: false, account: true }).get('account'));
  t.true(switchesOf(declaration, {}).get('account'));
});

test('a need of the field map counts only where the field map says the category', (t) => {
  const policy = compilePolicy(acme, 'acme', CHOICES);
  t.is(policy.at('body').justification('account_identifier'), undefined);
  t.is(policy.at('body', true).justification('account_identifier')?.purpose, 'account');
  t.is(policy.at('query', true).justification('email')?.purpose, 'account', 'other needs count as ever');
});
