// What value recognizers share: how a finding is added, and how a pattern walks a text.
import type { CategoryId, Finding } from '../../model.js';

/** What all of them have. */
export const VALUE = { source: 'value', by: 'value' } as const;

/** How far back a word in front of a value can say what it is (`firmware 4.3.8.1`). */
const CONTEXT_CHARS = 24;

export function add(
  out: Finding[],
  category: CategoryId,
  start: number,
  end: number,
  canonical: string,
  strength: Finding['strength'] = 'certain',
): void {
  out.push({ category, start, end, canonical, strength });
}

/** Visits every match. `pattern` must be global; no pattern here may backtrack over more than a bounded stretch. */
export function eachMatch(pattern: RegExp, text: string, visit: (match: RegExpExecArray) => void): void {
  pattern.lastIndex = 0;
  for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) visit(match);
}

/** Adds each match of a pattern: its first group where it has one, else all of it. `name` begins the canonical form. */
export function addMatches(
  pattern: RegExp,
  text: string,
  out: Finding[],
  category: CategoryId,
  name: string,
  strength: Finding['strength'] = 'certain',
): void {
  eachMatch(pattern, text, (match) => {
    const value = match[1] ?? match[0];
    const start = match.index + match[0].lastIndexOf(value);
    add(out, category, start, start + value.length, `${name}:${value}`, strength);
  });
}

/** The few characters before `at`, where a word may say what follows. */
export function contextBefore(text: string, at: number): string {
  return text.slice(Math.max(0, at - CONTEXT_CHARS), at);
}
