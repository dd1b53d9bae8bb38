// `hubsieve dns`: what the home's resolver has to be told, so that the services' names lead to the hub.
import { isIP } from 'node:net';
import { networkInterfaces } from 'node:os';
import { HubError } from '../errors.js';
import { isPublic, plainAddress } from '../net/address.js';
import type { Services } from '../services/contexts.js';
import type { Command } from './command.js';
import { dataDir, oneOf, readConfig, readRules, text } from './common.js';
import { readKept } from './kept.js';

export const RESOLVERS = ['adguard', 'pihole', 'dnsmasq'] as const;
export type Resolver = (typeof RESOLVERS)[number];

/** `exact`: the name alone; else every name below it as well. */
interface Name {
  readonly name: string;
  readonly exact: boolean;
}

export const dns: Command = {
  options: {
    format: { type: 'string' },
    address: { type: 'string' },
    config: { type: 'string' },
    'data-dir': { type: 'string' },
  },
  help: 'dns [--format adguard|pihole|dnsmasq] [--address IP[,IP6]]     lines that lead the services’ names to the hub',
  run: async (values) => {
    const { config } = readConfig(values);
    const { services } = await readKept(dataDir(values), config, await readRules(config));
    const addresses = (text(values, 'address') ?? homeAddress()).split(',').map((each) => each.trim());
    if (addresses.some((each) => isIP(each) === 0))
      throw new HubError('config', '--address takes IP addresses: 192.168.1.2,fd00::2');
    const lines = rewriteLines(namesOf(services), addresses, oneOf(values, 'format', RESOLVERS, 'dnsmasq'));
    process.stdout.write(lines.map((line) => `${line}\n`).join(''));
    return 0;
  },
};

/** The address that the home's devices reach this machine at: a private one, IPv4 before IPv6. Throws `config` where there is none. */
function homeAddress(): string {
  const all = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  const home = all.filter(({ internal, address }) => !internal && !isPublic(plainAddress(address)));
  const found = home.find(({ family }) => family === 'IPv4');
  if (found === undefined) throw new HubError('config', 'this machine has no home address: --address');
  return found.address;
}

/**
 * The names to lead here, sorted. A blocked service's too: its devices would go round the hub otherwise. A name whose parent is
 * taken as a whole is left out.
 */
export function namesOf(services: { readonly hosts: Pick<Services['hosts'], 'all'> }): Name[] {
  const whole = new Set(services.hosts.all.filter((host) => host.startsWith('*.')).map((host) => host.slice(2)));
  const isBelow = (name: string): boolean => [...whole].some((parent) => name.endsWith(`.${parent}`));
  const exact = services.hosts.all.filter((host) => !host.startsWith('*.') && !whole.has(host) && isIP(host) === 0);
  const names = [...[...whole].map((name) => ({ name, exact: false })), ...exact.map((name) => ({ name, exact: true }))];
  return names.filter(({ name }) => !isBelow(name)).sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** A name is answered with these addresses and nothing else: no other family, no HTTPS record, by which a device could go round. */
export function rewriteLines(names: readonly Name[], addresses: readonly string[], resolver: Resolver): string[] {
  switch (resolver) {
    case 'adguard':
      return [
        '! AdGuard Home: Filters, Custom filtering rules; they count while its protection is on. Other record types of these names are',
        '! answered empty.',
        ...names.flatMap(({ name, exact }) =>
          addresses.map((ip) => `${exact ? '|' : '||'}${name}^$dnsrewrite=NOERROR;${isIP(ip) === 6 ? 'AAAA' : 'A'};${ip}`),
        ),
      ];
    case 'pihole':
      return [
        // Version 6 reads that folder only when told, and knows no `pihole restartdns` any more; the service has one name in all versions.
        '# Pi-hole: /etc/dnsmasq.d/99-hubsieve.conf, then: systemctl restart pihole-FTL',
        '# Version 6 reads it once misc.etc_dnsmasq_d is on (Settings, All settings, Misc; in a container FTLCONF_misc_etc_dnsmasq_d=true)',
        ...dnsmasqLines(names, addresses),
      ];
    case 'dnsmasq':
      return ['# dnsmasq: /etc/dnsmasq.d/hubsieve.conf, then restart it', ...dnsmasqLines(names, addresses)];
    default:
      return resolver satisfies never;
  }
}

/** dnsmasq knows no name without those below it. `local`: what has no answer here is not asked elsewhere. */
function dnsmasqLines(names: readonly Name[], addresses: readonly string[]): string[] {
  return names.flatMap(({ name }) => [...addresses.map((ip) => `address=/${name}/${ip}`), `local=/${name}/`]);
}
