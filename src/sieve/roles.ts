// Members that speak for others: in `{"k":"ssid","v":…}` one gives the name and one holds the value.

/** Members that hold a field's name in a key/value object, and those that hold its value. */
const NAME_MEMBERS = new Set(
  'k key name n id entity_id code type attr attribute param parameter property prop field tag label variable var metric signal item option setting topic qualifiedname identifier datapoint dp sensor measurement quantity'.split(
    ' ',
  ),
);
const VALUE_MEMBERS = new Set(
  'v value val values data content state current text string str raw payload vs sv vb vd stringvalue'.split(' '),
);

/** What a member of this name is in a key/value object. */
export function roleOf(name: string): 'name' | 'value' | undefined {
  const folded = name.toLowerCase().replace(/^[@#]/, ''); // XML: `@name`, `#text`
  if (VALUE_MEMBERS.has(folded)) return 'value';
  return NAME_MEMBERS.has(folded) ? 'name' : undefined;
}
