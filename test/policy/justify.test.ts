import test from 'ava';
import type { ServiceChoices } from '#src/model.js';
import { loadRules } from '#src/policy/declaration.js';
import { compilePolicy, justification, outcome, switchesOf } from '#src/policy/justify.js';
import { COSORI, files } from './fixture.js';

const CHOICES: ServiceChoices = { mode: 'enforce', purposes: {}, opaque: 'refuse', sealed: 'refuse' };
const rules = loadRules(files());

test('a purpose that is on and needs the category justifies it, with its clause', (t) => {
  const policy = compilePolicy(rules, 'cosori', CHOICES);
  t.deepEqual(policy.justification('email'), { purpose: 'registration', clause: '5.10', granularity: 'exact' });
  t.deepEqual(policy.justification('timezone_region'), { purpose: 'device_control', clause: '2.1.4', granularity: 'coarse' });
  t.is(policy.justification('wifi_ssid'), undefined);
});

test('a purpose that is off, or lists a category without needing it, justifies nothing', (t) => {
  const policy = compilePolicy(rules, 'cosori', CHOICES);
  t.is(policy.justification('signal_strength'), undefined);
  t.is(policy.justification('diagnostics'), undefined);
});

test('the household turns purposes on and off; the finest granularity counts', (t) => {
  const policy = compilePolicy(rules, 'cosori', { ...CHOICES, purposes: { network_diagnostics: true, registration: false } });
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
  t.is(compilePolicy(changed, 'cosori', CHOICES).justification('device_status')?.purpose, 'registration');
});

test('a choice for a purpose that the declaration does not have counts for nothing', (t) => {
  const declaration = rules.services.get('cosori')!;
  t.deepEqual([...switchesOf(declaration, { marketing: true })], [...switchesOf(declaration, {})]);
});

test('without a purpose the stricter of the taxonomy and the service counts', (t) => {
  t.is(compilePolicy(rules, 'cosori', CHOICES).without('serial_number'), 'drop');
  t.is(compilePolicy(rules, 'other', CHOICES).without('serial_number'), 'pseudonymize');
});

test('a service that no file names is held to the baseline', (t) => {
  const policy = compilePolicy(rules, 'nobody', CHOICES);
  t.is(policy.declaration.id, 'unknown');
  t.is(policy.justification('device_status')?.purpose, 'operate');
  t.is(policy.justification('email'), undefined);
  t.false(policy.hasFieldMap);
  t.true(compilePolicy(rules, 'cosori', CHOICES).hasFieldMap);
});

test('a blocked service is blocked; a rehearsal is not', (t) => {
  t.true(compilePolicy(rules, 'cosori', { ...CHOICES, mode: 'block' }).blocked);
  t.false(compilePolicy(rules, 'cosori', { ...CHOICES, mode: 'observe' }).blocked);
});

test('a secret of the home is never justified, even by a declaration that was not checked', (t) => {
  const declaration = rules.services.get('cosori')!;
  const need = { category: 'wifi_password', clause: '1', necessary: true, granularity: 'exact' } as const;
  const spoilt = { ...declaration, purposes: declaration.purposes.map((purpose) => ({ ...purpose, needs: [need] })) };
  t.is(justification(spoilt, switchesOf(spoilt, {}), 'wifi_password'), undefined);
  t.is(outcome(rules, spoilt, switchesOf(spoilt, {}), 'wifi_password'), 'drop');
});
