// Simulated traffic: what the devices of a small household send to COSORI, CONNECT and an unknown cloud, judged by the real policies.
import {
  type CategoryId,
  type ClassifiedBy,
  type Decision,
  FLOOR,
  type Place,
  type Rules,
  type ServiceChoices,
  type Verdict,
} from '#src/model.js';
import { declarationOf, justification, outcome, switchesOf } from '#src/policy/justify.js';

export type FieldSpec = readonly [path: string, category: CategoryId, by?: ClassifiedBy, place?: Place];

export interface Template {
  readonly device: string;
  readonly service: string;
  readonly host: string;
  /** Messages an hour. */
  readonly rate: number;
  readonly bytes: number;
  readonly fields: readonly FieldSpec[];
  /** A message that cannot be read, is sealed, or is refused for a reason of its own. */
  readonly verdict?: Verdict;
  readonly error?: string;
}

const COSORI_BASE: readonly FieldSpec[] = [
  ["$['user-agent']", 'user_agent', 'name', 'header'],
  ["$['traceId']", 'sequence'],
  ["$['accountID']", 'account_identifier'],
  ["$['token']", 'credential'],
  ["$['acceptLanguage']", 'language'],
  ["$['timeZone']", 'timezone_region'],
  ["$['cid']", 'device_identifier'],
  ["$['configModule']", 'device_model'],
];

export const TEMPLATES: readonly Template[] = [
  {
    device: 'd-7f3a91c2',
    service: 'cosori',
    host: 'smartapi.vesync.com',
    rate: 12,
    bytes: 1184,
    fields: [
      ...COSORI_BASE,
      ["$['deviceStatus']", 'device_status'],
      ["$['cookMode']", 'device_status'],
      ["$['currentTemp']", 'device_status'],
      ["$['currentFirmVersion']", 'firmware_version'],
      ["$['network']['wifiSSID']", 'wifi_ssid'],
      ["$['network']['routerMac']", 'router_mac'],
      ["$['network']['wifiMac']", 'device_mac'],
      ["$['network']['rssi']", 'signal_strength'],
      ["$['network']['innerIP']", 'ip_address'],
      ["$['deviceName']", 'device_name'],
    ],
  },
  {
    device: 'd-02be44d1',
    service: 'cosori',
    host: 'smartapi.vesync.com',
    rate: 4,
    bytes: 760,
    fields: [
      ...COSORI_BASE,
      ["$['mistLevel']", 'device_status'],
      ["$['enabled']", 'device_status'],
      ["$['errorCode']", 'error_code'],
      ["$['wifiName']", 'wifi_ssid'],
      ["$['bleMac']", 'bluetooth_mac'],
      ["$['diagnostics']['heap']", 'diagnostics'],
    ],
  },
  {
    device: 'd-51aa0e7b',
    service: 'connect',
    host: 'connect.smartliving.ru',
    rate: 20,
    bytes: 512,
    fields: [
      ["$['home']['state']['light_hall']", 'device_status', 'name'],
      ["$['home']['state']['door']", 'entry', 'name'],
      ["$['home']['state']['motion']", 'presence', 'name'],
      ["$['home']['name']", 'device_name', 'name'],
      ["$['home']['coordinates']", 'location_precise', 'value'],
      ["$['ts']", 'timestamp', 'name'],
      ["$['platform']['os']", 'os_version', 'name'],
      ["$['platform']['ip']", 'ip_address', 'value'],
      ["$['user']['email']", 'email', 'value'],
      ["$['telegram_id']", 'account_identifier', 'name'],
    ],
  },
  {
    device: 'd-9c0d23ee',
    service: 'unknown',
    host: 'telemetry.thermo-cloud.example',
    rate: 2,
    bytes: 930,
    fields: [
      ["$['temp']", 'device_status', 'shape'],
      ["$['serial']", 'serial_number', 'name'],
      ["$['lat']", 'location_precise', 'value'],
      ["$['lon']", 'location_precise', 'value'],
      ["$['nearby'][0]['bssid']", 'neighbour_scan', 'value'],
      ["$['nearby'][1]['bssid']", 'neighbour_scan', 'value'],
      ["$['hostname']", 'hostname', 'name'],
      ["$['x7']", 'unclassified', 'shape'],
    ],
  },
  {
    device: 'd-9c0d23ee',
    service: 'unknown',
    host: 'telemetry.thermo-cloud.example',
    rate: 0.3,
    bytes: 64_000,
    verdict: 'refused',
    error: 'unreadable_format',
    fields: [],
  },
  {
    device: 'd-e1175f60',
    service: 'unknown',
    host: 'relay.robo-vac.example',
    rate: 1,
    bytes: 0,
    verdict: 'opaque',
    error: 'opaque',
    fields: [],
  },
  {
    device: 'd-02be44d1',
    service: 'cosori',
    host: 'smartapi.vesync.com',
    rate: 0.4,
    bytes: 2048,
    verdict: 'sealed',
    error: 'sealed',
    fields: [["$['payload']", 'unclassified', 'shape']],
  },
];

/** One field's decision under these choices, by the ladder's steps 4 and 5; unknown identifiers are dropped or become pseudonyms. */
export function decide(
  rules: Rules,
  service: string,
  choices: ServiceChoices,
  [path, category, by = 'profile', place = 'body']: FieldSpec,
): Decision {
  const declaration = declarationOf(rules, service);
  const switches = switchesOf(declaration, choices.purposes);
  const why = justification(declaration, switches, category);
  if (category === 'unclassified') {
    const action = declaration.fields.length > 0 ? 'drop' : 'pseudonymize';
    return { in: place, path, category, by, action, reason: { kind: 'unclassified' } };
  }
  const reason = why
    ? ({ kind: 'purpose', purpose: why.purpose, clause: why.clause } as const)
    : ({ kind: 'no-purpose' } as const);
  const action = outcome(rules, declaration, switches, category);
  return { in: place, path, category, by, action: FLOOR.has(category) ? 'drop' : action, reason };
}
