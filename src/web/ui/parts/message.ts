// Messages to try: lines of JSON with their paths, an example made from a recorded shape. Recordings: web/har.ts.
import type { CategoryId } from '../../../model.js';
import type { DecisionView } from '../../views.js';

export interface Line {
  readonly text: string;
  readonly depth: number;
  /** Normalized path of the scalar on this line. */
  readonly path?: string;
}

/** A value as indented lines, each scalar with its path. */
export function linesOf(value: unknown): Line[] {
  const lines: Line[] = [];
  const walk = (node: unknown, path: string, depth: number, before: string, after: string): void => {
    if (typeof node !== 'object' || node === null) {
      lines.push({ text: `${before}${JSON.stringify(node)}${after}`, depth, path });
      return;
    }
    const members: [string, string, unknown][] = Array.isArray(node)
      ? node.map((item, index) => ['', `${path}[${index}]`, item])
      : Object.entries(node).map(([name, inner]) => [
          `${JSON.stringify(name)}: `,
          `${path}['${name.replace(/[\\']/g, '\\$&')}']`,
          inner,
        ]);
    const [open, close] = Array.isArray(node) ? '[]' : '{}';
    if (members.length === 0) {
      lines.push({ text: `${before}${open}${close}${after}`, depth, path });
      return;
    }
    lines.push({ text: `${before}${open}`, depth });
    for (const [index, [label, at, inner]] of members.entries())
      walk(inner, at, depth + 1, label, index < members.length - 1 ? ',' : '');
    lines.push({ text: `${close}${after}`, depth });
  };
  walk(value, '$', 0, '', '');
  return lines;
}

const SAMPLES: Partial<Record<CategoryId, unknown>> = {
  wifi_ssid: 'Example-WiFi',
  router_mac: '00:00:5E:00:53:01',
  device_mac: '00:00:5E:00:53:AF',
  bluetooth_mac: '00:00:5E:00:53:B0',
  signal_strength: -54,
  ip_address: '192.0.2.17',
  email: 'anna@example.org',
  account_identifier: 'account-1001',
  credential: 'token-of-the-example',
  device_identifier: 'device-2002',
  device_name: 'Example fryer',
  timezone_region: 'Europe/Moscow',
  language: 'en',
  device_status: 'on',
  timestamp: 1_760_000_000,
  firmware_version: '1.2.3',
  location_precise: '55.7558,37.6173',
};

/** A message of that shape with example values: nothing of the real one is known. */
export function exampleOf(decisions: readonly DecisionView[]): string {
  const root: Record<string, unknown> = {};
  for (const { in: place, path, category } of decisions) {
    if (place !== 'body' || path.includes('::')) continue;
    const names = [...path.matchAll(/\['((?:[^'\\]|\\.)*)'\]|\[(\d+)\]/g)].map(([, name, index]) =>
      name === undefined ? Number(index) : name.replace(/\\(.)/g, '$1'),
    );
    if (names.length === 0 || names.includes('__proto__')) continue;
    let node: Record<string | number, unknown> = root;
    names.forEach((name, at) => {
      if (at === names.length - 1) node[name] = SAMPLES[category] ?? 'example';
      else node = (node[name] ??= typeof names[at + 1] === 'number' ? [] : {}) as Record<string, unknown>;
    });
  }
  return JSON.stringify(root, null, 2);
}

export const EXAMPLE = JSON.stringify(
  {
    traceId: '1699999999001',
    accountID: '12345678',
    token: 'v2.example',
    timeZone: 'Europe/Moscow',
    deviceName: "Anna's fryer",
    payload: { cookMode: 'airFry', currentTemp: 180, remainTime: 420 },
    network: { wifiSSID: 'Example-WiFi', routerMac: '00:00:5E:00:53:01', rssi: -54, innerIP: '192.168.1.23' },
  },
  null,
  2,
);

/** Handed from a record to the page that tries it. */
export const handed: { text?: string; service?: string } = {};
