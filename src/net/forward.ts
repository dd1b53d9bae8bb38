// Sends a judged message to its destination and streams the answer back. The one importer of http-proxy-middleware.
import { EventEmitter } from 'node:events';
import type { Agent, ClientRequest, IncomingMessage, ServerResponse } from 'node:http';
import { Stream } from 'node:stream';
import { createProxyMiddleware, type Options } from 'http-proxy-middleware';
import { HubError } from '../errors.js';
import { fieldName } from '../protocol/http/fields.js';
import { answerHeaders } from '../protocol/http/head.js';
import type { AnswerChange, AnswerHead, Header } from '../protocol/http/message.js';
import { type AgentOptions, Agents } from './agents.js';
import { giveMeasured } from './measured-answer.js';
import type { Route } from './route.js';

/** What leaves, whole: these headers and no others, this body and no other. */
export interface Departure {
  readonly route: Route;
  readonly method: string;
  readonly path: string;
  readonly query?: string | undefined;
  readonly headers: readonly Header[];
  readonly body: Uint8Array;
  readonly onAnswer?: ((head: AnswerHead) => AnswerChange | undefined) | undefined;
  /** True while the hub stops: the device's connection ends with this answer. */
  readonly lastOfConnection: () => boolean;
}

/** What came of it. With an error nothing has been answered yet, unless `res.headersSent`. */
export interface Arrival {
  /** `false`: it did not leave whole, so that the cloud has no message. */
  readonly sent: boolean;
  readonly error?: HubError;
}

export interface ForwarderOptions extends AgentOptions {
  /** For the head of the answer, from here on: with waiting for a connection, names, TLS. */
  readonly answerMs: number;
}

export interface Forwarder {
  /** Settles once the answer's head is there and streaming has begun, or with the error. Never rejects, never tries twice. */
  send(departure: Departure, res: ServerResponse): Promise<Arrival>;
  close(): void;
}

/** The judged body as httpxy's `buffer`: given over in one piece, so that head and body leave in one write. */
class Body extends Stream {
  constructor(readonly bytes: Uint8Array) {
    super();
  }
  override pipe<T extends NodeJS.WritableStream>(destination: T): T {
    if (this.bytes.length === 0) destination.end();
    else destination.end(this.bytes);
    return destination;
  }
}

/**
 * Stands for the request before the middleware: it has nothing of the device's request in it, so nothing of that can slip
 * through. `url` is empty until the middleware's path filter, which would parse it, is past.
 */
class Exchange extends EventEmitter {
  readonly httpVersion = '1.1';
  readonly httpVersionMajor = 1;
  /** httpxy turns an ECONNRESET into silence where the device seems gone; that is judged here, not there. */
  readonly socket = { writable: true };
  // The method goes by `options.method`: httpxy would give DELETE and OPTIONS a Content-Length of its own.
  readonly method = 'POST';
  readonly headers: Record<string, string | string[]>;
  url = '';
  /** Bytes go to the network once the connection stands; before that, none has left. */
  #connected = false;
  /** The last byte is with the network. */
  #isWhole = false;
  #request: ClientRequest | undefined;
  #settled = false;
  #timer: NodeJS.Timeout;
  constructor(
    readonly departure: Departure,
    readonly agent: Agent,
    answerMs: number,
    readonly settle: (arrival: Arrival) => void,
  ) {
    super();
    this.headers = headerObject(departure.headers);
    this.#timer = setTimeout(() => this.fail(new HubError('upstream_timeout')), answerMs);
  }

  get settled(): boolean {
    return this.#settled;
  }

  finish(arrival: Arrival): void {
    if (this.#settled) return;
    this.#settled = true;
    clearTimeout(this.#timer);
    this.settle(arrival);
  }

  fail(error: HubError): void {
    if (this.#settled) return;
    this.finish({ sent: this.#connected && this.#isWhole, error });
    this.#request?.destroy();
  }

  /** Both sides close in the end, mostly behind the answer. */
  #end(): void {
    if (!this.#settled) this.fail(new HubError('upstream_unreachable'));
  }

  /** The device went away: httpxy drops the request to the cloud. */
  abandon(): void {
    if (!this.#settled) this.fail(new HubError('upstream_unreachable', 'the device left'));
  }

  /** The request has got its connection, a new one or one that stood. */
  attach(request: ClientRequest): void {
    this.#request = request;
    if (this.#settled) request.destroy(); // it waited for a connection past its time
    request.once('finish', () => {
      this.#isWhole = request.socket?.destroyed !== true; // Node takes a write that a reset has cut off for a finished one
    });
    // Node ends a request without an error when the cloud answers with a protocol change nobody asked for.
    request.once('close', () => this.#end());
    const { socket } = request;
    if (socket?.connecting === true) {
      socket.once(this.departure.route.scheme === 'https' ? 'secureConnect' : 'connect', () => {
        this.#connected = true;
      });
    } else this.#connected = true;
  }
}

/** Names keep their spelling; lines of one name stay in their order, in one place. */
function headerObject(headers: readonly Header[]): Record<string, string | string[]> {
  const object: Record<string, string | string[]> = Object.create(null);
  const spelled = new Map<string, string>();
  for (const [name, value] of headers) {
    const { lower } = fieldName(name);
    const key = spelled.get(lower);
    const before = key === undefined ? undefined : object[key];
    if (key === undefined || before === undefined) {
      spelled.set(lower, name);
      object[name] = value;
    } else object[key] = [...(Array.isArray(before) ? before : [before]), value];
  }
  return object;
}

const UNTRUSTED =
  /^(?:CERT_|ERR_TLS_|ERR_SSL_|EPROTO|UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO|HOSTNAME_MISMATCH|INVALID_CA|PATH_LENGTH)/;

/** What went wrong on the way, in the hub's words; the original stays in `cause`. */
function upstreamError(fault: unknown): HubError {
  if (fault instanceof HubError) return fault;
  const code = String((fault as NodeJS.ErrnoException | undefined)?.code ?? '');
  const ours = code === 'ETIMEDOUT' ? 'upstream_timeout' : UNTRUSTED.test(code) ? 'upstream_untrusted' : 'upstream_unreachable';
  return new HubError(ours, '', { cause: fault });
}

/** Statuses whose answer ends with its head (RFC 9110 6.4.1). */
const BODILESS: ReadonlySet<number> = new Set([204, 304]);

/** Writes the answer's head and lets its body stream; httpxy ends the device's answer when the upstream breaks off. */
function answer(exchange: Exchange, upstream: IncomingMessage, res: ServerResponse): void {
  const { onAnswer, lastOfConnection } = exchange.departure;
  const head: AnswerHead = { status: upstream.statusCode ?? 502, headers: answerHeaders(upstream.rawHeaders) };
  const change = onAnswer?.(head);
  let headers = change?.headers ?? head.headers;
  const isRewritten = change?.body !== undefined && change.isRead !== true && !BODILESS.has(head.status);
  const isMeasured = headers.some(isLength);
  if (isRewritten) headers = headers.filter((header) => !isLength(header));
  if (lastOfConnection()) headers = [...headers, ['Connection', 'close']];
  const writeHead = (bodyBytes?: number): void => {
    const length: Header[] = bodyBytes === undefined ? [] : [['Content-Length', String(bodyBytes)]];
    res.sendDate = false; // the cloud's own, or none
    res.writeHead(head.status, upstream.statusMessage, lines([...headers, ...length]));
  };
  const body = change?.body;
  const waits = body !== undefined && isRewritten && isMeasured;
  if (!waits) writeHead();
  exchange.finish({ sent: true });
  if (body === undefined) {
    upstream.pipe(res);
    return;
  }
  body.on('error', () => res.destroy()); // cut off: the device sees that the answer is not whole
  if (waits) giveMeasured(body, res, writeHead);
  else body.pipe(res);
  upstream.pipe(body);
}

const isLength = ([name]: Header): boolean => name.toLowerCase() === 'content-length';

/** Names and values in turn, as Node takes them. */
function lines(headers: readonly Header[]): string[] {
  const flat: string[] = [];
  for (const [name, value] of headers) flat.push(name, value);
  return flat;
}

/** The middleware reads `method` (httpxy does, its types do not say so). */
interface EngineOptions extends Options {
  method?: string;
}

function route(req: IncomingMessage, options: EngineOptions): { protocol: string; hostname: string; port: number } {
  const exchange = req as unknown as Exchange;
  const { departure } = exchange;
  options.agent = exchange.agent;
  options.buffer = new Body(departure.body);
  options.method = departure.method;
  exchange.url = departure.query === undefined ? departure.path : `${departure.path}?${departure.query}`;
  const { scheme, host, port, pinned } = departure.route;
  return { protocol: `${scheme}:`, hostname: pinned?.address ?? host, port: pinned?.port ?? port };
}

function createMiddleware(): ReturnType<typeof createProxyMiddleware> {
  return createProxyMiddleware({
    ejectPlugins: true,
    selfHandleResponse: true,
    pathFilter: () => true,
    router: (req, _res, options) => route(req, options),
    plugins: [
      (proxy) => {
        const fail = (error: Error, req: IncomingMessage | undefined): void =>
          (req as unknown as Exchange).fail(upstreamError(error));
        proxy.on('error', fail);
        proxy.on('econnreset', fail);
        proxy.on('proxyReq', (request, req) => (req as unknown as Exchange).attach(request));
        proxy.on('proxyRes', (upstream, req, res) => {
          const exchange = req as unknown as Exchange;
          try {
            if (!exchange.settled) answer(exchange, upstream, res);
          } catch (error) {
            exchange.fail(new HubError('internal', '', { cause: error }));
          }
        });
      },
    ],
  });
}

/** A forwarder with its own connections; one for the whole hub. */
export function createForwarder(options: ForwarderOptions): Forwarder {
  const agents = new Agents(options);
  const middleware = createMiddleware();
  return {
    send: (departure, res) =>
      new Promise((resolve) => {
        const exchange = new Exchange(departure, agents.of(departure.route), options.answerMs, resolve);
        res.once('close', () => exchange.abandon());
        middleware(exchange as unknown as IncomingMessage, res, (error) => exchange.fail(upstreamError(error))).catch(
          (error: unknown) => exchange.fail(upstreamError(error)),
        );
      }),
    close: () => agents.close(),
  };
}
