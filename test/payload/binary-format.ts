// What the tests of CBOR and MessagePack share: bytes as hexadecimal digits, and what holds for any tree in either.
import test from 'ava';
import fc from 'fast-check';
import type { Document, Node } from '#src/model.js';
import { readBody } from '#src/payload/index.js';
import { applyEdits, asShown, expected, shown, type Tree, trees, unedited, type Value } from './binary-trees.js';
import { codeOf, LIMITS } from './support.js';

export const hex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex');
export const toHex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

type Read = (bytes: Uint8Array) => Document;

/** What is written after `change`, from and to hexadecimal digits. */
export const writerOf =
  (read: Read) =>
  (text: string, change: (root: Node) => void): string => {
    const document = read(hex(text));
    change(document.root);
    return toHex(document.write());
  };

/** Gives a root another text. */
export const to =
  (text: string) =>
  (root: Node): void =>
    void (root.edit = { kind: 'text', text });

/** A format with an encoder and a decoder that are not the project's. */
export interface BinaryFormat {
  readonly name: string;
  readonly read: Read;
  readonly encode: (tree: Tree) => Buffer;
  readonly decode: (bytes: Buffer) => Value;
}

export function testTrees({ name, read, encode, decode }: BinaryFormat): void {
  test('any tree reads as what it is, and goes back byte for byte', (t) => {
    fc.assert(
      fc.property(trees, (tree) => {
        const bytes = encode(tree);
        const document = read(bytes);
        t.is(document.write(), bytes);
        t.deepEqual(shown(document.root), asShown(expected(unedited(tree))));
      }),
      { numRuns: 300 },
    );
  });

  test('any edits on any tree decode as the tree without what they took', (t) => {
    fc.assert(
      fc.property(trees, (tree) => {
        const document = read(encode(tree));
        applyEdits(document.root, tree);
        t.deepEqual(decode(Buffer.from(document.write())), expected(tree));
      }),
      { numRuns: 300 },
    );
  });

  test(`damaged ${name} is read or refused, never a crash`, (t) => {
    const hits = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(trees, hits, (tree, damage) => {
        const bytes = encode(tree);
        for (const [at, value] of damage) bytes[at % bytes.length] = value;
        for (const reading of [() => read(bytes).write(), () => readBody(bytes, undefined, LIMITS)])
          t.not(codeOf(reading), 'crash');
      }),
      { numRuns: 500 },
    );
  });
}
