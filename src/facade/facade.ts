// The hub as the page sees it: one object over the rooms, put together by topic.
import type { ChoiceChange } from '../household/choices.js';
import type { HubEvent, HubFacade } from '../web/facade.js';
import { devicesFacade } from './devices.js';
import { fieldsFacade } from './fields.js';
import type { FacadeParts } from './ports.js';
import { servicesFacade } from './services.js';
import { settingsFacade } from './settings.js';
import { trafficFacade } from './traffic.js';

export type { FacadeParts } from './ports.js';

/** Makes the facade; from now on changes of the choices are told to whoever listens, also those that come by themselves. */
export function createFacade(parts: FacadeParts): HubFacade {
  parts.home.choices.onChange((change) => {
    for (const what of shownAt(change)) parts.activity.changed(what);
  });
  return {
    ...trafficFacade(parts),
    ...servicesFacade(parts),
    ...devicesFacade(parts),
    ...fieldsFacade(parts),
    ...settingsFacade(parts),
  };
}

type Shown = Extract<HubEvent, { kind: 'changed' }>['what'];

function shownAt({ change }: ChoiceChange): readonly Shown[] {
  switch (change.what) {
    case 'purpose':
    case 'mode':
    case 'opaque':
    case 'sealed':
      return ['services'];
    case 'override':
    case 'override_end':
      return ['overrides'];
    case 'pause':
    case 'resume':
    case 'device':
    case 'forget':
      return ['devices'];
    case 'country':
      return ['services'];
    case 'adopt':
      return ['hosts'];
    case 'own':
    case 'language':
    case 'retention':
      return ['settings'];
    case 'restore':
    case 'recover':
      return ['services', 'devices', 'hosts', 'overrides', 'settings'];
    default:
      return change satisfies never;
  }
}
