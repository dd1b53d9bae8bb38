// A real hub in this process, with the facade its page asks; a cloud that keeps every byte; devices with addresses of their own.
import { mkdtempSync, rmSync } from 'node:fs';
import http from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { ExecutionContext } from 'ava';
import { RULES_DIR, readRules } from '#src/cli/common.js';
import { parseConfig } from '#src/config.js';
import type { HubOptions } from '#src/hub/open-household.js';
import { type Hub, openHub } from '#src/hub.js';
import { HubClock } from '#src/runtime/hub-clock.js';
import type { HubFacade } from '#src/web/facade.js';
import { type Recorder, record } from '../net/tools.js';

const SECOND_MS = 1000;
export const ACTOR = { who: 'owner', clientVersion: 'test/1' } as const;
/** One root for all hubs of a test file: making its keys takes seconds. */
const certs = mkdtempSync(path.join(tmpdir(), 'hubsieve-certs-'));
process.once('exit', () => rmSync(certs, { recursive: true, force: true }));

export interface Place {
  readonly dir: string;
  readonly cloud: Recorder;
  readonly said: string[];
  hub: Hub;
  facade: HubFacade;
  /** Bodies that arrived, in their order. */
  bodies(): string[];
  send(body: object | string, more?: Sending): Promise<number>;
  restart(): Promise<void>;
  /** The clock of the hub is a second further on: what comes then has another time in the log. */
  later(): void;
  /** Another hub with the same config, over other data; the caller closes it. */
  openAt(dataDir: string, more?: Partial<HubOptions>): Promise<Hub>;
}

export interface Sending {
  readonly from?: string;
  readonly host?: string;
  readonly type?: string;
}

/** Status codes the cloud answers with, by what stands in the body. */
export async function place(t: ExecutionContext, more: object = {}): Promise<Place> {
  const dir = mkdtempSync(path.join(tmpdir(), 'hubsieve-facade-'));
  const cloud = await record((socket, request) => {
    const status = request.includes('"deviceStatus":"fail"') ? '401 Unauthorized' : '200 OK';
    socket.write(`HTTP/1.1 ${status}\r\nContent-Length: 2\r\nContent-Type: text/plain\r\n\r\nok`);
  });
  const at = `127.0.0.1:${cloud.port}`;
  const config = parseConfig(
    JSON.stringify({
      listeners: [{ host: '127.0.0.1', port: 0 }],
      web: { host: '127.0.0.1', port: 0 },
      discovery: { enabled: false },
      upstream: { resolve: { 'smartapi.vesync.com:80': at, 'telemetry.example:80': at, 'acme.example:80': at } },
      ...more,
    }),
    'test',
  );
  const said: string[] = [];
  let aheadMs = 0;
  const open = async (dataDir = dir, own: Partial<HubOptions> = {}): Promise<Hub> =>
    openHub({
      config,
      rules: await readRules(config, dataDir),
      rulesDirs: [RULES_DIR],
      dataDir,
      certsDir: certs,
      say: (line) => said.push(line),
      learning: { messages: 3, ms: 86_400_000, holdAfterMs: 0 },
      clock: new HubClock({ wall: () => Date.now() + aheadMs, steady: () => performance.now() }),
      ...own,
    });
  const hub = await open();
  const made: Place = {
    dir,
    cloud,
    said,
    hub,
    facade: hub.facade,
    bodies: () =>
      cloud
        .text()
        .split('\r\n\r\n')
        .slice(1)
        .map((piece) => piece.replace(/(?:POST|GET) \/[\s\S]*$/, '')),
    send: (body, sending) => send(made.hub.doors[0]!.port, body, sending),
    openAt: open,
    later: () => {
      aheadMs += SECOND_MS;
    },
    restart: async () => {
      await made.hub.close();
      made.hub = await open();
      made.facade = made.hub.facade;
    },
  };
  t.teardown(async () => {
    await made.hub.close();
    cloud.close();
    rmSync(dir, { recursive: true, force: true });
  });
  return made;
}

/** One message; gives the status of its answer. */
export function send(
  door: number,
  body: object | string,
  { from = '127.0.0.21', host = 'smartapi.vesync.com', type }: Sending = {},
): Promise<number> {
  const bytes = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body), 'latin1');
  return new Promise((resolve, reject) => {
    const headers = { Host: host, 'Content-Type': type ?? 'application/json', 'Content-Length': bytes.length };
    const options = { port: door, host: '127.0.0.1', localAddress: from, path: '/report', method: 'POST', agent: false, headers };
    const request = http.request(options, (response) => response.resume().on('end', () => resolve(response.statusCode ?? 0)));
    request.on('error', reject);
    request.end(bytes);
  });
}
