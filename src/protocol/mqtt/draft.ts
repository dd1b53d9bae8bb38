// What the readers of single packets fill, and the heads they read.
import type { Block, Field } from './fields.js';
import { type NumberProperty, type PropertyHome, readProperties } from './properties.js';
import type { Reader, Span } from './reader.js';
import type { Level } from './types.js';

export interface ConnectHead {
  readonly clean: boolean;
  /** Seconds; 0: none. */
  readonly keepAliveSeconds: number;
  /** Whether the device asked for extended authentication (MQTT 5, 4.12). */
  readonly extendedAuth: boolean;
}

export interface PublishHead {
  readonly qos: 0 | 1 | 2;
  readonly dup: boolean;
  readonly retain: boolean;
}

export interface SubscribeHead {
  readonly filters: number;
  readonly wildcards: boolean;
  readonly shared: boolean;
}

/** What the readers of single packets fill. */
export class Draft {
  id = 0;
  reason = 0;
  level: Level;
  readonly fields: Field[] = [];
  readonly blocks: Block[] = [];
  numbers: ReadonlyMap<NumberProperty, number> = new Map();
  connect?: ConnectHead;
  publish?: PublishHead;
  subscribe?: SubscribeHead;
  constructor(level: Level) {
    this.level = level;
  }

  /** Reads a block of properties, if this level of MQTT has them. */
  properties(reader: Reader, home: PropertyHome): void {
    if (this.level < 5) return;
    const { block, fields, numbers } = readProperties(reader, home, this.blocks.length);
    this.blocks.push(block);
    this.fields.push(...fields);
    if (home !== 'will') this.numbers = numbers;
  }

  /** A field that is always there. */
  field(role: Field['role'], wire: Field['wire'], span: Span, text = '', name: string = role): void {
    this.fields.push({ role, wire, text, name, whole: span, value: span, block: -1 });
  }
}
