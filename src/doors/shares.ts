// What all doors share, and what of it one device may have: connections, bytes, places at destinations, turns at the judge.
import { isIP } from 'node:net';
import type { Config } from '../config.js';
import { Budget } from '../net/budget.js';
import { Gate } from '../net/gate.js';
import { ReadingTurns } from '../net/reading-turns.js';
import { UpstreamSlots } from '../net/upstream-slots.js';

export interface Shares {
  readonly connections: Budget;
  /** Of messages that are not whole, wait, or are in hand. */
  readonly bytes: Budget;
  /** Requests under way, by destination. */
  readonly requests: UpstreamSlots;
  /** Connections that last (MQTT, WebSocket), by destination. */
  readonly lasting: UpstreamSlots;
  readonly judging: Gate;
  /** What one read of a connection brought and waits is counted by connections: 64 KiB each at most. */
  readonly reading: ReadingTurns;
  /** The device at an address, as far as it is known at once. */
  readonly ownerNow: (address: string) => string;
}

export interface SharesOptions {
  readonly limits: Pick<Config['limits'], 'connections' | 'heldBytes' | 'messages' | 'upstreamConnections'>;
  /** A device is its MAC: with a new address it has no new share. */
  readonly label: (address: string) => string | Promise<string>;
  /** Told of the device (or what it goes by) that has the most, each time that somebody had to be refused for that. */
  readonly onCrowded: (owner: string) => void;
}

export function openShares({ limits, label, onCrowded }: SharesOptions): Shares {
  const ownerOf = (address: string): string | Promise<string> => (isIP(address) === 0 ? address : label(address));
  const ownerNow = (address: string): string => {
    const owner = ownerOf(address);
    return typeof owner === 'string' ? owner : address;
  };
  return {
    connections: new Budget({ most: limits.connections, ownerOf, onCrowded }),
    bytes: new Budget({ most: limits.heldBytes, ownerOf, onCrowded }),
    requests: new UpstreamSlots(limits.upstreamConnections, ownerNow),
    lasting: new UpstreamSlots(limits.upstreamConnections, ownerNow),
    judging: new Gate({ most: limits.messages }),
    reading: new ReadingTurns({ ownerNow }),
    ownerNow,
  };
}
