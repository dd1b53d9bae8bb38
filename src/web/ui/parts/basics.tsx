// The pieces every page is made of.
import type { ComponentChildren, RefObject } from 'preact';
import { useEffect, useId, useRef, useState } from 'preact/hooks';
import type { ActionKind, Verdict } from '../../../model.js';
import { failureText, keyOf, type Loaded, useLook } from '../app-state.js';
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

interface ButtonProps {
  kind?: 'main' | 'plain' | 'quiet' | 'danger';
  icon?: IconName;
  busy?: boolean;
  children: ComponentChildren;
  onClick?: () => void;
  type?: 'button' | 'submit';
  disabled?: boolean;
  label?: string;
}
export function Button({ kind = 'plain', icon, busy, children, onClick, type = 'button', disabled, label }: ButtonProps) {
  return (
    <button
      type={type}
      class={`button ${kind}`}
      onClick={onClick}
      disabled={disabled || busy}
      aria-busy={busy}
      aria-label={label}
    >
      {icon && <Icon name={icon} size={18} />}
      {children}
    </button>
  );
}

export function LinkButton({
  href,
  icon,
  children,
  download,
  kind = 'plain',
}: {
  href: string;
  icon?: IconName;
  children: ComponentChildren;
  download?: boolean;
  kind?: 'main' | 'plain';
}) {
  return (
    <a class={`button ${kind}`} href={href} download={download}>
      {icon && <Icon name={icon} size={18} />}
      {children}
    </a>
  );
}

export function Switch({
  on,
  label,
  describedBy,
  onChange,
  busy,
}: {
  on: boolean;
  label: string;
  describedBy?: string;
  onChange: (on: boolean) => void;
  busy?: boolean;
}) {
  const { t } = useLook();
  return (
    <button
      type="button"
      role="switch"
      class="switch"
      aria-checked={on}
      aria-label={label}
      aria-describedby={describedBy}
      disabled={busy}
      onClick={() => onChange(!on)}
    >
      <span class="switch-track" aria-hidden="true">
        <span class="switch-knob" />
      </span>
      <span class="switch-word" aria-hidden="true">
        {on ? t('on') : t('off')}
      </span>
    </button>
  );
}

export function Segmented<T extends string>({
  label,
  value,
  options,
  onChange,
}: {
  label: string;
  value: T;
  options: readonly (readonly [T, string])[];
  onChange: (value: T) => void;
}) {
  const name = useId();
  return (
    <fieldset class="segmented">
      <legend class="sr">{label}</legend>
      {options.map(([option, text]) => (
        <label key={option} class={option === value ? 'chosen' : ''}>
          <input type="radio" name={name} value={option} checked={option === value} onChange={() => onChange(option)} />
          {text}
        </label>
      ))}
    </fieldset>
  );
}

export function Field({
  label,
  note,
  children,
}: {
  label: string;
  note?: string;
  children: (id: string, noteId: string | undefined) => ComponentChildren;
}) {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {children(id, note ? `${id}-note` : undefined)}
      {note && (
        <p class="note" id={`${id}-note`}>
          {note}
        </p>
      )}
    </div>
  );
}

interface SecretProps {
  label: string;
  note?: string;
  value: string;
  onInput: (value: string) => void;
  autocomplete: 'current-password' | 'new-password' | 'off';
  digits?: boolean;
  pattern?: string;
  required?: boolean;
}
export function Secret({ label, note, value, onInput, autocomplete, digits, pattern, required }: SecretProps) {
  const { t } = useLook();
  const [shown, setShown] = useState(false);
  return (
    <Field label={label} {...(note ? { note } : {})}>
      {(id, noteId) => (
        <div class="with-button">
          <input
            id={id}
            {...(shown ? { type: 'text' } : { type: 'password' })}
            value={value}
            autocomplete={autocomplete}
            aria-describedby={noteId}
            onInput={(event) => onInput(event.currentTarget.value)}
            spellcheck={false}
            inputMode={digits ? 'numeric' : 'text'}
            pattern={pattern}
            required={required}
          />
          <button type="button" class="button quiet" aria-pressed={shown} onClick={() => setShown(!shown)}>
            <Icon name="eye" size={18} />
            {t('show')}
          </button>
        </div>
      )}
    </Field>
  );
}

export type Fate = 'kept' | 'changed' | 'withheld';
const FATE_ICON: Readonly<Record<Fate, IconName>> = { kept: 'out', changed: 'tilde', withheld: 'home' };
const FATE_OF: Readonly<Record<ActionKind, Fate>> = {
  keep: 'kept',
  generalize: 'changed',
  pseudonymize: 'changed',
  hash: 'changed',
  blank: 'withheld',
  drop: 'withheld',
  refuse: 'withheld',
};
export const fateOf = (action: ActionKind): Fate => FATE_OF[action];

export function FateBadge({ fate, children }: { fate: Fate; children?: ComponentChildren }) {
  const { t } = useLook();
  return (
    <span class={`badge fate-${fate}`}>
      <Icon name={FATE_ICON[fate]} size={14} />
      {children ?? t(fate)}
    </span>
  );
}

export function ActionBadge({ action }: { action: ActionKind }) {
  const { t } = useLook();
  return <FateBadge fate={fateOf(action)}>{t(keyOf('a_', action) as 'a_keep')}</FateBadge>;
}

/** Three numbers in little room: an icon for each, and its word for who hears them. */
export function Counts(counts: Readonly<Record<Fate, number>>) {
  const { t, f } = useLook();
  return (
    <span class="counts">
      {(['withheld', 'changed', 'kept'] as const).map((fate) => (
        <span key={fate} title={t(fate)}>
          <Icon name={FATE_ICON[fate]} size={15} />
          <span class="sr">{t(fate)} </span>
          {f.number(counts[fate])}
        </span>
      ))}
    </span>
  );
}

const VERDICT_ICON: Readonly<Record<Verdict, IconName>> = {
  forwarded: 'check',
  observed: 'eye',
  refused: 'cross',
  sealed: 'lock',
  opaque: 'lock',
};
export function VerdictBadge({ verdict, short }: { verdict: Verdict; short?: boolean }) {
  const { t } = useLook();
  return (
    <span class={`badge verdict-${verdict}`}>
      <Icon name={VERDICT_ICON[verdict]} size={14} />
      {t(short && verdict === 'forwarded' ? 'v_minimized' : (keyOf('v_', verdict) as 'v_forwarded'))}
    </span>
  );
}

export function Tag({ children, tone = 'plain' }: { children: ComponentChildren; tone?: 'plain' | 'accent' | 'warn' }) {
  return <span class={`tag ${tone}`}>{children}</span>;
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

/** Asks before what cannot be taken back; the browser's own dialog holds the focus. */
export function Confirm({
  title,
  note,
  yes,
  onYes,
  onClose,
}: {
  title: string;
  note: string;
  yes: string;
  onYes: () => void;
  onClose: () => void;
}) {
  const { t } = useLook();
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog ref={dialog} class="dialog" aria-labelledby={id} onClose={onClose}>
      <h2 id={id}>{title}</h2>
      <p>{note}</p>
      <div class="actions">
        <Button onClick={() => dialog.current?.close()}>{t('cancel')}</Button>
        <Button
          kind="danger"
          onClick={() => {
            dialog.current?.close();
            onYes();
          }}
        >
          {yes}
        </Button>
      </div>
    </dialog>
  );
}

export function Path({ place, path }: { place: string; path: string }) {
  return (
    <code class="path">
      {place !== 'body' && <span class="path-place">{place} </span>}
      {path
        .replace(/\['([^'\\]*)'\]/g, '.$1')
        .replace(/^\$\.?/, '')
        .split(/(?<=[.:\]])/)
        .map((piece, index) => (
          <span key={index}>
            {piece}
            <wbr />
          </span>
        ))}
    </code>
  );
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
