// The second factor: a key for an authenticator app, its first code, the recovery codes.
import { useState } from 'preact/hooks';
import type { Of } from '../../schema.js';
import type { newSecondFactor, recoveryCodes, Settings } from '../../views.js';
import { ask } from '../api.js';
import { useLook } from '../app-state.js';
import { Tag } from '../parts/badges.js';
import { Secret } from '../parts/controls.js';
import { QrCode } from '../parts/qr-code.js';
import { Form, OneTimeCode } from './login.js';

export function SecondFactor({ state, onChange }: { state: Settings['secondFactor']; onChange: () => void }) {
  const { t } = useLook();
  const [codes, setCodes] = useState<readonly string[]>();
  return (
    <details class="fold">
      <summary>
        {t('second')} <Tag tone={state.on ? 'accent' : 'plain'}>{t(state.on ? 'on' : 'off')}</Tag>
      </summary>
      <p class="note">{t('second_note')}</p>
      {codes && <Recovery codes={codes} />}
      {state.on ? (
        <TurnOff left={state.recoveryLeft} onChange={onChange} />
      ) : (
        <TurnOn
          onDone={(made) => {
            setCodes(made);
            onChange();
          }}
        />
      )}
    </details>
  );
}

function Recovery({ codes }: { codes: readonly string[] }) {
  const { t } = useLook();
  return (
    <div class="proof" role="status">
      <p class="strong">{t('second_codes')}</p>
      <ul class="codes">
        {codes.map((code) => (
          <li key={code}>
            <code>{code}</code>
          </li>
        ))}
      </ul>
    </div>
  );
}

function TurnOn({ onDone }: { onDone: (codes: readonly string[]) => void }) {
  const { t } = useLook();
  const [current, setCurrent] = useState('');
  const [code, setCode] = useState('');
  const [offer, setOffer] = useState<Of<typeof newSecondFactor>>();
  if (!offer)
    return (
      <Form
        action={t('second_begin')}
        onSubmit={async () => {
          setOffer(await ask('/second-factor', { method: 'POST', body: { current } }));
          setCurrent('');
        }}
      >
        <Secret label={t('set_current')} value={current} onInput={setCurrent} autocomplete="current-password" required />
      </Form>
    );
  return (
    <>
      <p>{t('second_scan')}</p>
      <figure class="qr">
        <QrCode text={offer.uri} label={t('second_qr')} />
        <figcaption class="note break">
          {t('second_key')}: <code>{offer.key.replace(/(.{4})(?=.)/g, '$1 ')}</code>
        </figcaption>
      </figure>
      <Form
        action={t('second_confirm')}
        onSubmit={async () => {
          const { codes } = await ask<Of<typeof recoveryCodes>>('/second-factor/confirm', { method: 'POST', body: { code } });
          setOffer(undefined);
          setCode('');
          onDone(codes);
        }}
      >
        <OneTimeCode label={t('login_code')} note={t('second_code_note')} value={code} onInput={setCode} />
      </Form>
    </>
  );
}

function TurnOff({ left, onChange }: { left: number; onChange: () => void }) {
  const { t, tell } = useLook();
  const [current, setCurrent] = useState('');
  return (
    <>
      <p>{t('second_left', left)}</p>
      <Form
        action={t('second_off')}
        onSubmit={async () => {
          await ask('/second-factor/off', { method: 'POST', body: { current } });
          setCurrent('');
          tell(t('saved'));
          onChange();
        }}
      >
        <Secret label={t('set_current')} value={current} onInput={setCurrent} autocomplete="current-password" required />
      </Form>
    </>
  );
}
