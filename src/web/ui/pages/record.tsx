// One record in full.
import type { CategoryId } from '../../../model.js';
import type { RecordView } from '../../views.js';
import { choiceWord, keyOf, refusalText, useLoad, useLook, useNames } from '../app-state.js';
import { VerdictBadge } from '../parts/badges.js';
import { Button } from '../parts/controls.js';
import { DecisionList } from '../parts/decision-list.js';
import { Card, Facts, Load, Page } from '../parts/frame.js';
import { Icon } from '../parts/icons.js';
import { exampleOf, handed } from '../parts/message.js';
import { HelpFor } from '../parts/refusal.js';
import { go, left } from '../router.js';
import { isKey, type Say } from '../text.js';

export function RecordPage({ seq }: { seq: string }) {
  const { t, f, lang } = useLook();
  const record = useLoad<RecordView>(`/records/${encodeURIComponent(seq)}?lang=${lang}`);
  return (
    <Page title={t('log_record', f.number(Number(seq)))}>
      <a class="back" href={left.log}>
        <Icon name="back" size={16} />
        {t('nav_log')}
      </a>
      <Load from={record} lines={6}>
        {(data) => (
          <>
            <Card title={t(keyOf('k_', data.kind) as 'k_switch')} aside={data.verdict && <VerdictBadge verdict={data.verdict} />}>
              <About data={data} />
            </Card>
            {data.kind === 'message' && <Decisions data={data} />}
          </>
        )}
      </Load>
    </Page>
  );
}

/** What a member of a record is called on the page. */
function aboutName(t: Say, name: string): string {
  const key = `about_${name}`;
  return isKey(key) ? t(key as 'about_what') : name;
}

function About({ data }: { data: RecordView }) {
  const look = useLook();
  const { t, f } = look;
  const names = useNames();
  const aboutWord = (name: string, word: string) => {
    if (name === 'untilMs' || name === 'sinceMs') return f.full(Number(word));
    if (name === 'category') return names.category(word as CategoryId);
    if (name === 'action') return t(keyOf('a_', word) as 'a_keep');
    if (name === 'error') return refusalText(t, word);
    return choiceWord(look, word) ?? word;
  };
  const facts: (readonly [string, string | undefined])[] = [
    [t('log_when'), f.full(data.timeMs)],
    [t('device'), data.device === undefined ? undefined : names.device(data.device)],
    [t('service'), data.service === undefined ? undefined : names.service(data.service)],
    [t('log_direction'), data.direction && t(data.direction === 'up' ? 'log_up' : 'log_down')],
    [t('log_bytes'), data.bytesIn === undefined ? undefined : `${f.bytes(data.bytesIn)} → ${f.bytes(data.bytesOut ?? 0)}`],
    [t('log_verdict'), data.error === undefined ? undefined : refusalText(t, data.error)],
    [t('log_ruleset'), data.ruleset ?? undefined],
    ...Object.entries(data.about).map(([name, word]) => [aboutName(t, name), aboutWord(name, word)] as const),
  ];
  const code = data.error ?? data.about['error'];
  return (
    <>
      <Facts facts={facts} />
      {code !== undefined && <HelpFor code={code} about={data} />}
    </>
  );
}

function Decisions({ data }: { data: RecordView }) {
  const { t } = useLook();
  const tryIt = (): void => {
    handed.text = exampleOf(data.decisions);
    if (data.service) handed.service = data.service;
    go('/try');
  };
  return (
    <Card
      title={t('log_decisions')}
      aside={
        data.decisions.length > 0 && (
          <Button icon="try" onClick={tryIt}>
            {t('log_try')}
          </Button>
        )
      }
    >
      {data.decisions.length === 0 && <p class="note">{t('log_no_decisions')}</p>}
      <DecisionList list={data.decisions} {...(data.kind === 'message' ? { of: data } : {})} />
    </Card>
  );
}
