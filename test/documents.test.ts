// The documents name files of the program: each of them must be there.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import test from 'ava';

const DOCUMENTS = [
  'README.md',
  'rules/README.md',
  'src/audit/FORMAT.md',
  ...readdirSync('docs')
    .filter((name) => name.endsWith('.md'))
    .map((name) => path.join('docs', name)),
];
/** A file by its path below `src/`, or from the top. */
const FILE = /`((?:[\w.-]+\/)+[\w-]+\.(?:ts|tsx|mjs|yaml|py))`/g;

for (const document of DOCUMENTS) {
  test(`every file that ${document} names is there`, (t) => {
    const names = [...readFileSync(document, 'utf8').matchAll(FILE)].map(([, name = '']) => name);
    t.deepEqual(
      names.filter((name) => !existsSync(name) && !existsSync(path.join('src', name)) && !existsSync(path.join('rules', name))),
      [],
    );
  });
}
