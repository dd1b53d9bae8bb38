// Words of the explanations, the matrix and their sentences around them, in both languages.
import type { ActionKind, DeviceKind, Place } from '../model.js';
import type { Lang } from './phrases.js';

/** An action in a word or two, for tables and brackets. */
export const ACTION_WORDS: Readonly<Record<Lang, Readonly<Record<ActionKind, string>>>> = {
  en: {
    keep: 'as it is',
    generalize: 'coarser',
    pseudonymize: 'pseudonym',
    hash: 'keyed hash',
    blank: 'empty',
    drop: 'withheld',
    refuse: 'message refused',
  },
  ru: {
    keep: 'как есть',
    generalize: 'в общем виде',
    pseudonymize: 'псевдоним',
    hash: 'хеш с ключом',
    blank: 'пустое',
    drop: 'не отправляется',
    refuse: 'отказ целиком',
  },
};

/** Kinds of device, for lists. */
export const KIND_WORDS: Readonly<Record<Lang, Readonly<Record<DeviceKind, string>>>> = {
  en: {
    appliance: 'kitchen and household appliances',
    camera: 'cameras',
    doorbell: 'doorbells',
    heating: 'heating and air',
    hub: 'hubs',
    light: 'lights',
    lock: 'locks',
    meter: 'meters',
    phone: 'phones',
    plug: 'plugs and switches',
    robot: 'robots',
    sensor: 'sensors',
    speaker: 'speakers',
    tv: 'televisions',
    vehicle: 'vehicles',
    wearable: 'wearables',
    other: 'other devices',
  },
  ru: {
    appliance: 'бытовая техника',
    camera: 'камеры',
    doorbell: 'дверные звонки',
    heating: 'отопление и воздух',
    hub: 'хабы',
    light: 'освещение',
    lock: 'замки',
    meter: 'счётчики',
    phone: 'телефоны',
    plug: 'розетки и выключатели',
    robot: 'роботы',
    sensor: 'датчики',
    speaker: 'колонки',
    tv: 'телевизоры',
    vehicle: 'транспорт',
    wearable: 'носимые устройства',
    other: 'другие устройства',
  },
};

/** Words around the sentences. */
export interface Words {
  readonly on: string;
  readonly off: string;
  readonly ground: Readonly<Record<'declared' | 'implied', string>>;
  readonly granularity: Readonly<Record<'exact' | 'coarse', string>>;
  readonly notNecessary: string;
  readonly term: string;
  namedWithout(clause: string): string;
  excluded(clause: string): string;
  onlyIn(places: readonly Place[]): string;
  onlyFrom(kinds: readonly string[]): string;
  readonly onlyMapped: string;
  onHosts(hosts: readonly string[], outcome: string): string;
  effect(on: boolean, categories: readonly string[]): string;
}

const RUSSIAN_PLURAL = new Intl.PluralRules('ru');

/** `1 категория`, `3 категории`, `5 категорий`. */
function russianCategories(count: number): string {
  const form = RUSSIAN_PLURAL.select(count);
  return `${count} ${form === 'one' ? 'категория' : form === 'few' ? 'категории' : 'категорий'}`;
}

export const WORDS: Readonly<Record<Lang, Words>> = {
  en: {
    on: 'on',
    off: 'off',
    ground: { declared: 'declared', implied: 'implied' },
    granularity: { exact: 'needs it as it is', coarse: 'needs it no finer than coarse' },
    notNecessary: 'lists it, does not need it',
    term: 'Term',
    namedWithout: (clause) => `${clause} names it without a purpose`,
    excluded: (clause) => `${clause} promises not to take it`,
    onlyIn: (places) => `only in: ${places.join(', ')}`,
    onlyFrom: (kinds) => `only from: ${kinds.join(', ')}`,
    onlyMapped: 'only in the fields that the field map names',
    onHosts: (hosts, outcome) => `On hosts that the policy does not name (${hosts.join(', ')}): ${outcome}`,
    effect(on, categories) {
      if (categories.length === 0) return on ? 'Turned on, nothing more would leave.' : 'Turned off, nothing less would leave.';
      const count = `${categories.length} ${on ? 'more' : 'fewer'} ${categories.length === 1 ? 'category' : 'categories'}`;
      return `Turned ${on ? 'on' : 'off'}, ${count} would leave: ${categories.join('; ')}.`;
    },
  },
  ru: {
    on: 'включена',
    off: 'выключена',
    ground: { declared: 'заявлена', implied: 'вытекает' },
    granularity: { exact: 'нужно как есть', coarse: 'нужно только в общем виде' },
    notNecessary: 'перечислено, но не нужно',
    term: 'Термин',
    namedWithout: (clause) => `${clause}: названо без цели`,
    excluded: (clause) => `${clause}: обещают не брать`,
    onlyIn: (places) => `только в: ${places.join(', ')}`,
    onlyFrom: (kinds) => `только от: ${kinds.join(', ')}`,
    onlyMapped: 'только в полях из карты полей',
    onHosts: (hosts, outcome) => `На узлах, которых политика не называет (${hosts.join(', ')}): ${outcome}`,
    effect(on, categories) {
      if (categories.length === 0)
        return on ? 'Если включить, ничего больше не уйдёт.' : 'Если выключить, уходить будет столько же.';
      const count = russianCategories(categories.length);
      return on
        ? `Если включить, уйдёт больше (${count}): ${categories.join('; ')}.`
        : `Если выключить, перестанет уходить (${count}): ${categories.join('; ')}.`;
    },
  },
};
