// A reader of rules that never comes to an end.
import { parentPort } from 'node:worker_threads';

parentPort!.on('message', (files: readonly unknown[]) => {
  for (; files.length > 0; );
});
