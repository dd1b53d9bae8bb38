// The field goes on as it is.
import type { Action } from './action.js';

export const keep: Action = {
  apply: () => ({ kind: 'keep' }),
  says: { en: 'It is sent as it is.', ru: 'Отправляется без изменений.' },
};
