// A list of any length: only what is in view is in the page.
import type { ComponentChildren, VNode } from 'preact';
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { Scroll } from './frame.js';

/** Rows above and below the view, so that a quick finger finds them there. */
const SPARE = 8;
/** As many while the view jumps further than it is high: nobody sees what stood beside it, and drawing it costs most of a frame. */
const SPARE_IN_FLIGHT = 1;
/** How far before the last row the next ones are asked for: a fling passes some hundred rows a second. */
const AHEAD = 200;
/** Drawn rows kept for scrolling back. */
const DRAWN_MAX = 400;

export interface VirtualProps<T> {
  readonly items: readonly T[];
  readonly rowHeight: number;
  readonly label: string;
  /** Called when the end comes into view. */
  readonly onEnd?: () => void;
  readonly row: (item: T, index: number) => ComponentChildren;
  readonly keyOf: (item: T) => string | number;
}

export function Virtual<T>({ items, rowHeight, label, onEnd, row, keyOf }: VirtualProps<T>) {
  const box = useRef<HTMLElement>(null);
  const [{ top, spare }, setView] = useState({ top: 0, spare: SPARE });
  const [height, setHeight] = useState(600);
  useLayoutEffect(() => {
    const element = box.current!;
    setHeight(element.clientHeight);
    const measure = new ResizeObserver(() => setHeight(element.clientHeight));
    measure.observe(element);
    return () => measure.disconnect();
  }, []);
  const scrolled = (now: number): void =>
    setView((old) => ({ top: now, spare: Math.abs(now - old.top) > height ? SPARE_IN_FLIGHT : SPARE }));
  const first = Math.max(0, Math.floor(top / rowHeight) - spare);
  const last = Math.min(items.length, Math.ceil((top + height) / rowHeight) + spare);
  const near = last >= items.length - AHEAD;
  useEffect(() => {
    if (near) onEnd?.();
  }, [near, items.length]);
  // A row that was drawn is not drawn again while it stays in view: scrolling costs only the rows that come in.
  const drawn = useMemo(() => new Map<string | number, VNode>(), [items.length, row]);
  const shown = items.slice(first, last).map((item, index) => {
    const key = keyOf(item);
    const at = first + index;
    const known = drawn.get(key) ?? (
      <li
        key={key}
        style={{ transform: `translateY(${at * rowHeight}px)`, height: `${rowHeight}px` }}
        aria-setsize={items.length}
        aria-posinset={at + 1}
      >
        {row(item, at)}
      </li>
    );
    drawn.set(key, known);
    return known;
  });
  if (drawn.size > DRAWN_MAX) for (const key of [...drawn.keys()].slice(0, DRAWN_MAX / 2)) drawn.delete(key);
  return (
    <Scroll class="virtual" label={label} box={box} onScroll={scrolled}>
      <ul style={{ height: `${items.length * rowHeight}px` }}>{shown}</ul>
    </Scroll>
  );
}
