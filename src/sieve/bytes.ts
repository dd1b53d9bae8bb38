// Byte strings of the binary formats: judged as what they hold.
import { Buffer } from 'node:buffer';
import { HubError } from '../errors.js';
import { type CategoryId, type CipherKey, type Limits, Node } from '../model.js';
import { type AddressKind, addressBytesOf, addressKinds, addressText } from '../payload/address-text.js';
import { unwrapBytes, type WrappedBytes } from '../payload/bytes-wrapping.js';
import type { LeafContext } from './context.js';
import type { Field } from './field.js';
import { judgeLeaf } from './leaf.js';
import { isSealed, rewritten, visitSealed } from './sealed.js';

/** Categories under whose names a row of byte values is an address. */
export const ADDRESSES: ReadonlySet<CategoryId> = new Set<CategoryId>([
  'device_mac',
  'router_mac',
  'bluetooth_mac',
  'ip_address',
  'radio_identifier',
  'device_identifier',
]);

/** A byte string where it stands, and how the walk goes on from there. */
export interface BytesAt {
  readonly node: Node;
  readonly field: Field;
  /** In an array nothing is dropped. */
  readonly element: boolean;
  readonly occurrence: number;
  readonly cx: LeafContext & { readonly limits: Limits; readonly keys: readonly CipherKey[] };
  readonly layers: number;
  /** Judges another node in its place. */
  visit(node: Node): boolean;
  /** Judges a layer below it. */
  walk(root: Node, field: Field): boolean;
}

/** A message or a text is judged as such; an address by its name or because it is ours; all other bytes are media. */
export function visitBytes(at: BytesAt): boolean {
  const { node, field, cx } = at;
  const bytes = node.bytes!;
  const inner = opened(at, bytes);
  if (inner === 'sealed') return visitSealed(node, field, at.element, at.occurrence, cx);
  if (inner !== undefined && inner.id !== 'text') return message(inner, at);
  if (inner !== undefined) return spelled(at, inner.document.root.text, (text) => Buffer.from(text, 'utf8'));
  const kind = addressKinds(bytes.length).find((one) => expected(field, one) || ours(addressText(bytes, one), cx));
  if (kind !== undefined) return spelled(at, addressText(bytes, kind), (text) => addressBytesOf(text, kind));
  const bare = node.edit !== undefined; // a picture: its reader takes the metadata out
  const { mark } = cx.trace;
  if (judgeLeaf(node, field, at.element, at.occurrence, cx) || !bare) return node.edit !== undefined;
  // It leaves, and not as it came: the record says so of the picture too.
  cx.trace.replace(mark, ({ category, by, fate: { reason } }) =>
    field.rule(category, by, { action: 'generalize', reason }, at.occurrence),
  );
  const fate = { action: 'drop', reason: { kind: 'no-purpose' } } as const;
  cx.trace.leaf(field.layer('::metadata::$').rule('location_precise', 'value', fate, 1));
  return true;
}

/** What the bytes hold; `sealed` where that is encrypted and no key opens it. */
function opened({ cx, layers }: BytesAt, bytes: Uint8Array): WrappedBytes | 'sealed' | undefined {
  try {
    return unwrapBytes(bytes, cx.limits, layers, cx.keys);
  } catch (fault) {
    if (isSealed(fault)) return 'sealed';
    throw fault;
  }
}

function message(inner: WrappedBytes, { node, field, cx, layers, walk }: BytesAt): boolean {
  if (layers >= cx.limits.layers) throw new HubError('too_deep', 'encodings inside each other');
  if (!hidden(cx, () => walk(inner.document.root, field.layer(`::${inner.id}::$`)))) return false;
  const changed = rewritten(inner.document, cx);
  if (changed !== undefined) node.edit = { kind: 'bytes', bytes: inner.rewrap(changed) };
  return true;
}

/** Judges what was not seen in the message as it came. */
function hidden(cx: BytesAt['cx'], judge: () => boolean): boolean {
  const outer = cx.ownPossible;
  cx.ownPossible = !cx.own.empty;
  const changed = judge();
  cx.ownPossible = outer;
  return changed;
}

/** Bytes judged as the text they spell; what takes its place is spelled back, or the bytes go. */
function spelled({ node, element, cx, visit }: BytesAt, text: string, back: (text: string) => Uint8Array | undefined): boolean {
  const as = new Node('string', text, -1, -1);
  if (!hidden(cx, () => visit(as))) return false;
  const bytes = as.edit?.kind === 'text' ? back(as.edit.text) : undefined;
  if (bytes !== undefined) node.edit = { kind: 'bytes', bytes };
  else node.edit = as.edit?.kind === 'text' ? { kind: element ? 'blank' : 'drop' } : as.edit;
  return true;
}

/** Does the field's meaning let bytes of this length be such an address? */
function expected(field: Field, kind: AddressKind): boolean {
  const category = field.mapped ?? field.named?.category;
  if (category === undefined || !ADDRESSES.has(category)) return false;
  return (category === 'ip_address') === (kind === 'ipv4' || kind === 'ipv6');
}

function ours(text: string, cx: LeafContext): boolean {
  return !cx.own.empty && cx.own.find(text).length > 0;
}
