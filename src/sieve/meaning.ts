// What a field is: by what covers it, the field map, its name, or its value's shape.

import type { CategoryId, ClassifiedBy } from '../model.js';
import { FLOOR, strictness } from '../model.js';
import { bearsOutDoubt } from '../recognize/name/ambiguous.js';
import { plausible } from '../recognize/value/plausible.js';
import { type Shape, shapeOf } from '../recognize/value-form.js';
import type { LeafContext } from './context.js';
import type { Field } from './field.js';
import { isPersonsName, maySpeakOfPerson, personSignedIn } from './persons.js';

export type ScalarKind = 'string' | 'number' | 'boolean' | 'null' | 'bytes';

export interface Classified {
  readonly category: CategoryId;
  readonly by: ClassifiedBy;
  readonly unclassified: boolean;
}

/** Categories whose values are identifiers by nature: a contextual finding under them counts. */
export const IDENTIFIERS: ReadonlySet<CategoryId> = new Set<CategoryId>([
  'device_identifier',
  'account_identifier',
  'credential',
  'serial_number',
  'radio_identifier',
  'hostname',
  'device_name',
  'advertising_identifier',
  'user_agent',
]);
/** Provisional category of a field by its shape (ladder, step 6). */
const BY_SHAPE: Readonly<Record<Shape, CategoryId>> = {
  status: 'device_status',
  prose: 'device_status',
  time: 'timestamp',
  identifier: 'unclassified',
};

/** Categories that any text or number can be of (recognize/value/plausible.ts). */
export const ANY_VALUE: ReadonlySet<CategoryId> = new Set<CategoryId>([
  'device_status',
  'control_command',
  'error_code',
  'diagnostics',
  'timestamp',
  'uptime',
  'sequence',
]);

/** Categories that a doubtful name may take back, where the value bears it out. */
const UNTOLD: ReadonlySet<CategoryId> = new Set<CategoryId>([...ANY_VALUE, 'device_identifier']);

/** Whether what the field is does not hang on the value: no name speaks, or what it says makes no difference or fits any value. */
export function settled(field: Field): boolean {
  field.settled ??= findSettled(field);
  return field.settled;
}

function findSettled(field: Field): boolean {
  const { mapped, named, covered, doubted } = field;
  if (covered !== undefined || (doubted !== undefined && mapped === undefined)) return false;
  if (named === undefined && mapped === undefined && maySpeakOfPerson(field)) return false; // the value says whether it is a name
  if (named === undefined || named.category === mapped) return true;
  if (mapped === undefined) return ANY_VALUE.has(named.category);
  if (FLOOR.has(named.category) && !FLOOR.has(mapped)) return false;
  return (
    IDENTIFIERS.has(mapped) ||
    strictness(field.fate(named.category, false).action) <= strictness(field.fate(mapped, false).action)
  );
}

/** The classifiers in their order; what none knows is told by its shape. */
export function classify(kind: ScalarKind, text: string, field: Field, cx: LeafContext): Classified {
  if (field.covered) return { category: field.covered, by: 'name', unclassified: false };
  const mapped = field.mapped;
  if (mapped !== undefined && settled(field)) return { category: mapped, by: 'profile', unclassified: false };
  const named = field.named?.category;
  const holds = named !== undefined && kind !== 'null' && carries(named, kind, text, cx) ? named : undefined;
  if (mapped !== undefined) {
    if (holds === undefined || holds === mapped) return { category: mapped, by: 'profile', unclassified: false };
    // The map has the say; a name may only make it worse (a MAC's name under a wildcard of the map).
    const byMap = field.fate(mapped, false);
    const byName = field.fate(holds, false);
    // A floor's name counts whatever the map says: a password beside a network's name is the network's.
    return (FLOOR.has(holds) && !FLOOR.has(mapped)) ||
      (strictness(byName.action) > strictness(byMap.action) && !IDENTIFIERS.has(mapped))
      ? { category: holds, by: 'name', unclassified: false }
      : { category: mapped, by: 'profile', unclassified: false };
  }
  if (field.doubted !== undefined && (holds === undefined || UNTOLD.has(holds)) && (kind === 'string' || kind === 'number'))
    if (bearsOutDoubt(field.doubted, text, kind, field.words?.words))
      return { category: field.doubted, by: 'name', unclassified: false };
  if (holds === 'account_identifier' && (kind === 'string' || kind === 'number')) {
    const person = personSignedIn(text, field);
    if (person !== undefined) return { category: person, by: 'value', unclassified: false };
  }
  if (holds !== undefined) return { category: holds, by: 'name', unclassified: false };
  if (kind === 'string' && isPersonsName(text, field)) return { category: 'person_name', by: 'name', unclassified: false };
  if (kind === 'bytes') return { category: 'media', by: 'shape', unclassified: true };
  return { category: BY_SHAPE[shapeOf(kind, text, field.idLike)], by: 'shape', unclassified: true };
}

/** Can this value be of that category at all? `ssid: true` is no network name. */
function carries(category: CategoryId, kind: Exclude<ScalarKind, 'null'>, text: string, cx: LeafContext): boolean {
  const holds = cx.categories.get(category)?.holds ?? [];
  const wanted = kind === 'string' ? 'text' : kind;
  if (!holds.includes(wanted) && !(kind === 'string' && holds.includes('number') && text !== '')) return false;
  return kind === 'boolean' || kind === 'bytes' || plausible(category, text, kind);
}
