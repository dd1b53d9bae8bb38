// What every detector shares: its shape, and how a pattern walks a text.
import type { CategoryId, Finding } from '../../model.js';

/** Appends what it finds to `out`; overlaps are settled afterwards. `traits` are those of `text`. */
export type Detector = (text: string, out: Finding[], traits: number) => void;

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

/** The few characters before `at`, where a word may say what follows. */
export function contextBefore(text: string, at: number): string {
  return text.slice(Math.max(0, at - CONTEXT_CHARS), at);
}

/** Luhn's check (ISO/IEC 7812-1 annex B) over a string of decimal digits. */
export function luhnHolds(digits: string): boolean {
  let sum = 0;
  for (let i = 0; i < digits.length; i++) {
    const digit = digits.charCodeAt(digits.length - 1 - i) - 48;
    const doubled = i % 2 === 1 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}
