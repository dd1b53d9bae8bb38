// What the API answers: schemas, and from them the types that the page uses too.
export { category, done, lang, mode, problem, title } from './views/common.js';
export * from './views/fields.js';
export * from './views/log.js';
export * from './views/overview.js';
export * from './views/services.js';
export * from './views/settings.js';
