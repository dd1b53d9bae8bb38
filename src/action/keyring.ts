import { createHmac } from 'node:crypto';
export interface Keyring { mac(label: string, data: string): Uint8Array }
export function makeKeyring(master: Uint8Array, service: string, epoch: number): Keyring {
  return { mac: (label, data) => createHmac('sha256', master).update(`${service}\0${epoch}\0${label}\0${data}`).digest() };
}
