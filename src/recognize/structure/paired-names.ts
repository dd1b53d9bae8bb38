// Names and values in turn, as elements: `["ssid","…"]`, or several pairs of which at least half name something.
import type { ContainerView, StructureRecognizer, ValueView } from '../evidence.js';
import type { Kit } from '../kit.js';
import { SELF_TELLING } from '../name/scalar-name.js';
import { attributeName } from './matter-attributes.js';
import { categoryOfText, isKeyText, OF_ARRAYS } from './names.js';

/** Most elements of such an array; a longer array is data. */
const ELEMENTS_MAX = 4096;
/** Fewest elements that may be a list of names: fewer are pairs, whatever they say. */
const LIST_MIN = 6;

export function pairedNames(kit: Kit): StructureRecognizer {
  /** The pairs from the element at `start` on; undefined for a list of words (`["geolocation","scenes","scripts"]`). */
  const pairsFrom = (start: number, { children, checkDeadline }: ContainerView): Map<number, string> | undefined => {
    const pairs = Math.floor((children.length - start) / 2);
    const names = new Map<number, string>();
    for (let i = start, left = pairs; left > 0; i += 2, left -= 1) {
      const [first, second] = [children[i]!, children[i + 1]!];
      checkDeadline(first.text.length + second.text.length);
      const name = first.kind === 'string' ? (attributeName(first.text) ?? first.text) : '';
      if (!isKeyText(name) || (names.size + left) * 2 < pairs) return undefined;
      const category = second.kind === 'boolean' || second.kind === 'null' ? undefined : categoryOfText(kit, name);
      if (category !== undefined && !(SELF_TELLING.has(category) && !/\d/.test(second.text))) names.set(i + 1, name);
    }
    if (names.size === 0 || names.size * 2 < pairs) return undefined;
    // So are words of which two thirds are names themselves (`["rssi","uptime","latitude","longitude",…]`).
    const isName = ({ kind, text }: ValueView): boolean =>
      kind === 'string' && isKeyText(text) && categoryOfText(kit, text) !== undefined;
    const words =
      pairs * 2 < LIST_MIN ? 0 : children.filter((child, i) => i > start && (i - start) % 2 === 1 && isName(child)).length;
    return words * 3 >= pairs * 2 ? undefined : names;
  };

  return {
    ...OF_ARRAYS,
    says: { en: 'the element before it gives its name', ru: 'имя стоит в элементе перед ним' },
    concerns: () => true,
    atLeast: 2,
    interpret(container) {
      const { children, field, isRoot } = container;
      if (children.length < 2 || children.length > ELEMENTS_MAX) return undefined;
      if (isRoot && (field.place === 'path' || field.place === 'topic')) return undefined;
      if (!isScalar(children[0]!) || !(children[0]!.kind === 'string' || children[1]!.kind === 'string')) return undefined;
      // One element before the pairs (`[node, "0/49/6", …]`) is no name itself.
      const isLed = children.length % 2 === 1 && !(children[0]!.kind === 'string' && isKeyText(children[0]!.text));
      const names = pairsFrom(isLed ? 1 : 0, container);
      return names && { kind: 'renamed', names };
    },
    examples: [
      { text: '{"connections":[["mac","f4cfa2778899"]]}', from: 'Home Assistant MQTT discovery, device' },
      { text: '[5,"0/49/6","Qmx1ZSBIZXJvbg=="]', from: 'Home Assistant Matter server 5, attribute_updated' },
      { text: '["ssid","Blue Heron","x"]', from: 'evasion' },
    ],
    counterexamples: [
      { text: '["geolocation","scenes","scripts"]', from: 'evasion' },
      { text: '["index","rssi","uptime","latitude","longitude","humidity"]', from: 'evasion' },
    ],
  };
}

function isScalar({ kind }: ValueView): boolean {
  return kind !== 'object' && kind !== 'array';
}
