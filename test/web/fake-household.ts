// Who lives in the fake hub: devices, hosts that no rule names, fields that were new.
import type { DeviceInfo, HostInfo, NewField } from '#src/web/facade.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const PLAIN = { mode: 'inherit', onHubFailure: 'closed', familyPause: false, knownToVendor: false, forOthers: false } as const;

export const DEVICES = (now: number): DeviceInfo[] => [
  {
    ...PLAIN,
    id: 'd-7f3a91c2',
    name: 'Kitchen air fryer',
    maker: 'COSORI',
    kind: 'air fryer',
    firstMs: now - 40 * DAY_MS,
    familyPause: true,
    knownToVendor: true,
  },
  { ...PLAIN, id: 'd-02be44d1', foundName: 'Classic300S', maker: 'COSORI', kind: 'humidifier', firstMs: now - 12 * DAY_MS },
  {
    ...PLAIN,
    id: 'd-51aa0e7b',
    name: 'Home Assistant',
    kind: 'smart-home platform',
    firstMs: now - 90 * DAY_MS,
    onHubFailure: 'open',
  },
  { ...PLAIN, id: 'd-9c0d23ee', foundName: 'ESP_4F1A20', maker: 'Espressif', firstMs: now - 3 * DAY_MS },
  { ...PLAIN, id: 'd-e1175f60', foundName: 'robo-vac', maker: 'Roborock', kind: 'vacuum cleaner', firstMs: now - 5 * DAY_MS },
];

export const HOSTS = (now: number): HostInfo[] => [
  {
    host: 'telemetry.thermo-cloud.example',
    firstMs: now - 3 * DAY_MS,
    lastMs: now - 20 * 60_000,
    messages: 131,
    devices: ['d-9c0d23ee'],
    categories: ['device_status', 'serial_number', 'location_precise', 'neighbour_scan', 'hostname'],
    opaque: false,
  },
  {
    host: 'relay.robo-vac.example',
    firstMs: now - 5 * DAY_MS,
    lastMs: now - 9 * 60_000,
    messages: 118,
    devices: ['d-e1175f60'],
    categories: [],
    opaque: true,
  },
];

export const FIELDS = (now: number): NewField[] => [
  {
    id: 'f1',
    device: 'd-7f3a91c2',
    service: 'cosori',
    in: 'body',
    path: "$['payload']['data']['ambientId']",
    firstMs: now - 3 * HOUR_MS,
    count: 14,
    kind: 'string',
    look: 'identifier',
    length: 36,
    category: 'unclassified',
    action: 'drop',
    held: true,
  },
  {
    id: 'f2',
    device: 'd-51aa0e7b',
    service: 'connect',
    in: 'body',
    path: "$['home']['state']['bed_sensor']",
    firstMs: now - 30 * HOUR_MS,
    count: 55,
    kind: 'boolean',
    look: 'switch',
    category: 'sleep_health',
    action: 'drop',
    held: true,
  },
  {
    id: 'f3',
    device: 'd-9c0d23ee',
    service: 'unknown',
    in: 'body',
    path: "$['x7']",
    firstMs: now - 2 * DAY_MS,
    count: 96,
    kind: 'string',
    look: 'identifier',
    length: 24,
    category: 'unclassified',
    action: 'pseudonymize',
    held: false,
  },
];
