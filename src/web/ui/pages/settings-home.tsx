// The home's own identifiers: shown only when asked for.
import { useState } from 'preact/hooks';
import type { HouseholdView } from '../../views.js';
import { ask, Failure, Said } from '../api.js';
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
            {t('set_home_found')}:{' '}
            {f.list([
              ...shown.found.ssids,
              ...shown.found.macs,
              ...shown.found.ips,
              ...shown.found.emails,
              ...shown.found.phones,
            ]) || '—'}
          </p>
          <Editor told={shown.told} onDone={onDone} />
        </>
      )}
    </Card>
  );
}

/** The lists of an editor, in the order of the page, and what each is called. */
const LISTS = {
  ssids: 'set_ssids',
  macs: 'set_macs',
  emails: 'set_emails',
  phones: 'set_phones',
  ips: 'set_ips',
  coordinates: 'set_coordinates',
} as const;
type ListName = keyof typeof LISTS;

function textsOf({ coordinates, ...told }: Told): Readonly<Record<ListName, string>> {
  const points = coordinates.map(({ latitude, longitude }) => `${latitude}, ${longitude}`).join('\n');
  const texts = Object.entries(told).map(([name, all]) => [name, all.join('\n')]);
  return { ...Object.fromEntries(texts), coordinates: points };
}

/** `$.macs[2]: expected a MAC address` → the name of that list, its third line; undefined for any other fault. */
function lineOf(fault: unknown): readonly [name: ListName, line: number] | undefined {
  const [, name = '', index = ''] = (fault instanceof Failure && /^\$\.(\w+)\[(\d+)\]/.exec(fault.faults[0] ?? '')) || [];
  return Object.hasOwn(LISTS, name) ? [name as ListName, Number(index) + 1] : undefined;
}

function Editor({ told, onDone }: { told: Told; onDone: () => void }) {
  const { t, tell } = useLook();
  const [texts, setTexts] = useState(() => textsOf(told));
  const save = async (): Promise<void> => {
    const { coordinates, ...others } = texts;
    const lists = Object.fromEntries(Object.entries(others).map(([name, text]) => [name, lines(text)]));
    try {
      await ask('/household', { method: 'PUT', body: { ...lists, coordinates: lines(coordinates).map(pointOf) } });
    } catch (fault) {
      const where = lineOf(fault);
      if (where === undefined) throw fault;
      throw new Said(t('set_home_fault', t(LISTS[where[0]]), where[1]));
    }
    tell(t('saved'));
    onDone();
  };
  return (
    <Form action={t('save')} onSubmit={save}>
      <div class="form-row">
        {(Object.keys(LISTS) as ListName[]).map((name) => (
          <Field key={name} label={t(LISTS[name])}>
            {(id) => (
              <textarea
                id={id}
                rows={3}
                value={texts[name]}
                spellcheck={false}
                onInput={(event) => setTexts({ ...texts, [name]: event.currentTarget.value })}
              />
            )}
          </Field>
        ))}
      </div>
    </Form>
  );
}

/** On the way in: the one thing that no discovery finds and that stands in most messages, asked for where nothing is known yet. */
export function WifiName({ onDone }: { onDone: () => void }) {
  const { t, tell } = useLook();
  const [name, setName] = useState('');
  const save = async (): Promise<void> => {
    const { told } = await ask<HouseholdView>('/household');
    await ask('/household', { method: 'PUT', body: { ...told, ssids: [...new Set([...told.ssids, name.trim()])] } });
    tell(t('saved'));
    setName('');
    onDone();
  };
  return (
    <Form action={t('save')} onSubmit={save}>
      <Field label={t('start_wifi')} note={t('start_wifi_note')}>
        {(id, noteId) => (
          <input
            id={id}
            value={name}
            required
            maxLength={32}
            aria-describedby={noteId}
            autocomplete="off"
            onInput={(event) => setName(event.currentTarget.value)}
          />
        )}
      </Field>
    </Form>
  );
}
