// Member names that are values themselves: an address where a field's name should stand, as it is or in another encoding.
import type { OwnIdentifiers } from '../classify/household.js';
import { spokenValues } from '../classify/spoken.js';
import { findValues } from '../classify/values.js';
import type { CategoryId, Limits } from '../model.js';
import { unwrap } from '../payload/wrapping.js';

interface NameContext {
  readonly own: OwnIdentifiers;
  readonly limits: Limits;
}

/** What a member's name identifies; undefined for an ordinary one. Asked once for each name: an ordinary one is remembered. */
export function identifyingName(name: string, cx: NameContext): CategoryId | undefined {
  return cx.own.find(name)[0]?.category ?? identifyingText(name) ?? hiddenName(name, cx);
}

/** Shortest name in which something can be hidden in another encoding: an IPv4 address in base64. */
const HIDING_MIN = 11;
/** Most encodings inside each other that are undone in a name; one that needs more is no name of a field. */
const HIDING_LAYERS = 3;

/** What a name says once its encoding is undone (`Zm9v…`, `3c%3A84…`), where that may not leave. */
export function hiddenName(name: string, cx: NameContext, layer = 0): CategoryId | undefined {
  if (name.length < HIDING_MIN || layer >= HIDING_LAYERS) return undefined;
  for (const { bytes } of unwrap(name, cx.limits)) {
    const text = Buffer.from(bytes).toString('utf8');
    const found = cx.own.find(text)[0]?.category ?? identifyingText(text) ?? hiddenName(text, cx, layer + 1);
    if (found !== undefined) return found;
  }
  return undefined;
}

const PAIRED = /[:=/|>]/;

function identifyingText(name: string): CategoryId | undefined {
  // A pair where a name should stand (`?ssid:Home`).
  const said = PAIRED.test(name) ? spokenValues(name)[0] : undefined;
  if (said !== undefined) return said.category;
  for (const found of findValues(name)) {
    if (found.strength === 'certain') return found.category;
    const whole = found.end - found.start === name.length;
    if (whole && (found.category === 'device_mac' || found.category === 'radio_identifier')) return found.category;
  }
  return undefined;
}
