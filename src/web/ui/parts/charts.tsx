// Pictures with numbers: flow, timeline, meter. Each has a table with the same numbers.
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Verdict } from '../../../model.js';
import type { Bucket, Flow, Overview } from '../../views.js';
import { keyOf, useLook, useNames } from '../app-state.js';
import type { Key } from '../text.js';
import { Scroll } from './basics.js';
import { type FlowInput, layOut, NODE_WIDTH, type PlacedNode } from './layout.js';

/** The width of an element as it changes. */
function useWidth(): [ref: { current: HTMLDivElement | null }, width: number] {
  const ref = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);
  useEffect(() => {
    const element = ref.current;
    if (!element) return;
    const measure = new ResizeObserver(([entry]) => setWidth(Math.round(entry!.contentRect.width)));
    measure.observe(element);
    return () => measure.disconnect();
  }, []);
  return [ref, width];
}

const FAMILIES = ['operation', 'device', 'person', 'intimate', 'network', 'fingerprint', 'secret', 'unclassified'];
const HOME = 'home';

function inputsOf(flows: readonly Flow[], familyOf: (category: Flow['category']) => string): FlowInput[] {
  return flows.flatMap(({ device, service, category, kept, changed, withheld, rehearsed }) => {
    const common = { from: device, via: familyOf(category) };
    const all: FlowInput[] = [
      { ...common, to: service, kind: 'left', count: kept + rehearsed },
      { ...common, to: service, kind: 'changed', count: changed },
      { ...common, to: HOME, kind: 'home', count: withheld },
    ];
    return all.filter(({ count }) => count > 0);
  });
}

function Hatch() {
  return (
    <defs>
      <pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
        <rect width="6" height="6" class="hatch-ground" />
        <rect width="2.5" height="6" class="hatch-line" />
      </pattern>
    </defs>
  );
}

/** Below this width three columns of labels do not fit: the picture is shown in two halves, one under the other. */
const NARROW = 520;

export function FlowPicture({ flows }: { flows: readonly Flow[] }) {
  const { t } = useLook();
  const names = useNames();
  const [box, measured] = useWidth();
  const width = Math.max(measured, 240);
  const narrow = width < NARROW;
  const family = new Map(names.words.categories.map((one) => [one.id, one.family]));
  const inputs = inputsOf(flows, (category) => family.get(category) ?? 'unclassified');
  const full = narrow ? 2 * width - NODE_WIDTH : width;
  const placed = layOut(inputs, full, [[], FAMILIES, []]);
  const total = inputs.reduce((sum, { count }) => sum + count, 0);
  const heads = [t('device'), t('category'), t('service')];
  const halves = narrow ? ([0, 1] as const) : ([undefined] as const);
  return (
    <div class="flow" ref={box}>
      {measured > 0 &&
        halves.map((half) => (
          <div key={half ?? 'whole'}>
            <div class="flow-heads" aria-hidden="true">
              {heads.slice(half ?? 0, half === undefined ? 3 : half + 2).map((head) => (
                <span key={head}>{head}</span>
              ))}
            </div>
            <svg
              width={width}
              height={placed.height}
              viewBox={`${half === 1 ? width - NODE_WIDTH : 0} 0 ${width} ${placed.height}`}
              role="img"
              aria-label={t('flow_alt', total)}
            >
              <Hatch />
              {placed.ribbons.map((ribbon, index) => (
                <path key={index} d={ribbon.d} class={`ribbon ${ribbon.kind}`} />
              ))}
              {placed.nodes
                .filter(({ column }) => half === undefined || column === half || column === half + 1)
                .map((node) => (
                  <FlowNode
                    key={`${node.column} ${node.id}`}
                    node={node}
                    end={node.column === (half ?? 1) + 1}
                    room={narrow ? 19 : 28}
                  />
                ))}
            </svg>
          </div>
        ))}
      <Legend />
      <FlowTable flows={flows} />
    </div>
  );
}

function FlowNode({ node, end, room }: { node: PlacedNode; end: boolean; room: number }) {
  const { t, f } = useLook();
  const names = useNames();
  const { id, column } = node;
  const full =
    column === 0
      ? names.device(id)
      : column === 1
        ? t(keyOf('f_', id) as 'f_network')
        : id === HOME
          ? t('stayed')
          : names.service(id);
  const label = full.length > room ? `${full.slice(0, room - 1)}…` : full;
  return (
    <g>
      <rect
        x={node.x}
        y={node.y}
        width={NODE_WIDTH}
        height={node.height}
        rx={Math.min(3, node.height / 2)}
        class={id === HOME ? 'node home' : 'node'}
      />
      <text
        x={end ? node.x - 6 : node.x + NODE_WIDTH + 6}
        y={node.y + node.height / 2}
        text-anchor={end ? 'end' : 'start'}
        class="node-label"
      >
        <tspan>{label}</tspan>
        <tspan class="node-count" dx="5">
          {f.number(node.count)}
        </tspan>
      </text>
    </g>
  );
}

function Legend() {
  const { t } = useLook();
  const kinds: readonly (readonly [string, Key])[] = [
    ['left', 'kept'],
    ['changed', 'changed'],
    ['home', 'stayed'],
  ];
  return (
    <ul class="legend" aria-hidden="true">
      {kinds.map(([kind, key]) => (
        <li key={kind}>
          <span class={`swatch ${kind}`} />
          {t(key as 'kept')}
        </li>
      ))}
    </ul>
  );
}

function FlowTable({ flows }: { flows: readonly Flow[] }) {
  const { t, f } = useLook();
  const names = useNames();
  const sorted = [...flows].sort((a, b) => b.withheld - a.withheld || b.kept - a.kept);
  return (
    <details class="as-table">
      <summary>{t('as_table')}</summary>
      <Scroll class="scroll-x" label={t('flow')}>
        <table>
          <thead>
            <tr>
              <th scope="col">{t('device')}</th>
              <th scope="col">{t('category')}</th>
              <th scope="col">{t('service')}</th>
              <th scope="col" class="num">
                {t('asked')}
              </th>
              <th scope="col" class="num">
                {t('withheld')}
              </th>
              <th scope="col" class="num">
                {t('changed')}
              </th>
              <th scope="col" class="num">
                {t('left')}
              </th>
            </tr>
          </thead>
          <tbody>
            {sorted.map(({ device, category, service, kept, changed, withheld, rehearsed }) => (
              <tr key={`${device} ${category} ${service}`}>
                <td>{names.device(device)}</td>
                <td>{names.category(category)}</td>
                <td>{names.service(service)}</td>
                <td class="num">{f.number(kept + changed + withheld + rehearsed)}</td>
                <td class="num">{f.number(withheld)}</td>
                <td class="num">{f.number(changed)}</td>
                <td class="num">{f.number(kept + changed + rehearsed)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
    </details>
  );
}

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
      <details class="as-table">
        <summary>{t('as_table')}</summary>
        <Scroll class="scroll-x" label={t('timeline')}>
          <table>
            <thead>
              <tr>
                <th scope="col">{t('timeline_when')}</th>
                <th scope="col" class="num">
                  {t('withheld')}
                </th>
                <th scope="col" class="num">
                  {t('changed')}
                </th>
                <th scope="col" class="num">
                  {t('kept')}
                </th>
              </tr>
            </thead>
            <tbody>
              {buckets.map(({ startMs, kept, changed, withheld }) => (
                <tr key={startMs}>
                  <td>{f.time(startMs)}</td>
                  <td class="num">{f.number(withheld)}</td>
                  <td class="num">{f.number(changed)}</td>
                  <td class="num">{f.number(kept)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </Scroll>
      </details>
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
        <thead class="sr">
          <tr>
            <th scope="col">{t('log_verdict')}</th>
            <th scope="col">%</th>
            <th scope="col">{t('coverage_kind')}</th>
            <th scope="col">{t('coverage_bytes')}</th>
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
