// The whole message stays at home.
import type { Action } from './action.js';

export const refuse: Action = {
  apply: () => ({ kind: 'refuse' }),
  says: { en: 'The whole message is not sent.', ru: 'Не отправляется всё сообщение.' },
};
