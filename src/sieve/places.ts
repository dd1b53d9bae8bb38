// Numbers that together are a place: pairs, corners and tracks under names that speak of one, members that say nothing by themselves.

import type { Entries, Node } from '../model.js';
import { isCoordinatePair } from '../recognize/value/place.js';
import { isEscaped } from './escaped.js';
import type { Field } from './field.js';
import { OPAQUE_NAME } from './told.js';

/** Words of names under which decimals in a row are places. */
const PLACE_WORDS = new Set(
  'location loc position pos geo gps place point coordinates coordinate coords coord home center centre latlng latlon lnglat ll locator maidenhead qth marker pin waypoint bbox bounds extent polygon route track geofence fence'.split(
    ' ',
  ),
);

/** Words of maps: a `position` is as often one in a room. */
const MAP_WORDS = new Set(
  'location gps geo coordinates coordinate coords coord center centre latlng latlon lnglat ll marker geofence'.split(' '),
);

function speaksOfMap(field: Field): boolean {
  return field.words?.words.some((word) => MAP_WORDS.has(word)) ?? false;
}

/** The same for texts, which must look like a place themselves. */
export function maySpeakOfPlace(field: Field): boolean {
  return (
    speaksOfPlace(field) || (field.words?.words.some((word) => word === 'grid' || word === 'gh' || word === 'geohash') ?? false)
  );
}

export function speaksOfPlace(field: Field): boolean {
  return field.named?.category === 'location_precise' || (field.words?.words.some((word) => PLACE_WORDS.has(word)) ?? false);
}

/** Does the field's own name say a place, so that its numbers are that whatever stands beside them? */
export function saysPlace(field: Field): boolean {
  return (field.mapped ?? field.named?.category) === 'location_precise';
}

/** Names for the numbers of a position; undefined for other numbers. */
export function coordinateNames(node: Node, field: Field): readonly string[] | undefined {
  const all = node.children!;
  const [a, b, ...more] = all;
  if (!a || !b || !(isPair(a, b) || (more.length === 0 && speaksOfMap(field) && isCoarsePair(a, b)))) return undefined;
  // A third number is an altitude only where the name speaks of a place: three readings are no position.
  if (more.length <= 1) {
    const place = more.length === 0 || field.named?.category === 'location_precise' || isFixBeside(a, b, more[0]!);
    return place ? ['latitude', 'longitude', 'altitude'] : undefined;
  }
  const corners = all.length % 2 === 0 && speaksOfPlace(field) && all.every((n, i) => i % 2 === 1 || isPair(n, all[i + 1]!));
  return corners ? all.map((_, i) => (i % 2 === 0 ? 'latitude' : 'longitude')) : undefined;
}

/** Two fixes of a receiver and an altitude, which is less precise. */
function isFixBeside(a: Node, b: Node, third: Node): boolean {
  return third.kind === 'number' && isFix(a.text) && isFix(b.text) && !/\.\d{3}/.test(third.text);
}

/** A town's quarter, where the name speaks of a place: two decimals each. */
function isCoarsePair(a: Node, b: Node): boolean {
  const degrees = (node: Node, most: number): boolean =>
    /^-?\d{1,3}\.\d{2,}$/.test(node.text) && Math.abs(Number(node.text)) <= most;
  return (degrees(a, 90) && degrees(b, 180)) || (degrees(a, 180) && degrees(b, 90));
}

function isPair(a: Node, b: Node): boolean {
  return a.kind === b.kind && (a.kind === 'number' || a.kind === 'string') && isCoordinatePair(a.text, b.text);
}

/**
 * Two decimals of a place under names that say nothing: `{"location":{"x":48.13…,"y":11.57…}}` where the enclosing name speaks of one,
 * else only two as like each other as `a1`, `a2` or `latd`, `lngd`, side by side, the only ones of their object and with the digits
 * of a position fix. One such number alone can be any reading.
 */
export function placeAmong(members: readonly Node[], field: Field): ReadonlySet<Node> | undefined {
  if (members.length < 2) return undefined;
  const [a, b] = members as [Node, Node];
  const opaque = members.length <= 3 && OPAQUE_NAME.test(a.name!) && OPAQUE_NAME.test(b.name!);
  if (opaque && ((speaksOfPlace(field) && isPair(a, b)) || (speaksOfMap(field) && isCoarsePair(a, b)))) return new Set([a, b]);
  if (opaque && areLetters(a.name!, b.name!) && isPair(a, b)) return new Set([a, b]);
  const fixes = members.filter((member) => isFix(member.text) && !isNamed(member, field));
  const [x, y] = fixes as [Node, Node];
  if (fixes.length !== 2 || !isCoordinatePair(x.text, y.text)) return undefined;
  // Numbered readings are no position, but for those that a receiver alone gives: six decimals and more, and none of them a filling zero.
  const sure = isSure(x.text) && isSure(y.text);
  const beside = members.indexOf(y) - members.indexOf(x) === 1;
  if (!(beside || sure) || !(alike(x.name!, y.name!) || (sure && OPAQUE_NAME.test(x.name!) && OPAQUE_NAME.test(y.name!))))
    return undefined;
  return new Set([x, y]);
}

/** Six to nine decimals, the last two not both zero. */
const SURE = /\.\d{4,7}(?!00)\d{2}$/;

function isSure(text: string): boolean {
  return SURE.test(text) && Math.abs(Number(text)) > 1;
}

/** Two single letters side by side in the alphabet, or the two of a plane, that measure nothing: `a` and `b`, `x` and `y`. */
function areLetters(a: string, b: string): boolean {
  return (
    a.length === 1 &&
    b.length === 1 &&
    alike(a, b) &&
    Math.abs(a.toLowerCase().charCodeAt(0) - b.toLowerCase().charCodeAt(0)) === 1
  );
}

/** Degrees as a receiver gives them: five to nine decimals. Readings have fewer, and floats printed whole have more. */
const FIX = /^[+-]?\d{1,3}\.\d{5,9}$/;
/** Letters under which climate and electricity are reported. */
const READINGS = new Set('t h p u v i w e f q c r d th rh dp'.split(' '));

function isFix(text: string): boolean {
  return text.length >= FIX_CHARS && text.length <= FIX_CHARS_MAX && FIX.test(text);
}

/** `1.0000`, `-179.123456789`. */
export const FIX_CHARS = 6;
const FIX_CHARS_MAX = 14;

function isNamed(member: Node, field: Field): boolean {
  const finding = field.naming(member.name!);
  return finding !== undefined && finding.category !== 'location_precise';
}

/** Are two names the two of a pair: of one length, with half of their letters the same, or single letters that measure nothing? */
function alike(a: string, b: string): boolean {
  if (a.length !== b.length) return false;
  if (a.length === 1) return !(READINGS.has(a.toLowerCase()) && READINGS.has(b.toLowerCase()));
  let same = 0;
  for (let i = 0; i < a.length; i += 1) if (a[i] === b[i]) same += 1;
  return same * 2 >= a.length && !READING.test(a);
}

/** Numbered readings (volts, amperes, temperatures, channels), and factors of a controller. */
const READING = /^k[a-z]|^(?:v|i|u|t|temp|tmp|volt|amp|ch|adc|in|out|ph|l|p|pwr|power|hum|pt)_?\d+$/i;

/** Can this be one of two degrees (`FIX`)? Told from its bytes, so that ordinary readings need no node. */
export function mayBeDegrees(entries: Entries, entry: number): boolean {
  const kind = entries.kind(entry);
  if (kind !== 'number' && kind !== 'string') return false;
  const quotes = kind === 'string' ? 1 : 0;
  const size = entries.size(entry) - 2 * quotes;
  if (size < FIX_CHARS) return false;
  const { bytes } = entries;
  const start = entries.start(entry) + quotes;
  // With escapes a text is longer than what it says.
  if (size > FIX_CHARS_MAX) return kind === 'string' && isEscaped(entries, entry);
  let point = start + 1;
  while (point < start + POINT_MAX && bytes[point] !== POINT) point += 1;
  const decimals = start + size - 1 - point;
  let at = point + 1;
  if (bytes[point] === POINT && decimals >= DECIMALS_MIN)
    while (at < start + size && bytes[at]! >= 0x30 && bytes[at]! <= 0x39) at += 1;
  return at === start + size || (kind === 'string' && isEscaped(entries, entry));
}

const POINT = 0x2e;
const DECIMALS_MIN = 4;
/** The point stands behind a sign and three digits at most. */
const POINT_MAX = 5;
