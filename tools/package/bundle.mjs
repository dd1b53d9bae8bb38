// The program's code, bundled: a few files instead of several hundred, with the packages that it uses inside.
import { build } from 'vite';
import { compilerId } from '../../dist/rules-files.js';

/** What is started by its name (src/shipped.ts): the command line, the threads, the child for mDNS. */
const ENTRIES = ['cli/main', 'workers/worker', 'workers/rules-worker', 'household/mdns-child'];
/** Stay packages of their own: two are found by their place when they are first needed, one has a native part, one is optional and left out. */
export const APART = ['node-forge', 'fxa-common-password-list', 'classic-level'];
const LEFT_OUT = ['mdns'];

/** Writes the code into the folder `out`, as it stands below `dist`. The build has to be there. */
export async function bundle(out) {
  await build({
    configFile: false,
    logLevel: 'warn',
    define: { BUNDLED_COMPILER: JSON.stringify(compilerId()) },
    ssr: { noExternal: true, external: [...APART, ...LEFT_OUT] },
    build: {
      ssr: true,
      target: 'node20',
      minify: false,
      outDir: out,
      emptyOutDir: true,
      copyPublicDir: false,
      rolldownOptions: {
        input: Object.fromEntries(ENTRIES.map((entry) => [entry, `dist/${entry}.js`])),
        // A part of another build has another name: a hub that still runs while its folder changes finds none rather than a strange one.
        output: { entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js' },
      },
    },
  });
}
