// Certificates made: the one file that knows node-forge. Keys are made, and signatures computed, by node:crypto.
import { constants, createPublicKey, generateKeyPair, privateEncrypt, X509Certificate } from 'node:crypto';
import { createRequire } from 'node:module';
import { promisify } from 'node:util';
import type forge from 'node-forge';

const require = createRequire(import.meta.url);
let read: typeof forge | undefined;
/** Read from disk when a certificate is to be made: most starts find all of theirs, and it takes two MiB. */
const library = (): typeof forge => (read ??= require('node-forge') as typeof forge);

export const DAY_MS = 86_400_000;
/** Ten years: a root is carried to every device by hand. */
const ROOT_DAYS = 3650;
/** At most 90 with the day before it (the requirement; Apple's bound is 825 for a root of the user's own). */
export const LEAF_DAYS = 60;
/** Certificates begin a day early: clocks of devices run late. */
const BACKDATED_MS = DAY_MS;

/** When a certificate is made: now, as far as the clock is to be believed. */
export interface Making {
  /** Milliseconds since 1970. */
  readonly nowMs: number;
  /** No time before it can be now: nothing is dated before it, whatever the clock says. */
  readonly earliestMs?: number;
}

/** From when a certificate counts. */
export function beginOf({ nowMs, earliestMs = 0 }: Making): number {
  return Math.max(nowMs - BACKDATED_MS, earliestMs);
}

function believed({ nowMs, earliestMs = 0 }: Making): number {
  return Math.max(nowMs, earliestMs);
}
/** 2048: every device takes it, and it is what node-forge can sign with (it has no elliptic curves). */
const KEY_BITS = 2048;
/** The curve that every device with elliptic curves has. A signature with it costs a tenth of one with RSA-2048. */
const CURVE = 'P-256';
/** Where a TBSCertificate has its SubjectPublicKeyInfo: behind version, serial, signature, issuer, validity, subject (RFC 5280 4.1). */
const SPKI_AT = 6;
/** RFC 5280 A.1: ub-common-name. */
const COMMON_NAME_LENGTH = 64;
/** Stands in the Name Constraints when no host is named: an empty list would not constrain (RFC 6761: never resolves). */
const NOTHING = 'hubsieve.invalid';
const NAME_CONSTRAINTS = '2.5.29.30';
/** DigestInfo of SHA-256 (RFC 8017 9.2, note 1). */
const SHA256_INFO = Buffer.from('3031300d060960864801650304020105000420', 'hex');

/** Random bytes, as `crypto.randomBytes` gives them. */
export type Random = (bytes: number) => Buffer;

const generate = promisify(generateKeyPair);

/** A new RSA key, PEM of PKCS #8. */
export async function makeKey(): Promise<string> {
  const { privateKey } = await generate('rsa', { modulusLength: KEY_BITS });
  return privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
}

/** A new key on an elliptic curve, PEM of PKCS #8. For leaves only. */
export async function makeCurveKey(): Promise<string> {
  const { privateKey } = await generate('ec', { namedCurve: CURVE });
  return privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
}

/** 127 bits, positive, never beginning with zeros (OpenSSL refuses `0000`). */
function makeSerial(random: Random): string {
  const serial = random(16);
  serial[0] = (serial[0]! & 0x3f) | 0x40;
  return serial.toString('hex');
}

/** What node-forge signs with: PKCS #1 v1.5 by OpenSSL, some thirty times faster than forge's own. */
function signerOf(keyPem: string): forge.pki.rsa.PrivateKey {
  const sign = (digest: forge.md.MessageDigest): string => {
    const info = Buffer.concat([SHA256_INFO, Buffer.from(digest.digest().getBytes(), 'latin1')]);
    return privateEncrypt({ key: keyPem, padding: constants.RSA_PKCS1_PADDING }, info).toString('latin1');
  };
  return { sign } as unknown as forge.pki.rsa.PrivateKey;
}

/** `*.cosori.cloud` and `cosori.cloud` → `cosori.cloud`: a constraint holds for the name and all below (RFC 5280 4.2.1.10). */
export function constraintOf(host: string): string {
  return host.toLowerCase().replace(/^\*\./, '');
}

/** Critical Name Constraints: the hosts' names and, of all addresses, none. */
function nameConstraints(hosts: readonly string[]): object {
  const { asn1 } = library();
  const subtree = (tag: number, base: string): forge.asn1.Asn1 =>
    asn1.create(asn1.Class.UNIVERSAL, asn1.Type.SEQUENCE, true, [asn1.create(asn1.Class.CONTEXT_SPECIFIC, tag, false, base)]);
  const list = (tag: number, subtrees: forge.asn1.Asn1[]): forge.asn1.Asn1 =>
    asn1.create(asn1.Class.CONTEXT_SPECIFIC, tag, true, subtrees);
  const names = [...new Set(hosts.map(constraintOf))].sort();
  const permitted = (names.length === 0 ? [NOTHING] : names).map((name) => subtree(2, name));
  // An address with its mask, all zeros: every IPv4 and every IPv6 address.
  const excluded = [subtree(7, '\0'.repeat(8)), subtree(7, '\0'.repeat(32))];
  const value = asn1.create(asn1.Class.UNIVERSAL, asn1.Type.SEQUENCE, true, [list(0, permitted), list(1, excluded)]);
  return { id: NAME_CONSTRAINTS, critical: true, value: asn1.toDer(value).getBytes() };
}

/** Begins a certificate for the public half of `keyPem`, valid from `fromMs` to `toMs`. */
function draft(keyPem: string, serial: string, fromMs: number, toMs: number): forge.pki.Certificate {
  const certificate = library().pki.createCertificate();
  certificate.publicKey = library().pki.publicKeyFromPem(
    createPublicKey(keyPem).export({ type: 'spki', format: 'pem' }) as string,
  );
  certificate.serialNumber = serial;
  certificate.validity.notBefore = new Date(fromMs);
  certificate.validity.notAfter = new Date(toMs);
  return certificate;
}

/** A root for `keyPem` that may speak for `hosts` (names, `*.name`) and for nothing else. */
export function makeRoot(keyPem: string, hosts: readonly string[], making: Making, random: Random): X509Certificate {
  const certificate = draft(keyPem, makeSerial(random), beginOf(making), believed(making) + ROOT_DAYS * DAY_MS);
  // Roots before and after a rotation must not share a name, or devices look for the wrong key.
  const name = [{ name: 'commonName', value: `hubsieve home CA ${random(3).toString('hex')}` }];
  certificate.setSubject(name);
  certificate.setIssuer(name);
  certificate.setExtensions([
    { name: 'basicConstraints', cA: true, pathLenConstraint: 0, critical: true },
    { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    { name: 'subjectKeyIdentifier' },
    nameConstraints(hosts),
  ]);
  certificate.sign(signerOf(keyPem), library().md.sha256.create());
  return new X509Certificate(library().pki.certificateToPem(certificate));
}

export interface Issuer {
  readonly keyPem: string;
  readonly certificate: X509Certificate;
}

/**
 * PEM of a certificate for `host` under `root`, good from a day ago for `LEAF_DAYS`, never beyond the root's own end. The leaf's key
 * is RSA or on an elliptic curve.
 */
export function makeLeaf(host: string, leafKeyPem: string, root: Issuer, making: Making, random: Random): string {
  const toMs = Math.min(believed(making) + LEAF_DAYS * DAY_MS, Date.parse(root.certificate.validTo));
  const publicKey = createPublicKey(leafKeyPem);
  const isCurve = publicKey.asymmetricKeyType === 'ec';
  // node-forge cannot hold a key on a curve: the root's stands in its place until the certificate is signed.
  const certificate = draft(isCurve ? root.keyPem : leafKeyPem, makeSerial(random), beginOf(making), toMs);
  const issuer = library().pki.certificateFromPem(root.certificate.toString());
  certificate.setSubject([{ name: 'commonName', value: host.length <= COMMON_NAME_LENGTH ? host : 'hubsieve' }]);
  certificate.setIssuer(issuer.subject.attributes);
  certificate.setExtensions([
    { name: 'basicConstraints', cA: false, critical: true },
    // A key on a curve cannot encipher another (RFC 8813 3).
    { name: 'keyUsage', digitalSignature: true, keyEncipherment: !isCurve, critical: true },
    { name: 'extKeyUsage', serverAuth: true },
    { name: 'subjectAltName', altNames: [{ type: 2, value: host }] },
    ...(isCurve ? [] : [{ name: 'subjectKeyIdentifier' }]),
    { name: 'authorityKeyIdentifier', keyIdentifier: issuer.generateSubjectKeyIdentifier().getBytes() },
  ]);
  const signer = signerOf(root.keyPem);
  certificate.sign(signer, library().md.sha256.create());
  if (isCurve) putKey(certificate, publicKey.export({ type: 'spki', format: 'der' }), signer);
  return library().pki.certificateToPem(certificate);
}

/** Puts another public key (DER) into a signed certificate, and signs it again. */
function putKey(certificate: forge.pki.Certificate, spki: Buffer, signer: forge.pki.rsa.PrivateKey): void {
  const { asn1 } = library();
  const tbs = certificate.tbsCertificate as forge.asn1.Asn1;
  (tbs.value as forge.asn1.Asn1[])[SPKI_AT] = asn1.fromDer(spki.toString('latin1'));
  const digest = library().md.sha256.create();
  digest.update(asn1.toDer(tbs).getBytes());
  certificate.signature = (signer as unknown as { sign(digest: forge.md.MessageDigest): string }).sign(digest);
}

/** Browsers refuse certificates of more than 825 days, also those a person has accepted. */
const OWN_DAYS = 820;

/** PEM of a certificate for `names` and IPv4 `addresses` signed with its own key: for the hub's own page, which no root may speak for. */
export function makeSelfSigned(
  keyPem: string,
  names: readonly string[],
  addresses: readonly string[],
  making: Making,
  random: Random,
): string {
  const certificate = draft(keyPem, makeSerial(random), beginOf(making), believed(making) + OWN_DAYS * DAY_MS);
  const name = [{ name: 'commonName', value: `hubsieve page ${random(3).toString('hex')}` }];
  certificate.setSubject(name);
  certificate.setIssuer(name);
  certificate.setExtensions([
    { name: 'basicConstraints', cA: false, critical: true },
    { name: 'keyUsage', digitalSignature: true, keyEncipherment: true, critical: true },
    { name: 'extKeyUsage', serverAuth: true },
    {
      name: 'subjectAltName',
      altNames: [...names.map((value) => ({ type: 2, value })), ...addresses.map((ip) => ({ type: 7, ip }))],
    },
    { name: 'subjectKeyIdentifier' },
  ]);
  certificate.sign(signerOf(keyPem), library().md.sha256.create());
  return library().pki.certificateToPem(certificate);
}
