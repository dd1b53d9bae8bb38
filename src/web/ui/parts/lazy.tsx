// Pages that are not the first one: their scripts come after it, while nothing else is to be done, and stand ready before a tap.
import type { FunctionComponent } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { Skeleton, Trouble } from './frame.js';

const waiting: (() => Promise<unknown>)[] = [];

export function lazy<P extends object>(load: () => Promise<FunctionComponent<P>>): FunctionComponent<P> {
  let known: FunctionComponent<P> | undefined;
  const fetch = async (): Promise<void> => {
    known ??= await load();
  };
  waiting.push(fetch);
  return function Lazy(props: P) {
    const [state, setState] = useState<{ fault?: unknown }>({});
    const get = (): void => {
      fetch().then(
        () => setState({}),
        (fault: unknown) => setState({ fault }),
      );
    };
    useEffect(() => {
      if (!known) get();
    }, []);
    const Known = known;
    if (Known) return <Known {...props} />;
    return state.fault === undefined ? <Skeleton lines={6} /> : <Trouble fault={state.fault} onRetry={get} />;
  };
}

/** Fetches what is still missing, one after the other; a fault is told when the page is opened. */
export async function fetchRest(): Promise<void> {
  for (const fetch of waiting) await fetch().catch(() => undefined);
}
