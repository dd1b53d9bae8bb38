// Where a service is reached, and what of it cannot be read.
import { useId } from 'preact/hooks';
import type { ServiceView } from '../../views.js';
import { ask } from '../api.js';
import { useAct, useLook } from '../app-state.js';
import { Tag } from '../parts/badges.js';
import { Switch } from '../parts/controls.js';
import { COUNTRIES } from '../parts/countries.js';
import { Card } from '../parts/frame.js';

/** Hosts of the declaration and those seen; where each stands is said by its declaration, or by the household, or by nobody. */
export function Hosts({ data, onDone }: { data: ServiceView; onDone: () => void }) {
  const { t, lang } = useLook();
  const unseen = data.hosts.filter(({ name }) => !data.seenHosts.some(({ host }) => host === name));
  const notes = [...new Set(data.hosts.flatMap(({ note }) => (note ? [note[lang]] : [])))];
  if (data.hosts.length + data.seenHosts.length === 0) return null;
  return (
    <Card title={t('hosts')}>
      <ul class="rows">
        {data.seenHosts.map((one) => (
          <li key={one.host} class="row stack">
            <HostLine host={one.host} declared={data.hosts.find(({ name }) => name === one.host)} messages={one.messages} />
            <Country seen={one} onDone={onDone} />
          </li>
        ))}
        {unseen.map((one) => (
          <li key={one.name} class="row stack">
            <HostLine host={one.name} declared={one} />
          </li>
        ))}
      </ul>
      {data.hosts.some(({ operator }) => operator === 'unconfirmed') && <p class="note">{t('host_assumed_note')}</p>}
      {notes.map((note) => (
        <p key={note} class="note">
          {note}
        </p>
      ))}
    </Card>
  );
}

function HostLine({
  host,
  declared,
  messages,
}: {
  host: string;
  declared?: ServiceView['hosts'][number] | undefined;
  messages?: number;
}) {
  const { t } = useLook();
  return (
    <div class="wrap-line">
      <code class="grow break">{host}</code>
      <span class="badges">
        <span class="note">{messages === undefined ? t('host_unseen') : t('messages', messages)}</span>
        {declared?.clause && <Tag>{t('clause', declared.clause)}</Tag>}
        {declared && (
          <Tag tone={declared.operator === 'confirmed' ? 'plain' : 'warn'}>
            {t(declared.operator === 'confirmed' ? 'host_named' : 'host_assumed')}
          </Tag>
        )}
      </span>
    </div>
  );
}

function Country({ seen, onDone }: { seen: ServiceView['seenHosts'][number]; onDone: () => void }) {
  const { t, f } = useLook();
  const [busy, act] = useAct();
  const names = COUNTRIES.map((code) => [code, f.country(code)] as const).sort((a, b) => a[1].localeCompare(b[1], f.lang));
  const tell = (code: string) =>
    act(
      () =>
        ask(`/hosts/${encodeURIComponent(seen.host)}/country`, { method: 'PUT', body: { country: code === '' ? null : code } }),
      t('saved'),
    ).then(onDone);
  if (seen.countryBy === 'declaration')
    return (
      <p class="note">
        {t('country')}: {f.country(seen.country!)} · {t('country_by_policy')}
      </p>
    );
  return (
    <label class="inline note">
      {t('country')}
      <select value={seen.country ?? ''} disabled={busy} onChange={(event) => void tell(event.currentTarget.value)}>
        <option value="">{t('country_unknown')}</option>
        {names.map(([code, name]) => (
          <option key={code} value={code}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}

export function Unread({ data, busy, onChange }: { data: ServiceView; busy: boolean; onChange: (body: object) => void }) {
  const { t } = useLook();
  const note = useId();
  return (
    <Card title={t('unread')}>
      <p class="note" id={note}>
        {t('unread_note')}
      </p>
      <div class="row">
        <span class="grow">{t('unread_opaque')}</span>
        <Switch
          on={data.opaque === 'pass'}
          label={t('unread_opaque')}
          describedBy={note}
          busy={busy}
          onChange={(on) => onChange({ opaque: on ? 'pass' : 'refuse' })}
        />
      </div>
      <div class="row">
        <span class="grow">{t('unread_sealed')}</span>
        <Switch
          on={data.sealed === 'pass'}
          label={t('unread_sealed')}
          describedBy={note}
          busy={busy}
          onChange={(on) => onChange({ sealed: on ? 'pass' : 'refuse' })}
        />
      </div>
    </Card>
  );
}
