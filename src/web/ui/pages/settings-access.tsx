// Who may come in: password, sessions, tokens, the family's pin.
import { useState } from 'preact/hooks';
import type { Of } from '../../schema.js';
import type { newToken, Settings, sessions, tokens } from '../../views.js';
import { ask } from '../api.js';
import { useAct, useLoad, useLook } from '../app-state.js';
import { Tag } from '../parts/badges.js';
import { Button, Field, NewPassword, Secret } from '../parts/controls.js';
import { Card } from '../parts/frame.js';
import { Form } from './login.js';
import { SecondFactor } from './settings-second-factor.js';

export function Access({ data, onChange }: { data: Settings; onChange: () => void }) {
  const { t } = useLook();
  const logout = async (): Promise<void> => {
    await ask('/session', { method: 'DELETE' });
    location.assign('/');
  };
  return (
    <Card
      title={t('set_access')}
      aside={
        <Button icon="out" onClick={() => void logout()}>
          {t('logout')}
        </Button>
      }
    >
      <Password />
      <SecondFactor state={data.secondFactor} onChange={onChange} />
      <SessionList />
      <TokenList />
      <Pin pin={data.pin} onChange={onChange} />
    </Card>
  );
}

function Password() {
  const { t, tell } = useLook();
  const [current, setCurrent] = useState('');
  const [password, setPassword] = useState('');
  return (
    <details class="fold">
      <summary>{t('set_password')}</summary>
      <Form
        action={t('set_password')}
        onSubmit={async () => {
          await ask('/password', { method: 'PUT', body: { current, password } });
          setCurrent('');
          setPassword('');
          tell(t('saved'));
        }}
      >
        <Secret label={t('set_current')} value={current} onInput={setCurrent} autocomplete="current-password" required />
        <NewPassword label={t('set_new')} value={password} onInput={setPassword} />
      </Form>
    </details>
  );
}

function SessionList() {
  const { t, f } = useLook();
  const list = useLoad<Of<typeof sessions>>('/sessions');
  const [busy, act] = useAct();
  const end = (id: string) => act(() => ask(`/sessions/${id}`, { method: 'DELETE' }), t('saved')).then(list.reload);
  return (
    <details class="fold">
      <summary>
        {t('set_sessions')} {list.data && <Tag>{list.data.items.length}</Tag>}
      </summary>
      <ul class="rows">
        {list.data?.items.map(({ id, current, browser, address, createdMs, lastMs }) => (
          <li key={id} class="row wrap">
            <span class="grow">
              {browser} · {address} {current && <Tag tone="accent">{t('set_session_this')}</Tag>}
              <span class="note block">
                {f.full(createdMs)} · {f.ago(lastMs)}
              </span>
            </span>
            {!current && (
              <Button busy={busy} onClick={() => end(id)} label={`${t('set_session_end')}: ${browser}, ${address}`}>
                {t('set_session_end')}
              </Button>
            )}
          </li>
        ))}
      </ul>
    </details>
  );
}

const SCOPES = ['read', 'write', 'admin'] as const;
const TOKEN_DAYS = 365;

function TokenList() {
  const { t, f } = useLook();
  const list = useLoad<Of<typeof tokens>>('/tokens');
  const [busy, act] = useAct();
  const [name, setName] = useState('');
  const [scope, setScope] = useState<(typeof SCOPES)[number]>('read');
  const [current, setCurrent] = useState('');
  const [made, setMade] = useState<Of<typeof newToken>>();
  const remove = (id: string) => act(() => ask(`/tokens/${id}`, { method: 'DELETE' }), t('saved')).then(list.reload);
  return (
    <details class="fold">
      <summary>
        {t('set_tokens')} {list.data && <Tag>{list.data.items.length}</Tag>}
      </summary>
      <ul class="rows">
        {list.data?.items.map((one) => (
          <li key={one.id} class="row wrap">
            <span class="grow">
              {one.name} <Tag>{t(`scope_${one.scope}`)}</Tag>
              <span class="note block">
                {f.day(one.createdMs)}
                {one.untilMs !== undefined && ` – ${f.day(one.untilMs)}`}
                {one.lastMs !== undefined && ` · ${f.ago(one.lastMs)}`}
              </span>
            </span>
            <Button busy={busy} onClick={() => remove(one.id)} label={`${t('set_token_remove')}: ${one.name}`}>
              {t('set_token_remove')}
            </Button>
          </li>
        ))}
      </ul>
      {made && (
        <div class="proof" role="status">
          <p class="strong">{t('set_token_once')}</p>
          <code class="break">{made.secret}</code>
        </div>
      )}
      <Form
        action={t('set_token_make')}
        onSubmit={async () => {
          setMade(await ask('/tokens', { method: 'POST', body: { current, name, scope, days: TOKEN_DAYS } }));
          setName('');
          setCurrent('');
          list.reload();
        }}
      >
        <div class="form-row">
          <Field label={t('set_token_name')}>
            {(id) => (
              <input id={id} value={name} required maxLength={80} onInput={(event) => setName(event.currentTarget.value)} />
            )}
          </Field>
          <Field label={t('set_token_scope')}>
            {(id) => (
              <select id={id} value={scope} onChange={(event) => setScope(event.currentTarget.value as typeof scope)}>
                {SCOPES.map((one) => (
                  <option key={one} value={one}>
                    {t(`scope_${one}`)}
                  </option>
                ))}
              </select>
            )}
          </Field>
        </div>
        <Secret label={t('set_current')} value={current} onInput={setCurrent} autocomplete="current-password" required />
      </Form>
    </details>
  );
}

function Pin({ pin: isSet, onChange }: { pin: boolean; onChange: () => void }) {
  const { t, tell } = useLook();
  const [current, setCurrent] = useState('');
  const [pin, setPin] = useState('');
  const [, act] = useAct();
  const save = async (body: object): Promise<void> => {
    await ask('/pin', { method: 'PUT', body });
    setCurrent('');
    setPin('');
    tell(t('saved'));
    onChange();
  };
  return (
    <details class="fold">
      <summary>{t('set_pin')}</summary>
      <p class="note">{t('set_pin_note')}</p>
      {isSet && <p>{t('set_pin_is')}</p>}
      <Form action={t('set_pin_set')} onSubmit={() => save({ current, pin })}>
        <Secret label={t('set_pin_new')} value={pin} onInput={setPin} autocomplete="off" digits pattern="\d{6,12}" required />
        <Secret label={t('set_current')} value={current} onInput={setCurrent} autocomplete="current-password" required />
      </Form>
      {isSet && (
        <div class="actions">
          <Button disabled={current === ''} onClick={() => void act(() => save({ current }))}>
            {t('set_pin_remove')}
          </Button>
        </div>
      )}
    </details>
  );
}
