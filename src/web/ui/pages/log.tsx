// The log: search and filter, verify the whole, export.
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import type { CategoryId, Verdict } from '../../../model.js';
import type { Of } from '../../schema.js';
import type { RecordRow, records } from '../../views.js';
import { ask, listen, query } from '../api.js';
import { choiceWord, keyOf, refusalText, useLook, useNames } from '../app-state.js';
import { Counts, FateBadge, VerdictBadge } from '../parts/badges.js';
import { Button, Field, LinkButton } from '../parts/controls.js';
import { Empty, Page, Skeleton, Trouble } from '../parts/frame.js';
import { Virtual } from '../parts/virtual.js';
import { go, left, usePlace } from '../router.js';
import { Verify } from './log-verify.js';
import { CategorySelect } from './new.js';

/** A page of the list; the next one is fetched when its end comes near. */
const PAGE = 500;
const ROW = 72;
const VERDICTS: readonly Verdict[] = ['forwarded', 'observed', 'refused', 'sealed', 'opaque'];
const KINDS = ['message', 'send-failed', 'switch', 'alarm', 'refusals', 'start', 'stop', 'removal', 'continued'] as const;

interface Filter {
  readonly device: string;
  readonly service: string;
  readonly verdict: string;
  readonly kind: string;
  readonly category: string;
  readonly text: string;
  readonly since: string;
}
const NONE: Filter = { device: '', service: '', verdict: '', kind: '', category: '', text: '', since: '' };
/** A pause in typing before the search runs. */
const TYPING_MS = 300;

/** The filter stands in the address: the way back from a record, a bookmark, a link all keep it. */
function filterIn(asked: URLSearchParams): Filter {
  return Object.fromEntries(Object.keys(NONE).map((key) => [key, asked.get(key) ?? ''])) as unknown as Filter;
}

interface Listed {
  readonly items: readonly RecordRow[];
  readonly size: number;
  readonly more: boolean;
}

function useRecords(filter: Filter) {
  const [state, setState] = useState<Listed>();
  const [fault, setFault] = useState<unknown>();
  const [turn, setTurn] = useState(0);
  const [fresh, setFresh] = useState(0);
  const loading = useRef(false);
  const { since, ...rest } = filter;
  const asked = { ...rest, sinceMs: since === '' ? undefined : new Date(since).getTime(), limit: PAGE };
  const key = JSON.stringify(asked);
  useEffect(() => {
    const stop = new AbortController();
    setState(undefined);
    setFault(undefined);
    setFresh(0);
    loading.current = false;
    const timer = setTimeout(() => {
      ask<Of<typeof records>>(`/records${query(asked)}`, { signal: stop.signal }).then(setState, (thrown: unknown) => {
        if (!stop.signal.aborted) setFault(thrown);
      });
    }, TYPING_MS);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [key, turn]);
  useEffect(
    () =>
      listen(({ kind }) => {
        if (kind === 'message') setFresh((count) => count + 1);
      }),
    [],
  );
  const next = useCallback(() => {
    if (!state?.more || loading.current) return;
    loading.current = true;
    ask<Of<typeof records>>(`/records${query({ ...asked, beforeSeq: state.items.at(-1)!.seq })}`, { auto: true })
      .then(({ items, more, size }) => setState((old) => old && { items: [...old.items, ...items], more, size }), setFault)
      .finally(() => {
        loading.current = false;
      });
  }, [state, key]);
  return { state, fault, next, fresh, reload: () => setTurn(turn + 1) };
}

export function Log() {
  const { t, f } = useLook();
  const place = usePlace();
  const filter = filterIn(place.query);
  left.log = `/log${query({ ...filter })}`;
  const setFilter = (chosen: Filter): void => go(`/log${query({ ...chosen })}`, true);
  const { state, fault, next, reload, fresh } = useRecords(filter);
  return (
    <Page
      title={t('nav_log')}
      lead={t('log_lead')}
      actions={
        <LinkButton href="/api/v1/log/export" download icon="out">
          {t('log_export')}
        </LinkButton>
      }
    >
      <Verify />
      <Filters filter={filter} onChange={setFilter} />
      <section class="card list-card">
        {fault !== undefined ? (
          <Trouble fault={fault} onRetry={reload} />
        ) : !state ? (
          <Skeleton lines={6} />
        ) : state.items.length === 0 ? (
          <Empty title={t('log_none')} note={t('log_none_note')} icon="log" />
        ) : (
          <>
            <p class="note list-count">
              {state.more
                ? `${t('log_total', state.size + fresh)} · ${t('log_shown', f.number(state.items.length))}`
                : t('log_total', state.items.length)}{' '}
              {fresh > 0 && <Button onClick={reload}>{t('log_fresh', fresh)}</Button>}
            </p>
            <p class="note list-marks">
              {t('log_marks')}{' '}
              {(['withheld', 'changed', 'kept'] as const).map((fate) => (
                <FateBadge key={fate} fate={fate} />
              ))}
            </p>
            <Virtual
              items={state.items}
              rowHeight={ROW}
              label={t('log_list')}
              onEnd={next}
              keyOf={({ seq }) => seq}
              row={rowOf}
            />
          </>
        )}
      </section>
    </Page>
  );
}

const rowOf = (row: RecordRow) => <Row row={row} />;

function Row({ row }: { row: RecordRow }) {
  const look = useLook();
  const { t, f } = look;
  const names = useNames();
  const { seq, timeMs, kind, verdict, device, service, kept, changed, withheld } = row;
  return (
    <a class="log-row" href={`/log/${seq}`}>
      <span class="log-when">{f.time(timeMs)}</span>
      <span class="log-who">
        <span class="log-names">
          {kind === 'message' ? `${names.device(device)} → ${names.service(service)}` : t(keyOf('k_', kind) as 'k_switch')}
        </span>
        <span class="log-note">
          {kind === 'message' ? (
            row.error !== undefined ? (
              refusalText(t, row.error)
            ) : (
              <Counts kept={kept} changed={changed} withheld={withheld} />
            )
          ) : (
            [
              service && names.service(service),
              device && names.device(device),
              choiceWord(look, row.about['what']),
              row.about['purpose']?.replaceAll('_', ' '),
              row.about['category'] && names.category(row.about['category'] as CategoryId),
              row.about['path'],
              choiceWord(look, row.about['value']),
              row.kind === 'refusals'
                ? t('log_more', Number(row.about['count']), refusalText(t, row.error ?? ''))
                : row.about['error'] && refusalText(look.t, row.about['error']),
            ]
              .filter(Boolean)
              .join(' · ')
          )}
        </span>
      </span>
      {verdict && <VerdictBadge verdict={verdict} short />}
    </a>
  );
}

function Filters({ filter, onChange }: { filter: Filter; onChange: (filter: Filter) => void }) {
  const { t } = useLook();
  const names = useNames();
  const set = (change: Partial<Filter>) => onChange({ ...filter, ...change });
  const active = Object.values(filter).filter((value) => value !== '').length;
  const select = (
    key: 'device' | 'service' | 'verdict' | 'kind',
    label: string,
    options: readonly (readonly [string, string])[],
  ) => (
    <Field label={label}>
      {(id) => (
        <select id={id} value={filter[key]} onChange={(event) => set({ [key]: event.currentTarget.value })}>
          <option value="">{t('all')}</option>
          {options.map(([value, text]) => (
            <option key={value} value={value}>
              {text}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
  return (
    <details class="card filters" open={active > 0}>
      <summary>
        {t('log_filter')} {active > 0 && <span class="tag accent">{active}</span>}
      </summary>
      <div class="filter-grid">
        <Field label={t('log_search')}>
          {(id) => (
            <input
              id={id}
              type="search"
              value={filter.text}
              maxLength={200}
              onInput={(event) => set({ text: event.currentTarget.value })}
            />
          )}
        </Field>
        {select(
          'device',
          t('device'),
          names.devices.map(({ id }) => [id, names.device(id)]),
        )}
        {select(
          'service',
          t('service'),
          names.words.services.map(({ id }) => [id, names.service(id)]),
        )}
        {select(
          'verdict',
          t('log_verdict'),
          VERDICTS.map((one) => [one, t(keyOf('v_', one) as 'v_opaque')]),
        )}
        {select(
          'kind',
          t('log_kind'),
          KINDS.map((one) => [one, t(keyOf('k_', one) as 'k_start')]),
        )}
        <Field label={t('category')}>
          {(id) => <CategorySelect id={id} value={filter.category} onChange={(category) => set({ category })} empty={t('all')} />}
        </Field>
        <Field label={t('log_since')}>
          {(id) => (
            <input
              id={id}
              type="datetime-local"
              value={filter.since}
              onInput={(event) => set({ since: event.currentTarget.value })}
            />
          )}
        </Field>
      </div>
      {active > 0 && <Button onClick={() => onChange(NONE)}>{t('log_clear')}</Button>}
    </details>
  );
}
