// Which header fields are whose: framing, hop-by-hop, left by other proxies, single-valued.

/** Fields that say where a message begins, ends and goes. No other spelling of them is let in. */
export const FRAMING: ReadonlySet<string> = new Set(['content-length', 'transfer-encoding', 'host']);

/** RFC 9110 7.6.1 and the fields that only ever concern one connection; never forwarded. `proxy-*` goes by prefix. */
export const HOP_BY_HOP: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'http2-settings',
  'expect', // answered here
]);

/** What another proxy may have added about the home: the hub's own upstream connection says enough. `x-forwarded-*` goes by prefix. */
const LEFT_BY_PROXIES: ReadonlySet<string> = new Set([
  'forwarded',
  'via',
  'client-ip',
  'true-client-ip',
  'cf-connecting-ip',
  'cf-connecting-ipv6',
  'cf-pseudo-ipv4',
  'fastly-client-ip',
  'x-real-ip',
  'x-client-ip',
  'x-cluster-client-ip',
  'x-originating-ip',
  'x-remote-ip',
  'x-remote-addr',
  'x-original-forwarded-for',
  'x-original-host',
  'x-proxyuser-ip',
  'wl-proxy-client-ip',
]);

/** Fields with one value: twice, two readers may each believe another one. */
export const SINGLE: ReadonlySet<string> = new Set([
  ...FRAMING,
  'authorization',
  'content-encoding',
  'content-location',
  'content-range',
  'content-type',
  'expect',
  'upgrade',
]);

/** Fields `Connection` must not name (RFC 9110 7.6.1: those meant for all recipients): taking them out changes what the message is. */
export const NOT_FOR_CONNECTION: ReadonlySet<string> = new Set([
  ...FRAMING,
  'authorization',
  'content-encoding',
  'content-type',
  'cookie',
]);

/** One spelling of a name for every server that turns punctuation into one sign (CGI: `_`); letters in lower case. */
export function foldName(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, '-');
}

/** What a header's name says by itself, in the spelling it came in. */
export interface FieldName {
  readonly lower: string;
  readonly folded: string;
  /** RFC 9110 5.1: a token. */
  readonly isToken: boolean;
  /** Says where a message begins, ends and goes. */
  readonly frames: boolean;
  /** Stays on its connection. */
  readonly isHopByHop: boolean;
  /** Tells of the way a message took. */
  readonly isLeftByProxy: boolean;
  /** Holds a digest of the body (digests.ts). */
  readonly isDigest: boolean;
  /** Holds a signature, if its value is long enough (seals.ts). */
  readonly isSignature: boolean;
}

/** Standard ones (RFC 9530, RFC 3230, RFC 1864), and vendors' of the same meaning. */
const DIGESTS: ReadonlySet<string> = new Set(['content-md5', 'digest', 'content-digest', 'repr-digest']);
const VENDORS_DIGEST = /^x-[\w-]*(?:md5|sha-?1|sha-?256|sha-?512|checksum|digest|content-hash)$/;
/** `sign`, `X-Signature`, `X-Hub-Signature-256`, `Content-HMAC`, `X-Ca-Signature`. */
const SIGNATURE_NAME = /(?:^|[-_])(?:sign|signature|sig|hmac)(?:[-_](?:sha)?\d+|[-_]v\d+)?$/;

/** Is it one of the standard digests, whose form tells the algorithm? `name` in lower case. */
export function isStandardDigest(name: string): boolean {
  return DIGESTS.has(name);
}

/** Is it the name (in lower case) of a header that holds a digest of the body? */
export function isDigestName(name: string): boolean {
  return DIGESTS.has(name) || VENDORS_DIGEST.test(name);
}

const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
/** Names remembered: a home's devices use some dozens; past it the memory starts anew, or a device could fill it. */
const NAMES_MAX = 1000;
const names = new Map<string, FieldName>();

export function fieldName(name: string): FieldName {
  const known = names.get(name);
  if (known !== undefined) return known;
  const folded = foldName(name);
  const lower = name.toLowerCase();
  const read = {
    lower,
    folded,
    isToken: TOKEN.test(name),
    frames: FRAMING.has(folded),
    isHopByHop: HOP_BY_HOP.has(folded) || folded.startsWith('proxy-'),
    isLeftByProxy: LEFT_BY_PROXIES.has(folded) || folded.startsWith('x-forwarded-'),
    isDigest: isDigestName(lower),
    isSignature: SIGNATURE_NAME.test(lower),
  };
  if (names.size >= NAMES_MAX) names.clear();
  names.set(name, read);
  return read;
}

/** The comma-separated elements of a list field, trimmed, in lower case, empty ones dropped (RFC 9110 5.6.1). */
export function listElements(value: string): string[] {
  return value
    .split(',')
    .map((element) => element.trim().toLowerCase())
    .filter((element) => element !== '');
}

/** Codings the hub reads; the answer must not come in another. */
const READABLE_CODINGS: ReadonlySet<string> = new Set(['gzip', 'deflate', 'br', 'identity']);

/** `Accept-Encoding` with only the codings the hub reads; `identity` where none is left. */
export function readableCodings(value: string): string {
  const kept = listElements(value).filter((element) => READABLE_CODINGS.has(element.split(';')[0]!.trim()));
  return kept.length === 0 ? 'identity' : kept.join(', ');
}
