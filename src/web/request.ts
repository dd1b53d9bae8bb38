// One request of the API: who asks, may they, what they ask in its form; then the route. Knows nothing of express.
import type { IncomingHttpHeaders } from 'node:http';
import { asHubError, HubError } from '../errors.js';
import { SESSION_COOKIE } from './entry.js';
import type { Actor } from './facade.js';
import { Problem, type ProblemCode } from './problem.js';
import { type Asking, isStream, type Route, type RouteScope, type Web } from './route.js';
import { faultsOf, type JsonSchema } from './schema.js';
import type { Session } from './sessions.js';

export interface ApiRequest {
  readonly headers: IncomingHttpHeaders;
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, unknown>>;
  /** Reads the body as JSON, at most so many bytes; undefined when there is none. */
  readonly readBody: (bytes: number) => Promise<unknown>;
  readonly address: string;
  readonly signal: AbortSignal;
  readonly setCookie: (line: string) => void;
}

/** A body of someone who has not logged in: a password, a code, a pin. */
const STRANGER_BODY_BYTES = 4096;
/** A message to try as text in JSON, at most twice its size and then some. */
const OWNER_BODY_BYTES = 4 * 1024 * 1024;
const RANK: Readonly<Record<RouteScope, number>> = { none: 0, read: 1, write: 2, admin: 3 };
const BEARER = /^Bearer ([\w-]{10,100})$/;
const CLIENT = /^[\w./-]{1,40}$/;
/** The page refreshing itself is no sign of anybody being there. */
const AUTO_HEADER = 'x-hubsieve-auto';

interface Who {
  readonly scope: RouteScope;
  readonly session?: Session;
  readonly actor: Actor;
}

/** The name of the session's cookie: with the prefix that binds it to this host and TLS, where there is TLS. */
export const cookieName = (name: string, tls: boolean): string => (tls ? `__Host-${name}` : name);

function cookiesOf(headers: IncomingHttpHeaders, tls: boolean): Record<string, string> {
  const prefix = cookieName('', tls);
  const pairs = (headers.cookie ?? '').split(';').map((pair) => pair.trim().split('=') as [string, string?]);
  return Object.fromEntries(
    pairs.flatMap(([name, value]) => (name.startsWith(prefix) ? [[name.slice(prefix.length), value ?? '']] : [])),
  );
}

function whoAsks(web: Web, request: ApiRequest, cookies: Readonly<Record<string, string>>): Who {
  const client = request.headers['x-hubsieve-client'];
  const clientVersion = typeof client === 'string' && CLIENT.test(client) ? client : 'api';
  const { authorization } = request.headers;
  if (authorization !== undefined) {
    const token = web.account.findToken(BEARER.exec(authorization)?.[1] ?? '', web.now());
    if (!token) throw new Problem('unauthorized');
    return { scope: token.scope, actor: { who: 'token', clientVersion } };
  }
  const touch = request.headers[AUTO_HEADER] === undefined && request.headers.accept !== 'text/event-stream';
  const session = cookies[SESSION_COOKIE] === undefined ? undefined : web.sessions.find(cookies[SESSION_COOKIE], touch);
  return session
    ? { scope: 'admin', session, actor: { who: 'owner', clientVersion } }
    : { scope: 'none', actor: { who: 'owner', clientVersion } };
}

function checked(json: JsonSchema | undefined, value: unknown): unknown {
  if (!json) return undefined;
  const faults = faultsOf(json, value);
  if (faults.length > 0) throw new Problem('bad_request', faults);
  return value;
}

/** Texts of a query as what the schema wants: `12` is a number where one is asked for. */
function typed(json: JsonSchema | undefined, query: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const properties = (json?.['properties'] ?? {}) as Record<string, JsonSchema>;
  const entries = Object.entries(query).map(([name, value]) => {
    const numeric = Object.hasOwn(properties, name) && properties[name]!['type'] === 'integer';
    return [name, numeric && typeof value === 'string' && /^\d{1,16}$/.test(value) ? Number(value) : value];
  });
  return Object.fromEntries(entries);
}

/** The value to answer with, or a stream. Throws `Problem`. */
export async function serve(web: Web, route: Route, request: ApiRequest): Promise<unknown> {
  const cookies = cookiesOf(request.headers, web.tls);
  const who = whoAsks(web, request, cookies);
  if (RANK[who.scope] < RANK[route.scope]) throw new Problem(who.scope === 'none' ? 'unauthorized' : 'forbidden');
  const query = checked(route.query?.json, typed(route.query?.json, request.query));
  const limit = who.scope === 'none' ? STRANGER_BODY_BYTES : OWNER_BODY_BYTES;
  const body = route.body ? checked(route.body.json, await request.readBody(limit)) : undefined;
  const asking: Asking = {
    web,
    params: request.params,
    query,
    body,
    actor: who.actor,
    session: who.session,
    address: request.address,
    browser: browserOf(request.headers['user-agent']),
    cookies,
    signal: request.signal,
    setCookie: (name, value, maxAge) => request.setCookie(cookieLine(cookieName(name, web.tls), value, web.tls, maxAge)),
  };
  return isStream(route.answer) ? route.run(asking) : await route.run(asking);
}

function cookieLine(name: string, value: string | undefined, tls: boolean, maxAge: number | undefined): string {
  const age = value === undefined ? '; Max-Age=0' : maxAge === undefined ? '' : `; Max-Age=${maxAge}`;
  return `${name}=${value ?? ''}; Path=/; HttpOnly; SameSite=Strict${tls ? '; Secure' : ''}${age}`;
}

/** `Firefox, Linux`: enough to tell one's own browsers apart in the list of sessions. */
function browserOf(agent = ''): string {
  const browser = /(Firefox|Edg|OPR|YaBrowser|SamsungBrowser|Chrome|Safari|curl)\//.exec(agent)?.[1] ?? '?';
  const system = /(Android|iPhone|iPad|Windows|Mac OS|Linux)/.exec(agent)?.[1];
  return system ? `${browser}, ${system}` : browser;
}

const OF_HUB: Readonly<Record<string, ProblemCode>> = {
  not_found: 'not_found',
  busy: 'busy',
  config: 'unusable',
  rules: 'unusable',
};

/** Any fault as a problem; what is not ours is `internal`, and says nothing of itself. */
export function asProblem(fault: unknown): Problem {
  if (fault instanceof Problem) return fault;
  const { code } = fault instanceof HubError ? fault : asHubError(fault);
  return new Problem(OF_HUB[code] ?? 'internal');
}
