// Try it: a message before and after, with a sentence for each field. Nothing is stored.
import { useMemo, useState } from 'preact/hooks';
import { type HarMessage, harMessages, parsed } from '../../har.js';
import type { ServiceView, TriedView } from '../../views.js';
import { ask } from '../api.js';
import { refusalText, useAct, useLoad, useLook, useNames } from '../app-state.js';
import { type Fate, fateOf, VerdictBadge } from '../parts/badges.js';
import { Button, Field } from '../parts/controls.js';
import { DecisionList } from '../parts/decision-list.js';
import { Card, Empty, Page, Scroll } from '../parts/frame.js';
import { Icon } from '../parts/icons.js';
import { EXAMPLE, handed, type Line, linesOf } from '../parts/message.js';

const FORMATS = ['application/json', 'application/x-ndjson', 'application/x-www-form-urlencoded', 'text/plain'] as const;

function takeHanded(): { text: string; service: string } {
  const { text = '', service = 'cosori' } = handed;
  delete handed.text;
  delete handed.service;
  return { text, service };
}

export function Try() {
  const { t, lang, tell } = useLook();
  const names = useNames();
  const [first] = useState(takeHanded);
  const [message, setMessage] = useState(first.text);
  const [service, setService] = useState(first.service);
  const [mediaType, setMediaType] = useState<string>(FORMATS[0]);
  const [recording, setRecording] = useState<readonly HarMessage[]>([]);
  const [purposes, setPurposes] = useState<Record<string, boolean>>({});
  const [tried, setTried] = useState<{ result: TriedView; message: string }>();
  const [busy, act] = useAct();
  const detail = useLoad<ServiceView>(`/services/${encodeURIComponent(service)}?lang=${lang}`);
  const take = (text: string): void => {
    const found = harMessages(text);
    if (!found) {
      setMessage(text);
      return;
    }
    setRecording(found);
    if (found[0]) choose(found[0]);
    else tell(t('try_har_none'), true);
  };
  const choose = ({ body, mediaType: type }: HarMessage): void => {
    setMessage(body);
    if (type) setMediaType(type.split(';')[0]!);
  };
  const read = async (file: File | undefined): Promise<void> => {
    if (file) take(await file.text());
  };
  const run = () =>
    act(async () => {
      const body = { service, body: message, mediaType, purposes, lang };
      setTried({ result: await ask<TriedView>('/try', { method: 'POST', body }), message });
    });
  return (
    <Page title={t('nav_try')} lead={t('try_lead')}>
      <Card>
        <div class="form-row">
          <Field label={t('service')}>
            {(id) => (
              <select
                id={id}
                value={service}
                onChange={(event) => {
                  setService(event.currentTarget.value);
                  setPurposes({});
                }}
              >
                {names.words.services.map((one) => (
                  <option key={one.id} value={one.id}>
                    {names.service(one.id)}
                  </option>
                ))}
              </select>
            )}
          </Field>
          <Field label={t('try_type')}>
            {(id) => (
              <select id={id} value={mediaType} onChange={(event) => setMediaType(event.currentTarget.value)}>
                {[...new Set([...FORMATS, mediaType])].map((one) => (
                  <option key={one}>{one}</option>
                ))}
              </select>
            )}
          </Field>
        </div>
        {recording.length > 0 && (
          <Field label={t('try_har')}>
            {(id) => (
              <select id={id} onChange={(event) => choose(recording[Number(event.currentTarget.value)]!)}>
                {recording.map(({ label }, index) => (
                  <option key={index} value={index}>
                    {label}
                  </option>
                ))}
              </select>
            )}
          </Field>
        )}
        <Field label={t('try_message')} note={t('try_drop')}>
          {(id, noteId) => (
            <textarea
              id={id}
              class="message"
              rows={10}
              spellcheck={false}
              value={message}
              aria-describedby={noteId}
              onInput={(event) => setMessage(event.currentTarget.value)}
              onDragOver={(event) => event.preventDefault()}
              onDrop={(event) => {
                event.preventDefault();
                void read(event.dataTransfer?.files[0]);
              }}
            />
          )}
        </Field>
        {detail.data && (
          <details>
            <summary>{t('try_purposes')}</summary>
            <div class="checks">
              {detail.data.purposes.map(({ id, title, on }) => (
                <label key={id} class="check">
                  <input
                    type="checkbox"
                    checked={purposes[id] ?? on}
                    onChange={(event) => setPurposes({ ...purposes, [id]: event.currentTarget.checked })}
                  />
                  {title[lang]}
                </label>
              ))}
            </div>
          </details>
        )}
        <div class="actions">
          <Button kind="main" icon="try" busy={busy} disabled={message.trim() === ''} onClick={run}>
            {t('try_run')}
          </Button>
          <Button onClick={() => take(EXAMPLE)}>{t('try_sample')}</Button>
          <label class="button plain">
            {t('try_file')}
            <input type="file" class="sr" onChange={(event) => void read(event.currentTarget.files?.[0])} />
          </label>
        </div>
      </Card>
      <div class="stack-list" aria-live="polite">
        {tried ? (
          <Result {...tried} />
        ) : (
          <section class="card">
            <Empty title={t('try_empty')} icon="try" />
          </section>
        )}
      </div>
    </Page>
  );
}

const MARK: Readonly<Record<Fate, string>> = { kept: ' ', changed: '~', withheld: '−' };

function Lines({ lines, fates, label }: { lines: readonly Line[]; fates: ReadonlyMap<string, Fate>; label: string }) {
  const { t } = useLook();
  return (
    <Scroll class="lines" label={label}>
      <pre>
        {lines.map(({ text, depth, path }, index) => {
          const fate = (path !== undefined && fates.get(path)) || 'kept';
          return (
            <span key={index} class={`line ${path === undefined ? '' : fate}`}>
              <span class="line-mark" aria-hidden="true">
                {MARK[fate]}
              </span>
              {fate !== 'kept' && <span class="sr">{t(fate)}: </span>}
              {'  '.repeat(depth) + text}
              {'\n'}
            </span>
          );
        })}
      </pre>
    </Scroll>
  );
}

const raw = (text: string): Line[] => text.split('\n').map((line) => ({ text: line, depth: 0 }));
const shown = (text: string): Line[] => {
  const value = parsed(text);
  return typeof value === 'object' && value !== null ? linesOf(value) : raw(text);
};

function Result({ result, message }: { result: TriedView; message: string }) {
  const { t, f } = useLook();
  const fates = useMemo(
    () => new Map(result.decisions.filter((one) => one.in === 'body').map((one) => [one.path, fateOf(one.action)] as const)),
    [result],
  );
  const changed = useMemo(() => new Map([...fates].filter(([, fate]) => fate === 'changed')), [fates]);
  return (
    <>
      <Card title={t('log_verdict')} aside={<VerdictBadge verdict={result.verdict} />}>
        <p>
          {result.error === undefined
            ? t('try_saved', f.bytes(result.bytesIn), f.bytes(result.bytesOut))
            : refusalText(t, result.error)}
        </p>
      </Card>
      <div class="pair">
        <Card title={t('try_before')}>
          <Lines lines={shown(message)} fates={fates} label={t('try_before')} />
        </Card>
        <Card title={t('try_after')} {...(result.binary ? { note: t('try_binary') } : {})}>
          {result.out === undefined ? (
            <p class="doubt">
              <Icon name="cross" />
              {t('try_refused')}
            </p>
          ) : (
            <Lines lines={shown(result.out)} fates={changed} label={t('try_after')} />
          )}
        </Card>
      </div>
      {result.decisions.length > 0 && (
        <Card title={t('try_why')}>
          <DecisionList list={result.decisions} />
        </Card>
      )}
    </>
  );
}
