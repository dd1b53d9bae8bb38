// Today at a glance.
import { useState } from 'preact/hooks';
import type { HubEvent } from '../../events.js';
import type { Of } from '../../schema.js';
import type { Attention, attention, Overview } from '../../views.js';
import { ask, query } from '../api.js';
import { type Look, type Names, useAct, useLoad, useLook, useNames } from '../app-state.js';
import { Tag } from '../parts/badges.js';
import { Coverage, Timeline } from '../parts/charts.js';
import { Button, LinkButton, Segmented } from '../parts/controls.js';
import { FlowPicture } from '../parts/flow.js';
import { Card, Empty, Load, Page } from '../parts/frame.js';
import { Icon, type IconName } from '../parts/icons.js';
import { isKey } from '../text.js';

const HOURS = { day: 24, week: 168 } as const;
const any = (_event: HubEvent): boolean => true;

export function Home() {
  const { t } = useLook();
  const [range, setRange] = useState<keyof typeof HOURS>('day');
  const overview = useLoad<Overview>(`/overview?hours=${HOURS[range]}`, any);
  const needs = useLoad<Of<typeof attention>>('/attention', any);
  return (
    <Page
      title={t('nav_home')}
      actions={
        <Segmented
          label={t('home_range')}
          value={range}
          options={[
            ['day', t('home_day')],
            ['week', t('home_week')],
          ]}
          onChange={setRange}
        />
      }
    >
      <Load from={overview} lines={8}>
        {(data) => (
          <>
            <Lead data={data} />
            {needs.data && <Needs items={needs.data.items} />}
            {data.rehearsal.services.length > 0 && <Rehearsal data={data} onDone={overview.reload} />}
            {data.flows.length === 0 ? (
              <Card>
                <Empty title={t('empty_home')} note={t('empty_home_note')} icon="start">
                  <LinkButton href="/start" kind="main" icon="start">
                    {t('nav_start')}
                  </LinkButton>
                </Empty>
              </Card>
            ) : (
              <>
                <Card title={t('flow')} note={t('flow_note')}>
                  <FlowPicture flows={data.flows} />
                </Card>
                <div class="pair">
                  <Card title={t('timeline')}>
                    <Timeline buckets={data.timeline} bucketMs={data.bucketMs} />
                  </Card>
                  <Card title={t('coverage')} note={t('coverage_note')}>
                    <Coverage rows={data.coverage} />
                  </Card>
                </div>
              </>
            )}
          </>
        )}
      </Load>
    </Page>
  );
}

function Lead({ data }: { data: Overview }) {
  const { t, f } = useLook();
  const sum = (key: 'kept' | 'changed' | 'withheld' | 'rehearsed') => data.flows.reduce((total, row) => total + row[key], 0);
  const [kept, changed, withheld, rehearsed] = [sum('kept'), sum('changed'), sum('withheld'), sum('rehearsed')];
  const asked = kept + changed + withheld + rehearsed;
  return (
    <section class="lead-card">
      <p class="lead-big">{asked === 0 ? t('home_lead_none') : t('home_lead', f.number(withheld), f.number(asked))}</p>
      {asked > 0 && <p class="lead-small">{t('home_sub', f.number(kept + rehearsed), f.number(changed))}</p>}
      {rehearsed > 0 && <p class="lead-small">{t('home_lead_rehearsal', rehearsed)}</p>}
      <p class="lead-foot">
        <Icon name="eye" size={16} />
        {t('home_address')}
      </p>
    </section>
  );
}

const ICONS: Readonly<Record<Attention['kind'], IconName>> = {
  hub_fault: 'broke',
  not_recording: 'broke',
  refused: 'cross',
  alarm: 'bell',
  new_fields: 'new',
  unknown_host: 'services',
  send_failed: 'cross',
  paused: 'pause',
  rehearsal: 'eye',
  fails_open: 'lock',
};

/** Faults that are told at length, and mended, on a page of their own. */
const OF_THE_STORE: ReadonlySet<string> = new Set(['choices_lost', 'store_damaged', 'log_continued']);

function faultWords(code: string | undefined, detail: string | undefined, t: Look['t']): string {
  const key = `fault_${code}`;
  // Words without a place for the detail leave it out.
  return isKey(key) ? t(key as 'fault_clock', detail ?? '') : t('at_hub_fault', code ?? '');
}

/** What an item says, and where it leads. */
function wording(item: Attention, { t, f }: Look, names: Names): readonly [text: string, href: string] {
  const { kind, level, count, device, service, host, code, category, detail, untilMs } = item;
  switch (kind) {
    case 'refused':
      return [
        t('at_refused', count, names.device(device), names.service(service)),
        // Of the last hour: what else was going on. Older ones: the records of the day.
        level === 'now' ? `/broke${query({ device })}` : `/log${query({ device, service, verdict: 'refused' })}`,
      ];
    case 'hub_fault':
      return [faultWords(code, detail, t), OF_THE_STORE.has(code ?? '') ? '/recover' : '/settings'];
    case 'alarm':
      if (code === 'excluded' && category !== undefined)
        return [t('at_excluded', names.service(service), names.category(category)), `/services/${service}?part=promises`];
      if (code === 'crowding') {
        const who = device === undefined ? t('at_crowding_nobody') : names.device(device);
        return [t('at_crowding', who), `/log${query({ device, kind: 'refusals' })}`];
      }
      return [t('at_alarm', code ?? '', count), '/log?kind=alarm'];
    case 'new_fields':
      return [t('at_new_fields', count, names.device(device)), '/new'];
    case 'unknown_host':
      return [t('at_unknown_host', host ?? '', count), '/services'];
    case 'send_failed':
      return [t('at_send_failed', count), '/log?kind=send-failed'];
    case 'paused':
      return [t('at_paused', names.device(device), f.time(untilMs ?? 0)), `/devices/${device}`];
    case 'rehearsal':
      return [t('at_rehearsal', names.service(service)), `/services/${service}`];
    case 'not_recording':
      return [t('at_not_recording'), '/settings'];
    case 'fails_open':
      return [t('at_fails_open', names.device(device)), `/devices/${device}`];
    default:
      return kind satisfies never;
  }
}

function Items({ items }: { items: readonly Attention[] }) {
  const look = useLook();
  const names = useNames();
  return (
    <ul class="rows">
      {items.map((item, index) => {
        const [text, href] = wording(item, look, names);
        return (
          <li key={index}>
            <a class="row link" href={href}>
              <Icon name={ICONS[item.kind]} />
              <span class="grow">{text}</span>
              <Icon name="next" size={16} />
            </a>
          </li>
        );
      })}
    </ul>
  );
}

function Needs({ items }: { items: readonly Attention[] }) {
  const { t } = useLook();
  const now = items.filter(({ level }) => level === 'now');
  const later = items.filter(({ level }) => level === 'digest');
  return (
    <Card title={t('attention')}>
      {now.length > 0 ? (
        <Items items={now} />
      ) : (
        <p class="calm">
          <Icon name="check" />
          {t('attention_none')}
        </p>
      )}
      {later.length > 0 && (
        <details class="digest">
          <summary>
            {t('digest')} <Tag>{later.length}</Tag>
          </summary>
          <Items items={later} />
        </details>
      )}
    </Card>
  );
}

function Rehearsal({ data, onDone }: { data: Overview; onDone: () => void }) {
  const { t, f } = useLook();
  const names = useNames();
  const [busy, act] = useAct();
  const { devices, services } = data.rehearsal;
  const enforceDevice = (id: string) =>
    act(() => ask(`/devices/${id}`, { method: 'PATCH', body: { mode: 'enforce' } }), t('saved')).then(onDone);
  const enforceAll = () =>
    act(async () => {
      for (const id of services) await ask(`/services/${id}`, { method: 'PATCH', body: { mode: 'enforce' } });
    }, t('saved')).then(onDone);
  return (
    <Card
      title={t('rehearsal')}
      note={t('rehearsal_note')}
      aside={
        <Button kind="main" busy={busy} onClick={enforceAll}>
          {t('rehearsal_all')}
        </Button>
      }
    >
      <ul class="rows">
        {devices.map(({ device, rehearsed, risk, categories }) => (
          <li key={device} class="row stack">
            <p>
              <span class="strong">{names.device(device)}</span> · {t('fields', rehearsed)}
            </p>
            <p class="note">{f.list(categories.map((one) => names.category(one)))}</p>
            <div class="actions">
              <Tag tone={risk === 'may_fail' ? 'warn' : 'accent'}>
                {t(risk === 'may_fail' ? 'rehearsal_risk' : 'rehearsal_safe')}
              </Tag>
              {names.devices.find(({ id }) => id === device)?.mode === 'inherit' && (
                <Button busy={busy} onClick={() => enforceDevice(device)}>
                  {t('rehearsal_go')}
                </Button>
              )}
            </div>
          </li>
        ))}
      </ul>
    </Card>
  );
}
