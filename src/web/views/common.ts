// What the answers of the API have in common.
import { CATEGORY_IDS, MODES, VERDICTS } from '../../model.js';
import { bool, list, named, object, oneOf, optional, text, whole } from '../schema.js';

export const title = named('Title', object({ en: text(), ru: text() }));
export const category = oneOf(CATEGORY_IDS);
export const lang = oneOf(['en', 'ru']);
export const mode = oneOf(MODES);
export const ms = whole();
export const count = whole();
export const id = text(300);
export const verdict = oneOf(VERDICTS);
export const fates = { kept: count, changed: count, withheld: count };

export const done = named('Done', object({ done: bool }));
export const problem = named(
  'Problem',
  object({ error: object({ code: text(60), message: text(), faults: optional(list(text())) }) }),
);
