// The sieve of the fake hub: JSON only, fields known by their names; judged by the real policies. Enough to show the page something real.
import { CATEGORY_IDS, type CategoryId, type Decision, type Rules, type ServiceChoices } from '#src/model.js';
import type { Tried, TryMessage } from '#src/web/facade.js';
import { decide } from './fake-traffic.js';

const NAMES: Readonly<Record<string, CategoryId>> = {
  ssid: 'wifi_ssid',
  wifissid: 'wifi_ssid',
  wifiname: 'wifi_ssid',
  routermac: 'router_mac',
  bssid: 'router_mac',
  mac: 'device_mac',
  rssi: 'signal_strength',
  ip: 'ip_address',
  email: 'email',
  token: 'credential',
  accountid: 'account_identifier',
  cid: 'device_identifier',
  password: 'wifi_password',
  wifipassword: 'wifi_password',
  temp: 'device_status',
  currenttemp: 'device_status',
  devicestatus: 'device_status',
  timezone: 'timezone_region',
};
const COARSE = 'coarse';

function categoryOf(name: string): CategoryId {
  const folded = name.toLowerCase().replace(/[_-]/g, '');
  return NAMES[folded] ?? CATEGORY_IDS.find((id) => id.replace(/_/g, '') === folded) ?? 'unclassified';
}

export function trySieve(rules: Rules, choices: ServiceChoices, message: TryMessage): Tried {
  const decisions: Decision[] = [];
  const { service, direction, body } = message;
  const report = { service, direction, ruleset: rules.hash, bytesIn: body.length, decisions };
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(body).toString('utf8'));
  } catch {
    return { report: { ...report, verdict: 'refused', error: { code: 'malformed' }, bytesOut: 0 } };
  }
  const walk = (node: unknown, path: string, name: string): unknown => {
    if (Array.isArray(node)) return node.map((item, index) => walk(item, `${path}[${index}]`, name));
    if (typeof node === 'object' && node !== null) {
      const members = Object.entries(node).map(([key, inner]) => [key, walk(inner, `${path}['${key}']`, key)] as const);
      return Object.fromEntries(members.filter(([, inner]) => inner !== undefined));
    }
    const decision = decide(rules, service, choices, [
      path,
      categoryOf(name),
      categoryOf(name) === 'unclassified' ? 'shape' : 'name',
    ]);
    decisions.push(decision);
    switch (decision.action) {
      case 'keep':
        return node;
      case 'generalize':
        return COARSE;
      case 'pseudonymize':
      case 'hash':
        return typeof node === 'string' ? `p-${node.length}` : 0;
      default:
        return undefined;
    }
  };
  const out = Buffer.from(JSON.stringify(walk(value, '$', '')) ?? '', 'utf8');
  return { report: { ...report, verdict: 'forwarded', bytesOut: out.length }, out };
}
