import test from 'ava';
import { loadRules } from '#src/policy/declaration.js';
import { isAssumed, readingOf, serviceIn } from '#src/services/reading.js';
import { ACME } from '../policy/acme.js';
import { files } from '../policy/fixture.js';

const acme = loadRules(files({ 'rules/services/acme.yaml': ACME })).services.get('acme');

const HOSTS: readonly (readonly [title: string, host: string, assumed: boolean])[] = [
  ['a host that the policy names', 'acme.example', false],
  ['the same in capitals, with the root’s dot', 'ACME.example.', false],
  ['a host that the rules only assume', 'api.acme-cloud.example', true],
  ['a host that no rule names, given to the service by the household', 'eu.somewhere.example', true],
  ['an address: the household’s own word for where the service is', '192.0.2.7', false],
  ['an IPv6 address', '2001:db8::7', false],
  ['a name of the home', 'localhost', false],
];

for (const [title, host, assumed] of HOSTS) {
  test(`${title}: the policy ${assumed ? 'is assumed to hold' : 'holds'}`, (t) => {
    const reading = readingOf('acme', host, acme);
    t.is(isAssumed(reading), assumed);
    t.is(serviceIn(reading), 'acme');
  });
}

test('an exact host counts before a wildcard, and what no declaration names is held to the baseline anyway', (t) => {
  const hosts = [
    { name: '*.acme.example', operator: 'unconfirmed' as const },
    { name: 'www.acme.example', operator: 'confirmed' as const },
  ];
  t.false(isAssumed(readingOf('acme', 'www.acme.example', { ...acme!, hosts })));
  t.true(isAssumed(readingOf('acme', 'api.acme.example', { ...acme!, hosts })));
  t.is(readingOf('unknown', 'anything.example', undefined), 'unknown/anything.example');
});
