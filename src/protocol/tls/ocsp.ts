// A stapled OCSP response (RFC 6960) read and judged. Closed: what cannot be read, matched or verified is not good.
import { constants, createHash, verify, X509Certificate } from 'node:crypto';
import { childrenOf, contextTag, type DerValue, expectTag, readBits, readDer, readOid, readTimeMs, TAG } from './der.js';
import { findWeakness } from './strength.js';
import { readCertificate, readScheme, type SignatureScheme } from './x509.js';

export type StapleFault =
  | 'ocsp_unreadable'
  | 'ocsp_other_certificate'
  | 'ocsp_revoked'
  | 'ocsp_unknown'
  | 'ocsp_not_current'
  | 'ocsp_signature';

export interface Staple {
  readonly response: Uint8Array;
  readonly leaf: X509Certificate;
  readonly issuer: X509Certificate;
  readonly nowMs: number;
}

interface SingleResponse {
  readonly hash: 'sha1' | 'sha256';
  readonly nameHash: Uint8Array;
  readonly keyHash: Uint8Array;
  readonly serial: Uint8Array;
  readonly status: 'good' | 'revoked' | 'unknown';
  readonly thisUpdateMs: number;
  readonly nextUpdateMs: number | undefined;
}

interface BasicResponse {
  readonly signed: Uint8Array;
  readonly responder: DerValue;
  readonly responses: readonly SingleResponse[];
  readonly scheme: SignatureScheme | undefined;
  readonly signature: Uint8Array;
  readonly certificates: readonly Uint8Array[];
}

const ID_PKIX_OCSP_BASIC = '1.3.6.1.5.5.7.48.1.1';
const OCSP_SIGNING = '1.3.6.1.5.5.7.3.9';
/** SHA-1 stands here only as the name of a certificate, as RFC 6960 has it; no signature rests on it. */
const ID_HASHES: Readonly<Record<string, 'sha1' | 'sha256'>> = { '1.3.14.3.2.26': 'sha1', '2.16.840.1.101.3.4.2.1': 'sha256' };
/** How far a responder's clock and the hub's may be apart. */
const CLOCK_SKEW_MS = 5 * 60_000;
/** How old a response without nextUpdate may be: the longest a CA may let one live is ten days (CA/B baseline 4.9.10). */
const UNDATED_LIFE_MS = 10 * 86_400_000;

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}

function readSingle(value: DerValue): SingleResponse | undefined {
  const [id, status, thisUpdate, ...rest] = childrenOf(value);
  const [algorithm, nameHash, keyHash, serial] = childrenOf(expectTag(id, TAG.sequence));
  const hash = ID_HASHES[readOid(childrenOf(expectTag(algorithm, TAG.sequence))[0])];
  if (hash === undefined) return undefined;
  const next = rest.find(({ tag }) => tag === contextTag(0));
  return {
    hash,
    nameHash: expectTag(nameHash, TAG.octetString).content,
    keyHash: expectTag(keyHash, TAG.octetString).content,
    serial: expectTag(serial, TAG.integer).content,
    status: status?.tag === 0x80 ? 'good' : status?.tag === contextTag(1) ? 'revoked' : 'unknown',
    thisUpdateMs: readTimeMs(thisUpdate),
    nextUpdateMs: next === undefined ? undefined : readTimeMs(childrenOf(next)[0]),
  };
}

/** Reads a successful basic response. Throws `malformed`; `undefined` for a responder's "not now" and for other kinds. */
function readResponse(bytes: Uint8Array): BasicResponse | undefined {
  const [status, wrapped] = childrenOf(expectTag(readDer(bytes), TAG.sequence));
  const result = expectTag(status, TAG.enumerated).content;
  if (result.length !== 1 || result[0] !== 0) return undefined;
  const [kind, inner] = childrenOf(expectTag(childrenOf(expectTag(wrapped, contextTag(0)))[0], TAG.sequence));
  if (readOid(kind) !== ID_PKIX_OCSP_BASIC) return undefined;
  const [data, algorithm, signature, extra] = childrenOf(
    expectTag(readDer(expectTag(inner, TAG.octetString).content), TAG.sequence),
  );
  const fields = childrenOf(expectTag(data, TAG.sequence));
  if (fields[0]?.tag === contextTag(0)) fields.shift();
  const [responder, , responses] = fields;
  const certificates = extra === undefined ? [] : childrenOf(expectTag(childrenOf(extra)[0], TAG.sequence));
  return {
    signed: data!.whole,
    responder: responder!,
    responses: childrenOf(expectTag(responses, TAG.sequence)).flatMap((single) => readSingle(single) ?? []),
    scheme: readScheme(algorithm),
    signature: readBits(signature),
    certificates: certificates.map(({ whole }) => whole),
  };
}

/** True when the responder id (by name, or by SHA-1 of the key; RFC 6960 4.2.2.3) means `certificate`. */
function namesResponder(responder: DerValue, certificate: X509Certificate): boolean {
  const facts = readCertificate(certificate.raw);
  const [inner] = childrenOf(responder);
  if (responder.tag === contextTag(1)) return sameBytes(expectTag(inner, TAG.sequence).whole, facts.subject);
  if (responder.tag !== contextTag(2)) return false;
  return sameBytes(expectTag(inner, TAG.octetString).content, createHash('sha1').update(facts.keyBits).digest());
}

/** True for a certificate that the issuer made to sign OCSP responses (RFC 6960 4.2.2.2), valid now and strong. */
function isDelegate(certificate: X509Certificate, { issuer, nowMs }: Staple): boolean {
  if (!certificate.checkIssued(issuer) || !certificate.verify(issuer.publicKey)) return false;
  if (!certificate.keyUsage?.includes(OCSP_SIGNING) || findWeakness(certificate) !== undefined) return false;
  return Date.parse(certificate.validFrom) <= nowMs + CLOCK_SKEW_MS && nowMs - CLOCK_SKEW_MS <= Date.parse(certificate.validTo);
}

function findSigner(basic: BasicResponse, staple: Staple): X509Certificate | undefined {
  if (namesResponder(basic.responder, staple.issuer)) return staple.issuer;
  const candidates = basic.certificates.map((der) => new X509Certificate(der));
  return candidates.find((candidate) => namesResponder(basic.responder, candidate) && isDelegate(candidate, staple));
}

function isSigned(basic: BasicResponse, staple: Staple): boolean {
  const signer = findSigner(basic, staple);
  if (signer === undefined || basic.scheme === undefined) return false;
  const { hash, pss } = basic.scheme;
  const padding = pss ? { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_AUTO } : {};
  return verify(hash, basic.signed, { key: signer.publicKey, ...padding }, basic.signature);
}

function isAbout(single: SingleResponse, leaf: Uint8Array, issuer: Uint8Array): boolean {
  const { subject, keyBits } = readCertificate(issuer);
  const digest = (bytes: Uint8Array) => createHash(single.hash).update(bytes).digest();
  const names = sameBytes(single.nameHash, digest(subject)) && sameBytes(single.keyHash, digest(keyBits));
  return names && sameBytes(single.serial, readCertificate(leaf).serial);
}

function isCurrent({ thisUpdateMs, nextUpdateMs }: SingleResponse, nowMs: number): boolean {
  const end = nextUpdateMs ?? thisUpdateMs + UNDATED_LIFE_MS;
  return thisUpdateMs <= nowMs + CLOCK_SKEW_MS && nowMs <= end + CLOCK_SKEW_MS;
}

function judge(staple: Staple): StapleFault | undefined {
  const basic = readResponse(staple.response);
  if (basic === undefined) return 'ocsp_unreadable';
  const about = basic.responses.filter((single) => isAbout(single, staple.leaf.raw, staple.issuer.raw));
  if (about.length === 0) return 'ocsp_other_certificate';
  if (!isSigned(basic, staple)) return 'ocsp_signature';
  if (about.some(({ status }) => status === 'revoked')) return 'ocsp_revoked';
  if (about.some(({ status }) => status === 'unknown')) return 'ocsp_unknown';
  return about.every((single) => isCurrent(single, staple.nowMs)) ? undefined : 'ocsp_not_current';
}

/** Why a stapled response does not say "good" about `leaf`; `undefined`: it does (RFC 6960 3.2). */
export function findStapleFault(staple: Staple): StapleFault | undefined {
  try {
    return judge(staple);
  } catch {
    return 'ocsp_unreadable';
  }
}
