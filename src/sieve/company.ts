// What stands beside a member tells what it is: a name beside an e-mail address is a person's, beside coordinates a place's.

import type { CategoryId, Node } from '../model.js';
import { bearsOutDoubt } from '../recognize/name/ambiguous.js';
import type { Field } from './field.js';

/** Categories of members that make their object a person's card, and of those that make it a place's. */
const PERSONAL: ReadonlySet<CategoryId> = new Set<CategoryId>(['email', 'phone', 'person_name']);
/** Categories that only a device has: its name is no person's, whoever stands beside it. */
const OF_DEVICES: ReadonlySet<CategoryId> = new Set<CategoryId>([
  'serial_number',
  'device_mac',
  'bluetooth_mac',
  'router_mac',
  'radio_identifier',
  'imei_iccid',
  'ip_address',
  'wifi_ssid',
  'signal_strength',
]);
const LOCAL: ReadonlySet<CategoryId> = new Set<CategoryId>(['location_precise', 'location_coarse']);
/** Members that say nothing by themselves, in anybody's card. */
const PLAIN = /^\P{L}*(?:(?:display|screen|public)?[_ -]?name|nick|pseudo|имя|name\P{L}*\d)$/iu;
/** What people call each other, and their devices. */
const NICKNAME = /^nick_?name$/i;
/** What a card says of the person's body; a device's age is none. */
const BODY = /^(?:age|weight|height|sex|biological_?sex)$/i;
/** The part of a country, in an address: everywhere else what a device does. */
const STATE = /^state$/i;
/** A part of a country as people write it; what a device does is written small, or is one of a few words. */
const PART_OF_COUNTRY = /^\p{Lu}(?:\p{Lu}|\p{L}[\p{L}\s.'-]{1,40})$/u;
const DOING =
  /^(?:on|off|ok|(?:dis|un)?(?:connected|available|armed|locked|known)|online|offline|idle|open(?:ed)?|closed?|active|inactive|running|ready|error|normal|standby|charging|heat(?:ing)?|cool(?:ing)?|auto)$/i;

const COUNTRY = /countr|land|pays|pa[ií]s|стран|国/i;

/** What the names of members say their object is. */
export interface Company {
  readonly person: boolean;
  readonly device: boolean;
  readonly place: boolean;
  readonly city: boolean;
}

/** Whether a member of this name may be told by those beside it. */
export function keepsCompany(name: string): boolean {
  return PLAIN.test(name) || NICKNAME.test(name) || BODY.test(name) || STATE.test(name);
}

/** Whether a member of this category tells of those beside it. */
export function tellsCompany(category: CategoryId | undefined): boolean {
  return category !== undefined && (PERSONAL.has(category) || LOCAL.has(category) || OF_DEVICES.has(category));
}

/** The company that the members of an object are in; undefined: none that tells, or none that is told. */
export function companyOf(members: readonly Node[], field: Field): Company | undefined {
  if (!members.some(({ name }) => keepsCompany(name!))) return undefined;
  let person = false;
  let device = false;
  let place = false;
  let cities = 0;
  let countries = 0;
  for (const { name, kind, text } of members) {
    if (kind === 'boolean' || kind === 'null' || (kind === 'string' && text === '')) continue;
    const category = field.naming(name!)?.category;
    if (category === undefined || PLAIN.test(name!) || NICKNAME.test(name!)) continue;
    person ||= PERSONAL.has(category) && (kind === 'string' || kind === 'number');
    device ||= OF_DEVICES.has(category);
    place ||= LOCAL.has(category);
    if (category === 'location_coarse') cities += 1;
    else if (category === 'timezone_region' && COUNTRY.test(name!)) countries += 1;
  }
  return person || device || place ? { person, device, place, city: cities > 0 && cities + countries > 1 } : undefined;
}

const STATUS = { category: 'device_status' } as const;

/** The member as its company has it; as it was where its own name says more. */
export function inCompany({ person, device, place, city }: Company, { name, kind, text }: Node, child: Field): Field {
  if (PLAIN.test(name!)) {
    if (child.mapped !== undefined || child.named !== undefined) return child;
    if (person) return child.as(device ? 'device name' : 'person name');
    // Beside an address alone a name may be an interface's.
    if (place || bearsOutDoubt('device_name', text, 'string')) return child.as(place ? 'place name' : 'device name');
    return child;
  }
  if (NICKNAME.test(name!)) return device && !person && child.mapped === undefined ? child.as('device nickname') : child;
  if (child.mapped !== undefined || !(person || city)) return child;
  if (person && !device && BODY.test(name!) && (child.named ?? STATUS).category === 'device_status')
    return child.as(`user ${name}`);
  const part = city && kind === 'string' && STATE.test(name!) && PART_OF_COUNTRY.test(text) && !DOING.test(text);
  return part ? child.as('province') : child;
}
