// Levels of a topic or segments of a path that stand behind a name of something sensitive: `psk/…`, `wifi/name/…`, `ssid/set/…`.
import type { CategoryId } from '../../model.js';
import type { StructureRecognizer } from '../evidence.js';
import type { Kit } from '../kit.js';
import { FREE_TEXT, SELF_TELLING } from '../name/scalar-name.js';
import type { NameWords } from '../name/words.js';
import { plausible } from '../value/plausible.js';
import { categoryOfText, isKeyText, OF_ARRAYS } from './names.js';

/** Shortest value of a category that its values confirm. */
const SELF_TELLING_MIN = 6;

/** What a path does with the thing before it, or which part of it (`mac/list`, `password/reset`, `v1`): no value. */
export function isPathVerb({ vocabulary }: Kit): (level: string) => boolean {
  const verbs = vocabulary.set('path_verbs');
  return (level) => verbs.has(level.toLowerCase()) || /^v\d{1,2}$/i.test(level);
}

export function pathLevels(kit: Kit): StructureRecognizer {
  const { names: classifier, vocabulary } = kit;
  const giving = vocabulary.set('giving_verbs');
  const isVerb = isPathVerb(kit);

  const isValue = (text: string, category: CategoryId): boolean => {
    if (text === '' || text === '+' || text === '#' || isVerb(text)) return false;
    if (FREE_TEXT.has(category)) return plausible(category, text, 'text') && categoryOfText(kit, text) === undefined;
    return /\d/.test(text) && text.length >= SELF_TELLING_MIN && plausible(category, text, 'text');
  };

  return {
    ...OF_ARRAYS,
    says: { en: 'the level before it gives its name', ru: 'имя стоит на уровень раньше' },
    concerns: ({ place }) => place === 'path' || place === 'topic',
    atLeast: 2,
    interpret({ children: levels, field, isRoot, checkDeadline }) {
      if (!isRoot || (field.place !== 'path' && field.place !== 'topic')) return undefined;
      const names = new Map<number, string>();
      let before: NameWords | undefined;
      for (let i = 0; i + 1 < levels.length; i += 1) {
        const { kind, text } = levels[i]!;
        checkDeadline(text.length);
        if (kind !== 'string' || !isKeyText(text)) {
          before = undefined;
          continue;
        }
        const words = classifier.words(text);
        const category = classifier.classify(words, before ? [before] : [])?.category;
        const isAlone = before === undefined || classifier.classify(words)?.category === category;
        const name = isAlone ? text : `${levels[i - 1]!.text}/${text}`;
        before = words;
        if (category === undefined || !(FREE_TEXT.has(category) || SELF_TELLING.has(category))) continue;
        const next = levels[i + 1]!.text;
        const at = isVerb(next) && giving.has(next.toLowerCase()) ? i + 2 : i + 1;
        if (at < levels.length && isValue(levels[at]!.text, category)) names.set(at, name);
      }
      return names.size > 0 ? { kind: 'renamed', names } : undefined;
    },
    examples: [
      { text: '["v1","networks","ssid","Blue Heron","state"]', from: 'evasion' },
      { text: '["cmnd","ssid","set","Blue Heron"]', from: 'evasion' },
    ],
    counterexamples: [
      { text: '["account","password","reset"]', from: 'evasion' },
      { text: '["stat","plug","ssid","+"]', from: 'MQTT 5.0, section 4.7.1' },
    ],
  };
}
