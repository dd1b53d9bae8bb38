// Names and values in turn, as siblings: `<key>SSID</key><string>…</string>` of a property list, cells of a page.
import type { ContainerView, FieldView, StructureRecognizer } from '../evidence.js';
import type { Kit } from '../kit.js';
import { categoryOfText, isKeyText, OF_OBJECTS, renameEach, saysNothing } from './names.js';
import { isKeyName } from './wifi-key.js';

/** Fewest members of a row of names and values. */
const ROW_MIN = 4;

export function alternatingNames(kit: Kit): StructureRecognizer {
  const cells = kit.vocabulary.set('page_cells');
  const opensNetwork = isKeyName(kit);
  const isCell = ({ name }: FieldView): boolean => name !== undefined && cells.has(name);

  /** For each value of `name, value, name, value, …` the name before it. */
  const inTurn = ({ children, fields }: ContainerView): ReadonlyMap<number, string> => {
    const names = new Map<number, string>();
    const [first, , third] = children;
    if (children.length < ROW_MIN || third!.name !== first!.name || fields[0]!.role !== 'name') return names;
    for (let i = 0; i + 1 < children.length; i += 2) {
      const { name, kind, text } = children[i]!;
      if (name !== first!.name || kind !== 'string') return new Map();
      if (isKeyText(text)) names.set(i + 1, text);
    }
    return names;
  };

  /** For each cell behind one that says something what that one says; what is a value names nothing. */
  const inCells = ({ children, fields, checkDeadline }: ContainerView): ReadonlyMap<number, string> => {
    const names = new Map<number, string>();
    let label: string | undefined;
    children.forEach(({ kind, text }, i) => {
      if (kind !== 'string' || !isCell(fields[i]!)) return;
      checkDeadline(text.length);
      if (label !== undefined) names.set(i, label);
      const name = label === undefined ? text.replace(/[\s:：]{1,8}$/, '') : '';
      label = isKeyText(name) && categoryOfText(kit, name) !== undefined ? name : undefined;
    });
    return names;
  };

  return {
    ...OF_OBJECTS,
    says: { en: 'the text before it gives its name', ru: 'его имя стоит в тексте перед ним' },
    concerns: (child) => child.role === 'name' || isCell(child),
    atLeast: 2,
    interpret(container) {
      const { children, fields, field } = container;
      if (children[0]?.kind !== 'string') return undefined;
      const names = isCell(fields[0]!) ? inCells(container) : inTurn(container);
      const isNetwork = [...names.values()].some((name) => categoryOfText(kit, name) === 'wifi_ssid');
      return renameEach(container, (_child, child, i) => {
        const given = names.get(i);
        const name = isNetwork && given !== undefined && opensNetwork(kit.names.words(given)) ? 'wifi password' : given;
        return name === undefined || saysNothing(kit, name, child, field) ? undefined : name;
      });
    },
    examples: [
      {
        text: '{"key":"SSID_STR","string":"Blue Heron","key":"Password","string":"mama1975"}',
        from: 'Apple com.apple.wifi.managed',
      },
      { text: '{"th":"SSID:","td":"Blue Heron","th":"Mode","td":"eco"}', from: 'Tasmota 13.4, information page' },
    ],
    counterexamples: [
      { text: '{"name":"a","value":2,"id":3,"value":4}', from: 'evasion' },
      { text: '{"li":"Home","li":"Settings","li":"About"}', from: 'HTML 5, a menu' },
    ],
  };
}
