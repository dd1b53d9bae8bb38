// Pictures with numbers: timeline, meter. Each has a table with the same numbers.
import type { Verdict } from '../../../model.js';
import type { Bucket, Overview } from '../../views.js';
import { keyOf, useLook } from '../app-state.js';
import { AsTable } from './as-table.js';
import { Hatch } from './hatch.js';
import { useWidth } from './width.js';

const BARS_HEIGHT = 120;

export function Timeline({ buckets, bucketMs }: { buckets: readonly Bucket[]; bucketMs: number }) {
  const { t, f } = useLook();
  const [box, width] = useWidth();
  const most = Math.max(1, ...buckets.map(({ kept, changed, withheld }) => kept + changed + withheld));
  const step = Math.max(width, 200) / Math.max(buckets.length, 1);
  const tall = (count: number) => (count / most) * BARS_HEIGHT;
  const when = (ms: number) => (bucketMs >= 6 * 3_600_000 ? f.day(ms) : f.hour(ms));
  const every = Math.max(1, Math.ceil(56 / step));
  return (
    <div class="timeline" ref={box}>
      {width > 0 && (
        <svg width={Math.max(width, 200)} height={BARS_HEIGHT + 22} role="img" aria-label={t('timeline_alt')}>
          <Hatch />
          <line x1="0" x2={Math.max(width, 200)} y1={BARS_HEIGHT + 0.5} y2={BARS_HEIGHT + 0.5} class="axis" />
          {buckets.map(({ startMs, kept, changed, withheld }, index) => {
            const [a, b, c] = [tall(withheld), tall(changed), tall(kept)];
            const x = index * step + step * 0.14;
            const wide = step * 0.72;
            return (
              <g key={startMs}>
                <rect x={x} y={BARS_HEIGHT - a} width={wide} height={a} class="bar home" />
                <rect x={x} y={BARS_HEIGHT - a - b} width={wide} height={b} class="bar changed" />
                <rect x={x} y={BARS_HEIGHT - a - b - c} width={wide} height={c} class="bar left" />
                {index % every === 0 && index * step < width - 40 && (
                  <text x={x} y={BARS_HEIGHT + 17} class="tick">
                    {when(startMs)}
                  </text>
                )}
              </g>
            );
          })}
        </svg>
      )}
      <AsTable
        label={t('timeline')}
        words={[t('timeline_when')]}
        numbers={[t('withheld'), t('changed'), t('kept')]}
        rows={() =>
          buckets.map(({ startMs, kept, changed, withheld }) => ({
            words: [f.time(startMs)],
            numbers: [withheld, changed, kept],
          }))
        }
      />
    </div>
  );
}

const METER: readonly Verdict[] = ['forwarded', 'observed', 'sealed', 'opaque', 'refused'];

/** The share of messages that could be read: a bar, and under it the numbers. */
export function Coverage({ rows }: { rows: Overview['coverage'] }) {
  const { t, f } = useLook();
  const total = rows.reduce((sum, { messages }) => sum + messages, 0);
  const row = (verdict: Verdict) => rows.find((one) => one.verdict === verdict)!;
  return (
    <div class="coverage">
      <div class="meter" aria-hidden="true">
        {METER.map((verdict) => {
          const share = total === 0 ? 0 : row(verdict).messages / total;
          return share > 0 && <span key={verdict} class={`part ${verdict}`} style={{ flexGrow: share }} />;
        })}
      </div>
      <table>
        <thead class="note">
          <tr>
            <th scope="col">
              <span class="sr">{t('log_verdict')}</span>
            </th>
            <th scope="col" class="num">
              %
            </th>
            <th scope="col" class="num">
              {t('coverage_kind')}
            </th>
            <th scope="col" class="num">
              {t('coverage_bytes')}
            </th>
          </tr>
        </thead>
        <tbody>
          {METER.map((verdict) => {
            const { messages, bytes } = row(verdict);
            return (
              <tr key={verdict} class={messages === 0 ? 'none' : ''}>
                <th scope="row">
                  <span class={`swatch part ${verdict}`} />
                  {t(keyOf('v_', verdict) as 'v_forwarded')}
                </th>
                <td class="num strong">{f.percent(total === 0 ? 0 : messages / total)}</td>
                <td class="num">{f.number(messages)}</td>
                <td class="num">{f.bytes(bytes)}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}
