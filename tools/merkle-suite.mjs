// Runs transparency-dev/merkle's proof cases (a folder with `inclusion` and `consistency`) through the built code:
//   node tools/merkle-suite.mjs FOLDER
// Its subtree cases belong to a draft (Merkle Tree Certificates) that the log does not use; they are counted as left out.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { verifyConsistency, verifyInclusion } from '#src/audit/tree.js';

const [folder] = process.argv.slice(2);
if (folder === undefined) {
  console.error('usage: node tools/merkle-suite.mjs FOLDER');
  process.exit(2);
}

const bytes = (text) => Buffer.from(text ?? '', 'base64');
const proofOf = (one) => (one.proof ?? []).map(bytes);
const judges = {
  inclusion: (one) => verifyInclusion(bytes(one.leafHash), one.leafIdx, one.treeSize, proofOf(one), bytes(one.root)),
  consistency: (one) => verifyConsistency(one.size1, one.size2, bytes(one.root1), bytes(one.root2), proofOf(one)),
};

const cases = (kind) =>
  readdirSync(path.join(folder, kind), { recursive: true })
    .filter((name) => name.endsWith('.json'))
    .map((name) => [path.join(kind, name), JSON.parse(readFileSync(path.join(folder, kind, name), 'utf8'))]);

let wrong = 0;
for (const [kind, judge] of Object.entries(judges)) {
  const all = cases(kind);
  const accepted = all.filter(([, one]) => !one.wantErr).length;
  if (all.length === 0) throw new Error(`no cases in ${kind}`);
  for (const [name, one] of all) {
    if (judge(one) !== one.wantErr) continue;
    wrong++;
    console.log(`WRONG ${name}: ${one.desc}`);
  }
  console.log(`${kind}: ${all.length} cases, ${accepted} of them to be accepted`);
}
const left = readdirSync(folder).filter((name) => name.startsWith('subtree'));
console.log(`left out: ${left.map((name) => `${name} (${cases(name).length})`).join(', ') || 'nothing'}`);
console.log(wrong === 0 ? 'all as wanted' : `${wrong} not as wanted`);
process.exit(wrong === 0 ? 0 : 1);
