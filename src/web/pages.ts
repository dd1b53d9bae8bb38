// The page's files, read once: hashed names are kept by browsers for a year, everything else is the page itself.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';

export interface PageFile {
  readonly type: string;
  readonly bytes: Buffer;
  readonly gzip: Buffer;
  readonly etag: string;
  /** Its name holds its hash: it never changes. */
  readonly immutable: boolean;
}

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.webmanifest': 'application/manifest+json',
};

/** Every file below `root` by its path (`/assets/index-1a2b.js`); empty when the page was not built. */
export function readPages(root: string): ReadonlyMap<string, PageFile> {
  const found = new Map<string, PageFile>();
  let names: string[];
  try {
    names = readdirSync(root, { recursive: true, encoding: 'utf8' });
  } catch {
    return found; // not built: the API works all the same, the page says so
  }
  for (const name of names) {
    const file = path.join(root, name);
    const type = TYPES[path.extname(name)];
    if (!type || !statSync(file).isFile()) continue;
    const bytes = readFileSync(file);
    const etag = `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"`;
    const key = `/${name.split(path.sep).join('/')}`;
    found.set(key, { type, bytes, gzip: gzipSync(bytes, { level: 9 }), etag, immutable: key.startsWith('/assets/') });
  }
  return found;
}
