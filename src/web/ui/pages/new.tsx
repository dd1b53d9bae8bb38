// Fields never seen before: held back until looked at.
import { useState } from 'preact/hooks';
import type { CategoryId } from '../../../model.js';
import type { Of } from '../../schema.js';
import type { fieldPreview, NewFieldView, newFields } from '../../views.js';
import { ask, query } from '../api.js';
import { useAct, useLoad, useLook, useNames } from '../app-state.js';
import { ActionBadge, Path, Tag } from '../parts/badges.js';
import { Button, Field, Segmented } from '../parts/controls.js';
import { Empty, Load, Page } from '../parts/frame.js';

export function NewFields() {
  const { t } = useLook();
  const fields = useLoad<Of<typeof newFields>>('/fields/new', (event) => event.kind === 'changed' && event.what === 'fields');
  return (
    <Page title={t('nav_new')} lead={t('new_lead')}>
      <Load from={fields} lines={5}>
        {({ items }) =>
          items.length === 0 ? (
            <section class="card">
              <Empty title={t('new_none')} note={t('new_none_note')} icon="check" />
            </section>
          ) : (
            <ul class="stack-list">
              {items.map((field) => (
                <li key={field.id}>
                  <FieldCard field={field} onDone={fields.reload} />
                </li>
              ))}
            </ul>
          )
        }
      </Load>
    </Page>
  );
}

/** Grouped by family, so that the list can be looked through. */
export function CategorySelect({
  id,
  value,
  onChange,
  empty,
}: {
  id: string;
  value: string;
  onChange: (value: string) => void;
  empty: string;
}) {
  const { t } = useLook();
  const { words, category } = useNames();
  const families = [...new Set(words.categories.map(({ family }) => family))];
  return (
    <select id={id} value={value} onChange={(event) => onChange(event.currentTarget.value)}>
      <option value="">{empty}</option>
      {families.map((family) => (
        <optgroup key={family} label={t(`f_${family}` as 'f_network')}>
          {words.categories
            .filter((one) => one.family === family)
            .map((one) => (
              <option key={one.id} value={one.id}>
                {category(one.id)}
              </option>
            ))}
        </optgroup>
      ))}
    </select>
  );
}

function FieldCard({ field, onDone }: { field: NewFieldView; onDone: () => void }) {
  const { t, f, lang } = useLook();
  const names = useNames();
  const [as, setAs] = useState<CategoryId | ''>('');
  const [scope, setScope] = useState<'device' | 'service'>('device');
  const [busy, act] = useAct();
  const preview = useLoad<Of<typeof fieldPreview>>(
    as === '' ? undefined : `/fields/new/${field.id}/preview${query({ category: as, lang })}`,
  );
  const decide = (body: object) => act(() => ask(`/fields/new/${field.id}`, { method: 'POST', body }), t('saved')).then(onDone);
  const look = field.look === 'identifier' ? t('look_identifier', field.length ?? 0) : t(`look_${field.look}`);
  return (
    <article class="card">
      <h2 class="field-path">
        <Path place={field.in} path={field.path} />
      </h2>
      <p class="note">
        {names.device(field.device)} → {names.service(field.service)} · {look} ·{' '}
        {t('seen_times', field.count, f.ago(field.firstMs))}
      </p>
      <p class="badges">
        {t('meanwhile')}: <ActionBadge action={field.action} />{' '}
        <Tag tone={field.held ? 'accent' : 'plain'}>{t(field.held ? 'new_held' : 'new_listed')}</Tag>
      </p>
      <div class="form-row">
        <Field label={t('new_what')}>
          {(id) => (
            <CategorySelect id={id} value={as} onChange={(value) => setAs(value as CategoryId | '')} empty={t('new_choose')} />
          )}
        </Field>
        <div class="field">
          <span class="label">{t('new_scope')}</span>
          <Segmented
            label={t('new_scope')}
            value={scope}
            options={[
              ['device', t('new_scope_device')],
              ['service', t('new_scope_service')],
            ]}
            onChange={setScope}
          />
        </div>
      </div>
      <div class="rule" aria-live="polite">
        {as !== '' && preview.data && (
          <>
            <p class="label">{t('new_rule')}</p>
            <p>{preview.data.sentence}</p>
          </>
        )}
      </div>
      <div class="actions">
        <Button kind="main" busy={busy} disabled={as === ''} onClick={() => decide({ category: as, scope })}>
          {t('new_save')}
        </Button>
        <Button busy={busy} onClick={() => decide({ scope })}>
          {t(field.held || field.action === 'drop' ? 'new_hold' : 'new_hold_listed')}
        </Button>
      </div>
    </article>
  );
}
