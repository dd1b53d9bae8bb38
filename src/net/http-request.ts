// A request as Node's parser gives it: its head by the hub's rules, where it goes, and the message that is put before the judge.
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { HubError } from '../errors.js';
import { type HttpHead, readHead } from '../protocol/http/head.js';
import type { HttpMessage, HttpScheme } from '../protocol/http/message.js';
import { plainAddress } from './address.js';
import { type FixedUpstream, findRoute, type PinnedAddress, type Route, type Self } from './route.js';

export interface RequestOptions {
  /** What the listener fixes. */
  readonly upstream?: FixedUpstream | undefined;
  readonly resolve: Readonly<Record<string, PinnedAddress>>;
  /** Addresses and ports of this hub, asked anew for each message: interfaces come and go. */
  readonly self: () => Self;
  readonly limits: { readonly headerCount: number };
}

export function schemeOf(socket: Duplex): HttpScheme {
  return 'encrypted' in socket && socket.encrypted === true ? 'https' : 'http';
}

/** Inside TLS a message is for the host that the connection was opened for: the certificate shown was that one's. */
function checkServerName(socket: Duplex, head: HttpHead, upstream: FixedUpstream | undefined): void {
  const name = 'servername' in socket && typeof socket.servername === 'string' ? socket.servername.toLowerCase() : undefined;
  if (name === undefined || upstream !== undefined || head.authority === undefined) return;
  if (head.authority.host !== name) throw new HubError('bad_head', 'Host is not the server name of TLS');
}

/** Head and route of a request; throws what makes it inadmissible. */
export function readRequest(req: IncomingMessage, options: RequestOptions): { head: HttpHead; route: Route } {
  const { upstream, resolve, self, limits } = options;
  const scheme = schemeOf(req.socket);
  const { method = '', url = '', httpVersion, rawHeaders } = req;
  const head = readHead({ method, url, httpVersion, rawHeaders }, scheme, limits.headerCount);
  checkServerName(req.socket, head, upstream);
  return {
    head,
    route: findRoute({ upstream, scheme: head.scheme ?? scheme, authority: head.authority, resolve, self: self() }),
  };
}

/** `service`: the listener's. */
export function messageOf(
  req: IncomingMessage,
  { method, path, query, headers }: HttpHead,
  { scheme, authority }: Route,
  body: Buffer,
  service: string | undefined,
): HttpMessage {
  const device = plainAddress(req.socket.remoteAddress);
  const message: { -readonly [K in keyof HttpMessage]: HttpMessage[K] } = {
    device,
    scheme,
    authority,
    method,
    path,
    headers,
    body,
  };
  if (service !== undefined) message.service = service;
  if (query !== undefined) message.query = query;
  return message;
}
