// Authorities (RFC 3986 3.2, RFC 9110 4.2): `host[:port]` read strictly and written in one spelling.
import { HubError } from '../../errors.js';
import type { HttpScheme } from './message.js';

export const DEFAULT_PORTS: Readonly<Record<HttpScheme, number>> = { http: 80, https: 443 };
const MAX_PORT = 65535;
/** RFC 1035 2.3.4: a name has at most 255 octets. */
const MAX_HOST_LENGTH = 255;
// No userinfo, no percent-encoding, no internationalized spelling: what two parsers could read differently is refused.
const AUTHORITY = /^(\[[0-9a-f:.]+\]|[a-z0-9_](?:[a-z0-9_.-]*[a-z0-9_])?\.?)(?::(\d{1,5}))?$/;

export interface Authority {
  /** Lower case, no brackets, no closing dot. */
  readonly host: string;
  readonly port: number;
}

/** `text` (a Host value or an absolute target's authority) → host and port; throws `bad_head`. */
export function parseAuthority(text: string, scheme: HttpScheme): Authority {
  const match = text.length > MAX_HOST_LENGTH + 8 ? null : AUTHORITY.exec(text.toLowerCase());
  const name = match?.[1];
  if (name === undefined || name.includes('..')) throw new HubError('bad_head', 'authority');
  const port = match?.[2] === undefined ? DEFAULT_PORTS[scheme] : Number(match[2]);
  if (port === 0 || port > MAX_PORT) throw new HubError('bad_head', 'authority');
  const host = name.startsWith('[') ? name.slice(1, -1) : name.replace(/\.$/, '');
  return { host, port };
}

/** One spelling: brackets around IPv6, `:port` only where it is not the scheme's own. */
export function formatAuthority({ host, port }: Authority, scheme: HttpScheme): string {
  const name = host.includes(':') ? `[${host}]` : host;
  return port === DEFAULT_PORTS[scheme] ? name : `${name}:${port}`;
}

/** `example.com:443` → `example.com`. */
export function hostOf(authority: string): string {
  const lower = authority.toLowerCase();
  return /[:[\]]/.test(lower) ? lower.replace(/:\d+$/, '').replace(/^\[|\]$/g, '') : lower;
}
