// Uses sibling members as context: `name` next to `email` is a person's name; next to coordinates it is a place's name.
import type { CategoryId } from '../../model.js';
import type { ContainerView, FieldView, StructureRecognizer, ValueView } from '../evidence.js';
import type { Kit } from '../kit.js';
import { confirmsAmbiguousName } from '../name/ambiguous.js';
import { hasWord, joinedWords, OF_OBJECTS, oncePerField, renameEach } from './names.js';

/** Whose card a member of this category makes its object: a person's, a place's, or a device's, whose name is nobody's then. */
const TELLING: Partial<Record<CategoryId, 'person' | 'place' | 'device'>> = {
  email: 'person',
  phone: 'person',
  person_name: 'person',
  location_precise: 'place',
  location_coarse: 'place',
  serial_number: 'device',
  device_mac: 'device',
  bluetooth_mac: 'device',
  router_mac: 'device',
  radio_identifier: 'device',
  imei_iccid: 'device',
  ip_address: 'device',
  wifi_ssid: 'device',
  signal_strength: 'device',
};
/** A part of a country as people write it; what a device does is written small, or is one of a few words. */
const PART_OF_COUNTRY = /^\p{Lu}(?:\p{Lu}|\p{L}[\p{L}\s.'-]{1,40})$/u;

/** What the names of members say their object is. `city`: it has a city, and another city or a country. */
type Context = ReadonlySet<'person' | 'place' | 'device' | 'city'>;

export function siblings({ vocabulary }: Kit): StructureRecognizer {
  const told = {
    name: vocabulary.set('plain_names'),
    nickname: vocabulary.set('nick_names'),
    body: vocabulary.set('body_names'),
    region: vocabulary.set('region_names'),
  } as const;
  const [countries, states] = [vocabulary.set('country_words'), vocabulary.set('device_states')];
  /** What a member is that its siblings may tell. */
  const roleOf = oncePerField(({ words }: FieldView) => {
    const name = joinedWords(words);
    return Object.entries(told).find(([, list]) => list.has(name))?.[0] as keyof typeof told | undefined;
  });

  const contextOf = ({ children, fields }: ContainerView): Context => {
    const context = new Set<'person' | 'place' | 'device' | 'city'>();
    let [cities, lands] = [0, 0];
    children.forEach(({ kind, text }, i) => {
      const { nameCategory: category, words } = fields[i]!;
      if (category === undefined || kind === 'boolean' || kind === 'null' || (kind === 'string' && text === '')) return;
      const role = roleOf(fields[i]!);
      const card = role === 'name' || role === 'nickname' ? undefined : TELLING[category];
      if (card !== undefined && (card !== 'person' || kind === 'string' || kind === 'number')) context.add(card);
      if (category === 'location_coarse') cities += 1;
      else if (category === 'timezone_region' && hasWord(words, countries)) lands += 1;
    });
    return cities > 0 && cities + lands > 1 ? context.add('city') : context;
  };

  /** The name that a member has in such company; undefined where its own says more. */
  const nameFor = ({ kind, text, name }: ValueView, field: FieldView, context: Context): string | undefined => {
    const { nameCategory: category = 'unclassified' } = field;
    const isPerson = context.has('person');
    const isDevice = context.has('device');
    switch (roleOf(field)) {
      case 'name':
        if (category !== 'unclassified') return undefined;
        if (isPerson) return isDevice ? 'device name' : 'person name';
        if (context.has('place')) return 'place name';
        // Beside an address alone a name may be an interface's.
        return isDevice && confirmsAmbiguousName('device_name', text, 'string') ? 'device name' : undefined;
      case 'nickname':
        return isDevice && !isPerson ? 'device nickname' : undefined;
      case 'body':
        return isPerson && !isDevice && (category === 'unclassified' || category === 'device_status')
          ? `user ${name}`
          : undefined;
      case 'region': {
        const isPart = kind === 'string' && PART_OF_COUNTRY.test(text) && !states.has(text.toLowerCase());
        return context.has('city') && isPart ? 'province' : undefined;
      }
      case undefined:
        return undefined;
    }
  };

  return {
    ...OF_OBJECTS,
    says: { en: 'the members beside it say whose it is', ru: 'соседние поля говорят, чьё это' },
    concerns: (child) => roleOf(child) !== undefined || TELLING[child.nameCategory!] !== undefined,
    atLeast: 2,
    interpret(container) {
      if (!container.fields.some((field) => roleOf(field) !== undefined)) return undefined;
      const context = contextOf(container);
      if (context.size === 0) return undefined;
      return renameEach(container, (child, field) =>
        field.mapCategory === undefined ? nameFor(child, field, context) : undefined,
      );
    },
    examples: [
      { text: '{"id":4,"name":"Ilse Brandt","email":"ilse@example.org","weight":71.4}', from: 'evasion' },
      {
        text: '{"nickname":"Keller","macAddress":"02005e102031","serialNumber":"ZX8120031"}',
        from: 'Flo by Moen API v2, device',
      },
      { text: '{"name":"Haus am See","latitude":48.1371,"longitude":11.5754}', from: 'Ring API, location' },
      { text: '{"city":"Salem","state":"Oregon","country":"US"}', from: 'Flo by Moen API v2, location' },
    ],
    counterexamples: [
      { text: '{"name":"eth0","mac":"02:00:5e:10:20:31"}', from: 'OpenWrt 23.05, interface' },
      { text: '{"name":"Eco","temperature":19.5}', from: 'evasion' },
      { text: '{"state":"On","city":"Salem"}', from: 'evasion' },
    ],
  };
}
