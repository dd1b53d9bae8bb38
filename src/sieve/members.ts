// Members of an object before they are judged: which field each is, and whether one gives another its name.
import type { Entries, Node } from '../model.js';
import { type Field, roleOf } from './field.js';
import { isKeyText } from './structure.js';

/** The field of a member whose name has been met; first looked for where it stood the time before, behind the member `before`. */
export function knownMember(entries: Entries, entry: number, field: Field, before: Field | undefined): Field | undefined {
  const number = entries.nameNumber(entry);
  const expected = before === undefined ? field.leader : before.follower;
  if (expected !== undefined && number >= 0 && expected.number === number) return expected;
  const known = field.known(entries.name(entry)!);
  if (known === undefined) return undefined;
  known.number = number;
  if (before === undefined) field.leader = known;
  else before.follower = known;
  return known;
}

/** `{"k":"ssid","v":…}`: the name that one member gives to another. */
export function toldName(members: readonly Node[], field: Field): string | undefined {
  let name: string | undefined;
  let values = false;
  for (const member of members) {
    const known = field.known(member.name!);
    const role = known ? known.role : roleOf(member.name!);
    if (role === 'value') values = true;
    else if (role === 'name' && name === undefined && member.kind === 'string' && isKeyText(member.text)) name = member.text;
  }
  return values ? name : undefined;
}

/** The same for members without nodes. */
export function toldByEntry(entries: Entries, object: number, field: Field): string | undefined {
  const end = entries.next(object);
  let before: Field | undefined;
  let name: string | undefined;
  let values = false;
  for (let entry = entries.first(object); entry < end; entry = entries.next(entry)) {
    const known = knownMember(entries, entry, field, before);
    const role = known ? known.role : roleOf(entries.name(entry)!);
    before = known ?? before;
    if (role === 'value') values = true;
    else if (role === 'name' && name === undefined && entries.kind(entry) === 'string') {
      const text = entries.text(entry);
      if (isKeyText(text)) name = text;
    }
  }
  return values ? name : undefined;
}
