// A page over a fake hub on a real socket, and a client that sends exactly the headers it is told to.
import { request as httpRequest } from 'node:http';
import type { ExecutionContext } from 'ava';
import { openWeb, type WebServer } from '#src/web/server.js';
import { codeAt, STEP_MS } from '#src/web/totp.js';
import { type FakeHub, type FakeOptions, openFakeHub } from './fake-hub.js';

export const PASSWORD = 'three quiet herons at dusk';

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: its form is checked against the API's description in api.test.ts
  readonly json: any;
}

export interface Ask {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** Sent as it is. */
  readonly raw?: string;
}

export class Page {
  cookies: Record<string, string> = {};
  readonly said: string[] = [];
  hub!: FakeHub;
  server!: WebServer;
  /** Opens the same page on a port: again, after it was closed. */
  open!: (port: number) => Promise<WebServer>;
  clock = Date.now();

  get origin(): string {
    return `http://127.0.0.1:${this.server.port}`;
  }

  get code(): string {
    return /code ([\w-]+)/.exec(this.said.findLast((line) => line.includes('code')) ?? '')?.[1] ?? '';
  }

  /** As the page itself asks: same origin, its cookies. */
  async ask(path: string, { method = 'GET', headers = {}, body, raw }: Ask = {}): Promise<Answer> {
    const cookie = Object.entries(this.cookies)
      .map(([name, value]) => `${name}=${value}`)
      .join('; ');
    const full = {
      ...(cookie ? { cookie } : {}),
      ...(headers['authorization'] ? {} : { 'sec-fetch-site': 'same-origin', origin: this.origin }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    };
    const answer = await send(
      this.server.port,
      path,
      method,
      full,
      raw ?? (body === undefined ? undefined : JSON.stringify(body)),
    );
    for (const line of [answer.headers['set-cookie'] ?? []].flat()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (value === '') delete this.cookies[name];
      else this.cookies[name] = value;
    }
    return answer;
  }

  api = (path: string, ask?: Ask): Promise<Answer> => this.ask(`/api/v1${path}`, ask);

  async setUp(): Promise<void> {
    const answer = await this.api('/setup', { method: 'POST', body: { code: this.code, password: PASSWORD } });
    if (answer.status !== 200) throw new Error(`setup failed: ${answer.text}`);
  }
}

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** What an authenticator app shows for a key in base 32. */
export function codeOf(key: string, atMs: number): string {
  const bits = [...key].map((letter) => BASE32.indexOf(letter).toString(2).padStart(5, '0')).join('');
  const bytes = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
  return codeAt(bytes, Math.floor(atMs / STEP_MS));
}

/** One request with exactly these headers. `host` may be anything. */
export function send(
  port: number,
  path: string,
  method: string,
  headers: Readonly<Record<string, string>>,
  body?: string,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = httpRequest({ host: '127.0.0.1', port, path, method, headers, agent: false }, (response) => {
      const pieces: Buffer[] = [];
      response.on('data', (piece: Buffer) => pieces.push(piece));
      response.on('end', () => {
        const text = Buffer.concat(pieces).toString('utf8');
        const json = /json/.test(response.headers['content-type'] ?? '') && text.startsWith('{') ? safeJson(text) : undefined;
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text, json });
      });
    });
    request.on('error', reject);
    request.end(body);
  });
}

function safeJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // JSON Lines
  }
}

/** Opens a page that closes with the test. */
export async function openPage(t: ExecutionContext, options: FakeOptions & { setUp?: boolean } = {}): Promise<Page> {
  const page = new Page();
  const now = () => page.clock;
  page.hub = await openFakeHub({ messages: 400, now, ...options });
  page.open = (port) =>
    openWeb({
      host: '127.0.0.1',
      port,
      ready: () => true,
      facade: page.hub,
      names: ['hub.home'],
      say: (line) => page.said.push(line),
      now,
    });
  page.server = await page.open(0);
  t.teardown(() => page.server.close());
  if (options.setUp !== false) await page.setUp();
  return page;
}
