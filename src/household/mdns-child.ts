// A process of its own that listens for mDNS: the one importer of mdns, which is native, optional, and can abort its process.
// Prints one line for each service it sees, until it is ended. `--plain`: with bonjour-service, which is JavaScript only.
import { Bonjour } from 'bonjour-service';
import { formatService, SERVICE_TYPES } from './mdns-lines.js';

type Say = (name: unknown, host: unknown, addresses: unknown, txt: unknown) => void;
/** Said once each; a network that announces without end is not listened to without end. */
const MOST_LINES = 2000;

function split(type: string): { name: string; protocol: 'tcp' | 'udp' } {
  const [name = '', protocol] = type.split('/');
  return { name, protocol: protocol === 'udp' ? 'udp' : 'tcp' };
}

async function listenNatively(say: Say): Promise<void> {
  const { default: mdns } = await import('mdns');
  for (const type of SERVICE_TYPES) {
    const { name, protocol } = split(type);
    // The default sequence asks getaddrinfo in a way that aborts the process on Node 20.13 and later.
    const browser = mdns.createBrowser(mdns[protocol](name), { resolverSequence: [mdns.rst.DNSServiceResolve()] });
    browser.on('serviceUp', (service) => say(service.name, service.host, service.addresses, service.txtRecord));
    browser.on('error', () => process.exit(1)); // Avahi is down: the hub tries the other way
    browser.start();
  }
}

function listenPlainly(say: Say): void {
  const bonjour = new Bonjour({}, () => process.exit(1));
  for (const type of SERVICE_TYPES) {
    const { name, protocol } = split(type);
    bonjour.find({ type: name, protocol }, (service) => say(service.name, service.host, service.addresses, service.txt));
  }
}

const said = new Set<string>();
const say: Say = (...service) => {
  const line = formatService(...service);
  if (said.size >= MOST_LINES || said.has(line)) return;
  said.add(line);
  process.stdout.write(line);
};

// The hub went away: nobody reads any more.
process.stdout.on('error', () => process.exit(0));
process.stdin.on('end', () => process.exit(0)).resume();
if (process.argv.includes('--plain')) listenPlainly(say);
else listenNatively(say).catch(() => process.exit(1));
