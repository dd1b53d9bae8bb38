// Where the parts of the program lie that are read as files: the same folders in a checkout and in a package, whose code is bundled
// into fewer files than it was written in.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The program's folder: the nearest one above this file that has a manifest. */
function programFolder(): string {
  let folder = path.dirname(fileURLToPath(import.meta.url));
  while (!existsSync(path.join(folder, 'package.json')) && path.dirname(folder) !== folder) folder = path.dirname(folder);
  return folder;
}

const FOLDER = programFolder();
const at = (...place: readonly string[]): string => path.join(FOLDER, ...place);

export const SHIPPED = {
  folder: FOLDER,
  manifest: at('package.json'),
  rules: at('rules'),
  /** In a checkout the hub's own root is made here. */
  certs: at('certs'),
  systemd: at('systemd'),
  /** The browser's part of the page. */
  page: at('dist', 'web', 'ui'),
  /** What tools/compile-rules.mjs made of the rules. */
  compiledRules: at('dist', 'rules.json'),
  /** When the program was built (tools/note-build.mjs). */
  buildNote: at('dist', 'build.json'),
  /** Programs that the hub starts beside itself. */
  worker: at('dist', 'workers', 'worker.js'),
  rulesWorker: at('dist', 'workers', 'rules-worker.js'),
  mdnsChild: at('dist', 'household', 'mdns-child.js'),
} as const;
