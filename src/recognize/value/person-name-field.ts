// Names of people under names that speak of a person without asking for a name: `guest`, `author`, `family[*].name`, `from`.
import type { FieldView } from '../evidence.js';
import type { Kit } from '../kit.js';

const NAME_CHARS_MIN = 3;
const NAME_CHARS_MAX = 80;
/** `Anna`, `Anna Petrova`, `А. С. Пушкин`. */
const WORD = "\\p{Lu}(?:\\p{Ll}[\\p{L}'’-]{0,30}|\\.)";
const ONE = new RegExp(`^${WORD}$`, 'u');
const SEVERAL = new RegExp(`^${WORD}(?: (?:${WORD}|van|von|der|de|da|bin|ibn|al)){1,3}$`, 'u');
/** Numbers of mobile telephones with their country's code or trunk digit, as people type them: Russia and Kazakhstan, China, Turkey, Germany, Spain. */
const MOBILE = /^(?:[78]9\d{9}|[78]7[0-7]\d{8}|(?:86)?1[3-9]\d{9}|(?:0|90)5\d{9}|(?:0|49)1[5-7]\d{8,9}|34[67]\d{8})$/;

export interface PersonNames {
  /** What somebody signs in with, where that is no name of the cloud's: the person's own, or a telephone number. */
  signedIn(text: string, field: FieldView): 'person_name' | 'phone' | undefined;
  /** May somebody sign in with a value of the field? */
  maySignIn(field: FieldView): boolean;
  /** Can a text in the field be a person's name, by what the field and the one around it are called? */
  mayStandIn(field: FieldView): boolean;
  /** Is the text a person's name, as the field's name or the one around it confirms? */
  isName(text: string, field: FieldView): boolean;
}

export function personNames({ vocabulary }: Pick<Kit, 'vocabulary'>): PersonNames {
  const [persons, parties, parts, logins] = [
    vocabulary.set('person_words'),
    vocabulary.set('party_words'),
    vocabulary.set('person_name_words'),
    vocabulary.set('login_words'),
  ];
  const things = new RegExp(`\\b${vocabulary.alternatives('thing_words')}`, 'i');
  const isSeveral = (text: string): boolean => text.length <= NAME_CHARS_MAX && SEVERAL.test(text);
  const headOf = (field: FieldView): string => field.words?.words.at(-1) ?? '';
  const isAmongPeople = (field: FieldView): boolean => field.around?.words.some((word) => persons.has(word)) ?? false;

  const loginOf = (field: FieldView): string | undefined => {
    const head = field.words?.words.findLast((word) => word !== 'name') ?? '';
    return logins.has(head) ? head : undefined;
  };

  return {
    maySignIn: (field) => loginOf(field) !== undefined,
    signedIn(text, field) {
      const head = loginOf(field);
      if (head === undefined) return undefined;
      if (head !== 'account' && isSeveral(text) && !things.test(text)) return 'person_name';
      return MOBILE.test(text) ? 'phone' : undefined;
    },
    mayStandIn(field) {
      const head = headOf(field);
      return persons.has(head) || parties.has(head) || ((head === '' || parts.has(head)) && isAmongPeople(field));
    },
    isName(text, field) {
      if (text.length < NAME_CHARS_MIN || text.length > NAME_CHARS_MAX || !/^\p{Lu}/u.test(text)) return false;
      const several = isSeveral(text);
      if ((!several && !ONE.test(text)) || things.test(text)) return false;
      const head = headOf(field);
      if (persons.has(head)) return several || head !== 'user';
      if (parties.has(head)) return several && field.words!.words.length === 1;
      return (head === '' || parts.has(head)) && isAmongPeople(field) && (several || head !== 'title');
    },
  };
}
