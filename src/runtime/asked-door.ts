// The door that the household asked for on the page, where the config names none: no door is open that nobody asked for.
import path from 'node:path';
import type { ListenerConfig } from '../config.js';
import { readSecret, writeWhole } from '../store/secret-files.js';

const FILE = 'door.json';
const MODE = 0o600;
/** The usual port of forward proxies; the page names it. */
export const ASKED_PORT = 8080;

/** A forward proxy for the home's networks. */
export function askedDoor(port: number): ListenerConfig {
  return { host: '0.0.0.0', port, service: undefined, upstream: undefined, transparent: false };
}

/** Whether it was asked for. What cannot be read asks for nothing. */
export function readAskedDoor(dataDir: string): boolean {
  try {
    return (JSON.parse(readSecret(path.join(dataDir, FILE)) ?? 'null') as { open?: unknown } | null)?.open === true;
  } catch {
    return false;
  }
}

/** Keeps it for the next start. Throws where it cannot be written. */
export function writeAskedDoor(dataDir: string, open: boolean): void {
  writeWhole(path.join(dataDir, FILE), `${JSON.stringify({ open })}\n`, MODE);
}
