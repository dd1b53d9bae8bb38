// Checking the whole log, by the hub and by this browser.
import { useState } from 'preact/hooks';
import type { VerificationView } from '../../views.js';
import { ask } from '../api.js';
import { useAct, useLook } from '../app-state.js';
import { Button } from '../parts/controls.js';
import { Card } from '../parts/frame.js';
import { Icon } from '../parts/icons.js';
import { type Checked, checkExport } from '../parts/verify.js';

/** The first faults tell the story. */
const FAULTS_SHOWN = 10;
/** The hub checks its own log; then this browser checks it anew, from the export, with code of its own. */
export function Verify() {
  const { t, f } = useLook();
  const [busy, act] = useAct();
  const [hub, setHub] = useState<VerificationView>();
  const [own, setOwn] = useState<Checked>();
  const [done, setDone] = useState(0);
  const verify = () =>
    act(async () => {
      setHub(undefined);
      setOwn(undefined);
      setDone(0);
      setHub(await ask<VerificationView>('/log/verify', { method: 'POST' }));
      if (!isSecureContext) return; // without TLS on a network a browser computes no hashes
      const response = await fetch('/api/v1/log/export');
      setOwn(await checkExport(await response.text(), setDone));
    });
  const ok = hub?.ok && own?.ok !== false;
  return (
    <Card>
      <div class="verify">
        <Button icon="check" busy={busy} onClick={verify}>
          {busy ? (done > 0 ? t('log_verifying_n', f.number(done)) : t('log_verifying')) : t('log_verify')}
        </Button>
        <div aria-live="polite">
          {hub && !busy && (
            <div class={ok ? 'proof' : 'proof bad'}>
              <p class="strong">
                <Icon name={ok ? 'check' : 'broke'} size={18} /> {t(ok ? 'log_ok' : 'log_not_ok')}
              </p>
              <p class="note">{t('log_ok_detail', f.number(hub.size), f.number(hub.checkpoints))}</p>
              {hub.unsigned > 0 && <p class="note">{t('log_unsigned', f.number(hub.unsigned))}</p>}
              {own && (
                <p class="note">{t(own.ok ? 'log_own_ok' : 'log_own_bad', f.number(own.entries), f.number(own.signatures))}</p>
              )}
              <p class="note break">
                {t('log_root')}: <code>{own?.root ?? hub.root}</code>
              </p>
              {[...hub.faults.map(({ message }) => message), ...(own?.faults ?? [])].slice(0, FAULTS_SHOWN).map((fault) => (
                <p key={fault} class="doubt">
                  {fault}
                </p>
              ))}
            </div>
          )}
        </div>
      </div>
    </Card>
  );
}
