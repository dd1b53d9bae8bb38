// What judging one message needs, and what it fills.
import type { Keyring } from '../action/keyring.js';
import type { OwnIdentifiers } from '../classify/household.js';
import { distinctive } from '../classify/spellings.js';
import type { Category, CategoryId, Limits, Node, Pseudonym } from '../model.js';
import type { Field, FieldMemory } from './field.js';
import type { Trace } from './trace.js';

/** What judging a field needs beside the field: the household, the keys, and where to write down what was decided. */
export interface LeafContext {
  readonly service: string;
  readonly epoch: number;
  readonly categories: ReadonlyMap<CategoryId, Category>;
  readonly own: OwnIdentifiers;
  /** False: none of the household's own identifiers stands in the message as it came, so that no value need be searched for them. */
  ownPossible: boolean;
  readonly keyring: Keyring;
  readonly trace: Trace;
  /** Filled as fields are changed: what to restore on the way down. */
  readonly pseudonyms: Pseudonym[];
  /** Filled with network names that a field's name gave away: the same name may stand elsewhere under a harmless one. */
  readonly learned: string[];
  /** Filled as fields are kept: how often an own identifier leaves by decision (the last look allows as many). */
  readonly allowed: Map<number, number>;
}

/** Notes a network name, where it is rare enough to be searched for. */
export function learn(name: string, cx: LeafContext): void {
  if (!cx.own.has(name) && distinctive(name)) cx.learned.push(name);
}

export type Standing = 'root' | 'member' | 'element';

/** What one walk over a message holds: what judging needs, and what it fills. */
export abstract class MessageContext implements LeafContext {
  readonly service: string;
  readonly epoch: number;
  readonly categories: LeafContext['categories'];
  readonly own: LeafContext['own'];
  readonly keyring: LeafContext['keyring'];
  readonly limits: Limits;
  readonly pseudonyms: Pseudonym[] = [];
  readonly learned: string[] = [];
  readonly allowed = new Map<number, number>();
  ownPossible = false;
  private readonly memory: FieldMemory;

  constructor(
    given: Pick<LeafContext, 'service' | 'epoch' | 'categories' | 'own' | 'keyring'> & {
      readonly limits: Limits;
      readonly memory: FieldMemory;
    },
    readonly trace: Trace,
  ) {
    this.service = given.service;
    this.epoch = given.epoch;
    this.categories = given.categories;
    this.own = given.own;
    this.keyring = given.keyring;
    this.limits = given.limits;
    this.memory = given.memory;
  }

  /** Numbers the objects met, to notice repeated names. */
  nextObject(): number {
    this.memory.serial += 1;
    return this.memory.serial;
  }

  /** Judges a node and all below it; returns whether anything is to change. */
  abstract visit(node: Node, field: Field, standing: Standing, occurrence: number, layers: number): boolean;
}
