// The flow picture: from devices through kinds of data to services, with a table of the same numbers.
import type { Flow } from '../../views.js';
import { keyOf, useLook, useNames } from '../app-state.js';
import type { Key } from '../text.js';
import { AsTable } from './as-table.js';
import { Hatch } from './hatch.js';
import { type FlowInput, layOut, NODE_WIDTH, type PlacedNode } from './layout.js';
import { useWidth } from './width.js';

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

/** Letters of a label, at its left and right end: beside each other they have to fit between two columns. */
const ROOM = [28, 28] as const;
const NARROW_ROOM = [14, 16] as const;

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
                    room={narrow ? NARROW_ROOM : ROOM}
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

function FlowNode({ node, end, room }: { node: PlacedNode; end: boolean; room: readonly [start: number, end: number] }) {
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
  const [start, last] = room;
  const most = end ? last : start;
  // In a narrow picture a number at both ends would run into the other label: the table has them all.
  const counted = end || start === ROOM[0];
  const label = full.length > most ? `${full.slice(0, most - 1)}…` : full;
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
        {counted && (
          <tspan class="node-count" dx="5">
            {f.number(node.count)}
          </tspan>
        )}
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
  const { t } = useLook();
  const names = useNames();
  const sorted = () => [...flows].sort((a, b) => b.withheld - a.withheld || b.kept - a.kept);
  return (
    <AsTable
      label={t('flow')}
      words={[t('device'), t('category'), t('service')]}
      numbers={[t('asked'), t('withheld'), t('changed'), t('left')]}
      rows={() =>
        sorted().map(({ device, category, service, kept, changed, withheld, rehearsed }) => ({
          words: [names.device(device), names.category(category), names.service(service)],
          numbers: [kept + changed + withheld + rehearsed, withheld, changed, kept + changed + rehearsed],
        }))
      }
    />
  );
}
