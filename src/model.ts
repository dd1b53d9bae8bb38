// The words of the project as types (docs/words.md).
export * from './model/rules.js';
export * from './model/tree.js';
export * from './model/words.js';
