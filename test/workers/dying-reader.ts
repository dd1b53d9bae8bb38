// A reader of rules that dies of them.
import { parentPort } from 'node:worker_threads';

parentPort!.on('message', () => {
  throw new Error('Fjordhaven-Upstairs');
});
