#!/usr/bin/env node
// The first file that is run. It has no syntax and no import that an old Node does not know (the build takes out what the compiler adds),
// so that a Node of any age says that it is too old instead of showing a syntax error. The commands are in cli/.

/** As in package.json, "engines". */
const LEAST = [20, 19] as const;
const own = process.versions.node.split('.').map(Number);

function cannot(why: string): void {
  process.stderr.write(`hubsieve: ${why}\n`);
  process.exitCode = 2;
}

if (own[0]! > LEAST[0] || (own[0] === LEAST[0] && own[1]! >= LEAST[1])) {
  // Not written out: Node 8 and older cannot read a file with `import()` in it.
  const load = new Function('file', 'return import(file)') as (file: string) => Promise<typeof import('./cli/main.js')>;
  void load('./cli/main.js').then(
    (loaded) => loaded.main(process.argv.slice(2)),
    (fault: Error) => cannot(`the program is not whole: ${fault.message}`),
  );
} else cannot(`needs Node ${LEAST.join('.')} or later; this is ${process.versions.node} (${process.execPath})`);
