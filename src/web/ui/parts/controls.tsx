// What is pressed, switched and filled in.
import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { useLook } from '../app-state.js';
import { Icon, type IconName } from './icons.js';

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

export function NewPassword(props: { label: string; value: string; onInput: (value: string) => void }) {
  const { t } = useLook();
  return <Secret {...props} note={t('setup_password_note')} autocomplete="new-password" required />;
}

/** Each language by its own name. */
export function LanguageChoice() {
  const { t, lang, setLang } = useLook();
  return (
    <Segmented
      label={t('language')}
      value={lang}
      options={[
        ['en', 'English'],
        ['ru', 'Русский'],
      ]}
      onChange={setLang}
    />
  );
}
