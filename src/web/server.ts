// The hub's page and API: the one file that imports express.
import { createServer, type Server } from 'node:http';
import express from 'express';

export interface WebOptions {
  readonly host: string;
  readonly port: number;
  /** Whether every door is open. */
  readonly ready: () => boolean;
}

export interface WebServer {
  readonly port: number;
  close(): Promise<void>;
}

/** A request to the page's API is small; a slow one ties up a socket. */
const REQUEST_MS = 30_000;

/** Opens the web port. Throws what `listen` throws (the port is taken, the address is not ours). */
export async function openWeb(options: WebOptions): Promise<WebServer> {
  const app = express();
  app.disable('x-powered-by');
  app.get('/api/v1/health', (_request, response) => {
    const ready = options.ready();
    response.status(ready ? 200 : 503).json({ status: ready ? 'ok' : 'starting' });
  });
  app.use((_request, response) => {
    response.status(404).json({ error: { code: 'not_found' } });
  });
  const server: Server = createServer({ requestTimeout: REQUEST_MS, headersTimeout: REQUEST_MS }, app);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
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
