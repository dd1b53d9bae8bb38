// What node:crypto does not say of a certificate (RFC 5280): its signature's algorithm, raw names, Name Constraints, TLS features.
import { childrenOf, contextTag, type DerValue, expectTag, readBits, readDer, readOid, TAG } from './der.js';

/** How something was signed; only what is strong enough has one of these. */
export interface SignatureScheme {
  /** Name of the hash for node:crypto; `null` where the key's own scheme fixes it (Ed25519, Ed448). */
  readonly hash: 'sha256' | 'sha384' | 'sha512' | null;
  readonly pss: boolean;
}

export interface CertificateFacts {
  /** Content bytes of the serial number's INTEGER. */
  readonly serial: Uint8Array;
  /** DER of the names. */
  readonly issuer: Uint8Array;
  readonly subject: Uint8Array;
  /** Bits of the public key, without algorithm: what OCSP hashes (RFC 6960 4.1.1). */
  readonly keyBits: Uint8Array;
  /** `undefined`: weak (SHA-1, MD5) or unknown. */
  readonly scheme: SignatureScheme | undefined;
  /** Extension values by object identifier. */
  readonly extensions: ReadonlyMap<string, Uint8Array>;
}

/** Signature algorithms that name their hash. Closed: what is not here is weak. */
const SCHEMES: Readonly<Record<string, SignatureScheme>> = {
  '1.2.840.113549.1.1.11': { hash: 'sha256', pss: false },
  '1.2.840.113549.1.1.12': { hash: 'sha384', pss: false },
  '1.2.840.113549.1.1.13': { hash: 'sha512', pss: false },
  '1.2.840.10045.4.3.2': { hash: 'sha256', pss: false },
  '1.2.840.10045.4.3.3': { hash: 'sha384', pss: false },
  '1.2.840.10045.4.3.4': { hash: 'sha512', pss: false },
  '1.3.101.112': { hash: null, pss: false },
  '1.3.101.113': { hash: null, pss: false },
};
const RSASSA_PSS = '1.2.840.113549.1.1.10';
const PSS_HASHES: Readonly<Record<string, SignatureScheme>> = {
  '2.16.840.1.101.3.4.2.1': { hash: 'sha256', pss: true },
  '2.16.840.1.101.3.4.2.2': { hash: 'sha384', pss: true },
  '2.16.840.1.101.3.4.2.3': { hash: 'sha512', pss: true },
};

const NAME_CONSTRAINTS = '2.5.29.30';
const TLS_FEATURE = '1.3.6.1.5.5.7.1.24';
/** The status_request feature (RFC 7633): the certificate is not to be taken without a stapled OCSP response. */
const STATUS_REQUEST = 5;

/** The scheme an AlgorithmIdentifier names; `undefined` when it is weak or unknown. PSS without parameters is SHA-1 (RFC 4055). */
export function readScheme(algorithm: DerValue | undefined): SignatureScheme | undefined {
  const [oid, parameters] = childrenOf(expectTag(algorithm, TAG.sequence));
  const name = readOid(oid);
  if (name !== RSASSA_PSS) return SCHEMES[name];
  if (parameters?.tag !== TAG.sequence) return undefined;
  const hash = childrenOf(parameters).find((field) => field.tag === contextTag(0));
  if (hash === undefined) return undefined;
  return PSS_HASHES[readOid(childrenOf(expectTag(childrenOf(hash)[0], TAG.sequence))[0])];
}

function readExtensions(field: DerValue | undefined): Map<string, Uint8Array> {
  const extensions = new Map<string, Uint8Array>();
  if (field === undefined) return extensions;
  for (const extension of childrenOf(expectTag(childrenOf(field)[0], TAG.sequence))) {
    const parts = childrenOf(extension);
    extensions.set(readOid(parts[0]), expectTag(parts.at(-1), TAG.octetString).content);
  }
  return extensions;
}

/** Reads a certificate's DER. Throws `malformed`. */
export function readCertificate(der: Uint8Array): CertificateFacts {
  const [tbs, algorithm] = childrenOf(expectTag(readDer(der), TAG.sequence));
  const fields = childrenOf(expectTag(tbs, TAG.sequence));
  if (fields[0]?.tag === contextTag(0)) fields.shift();
  const [serial, , issuer, , subject, key] = fields;
  return {
    serial: expectTag(serial, TAG.integer).content,
    issuer: expectTag(issuer, TAG.sequence).whole,
    subject: expectTag(subject, TAG.sequence).whole,
    keyBits: readBits(childrenOf(expectTag(key, TAG.sequence))[1]),
    scheme: readScheme(algorithm),
    extensions: readExtensions(fields.find((field) => field.tag === contextTag(3))),
  };
}

/** True when the certificate says that it is not to be taken without a stapled OCSP response (RFC 7633). */
export function mustStaple(facts: CertificateFacts): boolean {
  const features = facts.extensions.get(TLS_FEATURE);
  if (features === undefined) return false;
  return childrenOf(readDer(features)).some(({ content }) => content.length === 1 && content[0] === STATUS_REQUEST);
}

/** The names below which a CA certificate may speak (RFC 5280 4.2.1.10), lower case; `undefined`: it is not constrained. */
export function permittedDnsNames(facts: CertificateFacts): readonly string[] | undefined {
  const constraints = facts.extensions.get(NAME_CONSTRAINTS);
  if (constraints === undefined) return undefined;
  const permitted = childrenOf(readDer(constraints)).find(({ tag }) => tag === contextTag(0));
  if (permitted === undefined) return undefined;
  const bases = childrenOf(permitted).map((subtree) => childrenOf(subtree)[0]);
  const dnsNames = bases.filter((base) => base?.tag === 0x82).map((base) => Buffer.from(base!.content).toString('latin1'));
  return dnsNames.map((name) => name.toLowerCase());
}
