// What was decided about each field of a message, with its sentence; of a recorded one, a field can be let through from here.
import type { DecisionView, RecordView } from '../../views.js';
import { ask, query } from '../api.js';
import { useAct, useLook, useNames } from '../app-state.js';
import { go } from '../router.js';
import { ActionBadge, Path } from './badges.js';
import { Button } from './controls.js';

const TRIAL_MINUTES = 10;

interface Props {
  readonly list: RecordView['decisions'];
  /** The recorded message; absent for one that was only tried. */
  readonly of?: Pick<RecordView, 'device' | 'service' | 'verdict'>;
}

export function DecisionList({ list, of }: Props) {
  const names = useNames();
  return (
    <ul class="rows">
      {list.map((one, index) => (
        <li key={index} class="row wrap">
          <div class="grow stack">
            <p>
              <Path place={one.in} path={one.path} /> <span class="note">{names.category(one.category)}</span>
            </p>
            <p>{one.sentence}</p>
            <p class="badges">
              <ActionBadge action={one.action} />
            </p>
          </div>
          {of?.device && of.service && <LetThrough one={one} device={of.device} service={of.service} />}
        </li>
      ))}
    </ul>
  );
}

/** For ten minutes; “Something broke?” then says whether it helped, and keeps or ends it. Not for what never leaves. */
function LetThrough({ one, device, service }: { one: DecisionView; device: string; service: string }) {
  const { t } = useLook();
  const { words } = useNames();
  const [busy, act] = useAct();
  const isFloor = words.categories.some(({ id, floor }) => id === one.category && floor);
  if (one.action === 'keep' || isFloor) return null;
  const relax = async (): Promise<void> => {
    const body = { device, service, in: one.in, path: one.path, action: 'keep', minutes: TRIAL_MINUTES };
    if (await act(() => ask('/overrides', { method: 'POST', body }), t('saved'))) go(`/broke${query({ device })}`);
  };
  return (
    <Button busy={busy} onClick={relax} label={`${t('relax')}: ${one.path}`}>
      {t('relax')}
    </Button>
  );
}
