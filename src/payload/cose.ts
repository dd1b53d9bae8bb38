// Signed and encrypted messages in CBOR (COSE, RFC 9052; CWT, RFC 8392): which structures there are, and what their places mean.
import type { Node } from '../model.js';

/** Tags of structures that are signed or authenticated, and whose content can be read: COSE_Mac0, COSE_Sign1, CWT, COSE_Mac, COSE_Sign. */
const SIGNED_TAGS: ReadonlySet<bigint> = new Set([17n, 18n, 61n, 97n, 98n]);
/** COSE_Encrypt0 and COSE_Encrypt. */
const ENCRYPTED_TAGS: ReadonlySet<bigint> = new Set([16n, 96n]);
/** Places of all structures (section 2), the last of which is the proof: a signature, a tag, or a list of them. */
const PLACES = ['protected', 'unprotected', 'payload', 'signature'] as const;
/** Header parameters by their labels (section 3.1). */
const HEADERS: Readonly<Record<string, string>> = { 1: 'alg', 2: 'crit', 3: 'content type', 4: 'kid', 5: 'iv', 6: 'partial iv' };

export type Sealing = 'signed' | 'encrypted';

export function sealingOf(tag: bigint): Sealing | undefined {
  if (ENCRYPTED_TAGS.has(tag)) return 'encrypted';
  return SIGNED_TAGS.has(tag) ? 'signed' : undefined;
}

/** Do the bytes begin with such a tag and, but for CWT, an array? */
export function startsLikeCose(bytes: Uint8Array): boolean {
  const first = bytes[0] ?? 0;
  if (first >= 0xd0 && first <= 0xd2) return bytes[1] === 0x83 || bytes[1] === 0x84;
  if (first !== 0xd8) return false;
  return bytes[1] === 61 || (bytes[1]! >= 96 && bytes[1]! <= 98 && bytes[2] === 0x84);
}

/** Is a body of this media type a structure without its tag? `cose-type` says which (RFC 9052 section 11.3). */
export function labelledSealing(mediaType: string): Sealing | undefined {
  if (!/^\s*application\/(?:cose|cwt)\b/i.test(mediaType)) return undefined;
  return /cose-type="?cose-encrypt/i.test(mediaType) ? 'encrypted' : 'signed';
}

/** Does an array without a tag look like COSE_Sign1 or COSE_Mac0: headers, a map that names an algorithm among them, content, proof? */
export function looksSigned({ children }: Node): boolean {
  if (children === undefined || children.length !== PLACES.length) return false;
  const [head, open, content, proof] = children as [Node, Node, Node, Node];
  const kinds = head.kind === 'bytes' && open.kind === 'object' && proof.kind === 'bytes';
  if (!kinds || (content.kind !== 'bytes' && content.kind !== 'null')) return false;
  return head.bytes!.length >= 3 && head.bytes![0]! >> 5 === 5 && head.bytes![1] === 1;
}

/** Is it what stands under the tag of an encrypted message: headers, a map, a cipher (or none, where it is sent apart)? */
export function looksEncrypted({ children }: Node): boolean {
  const [head, open, content] = children ?? [];
  if (head?.kind !== 'bytes' || open?.kind !== 'object') return false;
  return content?.kind === 'bytes' || content?.kind === 'null';
}

/** Gives the places of a structure their names; what stands in the maps of headers has those of its labels. */
export function nameStructure(array: Node, readHead: (bytes: Node) => Node): void {
  const children = array.children!;
  if (children[0]?.kind === 'bytes') children[0] = readHead(children[0]);
  for (const [i, child] of children.entries()) {
    child.name = PLACES[i] ?? 'signature';
    if (i < 2) for (const header of child.children ?? []) header.name = HEADERS[header.name ?? ''] ?? header.name;
  }
  array.kind = 'object';
}
