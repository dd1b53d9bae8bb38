// A worker that never answers the first message, as one in an endless loop would.
import { parentPort } from 'node:worker_threads';

parentPort!.on('message', ({ kind }: { kind: string }) => {
  for (; kind === 'judge'; );
});
parentPort!.postMessage({ kind: 'ready' });
