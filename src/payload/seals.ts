// Signatures inside a document: members that prove what stands beside them, so that nothing there may change in silence.
import type { Node } from '../model.js';

/** Words that a signature's name ends in: `sign`, `bodySignature`, `x-hmac`. */
const SEAL_WORD = /(?:^|[^a-z])(?:sign|signature|sig|hmac)$/;
/** Names that hold several signatures (RFC 7515 section 7.2.1). */
const SEALS_WORD = /(?:^|[^a-z])(?:signatures|proofs)$/;
/** A hash, MAC or signature as text: 16 bytes or more in hexadecimal digits or base64, its algorithm perhaps in front; or a JWS. */
const SEAL_TEXT = /^(?:[\w-]{1,16}[= ])?(?:[0-9a-f]{32,}|[\w+/-]{22,}={0,2}|[\w-]*\.[\w-]*\.[\w-]{22,})$/i;
const SEAL_BYTES_MIN = 16;
/** Without such a name among its members an object holds no signature: nearly all are told so at once. */
const TELLING = /sig|hmac|proofs|nonce/i;
/** A token that is made for one message stands beside these (`token`, `t`, `nonce`). */
const ONE_TIME = ['token', 'nonce'] as const;
const TIMES: ReadonlySet<string> = new Set(['t', 'ts', 'time', 'timestamp']);
/** Schemes whose signature covers some of the members beside it and no others: what tells them, and what they cover. */
const PARTIAL: readonly { readonly told: readonly string[]; readonly covers: readonly string[] }[] = [
  // Meross: MD5 of message id, key and time; the payload is not covered.
  { told: ['messageid', 'namespace', 'method', 'timestamp'], covers: ['messageid', 'timestamp', 'sign'] },
  // Cloudinary signs what it answers to an upload, for whoever gets the answer; nobody checks it in what is sent.
  { told: ['publicid', 'version', 'signature'], covers: [] },
];

/**
 * Whether the edits below `root` break a signature that stands in the document: an object with a member named like one, whose value
 * looks like one, is covered by it as a whole. What no edit touches breaks nothing.
 */
export function breaksSealInside(root: Node): boolean {
  return look(root).broken;
}

interface Looked {
  readonly edited: boolean;
  readonly broken: boolean;
}

function look(node: Node): Looked {
  let edited = node.edit !== undefined || node.rename !== undefined;
  if (node.children === undefined) return { edited, broken: false };
  const changed = new Set<Node>();
  for (const child of node.children) {
    const inside = look(child);
    if (inside.broken) return inside;
    if (inside.edited) changed.add(child);
  }
  if (changed.size > 0) edited = true;
  const broken = node.kind === 'object' && (changed.size > 0 || node.edit !== undefined) && covered(node.children, changed);
  return { edited, broken };
}

/** Could a member of this name be a signature, or make its object one? */
export function mayBeSeal(name: string): boolean {
  if (!TELLING.test(name)) return false;
  const cut = cutName(name);
  return SEAL_WORD.test(cut) || SEALS_WORD.test(cut) || /nonce/i.test(name);
}

/** Does a signature among `members` cover one that changes? */
function covered(members: readonly Node[], changed: ReadonlySet<Node>): boolean {
  if (!members.some(({ name }) => TELLING.test(name ?? ''))) return false;
  const names = new Set(members.map(plain));
  if (!members.some(isSeal) && !isOneTime(members, names)) return false;
  const scheme = PARTIAL.find(({ told }) => told.every((name) => names.has(name)));
  return scheme === undefined || [...changed].some((member) => scheme.covers.includes(plain(member)));
}

/** A member's name in lower-case letters and digits. */
function plain({ name }: Node): string {
  return (name ?? '').toLowerCase().replace(/[^a-z0-9]/g, '');
}

/** `bodySign` → `body-sign`: camel case is cut, so that `design` is no `sign`. */
function cutName(name: string): string {
  return name.replace(/([a-z0-9])([A-Z])/g, '$1-$2').toLowerCase();
}

function isSeal(member: Node): boolean {
  const name = cutName(member.name ?? '');
  if (SEAL_WORD.test(name)) return looksLikeSeal(member);
  return SEALS_WORD.test(name) && (member.children ?? []).some((one) => looksLikeSeal(one) || (one.children ?? []).some(isSeal));
}

function looksLikeSeal(node: Node): boolean {
  if (node.kind === 'bytes') return (node.bytes?.length ?? 0) >= SEAL_BYTES_MIN;
  return node.kind === 'string' && SEAL_TEXT.test(node.text);
}

/** A token made of a secret, the time and a nonce. */
function isOneTime(members: readonly Node[], names: ReadonlySet<string>): boolean {
  if (!ONE_TIME.every((name) => names.has(name)) || ![...names].some((name) => TIMES.has(name))) return false;
  return members.some(
    (member) => plain(member) === 'token' && member.kind === 'string' && /^[0-9a-f]{32,64}$/i.test(member.text),
  );
}
