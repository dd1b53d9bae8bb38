import test from 'ava';
import fc from 'fast-check';
import {
  CompactRange,
  consistencyProof,
  EMPTY_ROOT,
  inclusionProof,
  leafHash,
  type ReadNode,
  rootAt,
  verifyConsistency,
  verifyInclusion,
} from '#src/audit/tree.js';
import { naiveRoot } from './helpers.js';

const leavesOf = (n: number) => Array.from({ length: n }, (_, i) => Buffer.from(`leaf ${i}`));

/** Complete subtrees, all kept: what a store must be able to give. */
function readerOf(leaves: readonly Buffer[]): ReadNode {
  const nodes = new Map<string, Buffer>();
  const tree = new CompactRange();
  leaves.forEach((leaf, i) => {
    nodes.set(`0/${i}`, leafHash(leaf));
    tree.append(leafHash(leaf), (height, index, node) => nodes.set(`${height}/${index}`, node));
  });
  return async (height, index) => nodes.get(`${height}/${index}`) as Buffer;
}

test('the roots of the first eight trees of the RFC 6962 test vectors', (t) => {
  const inputs = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f'];
  const roots = [
    '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
    'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
    'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
    'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
    '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
    '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
    'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
    '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
  ];
  const tree = new CompactRange();
  t.true(tree.root().equals(EMPTY_ROOT));
  inputs.forEach((input, i) => {
    tree.append(leafHash(Buffer.from(input, 'hex')));
    t.is(tree.root().toString('hex'), roots[i] as string);
  });
});

test('every root, inclusion proof and consistency proof up to 40 leaves agrees with the naive tree', async (t) => {
  const leaves = leavesOf(40);
  const read = readerOf(leaves);
  const roots = leaves.map((_, i) => naiveRoot(leaves.slice(0, i + 1)));
  for (let n = 1; n <= leaves.length; n++) {
    const root = roots[n - 1] as Buffer;
    t.true((await rootAt(read, n)).equals(root));
    for (let i = 0; i < n; i++)
      t.true(verifyInclusion(leafHash(leaves[i] as Buffer), i, n, await inclusionProof(read, i, n), root), `${i} in ${n}`);
    for (let m = 1; m <= n; m++)
      t.true(verifyConsistency(m, n, roots[m - 1] as Buffer, root, await consistencyProof(read, m, n)), `${m} to ${n}`);
  }
});

test('a proof with one bit, the index, a size or the number of hashes changed proves nothing', async (t) => {
  const size = fc.integer({ min: 2, max: 300 });
  await fc.assert(
    fc.asyncProperty(size, fc.nat(), fc.nat(), fc.nat(255), async (n, pick, at, bit) => {
      const leaves = leavesOf(n);
      const read = readerOf(leaves);
      const root = naiveRoot(leaves);
      const i = pick % n;
      const leaf = leafHash(leaves[i] as Buffer);
      const proof = await inclusionProof(read, i, n);
      const bent = proof.map((one) => Buffer.from(one));
      const hash = bent[at % bent.length] as Buffer;
      hash[bit >> 3] = (hash[bit >> 3] as number) ^ (1 << (bit & 7));
      t.true(verifyInclusion(leaf, i, n, proof, root));
      t.false(verifyInclusion(leaf, i, n, bent, root));
      t.false(verifyInclusion(leaf, i ^ 1, n, proof, root));
      t.false(verifyInclusion(leaf, i, n, proof.slice(1), root));
      t.false(verifyInclusion(leaf, i, n, [...proof, root], root));
      const m = 1 + (pick % (n - 1));
      const old = naiveRoot(leaves.slice(0, m));
      const step = await consistencyProof(read, m, n);
      t.true(verifyConsistency(m, n, old, root, step));
      t.false(verifyConsistency(m, n, root, root, step));
      t.false(verifyConsistency(m, n, old, old, step));
      t.false(verifyConsistency(m, n, old, root, step.slice(1)));
      t.false(verifyConsistency(m, n, old, root, [...step, root]));
    }),
    { numRuns: 60 },
  );
});

test('sizes and indexes that are no safe integers are refused, not rounded', (t) => {
  const root = Buffer.alloc(32);
  t.false(verifyInclusion(root, 2 ** 60, 2 ** 61, [], root));
  t.false(verifyInclusion(root, -1, 1, [], root));
  t.false(verifyInclusion(root, 0.5, 1, [], root));
  t.false(verifyConsistency(0, 1, root, root, []));
  t.false(verifyConsistency(2, 1, root, root, []));
});

test('a tree built from subtrees is the tree built from leaves', (t) => {
  const leaves = leavesOf(700);
  const plain = new CompactRange();
  const nodes: Buffer[] = [];
  for (const leaf of leaves) plain.append(leafHash(leaf), (height, _index, node) => height === 8 && nodes.push(node));
  const tree = new CompactRange();
  for (const node of nodes) tree.appendSubtree(8, node);
  for (const leaf of leaves.slice(512)) tree.append(leafHash(leaf));
  t.true(tree.root().equals(plain.root()));
  t.throws(() => tree.appendSubtree(8, nodes[0] as Buffer), { instanceOf: RangeError });
});
