// Makes dist/cli.js readable for a Node of any age, part of the build: the compiler marks it as a module, which Node before 12 cannot read.
import { readFileSync, writeFileSync } from 'node:fs';

const FILE = 'dist/cli.js';
writeFileSync(FILE, readFileSync(FILE, 'utf8').replace(/^export \{\};\n/m, ''));
