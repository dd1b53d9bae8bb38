// The first view in one answer, asked for before the page's script is there. Small: everything else waits for it.
import type { First } from '../views.js';

const KEY = 'open';

/** Whether this browser was let in when it was last here: a hint for what to ask first, nothing more. */
export function wasOpen(): boolean {
  try {
    return localStorage.getItem(KEY) === 'yes';
  } catch {
    return false; // a private window
  }
}

export function noteOpen(open: boolean): void {
  try {
    localStorage.setItem(KEY, open ? 'yes' : 'no');
  } catch {
    // a private window: it asks the longer way
  }
}

/** Answers that came early, by the path that they are asked for. Each is taken once. */
const early = new Map<string, unknown>();

/** Never rejects: without it the page asks for each thing on its own, and says what is wrong. */
export async function askFirst(): Promise<void> {
  try {
    const response = await fetch('/api/v1/first', { credentials: 'same-origin', headers: { 'x-hubsieve-client': 'page/1' } });
    if (!response.ok) return;
    const { session, words, devices, overview, attention, store } = (await response.json()) as First;
    for (const [path, value] of Object.entries({ session, words, devices, 'overview?hours=24': overview, attention, store }))
      early.set(`/${path}`, value);
  } catch {
    return;
  }
}

/** What came early for this path, if it did. */
export function takeEarly<T>(path: string | undefined): T | undefined {
  const value = early.get(path ?? '') as T | undefined;
  early.delete(path ?? '');
  return value;
}
