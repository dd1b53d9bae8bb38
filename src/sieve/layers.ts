// Texts that hold another message: read, judged as what they hold, and packed again.

import { HubError } from '../errors.js';
import type { Node, Place } from '../model.js';
import { isEncryptedText } from '../payload/ciphers.js';
import { readInner } from '../payload/text.js';
import { unwrap, type Wrapped } from '../payload/wrapping.js';
import type { MessageContext, Standing } from './context.js';
import { BLANK, DROP } from './edits.js';
import type { Field } from './field.js';
import { allowHidden } from './hidden.js';
import { goesWhole, judged, rulingOf, settle } from './leaf.js';
import { ACCOUNT, isSealed, keepsToken, rewritten, visitSealed } from './sealed.js';

/** Where a device signs in: a token that may not leave there seals the message. */
const SIGNED_IN: ReadonlySet<Place> = new Set<Place>(['header', 'username']);

/** A text that is another message inside (JSON, base64 …): read, judged, put back. Undefined: it is none, or says nothing more. */
export function layered(
  node: Node,
  field: Field,
  standing: Standing,
  occurrence: number,
  cx: MessageContext,
  layers: number,
): boolean | undefined {
  const candidates = candidatesOf(node.text, cx, layers);
  if (candidates === 'sealed') return visitSealed(node, field, standing !== 'member', occurrence, cx);
  if (candidates.length === 0) return undefined;
  // What proves the device is seldom a message, and chance may make it look like one.
  if (candidates[0]!.id.endsWith('::protobuf') && rulingOf(node, field, occurrence, cx).category === 'credential')
    return undefined;
  if (/^geo:/i.test(node.text)) return undefined; // a place whole; its parameters are none of its own
  if ((field.mapped ?? field.named) !== undefined && goesWhole(node, field, cx)) return undefined;
  if (layers >= cx.limits.layers) throw new HubError('too_deep', 'encodings inside each other');
  for (const candidate of candidates) {
    const done = layer(candidate, node, field, standing, occurrence, cx, layers);
    if (done !== undefined) return done;
  }
  return undefined;
}

/** What a text may hold; `sealed` for a cipher that no key opens. */
function candidatesOf(text: string, cx: MessageContext, layers: number): readonly Wrapped[] | 'sealed' {
  try {
    const found = unwrap(text, cx.limits, layers, cx.keys);
    return found.length === 0 && isEncryptedText(text) ? 'sealed' : found;
  } catch (fault) {
    if (isSealed(fault)) return 'sealed';
    throw fault;
  }
}

function layer(
  candidate: Wrapped,
  node: Node,
  field: Field,
  standing: Standing,
  occurrence: number,
  cx: MessageContext,
  layers: number,
): boolean | undefined {
  const { mark } = cx.trace;
  const outer = cx.ownPossible;
  cx.ownPossible = !cx.own.empty; // what was encoded was not seen in the message as it came
  const inner = candidate.document ?? readInner(candidate.bytes);
  const changed = cx.visit(inner.root, field.layer(`::${candidate.id}::$`), 'root', 1, layers + 1);
  cx.ownPossible = outer;
  if (changed) {
    if (candidate.id.endsWith('::media') && inner.root.edit?.kind !== 'bytes') {
      node.edit = standing === 'member' ? DROP : BLANK;
      return true;
    }
    if (candidate.exact) {
      const bytes = rewritten(inner, cx);
      if (bytes !== undefined) node.edit = { kind: 'text', text: candidate.rewrap(bytes) };
      return true;
    }
    if (candidate.id === 'jwt' && keptToken(node, field, standing, occurrence, cx, mark)) return cx.sealBroken;
    // What must change stands in something that cannot be packed again (signed, or not written the one way): it goes as a whole.
    const inside = cx.trace.since(mark);
    const why = inside.find((r) => r.fate.action !== 'keep') ?? inside[0]!;
    cx.trace.back(mark);
    const action = standing === 'member' ? 'drop' : 'blank';
    return settle(
      node,
      field.rule(why.category, why.by, { action, reason: why.fate.reason }, occurrence),
      action === 'drop' ? DROP : BLANK,
      cx,
    );
  }
  if (candidate.document !== undefined) return false;
  // A text inside a text can be chance: the outer one is judged as well, and its ruling stands unless only its shape spoke.
  const { ruling, edit } = judged(node, field, standing !== 'member', occurrence, cx);
  if (ruling.by === 'shape' && !cx.recognizers.findIdentifiers(node.text).some((found) => found.strength !== 'weak'))
    return false;
  cx.trace.back(mark);
  return settle(node, ruling, edit, cx);
}

/** A token that stays although its claims would have to change: each of them is told as kept, for the token's reason. */
function keptToken(node: Node, field: Field, standing: Standing, occurrence: number, cx: MessageContext, mark: number): boolean {
  const whole = rulingOf(node, field, occurrence, cx);
  const reason = keepsToken(whole, cx.trace.since(mark));
  if (reason === undefined || !allowHidden(node.text, ACCOUNT, cx)) {
    // Without what opens the message, or is all of it, the cloud would say no: that it is not sent is said plainly.
    const signsIn = whole.category === 'credential' && SIGNED_IN.has(field.place);
    if (!signsIn && !(standing === 'root' && field.place === 'body')) return false;
    cx.sealBroken = true;
    return true;
  }
  cx.trace.replace(mark, (claim) => claim.field.rule(claim.category, claim.by, { action: 'keep', reason }, claim.occurrence));
  return true;
}
