// Code that has not run yet is slow: the first message would take thirty times as long as the hundredth, and be given to a worker for it.
import type { Part } from '../../sieve.js';
import { judge } from '../judge.js';
import { type Services, UNKNOWN } from '../services.js';

/** A report as devices send them; every value is made up. */
const SAMPLE = {
  deviceId: 'sample-0001',
  model: 'S-1',
  firmwareVersion: '1.0.0',
  network: { ssid: 'Sample', bssid: '02:00:00:00:00:01', rssi: -60, ip: '192.0.2.1' },
  state: [{ on: true, mode: 'eco', temperature: 21.5, error: null, at: '2026-01-01T00:00:00Z' }],
  note: 'seen 02:00:00:00:00:02 at {"ssid":"Sample"}',
};
/** By then most of it is compiled: 0.1 s at start. */
const TIMES = 12;

/** Judges a made-up message some times; nothing of it is recorded or sent. */
export function warmUp(services: Services): void {
  const taken: Part[] = [
    { in: 'path', kind: 'bytes', bytes: Buffer.from('/sample') },
    { in: 'header', kind: 'fields', fields: [['User-Agent', 'sample/1.0']] },
    { in: 'body', kind: 'bytes', bytes: Buffer.from(JSON.stringify(SAMPLE)), mediaType: 'application/json' },
  ];
  for (let i = 0; i < TIMES; i += 1) judge(taken, UNKNOWN, '', services);
}
