// Rows with the names of the columns in the first: `[["ssid","mode"],["…","eco"],…]`.
import type { StructureRecognizer, ValueView } from '../evidence.js';
import type { Kit } from '../kit.js';
import { categoryOfText, isKeyText, OF_ARRAYS } from './names.js';
import { COLUMNS_MAX } from './table.js';

export function headedTable(kit: Kit): StructureRecognizer {
  return {
    ...OF_ARRAYS,
    says: { en: 'its column has that name in the first row', ru: 'так называется его столбец в первой строке' },
    concerns: () => true,
    atLeast: 2,
    interpret({ children, checkDeadline }) {
      if (children.length < 2 || children[0]!.kind !== 'array') return undefined;
      const [first, ...rest] = children as [ValueView, ...ValueView[]];
      const cells = first.children ?? [];
      if (cells.length < 2 || cells.length > COLUMNS_MAX || !cells.every(isKeyCell)) return undefined;
      if (!rest.every(({ kind, children: row }) => kind === 'array' && row?.length === cells.length)) return undefined;
      const says = (cell: ValueView): boolean => {
        checkDeadline(cell.text.length);
        return isKeyCell(cell) && categoryOfText(kit, cell.text) !== undefined;
      };
      // Pairs `[["ssid","…"],["mode","eco"]]` have a name first in every row; a header has names only in the first.
      if (!cells.slice(1).some(says) || rest.every((row) => says(row.children![0]!))) return undefined;
      return { kind: 'columns', children: new Set(rest.map((_, i) => i + 1)), names: cells.map(({ text }) => text) };
    },
    examples: [
      { text: '[["mode","ssid"],["eco","Blue Heron"],["boost","Blue Heron"]]', from: 'ClickHouse, JSONCompactEachRowWithNames' },
      { text: '{"data":[["ssid","mode"],["Blue Heron","eco"]]}', from: 'evasion' },
    ],
    counterexamples: [
      { text: '[["mac","f4cfa2778899"],["serial","ZX8120031"]]', from: 'Home Assistant MQTT discovery, connections' },
    ],
  };
}

function isKeyCell({ kind, text }: ValueView): boolean {
  return kind === 'string' && isKeyText(text);
}
