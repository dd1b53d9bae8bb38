// For family members: pause one device with the pin, without the owner's password.
import { useState } from 'preact/hooks';
import type { Of } from '../../schema.js';
import type { familyDevices } from '../../views.js';
import { ask } from '../api.js';
import { useAct, useLook } from '../app-state.js';
import { Button, Secret } from '../parts/controls.js';
import { Entrance, Form } from './login.js';

const MINUTES = [10, 30, 60];

export function Family() {
  const { t, f } = useLook();
  const [pin, setPin] = useState('');
  const [items, setItems] = useState<Of<typeof familyDevices>['items']>();
  const [busy, act] = useAct();
  const load = async () =>
    setItems((await ask<Of<typeof familyDevices>>('/family/devices', { method: 'POST', body: { pin } })).items);
  const pause = (device: string, minutes: number) =>
    act(
      async () => {
        await ask('/family/pause', { method: 'POST', body: { pin, device, minutes } });
        await load();
      },
      minutes > 0 ? t('family_done', f.time(Date.now() + minutes * 60_000)) : t('saved'),
    );
  return (
    <Entrance title={t('family_title')} lead={t('family_lead')}>
      {!items ? (
        <Form action={t('family_show')} onSubmit={load}>
          <Secret label={t('family_pin')} value={pin} onInput={setPin} autocomplete="off" digits required />
        </Form>
      ) : items.length === 0 ? (
        <p>{t('family_none')}</p>
      ) : (
        <ul class="rows">
          {items.map(({ id, name, pauseUntilMs }) => {
            const paused = pauseUntilMs !== undefined && pauseUntilMs > Date.now();
            return (
              <li key={id} class="row stack">
                <p class="strong">
                  {name}
                  {paused && <span class="note"> · {t('state_paused', f.time(pauseUntilMs))}</span>}
                </p>
                <div class="actions">
                  {paused ? (
                    <Button busy={busy} onClick={() => pause(id, 0)}>
                      {t('pause_end')}
                    </Button>
                  ) : (
                    MINUTES.map((minutes) => (
                      <Button
                        key={minutes}
                        busy={busy}
                        onClick={() => pause(id, minutes)}
                        label={`${name}: ${t('pause_for', minutes)}`}
                      >
                        {t('minutes', minutes)}
                      </Button>
                    ))
                  )}
                </div>
              </li>
            );
          })}
        </ul>
      )}
    </Entrance>
  );
}
