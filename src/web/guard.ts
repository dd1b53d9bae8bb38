// What every request has to pass before anything looks at it: the name the hub is called by, and where the request comes from.
import type { IncomingHttpHeaders } from 'node:http';
import { isIP } from 'node:net';
import type { ProblemCode } from './problem.js';

export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  /** The address of ours that was connected to. */
  readonly localAddress: string;
  readonly tls: boolean;
}

/** Set on every answer. No inline script or style, no other host, no frame. */
export const CSP = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "manifest-src 'self'",
  "form-action 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
  "object-src 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ');

export const HEADERS: Readonly<Record<string, string>> = {
  'Content-Security-Policy': CSP,
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Permissions-Policy': 'camera=(), microphone=(), geolocation=(), payment=(), usb=()',
  'Cache-Control': 'no-store',
};
/** Only under TLS, and only for names (browsers ignore it for addresses). */
export const HSTS = 'max-age=31536000; includeSubDomains';

/** The name in a Host header, lower case, without port and brackets; undefined when it is none. */
export function hostName(header: string | undefined): string | undefined {
  const match = /^(?:\[([0-9a-f:.]+)\]|([^:[\]/\s]+))(?::\d{1,5})?$/i.exec(header ?? '');
  return (match?.[1] ?? match?.[2])?.toLowerCase().replace(/\.$/, '');
}

/** Why a request is refused before it is routed; undefined: it may go on. `names`: what the hub is called beside `localhost`. */
export function refusal(asked: Asked, names: ReadonlySet<string>): ProblemCode | undefined {
  const host = hostName(asked.headers.host);
  if (host === undefined || !ours(host, asked.localAddress, names)) return 'wrong_host';
  const bearer = asked.headers.authorization !== undefined;
  return bearer ? undefined : foreign(asked) ? 'cross_site' : undefined;
}

/**
 * A web site can let its own name point at the hub (DNS rebinding); then the browser says that name in Host. An address in Host
 * cannot be such a name, but only the one that was connected to is ours.
 */
function ours(host: string, localAddress: string, names: ReadonlySet<string>): boolean {
  if (host === 'localhost' || names.has(host)) return true;
  return isIP(host) !== 0 && canonical(host) === canonical(localAddress);
}

const canonical = (address: string): string => {
  const plain = address.replace(/^::ffff:/i, '').replace(/%.*$/, '');
  return isIP(plain) === 6 ? new URL(`http://[${plain}]`).hostname : plain;
};

/** Whether another site made the browser ask. What only reads is stopped where the browser says so; what changes must say it is ours. */
function foreign({ method, path, headers, tls }: Asked): boolean {
  const site = headers['sec-fetch-site'];
  const navigation = headers['sec-fetch-mode'] === 'navigate' && !path.startsWith('/api/');
  const reads = method === 'GET' || method === 'HEAD';
  if (site !== undefined && site !== 'same-origin' && site !== 'none' && !(reads && navigation)) return true;
  const { origin } = headers;
  if (origin !== undefined) return origin !== `${tls ? 'https' : 'http'}://${headers.host}`;
  return !reads && site !== 'same-origin';
}
