// Members whose names are themselves identifying, as they stand or in another encoding: such a member goes, or its name becomes a pseudonym.
import { HubError } from '../errors.js';
import type { CategoryId, Node } from '../model.js';
import type { Entries } from '../payload/entries.js';
import { unwrap, type Wrapped } from '../payload/wrapping.js';
import type { Recognizers } from '../recognize/recognizers.js';
import type { MessageContext } from './context.js';
import { editFor, type Scalar } from './edits.js';
import { hiddenCategory } from './encoded-own.js';
import type { Field } from './field.js';
import { judgeScalar } from './leaf.js';
import type { Ruling } from './ruling.js';

/** What becomes of a member with such a name. */
export type NameFate =
  /** It stays, under this name where one is given; what stands below it has fates of its own. */
  | { readonly kind: 'visit'; readonly rename: string | undefined; readonly ruling: Ruling | undefined }
  /** It goes, and all below it for this reason. */
  | { readonly kind: 'drop'; readonly ruling: Ruling };

/** Identifiers that are keys of maps: what stands under them is a device's or an account's report, and has fates of its own. */
const KEYS: ReadonlySet<CategoryId> = new Set<CategoryId>([
  'device_mac',
  'bluetooth_mac',
  'router_mac',
  'radio_identifier',
  'ip_address',
  'email',
]);
/** Shortest name in which something can be hidden in another encoding: an IPv4 address in base64. */
const HIDING_MIN = 11;
/** Most encodings inside each other that are undone in a name; one that needs more is no name of a field. */
const HIDING_DEPTH = 3;
/** A pair where a name should stand (`?ssid:Home`). */
const PAIRED = /[:=/|>]/;

/** Judges a member's name, which says `category`. `field`: the place where such a name may stand in a log. */
export function judgeName(entries: Entries, entry: number, field: Field, cx: MessageContext): NameFate {
  const name = entries.name(entry)!;
  const scalar: Scalar = { kind: 'string', text: name, bytes: undefined, field, fixed: false, occurrence: 1, isKey: true };
  const { ruling, edit } = cx.unseen(() => judgeScalar(scalar, cx));
  const hidden = hiddenName(name, cx);
  if (hidden !== undefined) {
    // What it says in another encoding goes with all that stands under it: a name is not packed again.
    return { kind: 'drop', ruling: field.ruleAs(hidden, 'value', field.fate({ category: hidden, form: undefined }), 1) };
  }
  if (edit === undefined) return { kind: 'visit', rename: undefined, ruling: undefined };
  if (edit.kind === 'text') return { kind: 'visit', rename: edit.text, ruling };
  return standIn(scalar, ruling, entries.node(entry), field, cx) ?? { kind: 'drop', ruling };
}

/** Where an identifier that may not leave names a whole report (`{"devices":{"3c:84:…":{"state":…}}}`): a stand-in for the name alone. */
function standIn(scalar: Scalar, ruling: Ruling, member: Node, field: Field, cx: MessageContext): NameFate | undefined {
  const { category, fate } = ruling;
  const { structures } = field.rules.recognizers;
  if (fate.action !== 'drop' || !KEYS.has(category) || member.kind !== 'object') return undefined;
  if (
    structures.isHeard(
      member.children!.map(({ name }) => name!),
      (name) => namedCategory(field, name),
    )
  )
    return undefined;
  const other = { action: 'pseudonymize', reason: fate.reason } as const;
  const edit = editFor(scalar, 'pseudonymize', category, undefined, cx);
  return edit?.kind === 'text' ? { kind: 'visit', rename: edit.text, ruling: field.rule(ruling, other, 1) } : undefined;
}

function namedCategory(field: Field, name: string): CategoryId | undefined {
  const { names } = field.rules.recognizers;
  return field.existing(name)?.nameCategory ?? names.classify(names.words(name))?.category;
}

/**
 * What a member's name identifies; undefined for an ordinary one. The home is always asked: a name is told in the record, whatever
 * becomes of the message. Asked once for each name: an ordinary one is remembered.
 */
export function sensitiveName(name: string, cx: MessageContext): CategoryId | undefined {
  const { recognizers } = cx.memory.rules;
  return cx.own.find(name)[0]?.category ?? identifyingText(name, recognizers) ?? hiddenName(name, cx);
}

/** A member whose name is the value, because of where it stands: below the name of a network, or a container in a scan's list. */
export function nameByPlace(name: string, isContainer: boolean, field: Field): CategoryId | undefined {
  const category = field.inheritedCategory ?? field.mapCategory ?? field.nameCategory;
  return field.rules.recognizers.valueName(name, isContainer, category);
}

/** Whether one of the household's own identifiers stands in a name that has been met: the home was not asked then, or was another. */
export function isOwnName(field: Field, name: string, cx: MessageContext): boolean {
  if (field.notOwn === cx.own) return false;
  if (cx.own.find(name).length > 0 || hiddenCategory(name, cx) !== undefined) return true;
  field.notOwn = cx.own;
  return false;
}

/** What a name says once its encoding is undone (`Zm9v…`, `3c%3A84…`), where that may not leave. */
function hiddenName(name: string, cx: MessageContext, depth = 0): CategoryId | undefined {
  if (name.length < HIDING_MIN || depth >= HIDING_DEPTH) return undefined;
  const own = depth === 0 ? hiddenCategory(name, cx) : undefined;
  if (own !== undefined) return own;
  for (const { bytes, document } of decoded(name, cx)) {
    for (const text of [Buffer.from(bytes).toString('utf8'), ...textsOf(document?.root)]) {
      const found =
        cx.own.find(text)[0]?.category ?? identifyingText(text, cx.memory.rules.recognizers) ?? hiddenName(text, cx, depth + 1);
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

/** A name that looks like a cipher is a name all the same: nothing in it can be read. */
function decoded(name: string, cx: MessageContext): readonly Wrapped[] {
  try {
    return unwrap(name, cx.limits);
  } catch (fault) {
    if (fault instanceof HubError && fault.code === 'sealed') return [];
    throw fault;
  }
}

/** The texts of a document, which may stand in an encoding of their own. */
function textsOf(node: Node | undefined): string[] {
  if (node === undefined) return [];
  return node.children === undefined ? [node.text] : node.children.flatMap(textsOf);
}

function identifyingText(name: string, recognizers: Recognizers): CategoryId | undefined {
  for (const { category, strength, start, end, recognizer } of recognizers.findIdentifiers(name)) {
    if (recognizer === 'labelledText' && !PAIRED.test(name)) continue;
    if (strength !== 'weak') return category;
    if (end - start === name.length && (category === 'device_mac' || category === 'radio_identifier')) return category;
  }
  return undefined;
}
