// One service: its purposes as switches, its matrix, its promises.
import { useId } from 'preact/hooks';
import type { PurposeView, ServiceView } from '../../views.js';
import { ask } from '../api.js';
import { keyOf, useAct, useLoad, useLook, useNames } from '../app-state.js';
import { Card, Load, Page, Segmented, Switch, Tag } from '../parts/basics.js';
import { Icon } from '../parts/icons.js';
import { Matrix } from '../parts/matrix.js';
import { go, usePlace } from '../router.js';

const PARTS = ['purposes', 'data', 'promises', 'more'] as const;
type Part = (typeof PARTS)[number];

export function ServicePage({ id }: { id: string }) {
  const { t, lang } = useLook();
  const service = useLoad<ServiceView>(
    `/services/${encodeURIComponent(id)}?lang=${lang}`,
    (event) => event.kind === 'changed' && event.what === 'services',
  );
  const [busy, act] = useAct();
  const change = (body: object) =>
    act(() => ask(`/services/${encodeURIComponent(id)}`, { method: 'PATCH', body }), t('saved')).then(service.reload);
  const names = useNames();
  const asked = usePlace().query.get('part');
  const part = PARTS.find((one) => one === asked) ?? 'purposes';
  return (
    <Page
      title={names.service(id)}
      {...(service.data && service.data.operator.name !== 'unknown'
        ? { lead: t('by_operator', service.data.operator.name) }
        : {})}
    >
      <a class="back" href="/services">
        <Icon name="back" size={16} />
        {t('nav_services')}
      </a>
      <Load from={service} lines={8}>
        {(data) => (
          <>
            <Segmented
              label={names.service(id)}
              value={part}
              options={PARTS.map((one) => [one, t(`part_${one}`)] as const)}
              onChange={(one) => go(`/services/${encodeURIComponent(id)}?part=${one}`, true)}
            />
            <PartOf part={part} data={data} busy={busy} change={change} />
          </>
        )}
      </Load>
    </Page>
  );
}

interface PartProps {
  readonly part: Part;
  readonly data: ServiceView;
  readonly busy: boolean;
  readonly change: (body: object) => void;
}

function PartOf({ part, data, busy, change }: PartProps) {
  const { t } = useLook();
  switch (part) {
    case 'purposes':
      return (
        <>
          <ModeCard data={data} onChange={(mode) => change({ mode })} />
          <Card title={t('purposes')} note={t('purposes_note')}>
            <ul class="rows">
              {data.purposes.map((purpose) => (
                <Purpose
                  key={purpose.id}
                  purpose={purpose}
                  busy={busy}
                  onChange={(on) => change({ purposes: { [purpose.id]: on } })}
                />
              ))}
            </ul>
          </Card>
        </>
      );
    case 'data':
      return (
        <Card title={t('matrix')} note={t('matrix_note')}>
          <Matrix data={data} />
        </Card>
      );
    case 'promises':
      return (
        <>
          <Promises data={data} />
          {data.readings.length > 0 && <Readings data={data} />}
        </>
      );
    case 'more':
      return (
        <>
          <Hosts data={data} />
          <Unread data={data} busy={busy} onChange={change} />
        </>
      );
    default:
      return part satisfies never;
  }
}

function ModeCard({ data, onChange }: { data: ServiceView; onChange: (mode: ServiceView['mode']) => void }) {
  const { t } = useLook();
  return (
    <Card title={t('mode')}>
      <Segmented
        label={t('mode')}
        value={data.mode}
        options={[
          ['enforce', t('m_enforce')],
          ['observe', t('m_observe')],
          ['block', t('m_block')],
        ]}
        onChange={onChange}
      />
      <p class="note">{t(keyOf('mode_', `${data.mode}_note`) as 'mode_enforce_note')}</p>
    </Card>
  );
}

function Purpose({ purpose, busy, onChange }: { purpose: PurposeView; busy: boolean; onChange: (on: boolean) => void }) {
  const { t, lang } = useLook();
  const names = useNames();
  const effect = useId();
  return (
    <li class="row purpose">
      <p class="row-title">{purpose.title[lang]}</p>
      <Switch on={purpose.on} label={purpose.title[lang]} describedBy={effect} busy={busy} onChange={onChange} />
      <div class="purpose-body stack">
        <p>{purpose.says[lang]}</p>
        <p class="note effect" id={effect}>
          {purpose.effect}
        </p>
        <details>
          <summary>
            {t('needs')} ({purpose.needs.length}) · {t('clause', purpose.clause)}
            {purpose.ground === 'implied' && ` · ${t('ground_implied')}`}
          </summary>
          <p class="badges">
            <Tag tone={purpose.ground === 'declared' ? 'plain' : 'warn'}>{t(`ground_${purpose.ground}`)}</Tag>
            {purpose.legalBasis && (
              <Tag>
                {t('legal_basis')}: {purpose.legalBasis}
              </Tag>
            )}
          </p>
          <ul class="needs">
            {purpose.needs.map((need) => (
              <li key={need.category}>
                {names.category(need.category)} <span class="note">{t('clause', need.clause)}</span>{' '}
                {need.granularity === 'coarse' && <Tag>{t('needs_coarse')}</Tag>}{' '}
                {!need.necessary && <Tag tone="warn">{t('needs_listed')}</Tag>}
                {need.note && <span class="note block">{need.note[lang]}</span>}
              </li>
            ))}
          </ul>
        </details>
      </div>
    </li>
  );
}

type Limit = ServiceView['limits'][number];

function Promised({ limit }: { limit: Limit }) {
  const { t, f, lang } = useLook();
  return (
    <li class="row stack">
      <p class="badges">
        <Tag>{t(keyOf('l_', limit.kind) as 'l_rights')}</Tag>
        <Tag>{t('clause', limit.clause)}</Tag>
        {limit.seems === 'no_term' && <Tag tone="warn">{t('seems_no_term')}</Tag>}
      </p>
      <p>{limit.says[lang]}</p>
      {(limit.seems === 'doubt' || limit.seems === 'maybe') && (
        <p class="doubt">
          <Icon name="broke" size={16} />
          {t(`seems_${limit.seems}`, f.list(limit.hosts))}
        </p>
      )}
    </li>
  );
}

/** What the hub can say something about stands open; the rest is a tap away. */
function Promises({ data }: { data: ServiceView }) {
  const { t } = useLook();
  const told = data.limits
    .filter(({ seems }) => seems !== 'cannot_tell')
    .sort((a, b) => Number(a.seems === 'no_term') - Number(b.seems === 'no_term'));
  const rest = data.limits.filter(({ seems }) => seems === 'cannot_tell');
  const row = (limit: Limit) => <Promised key={`${limit.kind} ${limit.clause} ${limit.says.en}`} limit={limit} />;
  return (
    <Card title={t('limits')} note={t('limits_note')}>
      {told.length > 0 && <ul class="rows">{told.map(row)}</ul>}
      {rest.length > 0 && (
        <details>
          <summary>
            {t('seems_cannot_tell')} ({rest.length})
          </summary>
          <ul class="rows">{rest.map(row)}</ul>
        </details>
      )}
      {data.policy.url.startsWith('https:') && <PolicyLink data={data} />}
    </Card>
  );
}

function PolicyLink({ data }: { data: ServiceView }) {
  const { t } = useLook();
  return (
    <p class="policy-link">
      <a href={data.policy.url} target="_blank" rel="noreferrer noopener">
        {t('policy')}: {data.policy.title}
        <Icon name="out" size={14} />
      </a>
      {data.policy.law.length > 0 && (
        <span class="note">
          {t('law')}: {data.policy.law.join(', ')}
        </span>
      )}
    </p>
  );
}

function Hosts({ data }: { data: ServiceView }) {
  const { t, lang } = useLook();
  const seen = new Map(data.seenHosts.map((one) => [one.host, one.messages]));
  const others = data.seenHosts.filter(({ host }) => !data.hosts.some(({ name }) => name === host));
  const notes = [...new Set(data.hosts.flatMap(({ note }) => (note ? [note[lang]] : [])))];
  if (data.hosts.length + others.length === 0) return null;
  return (
    <Card title={t('hosts')}>
      <ul class="rows">
        {data.hosts.map(({ name, operator, clause }) => (
          <li key={name} class="row wrap">
            <code class="grow break">{name}</code>
            <span class="badges">
              {seen.has(name) && <span class="note">{t('messages', seen.get(name)!)}</span>}
              {clause && <Tag>{t('clause', clause)}</Tag>}
              <Tag tone={operator === 'confirmed' ? 'plain' : 'warn'}>
                {t(operator === 'confirmed' ? 'host_named' : 'host_assumed')}
              </Tag>
            </span>
          </li>
        ))}
        {others.map(({ host, messages }) => (
          <li key={host} class="row wrap">
            <code class="grow break">{host}</code>
            <span class="note">{t('messages', messages)}</span>
          </li>
        ))}
      </ul>
      {notes.map((note) => (
        <p key={note} class="note">
          {note}
        </p>
      ))}
    </Card>
  );
}

function Readings({ data }: { data: ServiceView }) {
  const { t, lang } = useLook();
  return (
    <Card title={t('readings')}>
      <ul class="rows">
        {data.readings.map(({ clause, taken, other, why }) => (
          <li key={clause} class="row stack">
            <p>
              <Tag>{t('clause', clause)}</Tag> {taken[lang]}
            </p>
            <p class="note">
              {t('reading_other')}: {other[lang]}
            </p>
            <p class="note">
              {t('reading_why')}: {why[lang]}
            </p>
          </li>
        ))}
      </ul>
    </Card>
  );
}

function Unread({ data, busy, onChange }: { data: ServiceView; busy: boolean; onChange: (body: object) => void }) {
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
