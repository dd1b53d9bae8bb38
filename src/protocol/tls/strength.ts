// How strong a certificate must be: its key, and the signature over it.
import type { X509Certificate } from 'node:crypto';
import { readCertificate } from './x509.js';

export type Weakness = 'weak_key' | 'weak_signature';

/** CA/B baseline 6.1.5; also NIST SP 800-131A: 112 bits of strength. */
const RSA_BITS = 2048;
/** The curves of CA/B baseline 6.1.5; all others are smaller, or nobody checks them. */
const CURVES: ReadonlySet<string> = new Set(['prime256v1', 'secp384r1', 'secp521r1']);

function isStrongKey({ publicKey }: X509Certificate): boolean {
  const details = publicKey.asymmetricKeyDetails;
  switch (publicKey.asymmetricKeyType) {
    case 'rsa':
    case 'rsa-pss':
      return (details?.modulusLength ?? 0) >= RSA_BITS;
    case 'ec':
      return CURVES.has(details?.namedCurve ?? '');
    case 'ed25519':
    case 'ed448':
      return true;
    default:
      return false;
  }
}

/** What is too weak about a certificate: RSA under 2048 bits, EC under 256, SHA-1 and older; `undefined`: nothing. */
export function findWeakness(certificate: X509Certificate): Weakness | undefined {
  if (!isStrongKey(certificate)) return 'weak_key';
  return readCertificate(certificate.raw).scheme === undefined ? 'weak_signature' : undefined;
}
