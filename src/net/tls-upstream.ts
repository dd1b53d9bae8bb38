// TLS to the clouds: who answers is proven before the first byte of a message can be sent, or there is no connection.
import { X509Certificate } from 'node:crypto';
import { isIP, type LookupFunction } from 'node:net';
import tls, {
  type ConnectionOptions,
  type DetailedPeerCertificate,
  type SecureContext,
  type TLSSocket,
  type TLSSocketOptions,
} from 'node:tls';
import { HubError } from '../errors.js';
import { findPeerFault } from '../protocol/tls/peer.js';

export type TlsVersion = 'TLSv1.2' | 'TLSv1.3';

/**
 * TLS 1.3 and forward-secret AEAD suites only: Node's own offer grades C, this one A ("The Security Impact of HTTPS
 * Interception", NDSS 2017). AES-128 first: small hubs have no AES instructions to spare for 256. Level 2 has OpenSSL itself
 * refuse keys and signatures under 112 bits on the chain that it verified.
 */
export const UPSTREAM_CIPHERS = [
  'TLS_AES_128_GCM_SHA256',
  'TLS_CHACHA20_POLY1305_SHA256',
  'TLS_AES_256_GCM_SHA384',
  'ECDHE-ECDSA-AES128-GCM-SHA256',
  'ECDHE-RSA-AES128-GCM-SHA256',
  'ECDHE-ECDSA-CHACHA20-POLY1305',
  'ECDHE-RSA-CHACHA20-POLY1305',
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-RSA-AES256-GCM-SHA384',
  '@SECLEVEL=2',
].join(':');
const SIGNATURES = [
  'ecdsa_secp256r1_sha256',
  'rsa_pss_rsae_sha256',
  'rsa_pkcs1_sha256',
  'ecdsa_secp384r1_sha384',
  'rsa_pss_rsae_sha384',
  'rsa_pkcs1_sha384',
  'ecdsa_secp521r1_sha512',
  'rsa_pss_rsae_sha512',
  'rsa_pkcs1_sha512',
  'ed25519',
].join(':');
const CURVES = 'X25519:P-256:P-384';
/** Longest chain taken: a longer one would not be judged whole. Real ones are 2 to 4 long; OpenSSL's own bound is 100. */
const CHAIN_LENGTH = 10;

/** Such as "EE certificate key too weak": letters and blanks, nothing that a certificate says. */
const OPENSSL_SENTENCE = /^[A-Za-z ]{1,60}$/;

/** What went wrong before TLS could begin, by Node's codes: nobody there, rather than nobody to trust. */
const NETWORK_FAULTS: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EADDRNOTAVAIL',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ETIMEDOUT',
  'EPIPE',
]);

export interface UpstreamOptions {
  /** Who must answer: a host name (shown as SNI, looked for in the certificate), or the text of an IP address. */
  readonly host: string;
  readonly port: number;
  /** Where to connect: the IP address that was resolved and allowed, or a name that `lookup` resolves and allows. */
  readonly address: string;
  readonly lookup?: LookupFunction;
  /** Application protocols to offer; empty: the extension is not sent. */
  readonly alpn: readonly string[];
  /** The lowest version taken; pass TLS 1.3 where the cloud is known to speak it. Default and floor: TLS 1.2. */
  readonly minVersion?: TlsVersion;
  readonly trust: Trust;
  /** The hub's own roots, present and former: never accepted, whoever trusts them. */
  readonly ownRoots: readonly X509Certificate[];
  /** For connection and handshake together. */
  readonly timeoutMs: number;
  readonly now: () => number;
}

/**
 * What the hub trusts upstream: the roots Node carries and the certificates (PEM) that the config adds, nothing of the system's.
 * One for the life of the hub. `roots` replaces Node's own (tests).
 */
export class Trust {
  readonly #contexts = new Map<TlsVersion, SecureContext>();

  constructor(
    private readonly extra: readonly string[],
    private readonly roots: readonly string[] = tls.rootCertificates,
  ) {}

  /** The offer that begins at `minVersion`. Made once for each: reading 140 roots takes some milliseconds. */
  context(minVersion: TlsVersion): SecureContext {
    const known = this.#contexts.get(minVersion);
    if (known !== undefined) return known;
    const context = tls.createSecureContext({
      ca: [...this.roots, ...this.extra],
      ciphers: UPSTREAM_CIPHERS,
      sigalgs: SIGNATURES,
      ecdhCurve: CURVES,
      minVersion,
      maxVersion: 'TLSv1.3',
    });
    this.#contexts.set(minVersion, context);
    return context;
  }
}

/** The chain OpenSSL has put together, the server's own certificate first; undefined: it is too long. */
function chainOf(leaf: DetailedPeerCertificate | undefined): X509Certificate[] | undefined {
  const chain: X509Certificate[] = [];
  for (let each = leaf; each?.raw !== undefined; each = each.issuerCertificate) {
    if (chain.length === CHAIN_LENGTH) return undefined;
    chain.push(new X509Certificate(each.raw));
    if (each.issuerCertificate === each) break;
  }
  return chain;
}

/** Node has codes for the common faults of a chain; of the others OpenSSL's own constant sentence is all there is. */
function nameFault({ code, message }: Error & { code?: string }): string {
  if (code !== undefined && code !== 'UNSPECIFIED') return code;
  return OPENSSL_SENTENCE.test(message) ? message : 'handshake';
}

/** Errors in words of ours. The `where` is a code, never something the other side wrote. */
function explain(fault: Error & { code?: string }, asked: boolean): HubError {
  if (fault instanceof HubError) return fault;
  if (asked) return new HubError('opaque', 'client_certificate', { cause: fault });
  if (NETWORK_FAULTS.has(fault.code ?? '')) return new HubError('upstream_unreachable', fault.code, { cause: fault });
  return new HubError('upstream_untrusted', nameFault(fault), { cause: fault });
}

/**
 * True when the server asked for a client certificate: then, and only then, a client has signature algorithms in common with it
 * (SSL_get_shared_sigalgs; OpenSSL fills them in from the CertificateRequest).
 */
function isAskedForCertificate(socket: TLSSocket): boolean {
  return socket.getSharedSigalgs().length > 0;
}

/** State of one handshake: what the server stapled, and whether it asked for a certificate. */
interface Handshake {
  staple: Uint8Array | undefined;
  asked: boolean;
}

/** Judges the peer at the end of the handshake. An error ends the connection before it is handed out. */
function judgePeer(options: UpstreamOptions, handshake: Handshake, leaf: DetailedPeerCertificate): HubError | undefined {
  try {
    const { host, ownRoots, now } = options;
    const isAddress = isIP(host) !== 0;
    const chain = chainOf(leaf);
    if (chain === undefined) return new HubError('upstream_untrusted', 'chain_too_long');
    const fault = findPeerFault({ chain, host, isAddress, staple: handshake.staple, ownRoots, nowMs: now() });
    return fault && new HubError('upstream_untrusted', fault);
  } catch (cause) {
    return new HubError('upstream_untrusted', 'unreadable_certificate', { cause });
  }
}

/** What is left to ask once the peer is proven. */
function findFault(socket: TLSSocket, { asked }: Handshake, alpn: readonly string[]): HubError | undefined {
  if (!socket.authorized) return new HubError('upstream_untrusted', 'unverified');
  if (asked) return new HubError('opaque', 'client_certificate');
  const isOffered = !socket.alpnProtocol || alpn.includes(socket.alpnProtocol);
  return isOffered ? undefined : new HubError('upstream_untrusted', 'alpn');
}

function startTls(options: UpstreamOptions, handshake: Handshake): TLSSocket {
  const { host, port, address, lookup, alpn, minVersion = 'TLSv1.2', trust } = options;
  // @types/node knows requestOCSP for other sockets only.
  const connection: ConnectionOptions & Pick<TLSSocketOptions, 'requestOCSP'> = {
    host: address,
    port,
    ...(lookup && { lookup }),
    secureContext: trust.context(minVersion),
    rejectUnauthorized: true,
    requestOCSP: true,
    servername: isIP(host) === 0 ? host : '',
    ALPNProtocols: [...alpn],
    checkServerIdentity: (_name, leaf) => judgePeer(options, handshake, leaf as DetailedPeerCertificate),
  };
  const socket = tls.connect(connection).setNoDelay(true);
  socket.on('OCSPResponse', (response: Buffer | null) => {
    handshake.staple = response ?? undefined;
    // The server's first flight is read whole by now; later, after an alert, the session can no longer be asked.
    handshake.asked = isAskedForCertificate(socket);
  });
  return socket;
}

/**
 * Connects and resolves with a socket on which nothing has been sent yet and whose peer is proven: chain, host, validity, strength,
 * stapled OCSP response. Rejects with `HubError`: `upstream_untrusted` (the hint in brackets says why), `opaque` (the server
 * asks for a client certificate), `upstream_unreachable`, `upstream_timeout`. Renegotiation is off.
 */
export function connectUpstream(options: UpstreamOptions): Promise<TLSSocket> {
  const { alpn, timeoutMs } = options;
  return new Promise((resolve, reject) => {
    const handshake: Handshake = { staple: undefined, asked: false };
    const socket = startTls(options, handshake);
    const fail = (fault: Error): void => {
      clearTimeout(timer);
      // What still comes from a socket that was given up has no one to go to.
      socket.on('error', () => undefined);
      socket.destroy();
      reject(explain(fault, handshake.asked));
    };
    const onClose = (): void => fail(new HubError('upstream_unreachable', 'closed'));
    const timer = setTimeout(() => fail(new HubError('upstream_timeout')), timeoutMs);
    socket.once('error', fail);
    socket.once('close', onClose);
    socket.once('secureConnect', () => {
      const fault = findFault(socket, handshake, alpn);
      if (fault !== undefined) {
        fail(fault);
        return;
      }
      clearTimeout(timer);
      socket.off('error', fail).off('close', onClose);
      socket.disableRenegotiation();
      resolve(socket);
    });
  });
}
