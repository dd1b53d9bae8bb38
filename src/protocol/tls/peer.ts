// Who answers upstream: what is asked of its certificates beyond what OpenSSL has verified (chain, validity, constraints).
import type { X509Certificate } from 'node:crypto';
import { findStapleFault, type StapleFault } from './ocsp.js';
import { findWeakness, type Weakness } from './strength.js';
import { mustStaple, readCertificate } from './x509.js';

export type PeerFault = 'no_certificate' | 'own_root' | 'ca_as_leaf' | 'other_host' | 'no_staple' | Weakness | StapleFault;

export interface Peer {
  /** As verified: the server's own certificate first, the root last. */
  readonly chain: readonly X509Certificate[];
  /** Host name, or the text of an IP address, that the hub meant to reach. */
  readonly host: string;
  readonly isAddress: boolean;
  /** The stapled OCSP response, where the server gave one. */
  readonly staple: Uint8Array | undefined;
  /** The hub's own roots, present and former: whoever holds one is the hub itself, or somebody with its key. */
  readonly ownRoots: readonly X509Certificate[];
  readonly nowMs: number;
}

/** RFC 6125 / 9525: only the subjectAltName counts, a wildcard is a whole leftmost label. */
const SAN_ONLY = { subject: 'never', partialWildcards: false, multiLabelWildcards: false, singleLabelSubdomains: false } as const;

function isOwn(certificate: X509Certificate, ownRoots: readonly X509Certificate[]): boolean {
  return ownRoots.some((root) => certificate.fingerprint256 === root.fingerprint256 || certificate.verify(root.publicKey));
}

function isRoot(certificate: X509Certificate): boolean {
  return certificate.checkIssued(certificate) && certificate.verify(certificate.publicKey);
}

function namesHost(leaf: X509Certificate, { host, isAddress }: Peer): boolean {
  return (isAddress ? leaf.checkIP(host) : leaf.checkHost(host, SAN_ONLY)) !== undefined;
}

function findChainWeakness(chain: readonly X509Certificate[]): Weakness | undefined {
  // A root's signature over itself proves nothing, and its key was judged by whoever made it a root.
  const checked = chain.filter((certificate, index) => index === 0 || !isRoot(certificate));
  for (const certificate of checked) {
    const weakness = findWeakness(certificate);
    if (weakness !== undefined) return weakness;
  }
  return undefined;
}

function findRevocation(peer: Peer, leaf: X509Certificate): 'no_staple' | StapleFault | undefined {
  if (peer.staple === undefined || peer.staple.length === 0) {
    return mustStaple(readCertificate(leaf.raw)) ? 'no_staple' : undefined;
  }
  const issuer = peer.chain[1] ?? leaf;
  return findStapleFault({ response: peer.staple, leaf, issuer, nowMs: peer.nowMs });
}

/** The first reason not to talk to this server; `undefined`: none. Throws `malformed` for what is no certificate. */
export function findPeerFault(peer: Peer): PeerFault | undefined {
  const leaf = peer.chain[0];
  if (leaf === undefined) return 'no_certificate';
  if (peer.chain.some((certificate) => isOwn(certificate, peer.ownRoots))) return 'own_root';
  if (leaf.ca) return 'ca_as_leaf';
  if (!namesHost(leaf, peer)) return 'other_host';
  return findChainWeakness(peer.chain) ?? findRevocation(peer, leaf);
}
