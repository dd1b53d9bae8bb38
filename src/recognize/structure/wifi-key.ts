// A password beside a network's name is the network's; beside a user or an e-mail address it is an account's.
import type { ContainerView, StructureRecognizer, ValueView } from '../evidence.js';
import type { Kit } from '../kit.js';
import type { NameWords } from '../name/words.js';
import { headWord, OF_OBJECTS, oncePerField, renameEach } from './names.js';

/** The name that the password of a network or of an account deserves. */
const NAMES = { network: 'wifi password', account: 'password' } as const;
type Owner = keyof typeof NAMES;

/** Does the name ask for what opens a network or an account? */
export function isKeyName({ vocabulary }: Kit): (words: NameWords | undefined) => boolean {
  const [heads, bare] = [vocabulary.set('key_words'), vocabulary.set('bare_key_names')];
  return (words) =>
    words !== undefined && (heads.has(headWord(words)) || (words.words.length === 1 && bare.has(words.words[0]!)));
}

export function wifiKey(kit: Kit): StructureRecognizer {
  const isKey = isKeyName(kit);
  const [logins, heads] = [kit.vocabulary.set('login_words'), kit.vocabulary.set('key_words')];
  // What its own name says to be another key is that.
  const mayBeKey = oncePerField(
    ({ words, nameCategory }) => (nameCategory === undefined || nameCategory === 'credential') && isKey(words),
  );
  const ownerOf = oncePerField(({ words, nameCategory }): Owner | undefined => {
    if (nameCategory === 'wifi_ssid') return 'network';
    if (nameCategory === 'email' || nameCategory === 'account_identifier') return 'account';
    return nameCategory === undefined && logins.has(headWord(words)) ? 'account' : undefined;
  });

  /** Whose each key is: of several owners the one that shares a word with it (`mqtt_user`, `mqtt_pass`), else the last before it, else the first. */
  const ownersOf = ({ children, fields }: ContainerView): ReadonlyMap<number, Owner> => {
    const byWord = new Map<string, Owner>();
    const owners = fields.map((field, i) => (isFilled(children[i]!) ? ownerOf(field) : undefined));
    owners.forEach((owner, i) => {
      for (const word of fields[i]!.words?.words ?? []) if (owner !== undefined && !byWord.has(word)) byWord.set(word, owner);
    });
    const found = new Map<number, Owner>();
    let nearest = owners.find((owner) => owner !== undefined);
    fields.forEach((field, i) => {
      nearest = owners[i] ?? nearest;
      if (!mayBeKey(field)) return;
      const kin = field.words!.words.slice(0, -1).find((word) => byWord.has(word));
      // A bare `key` opens a network; beside a user it is whatever the vendor calls so.
      const bare = owners.includes('network') ? 'network' : undefined;
      const owner = heads.has(headWord(field.words)) ? (byWord.get(kin!) ?? nearest) : bare;
      if (owner !== undefined) found.set(i, owner);
    });
    return found;
  };

  return {
    ...OF_OBJECTS,
    says: { en: 'a network’s or an account’s name stands beside it', ru: 'рядом стоит имя сети или учётной записи' },
    concerns: (child) => mayBeKey(child) || ownerOf(child) !== undefined,
    atLeast: 2,
    interpret(container) {
      if (!container.fields.some(mayBeKey)) return undefined;
      const owners = ownersOf(container);
      return renameEach(container, (_child, { nameCategory }, i) => {
        const owner = owners.get(i);
        return owner === 'network' || (owner === 'account' && nameCategory === undefined) ? NAMES[owner] : undefined;
      });
    },
    examples: [
      { text: '{"ssid":"Blue Heron","pass":"mama1975kotik","enable":true}', from: 'Shelly Plus 1PM 1.0, WiFi.SetConfig' },
      { text: '{"ssid":"Blue Heron","mqtt_user":"sprink","mqtt_pass":"Bew4sser","key":"mama1975kotik"}', from: 'evasion' },
      { text: '{"user":"sprink","pw":"Bew4sser"}', from: 'evasion' },
    ],
    counterexamples: [
      { text: '{"host":"192.168.31.10","user":"sprink","pass":"Bew4sser"}', from: 'OpenSprinkler 2.2.0, MQTT' },
      { text: '{"ssid":"","key":"power"}', from: 'evasion' },
    ],
  };
}

function isFilled({ kind, text }: ValueView): boolean {
  return (kind === 'string' && text !== '') || kind === 'bytes';
}
