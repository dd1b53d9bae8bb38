import { createHash, randomBytes } from 'node:crypto';
import { type LogKey, logKeyFromSeed } from '#src/audit/checkpoint.js';
import type { MessageRecord } from '#src/audit/record.js';
import { type AuditLog, openLog } from '#src/audit/store.js';
import type { CategoryId, Decision } from '#src/model.js';
import { type MemoryState, openMemoryStore } from '#src/store/memory.js';

export const TIME_MS = 1_793_318_400_000;
export const DAY_MS = 24 * 60 * 60 * 1000;
export const RULESET = `sha256:${'9f'.repeat(32)}`;
export const KEY: LogKey = logKeyFromSeed('hubsieve/test', Buffer.alloc(32, 7));

export function decision(path: string, category: CategoryId = 'wifi_ssid'): Decision {
  const reason = Object.freeze({ kind: 'no-purpose', clause: '6.1.3' } as const);
  return Object.freeze({ in: 'body', path, category, by: 'name', action: 'drop', reason } as const);
}

export const DECISIONS: readonly Decision[] = [decision("$['wifiSSID']"), decision("$['deviceMac']", 'device_mac')];

export function message(i: number, more: Partial<MessageRecord> = {}): MessageRecord {
  const own = {
    kind: 'message',
    service: 'cosori',
    direction: 'up',
    verdict: 'forwarded',
    ruleset: RULESET,
    decisions: DECISIONS,
  } as const;
  return { ...own, timeMs: TIME_MS + i * 1000, bytesIn: 600 + (i % 50), bytesOut: 540, ...more };
}

/** A log in memory with `count` messages, the latest all in one period, and a checkpoint over them. */
export async function filledLog(count: number, state: MemoryState = new Map()): Promise<{ log: AuditLog; state: MemoryState }> {
  const log = await openMemoryLog(state);
  for (let i = 0; i < count; i++) await log.append(message(i));
  await log.checkpoint();
  return { log, state };
}

export async function openMemoryLog(state: MemoryState = new Map(), key: LogKey = KEY): Promise<AuditLog> {
  return openLog(await openMemoryStore(state), { key, random: randomBytes });
}

/** Section 2.1.1 of RFC 9162, word for word: the slow tree that is obviously right. */
export function naiveRoot(leaves: readonly Buffer[]): Buffer {
  const sha = (...parts: Buffer[]) => createHash('sha256').update(Buffer.concat(parts)).digest();
  if (leaves.length === 0) return sha();
  if (leaves.length === 1) return sha(Buffer.of(0), leaves[0] as Buffer);
  let k = 1;
  while (k * 2 < leaves.length) k *= 2;
  return sha(Buffer.of(1), naiveRoot(leaves.slice(0, k)), naiveRoot(leaves.slice(k)));
}
