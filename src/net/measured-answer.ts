// An answer whose body is written anew: where the cloud told its length, the device is told the new one.
import type { ServerResponse } from 'node:http';

/** Between a first piece and the end of a body that is given whole lies a turn of the event loop; a busy hub takes some. */
const WHOLE_MS = 50;

/**
 * Gives `body` to the device. The head waits for the first piece: one that comes whole leaves with its length, for the smallest devices
 * read no chunks; what comes in pieces leaves in chunks, from then on without waiting. `writeHead` is told the length, if it is known.
 */
export function giveMeasured(body: NodeJS.ReadableStream, res: ServerResponse, writeHead: (bodyBytes?: number) => void): void {
  let first: Buffer | undefined;
  let begun = false;
  let timer: NodeJS.Timeout | undefined;
  const head = (bodyBytes?: number): void => {
    if (res.destroyed) return;
    try {
      writeHead(bodyBytes);
    } catch {
      res.destroy(); // a head that Node does not write: the device sees no answer
    }
  };
  const begin = (): void => {
    if (begun) return;
    begun = true;
    head();
    if (first !== undefined && !res.destroyed) res.write(first);
  };
  body.on('data', (piece: Buffer) => {
    if (!begun && first === undefined) {
      first = piece;
      timer = setTimeout(begin, WHOLE_MS);
      return;
    }
    clearTimeout(timer);
    begin();
    if (res.destroyed || res.write(piece)) return;
    body.pause();
    res.once('drain', () => body.resume());
  });
  body.on('end', () => {
    clearTimeout(timer);
    if (!begun) head(first?.length ?? 0);
    if (res.destroyed) return;
    if (begun) res.end();
    else res.end(first);
  });
  res.once('close', () => clearTimeout(timer));
}
