// A declaration against the text it was read from: is it the same text, and does every entry's anchor stand in the clause that it cites?
import { createHash } from 'node:crypto';
import type { Declaration } from '../model.js';
import { citedEntries } from './entries.js';
import type { ReadFile, Report } from './source.js';

/** Says for every service with a `source` what its text, where it is given, does not bear out. */
export function checkTexts(files: readonly ReadFile<Declaration>[], texts: ReadonlyMap<string, string>, remark: Report): void {
  for (const { source, content } of files) {
    const text = texts.get(content.id);
    if (text === undefined || content.source === undefined) continue;
    const hash = createHash('sha256').update(text).digest('hex');
    const told = content.source.sha256;
    if (told !== '' && hash !== told)
      remark(source.placeOf(content.source, 'sha256'), `another text than the one that was read: its SHA-256 is ${hash}`);
    const whole = plain(text);
    for (const entry of citedEntries(content)) {
      const { anchor, clause } = entry;
      if (anchor === undefined) continue;
      const within = sectionOf(text, clause);
      if (!whole.includes(plain(anchor))) remark(source.placeOf(entry, 'anchor'), `the text has no “${anchor}”`);
      else if (within !== undefined && !plain(within).includes(plain(anchor)))
        remark(source.placeOf(entry, 'anchor'), `“${anchor}” does not stand in ${clause}`);
    }
  }
}

/** Letters and figures with one blank between words: line ends, quotation marks and dashes are written in many ways. */
function plain(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}@]+/gu, ' ')
    .trim();
}

/** From the line that begins with the clause's number up to the next that begins with another's; undefined where no line does. */
function sectionOf(text: string, clause: string): string | undefined {
  if (!/^\d+(?:\.\d+)*$/.test(clause)) return undefined;
  const lines = text.split('\n');
  const numberOf = (line: string): string | undefined => /^\s*(\d+(?:\.\d+)*)\.?\s/.exec(line)?.[1];
  const from = lines.findIndex((line) => numberOf(line) === clause);
  if (from < 0) return undefined;
  const isOther = (line: string): boolean => {
    const number = numberOf(line);
    return number !== undefined && number !== clause && !number.startsWith(`${clause}.`);
  };
  const length = lines.slice(from + 1).findIndex(isOther);
  return lines.slice(from, length < 0 ? undefined : from + 1 + length).join('\n');
}
