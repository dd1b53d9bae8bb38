// The names of columns beside the rows: `{"columns":["time","ssid"],"values":[[…,"…"],…]}`.
import type { ContainerView, StructureRecognizer, ValueView } from '../evidence.js';
import type { Kit } from '../kit.js';
import { categoryOfText, isKeyText, OF_OBJECTS } from './names.js';
import { saysPlace } from './places.js';

/** Most members of an object that holds a table, and most columns of one. */
const MEMBERS_MAX = 32;
/** The same where the table is a single row of values: in a wider object such a row is a reading. */
const ROW_MEMBERS_MAX = 8;
export const COLUMNS_MAX = 64;

export function table(kit: Kit): StructureRecognizer {
  const titles = kit.vocabulary.set('column_name_members');

  /** The names of columns that a member lists: `["ssid"]`, `[{"name":"ssid"}]`, `{"ssid":0}`. */
  const headerIn = (member: ValueView): readonly string[] | undefined => {
    const cells = member.kind === 'array' || member.kind === 'object' ? (member.children ?? []) : [];
    if (cells.length === 0 || cells.length > COLUMNS_MAX) return undefined;
    if (member.kind === 'object') return indexedNames(cells);
    if (cells.every(({ kind, text }) => kind === 'string' && isKeyText(text))) return cells.map(({ text }) => text);
    if (!cells.every(({ kind }) => kind === 'object')) return undefined;
    const names = cells.map(({ children }) => children?.find(({ name }) => titles.has(name!.toLowerCase()))?.text ?? '');
    return names.every(isKeyText) ? names : undefined;
  };

  const tablesFor = (header: ValueView, width: number, { children, fields }: ContainerView): Set<number> => {
    const isSmall = children.length <= ROW_MEMBERS_MAX;
    const tables = new Set<number>();
    children.forEach((member, i) => {
      if (member === header || member.kind !== 'array' || saysPlace(fields[i]!)) return;
      const cells = member.children ?? [];
      const isRows =
        cells[0]?.kind === 'array' && cells.every(({ kind, children: row }) => kind === 'array' && row?.length === width);
      const isRow = isSmall && cells.length === width && cells.every(({ kind }) => kind !== 'array' && kind !== 'object');
      if (isRows || isRow) tables.add(i);
    });
    return tables;
  };

  return {
    ...OF_OBJECTS,
    says: { en: 'its column has that name', ru: 'так называется его столбец' },
    concerns: () => true,
    atLeast: 2,
    interpret(container) {
      const { children } = container;
      if (children.length > MEMBERS_MAX || !mayHoldTable(children)) return undefined;
      for (const header of children) {
        const names = headerIn(header);
        // Words beside values are a table only where one of them says something.
        if (!names?.some((name) => categoryOfText(kit, name) !== undefined)) continue;
        const tables = tablesFor(header, names.length, container);
        if (tables.size > 0) return { kind: 'columns', children: tables, names };
      }
      return undefined;
    },
    examples: [
      { text: '{"columns":["time","ssid"],"values":[[1700000000,"Blue Heron"]]}', from: 'InfluxDB 1.8, query API' },
      { text: '{"names":["ssid"],"values":["Blue Heron"]}', from: 'evasion' },
      { text: '{"fields":[{"name":"ssid"},{"name":"mode"}],"rows":[["Blue Heron","eco"]]}', from: 'node-postgres 8, result' },
      { text: '{"columns":{"ssid":0,"mode":1},"rows":[["Blue Heron","eco"]]}', from: 'evasion' },
    ],
    counterexamples: [
      { text: '{"coordinates":[11.576124,48.137154],"address":["Quay","city"]}', from: 'evasion' },
      { text: '{"effects":["Solid","Blink"],"palettes":["Default","Random"]}', from: 'WLED 0.14, /json' },
      { text: '{"a":1,"b":2,"c":3,"d":4,"e":5,"f":6,"g":7,"keys":["rssi","mode"],"v":[3,4]}', from: 'evasion' },
    ],
  };
}

/** A header and a table: two containers, one of them an array. */
function mayHoldTable(members: readonly ValueView[]): boolean {
  let arrays = 0;
  let objects = 0;
  for (const { kind } of members) {
    if (kind === 'array') arrays += 1;
    else if (kind === 'object') objects += 1;
  }
  return arrays > 0 && arrays + objects > 1;
}

/** `{"ssid":0,"mode":1}`: the names by their indexes. */
function indexedNames(cells: readonly ValueView[]): readonly string[] | undefined {
  if (cells.length < 2) return undefined;
  const names: (string | undefined)[] = new Array(cells.length).fill(undefined);
  for (const { kind, text, name } of cells) if (kind === 'number' && /^\d{1,2}$/.test(text)) names[Number(text)] = name;
  return names.length === cells.length && names.every((name) => name !== undefined) ? names : undefined;
}
