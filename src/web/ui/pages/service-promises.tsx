// What a service promises and whether it seems kept, what can be read in two ways, and letters to its operator.
import { useState } from 'preact/hooks';
import type { ServiceView } from '../../views.js';
import { askText } from '../api.js';
import { keyOf, useAct, useLook, useNames } from '../app-state.js';
import { Tag } from '../parts/badges.js';
import { Button, LinkButton, Segmented } from '../parts/controls.js';
import { Card } from '../parts/frame.js';
import { Icon } from '../parts/icons.js';

const SEEMS_ICON = { doubt: 'broke', not_known: 'eye', kept: 'check' } as const;
type Limit = ServiceView['limits'][number];

function Promised({ limit, data }: { limit: Limit; data: ServiceView }) {
  const { t, f, lang } = useLook();
  const names = useNames();
  const about = [
    ...(limit.categories ?? []).map((one) => names.category(one)),
    ...data.purposes.filter(({ id }) => limit.purposes?.includes(id)).map(({ title }) => title[lang]),
  ];
  return (
    <li class="row stack">
      <p class="badges">
        <Tag>{t(keyOf('l_', limit.kind) as 'l_rights')}</Tag>
        <Tag>{t('clause', limit.clause)}</Tag>
        {limit.seems === 'no_term' && <Tag tone="warn">{t('seems_no_term')}</Tag>}
      </p>
      <p>{limit.says[lang]}</p>
      {about.length > 0 && <p class="note">{t('limit_about', f.list(about))}</p>}
      {(limit.seems === 'doubt' || limit.seems === 'not_known' || limit.seems === 'kept') && (
        <p class={limit.seems === 'doubt' ? 'doubt' : 'note seems'}>
          <Icon name={SEEMS_ICON[limit.seems]} size={16} />
          {t(`seems_${limit.seems}`, f.list(limit.hosts), limit.hosts.length)}
        </p>
      )}
    </li>
  );
}

/** What the hub can say something about stands open; the rest is a tap away. */
export function Promises({ data }: { data: ServiceView }) {
  const { t } = useLook();
  const told = data.limits
    .filter(({ seems }) => seems !== 'cannot_tell')
    .sort((a, b) => Number(a.seems === 'no_term') - Number(b.seems === 'no_term'));
  const rest = data.limits.filter(({ seems }) => seems === 'cannot_tell');
  const row = (limit: Limit) => <Promised key={`${limit.kind} ${limit.clause} ${limit.says.en}`} limit={limit} data={data} />;
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

export function Readings({ data }: { data: ServiceView }) {
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

const LETTERS = ['access', 'erasure', 'withdrawal'] as const;

/** Drafts of letters by the law that the policy names: read here, downloaded as text, sent by nobody but the household. */
export function Letters({ data }: { data: ServiceView }) {
  const { t, lang } = useLook();
  const [kind, setKind] = useState<(typeof LETTERS)[number]>('access');
  const [shown, setShown] = useState<string>();
  const [busy, act] = useAct();
  const path = `/services/${encodeURIComponent(data.id)}/letter?kind=${kind}&lang=${lang}`;
  return (
    <Card title={t('letter')} note={t('letter_note')}>
      <Segmented
        label={t('letter')}
        value={kind}
        options={LETTERS.map((one) => [one, t(`letter_${one}`)] as const)}
        onChange={(one) => {
          setKind(one);
          setShown(undefined);
        }}
      />
      <p class="note">{t(`letter_${kind}_note`)}</p>
      <div class="actions">
        <LinkButton href={`/api/v1${path}`} download icon="out">
          {t('letter_get')}
        </LinkButton>
        <Button busy={busy} onClick={() => void act(async () => setShown(await askText(path)))}>
          {t('letter_show')}
        </Button>
      </div>
      {shown !== undefined && (
        <section class="letter" aria-label={t('letter')} aria-live="polite">
          <pre>{shown}</pre>
        </section>
      )}
    </Card>
  );
}
