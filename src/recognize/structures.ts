// Which structure recognizers a container concerns: asked once for each field, and answered for each container by its fields' bits.
import type { CategoryId } from '../model.js';
import type { FieldView, StructureRecognizer } from './evidence.js';
import type { Kit } from './kit.js';
import { type StructureId, structureRecognizers } from './structure/index.js';
import { memberRoles } from './structure/names.js';
import { SCANNED } from './structure/wifi-scan.js';

export interface Structure {
  readonly id: StructureId;
  readonly recognizer: StructureRecognizer;
}

/** What a beacon tells of itself under a name that says nothing. */
const BEACON =
  /^(?:(?:local|short|complete)?_?name|type|tx_?power|manufacturer_?(?:data|id)|service_?(?:data|uuids?)|adv\w*|ch\w*|freq\w*)$/i;

export class Structures {
  /** What a member of this name is in a key/value object. */
  readonly roleOf: (name: string) => 'name' | 'value' | undefined;
  private readonly all: readonly Structure[];
  private readonly lists = new Map<string, readonly Structure[]>();

  constructor(kit: Kit) {
    this.roleOf = memberRoles(kit.vocabulary);
    this.all = [...structureRecognizers(kit)].map(([id, recognizer]) => ({ id, recognizer }));
  }

  /** Bit i: the recognizer i may concern a container with such a child. */
  concernedBy(child: FieldView): number {
    let mask = 0;
    for (const [i, { recognizer }] of this.all.entries()) if (recognizer.concerns(child)) mask |= 1 << i;
    return mask;
  }

  /** Those to ask about a container, in their order. `once`, `more`: bits of its children that stand there once, and more than once. */
  asked(kind: 'object' | 'array', once: number, more: number): readonly Structure[] {
    const key = `${kind} ${once} ${more}`;
    let list = this.lists.get(key);
    if (list === undefined) {
      list = this.all.filter(
        ({ recognizer: { of, atLeast } }, i) => of === kind && (((atLeast > 1 ? more : once) >> i) & 1) === 1,
      );
      this.lists.set(key, list);
    }
    return list;
  }

  /** Do members of these names tell what a radio heard of somebody: a signal, and nothing that a device of the home would report? */
  isHeard(names: readonly string[], categoryOf: (name: string) => CategoryId | undefined): boolean {
    let signal = false;
    for (const name of names) {
      const category = categoryOf(name);
      if (category === 'signal_strength') signal = true;
      else if (category === undefined ? !BEACON.test(name) : !SCANNED.has(category)) return false;
    }
    return signal;
  }
}
