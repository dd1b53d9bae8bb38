// Names of people, under names that speak of a person without asking for a name.
import test from 'ava';
import { personNames } from '#src/recognize/value/person-name-field.js';
import { kit, TestField } from './structure/support.js';

const persons = personNames(kit);
/** The field below these names, outermost first; `*`: an element. */
function field(...path: readonly string[]): TestField {
  return path.reduce<TestField>(
    (at, name) => at.child(name === '*' ? undefined : name),
    new TestField('body', undefined, undefined),
  );
}

test('a person’s name under a name of people', (t) => {
  for (const [text, ...path] of [
    ['Anna Petrova', 'guest'],
    ['Anna', 'guest'],
    ['А. С. Пушкин', 'author'],
    ['Ludwig van Beethoven', 'family', '*', 'name'],
    ['Anna', 'family', '*', 'name'],
    ['Anna Petrova', 'members', '*'],
    ['Anna Petrova', 'from'],
    ['Anna Petrova', 'user'],
  ] as const) {
    t.true(persons.isName(text, field(...path)), `${path.join('.')} ${text}`);
    t.true(persons.mayStandIn(field(...path)), path.join('.'));
  }
});

test('no person: things, single words where things are meant as often, names of other things', (t) => {
  for (const [text, ...path] of [
    ['Living Room', 'from'],
    ['Anna', 'from'],
    ['Guest', 'user'],
    ['Anna', 'user'],
    ['admin', 'members', '*'],
    ['Kitchen', 'family', '*', 'name'],
    ['anna petrova', 'guest'],
    ['Anna Petrova', 'mode'],
    ['Anna', 'family', '*', 'title'],
  ] as const)
    t.false(persons.isName(text, field(...path)), `${path.join('.')} ${text}`);
  t.false(persons.mayStandIn(field('mode')));
});

test('what somebody signs in with is the person’s own, a telephone, or the cloud’s', (t) => {
  t.is(persons.signedIn('Anna Petrova', field('user')), 'person_name');
  t.is(persons.signedIn('Anna Petrova', field('user_name')), 'person_name');
  t.is(persons.signedIn('79161234567', field('login')), 'phone');
  t.is(persons.signedIn('79161234567', field('account')), 'phone');
  t.is(persons.signedIn('Example Ltd', field('account')), undefined);
  t.is(persons.signedIn('DVES_USER', field('user')), undefined);
  t.is(persons.signedIn('Anna Petrova', field('mode')), undefined);
});
