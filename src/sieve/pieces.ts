// Arrays that are one value in pieces: an address as bytes, a text as characters.
import { macFromBytes } from '../classify/values.js';
import { Node } from '../model.js';
import { ADDRESSES } from './bytes.js';
import type { MessageContext } from './context.js';
import { BLANK } from './edits.js';
import type { Field } from './field.js';
import { judged, settle } from './leaf.js';
import { addressBytes, joinedText, spelledText } from './structure.js';

/** An array that is one value in pieces: an address as bytes, a text as characters. Judged as the whole; if it may not leave, emptied. */
export function wholeArray(node: Node, field: Field, cx: MessageContext): boolean {
  const text = spelledText(node) ?? addressText(node, field, cx) ?? ownPieces(node, cx);
  if (text === undefined) return false;
  const outer = cx.ownPossible;
  cx.ownPossible = !cx.own.empty; // in pieces it was not seen in the message as it came
  const { ruling } = judged(new Node('string', text, -1, -1), field, true, 1, cx);
  cx.ownPossible = outer;
  if (ruling.fate.action === 'keep') return false;
  cx.trace.array();
  node.children!.forEach((element, i) => {
    cx.trace.element(i);
    settle(
      element,
      field.element(i).rule(ruling.category, ruling.by, { action: 'blank', reason: ruling.fate.reason }, 1),
      BLANK,
      cx,
    );
  });
  cx.trace.left();
  return true;
}

/** Pieces that only together are one of the household's own identifiers. Asked only where the last look found one. */
function ownPieces(node: Node, cx: MessageContext): string | undefined {
  if (!cx.ownPossible) return undefined;
  const text = joinedText(node);
  return text !== undefined && cx.own.find(text).length > 0 ? text : undefined;
}

function addressText(node: Node, field: Field, cx: MessageContext): string | undefined {
  const bytes = addressBytes(node);
  if (!bytes) return undefined;
  const category = field.mapped ?? field.named?.category;
  const expected = category !== undefined && ADDRESSES.has(category);
  const mac = bytes.length === 6 || bytes.length === 8 ? macFromBytes(bytes)?.replace(/^\w+:/, '') : undefined;
  if (mac !== undefined) return expected || (!cx.own.empty && cx.own.find(mac).length > 0) ? mac : undefined;
  if (bytes.length !== 4) return undefined;
  const ip = bytes.join('.');
  return expected || (!cx.own.empty && cx.own.find(ip).length > 0) ? ip : undefined;
}
