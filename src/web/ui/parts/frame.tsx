// What every page stands in: its head, cards, and what is shown while something loads, is empty or has failed.
import type { ComponentChildren, RefObject } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { failureText, type Loaded, useLook } from '../app-state.js';
import { Button } from './controls.js';
import { Icon, type IconName } from './icons.js';

export function Page({
  title,
  lead,
  actions,
  children,
}: {
  title: string;
  lead?: string;
  actions?: ComponentChildren;
  children: ComponentChildren;
}) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${title} — hubsieve`;
  }, [title]);
  useEffect(() => {
    if (document.activeElement === document.body || document.activeElement?.closest('nav'))
      heading.current?.focus({ preventScroll: true });
  }, []);
  return (
    <div class="page">
      <header class="page-head">
        <div>
          <h1 ref={heading} tabIndex={-1}>
            {title}
          </h1>
          {lead && <p class="lead">{lead}</p>}
        </div>
        {actions && <div class="actions">{actions}</div>}
      </header>
      {children}
    </div>
  );
}

/** Names and what they are; a fact that is not known is left out. */
export function Facts({ facts }: { facts: readonly (readonly [name: string, value: string | undefined])[] }) {
  return (
    <dl class="facts">
      {facts.map(
        ([name, value]) =>
          value !== undefined && (
            <div key={name}>
              <dt>{name}</dt>
              <dd class="break">{value}</dd>
            </div>
          ),
      )}
    </dl>
  );
}

export function Card({
  title,
  note,
  aside,
  children,
  id,
}: {
  title?: string;
  note?: string;
  aside?: ComponentChildren;
  children?: ComponentChildren;
  id?: string;
}) {
  return (
    <section class="card" id={id}>
      {title && (
        <header class="card-head">
          <div>
            <h2>{title}</h2>
            {note && <p class="note">{note}</p>}
          </div>
          {aside}
        </header>
      )}
      {children}
    </section>
  );
}

export function Empty({
  title,
  note,
  icon = 'home',
  children,
}: {
  title: string;
  note?: string;
  icon?: IconName;
  children?: ComponentChildren;
}) {
  return (
    <div class="empty">
      <span class="empty-icon">
        <Icon name={icon} size={28} />
      </span>
      <p class="empty-title">{title}</p>
      {note && <p class="note">{note}</p>}
      {children}
    </div>
  );
}

export function Skeleton({ lines = 3 }: { lines?: number }) {
  const { t } = useLook();
  return (
    <div class="skeleton" role="status">
      <span class="sr">{t('loading')}</span>
      {Array.from({ length: lines }, (_, index) => (
        <span key={index} class="bone" aria-hidden="true" />
      ))}
    </div>
  );
}

export function Trouble({ fault, onRetry }: { fault: unknown; onRetry?: () => void }) {
  const { t } = useLook();
  return (
    <div class="trouble" role="alert">
      <Icon name="broke" />
      <div>
        <p class="trouble-title">{t('error_title')}</p>
        <p class="note">{failureText(t, fault)}</p>
      </div>
      {onRetry && <Button onClick={onRetry}>{t('retry')}</Button>}
    </div>
  );
}

/** What was loaded, or that it is loading, or why not. */
export function Load<T>({
  from,
  lines,
  children,
}: {
  from: Loaded<T>;
  lines?: number;
  children: (data: T) => ComponentChildren;
}) {
  if (from.data !== undefined)
    return (
      <>
        {from.fault !== undefined && <Trouble fault={from.fault} onRetry={from.reload} />}
        {children(from.data)}
      </>
    );
  if (from.fault !== undefined) return <Trouble fault={from.fault} onRetry={from.reload} />;
  return <Skeleton {...(lines === undefined ? {} : { lines })} />;
}

interface ScrollProps {
  class: string;
  label: string;
  box?: RefObject<HTMLElement | null>;
  onScroll?: (top: number) => void;
  children: ComponentChildren;
}
/** What scrolls by itself can be reached by keyboard, and has a name. */
export function Scroll({ class: name, label, box, onScroll, children }: ScrollProps) {
  return (
    <section
      class={name}
      aria-label={label}
      {...(box ? { ref: box } : {})}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: WCAG 2.1.1, without it a keyboard cannot scroll here
      tabIndex={0}
      onScroll={(event) => onScroll?.(event.currentTarget.scrollTop)}
    >
      {children}
    </section>
  );
}
