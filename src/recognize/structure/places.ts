// What coordinates look like, and which names speak of places.
import type { FieldView, ValueView } from '../evidence.js';
import type { Kit } from '../kit.js';
import { isCoordinatePair } from '../value/place.js';
import { categoryOf, hasWord } from './names.js';

const LATITUDE_MAX = 90;
const LONGITUDE_MAX = 180;
/** Degrees as a receiver gives them: five to nine decimals. Readings have fewer, and floats printed whole have more. */
const FIX = /^[+-]?\d{1,3}\.\d{5,9}$/;
/** `1.00000`, `-179.123456789`. */
const FIX_CHARS_MIN = 7;
const FIX_CHARS_MAX = 14;

export function isFix({ text }: ValueView): boolean {
  return text.length >= FIX_CHARS_MIN && text.length <= FIX_CHARS_MAX && FIX.test(text);
}

/** Two decimals of degrees, precise enough to be a place. */
export function isPair(a: ValueView, b: ValueView): boolean {
  return a.kind === b.kind && (a.kind === 'number' || a.kind === 'string') && isCoordinatePair(a.text, b.text);
}

/** A town's quarter: two decimals each. */
export function isCoarsePair(a: ValueView, b: ValueView): boolean {
  const within = ({ text }: ValueView, most: number): boolean =>
    /^-?\d{1,3}\.\d{2,}$/.test(text) && Math.abs(Number(text)) <= most;
  return (within(a, LATITUDE_MAX) && within(b, LONGITUDE_MAX)) || (within(a, LONGITUDE_MAX) && within(b, LATITUDE_MAX));
}

/** Does the field's own name say a place, so that its numbers are that whatever stands beside them? */
export function saysPlace(field: FieldView): boolean {
  return categoryOf(field) === 'location_precise';
}

/** Names that speak of places: words of places (`position` is as often one in a room), of maps, and for texts also of their codes. */
export function placeNames({
  vocabulary,
}: Pick<Kit, 'vocabulary'>): Record<'ofPlace' | 'ofMap' | 'ofText', (field: FieldView) => boolean> {
  const [places, maps, codes] = [vocabulary.set('place_words'), vocabulary.set('map_words'), vocabulary.set('place_code_words')];
  const ofPlace = (field: FieldView): boolean => field.nameCategory === 'location_precise' || hasWord(field.words, places);
  return {
    ofPlace,
    ofMap: ({ words }) => hasWord(words, maps),
    ofText: (field) => ofPlace(field) || hasWord(field.words, codes),
  };
}
