// Reads rules elsewhere than on the hub's own thread, within a time and a memory.
import { Worker } from 'node:worker_threads';
import { HubError } from '../errors.js';
import type { RulesFile, RulesRead } from '../services/rules-reading.js';
import { SHIPPED } from '../shipped.js';

export interface RulesReaderOptions {
  readonly ms?: number;
  /** The thread's program; only tests give another. */
  readonly entry?: URL | string;
}

/** All shipped rules take half a second; a small machine with much else to do some dozen times that. Nothing waits for it but the page. */
const READ_MS = 60_000;
/** MiB. The shipped rules take 20 of the old heap; rules are half a megabyte at most. */
const RESOURCES = { maxOldGenerationSizeMb: 96, maxYoungGenerationSizeMb: 8, stackSizeMb: 4 } as const;
const ENTRY = SHIPPED.rulesWorker;

/** Rejects `too_long` where they take more time or memory than rules do. */
export function readRulesApart(
  files: readonly RulesFile[],
  { ms = READ_MS, entry = ENTRY }: RulesReaderOptions = {},
): Promise<RulesRead> {
  return new Promise<RulesRead>((resolve, reject) => {
    // Nothing of the command line or the environment is for it.
    const worker = new Worker(entry, { resourceLimits: RESOURCES, argv: [], env: {}, execArgv: [] });
    const settle = (tell: () => void): void => {
      clearTimeout(timer);
      void worker.terminate();
      tell();
    };
    const timer = setTimeout(() => settle(() => reject(new HubError('too_long'))), ms);
    worker.once('message', (read: RulesRead) => settle(() => resolve(read)));
    worker.on('error', (fault: Error & { code?: string }) => {
      const code = fault.code === 'ERR_WORKER_OUT_OF_MEMORY' ? 'too_long' : 'internal';
      settle(() => reject(new HubError(code, 'rules', { cause: fault })));
    });
    worker.once('exit', () => settle(() => reject(new HubError('internal', 'rules')))); // after an answer this changes nothing
    worker.postMessage(files);
  });
}
