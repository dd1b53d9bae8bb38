// Two members that only together are a place: `{"location":{"x":48.13…,"y":11.57…}}`, `{"lat":48.13…,"long":11.57…}`.
import type { ContainerView, FieldView, StructureRecognizer, ValueView } from '../evidence.js';
import type { Kit } from '../kit.js';
import { joinedWords, OF_OBJECTS, oncePerField } from './names.js';
import { isCoarsePair, isFix, isPair, placeNames, saysPlace } from './places.js';

/** `9.65`: the shortest text of degrees with decimals; `-179.123456789012345`: the longest that a program prints. */
const DEGREES_CHARS_MIN = 4;
const DEGREES_CHARS_MAX = 20;
const DEGREES = /^[+-]?\d{1,3}\.\d{1,15}$/;
/** The point stands behind a sign and three digits at most. */
const POINT_MAX = 4;
const DEGREES_MAX = 180;
/** A name that says nothing: `x`, `a1`. */
const OPAQUE_NAME = /^\p{L}{1,2}\d{0,2}$/u;
/** Most members of an object whose two letters are a place. */
const OPAQUE_MEMBERS_MAX = 3;
/** Metres in a robot's map: three decimals, and fewer than a hundred. */
const METRES = /^[+-]?\d{1,2}(?:\.\d{1,3})?$/;
/** How many decimals the two degrees of a place may differ in: printing leaves zeros at the end away. */
const DECIMALS_APART = 3;
const DECIMALS_MIN = 2;
/** Six to nine decimals, the last two not both zero, of more than one degree: those that a receiver alone gives. */
const SURE = /^[+-]?(?!0\.)\d+\.\d{4,7}(?!00)\d{2}$/;

export function coordinatePair(kit: Kit): StructureRecognizer {
  const { ofPlace, ofMap } = placeNames(kit);
  const { vocabulary } = kit;
  const [degreeNames, planes, letters] = [
    vocabulary.set('degree_names'),
    vocabulary.set('plane_letters'),
    vocabulary.set('reading_letters'),
  ];
  // Numbered readings (volts, amperes, temperatures, channels), and factors of a controller.
  const reading = new RegExp(`^k[a-z]|^${vocabulary.alternatives('reading_names')}_?\\d+$`, 'i');
  const isOpaque = ({ name }: FieldView): boolean => name !== undefined && OPAQUE_NAME.test(name);
  const isDegreeName = oncePerField(({ words }: FieldView) => degreeNames.has(joinedWords(words)));

  /** The member beside the only one whose name says degrees, under whatever name. */
  const partnerOf = (at: number, { children, fields }: ContainerView): number | undefined => {
    const decimals = decimalsOf(children[at]!);
    const mayBe = (i: number, isBeside: boolean): boolean => {
      const [child, field] = [children[i], fields[i]];
      if (i === at || child?.kind !== children[at]!.kind || field!.nameCategory !== undefined) return false;
      const own = decimalsOf(child);
      if (own === 0 || !isBeside) return own > 0 && isDegreeName(field!);
      return own >= DECIMALS_MIN && Math.abs(own - decimals) <= DECIMALS_APART;
    };
    const named = children.findIndex((_, i) => mayBe(i, false));
    return named >= 0 ? named : [at + 1, at - 1].find((i) => mayBe(i, true));
  };

  /** The first two letters of a small object whose name speaks of a place. */
  const areLetters = ({ children, fields, field }: ContainerView): boolean => {
    const [a, b] = children as [ValueView, ValueView];
    if (children.length > OPAQUE_MEMBERS_MAX || !isOpaque(fields[0]!) || !isOpaque(fields[1]!)) return false;
    const isPlane = [a, b].every(({ name, text }) => planes.has(name!.toLowerCase()) && METRES.test(text));
    if (isPlane) return saysPlace(field) && isPair(a, b);
    return (ofPlace(field) && isPair(a, b)) || (ofMap(field) && isCoarsePair(a, b));
  };

  /** Are two names the two of a pair: of one length, with half of their letters the same, or single letters that measure nothing? */
  const areAlike = (a: string, b: string): boolean => {
    if (a.length !== b.length) return false;
    if (a.length === 1) return !(letters.has(a.toLowerCase()) && letters.has(b.toLowerCase()));
    return [...a].filter((letter, i) => letter === b[i]).length * 2 >= a.length && !reading.test(a);
  };

  /** The only two fixes of an object, under names like each other. One such number alone can be any reading. */
  const fixesIn = ({ children, fields }: ContainerView): readonly number[] => {
    const fixes: number[] = [];
    children.forEach((child, i) => {
      if (isFix(child) && (fields[i]!.nameCategory ?? PLACE) === PLACE) fixes.push(i);
    });
    const [i, j] = fixes as [number, number];
    if (fixes.length !== 2 || !isPair(children[i]!, children[j]!)) return [];
    const areSure = [i, j].every((at) => SURE.test(children[at]!.text));
    const areNamed =
      areAlike(children[i]!.name!, children[j]!.name!) || (areSure && isOpaque(fields[i]!) && isOpaque(fields[j]!));
    return (j - i === 1 || areSure) && areNamed ? fixes : [];
  };

  const placeIn = (container: ContainerView): readonly number[] => {
    const { children, fields } = container;
    let decimals = 0;
    let named = 0;
    let last = -1;
    for (let i = 0; i < children.length; i += 1) {
      if (decimalsOf(children[i]!) === 0) continue;
      decimals += 1;
      if (!saysPlace(fields[i]!)) continue;
      named += 1;
      last = i;
    }
    if (decimals < 2) return [];
    const partner = named === 1 ? partnerOf(last, container) : undefined;
    if (partner !== undefined) return [partner];
    return areLetters(container) ? [0, 1] : fixesIn(container);
  };

  return {
    ...OF_OBJECTS,
    says: { en: 'with the number beside it it is a place', ru: 'вместе с соседним числом это координаты' },
    concerns: ({ nameCategory }) => nameCategory === undefined || nameCategory === PLACE,
    atLeast: 2,
    interpret(container) {
      const found = placeIn(container);
      return found.length === 0 ? undefined : { kind: 'renamed', names: new Map(found.map((i) => [i, 'latitude'])) };
    },
    examples: [
      { text: '{"location":{"x":11.576124,"y":48.137154}}', from: 'ArcGIS REST API, point geometry' },
      { text: '{"lat":"48.137154","long":"11.576124","elevation":"519"}', from: 'ThingSpeak REST API, update' },
      { text: '{"lat":48.1372,"n":11.576,"temp":21.5}', from: 'evasion' },
      { text: '{"p1":48.137154,"mode":"eco","p2":11.576124}', from: 'evasion' },
    ],
    counterexamples: [
      { text: '{"location":{"x":12.51,"y":3.225},"heading":181.5}', from: 'ROS 2, geometry_msgs/Point in metres' },
      { text: '{"pose":{"x":25.4312,"y":13.2201,"theta":1.57}}', from: 'ROS 2, turtlesim Pose' },
      { text: '{"air":{"t":21.43752,"h":44.06254},"adc":{"v1":12.34125,"v2":12.33981}}', from: 'evasion' },
      { text: '{"pid":{"kp":1.234567,"ki":0.123456}}', from: 'ESPHome 2024.6, climate PID' },
      { text: '{"lat":12,"lat_ms":0.0123,"power":3.25}', from: 'evasion' },
    ],
  };
}

const PLACE = 'location_precise';

/** How many decimals the degrees have that a member holds; 0 where it holds none. */
function decimalsOf({ kind, text }: ValueView): number {
  if (text.length < DEGREES_CHARS_MIN || text.length > DEGREES_CHARS_MAX || (kind !== 'number' && kind !== 'string')) return 0;
  const point = text.indexOf('.');
  if (point < 1 || point > POINT_MAX || !DEGREES.test(text) || Math.abs(Number(text)) > DEGREES_MAX) return 0;
  return text.length - 1 - point;
}
