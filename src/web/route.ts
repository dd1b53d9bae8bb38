// One thing the API can do: where, who may, what it takes and gives. The description, the checks and the tests are made from these.
import type { Account } from './account.js';
import type { Actor, HubFacade } from './facade.js';
import type { Schema } from './schema.js';
import type { Session, Sessions } from './sessions.js';
import type { Throttle } from './throttle.js';

export type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';
/** `none`: without logging in. A session may do everything; a token what its scope allows (admin > write > read). */
export type RouteScope = 'none' | 'read' | 'write' | 'admin';

/** Everything routes share; lives as long as the server. */
export interface Web {
  readonly facade: HubFacade;
  readonly account: Account;
  readonly sessions: Sessions;
  readonly logins: Throttle;
  readonly pins: Throttle;
  /** Codes of the second factor. */
  readonly codes: Throttle;
  /** The key that was last offered as a second factor, to the session that asked for it. */
  readonly offer: { now: { readonly key: Uint8Array; readonly session: string; readonly untilSteadyMs: number } | undefined };
  /** The first-run code, as its mark (account.ts); undefined once there is a password. */
  readonly setup: { codeMark: string | undefined; failures: number; renew(): void };
  /** Signs what marks a browser that has logged in before. */
  readonly browserKey: Uint8Array;
  readonly now: () => number;
  /** Milliseconds since any moment, never set: for limits and waits. */
  readonly steady: () => number;
  readonly tls: boolean;
  /** The hub's console or journal: log-ins are said there, without addresses. */
  readonly say: (line: string) => void;
}

export interface Asking<Q = unknown, B = unknown> {
  readonly web: Web;
  readonly params: Readonly<Record<string, string>>;
  readonly query: Q;
  readonly body: B;
  readonly actor: Actor;
  readonly session: Session | undefined;
  readonly address: string;
  readonly browser: string;
  readonly cookies: Readonly<Record<string, string>>;
  /** Aborted when the asker has gone. */
  readonly signal: AbortSignal;
  setCookie(name: string, value: string | undefined, maxAgeSeconds?: number): void;
}

export interface Stream {
  readonly type: string;
  /** Offered as a file of this name. */
  readonly file?: string;
}

export interface Route {
  readonly method: Method;
  /** Below /api/v1 (with `root`: as it stands); `:name` is a parameter. */
  readonly path: string;
  readonly root?: boolean;
  readonly scope: RouteScope;
  readonly summary: string;
  readonly query?: Schema<unknown>;
  readonly body?: Schema<unknown>;
  /** JSON of this schema, or text of this type, piece by piece. */
  readonly answer: Schema<unknown> | Stream;
  readonly status?: number;
  run(asking: Asking): Promise<unknown> | AsyncIterable<string>;
}

interface Typed<Q, B, A> extends Omit<Route, 'query' | 'body' | 'answer' | 'run'> {
  readonly query?: Schema<Q>;
  readonly body?: Schema<B>;
  readonly answer: Schema<A>;
  run(asking: Asking<Q, B>): Promise<A>;
}

/** A route with its types checked against its schemas. */
export const route = <Q = undefined, B = undefined, A = unknown>(typed: Typed<Q, B, A>): Route => typed as unknown as Route;

interface TypedStream<Q> extends Omit<Route, 'query' | 'body' | 'answer' | 'run'> {
  readonly query?: Schema<Q>;
  readonly answer: Stream;
  run(asking: Asking<Q>): AsyncIterable<string>;
}
export const stream = <Q = undefined>(typed: TypedStream<Q>): Route => typed as unknown as Route;

export const isStream = (answer: Route['answer']): answer is Stream => 'type' in answer;

export const fullPath = ({ path, root }: Route): string => (root ? path : `/api/v1${path}`);
