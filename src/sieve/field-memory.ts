// The memory of fields for one service (and device, where that has instructions of its own). It only remembers: the same message gets
// the same answer without it. Holds names, decisions and the texts of the outcomes met last; nothing of it is kept over a restart.
import { CATEGORY_IDS, PLACES, type Place } from '../model.js';
import { decide, type Fate } from '../policy/decide.js';
import { pickOverride } from '../policy/overrides.js';
import { VALUE_FORMS } from '../recognize/value-form.js';
import { Field } from './field.js';
import type { AskedField, FieldHome, FieldQuestion, FieldRules } from './field-rules.js';

/** Most fields remembered; past it what was not met for longest is forgotten (a device may invent names for ever). */
const FIELDS_MAX = 20_000;
const CATEGORY_INDEX: Readonly<Record<string, number>> = Object.fromEntries(CATEGORY_IDS.map((id, i) => [id, i]));
const PLACE_INDEX = Object.fromEntries(PLACES.map((place, i) => [place, i])) as Readonly<Record<Place, number>>;
const STRUCTURE: Fate = Object.freeze({ action: 'keep', reason: Object.freeze({ kind: 'unclassified' }) });

export class FieldMemory implements FieldHome {
  count = 0;
  /** Numbers the objects of messages, to notice a name that comes twice in one. */
  serial = 0;
  /** Changes with the home and what is known of it: outcomes of another version count no more. */
  version = 0;
  private readonly roots = new Map<Place, Field>();
  private readonly fates = new Map<number, Fate>();
  private message = 0;
  private rulings = 0;

  constructor(readonly rules: FieldRules) {}

  /** The field `$` of a place. */
  root(place: Place): Field {
    let root = this.roots.get(place);
    if (!root) {
      root = new Field(this, undefined, place, '$', undefined, undefined, undefined);
      this.roots.set(place, root);
    }
    return root;
  }

  nextRuling(): number {
    this.rulings = (this.rulings + 1) | 0;
    return this.rulings;
  }

  /** To be called before each message. */
  begin(): void {
    this.message += 1;
    while (this.count > FIELDS_MAX) this.forgetOldest();
  }

  /** A field right below a root was met. */
  use(field: Field): void {
    field.used = this.message;
  }

  private forgetOldest(): void {
    let oldest: { readonly root: Field; readonly key: string; readonly field: Field } | undefined;
    for (const root of this.roots.values())
      for (const [key, field] of root.below())
        if (oldest === undefined || field.used < oldest.field.used) oldest = { root, key, field };
    if (oldest === undefined) return;
    oldest.root.forget(oldest.key);
    this.count -= oldest.field.size;
  }

  /** The ladder's answer: remembered where nothing but the category and the form was asked. */
  fate({ place, mapCategory, overridden, structural }: AskedField, question: FieldQuestion): Fate {
    const { category, form, embeds = [], addressed = false, returned = false, behaviour } = question;
    const simple = embeds.length === 0 && overridden.length === 0 && !returned && behaviour === undefined;
    const isMapped = mapCategory === category;
    const what = CATEGORY_INDEX[category]! * (VALUE_FORMS.length + 1) + formIndex(form);
    const key = (what * PLACES.length + PLACE_INDEX[place]) * 4 + (addressed ? 2 : 0) + (isMapped ? 1 : 0);
    let fate = simple ? this.fates.get(key) : undefined;
    if (fate === undefined) {
      const { policyAt, byCategory, device, knownToVendor } = this.rules;
      const override = pickOverride(overridden, byCategory, category, device);
      const policy = policyAt(place, isMapped);
      fate = decide(policy, { category, form, embeds, addressed, returned, behaviour, override, knownToVendor });
      if (simple) this.fates.set(key, fate);
    }
    const unjustified = fate.reason.kind === 'no-purpose' || fate.reason.kind === 'unclassified';
    return structural && category === 'unclassified' && form !== 'token' && unjustified ? STRUCTURE : fate;
  }
}

function formIndex(form: FieldQuestion['form']): number {
  return form === undefined ? 0 : VALUE_FORMS.indexOf(form) + 1;
}
