// What is signed or encrypted inside a message: never altered in silence. Either it stays as it came, or the message is sealed.
import { HubError } from '../errors.js';
import type { CategoryId, Document } from '../model.js';
import { strictness } from '../model.js';
import { breaksSealInside } from '../payload/seals.js';
import type { Fate } from '../policy/decide.js';
import type { MessageContext } from './context.js';
import { type Judged, removal, type Scalar } from './edits.js';
import type { Field } from './field.js';
import { rulingOf } from './leaf.js';
import type { Ruling } from './ruling.js';

const REFUSED: Fate = Object.freeze({ action: 'refuse', reason: Object.freeze({ kind: 'unclassified' }) });
const PASSED: Fate = Object.freeze({ action: 'keep', reason: Object.freeze({ kind: 'override' }) });
const WHOLE = strictness('hash');

/** The document with its edits; undefined where they break a signature, which is noted. */
export function rewrite(document: Document, cx: MessageContext): Uint8Array | undefined {
  try {
    if (!cx.mayBeSealed || !breaksSealInside(document.root)) return document.write();
  } catch (fault) {
    if (!isSealed(fault)) throw fault;
  }
  cx.sealBroken = true;
  return undefined;
}

export function isSealed(fault: unknown): boolean {
  return fault instanceof HubError && fault.code === 'sealed';
}

/**
 * Judges a cipher that no key opens. What a device proves itself with stays; what may not leave under its name goes whole; any other
 * is not altered: it passes as it is where the household chose so, else the message does not leave.
 */
export function judgeSealed(scalar: Scalar, cx: MessageContext): Judged | undefined {
  const ruling = rulingOf(scalar, cx);
  if (ruling.category === 'credential' && ruling.fate.action === 'keep') return { ruling, edit: undefined };
  if (ruling.by !== 'shape' && strictness(ruling.fate.action) >= WHOLE && ruling.fate.action !== 'refuse')
    return { ruling, edit: removal(scalar.fixed) };
  noteSealed(scalar.field, cx);
  return undefined;
}

/** Writes down that something sealed stands here, and what that means for the message. */
export function noteSealed(field: Field, cx: MessageContext): void {
  const passes = cx.sealed === 'pass';
  cx.trace.leaf(field.ruleAs('unclassified', 'shape', passes ? PASSED : REFUSED, 1));
  if (passes) cx.sealPassed = true;
  else cx.sealBroken = true;
}

/** What the cloud that issued a token knows already: the account, and how the device is registered there. */
const ISSUED: ReadonlySet<CategoryId> = new Set<CategoryId>([
  'account_identifier',
  'credential',
  'email',
  'phone',
  'person_name',
  'device_identifier',
  'serial_number',
  'device_model',
  'firmware_version',
  'language',
  'timezone_region',
  'unclassified',
]);

/** The home's own that the issuer of a token has from its account: never what the home's network or a device is known by. */
export const ACCOUNT: ReadonlySet<CategoryId> = new Set<CategoryId>(['email', 'phone']);

/**
 * The reason to keep a signed token although claims in it would have to change: the device proves itself with it, and they say no more
 * than its issuer knows. Undefined: it goes as a whole.
 */
export function keepsToken(whole: Ruling, claims: readonly Ruling[]): Fate['reason'] | undefined {
  if (whole.category !== 'credential' || whole.fate.action !== 'keep') return undefined;
  const changing = claims.filter((claim) => claim.fate.action !== 'keep');
  const isKnown = ({ category, by }: Ruling): boolean => ISSUED.has(category) && (by !== 'household' || ACCOUNT.has(category));
  return changing.every(isKnown) ? whole.fate.reason : undefined;
}
