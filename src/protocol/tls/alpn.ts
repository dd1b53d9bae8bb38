// Which application protocol a device may speak (RFC 7301). Closed: what is not named here is refused.

/** What the hub can read. */
export type ReadableProtocol = 'http/1.1' | 'mqtt';

/**
 * `read`: open it and speak `protocol` (`undefined`: the device named none). `unread`: known, but only a tunnel could carry it.
 * `client-certificate`: known to come with a client certificate (AWS IoT's own names), hence opaque. `unknown`: refused.
 */
export type AlpnVerdict =
  | { readonly kind: 'read'; readonly protocol: ReadableProtocol | undefined }
  | { readonly kind: 'unread' }
  | { readonly kind: 'client-certificate' }
  | { readonly kind: 'unknown' };

const READABLE: ReadonlySet<string> = new Set<ReadableProtocol>(['http/1.1', 'mqtt']);
/** docs.aws.amazon.com/iot, "Device communication protocols": `-ca` is for authentication by X.509 client certificate. */
const CLIENT_CERTIFICATE: ReadonlySet<string> = new Set(['x-amzn-mqtt-ca', 'x-amzn-http-ca']);

function isReadable(protocol: string): protocol is ReadableProtocol {
  return READABLE.has(protocol);
}

/** Judges the names a device offered, the first one it offered winning. */
export function judgeAlpn(offered: readonly string[]): AlpnVerdict {
  if (offered.length === 0) return { kind: 'read', protocol: undefined };
  if (offered.some((protocol) => CLIENT_CERTIFICATE.has(protocol))) return { kind: 'client-certificate' };
  const protocol = offered.find(isReadable);
  if (protocol !== undefined) return { kind: 'read', protocol };
  return offered.includes('h2') ? { kind: 'unread' } : { kind: 'unknown' };
}
