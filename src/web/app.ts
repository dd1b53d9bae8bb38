// The page and its API as an express application: the one file that imports express. Read from disk with the first request (server.ts): most
// of the time nobody looks at a hub, and it takes a tenth of a start and five MiB.
import type { TLSSocket } from 'node:tls';
import express, { type Express, type Request, type Response } from 'express';
import { SHIPPED } from '../shipped.js';
import { takeReset } from './entry.js';
import { HEADERS, HSTS, refusal } from './guard.js';
import { describe } from './openapi.js';
import { type PageFile, readPages } from './pages.js';
import { Problem, problemBody } from './problem.js';
import { asProblem, serve } from './request.js';
import { fullPath, isStream, type Route, type Web } from './route.js';
import { routes } from './routes.js';

/** What a request to the health of the hub is answered with. */
export interface Health {
  readonly status: 200 | 503;
  readonly body: { readonly status: 'ok' | 'starting' };
}

export interface AppOptions {
  readonly names: ReadonlySet<string>;
  readonly tls: boolean;
  readonly health: () => Health;
  /** The hub behind the page; without it only health is answered. */
  readonly web: Web | undefined;
}

/** Open streams (event streams, exports): one for each open page and some. */
const STREAMS_MAX = 64;
const PAGES = SHIPPED.page;
const NOT_BUILT = 'The page is not built: run `npm run build`. The API works.\n';

export function createApp({ names, tls, health, web }: AppOptions): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.use((request, response, next) => {
    response.set(HEADERS);
    if (tls) response.set('Strict-Transport-Security', HSTS);
    const { method, path, headers, socket } = request;
    const isTls = (socket as TLSSocket).encrypted === true;
    const no = refusal({ method, path, headers, localAddress: socket.localAddress ?? '', tls: isTls }, names);
    if (no) return sendProblem(response, new Problem(no));
    next();
  });
  app.get('/api/v1/health', (_request, response) => {
    const { status, body } = health();
    response.status(status).json(body);
  });
  if (web !== undefined) {
    addRoutes(app, web);
    addPages(app, readPages(PAGES));
  }
  app.use((_request, response) => sendProblem(response, new Problem('not_found')));
  app.use((fault: unknown, _request: Request, response: Response, _next: unknown) => sendProblem(response, asProblem(fault)));
  return app;
}

function addRoutes(app: Express, web: Web): void {
  let description: string | undefined;
  app.get('/api/v1/openapi.json', async (_request, response) => {
    description ??= JSON.stringify(describe(routes, (await web.facade.about()).version));
    response.type('json').send(description);
  });
  const streams = { open: 0 };
  for (const route of routes) {
    app[route.method](fullPath(route), (request: Request, response: Response) => {
      answer(web, route, request, response, streams).catch((fault: unknown) => {
        const problem = asProblem(fault);
        if (problem.code === 'internal') web.say(`the page could not be answered: ${route.method} ${fullPath(route)}`);
        if (response.headersSent) response.destroy();
        else sendProblem(response, problem);
      });
    });
  }
  for (const path of new Set(routes.map(fullPath)))
    app.all(path, (_request, response) => sendProblem(response, new Problem('no_method')));
}

async function answer(web: Web, route: Route, request: Request, response: Response, streams: { open: number }): Promise<void> {
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  await takeReset(web);
  const result = await serve(web, route, {
    headers: request.headers,
    params: request.params as Record<string, string>,
    query: request.query,
    readBody: (bytes) => readJson(request, response, bytes),
    address: request.socket.remoteAddress ?? '',
    signal: gone.signal,
    setCookie: (line) => response.append('Set-Cookie', line),
  });
  if (!isStream(route.answer)) return void response.status(route.status ?? 200).json(result);
  if (streams.open >= STREAMS_MAX) throw new Problem('busy', [], 5);
  streams.open++;
  response.once('close', () => streams.open--);
  const { type, file } = route.answer;
  let begun = false;
  for await (const piece of result as AsyncIterable<string>) {
    if (!begun) response.type(type);
    if (!begun && file) response.set('Content-Disposition', `attachment; filename="${file}"`);
    begun = true;
    if (!response.write(piece)) await drained(response, gone.signal);
    if (gone.signal.aborted) return;
  }
  response.end();
}

function drained(response: Response, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    response.once('drain', resolve);
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

async function readJson(request: Request, response: Response, bytes: number): Promise<unknown> {
  if (!request.is('application/json')) throw new Problem('no_media_type');
  const parse = express.json({ limit: bytes, strict: true, inflate: false });
  await new Promise<void>((resolve, reject) => {
    parse(request, response, (fault?: unknown) => {
      const tooLarge = (fault as { type?: string } | undefined)?.type === 'entity.too.large';
      if (fault) reject(new Problem(tooLarge ? 'too_large' : 'bad_request'));
      else resolve();
    });
  });
  return request.body;
}

function sendProblem(response: Response, problem: Problem): void {
  if (problem.retryAfterSeconds !== undefined) response.set('Retry-After', String(problem.retryAfterSeconds));
  if (problem.code === 'unauthorized') response.set('WWW-Authenticate', 'Bearer');
  response.status(problem.status).json(problemBody(problem));
}

function addPages(app: Express, pages: ReadonlyMap<string, PageFile>): void {
  app.get(/^\/(?!api\/).*/, (request, response, next) => {
    const file = pages.get(request.path) ?? (/\.\w+$/.test(request.path) ? undefined : pages.get('/index.html'));
    if (!file) return pages.size > 0 ? next() : void response.status(503).type('text').send(NOT_BUILT);
    response.set('Cache-Control', file.immutable ? 'public, max-age=31536000, immutable' : 'no-cache');
    response.set({ 'Content-Type': file.type, ETag: file.etag, Vary: 'Accept-Encoding' });
    if (request.headers['if-none-match'] === file.etag) return void response.status(304).end();
    const packed = /\bgzip\b/.test(request.headers['accept-encoding'] ?? '');
    if (packed) response.set('Content-Encoding', 'gzip');
    response.end(packed ? file.gzip : file.bytes);
  });
}
