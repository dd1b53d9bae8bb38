// A list of any length: only what is in view is in the page.
import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';

import { Scroll } from './basics.js';

/** Rows above and below the view, so that a quick finger finds them there. */
const SPARE = 12;

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
  const [top, setTop] = useState(0);
  const [height, setHeight] = useState(600);
  useEffect(() => {
    const element = box.current!;
    const measure = new ResizeObserver(() => setHeight(element.clientHeight));
    measure.observe(element);
    return () => measure.disconnect();
  }, []);
  const first = Math.max(0, Math.floor(top / rowHeight) - SPARE);
  const last = Math.min(items.length, Math.ceil((top + height) / rowHeight) + SPARE);
  const near = last >= items.length - SPARE;
  useEffect(() => {
    if (near) onEnd?.();
  }, [near, items.length]);
  return (
    <Scroll class="virtual" label={label} box={box} onScroll={setTop}>
      <ul style={{ height: `${items.length * rowHeight}px` }}>
        {items.slice(first, last).map((item, index) => (
          <li
            key={keyOf(item)}
            style={{ transform: `translateY(${(first + index) * rowHeight}px)`, height: `${rowHeight}px` }}
            aria-setsize={items.length}
            aria-posinset={first + index + 1}
          >
            {row(item, first + index)}
          </li>
        ))}
      </ul>
    </Scroll>
  );
}
