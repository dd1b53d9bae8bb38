// Devices: found or seen, what each sent.
import type { Of } from '../../schema.js';
import type { DeviceView, devices } from '../../views.js';
import { deviceName, useLoad, useLook, useNames } from '../app-state.js';
import { Tag } from '../parts/badges.js';
import { LinkButton } from '../parts/controls.js';
import { Empty, Load, Page } from '../parts/frame.js';
import { Icon } from '../parts/icons.js';

export function Devices() {
  const { t } = useLook();
  const all = useLoad<Of<typeof devices>>('/devices', () => true);
  return (
    <Page
      title={t('nav_devices')}
      lead={t('devices_lead')}
      actions={
        <LinkButton href="/start" icon="start">
          {t('nav_start')}
        </LinkButton>
      }
    >
      <Load from={all} lines={6}>
        {({ items }) =>
          items.length === 0 ? (
            <section class="card">
              <Empty title={t('devices_none')} note={t('devices_none_note')} icon="devices" />
            </section>
          ) : (
            <ul class="tiles">
              {items.map((device) => (
                <li key={device.id}>
                  <Tile device={device} />
                </li>
              ))}
            </ul>
          )
        }
      </Load>
    </Page>
  );
}

/** What is unusual about a device, as tags. */
export function DeviceTags({ device }: { device: DeviceView }) {
  const { t, f } = useLook();
  const now = Date.now();
  const { pauseUntilMs = 0, pairingUntilMs = 0, mode, onHubFailure } = device;
  return (
    <>
      {pauseUntilMs > now && <Tag tone="warn">{t('state_paused', f.time(pauseUntilMs))}</Tag>}
      {pairingUntilMs > now && <Tag tone="accent">{t('state_pairing', f.time(pairingUntilMs))}</Tag>}
      {mode === 'block' && <Tag tone="warn">{t('state_blocked')}</Tag>}
      {mode === 'observe' && <Tag tone="warn">{t('m_observe')}</Tag>}
      {onHubFailure === 'open' && <Tag tone="warn">{t('state_open')}</Tag>}
    </>
  );
}

/** How much stayed home, was changed, left: a bar beside its numbers. */
export function FateBar({ kept, changed, withheld }: { kept: number; changed: number; withheld: number }) {
  const { t, f } = useLook();
  if (kept + changed + withheld === 0) return null;
  const parts = [
    ['home', withheld, t('withheld')],
    ['changed', changed, t('changed')],
    ['left', kept, t('kept')],
  ] as const;
  return (
    <div class="fate-bar">
      <div class="meter thin" aria-hidden="true">
        {parts.map(([kind, count]) => count > 0 && <span key={kind} class={`part fate ${kind}`} style={{ flexGrow: count }} />)}
      </div>
      <p class="fate-words">
        {parts.map(([kind, count, word]) => (
          <span key={kind}>
            <span class={`swatch ${kind}`} /> {word} {f.number(count)}
          </span>
        ))}
      </p>
    </div>
  );
}

function Tile({ device }: { device: DeviceView }) {
  const { t, f } = useLook();
  const names = useNames();
  const sum = (key: 'kept' | 'changed' | 'withheld') => device.services.reduce((total, row) => total + row[key], 0);
  return (
    <a class="card tile" href={`/devices/${encodeURIComponent(device.id)}`}>
      <span class="tile-head">
        <span class="tile-icon">
          <Icon name="devices" />
        </span>
        <span class="grow">
          <span class="row-title">{deviceName(device, device.id, t)}</span>
          <span class="note block">
            {[device.maker, device.kind].filter(Boolean).join(', ') || device.id}
            {' · '}
            {device.lastMs === undefined ? t('never_seen') : t('last_seen', f.ago(device.lastMs))}
          </span>
        </span>
        <Icon name="next" size={16} />
      </span>
      {device.services.length > 0 && (
        <span class="note">
          {f.list(device.services.map(({ service, messages }) => `${names.service(service)} (${t('messages', messages)})`))}
        </span>
      )}
      <FateBar kept={sum('kept')} changed={sum('changed')} withheld={sum('withheld')} />
      <span class="badges">
        <DeviceTags device={device} />
      </span>
    </a>
  );
}
