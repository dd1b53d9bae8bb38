// Byte strings of the binary formats: judged as what they hold.
import { Buffer } from 'node:buffer';
import { HubError } from '../errors.js';
import type { CategoryId, Edit } from '../model.js';
import { type AddressKind, addressBytesOf, addressKinds, addressText } from '../payload/address-text.js';
import { unwrapBytes, type WrappedBytes } from '../payload/bytes-wrapping.js';
import type { MessageContext } from './context.js';
import { removal, type Scalar } from './edits.js';
import type { Field } from './field.js';
import { judgeScalar } from './leaf.js';
import { isSealed, judgeSealed, rewrite } from './sealed.js';
import type { WalkInner } from './walk-inner.js';

/** Categories under whose names a row of byte values is an address. */
const ADDRESSES: ReadonlySet<CategoryId> = new Set<CategoryId>([
  'device_mac',
  'router_mac',
  'bluetooth_mac',
  'ip_address',
  'radio_identifier',
  'device_identifier',
]);

/** How the walk goes on from a byte string. */
export interface BytesWalk {
  /** Judges a text in its place; gives the edit. */
  readonly text: (text: string) => Edit | undefined;
  readonly inner: WalkInner;
  readonly encodingDepth: number;
}

/** A message or a text is judged as such; an address by its name or because it is ours; all other bytes are media. Gives the edit. */
export function judgeBytes(scalar: Scalar, bare: boolean, walk: BytesWalk, cx: MessageContext): Edit | undefined {
  const { field } = scalar;
  const bytes = scalar.bytes!;
  const inner = opened(bytes, walk.encodingDepth, cx);
  if (inner === 'sealed') {
    const judged = judgeSealed(scalar, cx);
    if (judged !== undefined) cx.trace.leaf(judged.ruling);
    return judged?.edit;
  }
  if (inner !== undefined && inner.id !== 'text') return judgeMessage(inner, field, walk, cx);
  if (inner !== undefined) return spelled(scalar, inner.document.root.text, (text) => Buffer.from(text, 'utf8'), walk, cx);
  const kind = addressKinds(bytes.length).find((one) => isExpected(field, one) || isOurs(addressText(bytes, one), cx));
  if (kind !== undefined) return spelled(scalar, addressText(bytes, kind), (text) => addressBytesOf(text, kind), walk, cx);
  const { ruling, edit } = judgeScalar(scalar, cx);
  if (edit === undefined && bare) {
    // It leaves, and not as it came: the record says so of the picture too.
    cx.trace.leaf(field.rule(ruling, { action: 'generalize', reason: ruling.fate.reason }, scalar.occurrence));
    const fate = { action: 'drop', reason: { kind: 'no-purpose' } } as const; // a picture: its reader takes the metadata out
    cx.trace.leaf(field.nested('::metadata::$').ruleAs('location_precise', 'value', fate, 1));
  } else cx.trace.leaf(ruling);
  return edit;
}

/** What the bytes hold; `sealed` where that is encrypted and no key opens it. */
function opened(bytes: Uint8Array, depth: number, cx: MessageContext): WrappedBytes | 'sealed' | undefined {
  try {
    return unwrapBytes(bytes, cx.limits, depth, cx.keys);
  } catch (fault) {
    if (isSealed(fault)) return 'sealed';
    throw fault;
  }
}

function judgeMessage(
  inner: WrappedBytes,
  field: Field,
  { inner: walk, encodingDepth }: BytesWalk,
  cx: MessageContext,
): Edit | undefined {
  if (encodingDepth >= cx.limits.layers) throw new HubError('too_deep', 'encodings inside each other');
  if (!cx.unseen(() => walk(inner.document, field.nested(`::${inner.id}::$`), encodingDepth + 1))) return undefined;
  const changed = rewrite(inner.document, cx);
  return changed && { kind: 'bytes', bytes: inner.rewrap(changed) };
}

/** Bytes judged as the text they spell; what takes its place is spelled back, or the bytes go. */
function spelled(
  { fixed }: Scalar,
  text: string,
  back: (text: string) => Uint8Array | undefined,
  walk: BytesWalk,
  cx: MessageContext,
): Edit | undefined {
  const edit = cx.unseen(() => walk.text(text));
  if (edit?.kind !== 'text') return edit;
  const bytes = back(edit.text);
  return bytes === undefined ? removal(fixed) : { kind: 'bytes', bytes };
}

/** Does the field's meaning let bytes of this length be such an address? */
function isExpected(field: Field, kind: AddressKind): boolean {
  const category = field.mapCategory ?? field.nameCategory;
  if (category === undefined || !ADDRESSES.has(category)) return false;
  return (category === 'ip_address') === (kind === 'ipv4' || kind === 'ipv6');
}

function isOurs(text: string, cx: MessageContext): boolean {
  return !cx.own.empty && cx.own.find(text).length > 0;
}
