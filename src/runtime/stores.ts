// Everything a hub keeps, opened and held against what is known outside the store: keys, the store, the log, a copy of the choices.
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { logKeyFromSeed } from '../audit/checkpoint.js';
import { continuedSentence, listEntries } from '../audit/cli.js';
import type { ContinuedEntry } from '../audit/entry.js';
import { type AuditLog, openLog } from '../audit/store.js';
import { asHubError, HubError } from '../errors.js';
import type { ChoiceState } from '../household/choices.js';
import { openLevelStore } from '../store/level.js';
import type { Store } from '../store/store.js';
import { hasStore } from '../store/upgrade.js';
import { LET_THROUGH_FILE } from './bypass-list.js';
import { type HubKeys, KEY_FILE, openKeys } from './install-keys.js';
import { SealedFile } from './sealed-file.js';
import { StoreMark } from './store-mark.js';

export interface StoresOptions {
  readonly dataDir: string;
  readonly flushMs: number;
  /** Where the hub says what happens to it; never a value. */
  readonly say: (line: string) => void;
  readonly now: () => number;
  /** Something of the store could not be read: all of it is looked at. */
  readonly suspect?: boolean;
  /** Told when files were damaged or a log had to be left; also while everything is open. */
  readonly onTrouble?: () => void;
}

/** What a start, or an inspection later, found of the store. */
export interface StoreState {
  /** Files that were damaged; what they held is lost, or is in the folder beside the store. */
  damaged: readonly string[];
  /** The log goes on from another, which was cut, put back or damaged. */
  continued: Omit<ContinuedEntry, 'kind'> | undefined;
}

export interface Stores {
  readonly keys: HubKeys;
  readonly store: Store;
  readonly log: AuditLog;
  readonly state: StoreState;
  /** The choices as they were last on disk. */
  readonly copy: SealedFile<ChoiceState>;
  /** For `openChoices`: the version that must be there at least. */
  readonly leastChoices: number;
  /** When the log's last entry before this start was made. */
  readonly lastEntryMs: number | undefined;
  /** The time that retention believed last; without one, `lastEntryMs`. */
  readonly lastBelievedMs: number | undefined;
  /** Keeps the time that retention believes, for the next start. */
  setBelieved(timeMs: number): Promise<void>;
  /** For `openChoices`: keeps a copy of the choices, and their version, outside the store. */
  keepChoices(state: ChoiceState): Promise<void>;
  /** Told when the store was mended while it was open: what is in memory is to be written again. */
  onMended(listener: () => Promise<void>): void;
}

/** What a first start leaves in the data directory, so that a store which is missing later is known to be missing. */
const TRACES = [LET_THROUGH_FILE, 'account.json'];
export const COPY_FILE = 'choices.copy';

export function storeFolder(dataDir: string): string {
  return path.join(dataDir, 'store');
}

/**
 * Opens keys, store and log in `dataDir`, making them at the first start. A damaged store is mended, and a log that lost something goes
 * on as a new one. Throws `config` where they cannot be used: another process has them, the system says no.
 */
export async function openStores({
  dataDir,
  flushMs,
  say,
  now,
  suspect = false,
  onTrouble = () => undefined,
}: StoresOptions): Promise<Stores> {
  const folder = storeFolder(dataDir);
  const wasThere = hasStore(folder);
  const hadKey = existsSync(path.join(dataDir, KEY_FILE));
  const keys = openKeys(dataDir);
  const sealed = { key: keys.household, random: randomBytes };
  const mark = await StoreMark.open({ dataDir, ...sealed });
  const copy = new SealedFile<ChoiceState>({ dir: dataDir, name: COPY_FILE, ...sealed });
  // Without its key nothing of the store opens: the choices are closed, and another log begins.
  const state: StoreState = { damaged: wasThere && !hadKey ? [KEY_FILE] : [], continued: undefined };
  const listeners: (() => Promise<void>)[] = [];
  let isSuspect = false;
  const store = await openLevelStore({
    path: folder,
    flushMs,
    damaged: 'mend',
    suspect,
    onMended: (damages) => {
      isSuspect = true;
      state.damaged = [...state.damaged, ...damages.map(({ file }) => file)];
      say(
        `the store was damaged (${damages.map(({ file }) => file).join(', ') || 'LevelDB could not read it'}): it goes on without what was lost`,
      );
      onTrouble();
      for (const listener of listeners)
        listener().catch((fault: unknown) => say(`what it held cannot be written again: ${asHubError(fault).code}`));
    },
  });
  const wasMended = isSuspect;
  try {
    const log = await openLog(store, {
      key: logKeyFromSeed(`hubsieve/${keys.installId}`, keys.logSeed),
      random: randomBytes,
      now,
      head: mark.head,
      whole: () => {
        const answer = isSuspect;
        isSuspect = false;
        return answer;
      },
      onHead: (head) => mark.setHead(head),
      onContinued: ({ kind: _, ...continued }) => {
        state.continued = continued;
        say(continuedSentence(continued));
        onTrouble();
      },
    });
    const lastEntryMs = await readLastEntryMs(log);
    const isUnsure = mark.found === 'unreadable' || wasMended || (!wasThere && hasTraces(dataDir));
    return {
      keys,
      store,
      log,
      state,
      copy,
      lastEntryMs,
      lastBelievedMs: mark.believedMs ?? lastEntryMs,
      setBelieved: (timeMs) => mark.setBelieved(timeMs),
      // Where nobody knows whether anything was chosen, "nothing" is no answer.
      leastChoices: mark.found === 'there' ? mark.choicesVersion : isUnsure ? 1 : 0,
      async keepChoices(choices) {
        try {
          await copy.write(choices);
          await mark.setChoices(choices.version);
        } catch (fault) {
          // The choices are on disk in the store. What is lost is that a later damage to it would be seen.
          say(`the copy of the choices could not be written: ${fault instanceof HubError ? fault.where : 'unknown reason'}`);
        }
      },
      onMended: (listener) => void listeners.push(listener),
    };
  } catch (fault) {
    await store.close();
    throw fault;
  }
}

async function readLastEntryMs(log: AuditLog): Promise<number | undefined> {
  for await (const { timeMs } of listEntries(log, { limit: 1 })) return timeMs;
  return undefined;
}

/** Whether a fault comes of files that are damaged. */
export function isOfDamage(fault: unknown): boolean {
  for (let one = fault; one instanceof Error; one = one.cause)
    if (one instanceof HubError && one.code === 'store_damaged') return true;
  return false;
}

function hasTraces(dataDir: string): boolean {
  return TRACES.some((name) => existsSync(path.join(dataDir, name)));
}
