// Names of people under names that speak of a person without asking for a name: `guest`, `author`, `family[*].name`, `from`.
import type { Field } from './field.js';

/** People, as fields call them. */
const PERSONS = new Set(
  'owner guest visitor author sender recipient receiver member members patient driver courier caller contact contacts customer resident tenant assignee attendee attendees organizer participant person people family user users child children kid kids parent neighbour neighbor employee staff doctor client cleaner nanny husband wife spouse fullname who invitee operator technician signer holder'.split(
    ' ',
  ),
);
/** Those that ask for people as often as for things: a name of two words and more counts. */
const PARTIES = new Set('from to by cc sent'.split(' '));
/** Their own words for what stands under a person. */
const PARTS = new Set('name names first last middle given nick display title full fn'.split(' '));
/** `Anna`, `Anna Petrova`, `А. С. Пушкин`. */
const WORD = "\\p{Lu}(?:\\p{Ll}[\\p{L}'’-]{0,30}|\\.)";
const ONE = new RegExp(`^${WORD}$`, 'u');
const SEVERAL = new RegExp(`^${WORD}(?: (?:${WORD}|van|von|der|de|da|bin|ibn|al)){1,3}$`, 'u');
/** Words of rooms, things and modes: no person is called so. */
const THINGS =
  /\b(?:room|light|home|house|mode|kitchen|bed|bath|hall|door|sensor|lamp|plug|station|office|garage|garden|zone|area|floor|hub|auto|heat|cool|eco|away|night|day|group|admin|owner|user|guest|cloud|system|service|server|app|api|device|unknown|none|all|everyone|family|test|default|living|dining|master|front|back|upper|lower|left|right|main|alarm|camera|speaker|tv|bot|support|team|assistant|google|alexa|siri|apple|samsung|smart|member|active|inactive|online|offline|read|write|full|access|child|adult)/i;

/** Names of what people sign in with; an `id` is the cloud's own. */
const LOGINS = new Set('login username user account nickname nick suser duser usrname'.split(' '));
/** Numbers of mobile telephones with their country's code or trunk digit, as people type them: Russia and Kazakhstan, China, Turkey, Germany, Spain. */
const MOBILE = /^(?:[78]9\d{9}|[78]7[0-7]\d{8}|(?:86)?1[3-9]\d{9}|(?:0|90)5\d{9}|(?:0|49)1[5-7]\d{8,9}|34[67]\d{8})$/;

/** What somebody signs in with, where that is no name of the cloud's: the person's own, or a telephone number. */
export function personSignedIn(text: string, field: Field): 'person_name' | 'phone' | undefined {
  const head = field.words?.words.findLast((word) => word !== 'name') ?? '';
  if (!LOGINS.has(head)) return undefined;
  if (head !== 'account' && text.length <= 80 && SEVERAL.test(text) && !THINGS.test(text)) return 'person_name';
  return MOBILE.test(text) ? 'phone' : undefined;
}

/** Can a text in the field be a person's name, by what the field and the one around it are called? */
export function maySpeakOfPerson(field: Field): boolean {
  const head = field.words?.words.at(-1) ?? '';
  if (PERSONS.has(head) || PARTIES.has(head)) return true;
  return (head === '' || PARTS.has(head)) && (field.around?.words.some((word) => PERSONS.has(word)) ?? false);
}

/** Is the text a person's name, as the field's name or the one around it bears out? */
export function isPersonsName(text: string, field: Field): boolean {
  if (text.length < 3 || text.length > 80 || !/^\p{Lu}/u.test(text)) return false;
  const several = SEVERAL.test(text);
  if (!several && !ONE.test(text)) return false;
  if (THINGS.test(text)) return false;
  const own = field.words?.words ?? [];
  const head = own.at(-1) ?? '';
  if (PERSONS.has(head)) return several || head !== 'user';
  if (PARTIES.has(head)) return several && own.length === 1;
  if (head !== '' && !PARTS.has(head)) return false;
  const around = field.around?.words ?? [];
  return around.some((word) => PERSONS.has(word)) && (several || head !== 'title');
}
