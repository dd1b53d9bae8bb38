// Who receives data: the services that the rules know, and hosts that none names.
import { useState } from 'preact/hooks';
import type { Of } from '../../schema.js';
import type { HostView, hosts, ServiceSummary, services } from '../../views.js';
import { ask } from '../api.js';
import { useAct, useLoad, useLook, useNames } from '../app-state.js';
import { FateBadge, Tag } from '../parts/badges.js';
import { Button } from '../parts/controls.js';
import { Card, Load, Page } from '../parts/frame.js';
import { Icon } from '../parts/icons.js';

export function Services() {
  const { t } = useLook();
  const all = useLoad<Of<typeof services>>('/services', ({ kind }) => kind === 'changed');
  const unknown = useLoad<Of<typeof hosts>>('/hosts', (event) => event.kind === 'changed' && event.what === 'hosts');
  return (
    <Page title={t('nav_services')} lead={t('services_lead')}>
      <Load from={all} lines={6}>
        {({ items }) => {
          const used = items.filter((one) => one.used);
          const other = items.filter((one) => !one.used);
          return (
            <>
              {used.length > 0 && <List title={t('services_used')} note={t('services_week')} items={used} />}
              {unknown.data && unknown.data.items.length > 0 && (
                <Card id="unknown" title={t('services_unknown')} note={t('services_unknown_note')}>
                  <ul class="rows">
                    {unknown.data.items.map((host) => (
                      <Host key={host.host} host={host} onDone={unknown.reload} />
                    ))}
                  </ul>
                </Card>
              )}
              {other.length > 0 && <List title={t('services_other')} items={other} />}
            </>
          );
        }}
      </Load>
    </Page>
  );
}

function List({ title, note, items }: { title: string; note?: string; items: readonly ServiceSummary[] }) {
  const { t, f, lang } = useLook();
  return (
    <Card title={title} {...(note === undefined ? {} : { note })}>
      <ul class="rows">
        {items.map(({ id, title: name, operator, mode, messages, purposesOn, purposesAll, kept, changed, withheld, used }) => (
          <li key={id}>
            <a class="row link" href={`/services/${id}`}>
              <span class="grow stack">
                <span class="row-title">
                  {name[lang]} {mode !== 'enforce' && <Tag tone="warn">{t(mode === 'block' ? 'm_block' : 'm_observe')}</Tag>}
                </span>
                <span class="note">
                  {operator.name !== 'unknown' && `${t('by_operator', operator.name)} · `}
                  {t('purposes_on', purposesOn, purposesAll)}
                  {used && ` · ${t('messages', messages)}`}
                </span>
                {used && (
                  <span class="badges">
                    <FateBadge fate="withheld">
                      {t('withheld')} {f.number(withheld)}
                    </FateBadge>
                    <FateBadge fate="changed">
                      {t('changed')} {f.number(changed)}
                    </FateBadge>
                    <FateBadge fate="kept">
                      {t('kept')} {f.number(kept)}
                    </FateBadge>
                  </span>
                )}
              </span>
              <Icon name="next" size={16} />
            </a>
          </li>
        ))}
      </ul>
    </Card>
  );
}

function Host({ host, onDone }: { host: HostView; onDone: () => void }) {
  const { t, f } = useLook();
  const names = useNames();
  const [busy, act] = useAct();
  const [as, setAs] = useState('unknown');
  const decide = (kind: string) =>
    act(
      () =>
        ask(`/hosts/${encodeURIComponent(host.host)}`, {
          method: 'PUT',
          body: { kind, ...(kind === 'adopt' ? { service: as } : {}) },
        }),
      t('saved'),
    ).then(onDone);
  const decided = host.decision?.kind;
  return (
    <li class="row stack">
      <p>
        <span class="row-title break">{host.host}</span> {host.opaque && <Tag tone="warn">{t('host_opaque')}</Tag>}
        {decided && <Tag tone="accent">{t(`decided_${decided}`)}</Tag>}
      </p>
      <p class="note">
        {f.list(host.devices.map((id) => names.device(id)))} · {t('messages', host.messages)} · {f.ago(host.lastMs)}
      </p>
      <p class="note">
        {host.categories.length > 0
          ? `${t('was_sent')}: ${f.list(host.categories.map((one) => names.category(one)))}`
          : t('was_sent_unknown')}
      </p>
      <div class="actions">
        <label class="inline">
          {t('adopt_as')}
          <select value={as} onChange={(event) => setAs(event.currentTarget.value)}>
            {names.words.services.map(({ id }) => (
              <option key={id} value={id}>
                {names.service(id)}
              </option>
            ))}
          </select>
        </label>
        <Button busy={busy} onClick={() => decide('adopt')} label={`${t('adopt')}: ${host.host}`}>
          {t('adopt')}
        </Button>
        <Button busy={busy} onClick={() => decide('block')} label={`${t('block')}: ${host.host}`}>
          {t('block')}
        </Button>
        {host.opaque && (
          <Button busy={busy} onClick={() => decide('tunnel')} label={`${t('tunnel')}: ${host.host}`}>
            {t('tunnel')}
          </Button>
        )}
      </div>
    </li>
  );
}
