// Whether names lead to the clouds, and whether those can be reached and prove who they are. Asked by `hubsieve doctor` alone: a hub
// asks nobody by itself.
import { connect, isIP } from 'node:net';
import { networkInterfaces } from 'node:os';
import type { Config } from '../config.js';
import { isPublic, plainAddress } from '../net/address.js';
import { createResolve } from '../net/resolve.js';
import { connectUpstream, Trust } from '../net/tls-upstream.js';
import { readTrusted } from '../services/from-config.js';

/** A cloud across the world answers in less than a second; one that is down does not at all. */
const CONNECT_MS = 5_000;
const TLS_PORT = 443;
/** More than a home's services have; each is one connection. */
const MOST_CLOUDS = 16;

export interface Named {
  readonly state: 'good' | 'bad' | 'note';
  readonly text: string;
}

/** The hub's own resolver must answer, and not be the one that leads the services' names to the hub. */
export async function checkNames({ upstream }: Config, hosts: readonly string[]): Promise<Named[]> {
  const resolve = createResolve(upstream.dns);
  const own = new Set(
    Object.values(networkInterfaces()).flatMap((list) => (list ?? []).map(({ address }) => plainAddress(address))),
  );
  const answers = await Promise.all(hosts.map(async (host) => ({ host, found: await resolve(host).catch(() => []) })));
  const circular = answers.filter(({ found }) => found.some(({ address }) => own.has(plainAddress(address))));
  const inside = answers.filter((each) => !circular.includes(each) && each.found.some(({ address }) => !isPublic(address)));
  const silent = answers.filter(({ found }) => found.length === 0);
  if (hosts.length > 0 && silent.length === hosts.length)
    return [
      {
        state: 'bad',
        text: 'names: no name server answers, so no message can leave: is the home’s connection up? (upstream.dns)',
      },
    ];
  const findings: Named[] = [];
  const bad = (text: string): void => void findings.push({ state: 'bad', text });
  if (circular.length > 0) bad(`names: ${list(circular)} lead back to this hub: set upstream.dns to another resolver`);
  if (inside.length > 0) bad(`names: ${list(inside)} lead into the home: set upstream.dns to another resolver`);
  if (silent.length > 0) findings.push({ state: 'note', text: `names: no answer for ${list(silent)}` });
  return findings.length === 0 ? [{ state: 'good', text: `names: ${hosts.length} hosts lead to their clouds` }] : findings;
}

function list(answers: readonly { readonly host: string }[]): string {
  return answers.map(({ host }) => host).join(', ');
}

/** A cloud that the config names, or that devices have sent to. */
interface Cloud {
  readonly host: string;
  readonly port: number;
  readonly secure: boolean;
  /** Where the config says it is. */
  readonly address?: string;
  /** The port is the usual one, not one that is known: a machine that refuses it is there all the same. */
  readonly guessed?: boolean;
}

/** `used`: hosts of services that devices have sent to. */
export async function checkClouds(config: Config, used: readonly string[]): Promise<Named[]> {
  const clouds = cloudsOf(config, used);
  const said = await Promise.all(clouds.map(async (cloud) => ({ cloud, why: await faultOf(cloud, config) })));
  const wrong = said.flatMap(({ cloud, why }) =>
    why === undefined ? [] : [{ state: 'bad' as const, text: `cloud ${cloud.host}:${cloud.port}: ${why}` }],
  );
  if (wrong.length > 0 || clouds.length === 0) return wrong;
  return [{ state: 'good', text: `clouds: ${clouds.length} can be reached, and prove who they are` }];
}

function cloudsOf({ listeners, upstream }: Config, used: readonly string[]): Cloud[] {
  const fixed = listeners.flatMap(({ upstream: to }): Cloud[] =>
    to === undefined ? [] : [{ host: to.host, port: to.port, secure: to.scheme === 'https' || to.scheme === 'mqtts' }],
  );
  const others = used
    .filter((host) => !fixed.some((one) => one.host === host))
    .map((host): Cloud => ({ host, port: TLS_PORT, secure: true, guessed: true }));
  return [...fixed, ...others].slice(0, MOST_CLOUDS).map((cloud) => {
    const pinned = upstream.resolve[`${cloud.host}:${cloud.port}`];
    return pinned === undefined ? cloud : { ...cloud, address: pinned.address, port: pinned.port };
  });
}

async function faultOf(
  { host, port, secure, address: pinned, guessed }: Cloud,
  { upstream }: Config,
): Promise<string | undefined> {
  let address = pinned ?? (isIP(host) === 0 ? undefined : host);
  try {
    address ??= (await createResolve(upstream.dns)(host))[0]!.address;
  } catch {
    return guessed ? undefined : 'its name leads nowhere'; // of the rules' hosts the names have been told already
  }
  const fault = await connectFault(address, port);
  if (fault === 'ECONNREFUSED') return guessed ? undefined : 'it refuses connections';
  if (fault !== undefined) return `it cannot be reached (${fault})`;
  if (!secure) return undefined;
  try {
    const trust = new Trust(upstream.trust.map((file) => readTrusted(file)));
    const options = { host, port, address, alpn: [], trust, ownRoots: [], timeoutMs: CONNECT_MS, now: Date.now };
    (await connectUpstream(options)).destroy();
    return undefined;
  } catch {
    return 'it does not prove who it is';
  }
}

/** The system's code for why no connection comes about; undefined: one does. */
function connectFault(address: string, port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ host: address, port });
    const settle = (fault: string | undefined): void => {
      socket.destroy();
      resolve(fault);
    };
    socket.setTimeout(CONNECT_MS, () => settle('ETIMEDOUT'));
    socket
      .once('connect', () => settle(undefined))
      .once('error', (fault: NodeJS.ErrnoException) => settle(fault.code ?? 'unknown'));
  });
}
