// Words of Home.
import { counted } from '../format.js';

const { en, ru } = counted;

export const home = {
  home_range: { en: 'Time span', ru: 'Период' },
  home_day: { en: '24 hours', ru: '24 часа' },
  home_week: { en: '7 days', ru: '7 дней' },
  home_lead: {
    en: (stayed: string, asked: string) => `${stayed} of ${asked} fields stayed home`,
    ru: (stayed: string, asked: string) => `Дома осталось ${stayed} из ${asked} полей`,
  },
  home_lead_none: { en: 'Nothing has been asked for yet', ru: 'Пока ничего не запрашивали' },
  home_lead_rehearsal: {
    en: (n: number) => `Rehearsal: ${en(n, 'field', 'fields')} left that would otherwise have been withheld or changed.`,
    ru: (n: number) =>
      `Репетиция: ${ru(n, 'поле ушло', 'поля ушли', 'полей ушло')}, хотя при защите они были бы удержаны или изменены.`,
  },
  home_sub: {
    en: (left: string, changed: string) => `${left} left as they were, ${changed} left changed.`,
    ru: (left: string, changed: string) => `${left} — как есть, ${changed} — в изменённом виде.`,
  },
  home_address: {
    en: 'Clouds see your home’s public address and the times of messages all the same.',
    ru: 'Внешний адрес дома и время сообщений облака видят в любом случае.',
  },
  flow: { en: 'What went where', ru: 'Что куда ушло' },
  flow_note: {
    en: 'From devices, by kind of data, to services. Hatched: stayed home.',
    ru: 'От устройств через виды данных к сервисам. Штриховка — осталось дома.',
  },
  flow_alt: {
    en: (n: number) => `Flow picture of ${en(n, 'field', 'fields')}; the table below has the same numbers.`,
    ru: (n: number) => `Схема потоков: ${ru(n, 'поле', 'поля', 'полей')}; те же числа — в таблице ниже.`,
  },
  timeline: { en: 'Over time', ru: 'По времени' },
  timeline_alt: {
    en: 'Bars of fields over time; the table below has the same numbers.',
    ru: 'Столбцы полей по времени; те же числа — в таблице ниже.',
  },
  timeline_when: { en: 'From', ru: 'С' },
  coverage: { en: 'What the hub could read', ru: 'Что хаб смог прочитать' },
  coverage_note: {
    en: 'Only what is read can be minimized. Sealed and opaque messages are stopped unless you let them pass.',
    ru: 'Урезать можно только прочитанное. Запечатанное и нечитаемое не проходит, пока вы это не разрешите.',
  },
  coverage_kind: { en: 'Messages', ru: 'Сообщения' },
  coverage_bytes: { en: 'Size', ru: 'Объём' },
  attention: { en: 'Needs your attention', ru: 'Требует внимания' },
  attention_none: { en: 'Nothing. All is well.', ru: 'Ничего. Всё в порядке.' },
  digest: { en: 'Today’s digest', ru: 'Сводка за сутки' },
  at_not_recording: {
    en: 'The hub cannot write its log, so every message is refused: is its disk full?',
    ru: 'Хаб не может вести журнал и поэтому ничего не пропускает: не кончилось ли место на диске?',
  },
  at_refused: {
    en: (n: number, device: string, service: string) => `${device}: ${en(n, 'message', 'messages')} to ${service} refused`,
    ru: (n: number, device: string, service: string) =>
      `${device} → ${service}: не пропущено ${ru(n, 'сообщение', 'сообщения', 'сообщений')}`,
  },
  at_hub_fault: {
    en: (code: string) => `Something is wrong with the hub (${code}).`,
    ru: (code: string) => `С хабом что-то не так (${code}).`,
  },
  at_alarm: {
    en: (what: string, n: number) =>
      `Alarm${n > 1 ? ` (${en(n, 'time', 'times')})` : ''}: ${what === 'last_look' ? 'a message still held something of this home' : what === 'log_fault' ? 'the log does not prove itself' : 'see the log'}`,
    ru: (what: string, n: number) =>
      `Тревога${n > 1 ? ` (${ru(n, 'раз', 'раза', 'раз')})` : ''}: ${what === 'last_look' ? 'в сообщении осталось что-то от этого дома' : what === 'log_fault' ? 'журнал не подтверждает сам себя' : 'подробности в журнале'}`,
  },
  at_excluded: {
    en: (service: string, category: string) => `${service} was to be sent what it promises not to take: “${category}”`,
    ru: (service: string, category: string) => `${service}: устройства отправляют то, что он обещает не брать: «${category}»`,
  },
  at_crowding: {
    en: (who: string) => `${who} takes more than its share of the hub: it is refused, the others are served`,
    ru: (who: string) => `${who}: занимает больше своей доли хаба; ему отказано, остальные обслуживаются`,
  },
  at_crowding_nobody: { en: 'Somebody outside the home', ru: 'Кто-то вне дома' },
  at_new_fields: {
    en: (n: number, device: string) => `${device} sends ${en(n, 'new field', 'new fields')}`,
    ru: (n: number, device: string) => `${device}: ${ru(n, 'новое поле', 'новых поля', 'новых полей')}`,
  },
  at_unknown_host: {
    en: (host: string, n: number) => `Unknown service ${host} (${en(n, 'message', 'messages')})`,
    ru: (host: string, n: number) => `Неизвестный сервис ${host} (${ru(n, 'сообщение', 'сообщения', 'сообщений')})`,
  },
  at_send_failed: {
    en: (n: number) => `${en(n, 'message', 'messages')} did not reach the cloud`,
    ru: (n: number) => `До облака не дошло ${ru(n, 'сообщение', 'сообщения', 'сообщений')}`,
  },
  at_paused: {
    en: (device: string, until: string) => `${device} is paused until ${until}: everything it sends leaves`,
    ru: (device: string, until: string) => `${device}: защита приостановлена до ${until}, уходит всё`,
  },
  at_rehearsal: {
    en: (service: string) => `${service} is only rehearsed: nothing is withheld`,
    ru: (service: string) => `${service}: репетиция, ничего не удерживается`,
  },
  at_fails_open: {
    en: (device: string) => `${device} is let through unminimized whenever the hub fails`,
    ru: (device: string) => `${device} работает без защиты, если хаб откажет`,
  },
  rehearsal: { en: 'Rehearsal', ru: 'Репетиция' },
  rehearsal_note: {
    en: 'Nothing is changed yet. This is what would have been withheld or changed, by device.',
    ru: 'Пока ничего не меняется. Вот что было бы удержано или изменено, по устройствам.',
  },
  rehearsal_safe: { en: 'Looks safe to enforce', ru: 'Похоже, можно включать' },
  rehearsal_risk: { en: 'May stop working: identifiers would change', ru: 'Может сломаться: изменятся идентификаторы' },
  rehearsal_go: { en: 'Enforce for this device', ru: 'Включить для устройства' },
  rehearsal_all: { en: 'Enforce for all', ru: 'Включить для всех' },
  empty_home: { en: 'No device has sent anything yet', ru: 'Устройства ещё ничего не отправляли' },
  empty_home_note: {
    en: 'Bring a first device behind the hub, and watch what it wants to send.',
    ru: 'Подключите первое устройство через хаб и посмотрите, что оно хочет отправить.',
  },
  look: { en: 'Look', ru: 'Смотреть' },
} as const;
