// Attributes of Matter devices under their paths (endpoint/cluster/attribute, in decimal): `{"0/49/6":"…"}`.
import type { StructureRecognizer } from '../evidence.js';
import { OF_OBJECTS, renameEach } from './names.js';

const PATH = /^\d{1,5}\/(\d{1,10})\/(\d{1,10})$/;

/** What attributes are that tell of the home, by cluster and attribute (Matter Core Specification 1.3; section of each cluster). */
const NAMES: Readonly<Record<string, string>> = {
  '40/5': 'device name', // Basic Information, 11.1: NodeLabel
  '40/15': 'serial number',
  '40/18': 'device id', // UniqueID
  '49/1': 'wifi ssid', // Network Commissioning, 11.9: Networks
  '49/6': 'wifi ssid', // LastNetworkID
  '51/0': 'mac address', // General Diagnostics, 11.12: NetworkInterfaces, with IP addresses
  '53/2': 'network name', // Thread Network Diagnostics, 11.14
  '53/3': 'pan id',
  '53/4': 'ext pan id',
  '53/5': 'ip address', // MeshLocalPrefix
  '53/7': 'neighbour table',
  '53/8': 'neighbour table', // RouteTable
  '54/0': 'bssid', // Wi-Fi Network Diagnostics, 11.15
  '54/4': 'rssi',
  '57/5': 'device name', // Bridged Device Basic Information, 9.13
  '57/15': 'serial number',
  '57/18': 'device id',
  '62/0': 'fabric id', // Operational Credentials, 11.18: NOCs and Fabrics
  '62/1': 'fabric id',
};

/** The name that says what the attribute is; undefined where it is none, or tells nothing of the home. */
export function attributeName(path: string): string | undefined {
  const match = PATH.exec(path);
  return match === null ? undefined : NAMES[`${Number(match[1])}/${Number(match[2])}`];
}

export function matterAttributes(): StructureRecognizer {
  return {
    ...OF_OBJECTS,
    says: { en: 'its path is that of a Matter attribute', ru: 'это путь атрибута Matter' },
    concerns: ({ name }) => attributeName(name ?? '') !== undefined,
    atLeast: 1,
    interpret: (container) => renameEach(container, (_child, { name }) => attributeName(name ?? '')),
    examples: [
      { text: '{"0/49/1":[{"0":"Qmx1ZSBIZXJvbg==","1":true}],"0/49/6":"Qmx1ZSBIZXJvbg=="}', from: 'Matter 1.3, section 11.9' },
      { text: '{"0/51/0":[{"0":"wlan0","1":true,"4":"9M+id4iZ","5":["wKgfTQ=="]}]}', from: 'Matter 1.3, section 11.12' },
      { text: '{"attributes":{"0/40/5":"Annas Lampe","0/40/9":3}}', from: 'Home Assistant Matter server 5, node' },
    ],
    counterexamples: [
      { text: '{"1/6/0":true,"1/8/0":128,"0/40/9":3}', from: 'Matter 1.3, On/Off and Level Control' },
      { text: '{"2026/5/1":21.5,"1/2/3":4}', from: 'evasion' },
    ],
  };
}
