// A service's field map: selectors compiled into one trie, so that a path is matched against all of them at once, a segment at
// a time. The cost of a step grows with the selectors that are still alive on the path, not with their number.
import { HubError } from '../../errors.js';
import type { FieldRule, Place } from '../../model.js';
import { type Choice, parseSelector, type Segment, type Step } from './json-path.js';

export { formatPath, parseSelector, type Segment } from './json-path.js';

const ONLY_ASCII = /^[\x20-\x7e]*$/;

class TrieNode<T> {
  readonly names = new Map<string, TrieNode<T>>();
  readonly indexes = new Map<number, TrieNode<T>>();
  any: TrieNode<T> | undefined;
  /** Entered without a segment, and stays alive at every depth: what follows a `..`. */
  deep: TrieNode<T> | undefined;
  readonly ends: End<T>[] = [];
  constructor(readonly loops: boolean) {}
}

interface End<T> {
  readonly value: T;
  /** Higher is more specific; equal ones keep the order of the rules. */
  readonly rank: number;
  readonly order: number;
}

/** Where a walk stands: immutable, safe to keep with the path it belongs to. */
export interface State<T> {
  readonly nodes: readonly TrieNode<T>[];
  readonly values: readonly T[];
}

export interface Matcher<T> {
  /** The state at `$`. */
  start(): State<T>;
  /** The state one member or element further down; names compare case-sensitively after NFKC. */
  step(state: State<T>, segment: Segment): State<T>;
  /** The values of all selectors that name exactly this path, the most specific first. */
  matched(state: State<T>): readonly T[];
}

/** Compiles selectors to one matcher. Throws `HubError('rules')` on a bad selector; `check` has named it with its line before. */
export function compileSelectors<T>(rules: readonly { readonly path: string; readonly value: T }[]): Matcher<T> {
  const root = new TrieNode<T>(false);
  rules.forEach(({ path, value }, order) => {
    const parsed = parseSelector(path);
    if (!parsed.ok) throw new HubError('rules', `selector ${path}, column ${parsed.column}: ${parsed.message}`);
    const rank = specificity(parsed.steps);
    for (const node of grow(root, parsed.steps)) node.ends.push({ value, rank, order });
  });
  const start = stateOf([root]);
  const dead = stateOf<T>([]);
  return {
    start: () => start,
    step: (state, segment) => (state.nodes.length === 0 ? dead : advance(state, segment, dead)),
    matched: (state) => state.values,
  };
}

/** A service's field map, by place. A place without rules has no matcher. */
export function compileProfile(fields: readonly FieldRule[]): ReadonlyMap<Place, Matcher<FieldRule>> {
  const places = new Map<Place, { path: string; value: FieldRule }[]>();
  for (const rule of fields) {
    const rules = places.get(rule.in) ?? [];
    rules.push({ path: rule.path, value: rule });
    places.set(rule.in, rules);
  }
  return new Map([...places].map(([place, rules]) => [place, compileSelectors(rules)]));
}

/** All values that name the whole path at once: the slow way, for overrides and tests. */
export function matchPath<T>(matcher: Matcher<T>, segments: readonly Segment[]): readonly T[] {
  let state = matcher.start();
  for (const segment of segments) state = matcher.step(state, segment);
  return matcher.matched(state);
}

function advance<T>(state: State<T>, segment: Segment, dead: State<T>): State<T> {
  const name = typeof segment === 'string' && !ONLY_ASCII.test(segment) ? segment.normalize('NFKC') : segment;
  const next: TrieNode<T>[] = [];
  for (const node of state.nodes) {
    if (node.loops) next.push(node);
    const child = typeof name === 'string' ? node.names.get(name) : node.indexes.get(name);
    if (child) next.push(child);
    if (node.any) next.push(node.any);
  }
  return next.length === 0 ? dead : stateOf(next);
}

function stateOf<T>(entered: readonly TrieNode<T>[]): State<T> {
  const nodes = new Set<TrieNode<T>>();
  for (const node of entered) {
    nodes.add(node);
    if (node.deep) nodes.add(node.deep);
  }
  const ends = [...nodes].flatMap((node) => node.ends).sort((a, b) => b.rank - a.rank || a.order - b.order);
  return Object.freeze({ nodes: [...nodes], values: Object.freeze([...new Set(ends.map((end) => end.value))]) });
}

/** The nodes at which a selector ends, made where missing. */
function grow<T>(root: TrieNode<T>, steps: readonly Step[]): ReadonlySet<TrieNode<T>> {
  let ends = new Set([root]);
  for (const { deep, choices } of steps) {
    const next = new Set<TrieNode<T>>();
    for (const end of ends) {
      for (const choice of choices) next.add(childOf(deep ? (end.deep ??= new TrieNode<T>(true)) : end, choice));
    }
    ends = next;
  }
  return ends;
}

function childOf<T>(node: TrieNode<T>, choice: Choice): TrieNode<T> {
  switch (choice.kind) {
    case 'name':
      return entry(node.names, choice.name);
    case 'index':
      return entry(node.indexes, choice.index);
    case 'any':
      return (node.any ??= new TrieNode<T>(false));
    default:
      return choice satisfies never;
  }
}

function entry<K, T>(map: Map<K, TrieNode<T>>, key: K): TrieNode<T> {
  let node = map.get(key);
  if (!node) map.set(key, (node = new TrieNode<T>(false)));
  return node;
}

/** Depth weighs: `$.a.b` before `$.a.*` before `$..b`. Each named step counts 4, an index 3, any child 2, a `..` takes 3 away. */
function specificity(steps: readonly Step[]): number {
  let rank = 0;
  for (const { deep, choices } of steps) {
    const worst = Math.min(...choices.map((c) => (c.kind === 'name' ? 4 : c.kind === 'index' ? 3 : 2)));
    rank += worst - (deep ? 3 : 0);
  }
  return rank;
}
