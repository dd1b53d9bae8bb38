// Whether a hub answers on its page's port, says nothing there, or is not there; and who listens at a port.
import { readFileSync } from 'node:fs';
import { get as getHttp } from 'node:http';
import { get as getHttps } from 'node:https';
import { connect, createServer } from 'node:net';
import type { Config } from '../config.js';

/** A hub on this machine answers at once; one that judges the largest message within a second. */
const HEALTH_MS = 3_000;
/** /proc/net/tcp: a socket that listens (include/net/tcp_states.h). */
const LISTENING = '0A';

export type Running = 'ready' | 'starting' | 'silent' | 'none';

/** `silent`: something has the port and does not answer: the hub hangs, or another program has it. */
export async function findHub({ web }: Config): Promise<Running> {
  const host = web.host === '0.0.0.0' ? '127.0.0.1' : web.host === '::' ? '::1' : web.host;
  // In the clear, or in TLS where the page is open to the home.
  const statuses = await Promise.all([statusOf(getHttp, host, web.port), statusOf(getHttps, host, web.port)]);
  if (statuses.includes(200)) return 'ready';
  if (statuses.includes(503)) return 'starting';
  return (await hasListener(host, web.port)) ? 'silent' : 'none';
}

function statusOf(get: typeof getHttp | typeof getHttps, host: string, port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    // The page's certificate is the hub's own; nothing is sent or believed here but whether one answers.
    const options = { host, port, path: '/api/v1/health', timeout: HEALTH_MS, rejectUnauthorized: false, agent: false as const };
    const request = get(options, (answer) => {
      answer.resume();
      resolve(answer.statusCode);
    });
    request.on('timeout', () => request.destroy()).on('error', () => resolve(undefined));
    request.on('close', () => resolve(undefined));
  });
}

/** The kernel takes a connection for a program that hangs, too. */
function hasListener(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const settle = (found: boolean): void => {
      socket.destroy();
      resolve(found);
    };
    socket.setTimeout(HEALTH_MS, () => settle(false));
    socket.once('connect', () => settle(true)).once('error', () => settle(false));
  });
}

/** The system's code for why nothing can listen there; undefined: it can. */
export function tryListen(host: string, port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (fault: NodeJS.ErrnoException) => resolve(fault.code ?? 'unknown'));
    server.listen({ host, port }, () => server.close(() => resolve(undefined)));
  });
}

/** Whether somebody listens at a port of this machine, on whatever address; undefined where the system does not tell. */
export function isListenedOn(port: number): boolean | undefined {
  try {
    const rows = ['tcp', 'tcp6'].flatMap((name) => readFileSync(`/proc/net/${name}`, 'utf8').split('\n').slice(1));
    const hex = port.toString(16).toUpperCase().padStart(4, '0');
    return rows.some((row) => {
      const [, local = '', , state] = row.trim().split(/\s+/);
      return state === LISTENING && local.endsWith(`:${hex}`);
    });
  } catch {
    return undefined;
  }
}
