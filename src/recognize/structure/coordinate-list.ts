// Numbers in a row that are a place: a position, its altitude behind it, corners and tracks under names that speak of one.
import type { ContainerView, StructureRecognizer, ValueView } from '../evidence.js';
import type { Kit } from '../kit.js';
import { OF_ARRAYS } from './names.js';
import { isCoarsePair, isFix, isPair, placeNames, saysPlace } from './places.js';

/** The shortest text of degrees with decimals: `1.23`. */
const DEGREES_CHARS_MIN = 4;

export function coordinateList(kit: Kit): StructureRecognizer {
  const { ofPlace, ofMap } = placeNames(kit);

  const namesOf = ({ children, field }: ContainerView): readonly string[] | undefined => {
    const [a, b, third] = children as [ValueView, ValueView, ValueView | undefined];
    const isPlace = isPair(a, b) && (ofPlace(field) || (isFix(a) && isFix(b)));
    if (!isPlace && !(children.length === 2 && ofMap(field) && isCoarsePair(a, b))) return undefined;
    if (third === undefined) return POSITION;
    // A third number is an altitude only where the name says a place, or behind two fixes: three readings are no position.
    if (children.length === 3) return saysPlace(field) || isAltitude(a, b, third) ? POSITION : undefined;
    const isTrack =
      children.length % 2 === 0 && ofPlace(field) && children.every((n, i) => i % 2 === 1 || isPair(n, children[i + 1]!));
    return isTrack ? children.map((_, i) => POSITION[i % 2]!) : undefined;
  };

  return {
    ...OF_ARRAYS,
    says: { en: 'with the number beside it it is a place', ru: 'вместе с соседним числом это координаты' },
    concerns: () => true,
    atLeast: 2,
    interpret(container) {
      const [a, b] = container.children;
      if (a === undefined || b === undefined || a.kind !== b.kind || (a.kind !== 'number' && a.kind !== 'string'))
        return undefined;
      if (a.text.length < DEGREES_CHARS_MIN || b.text.length < DEGREES_CHARS_MIN) return undefined;
      const found = namesOf(container);
      return found && { kind: 'renamed', names: new Map(container.children.map((_, i) => [i, found[i]!])) };
    },
    examples: [
      { text: '{"type":"Point","coordinates":[11.576124,48.137154]}', from: 'RFC 7946, section 3.1.2' },
      { text: '{"bbox":[11.576124,48.137154,11.576224,48.137254]}', from: 'RFC 7946, section 5' },
      { text: '{"center":[48.14,11.58]}', from: 'Leaflet 1.9, options of a map' },
      { text: '{"p":[11.576124,48.137154,519.2]}', from: 'evasion' },
    ],
    counterexamples: [
      { text: '{"map":{"origin":[-12.3456,34.5678,0.0],"res":0.05}}', from: 'ROS 2 map_server' },
      { text: '{"values":[12.3456,45.6789,1.2345]}', from: 'Android 14, SensorEvent.values' },
      { text: '{"location":[12.5,3.2],"box":[412,144,520,300]}', from: 'Frigate 0.13, event' },
    ],
  };
}

const POSITION = ['latitude', 'longitude', 'altitude'] as const;

/** An altitude is less precise than the two fixes before it. */
function isAltitude(a: ValueView, b: ValueView, third: ValueView): boolean {
  return third.kind === 'number' && isFix(a) && isFix(b) && !/\.\d{3}/.test(third.text);
}
