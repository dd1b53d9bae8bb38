// A root that was rotated by the command, taken by the hub that runs; and which one it serves, for `hubsieve doctor`.
import { readFileSync, unwatchFile, watchFile } from 'node:fs';
import path from 'node:path';
import { asHubError } from '../errors.js';
import { type Authority, ROOT_FILE } from '../net/authority.js';
import { writeWhole } from '../store/secret-files.js';

/** Beside the root: the fingerprint of the one that the hub serves. */
const SERVED_FILE = 'served.txt';
/** How soon a hub sees a new root. A look costs one stat. */
export const LOOK_MS = 5_000;

export class RootWatch {
  private readonly file: string;
  private readonly look = (): void => this.reload();

  constructor(
    private readonly authority: Authority,
    private readonly dir: string,
    private readonly say: (line: string) => void,
  ) {
    this.file = path.join(dir, ROOT_FILE);
    this.tell();
    // By polling: the file is replaced, not written, and its owner may change after that.
    watchFile(this.file, { interval: LOOK_MS, persistent: false }, this.look);
  }

  /** Takes the root that stands there. One that cannot be read leaves the one before in its place. */
  reload(): void {
    try {
      if (!this.authority.reload()) return;
      this.tell();
      this.say('the root has been rotated: devices that do not take the new one are refused from now on');
    } catch (fault) {
      this.say(`the root in ${this.dir} cannot be taken: ${asHubError(fault).code}; the one before it stays`);
    }
  }

  close(): void {
    unwatchFile(this.file, this.look);
  }

  private tell(): void {
    writeWhole(path.join(this.dir, SERVED_FILE), `${this.authority.fingerprint}\n`, 0o644);
  }
}

/** SHA-256 of the root that the running hub serves; undefined where none has said so. */
export function readServed(dir: string): string | undefined {
  try {
    return readFileSync(path.join(dir, SERVED_FILE), 'utf8').trim();
  } catch {
    return undefined; // no hub has run here
  }
}
