// One device: name, what it sent, pause, pairing, what happens when the hub fails, block, forget.
import { useState } from 'preact/hooks';
import type { Of } from '../../schema.js';
import type { DeviceView, devices, Overview } from '../../views.js';
import { ask, query } from '../api.js';
import { deviceName, useAct, useLoad, useLook, useNames } from '../app-state.js';
import { Tag } from '../parts/badges.js';
import { Button, Confirm, Field, LinkButton, Segmented, Switch } from '../parts/controls.js';
import { Card, Empty, Load, Page, Scroll } from '../parts/frame.js';
import { Icon } from '../parts/icons.js';
import { go } from '../router.js';
import { type Key, TEXTS } from '../text.js';
import { DeviceTags, FateBar } from './devices.js';

const PAUSES = [10, 30, 60];
const WEEK_HOURS = 168;
type Change = (path: string, method: 'PATCH' | 'POST', body: object) => Promise<void>;

export function DevicePage({ id }: { id: string }) {
  const { t } = useLook();
  const names = useNames();
  const all = useLoad<Of<typeof devices>>('/devices', () => true);
  const [busy, act] = useAct();
  const change: Change = async (path, method, body) => {
    if (await act(() => ask(`/devices/${encodeURIComponent(id)}${path}`, { method, body }), t('saved'))) {
      all.reload();
      names.reloadDevices();
    }
  };
  return (
    <Page title={names.device(id)}>
      <a class="back" href="/devices">
        <Icon name="back" size={16} />
        {t('nav_devices')}
      </a>
      <Load from={all} lines={6}>
        {({ items }) => {
          const device = items.find((one) => one.id === id);
          if (!device) return <Empty title={t('e_not_found')} icon="devices" />;
          return (
            <>
              <p class="badges">
                <DeviceTags device={device} />
                {device.maker && <Tag>{device.maker}</Tag>}
                {device.kind && <Tag>{device.kind}</Tag>}
                <Tag>{device.id}</Tag>
                {device.knownToVendor && <Tag tone="warn">{t('known_to_vendor')}</Tag>}
              </p>
              {device.forOthers && (
                <p class="gone">
                  <Icon name="devices" />
                  <span>{t('for_others')}</span>
                </p>
              )}
              <p class="actions">
                <LinkButton href={`/broke${query({ device: id })}`} icon="broke">
                  {t('device_broke')}
                </LinkButton>
                <LinkButton href={`/log${query({ device: id })}`} icon="log">
                  {t('device_log')}
                </LinkButton>
              </p>
              <Sent device={device} />
              <Pause device={device} busy={busy} change={change} />
              <Rename device={device} busy={busy} change={change} />
              <Kind device={device} busy={busy} change={change} />
              <Pairing device={device} busy={busy} change={change} />
              <Failing device={device} busy={busy} change={change} />
              <Ending device={device} busy={busy} change={change} />
            </>
          );
        }}
      </Load>
    </Page>
  );
}

interface Part {
  readonly device: DeviceView;
  readonly busy: boolean;
  readonly change: Change;
}

function Sent({ device }: { device: DeviceView }) {
  const { t, f } = useLook();
  const names = useNames();
  const overview = useLoad<Overview>(`/overview?hours=${WEEK_HOURS}&device=${encodeURIComponent(device.id)}`);
  return (
    <Card title={t('what_it_sent')} note={t('home_week')}>
      {device.services.length === 0 && <p>{t('no_traffic')}</p>}
      <ul class="rows">
        {device.services.map(({ service, messages, refused, ...fates }) => (
          <li key={service} class="row stack">
            <p>
              <a class="row-title" href={`/services/${service}`}>
                {names.service(service)}
              </a>{' '}
              <span class="note">
                {t('messages', messages)}
                {refused > 0 && ` · ${t('refused_count', refused)}`}
              </span>
            </p>
            <FateBar {...fates} />
          </li>
        ))}
      </ul>
      {overview.data && overview.data.flows.length > 0 && (
        <details class="as-table">
          <summary>{t('as_table')}</summary>
          <Scroll class="scroll-x" label={t('as_table')}>
            <table>
              <thead>
                <tr>
                  <th scope="col">{t('category')}</th>
                  <th scope="col" class="num">
                    {t('withheld')}
                  </th>
                  <th scope="col" class="num">
                    {t('changed')}
                  </th>
                  <th scope="col" class="num">
                    {t('kept')}
                  </th>
                </tr>
              </thead>
              <tbody>
                {overview.data.flows.map(({ category, service, kept, changed, withheld, rehearsed }) => (
                  <tr key={`${service} ${category}`}>
                    <td>{names.category(category)}</td>
                    <td class="num">{f.number(withheld)}</td>
                    <td class="num">{f.number(changed)}</td>
                    <td class="num">{f.number(kept + rehearsed)}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </Scroll>
        </details>
      )}
    </Card>
  );
}

function Pause({ device, busy, change }: Part) {
  const { t, f } = useLook();
  const until = device.pauseUntilMs ?? 0;
  return (
    <Card title={t('pause')} note={t('pause_note')}>
      <div class="actions">
        {until > Date.now() ? (
          <>
            <Tag tone="warn">{t('state_paused', f.time(until))}</Tag>
            <Button busy={busy} onClick={() => change('/pause', 'POST', { minutes: 0 })}>
              {t('pause_end')}
            </Button>
          </>
        ) : (
          PAUSES.map((minutes) => (
            <Button key={minutes} busy={busy} icon="pause" onClick={() => change('/pause', 'POST', { minutes })}>
              {t('pause_for', minutes)}
            </Button>
          ))
        )}
      </div>
      <div class="row">
        <span class="grow">{t('family_pause')}</span>
        <Switch
          on={device.familyPause}
          label={t('family_pause')}
          busy={busy}
          onChange={(familyPause) => change('', 'PATCH', { familyPause })}
        />
      </div>
    </Card>
  );
}

function Rename({ device, busy, change }: Part) {
  const { t } = useLook();
  const [name, setName] = useState(device.name ?? '');
  return (
    <Card title={t('name')}>
      <form
        class="with-button"
        onSubmit={(event) => {
          event.preventDefault();
          void change('', 'PATCH', { name: name.trim() === '' ? null : name.trim() });
        }}
      >
        <Field label={t('name')}>
          {(id) => (
            <input
              id={id}
              value={name}
              maxLength={80}
              placeholder={device.foundName ?? ''}
              onInput={(event) => setName(event.currentTarget.value)}
            />
          )}
        </Field>
        <Button type="submit" busy={busy}>
          {t('rename')}
        </Button>
      </form>
    </Card>
  );
}

const KINDS = Object.keys(TEXTS).filter((key): key is Extract<Key, `dk_${string}`> => key.startsWith('dk_'));

/** What the device is, where a declaration needs something of some kinds only. */
function Kind({ device, busy, change }: Part) {
  const { t } = useLook();
  return (
    <Card title={t('device_kind')} note={t('device_kind_note')}>
      <Field label={t('device_kind')}>
        {(id) => (
          <select
            id={id}
            value={device.kindChosen ?? ''}
            disabled={busy}
            onChange={(event) =>
              change('', 'PATCH', { kind: event.currentTarget.value === '' ? null : event.currentTarget.value })
            }
          >
            <option value="">{t('device_kind_unset')}</option>
            {KINDS.map((key) => (
              <option key={key} value={key.slice('dk_'.length)}>
                {t(key)}
              </option>
            ))}
          </select>
        )}
      </Field>
    </Card>
  );
}

function Pairing({ device, busy, change }: Part) {
  const { t, f } = useLook();
  const until = device.pairingUntilMs ?? 0;
  const open = until > Date.now();
  return (
    <Card title={t('pairing')} note={t('pairing_note')}>
      <div class="actions">
        {open && <Tag tone="accent">{t('state_pairing', f.time(until))}</Tag>}
        <Button busy={busy} onClick={() => change('/pairing', 'POST', { minutes: open ? 0 : 10 })}>
          {open ? t('pairing_close') : t('pairing_open')}
        </Button>
      </div>
    </Card>
  );
}

function Failing({ device, change }: Part) {
  const { t } = useLook();
  return (
    <Card title={t('on_failure')} note={t('on_failure_note')}>
      <Segmented
        label={t('on_failure')}
        value={device.onHubFailure}
        options={[
          ['closed', t('on_failure_closed')],
          ['open', t('on_failure_open')],
        ]}
        onChange={(onHubFailure) => void change('', 'PATCH', { onHubFailure })}
      />
    </Card>
  );
}

const MODE_NOTES = {
  inherit: 'mode_of_services_note',
  enforce: 'mode_of_device_note',
  observe: 'mode_observe_note',
  block: 'block_note',
} as const;

function Ending({ device, busy, change }: Part) {
  const { t } = useLook();
  const names = useNames();
  const [, act] = useAct();
  const [asking, setAsking] = useState(false);
  const forget = async (): Promise<void> => {
    if (await act(() => ask(`/devices/${encodeURIComponent(device.id)}`, { method: 'DELETE' }), t('saved'))) {
      names.reloadDevices();
      go('/devices');
    }
  };
  return (
    <>
      <Card title={t('mode')}>
        <Segmented
          label={t('mode')}
          value={device.mode}
          options={[
            ['inherit', t('m_inherit')],
            ['enforce', t('m_enforce')],
            ['observe', t('m_observe')],
            ['block', t('m_block')],
          ]}
          onChange={(mode) => void change('', 'PATCH', { mode })}
        />
        <p class="note">{t(MODE_NOTES[device.mode])}</p>
      </Card>
      <Card title={t('forget')} note={t('forget_note')}>
        <Button kind="danger" busy={busy} onClick={() => setAsking(true)}>
          {t('forget')}
        </Button>
        {asking && (
          <Confirm
            title={t('forget_sure', deviceName(device, device.id, t))}
            note={t('forget_note')}
            yes={t('forget')}
            onYes={forget}
            onClose={() => setAsking(false)}
          />
        )}
      </Card>
    </>
  );
}
