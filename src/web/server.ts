// The hub's page and API on their port. The application itself is read from disk with the first request that needs it (app.ts).
import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { Socket } from 'node:net';
import { HubError, systemReason } from '../errors.js';
import { Account, codeMark, makeCode } from './account.js';
import type { Health } from './app.js';
import { takeReset } from './entry.js';
import type { HubFacade } from './facade.js';
import { HEADERS, HSTS, refusal } from './guard.js';
import type { Web } from './route.js';
import { Sessions } from './sessions.js';
import { Throttle } from './throttle.js';

export interface WebOptions {
  readonly host: string;
  readonly port: number;
  /** Whether every door is open. */
  readonly ready: () => boolean;
  /** The hub behind the page; without it only health is answered. */
  readonly facade?: HubFacade;
  /** Whether an address may see the page; absent: any that reaches it. */
  readonly admits?: (address: string) => boolean;
  /** What the page is called beside `localhost` and its addresses. */
  readonly names?: readonly string[];
  /** Key and certificate chain, PEM: the page is served over TLS. */
  readonly tls?: { readonly key: string; readonly cert: string };
  /** Where the first-run code is said: the hub's console or journal. */
  readonly say?: (line: string) => void;
  readonly now?: () => number;
  /** Milliseconds since any moment, by a clock that nobody sets; absent: `now`, or the machine's. */
  readonly steady?: () => number;
}

export interface WebServer {
  readonly port: number;
  close(): Promise<void>;
}

/** A request to the page's API is small; a slow one ties up a socket. */
const REQUEST_MS = 30_000;
const CONNECTIONS_MAX = 256;
const HEALTH = '/api/v1/health';

/** Opens the web port. Throws `config` where it cannot listen (the port is taken, the address is not ours), `internal` for a damaged account. */
export async function openWeb(options: WebOptions): Promise<WebServer> {
  const web = options.facade === undefined ? undefined : await openApi(options, options.facade);
  return listen(options, listenerOf(options, web));
}

/** Answers whether the hub is up by itself: that is asked every few seconds, while most of the time nobody looks at the page. */
function listenerOf(options: WebOptions, web: Web | undefined): RequestListener {
  const names = new Set((options.names ?? []).map((name) => name.toLowerCase()));
  const tls = options.tls !== undefined;
  const health = (): Health =>
    options.ready() ? { status: 200, body: { status: 'ok' } } : { status: 503, body: { status: 'starting' } };
  let reading: Promise<RequestListener> | undefined;
  const read = async (): Promise<RequestListener> => (await import('./app.js')).createApp({ names, tls, health, web });
  return (request, response) => {
    if (isHealth(request, tls, names)) {
      sendHealth(response, health(), tls);
      return;
    }
    reading ??= read();
    reading.then(
      (app) => app(request, response),
      () => {
        reading = undefined; // tried again with the next request
        options.say?.('the page could not be read from disk');
        response.writeHead(500).end();
      },
    );
  };
}

/** Only what the application would answer with 200 or 503 too; whatever is to be refused is its to say. */
function isHealth(request: IncomingMessage, tls: boolean, names: ReadonlySet<string>): boolean {
  const { method = '', url, headers, socket } = request;
  if (method !== 'GET' || url !== HEALTH) return false;
  return refusal({ method, path: HEALTH, headers, localAddress: socket.localAddress ?? '', tls }, names) === undefined;
}

function sendHealth(response: ServerResponse, { status, body }: Health, tls: boolean): void {
  const text = JSON.stringify(body);
  response.writeHead(status, {
    ...HEADERS,
    ...(tls ? { 'Strict-Transport-Security': HSTS } : {}),
    'Content-Type': 'application/json; charset=utf-8',
    'Content-Length': Buffer.byteLength(text),
  });
  response.end(text);
}

async function openApi(options: WebOptions, facade: HubFacade): Promise<Web> {
  const now = options.now ?? Date.now;
  const steady = options.steady ?? options.now ?? (() => performance.now());
  const say = options.say ?? (() => {});
  const account = await Account.open(facade);
  const setup: Web['setup'] = {
    codeMark: undefined,
    failures: 0,
    renew() {
      setup.failures = 0;
      const code = makeCode();
      setup.codeMark = codeMark(code);
      say(`first run: open the page and give the code ${code}`);
    },
  };
  const web: Web = {
    facade,
    account,
    setup,
    now,
    steady,
    sessions: new Sessions(now, steady),
    logins: new Throttle(steady),
    pins: new Throttle(steady),
    codes: new Throttle(steady),
    offer: { now: undefined },
    browserKey: randomBytes(32),
    tls: options.tls !== undefined,
    say,
  };
  await takeReset(web);
  if (!account.hasPassword && setup.codeMark === undefined) setup.renew();
  return web;
}

/** TLS 1.3, and of 1.2 what agrees on a fresh key and tells a changed byte: ECDHE with AEAD. Every browser of the last ten years has them. */
const CIPHERS = [
  'TLS_AES_128_GCM_SHA256',
  'TLS_CHACHA20_POLY1305_SHA256',
  'TLS_AES_256_GCM_SHA384',
  'ECDHE-ECDSA-AES128-GCM-SHA256',
  'ECDHE-RSA-AES128-GCM-SHA256',
  'ECDHE-ECDSA-CHACHA20-POLY1305',
  'ECDHE-RSA-CHACHA20-POLY1305',
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-RSA-AES256-GCM-SHA384',
].join(':');

async function listen(options: WebOptions, listener: RequestListener): Promise<WebServer> {
  const bounds = { requestTimeout: REQUEST_MS, headersTimeout: REQUEST_MS };
  const server: Server = options.tls
    ? createTlsServer({ ...bounds, ...options.tls, minVersion: 'TLSv1.2', ciphers: CIPHERS, honorCipherOrder: true }, listener)
    : createServer(bounds, listener);
  server.maxConnections = CONNECTIONS_MAX;
  const { admits = () => true } = options;
  // Before TLS says a word: whoever is not of the home learns nothing of what listens here.
  server.on('connection', (socket: Socket) => {
    if (!admits(socket.remoteAddress ?? '')) socket.destroy();
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) => {
      const where = `page ${options.host}:${options.port}`;
      reject(new HubError('config', `${where}: ${systemReason(cause) ?? 'cannot be opened'}`, { cause }));
    });
    server.listen(options.port, options.host, resolve);
  });
  const address = server.address();
  return {
    port: typeof address === 'object' && address ? address.port : options.port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
