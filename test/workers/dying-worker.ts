// A worker that dies of a message.
import { parentPort } from 'node:worker_threads';

parentPort!.on('message', ({ kind }: { kind: string }) => {
  if (kind === 'judge') throw new Error('Fjordhaven-Upstairs');
});
parentPort!.postMessage({ kind: 'ready' });
