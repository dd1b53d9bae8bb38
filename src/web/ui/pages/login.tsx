// First run and log-in.
import type { ComponentChildren } from 'preact';
import { useEffect, useId, useState } from 'preact/hooks';
import type { SessionView } from '../../views.js';
import { ask, Failure, Said } from '../api.js';
import { failureText, useLook } from '../app-state.js';
import { Button, Field, LanguageChoice, NewPassword, Secret } from '../parts/controls.js';

/** The frame of pages outside: brand, language, one card. */
export function Entrance({ title, lead, children }: { title: string; lead?: string; children: ComponentChildren }) {
  const { t } = useLook();
  useEffect(() => {
    document.title = `${title} — hubsieve`;
  }, [title]);
  return (
    <main class="entrance">
      <div class="entrance-top">
        <span class="brand">
          <img src="/icon.svg" alt="" width="32" height="32" />
          <span>{t('app')}</span>
        </span>
        <LanguageChoice />
      </div>
      <section class="card">
        <h1>{title}</h1>
        {lead && <p class="lead">{lead}</p>}
        {children}
      </section>
    </main>
  );
}

/** A form that says what went wrong beside its button, where a screen reader hears it. */
export function Form({
  onSubmit,
  action,
  children,
}: {
  onSubmit: () => Promise<void>;
  action: string;
  children: ComponentChildren;
}) {
  const { t } = useLook();
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState<unknown>();
  const id = useId();
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    setFault(undefined);
    try {
      await onSubmit();
    } catch (thrown) {
      setFault(thrown);
    } finally {
      setBusy(false);
    }
  };
  return (
    <form onSubmit={submit} aria-describedby={fault === undefined ? undefined : id}>
      {children}
      <p id={id} class="form-fault" role="alert">
        {fault !== undefined && failureText(t, fault)}
      </p>
      <Button kind="main" type="submit" busy={busy}>
        {action}
      </Button>
    </form>
  );
}

/** A code that is typed once: of the first run, of an authenticator app, a recovery code. */
export function OneTimeCode({
  label,
  note,
  value,
  onInput,
}: {
  label: string;
  note: string;
  value: string;
  onInput: (value: string) => void;
}) {
  return (
    <Field label={label} note={note}>
      {(id, noteId) => (
        <input
          id={id}
          class="code"
          value={value}
          required
          autocomplete="one-time-code"
          autocapitalize="characters"
          spellcheck={false}
          aria-describedby={noteId}
          onInput={(event) => onInput(event.currentTarget.value)}
        />
      )}
    </Field>
  );
}

export function Setup({ onDone }: { onDone: () => void }) {
  const { t } = useLook();
  const [code, setCode] = useState('');
  const [password, setPassword] = useState('');
  return (
    <Entrance title={t('setup_title')} lead={t('setup_lead')}>
      <Form
        action={t('setup_go')}
        onSubmit={async () => {
          try {
            await ask('/setup', { method: 'POST', body: { code, password } });
          } catch (fault) {
            throw fault instanceof Failure && fault.code === 'wrong_secret' ? new Said(t('e_wrong_code')) : fault;
          }
          onDone();
        }}
      >
        <OneTimeCode label={t('setup_code')} note={t('setup_code_note')} value={code} onInput={setCode} />
        <NewPassword label={t('setup_password')} value={password} onInput={setPassword} />
      </Form>
    </Entrance>
  );
}

export function Login({ session, onDone }: { session: SessionView; onDone: () => void }) {
  const { t } = useLook();
  const [password, setPassword] = useState('');
  const [code, setCode] = useState<string>();
  return (
    <Entrance title={t('login_title')}>
      <Form
        action={t('login_go')}
        onSubmit={async () => {
          try {
            await ask('/session', { method: 'POST', body: { password, ...(code === undefined ? {} : { code }) } });
          } catch (fault) {
            if (!(fault instanceof Failure && fault.code === 'code_needed')) throw fault;
            return setCode('');
          }
          onDone();
        }}
      >
        <Secret label={t('login_password')} value={password} onInput={setPassword} autocomplete="current-password" required />
        {code !== undefined && <OneTimeCode label={t('login_code')} note={t('login_code_note')} value={code} onInput={setCode} />}
      </Form>
      <details class="forgot">
        <summary>{t('login_forgot')}</summary>
        <p class="note">{t('login_forgot_note')}</p>
      </details>
      {session.pin && (
        <p class="note">
          <a href="/pause">{t('login_family')}</a>
        </p>
      )}
    </Entrance>
  );
}
