// What the hub tells while it happens; the page hears it too, so this file imports types of the model alone.
import type { Verdict } from '../model.js';

export type HubEvent =
  | {
      readonly kind: 'message';
      readonly seq: number;
      readonly timeMs: number;
      readonly device: string;
      readonly service: string;
      readonly verdict: Verdict;
      readonly withheld: number;
    }
  /** Something that a page shows has been changed (by another page, a script, or the end of a pause). */
  | {
      readonly kind: 'changed';
      readonly what: 'services' | 'devices' | 'fields' | 'hosts' | 'overrides' | 'settings' | 'health';
    };
