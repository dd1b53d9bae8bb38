// Trees of values for the binary formats, with a plan of edits: what the tests encode by themselves, and expect back.
import fc from 'fast-check';
import type { Node } from '#src/model.js';

/** A value with what is to be done to it. `wide`: how wastefully it is encoded, 0 to 4. */
export interface Tree {
  readonly value: Value;
  readonly edit: 'none' | 'drop' | 'blank' | 'change';
  readonly wide: number;
}
export type Value =
  | { readonly kind: 'map'; readonly entries: readonly (readonly [string, Tree])[] }
  | { readonly kind: 'array'; readonly items: readonly Tree[] }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'bytes'; readonly hex: string }
  | { readonly kind: 'int'; readonly int: bigint }
  | { readonly kind: 'float'; readonly float: number }
  | { readonly kind: 'bool'; readonly bool: boolean }
  | { readonly kind: 'null' };

/** What `change` makes of a scalar. */
const CHANGED = { text: 'новый', hex: 'c0ffee', int: -70_000n, float: 55.8 } as const;

const text = fc.oneof(fc.string({ unit: 'binary', maxLength: 12 }), fc.string({ minLength: 20, maxLength: 300 }));
/** Byte strings that begin no kind of file. */
const hex = fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from([1, ...bytes]).toString('hex'));
const scalar: fc.Arbitrary<Value> = fc.oneof(
  text.map((t): Value => ({ kind: 'text', text: t })),
  hex.map((h): Value => ({ kind: 'bytes', hex: h })),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 64n - 1n }).map((int): Value => ({ kind: 'int', int })),
  fc.integer({ min: -40, max: 300 }).map((int): Value => ({ kind: 'int', int: BigInt(int) })),
  fc.double({ noNaN: true }).map((float): Value => ({ kind: 'float', float })),
  fc.boolean().map((bool): Value => ({ kind: 'bool', bool })),
  fc.constant<Value>({ kind: 'null' }),
);
const edit = fc.oneof({ weight: 6, arbitrary: fc.constant('none' as const) }, fc.constantFrom('drop', 'blank', 'change'));
const wide = fc.nat(4);
const container = (items: fc.Arbitrary<Tree>): fc.Arbitrary<Value> =>
  fc.oneof(
    fc.array(items, { maxLength: 20 }).map((list): Value => ({ kind: 'array', items: list })),
    fc.array(fc.tuple(text, items), { maxLength: 20 }).map((entries): Value => ({ kind: 'map', entries })),
  );

export const trees: fc.Arbitrary<Tree> = fc.letrec<{ tree: Tree }>((tie) => ({
  tree: fc.record({ value: fc.oneof({ maxDepth: 4 }, scalar, container(tie('tree'))), edit, wide }),
})).tree;

const BLANKS: Readonly<Record<Value['kind'], Value>> = {
  map: { kind: 'map', entries: [] },
  array: { kind: 'array', items: [] },
  text: { kind: 'text', text: '' },
  bytes: { kind: 'bytes', hex: '' },
  int: { kind: 'int', int: 0n },
  float: { kind: 'int', int: 0n },
  bool: { kind: 'bool', bool: false },
  null: { kind: 'null' },
};

/** The value that the edits leave. */
export function expected(tree: Tree): Value {
  const { value, edit: change } = tree;
  if (change === 'blank' || change === 'drop') return BLANKS[value.kind];
  if (value.kind === 'array') return { kind: 'array', items: value.items.map((item) => bare(expected(item))) };
  if (value.kind === 'map') {
    const kept = value.entries.filter(([, item]) => item.edit !== 'drop');
    return { kind: 'map', entries: kept.map(([name, item]) => [name, bare(expected(item))] as const) };
  }
  return change === 'change' ? changed(value) : value;
}

export const bare = (value: Value): Tree => ({ value, edit: 'none', wide: 0 });

function changed(value: Value): Value {
  switch (value.kind) {
    case 'text':
      return { kind: 'text', text: CHANGED.text };
    case 'bytes':
      return { kind: 'bytes', hex: CHANGED.hex };
    case 'int':
      return { kind: 'int', int: CHANGED.int };
    case 'float':
      return { kind: 'float', float: CHANGED.float };
    case 'bool':
      return { kind: 'bool', bool: !value.bool };
    default:
      return value;
  }
}

/** Puts the edits of `tree` on the nodes read from it. */
export function applyEdits(node: Node, tree: Tree): void {
  const { value, edit: change } = tree;
  if (change === 'blank' || change === 'drop') node.edit = { kind: change };
  else if (value.kind === 'array') for (const [i, item] of value.items.entries()) applyEdits(node.children![i]!, item);
  else if (value.kind === 'map') for (const [i, [, item]] of value.entries.entries()) applyEdits(node.children![i]!, item);
  else if (change === 'change') changeNode(node, changed(value));
}

function changeNode(node: Node, to: Value): void {
  if (to.kind === 'bytes') node.edit = { kind: 'bytes', bytes: Buffer.from(to.hex, 'hex') };
  if (to.kind === 'text') node.edit = { kind: 'text', text: to.text };
  if (to.kind === 'int') node.edit = { kind: 'text', text: String(to.int) };
  if (to.kind === 'float') node.edit = { kind: 'text', text: String(to.float) };
  if (to.kind === 'bool') node.edit = { kind: 'text', text: String(to.bool) };
}

/** The value that a tree of nodes shows. */
export function shown(node: Node): Value {
  switch (node.kind) {
    case 'object':
      return { kind: 'map', entries: node.children!.map((child) => [child.name!, bare(shown(child))] as const) };
    case 'array':
      return { kind: 'array', items: node.children!.map((child) => bare(shown(child))) };
    case 'string':
      return { kind: 'text', text: node.text };
    case 'bytes':
      return { kind: 'bytes', hex: Buffer.from(node.bytes!).toString('hex') };
    case 'boolean':
      return { kind: 'bool', bool: node.text === 'true' };
    case 'null':
      return { kind: 'null' };
    case 'number':
      return { kind: 'float', float: Number(node.text) };
    default:
      return node.kind satisfies never;
  }
}

/** The tree's value with every number as a double: literals do not tell integers and floats apart. */
export function asShown(value: Value): Value {
  if (value.kind === 'int') return { kind: 'float', float: Number(value.int) };
  if (value.kind === 'array') return { kind: 'array', items: value.items.map((item) => bare(asShown(item.value))) };
  if (value.kind === 'map')
    return { kind: 'map', entries: value.entries.map(([n, item]) => [n, bare(asShown(item.value))] as const) };
  return value;
}

/** The same tree without its edits. */
export function unedited({ value, wide }: Tree): Tree {
  return { value: plain(value), edit: 'none', wide };
}

function plain(value: Value): Value {
  if (value.kind === 'array') return { kind: 'array', items: value.items.map(unedited) };
  if (value.kind === 'map') return { kind: 'map', entries: value.entries.map(([n, item]) => [n, unedited(item)] as const) };
  return value;
}
