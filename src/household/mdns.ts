// Hears what devices announce by mDNS, through a child process: the native listener can abort, and takes only itself with it.
import { type ChildProcess, spawn } from 'node:child_process';
import { SHIPPED } from '../shipped.js';
import type { FoundHost, FoundIdentifier } from './discovery/found.js';
import { isCommonName } from './discovery/found.js';
import { type MdnsService, parseService } from './mdns-lines.js';

export interface MdnsOptions {
  /** How long to listen, in milliseconds; devices answer within one or two seconds. */
  readonly listenMs: number;
  /** Ends the listening at once, with what was heard so far. */
  readonly signal?: AbortSignal;
  /** The child's program; the hub's own by default. */
  readonly child?: string;
}

/** What the child may say in all: two thousand services of 250 bytes. */
const MOST_BYTES = 512 * 1024;
/** Native code and its buffers stay out of the hub's memory; this bounds the child's own. */
const CHILD_HEAP = '--max-old-space-size=48';

/** Services announced in the home network; none where mDNS cannot be heard. Never throws. */
export async function listenMdns(options: MdnsOptions): Promise<MdnsService[]> {
  const native = await listen(options, []);
  return native.failed && native.services.length === 0 && options.signal?.aborted !== true
    ? (await listen(options, ['--plain'])).services
    : native.services;
}

interface Heard {
  readonly services: MdnsService[];
  /** It ended before its time: no Avahi, no package, an abort. */
  readonly failed: boolean;
}

function listen({ listenMs, signal, child = SHIPPED.mdnsChild }: MdnsOptions, args: readonly string[]): Promise<Heard> {
  return new Promise((resolve) => {
    let text = '';
    let timer: NodeJS.Timeout | undefined;
    let running: ChildProcess | undefined;
    const end = (failed: boolean): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
      running?.kill('SIGKILL');
      resolve({ services: text.split('\n').flatMap((line) => parseService(line) ?? []), failed });
    };
    const onAbort = (): void => end(true);
    signal?.addEventListener('abort', onAbort);
    try {
      // Its words about missing headers and Avahi's compatibility layer are for nobody: the log must not fill with them.
      running = spawn(process.execPath, [CHILD_HEAP, child, ...args], { stdio: ['pipe', 'pipe', 'ignore'], env: {} });
    } catch {
      end(true); // no more processes: the hub goes on without
      return;
    }
    running.stdin?.on('error', () => undefined); // it went first: `exit` says so
    running.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
      if (text.length > MOST_BYTES) end(false);
    });
    running.once('error', () => end(true));
    running.once('close', () => end(true));
    timer = setTimeout(() => end(false), listenMs);
  });
}

/** The devices behind services, one for each host name. */
export function hostsOf(services: readonly MdnsService[]): FoundHost[] {
  return services.flatMap(({ name, host, addresses, macs }) => {
    const named = { ...(host === '' ? {} : { hostname: host }), ...(name === '' ? {} : { name }) };
    if (macs.length === 0) return addresses.length === 0 ? [] : [{ addresses, ...named }];
    return macs.map((mac) => ({ mac, addresses, ...named }));
  });
}

/** What in them is of this home: names the household or the device gave, MACs. */
export function identifiersOf(services: readonly MdnsService[]): FoundIdentifier[] {
  return services.flatMap(({ name, host, macs }) => [
    ...(host === '' || isCommonName(host) ? [] : [{ category: 'hostname' as const, value: host }]),
    ...(name === '' || isCommonName(name) ? [] : [{ category: 'device_name' as const, value: name }]),
    ...macs.map((value) => ({ category: 'device_mac' as const, value })),
  ]);
}
