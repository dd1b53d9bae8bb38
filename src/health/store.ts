// Whether what the hub keeps is whole.
import type { StoreState } from '../runtime/stores.js';
import type { HubFault, StoreState as Shown } from '../web/facade.js';

export interface StoreHealth extends Pick<StoreState, 'damaged' | 'continued'> {
  readonly closed: Shown['closed'];
}

/** `damaged`: files of the store, at the last start or since. */
export function checkStore({ damaged, continued, closed }: StoreHealth): HubFault[] {
  return [
    ...(closed === undefined ? [] : [{ fault: 'choices_lost' as const, detail: closed }]),
    ...(damaged.length === 0 ? [] : [{ fault: 'store_damaged' as const, detail: damaged.join(', ') }]),
    ...(continued === undefined ? [] : [{ fault: 'log_continued' as const, detail: `${continued.found} of ${continued.size}` }]),
  ];
}
