// Choices that are damaged or missing, recovered: from the hub's own copy, from a backup of the household's, or asked anew.
import { HubError } from '../errors.js';
import { type ChoiceState, checkState, NOTHING } from '../household/choices/state.js';
import { type By, type Choices, type ClosedWhy, readBackup } from '../household/choices.js';
import type { Stores } from './stores.js';

/** What is to be recovered, and from what it can be. */
export interface Recoverable {
  /** Why nothing leaves the home; undefined: the choices are good. */
  readonly closed?: ClosedWhy;
  /** The version that the choices had, as far as is known outside the store. */
  readonly expected: number;
  /** Of the hub's own copy, where it can be read. */
  readonly copyVersion?: number;
}

export type RecoverFrom =
  | { readonly from: 'copy' }
  | { readonly from: 'anew' }
  /** `text`: what a backup of the page holds. */
  | { readonly from: 'backup'; readonly text: string };

type Kept = Pick<Stores, 'copy' | 'leastChoices'>;

/** The hub's own copy; one that a newer program wrote, or nobody, is none. */
async function readCopy({ copy }: Pick<Stores, 'copy'>): Promise<ChoiceState | undefined> {
  const content = await copy.read();
  if (content.is !== 'there') return undefined;
  try {
    return checkState(content.value);
  } catch {
    return undefined;
  }
}

export async function readRecoverable(choices: Pick<Choices, 'closed'>, kept: Kept): Promise<Recoverable> {
  const copy = await readCopy(kept);
  return {
    ...(choices.closed === undefined ? {} : { closed: choices.closed }),
    expected: kept.leastChoices,
    ...(copy === undefined ? {} : { copyVersion: copy.version }),
  };
}

/**
 * Recovers the choices; from then on messages leave as they say. Throws `not_found` without a copy, `config` for one that is older than
 * the choices were, for a text that is no backup and where nothing is to be recovered, `record_failed`.
 */
export async function recover(asked: RecoverFrom, choices: Choices, kept: Kept, by: By): Promise<void> {
  if (choices.closed === undefined) throw new HubError('config', 'nothing is to be recovered');
  await choices.recover(asked.from, await stateFrom(asked, kept), by);
}

async function stateFrom(asked: RecoverFrom, kept: Kept): Promise<ChoiceState> {
  switch (asked.from) {
    case 'copy': {
      const copy = await readCopy(kept);
      if (copy === undefined) throw new HubError('not_found', 'the hub has no copy of its own that can be read');
      if (copy.version < kept.leastChoices)
        throw new HubError('config', `the hub’s own copy is of change ${copy.version}, and ${kept.leastChoices} were made`);
      return copy;
    }
    case 'backup':
      return readBackup(asked.text);
    case 'anew':
      return NOTHING;
    default:
      return asked satisfies never;
  }
}
