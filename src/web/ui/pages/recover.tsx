// After damage to the hub's files: choices that were lost, what of the store was damaged, and where the log had to begin anew.
import type { StoreStateView } from '../../views.js';
import { ask } from '../api.js';
import { keyOf, useAct, useLoad, useLook } from '../app-state.js';
import { Button } from '../parts/controls.js';
import { Card, Facts, Load, Page } from '../parts/frame.js';

export function Recover() {
  const { t } = useLook();
  const store = useLoad<StoreStateView>('/store');
  return (
    <Page title={t('recover_title')}>
      <Load from={store} lines={4}>
        {(data) => (
          <>
            {data.closed === undefined ? <p>{t('recover_good')}</p> : <Choices data={data} onDone={store.reload} />}
            {data.damaged.length > 0 && (
              <Card title={t('recover_files')} note={t('recover_files_note')}>
                <ul>
                  {data.damaged.map((file) => (
                    <li key={file}>
                      <code>{file}</code>
                    </li>
                  ))}
                </ul>
              </Card>
            )}
            {data.continued && <NewLog continued={data.continued} />}
          </>
        )}
      </Load>
    </Page>
  );
}

function Choices({ data, onDone }: { data: StoreStateView; onDone: () => void }) {
  const { t } = useLook();
  const [busy, act] = useAct();
  const recover = (body: { from: 'copy' | 'backup' | 'anew'; text?: string }) =>
    act(() => ask('/recover', { method: 'POST', body }), t('recover_done')).then(onDone);
  const fromFile = async (file: File | undefined): Promise<void> => {
    if (file) await recover({ from: 'backup', text: await file.text() });
  };
  const { closed = 'missing', copyVersion, expected } = data;
  const isWhole = copyVersion !== undefined && copyVersion >= expected;
  const copyNote = copyVersion === undefined ? t('recover_copy_none') : t('recover_copy_older', copyVersion, expected);
  return (
    <>
      <p class="lead">{t('recover_lead')}</p>
      <p>{t(keyOf('recover_', closed) as 'recover_missing')}</p>
      <Card title={t('recover_copy')} note={isWhole ? t('recover_copy_note') : copyNote}>
        {isWhole && (
          <Button kind="main" busy={busy} onClick={() => void recover({ from: 'copy' })}>
            {t('recover_copy')}
          </Button>
        )}
      </Card>
      <Card title={t('recover_backup')} note={t('recover_backup_note')}>
        <label class="button plain">
          {t('set_restore')}
          <input
            type="file"
            class="sr"
            accept=".json,application/json"
            onChange={(event) => void fromFile(event.currentTarget.files?.[0])}
          />
        </label>
      </Card>
      <Card title={t('recover_anew')} note={t('recover_anew_note')}>
        <Button kind="danger" busy={busy} onClick={() => void recover({ from: 'anew' })}>
          {t('recover_anew')}
        </Button>
      </Card>
    </>
  );
}

function NewLog({ continued }: { continued: NonNullable<StoreStateView['continued']> }) {
  const { t, f } = useLook();
  const { timeMs, size, root, found, foundRoot } = continued;
  const none = t('recover_no_root');
  return (
    <Card title={t('recover_log')} note={t('recover_log_note')}>
      <Facts
        facts={[
          [t('set_started'), f.full(timeMs)],
          [t('recover_known'), t('recover_head', size, root ?? none)],
          [t('recover_found'), t('recover_head', found, foundRoot ?? none)],
        ]}
      />
    </Card>
  );
}
