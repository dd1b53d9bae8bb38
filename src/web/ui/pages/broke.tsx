// Something broke? What was withheld just before, and relaxing one field at a time.
import { useState } from 'preact/hooks';
import type { Of } from '../../schema.js';
import type { OverrideView, overrides, Trouble } from '../../views.js';
import { ask, query } from '../api.js';
import { refusalText, useAct, useLoad, useLook, useNames } from '../app-state.js';
import { ActionBadge, Path, Tag } from '../parts/badges.js';
import { Button, Field } from '../parts/controls.js';
import { Card, Empty, Load, Page } from '../parts/frame.js';
import { usePlace } from '../router.js';

const TRIAL_MINUTES = 10;

/** `PUBACK 0x87`: packet and reason code of MQTT. */
function codeOf(packet: string, reason: number): string {
  return `${packet.toUpperCase()} 0x${reason.toString(16).toUpperCase().padStart(2, '0')}`;
}

/** `2026-11-22T14:05` of this browser's time, as the field for date and time wants it. */
export function localTime(ms: number): string {
  const date = new Date(ms - new Date(ms).getTimezoneOffset() * 60_000);
  return date.toISOString().slice(0, 16);
}

export function Broke() {
  const { t, lang } = useLook();
  const names = useNames();
  const place = usePlace();
  const [device, setDevice] = useState(place.query.get('device') ?? '');
  const [when, setWhen] = useState('');
  const atMs = when === '' ? undefined : new Date(when).getTime();
  const path = device === '' ? undefined : `/trouble${query({ device, lang, atMs })}`;
  const trouble = useLoad<Trouble>(path, () => true);
  return (
    <Page title={t('nav_broke')} lead={t('broke_lead')}>
      <Card>
        <div class="form-row">
          <Field label={t('broke_device')}>
            {(id) => (
              <select id={id} value={device} onChange={(event) => setDevice(event.currentTarget.value)}>
                <option value="">{t('new_choose')}</option>
                {names.devices.map((one) => (
                  <option key={one.id} value={one.id}>
                    {names.device(one.id)}
                  </option>
                ))}
              </select>
            )}
          </Field>
          <Field label={t('broke_when')} note={when === '' ? t('broke_now') : ''}>
            {(id, noteId) => (
              <input
                id={id}
                type="datetime-local"
                value={when}
                max={localTime(Date.now())}
                aria-describedby={noteId}
                onInput={(event) => setWhen(event.currentTarget.value)}
              />
            )}
          </Field>
        </div>
      </Card>
      {path !== undefined && (
        <Load from={trouble} lines={6}>
          {(data) => <Findings data={data} device={device} onDone={trouble.reload} />}
        </Load>
      )}
      <Instructions />
    </Page>
  );
}

function Findings({ data, device, onDone }: { data: Trouble; device: string; onDone: () => void }) {
  const { t, f } = useLook();
  const names = useNames();
  const [busy, act] = useAct();
  const relax = (field: Trouble['withheld'][number]) => {
    const { service, in: place, path } = field;
    const body = { device, service, in: place, path, action: 'keep', minutes: TRIAL_MINUTES };
    return act(() => ask('/overrides', { method: 'POST', body }), t('saved')).then(onDone);
  };
  if (data.withheld.length + data.refusals.length + data.answers.length + data.relaxed.length === 0)
    return (
      <section class="card">
        <Empty title={t('broke_clean')} icon="check" />
      </section>
    );
  return (
    <>
      {data.relaxed.length > 0 && <Relaxed data={data} onDone={onDone} />}
      <Card title={t('broke_refusals')}>
        {data.refusals.length === 0 ? <p class="note">{t('broke_none')}</p> : null}
        <ul class="rows">
          {data.refusals.map(({ seq, timeMs, service, code }) => (
            <li key={seq}>
              <a class="row link" href={`/log/${seq}`}>
                <span class="note">{f.time(timeMs)}</span>
                <span class="grow">
                  {names.service(service)}: {refusalText(t, code)}
                </span>
              </a>
            </li>
          ))}
        </ul>
      </Card>
      <Card title={t('broke_answers')}>
        {data.answers.length === 0 ? <p class="note">{t('broke_none')}</p> : null}
        <ul class="rows">
          {data.answers.map(({ timeMs, service, status, mqtt }, index) => (
            <li key={`${timeMs} ${service} ${index}`} class="row">
              <span class="note">{f.time(timeMs)}</span>
              <span class="grow">
                {mqtt === undefined
                  ? t('broke_status', names.service(service), status)
                  : t(
                      mqtt.direction === 'down' ? 'broke_mqtt_down' : 'broke_mqtt_up',
                      names.service(service),
                      codeOf(mqtt.packet, status),
                    )}
              </span>
            </li>
          ))}
        </ul>
      </Card>
      <Card title={t('broke_withheld')} note={t('broke_withheld_note')}>
        {data.withheld.length === 0 ? <p class="note">{t('broke_none')}</p> : null}
        <ul class="rows">
          {data.withheld.map((field) => (
            <li key={`${field.service} ${field.in} ${field.path}`} class="row wrap">
              <div class="grow stack">
                <p>
                  <span class="strong">{names.category(field.category)}</span> <Path place={field.in} path={field.path} />
                </p>
                <p class="note">{field.sentence}</p>
                <p class="badges">
                  <ActionBadge action={field.action} />
                  <Tag>{t('messages', field.count)}</Tag>
                </p>
              </div>
              {field.relaxable ? (
                <Button
                  busy={busy}
                  onClick={() => relax(field)}
                  label={`${t('relax')}: ${names.category(field.category)} ${field.path}`}
                >
                  {t('relax')}
                </Button>
              ) : (
                <Tag tone="warn">{t('relax_never')}</Tag>
              )}
            </li>
          ))}
        </ul>
      </Card>
    </>
  );
}

function verdictOn({ troublesBefore, troublesSince, messagesSince }: Trouble['relaxed'][number]) {
  if (messagesSince === 0) return 'relaxed_wait' as const;
  if (troublesSince > 0) return 'relaxed_not' as const;
  return troublesBefore > 0 ? ('relaxed_helped' as const) : ('relaxed_quiet' as const);
}

function Relaxed({ data, onDone }: { data: Trouble; onDone: () => void }) {
  const { t, f } = useLook();
  const [busy, act] = useAct();
  const keep = (id: string) =>
    act(() => ask(`/overrides/${id}`, { method: 'PATCH', body: { minutes: null } }), t('saved')).then(onDone);
  const end = (id: string) => act(() => ask(`/overrides/${id}`, { method: 'DELETE' }), t('saved')).then(onDone);
  return (
    <Card title={t('relaxed')}>
      <ul class="rows">
        {data.relaxed.map((one) => (
          <li key={one.override.id} class="row wrap">
            <div class="grow stack">
              <p>
                <Path place={one.override.in ?? 'body'} path={one.override.path ?? ''} />{' '}
                <Tag tone="accent">{t('relaxed_until', f.time(one.override.untilMs ?? 0))}</Tag>
              </p>
              <p class="strong">{t(verdictOn(one))}</p>
              <p class="note">{t('relaxed_counts', one.troublesBefore, one.troublesSince)}</p>
            </div>
            <div class="actions">
              <Button busy={busy} onClick={() => keep(one.override.id)}>
                {t('relaxed_keep')}
              </Button>
              <Button busy={busy} onClick={() => end(one.override.id)}>
                {t('relaxed_end')}
              </Button>
            </div>
          </li>
        ))}
      </ul>
    </Card>
  );
}

function Instructions() {
  const { t, f } = useLook();
  const names = useNames();
  const own = useLoad<Of<typeof overrides>>('/overrides', (event) => event.kind === 'changed' && event.what === 'overrides');
  const [busy, act] = useAct();
  const items = own.data?.items ?? [];
  if (items.length === 0) return null;
  const remove = (id: string) => act(() => ask(`/overrides/${id}`, { method: 'DELETE' }), t('saved')).then(own.reload);
  const about = ({ device, service }: OverrideView) =>
    [device && names.device(device), service && names.service(service)].filter(Boolean).join(' → ');
  return (
    <Card title={t('overrides')}>
      <ul class="rows">
        {items.map((one) => (
          <li key={one.id} class="row wrap">
            <div class="grow stack">
              <p>
                {one.path ? <Path place={one.in ?? 'body'} path={one.path} /> : one.category && names.category(one.category)}{' '}
                <ActionBadge action={one.action} />
              </p>
              <p class="note">
                {about(one)} · {one.untilMs === undefined ? t('override_forever') : t('relaxed_until', f.time(one.untilMs))}
              </p>
            </div>
            <Button busy={busy} onClick={() => remove(one.id)} label={`${t('set_remove')}: ${one.path ?? one.category}`}>
              {t('set_remove')}
            </Button>
          </li>
        ))}
      </ul>
    </Card>
  );
}
