// Parts of one line of a log: what the line as a whole says of one of them, where its own name does not.

import type { CategoryId, Node } from '../model.js';
import { LABELLED, type ValueRecognizers } from '../recognize/value-recognizers.js';

/** Names that make a field what a sentence says it is. */
const NAMES: Partial<Record<CategoryId, string>> = {
  wifi_ssid: 'ssid',
  wifi_password: 'wifi password',
  credential: 'password',
  hostname: 'hostname',
};

/**
 * For each part of a line that the line as a whole gives away (`netsh wlan connect name="…"`, cut at its pair) the name it deserves;
 * undefined where there is none. Not for parts that are found by themselves.
 */
export function saidOfParts(line: Node, recognizers: ValueRecognizers): ReadonlyMap<Node, string> | undefined {
  if (line.text === '') return undefined;
  let found: Map<Node, string> | undefined;
  const own = new Map<Node, ReadonlySet<string>>();
  const parts = line.children!;
  let next = 0;
  for (const { category, start, end } of recognizers.findIdentifiers(line.text, LABELLED)) {
    const name = NAMES[category];
    // Both are in the order of the text.
    while (next < parts.length && parts[next]!.end <= line.start + start) next += 1;
    const part = parts[next] !== undefined && parts[next]!.start < line.start + end ? parts[next] : undefined;
    if (part === undefined || name === undefined || part.kind !== 'string') continue;
    const said = line.text.slice(start, end);
    if (part.name === '#text') {
      const known =
        own.get(part) ??
        new Set(recognizers.findIdentifiers(part.text, LABELLED).map((one) => part.text.slice(one.start, one.end)));
      own.set(part, known);
      if (known.has(said)) continue;
    }
    found ??= new Map();
    found.set(part, name);
  }
  return found;
}
