// Settings: looks, access, identifiers of the home, log, backup, rules, about.
import { useState } from 'preact/hooks';
import type { Settings as SettingsView } from '../../views.js';
import { ask } from '../api.js';
import { useAct, useLoad, useLook } from '../app-state.js';
import { Button, Field, LanguageChoice, LinkButton, Segmented } from '../parts/controls.js';
import { Card, Facts, Load, Page } from '../parts/frame.js';
import { Access } from './settings-access.js';
import { HomeIdentifiers } from './settings-home.js';

export function Settings() {
  const { t } = useLook();
  const settings = useLoad<SettingsView>('/settings', (event) => event.kind === 'changed' && event.what === 'settings');
  return (
    <Page title={t('nav_settings')}>
      <Looks />
      <Load from={settings} lines={6}>
        {(data) => (
          <>
            <Access data={data} onChange={settings.reload} />
            <HomeIdentifiers counts={data.identifiers} onDone={settings.reload} />
            <Retention data={data} onDone={settings.reload} />
            <Backup onDone={settings.reload} />
            <Rules data={data} onDone={settings.reload} />
            <AboutCard data={data} />
          </>
        )}
      </Load>
    </Page>
  );
}

function Looks() {
  const { t, theme, setTheme } = useLook();
  return (
    <Card title={t('set_look')}>
      <div class="form-row">
        <div class="field">
          <span class="label">{t('language')}</span>
          <LanguageChoice />
        </div>
        <div class="field">
          <span class="label">{t('theme')}</span>
          <Segmented
            label={t('theme')}
            value={theme}
            options={[
              ['system', t('theme_system')],
              ['light', t('theme_light')],
              ['dark', t('theme_dark')],
            ]}
            onChange={setTheme}
          />
        </div>
      </div>
    </Card>
  );
}

interface Part {
  readonly data: SettingsView;
  readonly onDone: () => void;
}

function Retention({ data, onDone }: Part) {
  const { t } = useLook();
  const [days, setDays] = useState(String(data.retentionDays));
  const [busy, act] = useAct();
  const save = (event: Event): void => {
    event.preventDefault();
    void act(() => ask('/retention', { method: 'PUT', body: { days: Number(days) } }), t('saved')).then(onDone);
  };
  return (
    <Card title={t('set_log')} note={t('records', data.logSize)}>
      <form class="with-button" onSubmit={save}>
        <Field label={t('set_retention')}>
          {(id) => (
            <input
              id={id}
              type="number"
              min={1}
              max={3650}
              required
              value={days}
              onInput={(event) => setDays(event.currentTarget.value)}
            />
          )}
        </Field>
        <Button type="submit" busy={busy}>
          {t('save')}
        </Button>
      </form>
    </Card>
  );
}

function Backup({ onDone }: { onDone: () => void }) {
  const { t } = useLook();
  const [, act] = useAct();
  const restore = async (file: File | undefined): Promise<void> => {
    if (!file) return;
    const text = await file.text();
    await act(() => ask('/restore', { method: 'POST', body: { text } }), t('saved'));
    onDone();
  };
  return (
    <Card title={t('set_backup')} note={t('set_backup_note')}>
      <div class="actions">
        <LinkButton href="/api/v1/backup" download>
          {t('set_backup_get')}
        </LinkButton>
        <label class="button plain">
          {t('set_restore')}
          <input
            type="file"
            class="sr"
            accept=".json,application/json"
            onChange={(event) => void restore(event.currentTarget.files?.[0])}
          />
        </label>
      </div>
    </Card>
  );
}

/** The hub tells no more of a file. */
const FAULTS_TOLD = 50;

interface Faults {
  readonly faults: readonly { file: string; line: number; column: number; message: string }[];
}

function Rules({ data, onDone }: Part) {
  const { t, f, tell } = useLook();
  const [busy, act] = useAct();
  const [faults, setFaults] = useState<Faults['faults']>([]);
  const change = (path: string, method: 'PUT' | 'DELETE', body?: object) =>
    act(async () => {
      const answer = await ask<Faults>(path, { method, ...(body ? { body } : {}) });
      setFaults(answer.faults);
      if (answer.faults.length === 0) tell(t('saved'));
    }).then(onDone);
  const add = async (file: File | undefined): Promise<void> => {
    if (file) await change(`/rules/${encodeURIComponent(file.name)}`, 'PUT', { text: await file.text() });
  };
  return (
    <Card title={t('set_rules')} note={t('set_rules_note')}>
      <ul class="rows">
        {data.extraRules.map(({ name, bytes }) => (
          <li key={name} class="row">
            <span class="grow break">
              {name} <span class="note">{f.bytes(bytes)}</span>
            </span>
            <Button
              busy={busy}
              onClick={() => change(`/rules/${encodeURIComponent(name)}`, 'DELETE')}
              label={`${t('set_remove')}: ${name}`}
            >
              {t('set_remove')}
            </Button>
          </li>
        ))}
      </ul>
      <label class="button plain">
        {t('set_rules_add')}
        <input type="file" class="sr" accept=".yaml,.yml" onChange={(event) => void add(event.currentTarget.files?.[0])} />
      </label>
      {faults.length > 0 && (
        <ul class="faults" role="alert">
          {faults.map(({ file, line, column, message }) => (
            <li key={`${line} ${column} ${message}`}>
              <code>
                {file}:{line}:{column}
              </code>{' '}
              {message}
            </li>
          ))}
          {faults.length >= FAULTS_TOLD && <li>{t('set_rules_more')}</li>}
        </ul>
      )}
    </Card>
  );
}

function AboutCard({ data }: { data: SettingsView }) {
  const { t, f } = useLook();
  const { about } = data;
  const facts = [
    [t('set_version'), `hubsieve ${about.version}, Node ${about.node}`],
    [t('set_rules_hash'), about.rules],
    [t('set_started'), f.full(about.startedMs)],
    [t('set_log_key'), about.logKey],
  ] as const;
  return (
    <Card title={t('set_about')}>
      <Facts facts={facts} />
      <p>
        <a href="/api/v1/openapi.json">{t('set_api')}</a>
      </p>
    </Card>
  );
}
