// Arrays that are one value in pieces: an address as bytes, a text as characters.

import { HubError } from '../errors.js';
import { Node } from '../model.js';
import { binaryInside } from '../payload/binary-inside.js';
import { macFromBytes } from '../recognize/value/mac.js';
import { ADDRESSES } from './bytes.js';
import type { MessageContext } from './context.js';
import { BLANK, DROP } from './edits.js';
import type { Field } from './field.js';
import { judged, settle } from './leaf.js';
import type { Ruling } from './ruling.js';
import { addressBytes, joinedText, spelledBytes, spelledText } from './spelled.js';

/** An array that is one value in pieces: an address as bytes, a text as characters. Judged as the whole; if it may not leave, emptied. */
export function wholeArray(node: Node, field: Field, cx: MessageContext, layers: number): boolean {
  const text = spelledText(node) ?? addressText(node, field, cx) ?? ownPieces(node, cx);
  if (text === undefined) return wholeBytes(node, field, cx, layers);
  const ruling = rulingOfPieces(text, field, cx);
  if (ruling.fate.action === 'keep') return false;
  blankAll(node, field, ruling, cx);
  return true;
}

/** Fewest members of an object that is an array written out (`{"0":75,"1":111,…}`), and most. */
const INDEXED_MIN = 4;
const INDEXED_MAX = 4096;

/** An object that is an array with its indexes for names, as JavaScript writes out typed arrays: judged like that array. */
export function wholeIndexed(node: Node, field: Field, cx: MessageContext): boolean {
  const members = node.children!;
  if (members.length < INDEXED_MIN || members.length > INDEXED_MAX || !members.every(isIndexed)) return false;
  const text = spelledText(node) ?? addressText(node, field, cx) ?? ownPieces(node, cx);
  if (text === undefined) return false;
  const { category, by, fate } = rulingOfPieces(text, field, cx);
  if (fate.action === 'keep') return false;
  for (const member of members)
    settle(member, field.member(member.name!).rule(category, by, { action: 'drop', reason: fate.reason }, 1), DROP, cx);
  return true;
}

function isIndexed(member: Node, at: number): boolean {
  return (member.kind === 'number' || member.kind === 'string') && member.name === String(at);
}

/** What becomes of a text in pieces; in pieces it was not seen in the message as it came. */
function rulingOfPieces(text: string, field: Field, cx: MessageContext): Ruling {
  const outer = cx.ownPossible;
  cx.ownPossible = !cx.own.empty;
  const { ruling } = judged(new Node('string', text, -1, -1), field, true, 1, cx);
  cx.ownPossible = outer;
  return ruling;
}

/** Every element is emptied for the same reason. */
function blankAll(array: Node, field: Field, { category, by, fate }: Ruling, cx: MessageContext): void {
  cx.trace.array();
  array.children!.forEach((element, i) => {
    cx.trace.element(i);
    settle(element, field.element(i).rule(category, by, { action: 'blank', reason: fate.reason }, 1), BLANK, cx);
  });
  cx.trace.left();
}

/** An array of byte values that is a binary message or file: if anything in it may not leave, the array is emptied, for its length stays. */
function wholeBytes(node: Node, field: Field, cx: MessageContext, layers: number): boolean {
  const bytes = spelledBytes(node);
  const inner = bytes && binaryInside(bytes, cx.limits, layers);
  if (inner?.document === undefined) return false;
  if (layers >= cx.limits.layers) throw new HubError('too_deep', 'encodings inside each other');
  const { mark } = cx.trace;
  const outer = cx.ownPossible;
  cx.ownPossible = !cx.own.empty;
  const changed = cx.visit(inner.document.root, field.layer(`::bytes::${inner.id}::$`), 'root', 1, layers + 1);
  cx.ownPossible = outer;
  const why = cx.trace.since(mark).find((ruling) => ruling.fate.action !== 'keep');
  cx.trace.back(mark);
  if (!changed || why === undefined) return false;
  blankAll(node, field, why, cx);
  return true;
}

/** Pieces that only together are one of the household's own identifiers. Asked only where the last look found one. */
function ownPieces(node: Node, cx: MessageContext): string | undefined {
  if (!cx.ownPossible) return undefined;
  const text = joinedText(node);
  if (text === undefined) return undefined;
  const found = cx.own.find(text).length;
  if (found === 0) return undefined;
  // What one element holds by itself is judged there, and leaves the others alone.
  const single = node.children!.reduce((sum, { text: piece }) => {
    cx.pulse(piece.length);
    return sum + cx.own.find(piece).length;
  }, 0);
  return found > single ? text : undefined;
}

/** Words of names under which four bytes are an address. */
const HOSTS = new Set('addr address host gateway gw wan lan dns peer remote router server subnet client'.split(' '));
/** Names that say nothing, or that an address has. */
const NOTHING_SAID =
  /^(?:\p{L}{1,2}|addr|address|hw|dev|node|peer|src|dst|data|raw|val|value|bytes|buf|arr|payload|key|id|param|arg|field|\d{1,2})$/iu;

function saysNothing(field: Field): boolean {
  const words = field.words?.words ?? [];
  return words.length <= 2 && words.every((word) => NOTHING_SAID.test(word));
}

/** Do six bytes look like a device's own address rather than six levels: one of a maker's (IEEE 802, neither bit set), all over the range? */
function isDeviceAddress(bytes: readonly number[]): boolean {
  if ((bytes[0]! & 3) !== 0 || new Set(bytes).size < 5) return false;
  const rising = bytes.every((byte, i) => i === 0 || byte >= bytes[i - 1]!);
  return !rising && bytes.some((byte) => byte >= 0x80) && bytes.filter((byte) => byte % 5 !== 0).length >= 3;
}

function addressText(node: Node, field: Field, cx: MessageContext): string | undefined {
  const bytes = addressBytes(node);
  if (!bytes) return undefined;
  const category = field.mapped ?? field.named?.category;
  const expected = category !== undefined && ADDRESSES.has(category);
  const mac = bytes.length === 6 || bytes.length === 8 ? macFromBytes(bytes)?.replace(/^\w+:/, '') : undefined;
  if (mac !== undefined && bytes.length === 6 && isDeviceAddress(bytes) && saysNothing(field)) return mac;
  if (mac !== undefined) return expected || (!cx.own.empty && cx.own.find(mac).length > 0) ? mac : undefined;
  if (bytes.length !== 4) return undefined;
  const ip = bytes.join('.');
  if (bytes[0] === 192 && bytes[1] === 168) return ip;
  if (bytes[0]! > 0 && HOSTS.has(field.words?.words.at(-1) ?? '')) return ip;
  return expected || (!cx.own.empty && cx.own.find(ip).length > 0) ? ip : undefined;
}
