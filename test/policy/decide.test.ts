// The ladder (DESIGN section 3), rung by rung, as a table: who stands above whom.
import test from 'ava';
import { ACTIONS, type ActionKind, CATEGORY_IDS, type CategoryId, FLOOR, type Override } from '#src/model.js';
import { decide, type Fate, type PolicyView, type Question, stricter } from '#src/policy/decide.js';
import { pickOverride } from '#src/policy/overrides.js';
import type { ValueForm } from '#src/recognize/value-form.js';

/** A policy that needs a model and an identifier as they are and an IP address coarsely, and nothing else. */
const NEEDED: Readonly<Partial<Record<CategoryId, 'exact' | 'coarse'>>> = {
  device_model: 'exact',
  device_identifier: 'exact',
  credential: 'exact',
  ip_address: 'coarse',
};
const WITHOUT: Readonly<Partial<Record<CategoryId, ActionKind>>> = {
  serial_number: 'pseudonymize',
  timestamp: 'generalize',
  language: 'keep',
  unclassified: 'keep',
};
function policy(more: Partial<PolicyView> = {}): PolicyView {
  return {
    justification: (category) => {
      const granularity = NEEDED[category];
      return granularity && { purpose: 'p', clause: '1', granularity };
    },
    without: (category) => WITHOUT[category] ?? 'drop',
    declared: true,
    hasFieldMap: true,
    blocked: false,
    ...more,
  };
}
const order = (action: ActionKind): Override => ({ id: 'o', action });
const asked = (category: CategoryId, more: Partial<Question> = {}): Question => ({
  category,
  form: undefined,
  embeds: [],
  addressed: false,
  returned: false,
  behaviour: undefined,
  override: undefined,
  knownToVendor: false,
  ...more,
});
const unknown = (form: ValueForm, more: Partial<Question> = {}): Question => asked('unclassified', { form, ...more });
/** A policy that needs the status of devices. */
const STATUS = policy({ justification: () => ({ purpose: 'p', clause: '1', granularity: 'exact' }) });
const PURPOSE = { kind: 'purpose', purpose: 'p', clause: '1' } as const;

/** rung, question, policy, fate */
const TABLE: readonly (readonly [string, Question, PolicyView, ActionKind, Fate['reason']])[] = [
  ['0 the floor goes before a block', asked('wifi_password'), policy({ blocked: true }), 'drop', { kind: 'no-purpose' }],
  [
    '0 the floor goes before an override',
    asked('setup_code', { override: order('keep') }),
    policy(),
    'drop',
    { kind: 'no-purpose' },
  ],
  [
    '0 the floor holds for what a value contains',
    asked('device_model', { embeds: ['private_key'], override: order('keep') }),
    policy(),
    'drop',
    { kind: 'no-purpose' },
  ],
  [
    '1 a block goes before an override',
    asked('device_model', { override: order('keep') }),
    policy({ blocked: true }),
    'refuse',
    { kind: 'blocked' },
  ],
  ['1 a block goes before a purpose', asked('device_model'), policy({ blocked: true }), 'refuse', { kind: 'blocked' }],
  [
    '2 an override goes before a purpose',
    asked('device_model', { override: order('drop') }),
    policy(),
    'drop',
    { kind: 'override' },
  ],
  [
    '2 an override goes before what nothing justifies',
    asked('wifi_ssid', { override: order('keep') }),
    policy(),
    'keep',
    { kind: 'override' },
  ],
  [
    '2 an override goes before what is embedded',
    asked('device_identifier', { embeds: ['device_mac'], override: order('keep') }),
    policy(),
    'keep',
    { kind: 'override' },
  ],
  ['2 an override can refuse', asked('device_model', { override: order('refuse') }), policy(), 'refuse', { kind: 'override' }],
  [
    '3 an unjustified thing inside goes before keeping',
    asked('device_identifier', { embeds: ['device_mac'] }),
    policy(),
    'pseudonymize',
    PURPOSE,
  ],
  [
    '3 one that may leave coarsely only counts as unjustified',
    asked('device_identifier', { embeds: ['ip_address'] }),
    policy(),
    'pseudonymize',
    PURPOSE,
  ],
  [
    '3 a justified thing inside changes nothing',
    asked('device_identifier', { embeds: ['device_model'] }),
    policy(),
    'keep',
    PURPOSE,
  ],
  [
    '3 one that may leave anyway changes nothing',
    asked('device_identifier', { embeds: ['language'] }),
    policy(),
    'keep',
    PURPOSE,
  ],
  [
    '3 what the vendor knew before stays, where it is addressed with it',
    asked('device_identifier', { embeds: ['device_mac'], knownToVendor: true }),
    policy(),
    'keep',
    PURPOSE,
  ],
  [
    '3 and not where it is not',
    asked('device_model', { embeds: ['device_mac'], knownToVendor: true }),
    policy(),
    'pseudonymize',
    PURPOSE,
  ],
  ['4 a purpose keeps', asked('device_model'), policy(), 'keep', PURPOSE],
  ['4 as coarsely as it needs', asked('ip_address'), policy(), 'generalize', PURPOSE],
  ['5 no purpose: dropped', asked('wifi_ssid'), policy(), 'drop', { kind: 'no-purpose' }],
  ['5 no purpose: a stand-in', asked('serial_number'), policy(), 'pseudonymize', { kind: 'no-purpose' }],
  ['5 no purpose: coarser', asked('timestamp'), policy(), 'generalize', { kind: 'no-purpose' }],
  [
    '5 a device’s own address: dropped where a declaration is known',
    asked('device_mac'),
    policy(),
    'drop',
    { kind: 'no-purpose' },
  ],
  ['5 a stand-in where none is', asked('device_mac'), policy({ declared: false }), 'pseudonymize', { kind: 'no-purpose' }],
  [
    '5 and where the device is addressed with it',
    asked('device_mac', { addressed: true }),
    policy(),
    'pseudonymize',
    { kind: 'no-purpose' },
  ],
  [
    '5 what its cloud knew before stays where it is addressed with it',
    asked('device_mac', { addressed: true, knownToVendor: true }),
    policy(),
    'keep',
    { kind: 'no-purpose' },
  ],
  ['6 a reading is kept', unknown('reading'), STATUS, 'keep', { kind: 'unclassified' }],
  ['6 so are words', unknown('text'), STATUS, 'keep', { kind: 'unclassified' }],
  ['6 and payloads', unknown('opaque'), STATUS, 'keep', { kind: 'unclassified' }],
  ['6 but not where nothing needs the status of devices', unknown('reading'), policy(), 'drop', { kind: 'unclassified' }],
  ['6 like an identifier, where the wire form is known: dropped', unknown('token'), STATUS, 'drop', { kind: 'unclassified' }],
  [
    '6 like an identifier, where it is not: a stand-in',
    unknown('token'),
    { ...STATUS, hasFieldMap: false },
    'pseudonymize',
    { kind: 'unclassified' },
  ],
  [
    '6 what the cloud itself sent down may be said back',
    unknown('token', { returned: true }),
    STATUS,
    'keep',
    { kind: 'returned' },
  ],
  [
    '6 what differs in every message is no identifier',
    unknown('token', { behaviour: 'varying' }),
    STATUS,
    'keep',
    { kind: 'unclassified' },
  ],
  [
    '6 what takes a few values that come again is a state',
    unknown('token', { behaviour: 'recurring' }),
    STATUS,
    'keep',
    { kind: 'unclassified' },
  ],
]; // prettier-ignore

for (const [rung, question, view, action, reason] of TABLE) {
  test(`rung ${rung}`, (t) => t.deepEqual(decide(view, question), { action, reason }));
}

test('the floor is dropped under every policy and every order', (t) => {
  const everything = policy({
    justification: () => ({ purpose: 'p', clause: '1', granularity: 'exact' }),
    without: () => 'keep',
  });
  for (const category of FLOOR)
    for (const override of [undefined, ...ACTIONS.map(order)])
      for (const knownToVendor of [false, true])
        t.is(decide(everything, asked(category, { override, knownToVendor })).action, 'drop');
});

test('a policy that justifies nothing keeps nothing but what its taxonomy keeps', (t) => {
  const nothing = policy({ justification: () => undefined });
  for (const category of CATEGORY_IDS) {
    const { action } = decide(nothing, asked(category));
    t.is(action === 'keep', category !== 'unclassified' && WITHOUT[category] === 'keep', category);
  }
});

test('of two fates the stricter one stands, the first where they are equal', (t) => {
  const fate = (action: ActionKind): Fate => ({ action, reason: { kind: 'no-purpose' } });
  ACTIONS.forEach((a, i) => {
    ACTIONS.forEach((b, j) => {
      const [first, second] = [fate(a), fate(b)];
      t.is(stricter(first, second), j > i ? second : first);
    });
  });
});

test('of several orders the most specific one counts: path, then device, then category', (t) => {
  const path: Override = { id: 'path', path: '$.a', action: 'keep' };
  const pathDevice: Override = { id: 'path+device', path: '$.a', device: 'd-1', action: 'hash' };
  const category: Override = { id: 'category', category: 'email', action: 'drop' };
  const categoryDevice: Override = { id: 'category+device', category: 'email', device: 'd-1', action: 'blank' };
  const picked = (device: string, byPath: readonly Override[] = [path, pathDevice]): string | undefined =>
    pickOverride(byPath, [category, categoryDevice], 'email', device)?.id;
  t.is(picked('d-1'), 'path+device');
  t.is(picked('d-2'), 'path');
  t.is(picked('d-1', []), 'category+device');
  t.is(picked('d-2', []), 'category');
  t.is(pickOverride([], [category, categoryDevice], 'phone', 'd-1'), undefined);
});
