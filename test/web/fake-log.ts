// An export of the fake hub's log with a true tree and a signed checkpoint, so that the browser's own check has something to check.
import { logKeyFromSeed, signCheckpoint } from '#src/audit/checkpoint.js';
import { CompactRange, leafHash } from '#src/audit/tree.js';

export const FAKE_KEY = logKeyFromSeed('hubsieve/demo', Buffer.alloc(32, 7));

const SALT = Buffer.alloc(16, 9);

export function* exportOf(entries: readonly string[], tampered: boolean): Generator<string> {
  const line = (value: unknown) => `${JSON.stringify(value)}\n`;
  const tree = new CompactRange();
  const half = Math.floor(entries.length / 2);
  const notes: string[] = [];
  const hashes = entries.map((entry) => leafHash(Buffer.concat([SALT, Buffer.from(entry)])));
  for (const [index, hash] of hashes.entries()) {
    tree.append(hash);
    if (index + 1 === half || index + 1 === entries.length) notes.push(signCheckpoint(FAKE_KEY, index + 1, tree.root()));
  }
  const head = { format: 'hubsieve-audit-2', origin: FAKE_KEY.origin, key: FAKE_KEY.vkey, size: entries.length };
  yield line({ ...head, root: tree.root().toString('base64') });
  for (const [seq, entry] of entries.entries()) {
    const shown = tampered && seq === half ? entry.replace('x1', 'x2') : entry;
    yield line({ seq, hash: hashes[seq]!.toString('base64'), salt: SALT.toString('base64'), entry: shown });
  }
  for (const checkpoint of notes) yield line({ checkpoint });
}
