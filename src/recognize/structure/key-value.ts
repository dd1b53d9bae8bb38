// Key members and value members. In `{"k":"ssid","v":"…"}` the text of `k` is the name of the field, and `v` holds its value.
import type { CategoryId } from '../../model.js';
import type { FieldView, StructureRecognizer, ValueView } from '../evidence.js';
import type { Kit } from '../kit.js';
import { attributeName } from './matter-attributes.js';
import { categoryOfText, isKeyText, memberRoles, OF_OBJECTS, oncePerField, renameEach, saysNothing } from './names.js';

/** Most members of an object that is taken for one key with one value. */
const MEMBERS_MAX = 8;
/** Most pieces of a name that stands as a list (`["net","ssid"]`). */
const NAME_PIECES_MAX = 4;
/** What a member that is no value's name may still be, when a sibling names it: free text that nothing else shows. */
const GIVEN_BY_NAME: ReadonlySet<CategoryId> = new Set<CategoryId>(['wifi_ssid', 'wifi_password', 'setup_code', 'private_key']);
/** Names of a device or of somebody: none of a field. */
const THINGS: ReadonlySet<CategoryId> = new Set<CategoryId>(['device_name', 'person_name', 'device_model']);
/** What says of a value no more than its form. */
const OPERATIONAL: ReadonlySet<CategoryId> = new Set<CategoryId>([
  'device_status',
  'control_command',
  'error_code',
  'diagnostics',
  'timestamp',
  'uptime',
  'sequence',
  'device_model',
  'firmware_version',
]);

export function keyValue(kit: Kit): StructureRecognizer {
  const roleOf = memberRoles(kit.vocabulary);
  const partOf = oncePerField(partReader(kit));

  /** Of several names (`{"type":"string","name":"ssid","value":…}`) the one that says something; else the first that a name member gives. */
  const tellingOf = (given: readonly string[], longer: readonly string[]): string | undefined => {
    const texts = [...given, ...longer];
    const telling = texts.find((text) => {
      const category = categoryOfText(kit, text);
      return category !== undefined && !OPERATIONAL.has(category);
    });
    return telling ?? texts.find((text) => kit.names.doubt(kit.names.words(text)) !== undefined) ?? given[0];
  };

  return {
    ...OF_OBJECTS,
    says: { en: 'the member beside it gives its name', ru: 'его имя стоит в соседнем поле' },
    concerns: (child) => partOf(child) !== undefined,
    atLeast: 1,
    interpret(container) {
      const { children, fields, field } = container;
      if (children.length < 2 || children.length > MEMBERS_MAX) return undefined;
      const given: string[] = [];
      const longer: string[] = [];
      const values = fields.some((child) => partOf(child) === 'value');
      const isValue = ({ kind }: ValueView, child: FieldView): boolean => {
        const { role, nameCategory } = child;
        if (!values) return nameCategory === undefined && role === undefined && kind !== 'boolean' && kind !== 'null';
        return role === 'value' || (partOf(child) === 'value' && (nameCategory === undefined || OPERATIONAL.has(nameCategory)));
      };
      if (!children.some((child, i) => isValue(child, fields[i]!))) return undefined;
      children.forEach((child, i) => {
        const part = partOf(fields[i]!);
        const name = part === 'name' || part === 'longer' ? nameIn(child, roleOf) : undefined;
        if (name !== undefined) (part === 'name' ? given : longer).push(name);
      });
      const name = tellingOf(given, values ? longer : []);
      // Where no member says that it is the value, the name must say a thing that nothing else shows.
      if (name === undefined || !(values || GIVEN_BY_NAME.has(categoryOfText(kit, name)!))) return undefined;
      return renameEach(container, (member, child) =>
        isValue(member, child) && !saysNothing(kit, name, child, field) ? name : undefined,
      );
    },
    examples: [
      { text: '{"entity_id":"sensor.hall_wifi_ssid","state":"Blue Heron"}', from: 'Home Assistant companion app 2024.6' },
      { text: '{"type":"deviceRssi","value":"-58","time":"12"}', from: 'Sengled W31, MQTT status' },
      { text: '{"Name":"InternetGatewayDevice.LANDevice.1.WLANConfiguration.1.SSID","Value":"Blue Heron"}', from: 'TR-069' },
      { text: '{"op":"replace","path":"/net/ssid","value":"Blue Heron"}', from: 'RFC 6902' },
      { text: '{"attribute_path":"0/40/5","value":"Annas Lampe"}', from: 'Home Assistant Matter server 5' },
      { text: '{"unit":"","StateName":"NetworkSsid","ValueAsString":"Blue Heron"}', from: 'evasion' },
      { text: '{"key":"ssid","is":"Blue Heron"}', from: 'evasion' },
    ],
    counterexamples: [
      { text: '{"name":"Eco","level":3}', from: 'evasion' },
      { text: '{"type":"ssid_hidden","enabled":true}', from: 'evasion' },
    ],
  };
}

/** `value`: holds a value; `name`: holds a name; `longer`: may hold one under a longer name, where another member holds a value. */
type Part = 'value' | 'name' | 'longer' | undefined;

function partReader({ vocabulary }: Kit): (field: FieldView) => Part {
  const [endings, kinds, naming] = [
    vocabulary.set('value_endings'),
    vocabulary.set('value_kinds'),
    vocabulary.set('naming_endings'),
  ];
  return (field) => {
    const all = field.words?.words ?? [];
    const last = all.at(-1) ?? '';
    if (field.role === 'value' || endings.has(last) || (all[0] === 'value' && kinds.has(last))) return 'value';
    if (field.role === 'name') return 'name';
    const isNaming = naming.has(last) || (all.length > 1 && naming.has(all.at(-2)! + last));
    return isNaming && !THINGS.has(field.nameCategory!) ? 'longer' : undefined;
  };
}

/** The name that a member gives: its text, its texts in a row, or the name in an object of its own. */
function nameIn(member: ValueView, roleOf: (name: string) => 'name' | 'value' | undefined): string | undefined {
  if (member.kind === 'string') return nameOfText(member.text);
  if (member.kind === 'array') {
    const pieces = member.children ?? [];
    const isName = pieces.length <= NAME_PIECES_MAX && pieces.every(({ kind }) => kind === 'string');
    return isName ? nameOfText(pieces.map(({ text }) => text).join(' ')) : undefined;
  }
  const inner =
    member.kind === 'object' ? member.children?.find((m) => m.kind === 'string' && roleOf(m.name!) === 'name') : undefined;
  return inner && nameOfText(inner.text);
}

/** A text as a name, without what begins a path (RFC 6901, JSONPath). */
function nameOfText(text: string): string | undefined {
  const name = attributeName(text) ?? text.replace(/^[/$.]+/, '');
  return isKeyText(name) ? name : undefined;
}
