// The member is absent afterwards; of a sentence, only what was found is cut out.
import { type Action, DROP, isPartial, replaceSpan } from './action.js';

export const drop: Action = {
  apply: (subject) => (subject.kind === 'string' && isPartial(subject) ? replaceSpan(subject, '') : DROP),
  says: { en: 'It is not sent.', ru: 'Не отправляется.' },
};
