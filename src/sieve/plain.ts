// Values that only their kind and form tell apart: their rulings are remembered by field, and are what the long way gives.
import { HubError } from '../errors.js';
import type { ActionKind, CategoryId, Edit } from '../model.js';
import { VALUE_FORMS, type ValueForm } from '../recognize/value-form.js';
import { isAddressable, type MessageContext } from './context.js';
import { BLANK, type Judged, removal, type ScalarKind } from './edits.js';
import type { Field } from './field.js';
import { judgeScalar } from './leaf.js';
import type { Ruling } from './ruling.js';

/** Slots of `Field.plain`. */
const SLOTS: Readonly<Record<Exclude<ScalarKind, 'string' | 'bytes'>, number>> = { boolean: 0, null: 1, number: 2 };
const EMPTY = 3;
const NAMED = 4;
const UNNAMED = 5;
/** Categories whose values are noted when they are taken out: they may stand elsewhere too. */
const NOTED: ReadonlySet<CategoryId> = new Set<CategoryId>([
  'wifi_ssid',
  'wifi_password',
  'email',
  'device_mac',
  'router_mac',
  'bluetooth_mac',
  'radio_identifier',
]);

/** The ruling of an ordinary text of this form; undefined: it must be judged for itself. */
export function plainText(field: Field, text: string, form: ValueForm, cx: MessageContext): Ruling | undefined {
  const isNamed = field.mapCategory !== undefined || field.nameCategory !== undefined || field.inheritedCategory !== undefined;
  if (cx.addresses || (!isNamed && form === 'token')) return undefined;
  const slot = text === '' ? EMPTY : isNamed ? NAMED : UNNAMED + VALUE_FORMS.indexOf(form);
  return plain(field, 'string', text, slot, cx);
}

/** The ruling of a boolean, null or number whose field does not hang on its value. */
export function plainScalar(field: Field, kind: keyof typeof SLOTS, text: string, cx: MessageContext): Ruling | undefined {
  return plain(field, kind, text, SLOTS[kind], cx);
}

function plain(field: Field, kind: ScalarKind, text: string, slot: number, cx: MessageContext): Ruling | undefined {
  let ruling = field.plain[slot];
  if (ruling === undefined) {
    ruling = judgeScalar({ kind, text, bytes: undefined, field, fixed: true, occurrence: 1 }, cx).ruling;
    field.plain[slot] = ruling;
  }
  const { action } = ruling.fate;
  // What stays of a device's own names is noted as what it is addressed with.
  const isSimple = action === 'keep' ? !isAddressable(ruling.category) : isRemoval(action) && !NOTED.has(ruling.category);
  return isSimple ? ruling : undefined;
}

function isRemoval(action: ActionKind): boolean {
  return action === 'drop' || action === 'blank';
}

/** Writes a ruling down and gives the edit of one that keeps or takes out. */
export function writePlain(ruling: Ruling, fixed: boolean, cx: MessageContext): Edit | undefined {
  cx.trace.leaf(ruling);
  if (ruling.fate.action === 'keep') return undefined;
  return ruling.fate.action === 'blank' ? BLANK : removal(fixed);
}

/** Writes down what was judged. Throws `blocked` or `floor` where the whole message is refused. */
export function writeJudged({ ruling, edit }: Judged, cx: MessageContext): Edit | undefined {
  cx.trace.leaf(ruling);
  const { action, reason } = ruling.fate;
  if (action === 'refuse') throw new HubError(reason.kind === 'blocked' || reason.kind === 'override' ? 'blocked' : 'floor');
  return edit;
}
