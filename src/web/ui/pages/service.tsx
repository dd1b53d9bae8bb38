// One service: its purposes as switches, its matrix, its promises.
import { useId } from 'preact/hooks';
import type { PurposeView, ServiceView } from '../../views.js';
import { ask } from '../api.js';
import { keyOf, useAct, useLoad, useLook, useNames } from '../app-state.js';
import { Tag } from '../parts/badges.js';
import { Segmented, Switch } from '../parts/controls.js';
import { Card, Load, Page } from '../parts/frame.js';
import { Icon } from '../parts/icons.js';
import { Matrix } from '../parts/matrix.js';
import { go, usePlace } from '../router.js';
import { Hosts, Unread } from './service-more.js';
import { ExcludedCard, PeopleCard, RecipientsCard, SourceCard } from './service-policy.js';
import { Letters, Promises, Readings } from './service-promises.js';

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
              options={PARTS.filter((one) => data.letter || one !== 'promises').map((one) => [one, t(`part_${one}`)] as const)}
              onChange={(one) => go(`/services/${encodeURIComponent(id)}?part=${one}`, true)}
            />
            <PartOf part={part} data={data} busy={busy} change={change} reload={service.reload} />
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
  readonly reload: () => void;
}

function PartOf({ part, data, busy, change, reload }: PartProps) {
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
                  assumed={!data.letter}
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
          <ExcludedCard data={data} />
          <Promises data={data} />
          <RecipientsCard data={data} />
          {data.readings.length > 0 && <Readings data={data} />}
          <PeopleCard data={data} />
          {data.letter && <Letters data={data} />}
          <SourceCard data={data} />
        </>
      );
    case 'more':
      return (
        <>
          <Hosts data={data} onDone={reload} />
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

function Purpose({
  purpose,
  assumed,
  busy,
  onChange,
}: {
  purpose: PurposeView;
  /** Of a service without a declaration: the purpose is the hub's own assumption. */
  assumed: boolean;
  busy: boolean;
  onChange: (on: boolean) => void;
}) {
  const { t, f, lang } = useLook();
  const names = useNames();
  const effect = useId();
  return (
    <li class="row purpose">
      <p class="row-title">{purpose.title[lang]}</p>
      <Switch on={purpose.on} label={purpose.title[lang]} describedBy={effect} busy={busy} onChange={onChange} />
      <div class="purpose-body stack">
        <p>{purpose.says[lang]}</p>
        {purpose.eachTime && (
          <p class="note">{purpose.untilMs === undefined ? t('each_time') : t('each_time_until', f.time(purpose.untilMs))}</p>
        )}
        <p class="note effect" id={effect}>
          {purpose.effect}
        </p>
        <details>
          <summary>
            {t('needs', purpose.needs.length)} · {assumed ? t('ground_assumed') : t('clause', purpose.clause)}
            {!assumed && purpose.ground === 'implied' && ` · ${t('ground_implied')}`}
          </summary>
          <p class="badges">
            <Tag tone={purpose.ground === 'declared' ? 'plain' : 'warn'}>
              {t(assumed ? 'ground_assumed' : `ground_${purpose.ground}`)}
            </Tag>
            {purpose.legalBasis.map((one) => (
              <Tag key={one.text}>
                {t('legal_basis')}: {one.title?.[lang] ?? one.text} ({one.title ? one.text : t('clause', one.clause)})
              </Tag>
            ))}
          </p>
          {purpose.legalBasis.map(
            ({ follows, text }) =>
              follows && (
                <p key={text} class="note">
                  {t(`follows_${follows}`)}
                </p>
              ),
          )}
          <ul class="needs">
            {purpose.needs.map((need) => (
              <li key={need.category}>
                {names.category(need.category)} {!assumed && <span class="note">{t('clause', need.clause)}</span>}{' '}
                {need.granularity === 'coarse' && <Tag>{t('needs_coarse')}</Tag>}{' '}
                {!need.necessary && <Tag tone="warn">{t('needs_listed')}</Tag>}
                {need.in && <Tag>{need.in.map((place) => t(`in_${place}` as 'in_cookie')).join(', ')}</Tag>}{' '}
                {need.when && <Tag>{need.when.map((kind) => t(`dk_${kind}` as 'dk_camera')).join(', ')}</Tag>}{' '}
                {need.mapped && <Tag>{t('needs_mapped')}</Tag>}
                {need.note && <span class="note block">{need.note[lang]}</span>}
              </li>
            ))}
          </ul>
        </details>
      </div>
    </li>
  );
}
