// Texts that hold another message: read, judged as what they hold, and packed again.
import { HubError } from '../errors.js';
import type { Node } from '../model.js';
import { readText } from '../payload/text.js';
import { unwrap, type Wrapped } from '../payload/wrapping.js';
import type { MessageContext, Standing } from './context.js';
import { BLANK, DROP } from './edits.js';
import type { Field } from './field.js';
import { goesWhole, judged, settle } from './leaf.js';

/** A text that is another message inside (JSON, base64 …): read, judged, put back. Undefined: it is none, or says nothing more. */
export function layered(
  node: Node,
  field: Field,
  standing: Standing,
  occurrence: number,
  cx: MessageContext,
  layers: number,
): boolean | undefined {
  const candidates = unwrap(node.text, cx.limits, layers);
  if (candidates.length === 0) return undefined;
  if (/^geo:/i.test(node.text)) return undefined; // a place whole; its parameters are none of its own
  if ((field.mapped ?? field.named) !== undefined && goesWhole(node, field, cx)) return undefined;
  if (layers >= cx.limits.layers) throw new HubError('too_deep', 'encodings inside each other');
  for (const candidate of candidates) {
    const done = layer(candidate, node, field, standing, occurrence, cx, layers);
    if (done !== undefined) return done;
  }
  return undefined;
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
  const inner = candidate.document ?? readText(candidate.bytes, cx.limits);
  const changed = cx.visit(inner.root, field.layer(`::${candidate.id}::$`), 'root', 1, layers + 1);
  cx.ownPossible = outer;
  if (changed) {
    if (candidate.exact) {
      node.edit = { kind: 'text', text: candidate.rewrap(inner.write()) };
      return true;
    }
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
  if (candidate.document) return false;
  // A text inside a text can be chance: the outer one is judged as well, and its ruling stands unless only its shape spoke.
  const { ruling, edit } = judged(node, field, standing !== 'member', occurrence, cx);
  if (ruling.by === 'shape') return false;
  cx.trace.back(mark);
  return settle(node, ruling, edit, cx);
}
