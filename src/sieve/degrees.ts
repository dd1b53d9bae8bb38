// A coordinate as degrees, minutes and seconds, each a member of its own: `{"lat":{"d":55,"m":45,"s":4.48}}`.
import type { Node } from '../model.js';
import type { SplitAddress } from './halves.js';

const DEGREES = /^(?:d|deg|degrees?|grad|градусы?)$/i;
const MINUTES = /^(?:m|min|minutes?|минуты?)$/i;
const SECONDS = /^(?:s|sec|seconds?|секунды?)$/i;
const NUMBER = /^[+-]?\d{1,3}(?:\.\d{1,9})?$/;
const DECIMALS = 6;
/** Most members of an object that is one coordinate. */
const MEMBERS_MAX = 8;

/** The degrees that members of one object spell together, where its own name says that they are a place's; undefined for other objects. */
export function splitDegrees(members: readonly Node[]): SplitAddress | undefined {
  if (members.length > MEMBERS_MAX) return undefined;
  const part = (name: RegExp): Node | undefined => members.find((one) => name.test(one.name!) && NUMBER.test(one.text));
  const [degrees, minutes, seconds] = [part(DEGREES), part(MINUTES), part(SECONDS)];
  if (degrees === undefined || minutes === undefined) return undefined;
  const value = Math.abs(Number(degrees.text)) + Number(minutes.text) / 60 + Number(seconds?.text ?? 0) / 3600;
  const parts = [degrees, minutes, seconds].filter((one) => one !== undefined);
  return { category: 'location_precise', text: value.toFixed(DECIMALS), members: new Set(parts) };
}
