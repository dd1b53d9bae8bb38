// Where nodes and ribbons of the flow picture lie: three columns, heights true to the numbers.
export interface FlowInput {
  readonly from: string;
  readonly via: string;
  /** A service, or `home`. */
  readonly to: string;
  readonly kind: 'left' | 'changed' | 'home';
  readonly count: number;
}
export interface PlacedNode {
  readonly id: string;
  readonly column: 0 | 1 | 2;
  readonly x: number;
  readonly y: number;
  readonly height: number;
  readonly count: number;
}
export interface Ribbon {
  readonly d: string;
  readonly kind: 'asked' | FlowInput['kind'];
  readonly from: string;
  readonly to: string;
  readonly count: number;
}
export interface Placed {
  readonly nodes: readonly PlacedNode[];
  readonly ribbons: readonly Ribbon[];
  readonly height: number;
}

export const NODE_WIDTH = 10;
/** A label needs this much, however thin its node. */
const ROW = 26;
const THINNEST = 1.5;
const FULL = 300;

interface Link {
  readonly from: string;
  readonly to: string;
  readonly kind: Ribbon['kind'];
  count: number;
}

function linksOf(flows: readonly FlowInput[]): { first: Link[]; second: Link[] } {
  const first = new Map<string, Link>();
  const second = new Map<string, Link>();
  const add = (into: Map<string, Link>, from: string, to: string, kind: Ribbon['kind'], count: number) => {
    const key = `${from}\n${to}\n${kind}`;
    const link = into.get(key) ?? { from, to, kind, count: 0 };
    link.count += count;
    into.set(key, link);
  };
  for (const { from, via, to, kind, count } of flows) {
    add(first, from, via, 'asked', count);
    add(second, via, to, kind, count);
  }
  return { first: [...first.values()], second: [...second.values()] };
}

const sumBy = (links: readonly Link[], key: 'from' | 'to'): Map<string, number> => {
  const sums = new Map<string, number>();
  for (const link of links) sums.set(link[key], (sums.get(link[key]) ?? 0) + link.count);
  return sums;
};

/** `order`: ids of a column from top to bottom; those not named come after, the biggest first. */
export function layOut(flows: readonly FlowInput[], width: number, order: readonly (readonly string[])[]): Placed {
  const { first, second } = linksOf(flows);
  const columns = [sumBy(first, 'from'), sumBy(second, 'from'), sumBy(second, 'to')];
  const total = first.reduce((sum, { count }) => sum + count, 0);
  if (total === 0) return { nodes: [], ribbons: [], height: 0 };
  const scale = FULL / total;
  const heightOf = (count: number) => Math.max(count * scale, THINNEST);
  const slots = columns.map((column) => [...column.values()].reduce((sum, count) => sum + Math.max(heightOf(count) + 8, ROW), 0));
  const height = Math.max(...slots);
  const at = new Map<string, PlacedNode>();
  columns.forEach((column, index) => {
    const rank = (id: string) => (order[index]?.indexOf(id) ?? -1) + 1 || 1000;
    const ids = [...column].sort((a, b) => rank(a[0]) - rank(b[0]) || b[1] - a[1]);
    const spare = (height - slots[index]!) / Math.max(ids.length, 1);
    let y = spare / 2;
    for (const [id, count] of ids) {
      const own = heightOf(count);
      const slot = Math.max(own + 8, ROW);
      const x = (index * (width - NODE_WIDTH)) / 2;
      at.set(`${index} ${id}`, { id, column: index as 0 | 1 | 2, x, y: y + (slot - own) / 2, height: own, count });
      y += slot + spare;
    }
  });
  const ribbons = [...ribbonsOf(first, 0, at, scale), ...ribbonsOf(second, 1, at, scale)];
  return { nodes: [...at.values()], ribbons, height };
}

function ribbonsOf(links: readonly Link[], column: 0 | 1, at: ReadonlyMap<string, PlacedNode>, scale: number): Ribbon[] {
  const used = new Map<string, number>();
  const take = (key: string, thickness: number): number => {
    const offset = used.get(key) ?? 0;
    used.set(key, offset + thickness);
    return offset;
  };
  const node = (index: number, id: string) => at.get(`${index} ${id}`)!;
  const sorted = [...links].sort(
    (a, b) => node(column, a.from).y - node(column, b.from).y || node(column + 1, a.to).y - node(column + 1, b.to).y,
  );
  const left = sorted.map((link) => take(`out ${link.from}`, link.count * scale));
  const byTarget = sorted
    .map((link, index) => ({ link, index }))
    .sort((a, b) => node(column + 1, a.link.to).y - node(column + 1, b.link.to).y || a.index - b.index);
  const right: number[] = [];
  for (const { link, index } of byTarget) right[index] = take(`in ${link.to}`, link.count * scale);
  return sorted.map((link, index) => {
    const from = node(column, link.from);
    const to = node(column + 1, link.to);
    const thick = Math.max(link.count * scale, THINNEST);
    const [x0, x1] = [from.x + NODE_WIDTH, to.x];
    const [y0, y1] = [from.y + left[index]!, to.y + right[index]!];
    const mid = (x0 + x1) / 2;
    const d = `M${x0} ${y0}C${mid} ${y0} ${mid} ${y1} ${x1} ${y1}V${y1 + thick}C${mid} ${y1 + thick} ${mid} ${y0 + thick} ${x0} ${y0 + thick}Z`;
    return { d, kind: link.kind, from: link.from, to: link.to, count: link.count };
  });
}
