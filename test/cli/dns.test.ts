// The lines for the home's resolver, in the forms of each one's documentation.
import test from 'ava';
import { namesOf, rewriteLines } from '#src/cli/dns.js';

const NAMES = namesOf({ hosts: { all: ['*.vendor.example', 'api.vendor.example', 'cloud.example', '192.0.2.7'] } });
const BOTH = ['192.168.1.2', 'fd00::2'];
const rules = (lines: readonly string[]): string[] => lines.filter((line) => !/^[!#]/.test(line));

test('AdGuard Home: RCODE;TYPE;VALUE for each address; | for one name, || for it and all below', (t) => {
  t.deepEqual(rules(rewriteLines(NAMES, BOTH, 'adguard')), [
    '|cloud.example^$dnsrewrite=NOERROR;A;192.168.1.2',
    '|cloud.example^$dnsrewrite=NOERROR;AAAA;fd00::2',
    '||vendor.example^$dnsrewrite=NOERROR;A;192.168.1.2',
    '||vendor.example^$dnsrewrite=NOERROR;AAAA;fd00::2',
  ]);
});

test('dnsmasq and Pi-hole: addresses, and no other resolver asked for what these do not answer', (t) => {
  const want = [
    'address=/cloud.example/192.168.1.2',
    'local=/cloud.example/',
    'address=/vendor.example/192.168.1.2',
    'local=/vendor.example/',
  ];
  for (const resolver of ['dnsmasq', 'pihole'] as const)
    t.deepEqual(rules(rewriteLines(NAMES, BOTH.slice(0, 1), resolver)), want);
});

test('what is no rule is a comment of that resolver, and Pi-hole is restarted in a way that version 6 knows', (t) => {
  for (const [resolver, mark] of [
    ['adguard', '!'],
    ['pihole', '#'],
    ['dnsmasq', '#'],
  ] as const) {
    const lines = rewriteLines(NAMES, BOTH, resolver);
    t.true(lines[0]!.startsWith(`${mark} `));
    t.true(lines.every((line) => line.startsWith(mark) || /^(?:\|\|?[a-z.]+\^\$|address=\/|local=\/)/.test(line)));
  }
  const pihole = rewriteLines(NAMES, BOTH, 'pihole').join('\n');
  t.regex(pihole, /misc\.etc_dnsmasq_d/);
  t.notRegex(pihole, /restartdns/);
});
