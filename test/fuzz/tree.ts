// What must hold for every document that a reader gives: its bytes come back, edits are carried out and nothing else changes.
import { HubError } from '#src/errors.js';
import type { Document, Edit, Node } from '#src/model.js';
import { hashOf, Random } from './random.js';
import { codeOf, Find } from './target.js';

interface Leaf {
  readonly name: string;
  readonly node: Node;
  readonly kind: string;
  readonly text: string;
  readonly member: boolean;
}

export interface Strictness {
  /** Reads what was written. */
  readonly again: (bytes: Uint8Array) => Document;
  /**
   * `tree`: what is read back is the same tree with the edits; `bytes`: what was not edited still stands in what was written, and that
   * can be read (formats in which a new text can read as something else); `none`: it can be written.
   */
  readonly compare: 'tree' | 'bytes' | 'none';
  /** What a text is once it is emptied, where that is a text too (a level of a topic). */
  readonly emptied?: string;
  /** May what was written be refused when read again? Where a text of ours can look like something else. */
  readonly mayFail?: boolean;
  /** What the format itself writes: a value that stands in it is not looked for. */
  readonly own?: string;
}

/** Fewest different letters and digits of a value that is looked for in what was written: one with fewer stands there by chance. */
const TELLING = 8;
const lettersOf = (text: string): number => new Set(text.match(/[\p{L}\p{N}]/gu)).size;

/** Fewest of a text that must still stand there: one with fewer stands somewhere by chance, or is a binary number. */
const KEPT_MIN = 4;

function leavesOf(root: Node): { leaves: Leaf[]; containers: number; edited: boolean } {
  const leaves: Leaf[] = [];
  let containers = 0;
  let edited = false;
  const visit = (node: Node, name: string, member: boolean): void => {
    edited ||= node.edit !== undefined;
    const { children } = node;
    if (children === undefined) {
      if (typeof node.text !== 'string') throw new Find('every node has a text', name);
      leaves.push({ name, node, kind: node.kind, text: node.text, member });
      return;
    }
    containers += 1;
    const object = node.kind === 'object';
    children.forEach((child, i) => {
      if (object && child.name === undefined) throw new Find('every member has a name', name);
      visit(child, object ? `${name}.${child.name}` : `${name}[${i}]`, object);
    });
  };
  visit(root, '$', false);
  return { leaves, containers, edited };
}

const equal = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;
const listed = (leaves: readonly Leaf[]): string[] => leaves.map(({ name, kind, text }) => `${name}\u0001${kind}\u0001${text}`);

/** Checks everything; gives a word for the form of the document. */
export function checkDocument(input: Uint8Array, document: Document, strictness: Strictness): string {
  const { leaves, containers, edited } = leavesOf(document.root);
  const copy = Buffer.from(input);
  const whole = document.write();
  if (!edited && !equal(whole, input))
    throw new Find('an unedited document writes the bytes that were read', difference(input, whole));
  if (!equal(copy, input)) throw new Find('a reader does not change its input', '');
  const twice = leavesOf(strictness.again(input).root);
  const [one, other] = [listed(leaves), listed(twice.leaves)];
  if (one.join('\u0002') !== other.join('\u0002'))
    throw new Find('the same bytes are read the same way twice', firstDifference(one, other));
  if (!edited) checkEdits(input, strictness);
  const kinds = [...new Set(leaves.map(({ kind }) => kind[0]))].sort().join('');
  return `${kinds}${Math.ceil(Math.log2(leaves.length + 1))}/${Math.ceil(Math.log2(containers + 1))}`;
}

function checkEdits(input: Uint8Array, strictness: Strictness): void {
  const random = new Random(hashOf(input));
  const document = strictness.again(input);
  const { leaves } = leavesOf(document.root);
  const wanted: { leaf: Leaf; edit: Edit | undefined }[] = [];
  const share = leaves.length < 4 ? 0.5 : random.pick([1 / leaves.length, 0.2, 0.8]);
  leaves.forEach((leaf, i) => {
    const edit = random.chance(share) ? editFor(leaf, random, i) : undefined;
    wanted.push({ leaf, edit });
  });
  if (!wanted.some(({ edit }) => edit !== undefined)) return;
  for (const { leaf, edit } of wanted) leaf.node.edit = edit;
  let written: Uint8Array;
  try {
    written = document.write();
  } catch (fault) {
    codeOf(fault, input);
    return; // an edit that the format cannot express is refused
  }
  const told = (): string =>
    wanted
      .flatMap(({ leaf, edit }) => (edit ? [`${leaf.name}=${leaf.text}→${edit.kind}`] : []))
      .join(' ')
      .slice(0, 200);
  checkGone(input, written, wanted, strictness);
  if (strictness.compare === 'none') return;
  let back: Leaf[];
  try {
    back = leavesOf(strictness.again(written).root).leaves;
  } catch (fault) {
    if (!(fault instanceof HubError)) throw fault;
    if (strictness.mayFail) return;
    throw new Find('what was written with edits can be read', `${fault.code} ${fault.where}: ${told()}: ${show(written)}`);
  }
  if (strictness.compare === 'bytes') {
    checkKept(input, written, wanted);
    return;
  }
  const expected = wanted.flatMap(({ leaf, edit }) => after(leaf, edit, strictness.emptied ?? ''));
  const want = expected.map(({ name, text }) => `${name}=${text}`);
  const got = back.map(({ name, text }) => `${name}=${text}`);
  if (want.join('\u0002') !== got.join('\u0002')) {
    throw new Find('an edit changes its node and no other', `${told()}: ${firstDifference(want, got)}: ${show(written)}`);
  }
}

function editFor(leaf: Leaf, random: Random, i: number): Edit {
  const way = random.below(3);
  if (way === 0 && leaf.member) return { kind: 'drop' };
  if (way <= 1) return { kind: 'blank' };
  if (leaf.kind === 'number') return { kind: 'text', text: String(random.below(100)) };
  if (leaf.kind === 'bytes') return { kind: 'bytes', bytes: Buffer.from(`zq${i}`) };
  if (leaf.kind === 'string') return { kind: 'text', text: `zq${i}` };
  return { kind: 'blank' };
}

const BLANKS: Readonly<Record<string, string>> = { number: '0', boolean: 'false', null: 'null' };

/** The leaf as it should be read back: none where it was dropped. */
function after(leaf: Leaf, edit: Edit | undefined, emptied: string): { name: string; text: string }[] {
  if (edit === undefined) return [{ name: leaf.name, text: leaf.text }];
  switch (edit.kind) {
    case 'drop':
      return [];
    case 'blank':
      return [{ name: leaf.name, text: BLANKS[leaf.kind] ?? emptied }];
    case 'text':
      return [{ name: leaf.name, text: edit.text }];
    case 'bytes':
      return [{ name: leaf.name, text: Buffer.from(edit.bytes).toString('hex') }];
    default:
      return edit satisfies never;
  }
}

const holds = ({ kind, node, text }: Leaf, value: Buffer): boolean =>
  Buffer.from(kind === 'bytes' ? node.bytes! : text).includes(value);

/** A value that was taken out stands nowhere in what was written, unless it stood elsewhere too. */
function checkGone(
  input: Uint8Array,
  written: Uint8Array,
  wanted: readonly { leaf: Leaf; edit: Edit | undefined }[],
  strictness: Strictness,
): void {
  const before = Buffer.from(input);
  const now = Buffer.from(written);
  for (const { leaf, edit } of wanted) {
    if (edit === undefined || leaf.kind === 'null' || leaf.kind === 'boolean' || Buffer.byteLength(leaf.text) < TELLING) continue;
    if (strictness.own?.includes(leaf.text) || /["\\]/.test(leaf.text)) continue; // the format's own words; escapes that end it elsewhere
    const value = Buffer.from(leaf.kind === 'bytes' ? leaf.node.bytes! : leaf.text);
    if (leaf.kind === 'bytes' ? new Set(value).size < TELLING : lettersOf(leaf.text) < TELLING) continue;
    if (wanted.some((one) => one.edit === undefined && holds(one.leaf, value))) continue;
    const first = before.indexOf(value);
    if (first >= 0 && before.indexOf(value, first + 1) < 0 && now.includes(value)) {
      throw new Find('a value that was taken out is gone', `${leaf.name} ${edit.kind}: ${show(written)}`);
    }
  }
}

/** What was not edited and stood in the input as it reads stands in the output too. */
function checkKept(input: Uint8Array, written: Uint8Array, wanted: readonly { leaf: Leaf; edit: Edit | undefined }[]): void {
  const before = Buffer.from(input);
  const now = Buffer.from(written);
  for (const { leaf, edit } of wanted) {
    // A comment may go with the text that it stands in; the text of a binary number stands nowhere, nor does one with other escapes.
    if (
      edit !== undefined ||
      leaf.kind === 'number' ||
      leaf.kind === 'boolean' ||
      lettersOf(leaf.text) < KEPT_MIN ||
      /["\\]/.test(leaf.text) ||
      /\.#(?:comment|instruction)$/.test(leaf.name)
    )
      continue;
    const value = Buffer.from(leaf.kind === 'bytes' ? leaf.node.bytes! : leaf.text);
    if (before.includes(value) && !now.includes(value)) {
      throw new Find('an edit changes its node and no other', `${leaf.name}=${leaf.text.slice(0, 60)} is gone: ${show(written)}`);
    }
  }
}

export function show(bytes: Uint8Array): string {
  return JSON.stringify(Buffer.from(bytes).toString('latin1').slice(0, 300));
}

function difference(a: Uint8Array, b: Uint8Array): string {
  let i = 0;
  while (i < a.length && i < b.length && a[i] === b[i]) i += 1;
  return `at ${i}: ${show(a.subarray(i, i + 20))} → ${show(b.subarray(i, i + 20))}`;
}

function firstDifference(want: readonly string[], got: readonly string[]): string {
  const i = want.findIndex((one, at) => one !== got[at]);
  const at = i < 0 ? want.length : i;
  return `${want.length} and ${got.length} leaves; ${JSON.stringify(want[at])?.slice(0, 80)} and ${JSON.stringify(got[at])?.slice(0, 80)}`;
}
