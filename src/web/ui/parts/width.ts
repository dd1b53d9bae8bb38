// The width of an element as it changes, known before it is painted for the first time: nothing jumps.
import { useLayoutEffect, useRef, useState } from 'preact/hooks';

export function useWidth(): [ref: { current: HTMLDivElement | null }, width: number] {
  const ref = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    const element = ref.current;
    if (!element) return;
    setWidth(Math.round(element.getBoundingClientRect().width));
    const measure = new ResizeObserver(([entry]) => setWidth(Math.round(entry!.contentRect.width)));
    measure.observe(element);
    return () => measure.disconnect();
  }, []);
  return [ref, width];
}
