// After the first log-in, and whenever a device is to be brought behind the hub.
import { useState } from 'preact/hooks';
import type { Of } from '../../schema.js';
import type { Settings, services } from '../../views.js';
import { ask } from '../api.js';
import { useAct, useLoad, useLook, useNames } from '../app-state.js';
import { Tag } from '../parts/badges.js';
import { LinkButton } from '../parts/controls.js';
import { Card, Load, Page } from '../parts/frame.js';
import { Icon } from '../parts/icons.js';
import { QrCode } from '../parts/qr-code.js';
import { CA_GUIDES, DEVICE_GUIDES, type Guide } from '../text/guide.js';
import { WifiName } from './settings-home.js';

export function Start() {
  const { t } = useLook();
  const settings = useLoad<Settings>('/settings');
  return (
    <Page title={t('nav_start')} lead={t('start_lead')}>
      <Load from={settings} lines={6}>
        {(data) => (
          <>
            <Found data={data} onTold={settings.reload} />
            <Beginning />
            {data.about.askedDoor !== 'config' && <Door open={data.about.askedDoor === 'open'} onDone={settings.reload} />}
            <Ways data={data} />
            <Certificate data={data} />
          </>
        )}
      </Load>
    </Page>
  );
}

function Found({ data, onTold }: { data: Settings; onTold: () => void }) {
  const { t, f } = useLook();
  const names = useNames();
  const { told, found } = data.identifiers;
  return (
    <Card title={t('start_found')}>
      <ul class="facts-list">
        <li>
          <Icon name="home" />
          {t('start_found_home', told + found)}
        </li>
        <li>
          <Icon name="devices" />
          {t('devices', names.devices.length)}
          {names.devices.length > 0 && <span class="note">{f.list(names.devices.map(({ id }) => names.device(id)))}</span>}
        </li>
        <li>
          <Icon name="services" />
          {t('start_knows', names.words.services.length - 1)}
          <span class="note">
            {f.list(names.words.services.filter(({ id }) => id !== 'unknown').map(({ id }) => names.service(id)))}
          </span>
        </li>
      </ul>
      {!data.identifiers.wifi && <WifiName onDone={onTold} />}
    </Card>
  );
}

/** The one question: protect now, or rehearse for a week. */
function Beginning() {
  const { t } = useLook();
  const all = useLoad<Of<typeof services>>('/services');
  const [busy, act] = useAct();
  const begin = (mode: 'enforce' | 'observe') =>
    act(
      async () => {
        for (const { id, mode: now } of all.data?.items ?? []) {
          if (now !== mode && now !== 'block') await ask(`/services/${id}`, { method: 'PATCH', body: { mode } });
        }
        all.reload();
      },
      t(mode === 'enforce' ? 'start_chosen_enforce' : 'start_chosen_rehearse'),
    );
  const modes = new Set(all.data?.items.map(({ mode }) => mode));
  const choice = (mode: 'enforce' | 'observe', title: string, note: string) => (
    <button
      type="button"
      class="choice"
      disabled={busy || !all.data}
      aria-pressed={modes.size === 1 && modes.has(mode)}
      onClick={() => begin(mode)}
    >
      <Icon name={mode === 'enforce' ? 'check' : 'eye'} />
      <span class="stack">
        <span class="row-title">{title}</span>
        <span class="note">{note}</span>
      </span>
    </button>
  );
  return (
    <Card title={t('start_question')}>
      <div class="choices">
        {choice('enforce', t('start_enforce'), t('start_enforce_note'))}
        {choice('observe', t('start_rehearse'), t('start_rehearse_note'))}
      </div>
    </Card>
  );
}

/** No door is open that nobody asked for: the first run asks. */
function Door({ open, onDone }: { open: boolean; onDone: () => void }) {
  const { t } = useLook();
  const [busy, act] = useAct();
  const toggle = () =>
    act(
      async () => {
        await ask('/door', { method: 'PUT', body: { open: !open } });
        onDone();
      },
      t(open ? 'start_door_closed' : 'start_door_opened'),
    );
  return (
    <Card title={t('start_door')} note={t(open ? 'start_door_open_note' : 'start_door_note')}>
      <div class="actions">
        <button type="button" class={open ? 'button plain' : 'button main'} disabled={busy} onClick={toggle}>
          {t(open ? 'start_door_close' : 'start_door_open')}
        </button>
      </div>
    </Card>
  );
}

function Steps({ guide, address }: { guide: Guide; address: string }) {
  const { lang } = useLook();
  return (
    <details class="guide">
      <summary>{guide.title[lang]}</summary>
      <ol>
        {guide.steps[lang].map((step) => (
          <li key={step}>{step.replace('{address}', address)}</li>
        ))}
      </ol>
    </details>
  );
}

const LOOPBACK = /^(?:127\.|::1$|localhost$)/;
const ANY = /^(?:0\.0\.0\.0|::)$/;

/** A door that devices reach and that goes where each names; undefined where the config has none. */
function addressOf({ about }: Settings): string | undefined {
  const door = about.doors.find(({ host, kind }) => kind === 'proxy' && !LOOPBACK.test(host));
  if (door === undefined) return undefined;
  const host = ANY.test(door.host) ? (about.addresses[0] ?? location.hostname) : door.host;
  return `${host.includes(':') ? `[${host}]` : host}:${door.port}`;
}

function Ways({ data }: { data: Settings }) {
  const { t } = useLook();
  const address = addressOf(data);
  return (
    <Card title={t('start_kind')}>
      {address === undefined ? (
        <p class="gone">
          <Icon name="broke" />
          <span>
            {t('start_no_door')} <code>{'listeners: [{ port: 8080 }]'}</code>
          </span>
        </p>
      ) : (
        <p>
          {t('start_where')}: <code class="strong">{address}</code>
        </p>
      )}
      {DEVICE_GUIDES.map((guide) => (
        <Steps key={guide.title.en} guide={guide} address={address ?? t('start_no_address')} />
      ))}
    </Card>
  );
}

function Certificate({ data }: { data: Settings }) {
  const { t } = useLook();
  const [shown, setShown] = useState(false);
  const host =
    location.hostname === 'localhost' || location.hostname === '127.0.0.1'
      ? (data.about.addresses[0] ?? location.hostname)
      : location.hostname;
  const url = `${location.protocol}//${host}:${location.port}/api/v1/ca.pem`;
  return (
    <Card title={t('start_ca')} note={t('start_ca_note')}>
      {data.about.ca ? (
        <>
          <div class="actions">
            <LinkButton href="/api/v1/ca.pem" download kind="main" icon="lock">
              {t('start_ca_get')}
            </LinkButton>
            {data.about.pageAtHome && (
              <button type="button" class="button plain" aria-expanded={shown} onClick={() => setShown(!shown)}>
                {t('start_ca_qr')}
              </button>
            )}
          </div>
          {!data.about.pageAtHome && (
            <p class="note">
              {t('start_ca_here')} <code>web: {'{ host: 0.0.0.0 }'}</code>
            </p>
          )}
          {shown && (
            <figure class="qr">
              <QrCode text={url} label={t('start_ca_qr')} />
              <figcaption class="note break">{url}</figcaption>
            </figure>
          )}
          {CA_GUIDES.map((guide) => (
            <Steps key={guide.title.en} guide={guide} address="" />
          ))}
        </>
      ) : (
        <Tag tone="warn">{t('start_ca_none')}</Tag>
      )}
    </Card>
  );
}
