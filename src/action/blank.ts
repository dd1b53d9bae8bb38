// The member stays, empty, with its type; of a sentence, only what was found is cut out.
import { type Action, BLANK, isPartial, replaceSpan } from './action.js';

export const blank: Action = {
  apply: (subject) => (subject.kind === 'string' && isPartial(subject) ? replaceSpan(subject, '') : BLANK),
  says: { en: 'It is sent empty.', ru: 'Отправляется пустым.' },
};
