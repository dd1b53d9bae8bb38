// The sentences of policy/explain.ts in both languages: words only, no logic about policies.
import { type ActionKind, strictness, type Title } from '../model.js';

export type Lang = keyof Title;

/** A purpose as a sentence names it. */
export interface NamedPurpose {
  readonly title: string;
  readonly clause: string;
}

/** Why a field has its fate. */
export type Cause =
  | {
      readonly kind:
        | 'floor'
        | 'unknown-service'
        | 'unnamed-host'
        | 'override'
        | 'new-field'
        | 'blocked'
        | 'unclassified'
        | 'returned'
        | 'last-look';
    }
  | { readonly kind: 'needed'; readonly purpose: NamedPurpose; readonly implied: boolean }
  | { readonly kind: 'off'; readonly purposes: readonly NamedPurpose[] }
  | { readonly kind: 'listed'; readonly service: string; readonly purpose: NamedPurpose }
  | { readonly kind: 'unjustified'; readonly service: string; readonly clauses: readonly string[] }
  | { readonly kind: 'excluded'; readonly service: string; readonly clause: string }
  | { readonly kind: 'unnamed'; readonly service: string };

/** What a sentence is about. `known`: false for a field that only its shape told. */
export interface Topic {
  readonly title: string;
  readonly known: boolean;
  /** A picture or recording: made coarser, it is without what stands beside it. */
  readonly isMedia: boolean;
}

/** Where a value's action is stricter than the need alone would make it, the value holds more than the need covers. */
function holdsMore(action: ActionKind): boolean {
  return strictness(action) > strictness('generalize');
}

// ---------------------------------------------------------------------------------------------------------------------
// English

/** Titles that read as a clause: quoted, since no article fits before them. */
const CLAUSE_TITLE = /^(?:What|Who|How|When|Where|Not)\b/;
const PROPER = new Set(['Bluetooth', 'Zigbee', 'Thread', 'Matter']);

interface EnglishSubject {
  readonly text: string;
  readonly plural: boolean;
}

/** `Wi-Fi name` → `the Wi-Fi name`; `Doors, locks and alarm` → `the doors, locks and alarm`, plural. */
function englishSubject({ title, known }: Topic): EnglishSubject {
  if (!known) {
    return {
      text: title === '' ? 'a field the hub does not know' : `a field the hub does not know, taken for “${title}”,`,
      plural: false,
    };
  }
  if (CLAUSE_TITLE.test(title)) return { text: `“${title}”`, plural: false };
  const [first = ''] = title.split(' ');
  const lower = /^[A-Z][a-z]*(?:'s|-[a-z]+)?,?$/.test(first) && !PROPER.has(first);
  const head = title.replace(/ ?\(.*/, '').split(/ (?:of|in|that|around|the)\b/)[0]!;
  const plural = / and |&/.test(title) || (/s$/.test(head) && !/(?:ss|us|is)$/.test(head));
  return { text: `the ${lower ? title[0]!.toLowerCase() + title.slice(1) : title}`, plural };
}

function englishFate(action: ActionKind, { text, plural }: EnglishSubject, isMedia: boolean): string {
  const be = plural ? 'are' : 'is';
  switch (action) {
    case 'keep':
      return `${text} ${be} sent as ${plural ? 'they are' : 'it is'}`;
    case 'generalize':
      return `${text} ${be} sent only ${isMedia ? 'without place, time and camera' : 'in a coarser form'}`;
    case 'pseudonymize':
      return `${text} ${be} replaced by a pseudonym`;
    case 'hash':
      return `${text} ${be} sent only as a keyed hash`;
    case 'blank':
      return `${text} ${be} sent empty`;
    case 'drop':
      return `${text} ${be} not sent`;
    case 'refuse':
      return `the whole message is refused because of ${text.replace(/,$/, '')}`;
    default:
      return action satisfies never;
  }
}

function englishCause(cause: Cause, action: ActionKind, plural: boolean, isMedia: boolean): string {
  const it = plural ? 'them' : 'it';
  switch (cause.kind) {
    case 'floor':
      return 'a secret of this home never leaves it, whatever is switched on';
    case 'unknown-service':
      return `the service is unknown, and operating a device does not need ${it}`;
    case 'unnamed-host':
      return `the policy does not name the host, and operating a device does not need ${it}`;
    case 'override':
      return 'the household has decided so';
    case 'new-field':
      return 'the device had not sent it before, and the household has not said what it is';
    case 'blocked':
      return 'the household has blocked this service or device';
    case 'unclassified':
      return action === 'keep'
        ? 'the hub does not recognize it, and it behaves like a reading'
        : 'the hub does not recognize it, and it looks like an identifier or like something that people wrote';
    case 'returned':
      return 'the service itself had sent it to this home';
    case 'last-look':
      return 'after it was minimized it still held something of this home';
    case 'needed': {
      const implied = cause.implied ? ', which the policy only implies,' : '';
      const finer = action === 'generalize' && !isMedia ? ' no finer' : '';
      const more = holdsMore(action) ? ', but the value also holds something that nothing needs' : '';
      return `the purpose “${cause.purpose.title}”${implied} needs ${it}${finer} (${cause.purpose.clause})${more}`;
    }
    case 'off':
      return cause.purposes.length === 1
        ? `the purpose ${englishPurposes(cause.purposes)} needs ${it} and is off`
        : `the purposes that need ${it} are off: ${englishPurposes(cause.purposes)}`;
    case 'listed':
      return `no purpose in ${cause.service}'s policy needs ${it} (${cause.purpose.clause} only lists ${it} under “${cause.purpose.title}”)`;
    case 'unjustified':
      return `no purpose in ${cause.service}'s policy needs ${it} (${cause.clauses.join(', ')} ${cause.clauses.length > 1 ? 'name' : 'names'} ${it} without one)`;
    case 'excluded':
      return `${cause.service}'s policy promises not to take ${it} (${cause.clause})`;
    case 'unnamed':
      return `no purpose in ${cause.service}'s policy needs ${it} (the policy does not name ${it})`;
    default:
      return cause satisfies never;
  }
}

function englishPurposes(purposes: readonly NamedPurpose[]): string {
  return purposes.map(({ title, clause }) => `“${title}” (${clause})`).join(', ');
}

function englishSentence(topic: Topic, action: ActionKind, cause: Cause): string {
  const subject = englishSubject(topic);
  const fate = englishFate(action, subject, topic.isMedia);
  const joint = action === 'keep' && !speaksForKeeping(cause) ? ', although ' : ': ';
  return `${fate[0]!.toUpperCase()}${fate.slice(1)}${joint}${englishCause(cause, action, subject.plural, topic.isMedia)}.`;
}

// ---------------------------------------------------------------------------------------------------------------------
// Russian. A title stands in quotes after `данные`, so that every one agrees with the verb.

interface RussianSubject {
  readonly text: string;
  readonly genitive: string;
  readonly plural: boolean;
}

function russianSubject({ title, known }: Topic): RussianSubject {
  if (known) return { text: `данные «${title}»`, genitive: `данных «${title}»`, plural: true };
  const taken = title === '' ? '' : `, похожее на «${title}»,`;
  return {
    text: `неизвестное хабу поле${taken}`,
    genitive: `неизвестного хабу поля${title === '' ? '' : ` («${title}»?)`}`,
    plural: false,
  };
}

function russianFate(action: ActionKind, { text, genitive, plural }: RussianSubject, isMedia: boolean): string {
  const send = plural ? 'отправляются' : 'отправляется';
  switch (action) {
    case 'keep':
      return `${text} ${send} как есть`;
    case 'generalize':
      return `${text} ${send} только ${isMedia ? 'без места, времени и сведений о камере' : 'в общем виде'}`;
    case 'pseudonymize':
      return `${text} ${plural ? 'заменяются' : 'заменяется'} псевдонимом`;
    case 'hash':
      return `${text} ${send} только как хеш с ключом`;
    case 'blank':
      return `${text} ${send} ${plural ? 'пустыми' : 'пустым'}`;
    case 'drop':
      return `${text} не ${send}`;
    case 'refuse':
      return `всё сообщение не отправляется из-за ${genitive}`;
    default:
      return action satisfies never;
  }
}

function russianCause(cause: Cause, action: ActionKind, plural: boolean, isMedia: boolean): string {
  const need = plural ? 'они нужны' : 'оно нужно';
  const them = plural ? 'их' : 'его';
  switch (cause.kind) {
    case 'floor':
      return 'секреты дома никогда его не покидают, что бы ни было включено';
    case 'unknown-service':
      return `служба неизвестна, а для работы устройства ${plural ? 'они не нужны' : 'оно не нужно'}`;
    case 'unnamed-host':
      return `политика не называет этот узел, а для работы устройства ${plural ? 'они не нужны' : 'оно не нужно'}`;
    case 'override':
      return 'так решили дома';
    case 'new-field':
      return 'раньше устройство этого не отправляло, и дома ещё не сказали, что это';
    case 'blocked':
      return 'дома заблокировали эту службу или это устройство';
    case 'unclassified':
      return action === 'keep'
        ? 'хаб его не распознал, и оно ведёт себя как показание'
        : 'хаб его не распознал, и оно похоже на идентификатор или на написанное людьми';
    case 'returned':
      return 'служба сама прислала его в этот дом';
    case 'last-look':
      return 'и после минимизации в нём оставалось что-то от этого дома';
    case 'needed': {
      const implied = cause.implied ? ', которая из политики лишь вытекает' : '';
      const finer = action === 'generalize' && !isMedia ? ', но не точнее' : '';
      const more = holdsMore(action) ? ', но в значении есть и то, что никому не нужно' : '';
      return `${need} для цели «${cause.purpose.title}»${implied} (${cause.purpose.clause})${finer}${more}`;
    }
    case 'off':
      return cause.purposes.length === 1
        ? `${need} для цели ${russianPurposes(cause.purposes)}, а она выключена`
        : `цели, для которых ${need}, выключены: ${russianPurposes(cause.purposes)}`;
    case 'listed':
      return `в политике ${cause.service} нет цели, для которой ${need} (${cause.purpose.clause} лишь перечисляет ${them} для цели «${cause.purpose.title}»)`;
    case 'unjustified':
      return `в политике ${cause.service} нет цели, для которой ${need} (${cause.clauses.join(', ')}: ${plural ? 'названы' : 'названо'} без цели)`;
    case 'excluded':
      return `политика ${cause.service} обещает ${them} не брать (${cause.clause})`;
    case 'unnamed':
      return `в политике ${cause.service} нет цели, для которой ${need} (политика ${them} не называет)`;
    default:
      return cause satisfies never;
  }
}

function russianPurposes(purposes: readonly NamedPurpose[]): string {
  return purposes.map(({ title, clause }) => `«${title}» (${clause})`).join(', ');
}

function russianSentence(topic: Topic, action: ActionKind, cause: Cause): string {
  const subject = russianSubject(topic);
  const fate = russianFate(action, subject, topic.isMedia);
  const joint = action === 'keep' && !speaksForKeeping(cause) ? ', хотя ' : ': ';
  return `${fate[0]!.toUpperCase()}${fate.slice(1)}${joint}${russianCause(cause, action, subject.plural, topic.isMedia)}.`;
}

// ---------------------------------------------------------------------------------------------------------------------

function speaksForKeeping(cause: Cause): boolean {
  return cause.kind === 'needed' || cause.kind === 'override';
}

/** One sentence: what happens to a field, and why. */
export function sentence(topic: Topic, action: ActionKind, cause: Cause, lang: Lang): string {
  switch (lang) {
    case 'en':
      return englishSentence(topic, action, cause);
    case 'ru':
      return russianSentence(topic, action, cause);
    default:
      return lang satisfies never;
  }
}
