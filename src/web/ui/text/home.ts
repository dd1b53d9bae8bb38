// Words of Home, Services, Devices.
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
  at_refused: {
    en: (n: number, device: string, service: string) => `${device}: ${en(n, 'message', 'messages')} to ${service} refused`,
    ru: (n: number, device: string, service: string) =>
      `${device} → ${service}: не пропущено ${ru(n, 'сообщение', 'сообщения', 'сообщений')}`,
  },
  at_alarm: {
    en: (what: string) =>
      `Alarm: ${what === 'last_look' ? 'a message still held something of this home' : what === 'log_fault' ? 'the log does not prove itself' : what}`,
    ru: (what: string) =>
      `Тревога: ${what === 'last_look' ? 'в сообщении осталось что-то от этого дома' : what === 'log_fault' ? 'журнал не подтверждает сам себя' : what}`,
  },
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

  // services
  services_lead: {
    en: 'Who receives data, what each says it needs it for, and what you let it have.',
    ru: 'Кто получает данные, зачем, по его словам, и что вы ему разрешаете.',
  },
  services_used: { en: 'In use', ru: 'Используются' },
  services_other: { en: 'Known, not used here', ru: 'Известны, но не используются' },
  services_unknown: { en: 'Unknown services', ru: 'Неизвестные сервисы' },
  services_unknown_note: {
    en: 'No rule names these hosts. What can be read is held to the least; TLS is refused until you decide.',
    ru: 'Этих адресов нет в правилах. Прочитанное урезается до минимума, TLS не пропускается, пока вы не решите.',
  },
  purposes_on: {
    en: (on: number, all: number) => `${on} of ${all} purposes on`,
    ru: (on: number, all: number) => `включено целей: ${on} из ${all}`,
  },
  by_operator: { en: (name: string) => `by ${name}`, ru: (name: string) => `оператор: ${name}` },
  part_purposes: { en: 'Purposes', ru: 'Цели' },
  part_data: { en: 'Data', ru: 'Данные' },
  part_promises: { en: 'Promises', ru: 'Обещания' },
  part_more: { en: 'More', ru: 'Ещё' },
  mode: { en: 'Mode', ru: 'Режим' },
  mode_enforce_note: { en: 'Only what its purposes justify leaves.', ru: 'Уходит только то, что оправдано целями.' },
  mode_observe_note: {
    en: 'A rehearsal: everything leaves but the home’s secrets; the page counts what would have been withheld.',
    ru: 'Репетиция: уходит всё, кроме секретов дома; страница считает, что было бы удержано.',
  },
  mode_block_note: { en: 'Nothing leaves to this service.', ru: 'Этому сервису не уходит ничего.' },
  purposes: { en: 'Purposes', ru: 'Цели' },
  purposes_note: {
    en: 'What the service says it needs data for. A field leaves only while a purpose that needs it is on.',
    ru: 'Зачем сервису данные, по его словам. Поле уходит, только пока включена цель, которой оно нужно.',
  },
  ground_declared: { en: 'Declared by the policy', ru: 'Заявлено в политике' },
  ground_implied: { en: 'Only implied by the policy', ru: 'Политика лишь подразумевает' },
  needs: { en: 'Needs', ru: 'Нужно' },
  needs_coarse: { en: 'coarse', ru: 'огрублённо' },
  needs_listed: { en: 'listed, not needed', ru: 'названо, но не нужно' },
  legal_basis: { en: 'Legal basis', ru: 'Основание' },
  policy: { en: 'The policy itself', ru: 'Сама политика' },
  law: { en: 'Law', ru: 'Закон' },
  matrix: { en: 'Data and purposes', ru: 'Данные и цели' },
  matrix_note: {
    en: 'Which data each purpose needs. Rows that no purpose needs are marked: nothing in the policy justifies them.',
    ru: 'Какие данные нужны каждой цели. Строки, не нужные ни одной цели, отмечены: их ничто не оправдывает.',
  },
  cell_on: { en: 'needed, purpose on', ru: 'нужно, цель включена' },
  cell_off: { en: 'needed, purpose off', ru: 'нужно, цель выключена' },
  cell_listed: { en: 'only listed', ru: 'только названо' },
  nothing_justifies: { en: 'No purpose needs it', ru: 'Не нужно ни одной цели' },
  outcome: { en: 'What happens', ru: 'Что происходит' },
  limits: { en: 'What the service promises', ru: 'Что сервис обещает' },
  limits_note: {
    en: 'Whether it keeps its word, as far as the hub can see.',
    ru: 'Держит ли он слово — насколько это видно хабу.',
  },
  seems_doubt: {
    en: (hosts: string) => `Indicates a contradiction: data went to ${hosts}`,
    ru: (hosts: string) => `Указывает на противоречие: данные уходили на ${hosts}`,
  },
  seems_maybe: {
    en: (hosts: string) =>
      `May indicate a contradiction: data went to ${hosts}, which the policy does not name, and the operator is abroad`,
    ru: (hosts: string) =>
      `Может указывать на противоречие: данные уходили на ${hosts} — этот адрес политика не называет, а оператор за рубежом`,
  },
  seems_no_term: { en: 'No term is given', ru: 'Срок не указан' },
  seems_cannot_tell: { en: 'Cannot be seen from here', ru: 'Отсюда не видно' },
  l_retention: { en: 'Keeping', ru: 'Хранение' },
  l_deletion: { en: 'Deleting', ru: 'Удаление' },
  l_recipients: { en: 'Recipients', ru: 'Получатели' },
  l_countries: { en: 'Countries', ru: 'Страны' },
  l_rights: { en: 'Your rights', ru: 'Ваши права' },
  l_scope: { en: 'Scope', ru: 'Объём' },
  l_special_categories: { en: 'Sensitive data', ru: 'Особые данные' },
  l_warning: { en: 'Mind', ru: 'Учтите' },
  readings: { en: 'Read in two ways', ru: 'Можно прочесть двояко' },
  reading_other: { en: 'It could also be read so', ru: 'Можно прочесть и так' },
  reading_why: { en: 'Why ours', ru: 'Почему так' },
  hosts: { en: 'Where it is reached', ru: 'Адреса' },
  host_named: { en: 'named by the policy', ru: 'назван в политике' },
  host_assumed: { en: 'our assumption', ru: 'наше допущение' },
  unread: { en: 'What cannot be read', ru: 'Что нельзя прочитать' },
  unread_opaque: { en: 'Let formats through that the hub cannot read', ru: 'Пропускать форматы, которые хаб не читает' },
  unread_sealed: { en: 'Let sealed (signed or encrypted) content through', ru: 'Пропускать запечатанное (подписи, шифр)' },
  unread_note: {
    en: 'Unread is unminimized: whatever is inside leaves.',
    ru: 'Непрочитанное не урезано: уходит всё, что внутри.',
  },
  adopt: { en: 'Adopt', ru: 'Принять' },
  adopt_as: { en: 'Treat as', ru: 'Считать сервисом' },
  block: { en: 'Block', ru: 'Блокировать' },
  tunnel: { en: 'Let through unread', ru: 'Пропускать не читая' },
  host_opaque: { en: 'encrypted, not opened', ru: 'зашифровано, не вскрыто' },
  decided_adopt: { en: 'adopted', ru: 'принят' },
  decided_block: { en: 'blocked', ru: 'заблокирован' },
  decided_tunnel: { en: 'let through unread', ru: 'пропускается не читая' },
  was_sent: { en: 'It was sent', ru: 'Ему отправляли' },
  was_sent_unknown: { en: 'What it was sent could not be read', ru: 'Что ему отправляли, прочитать нельзя' },
} as const;
