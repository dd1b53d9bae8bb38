// Parts of one line of a log: what the line as a whole says of one of them, where its own name does not.
import type { CategoryId } from '../../model.js';
import type { StructureRecognizer } from '../evidence.js';
import type { Kit } from '../kit.js';
import { OF_OBJECTS } from './names.js';

/** Names that make a field what a line says it is. */
const NAMES: Partial<Record<CategoryId, string>> = {
  wifi_ssid: 'ssid',
  wifi_password: 'wifi password',
  credential: 'password',
  hostname: 'hostname',
};
/** Text between the pairs of a line (payload/log.ts): what it says by itself is found there. */
const TEXT_PART = '#text';

export function logLine({ findLabelled }: Kit): StructureRecognizer {
  return {
    ...OF_OBJECTS,
    says: { en: 'the line of the log says what it is', ru: 'об этом говорит строка журнала' },
    concerns: ({ nameCategory }) => nameCategory === undefined,
    atLeast: 1,
    interpret(container) {
      const { text: line } = container;
      if (line === '') return undefined;
      const { start: from, children, fields } = container;
      const names = new Map<number, string>();
      const own = new Map<number, ReadonlySet<string>>();
      let next = 0;
      for (const { category, start, end } of findLabelled(line)) {
        // Findings and parts are both in the order of the text.
        while (next < children.length && children[next]!.end <= from + start) next += 1;
        const part = children[next];
        const name = NAMES[category];
        if (name === undefined || part === undefined || part.start >= from + end) continue;
        if (part.kind !== 'string' || fields[next]!.nameCategory !== undefined) continue;
        const text = line.slice(start, end);
        if (part.name === TEXT_PART) {
          const found = own.get(next) ?? new Set(findLabelled(part.text).map((one) => part.text.slice(one.start, one.end)));
          own.set(next, found);
          if (found.has(text)) continue;
        }
        names.set(next, name);
      }
      return names.size > 0 ? { kind: 'renamed', names } : undefined;
    },
    examples: [
      {
        text: '"op=\\"connection-activate\\" uuid=\\"5a32aa4e\\" name=\\"Blue Heron\\" pid=812 result=\\"success\\""',
        from: 'NetworkManager 1.46, audit',
      },
      { text: '"1834 client provides name=Annas-Handy tags=br0"', from: 'dnsmasq 2.90, log-dhcp' },
    ],
    counterexamples: [{ text: '"audit name=root res=success"', from: 'Linux audit 3.1' }],
  };
}
