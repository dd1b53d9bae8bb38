// The home's own identifiers: shown only when asked for.
import { useState } from 'preact/hooks';
import type { HouseholdView } from '../../views.js';
import { ask } from '../api.js';
import { useAct, useLook } from '../app-state.js';
import { Button, Field } from '../parts/controls.js';
import { Card } from '../parts/frame.js';
import { Form } from './login.js';

type Told = HouseholdView['told'];
const lines = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
const pointOf = (line: string): Told['coordinates'][number] => {
  const [latitude = Number.NaN, longitude = Number.NaN] = line.split(',').map(Number);
  return { latitude, longitude };
};

export function HomeIdentifiers({ counts, onDone }: { counts: { told: number; found: number }; onDone: () => void }) {
  const { t, f } = useLook();
  const [shown, setShown] = useState<HouseholdView>();
  const [busy, act] = useAct();
  const show = () =>
    act(async () => {
      setShown(await ask<HouseholdView>('/household'));
    });
  return (
    <Card title={t('set_home')} note={t('set_home_note')}>
      <p>{t('set_home_count', counts.told, counts.found)}</p>
      {!shown ? (
        <Button icon="eye" busy={busy} onClick={show}>
          {t('set_home_show')}
        </Button>
      ) : (
        <>
          <p class="note break">
            {t('set_home_found')}: {f.list([...shown.found.ssids, ...shown.found.macs, ...shown.found.ips]) || '—'}
          </p>
          <Editor told={shown.told} onDone={onDone} />
        </>
      )}
    </Card>
  );
}

function Editor({ told, onDone }: { told: Told; onDone: () => void }) {
  const { t, tell } = useLook();
  const [ssids, setSsids] = useState(told.ssids.join('\n'));
  const [macs, setMacs] = useState(told.macs.join('\n'));
  const [ips, setIps] = useState(told.ips.join('\n'));
  const [points, setPoints] = useState(told.coordinates.map(({ latitude, longitude }) => `${latitude}, ${longitude}`).join('\n'));
  const area = (label: string, value: string, set: (value: string) => void) => (
    <Field label={label}>
      {(id) => <textarea id={id} rows={3} value={value} spellcheck={false} onInput={(event) => set(event.currentTarget.value)} />}
    </Field>
  );
  return (
    <Form
      action={t('save')}
      onSubmit={async () => {
        const body = { ssids: lines(ssids), macs: lines(macs), ips: lines(ips), coordinates: lines(points).map(pointOf) };
        await ask('/household', { method: 'PUT', body });
        tell(t('saved'));
        onDone();
      }}
    >
      <div class="form-row">
        {area(t('set_ssids'), ssids, setSsids)}
        {area(t('set_macs'), macs, setMacs)}
      </div>
      <div class="form-row">
        {area(t('set_ips'), ips, setIps)}
        {area(t('set_coordinates'), points, setPoints)}
      </div>
    </Form>
  );
}
