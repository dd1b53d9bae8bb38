// A small whole set of rules for tests: every category, a baseline, and one service to be replaced or spoilt.
import { CATEGORY_IDS, type Decision, VOCABULARY_IDS } from '#src/model.js';
import type { RulesFile } from '#src/policy/declaration.js';

const TITLES: Readonly<Record<string, [string, string]>> = {
  wifi_ssid: ['Wi-Fi name', 'Имя сети Wi-Fi'],
  device_status: ['Device status and measurements', 'Состояние и показания'],
  email: ['E-mail address', 'Адрес электронной почты'],
  signal_strength: ['Signal strength', 'Уровень сигнала'],
  presence: ['Who is at home', 'Кто дома'],
};

/** Names that every taxonomy has to know (policy/closed.ts). */
const NAMES: Readonly<Record<string, string>> = {
  wifi_ssid: 'ssid, wifi name',
  router_mac: 'bssid, router mac',
  neighbour_scan: '"~wifi list"',
  device_mac: 'mac, mac address, device mac',
  bluetooth_mac: 'bluetooth mac',
  payment: 'card number, iban',
  wifi_password: 'wifi password, psk',
  setup_code: 'setup code, pairing code',
  private_key: 'private key, network key',
  email: 'email',
};

const FAMILIES: Readonly<Record<string, string>> = { email: 'person', device_status: 'operation' };

function category(id: string): string {
  const [en, ru] = TITLES[id] ?? [id, id];
  return [
    `  ${id}:`,
    `    title: { en: "${en}", ru: "${ru}" }`,
    `    family: ${FAMILIES[id] ?? 'device'}`,
    '    term: "pd:Identifying"',
    '    holds: [text]',
    `    without_purpose: ${id === 'serial_number' ? 'pseudonymize' : 'drop'}`,
    `    names: [${NAMES[id] ?? ''}]`,
    '',
  ].join('\n');
}

export const CATEGORIES = `categories:\n${CATEGORY_IDS.map(category).join('')}`;

export const VOCABULARY = `lists:\n${VOCABULARY_IDS.map((id) => `  ${id}: { any: [word] }\n`).join('')}`;

export const BASELINE = `id: unknown
title: { en: Unknown service, ru: Неизвестная служба }
operator: { name: unknown }
policy: { title: hubsieve, url: rules/baseline.yaml, law: [] }
purposes:
  operate: { title: { en: Operating, ru: Работа }, says: { en: a, ru: б }, clause: baseline, ground: implied, default: on, needs: [device_status] }
`;

export const COSORI = `id: cosori
title: { en: COSORI, ru: COSORI }
operator: { name: Gaea, country: CN }
policy: { title: Policy, url: "https://www.cosori.cloud/privacy/", law: [152-FZ] }
hosts:
  - { name: smartapi.vesync.com, operator: unconfirmed }
purposes:
  registration:
    title: { en: Registration, ru: Регистрация }
    says: { en: a, ru: б }
    clause: 5.10
    ground: declared
    default: on
    needs: [email, { category: account_identifier, clause: "5.3" }]
  device_control:
    title: { en: Device control, ru: Управление }
    says: { en: a, ru: б }
    clause: 2.1.4
    ground: implied
    default: on
    needs:
      - device_status
      - { category: timezone_region, granularity: coarse }
      - { category: diagnostics, necessary: off }
  network_diagnostics:
    title: { en: Network diagnostics, ru: Диагностика сети }
    says: { en: a, ru: б }
    clause: 6.1.3
    ground: implied
    default: off
    needs: [{ category: signal_strength, granularity: coarse }, { category: timezone_region }]
unjustified:
  - { category: wifi_ssid, clause: 6.1.3 }
stricter: { serial_number: drop }
fields:
  - { path: "$.data.wifiSSID", category: wifi_ssid }
`;

export const TERMS = '# terms\npd: Identifying MACAddress AccountIdentifier\n';

/** The set, with files replaced, added, or (`undefined`) left out. */
export function files(changed: Readonly<Record<string, string | undefined>> = {}): RulesFile[] {
  const all: Record<string, string | undefined> = {
    'rules/categories.yaml': CATEGORIES,
    'rules/vocabulary.yaml': VOCABULARY,
    'rules/baseline.yaml': BASELINE,
    'rules/dpv-terms.txt': TERMS,
    'rules/services/cosori.yaml': COSORI,
    ...changed,
  };
  return Object.entries(all).flatMap(([name, text]) => (text === undefined ? [] : [{ name, text }]));
}

/** A decision about the body's `$`. */
export function decision(rest: Pick<Decision, 'category' | 'action' | 'reason'> & Partial<Decision>): Decision {
  return { in: 'body', path: '$', by: 'profile', ...rest };
}
