// How evidence adds up, rule by rule: one row for each.
import test from 'ava';
import type { CategoryId } from '#src/model.js';
import type { RecognizerId } from '#src/recognize/recognizers.js';
import type { ValueForm } from '#src/recognize/value-form.js';
import { type Classification, type Context, classify, type Evidence } from '#src/sieve/classify.js';
import { rules } from './support.js';

const LENGTH = 20;
const context = (more: Partial<Context> = {}): Context => ({
  categories: rules.categories,
  form: 'reading',
  length: LENGTH,
  identifies: false,
  addressedAs: undefined,
  speaksOfPlace: false,
  ...more,
});

function evidence(source: Evidence['source'], category: CategoryId, more: Partial<Evidence> = {}): Evidence {
  const recognizer: Record<Evidence['source'], RecognizerId> = {
    'field-map': 'fieldMap',
    name: 'namePattern',
    structure: 'keyValue',
    value: 'personField',
    'own-identifier': 'ownIdentifier',
  };
  return {
    source,
    category,
    recognizer: recognizer[source],
    strength: 'strong',
    confirmed: false,
    start: 0,
    end: LENGTH,
    canonical: 'text:x',
    ...more,
  };
}
const map = (category: CategoryId): Evidence => evidence('field-map', category, { strength: 'certain' });
const name = (category: CategoryId, more: Partial<Evidence> = {}): Evidence => evidence('name', category, more);
const whole = (category: CategoryId, more: Partial<Evidence> = {}): Evidence => evidence('value', category, more);
const inside = (category: CategoryId, more: Partial<Evidence> = {}): Evidence =>
  evidence('value', category, { start: 3, end: 15, ...more });
const covering = (category: CategoryId): Evidence => evidence('structure', category, { recognizer: 'inherited' });
const own = (category: CategoryId): Evidence => evidence('own-identifier', category);

/** What is said, what it adds up to, and what stands inside. */
const TABLE: readonly (readonly [
  rule: string,
  said: readonly Evidence[],
  want: Partial<Classification> & Pick<Classification, 'category'>,
  embeds: readonly CategoryId[],
  where?: Partial<Context>,
])[] = [
  ['nobody says anything: its form', [], { category: 'unclassified', by: 'shape', form: 'reading' }, []],
  [
    'what covers it from above has the say',
    [covering('neighbour_scan'), map('device_status')],
    { category: 'neighbour_scan' },
    [],
  ],
  ['the field map says what it is', [map('device_status')], { category: 'device_status', by: 'profile' }, []],
  [
    'a name of the floor overrules the map',
    [map('device_status'), name('wifi_password')],
    { category: 'wifi_password', by: 'name' },
    [],
  ],
  ['a stricter name overrules a map of no identifier', [map('language'), name('wifi_ssid')], { category: 'wifi_ssid' }, []],
  [
    'a stricter name does not overrule a map of an identifier',
    [map('device_identifier'), name('wifi_ssid')],
    { category: 'device_identifier' },
    [],
  ],
  ['a milder name does not overrule the map', [map('wifi_ssid'), name('device_status')], { category: 'wifi_ssid' }, []],
  [
    'what fits any value yields to what does not',
    [name('timestamp'), evidence('structure', 'signal_strength')],
    { category: 'signal_strength' },
    [],
  ],
  [
    'of two names the floor counts first',
    [name('wifi_ssid'), evidence('structure', 'wifi_password')],
    { category: 'wifi_password' },
    [],
  ],
  ['weak evidence alone is dropped', [name('wifi_ssid', { strength: 'weak' })], { category: 'unclassified' }, []],
  [
    'weak evidence that its value confirms counts',
    [name('wifi_ssid', { strength: 'weak', confirmed: true })],
    { category: 'wifi_ssid' },
    [],
  ],
  [
    'weak evidence beside evidence of another source counts',
    [name('device_mac', { strength: 'weak' }), inside('device_mac', { strength: 'weak' })],
    { category: 'device_mac' },
    ['device_mac'],
  ],
  ['a whole value says what nobody names', [whole('device_mac')], { category: 'device_mac', by: 'value' }, []],
  [
    'a whole value overrules a milder name',
    [name('device_status'), whole('location_precise')],
    { category: 'location_precise', by: 'value' },
    [],
  ],
  [
    'a whole value is only inside an identifier',
    [name('device_identifier'), whole('device_mac')],
    { category: 'device_identifier' },
    ['device_mac'],
  ],
  ['the home’s own is told as the household’s', [own('wifi_ssid')], { category: 'wifi_ssid', by: 'household' }, []],
  ['what stands inside text is embedded', [inside('email')], { category: 'unclassified' }, ['email']],
  [
    'weak hardware inside a status is none',
    [name('device_status'), inside('device_mac', { strength: 'weak' })],
    { category: 'device_status' },
    [],
  ],
  [
    'weak hardware inside an identifier is embedded',
    [name('serial_number'), inside('device_mac', { strength: 'weak' })],
    { category: 'serial_number' },
    ['device_mac'],
  ],
  [
    'weak places count where the name speaks of one',
    [inside('location_precise', { strength: 'weak' })],
    { category: 'unclassified' },
    ['location_precise'],
    { speaksOfPlace: true },
  ],
  ['and nowhere else', [inside('location_precise', { strength: 'weak' })], { category: 'unclassified' }, []],
  [
    'what a device is addressed with is that everywhere',
    [],
    { category: 'device_identifier', by: 'value' },
    [],
    { addressedAs: 'device_identifier' },
  ],
  [
    'but not where a name says otherwise',
    [name('device_status')],
    { category: 'device_status' },
    [],
    { addressedAs: 'device_identifier' },
  ],
  [
    'a token that holds an address under an identifying name is an identifier',
    [inside('device_mac')],
    { category: 'device_identifier' },
    ['device_mac'],
    { identifies: true, form: 'token' },
  ],
  [
    'a sentence that holds one is none',
    [inside('device_mac')],
    { category: 'unclassified' },
    ['device_mac'],
    { identifies: true, form: 'text' },
  ],
]; // prettier-ignore

for (const [rule, said, want, embeds, where] of TABLE)
  test(rule, (t) => {
    const { category, by, form, embeds: found } = classify(said, context(where));
    t.like({ category, by, form }, want);
    t.deepEqual(
      found.map((one) => one.category),
      [...embeds],
    );
  });

test('the decisive recognizer is told first, then who supports it', (t) => {
  const { because } = classify(
    [name('device_mac'), evidence('structure', 'device_mac'), whole('device_mac', { recognizer: 'addressing' })],
    context(),
  );
  t.is(because[0], 'namePattern');
  t.deepEqual(new Set(because), new Set(['namePattern', 'keyValue', 'addressing']));
});

test('the form is what the value is, where nobody says more', (t) => {
  for (const form of ['reading', 'text', 'token', 'opaque', 'binary'] satisfies ValueForm[])
    t.is(classify([], context({ form })).form, form);
});
