// Talks to the hub's API, and to nothing else.
import type { HubEvent } from '../events.js';
import type { SessionView } from '../views.js';

/** An answer that says no. `code` as in problem.ts, or `offline` when the hub did not answer. */
export class Failure extends Error {
  constructor(
    readonly code: string,
    readonly faults: readonly string[] = [],
    readonly retryAfterSeconds = 0,
  ) {
    super(code);
  }
}

/** A failure whose sentence is made already. */
export class Said extends Error {}

const CLIENT = 'page/1';
let lockedOut = (): void => {};

/** Called when the hub says that nobody is logged in (any more). */
export function onLocked(listener: () => void): void {
  lockedOut = listener;
}

export interface Ask {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly body?: unknown;
  /** The page refreshes itself: does not count as somebody being there. */
  readonly auto?: boolean;
  readonly signal?: AbortSignal;
}

function send(path: string, { method = 'GET', body, auto, signal }: Ask): Promise<Response> {
  return fetch(`/api/v1${path}`, {
    method,
    credentials: 'same-origin',
    headers: {
      'x-hubsieve-client': CLIENT,
      ...(auto ? { 'x-hubsieve-auto': '1' } : {}),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    ...(signal ? { signal } : {}),
  });
}

/** One request; `path` below /api/v1. Throws `Failure`. */
export async function ask<T>(path: string, asked: Ask = {}): Promise<T> {
  return (await answered(path, asked)).json() as Promise<T>;
}

/** As `ask`, for what is text. */
export async function askText(path: string): Promise<string> {
  return (await answered(path, {})).text();
}

async function answered(path: string, asked: Ask): Promise<Response> {
  const { signal } = asked;
  let response: Response;
  try {
    response = await send(path, asked);
  } catch (fault) {
    if (signal?.aborted) throw fault;
    throw new Failure('offline');
  }
  if (response.ok) return response;
  const told = (await response.json().catch(() => ({}))) as { error?: { code?: string; faults?: string[] } };
  const code = told.error?.code ?? 'internal';
  if (code === 'unauthorized') lockedOut();
  throw new Failure(code, told.error?.faults, Number(response.headers.get('retry-after') ?? 0));
}

export const query = (values: Readonly<Record<string, string | number | undefined>>): string => {
  const given = Object.entries(values).filter(([, value]) => value !== undefined && value !== '');
  return given.length > 0 ? `?${new URLSearchParams(given.map(([name, value]) => [name, String(value)]))}` : '';
};

type Listener = (event: HubEvent) => void;
const listeners = new Set<Listener>();
let source: EventSource | undefined;

/** Hears what happens at the hub while the page is open. Gives the way to stop. */
export function listen(listener: Listener): () => void {
  listeners.add(listener);
  source ??= openEvents();
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    source?.close();
    source = undefined;
  };
}

/** A stream that ends is opened anew after three seconds (the hub's `retry`): a hub that is longer away does not answer. */
const GONE_MS = 5_000;
/** What may have changed meanwhile. */
const ALL_CHANGED = ['services', 'devices', 'fields', 'hosts', 'overrides', 'settings'] as const;
let gone = false;
let toldGone = (_gone: boolean): void => {};

/** Called when the hub no longer answers while a page is open, and when it does again. */
export function onGone(listener: (gone: boolean) => void): void {
  toldGone = listener;
}

function setGone(now: boolean): void {
  if (gone === now) return;
  gone = now;
  toldGone(now);
}

function openEvents(): EventSource {
  const events = new EventSource('/api/v1/events');
  const tell = (event: HubEvent): void => {
    for (const listener of listeners) listener(event);
  };
  const pass = (message: MessageEvent<string>): void => tell(JSON.parse(message.data) as HubEvent);
  let waiting: ReturnType<typeof setTimeout> | undefined;
  events.addEventListener('open', () => {
    clearTimeout(waiting);
    waiting = undefined;
    if (!gone) return;
    setGone(false);
    for (const what of ALL_CHANGED) tell({ kind: 'changed', what });
  });
  events.addEventListener('error', () => {
    if (events.readyState !== EventSource.CLOSED && events === source) waiting ??= setTimeout(() => setGone(true), GONE_MS);
  });
  // A stream that was refused for good: the session has ended, or the hub has started anew.
  events.addEventListener('error', () => {
    if (events.readyState !== EventSource.CLOSED) return;
    clearTimeout(waiting);
    setGone(false);
    ask<SessionView>('/session', { auto: true }).then(
      ({ state }) => {
        if (state !== 'open') lockedOut();
      },
      () => undefined, // the hub does not answer: the next thing asked of it says so
    );
  });
  events.addEventListener('message', pass);
  events.addEventListener('changed', pass);
  return events;
}

export function closeEvents(): void {
  source?.close();
  source = undefined;
  setGone(false);
  listeners.clear();
}
