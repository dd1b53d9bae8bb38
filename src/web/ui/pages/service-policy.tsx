// What a policy says beside its purposes and promises: what it will not take, to whom it gives, whom one can write to, and how it was read.
import type { ServiceView } from '../../views.js';
import { useLook, useNames } from '../app-state.js';
import { Tag } from '../parts/badges.js';
import { Card } from '../parts/frame.js';

/** What the policy promises not to take; where devices send it all the same, how often. */
export function ExcludedCard({ data }: { data: ServiceView }) {
  const { t, lang } = useLook();
  const names = useNames();
  if (data.excluded.length === 0) return null;
  return (
    <Card title={t('excluded')} note={t('excluded_note')}>
      <ul class="rows">
        {data.excluded.map(({ category, clause, note, offered }) => (
          <li key={category} class="row stack">
            <p>
              {names.category(category)} <Tag>{t('clause', clause)}</Tag>{' '}
              {offered > 0 && <Tag tone="warn">{t('excluded_offered', offered)}</Tag>}
            </p>
            {note && <p class="note">{note[lang]}</p>}
          </li>
        ))}
      </ul>
    </Card>
  );
}

/** Who answers for the data, and where to write. */
export function PeopleCard({ data }: { data: ServiceView }) {
  const { t, f, lang } = useLook();
  if (data.controllers.length + data.contacts.length === 0) return null;
  return (
    <Card title={t('contacts')}>
      <ul class="rows">
        {data.controllers.map(({ name, role, country, regions, clause, note }) => (
          <li key={`${role} ${name}`} class="row stack">
            <p>
              {name} <Tag>{t(`role_${role}`)}</Tag> <Tag>{t('clause', clause)}</Tag>
            </p>
            {country && (
              <p class="note">
                {t('country')}: {f.country(country)}
              </p>
            )}
            {regions.length > 0 && <p class="note">{t('regions', f.list(regions.map((one) => f.country(one))))}</p>}
            {note && <p class="note">{note[lang]}</p>}
          </li>
        ))}
        {data.contacts.map(({ kind, to, for: uses, subject, clause, note }) => (
          <li key={`${kind} ${to} ${clause} ${subject ?? ''}`} class="row stack">
            <p>
              <span class="break">{to}</span> <Tag>{t('clause', clause)}</Tag>
            </p>
            <p class="note">{t('contact_for', f.list(uses.map((use) => t(`use_${use}`))))}</p>
            {subject && <p class="note">{t('contact_subject', subject)}</p>}
            {note && <p class="note">{note[lang]}</p>}
          </li>
        ))}
      </ul>
    </Card>
  );
}

/** To whom the policy says that data goes. */
export function RecipientsCard({ data }: { data: ServiceView }) {
  const { t, f, lang } = useLook();
  const names = useNames();
  if (data.recipients.length === 0) return null;
  return (
    <Card title={t('recipients')} note={t('recipients_note')}>
      <ul class="rows">
        {data.recipients.map(({ name, does, country, hosts, categories, clause }) => (
          <li key={`${name} ${clause}`} class="row stack">
            <p>
              {name} <Tag>{t('clause', clause)}</Tag>
            </p>
            <p class="note">
              {[
                does?.[lang],
                country && f.country(country),
                categories === undefined ? t('recipients_all') : f.list(categories.map((one) => names.category(one))),
              ]
                .filter(Boolean)
                .join(' · ')}
            </p>
            {hosts.length > 0 && <code class="break">{hosts.join(', ')}</code>}
          </li>
        ))}
      </ul>
    </Card>
  );
}

/** From which text this was read, and what of cookies it lets leave. */
export function SourceCard({ data }: { data: ServiceView }) {
  const { t, f, lang } = useLook();
  const names = useNames();
  const { source, cookies } = data;
  if (source === undefined && cookies === undefined) return null;
  return (
    <Card title={t('source')}>
      {cookies && (
        <p>
          {cookies.says[lang]} <Tag>{t('clause', cookies.clause)}</Tag>
          <span class="note block">{t('cookies_keep', f.list(cookies.keep.map((one) => names.category(one))))}</span>
        </p>
      )}
      {source && (
        <>
          <p>{t('source_read', source.retrieved, source.readBy)}</p>
          <p class="note">{source.reviewedBy === undefined ? t('source_unreviewed') : t('source_reviewed', source.reviewedBy)}</p>
          {source.version && <p class="note">{source.version}</p>}
          <p class="note break">SHA-256 {source.sha256}</p>
        </>
      )}
    </Card>
  );
}
