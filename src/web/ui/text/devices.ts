// Words of Devices, New fields, Something broke?
import { counted } from '../format.js';

const { en, ru } = counted;

export const devices = {
  devices_lead: {
    en: 'What is behind the hub, and what each device sent in the last seven days.',
    ru: 'Что подключено через хаб и что каждое устройство отправило за неделю.',
  },
  devices_none: { en: 'No devices yet', ru: 'Устройств пока нет' },
  devices_none_note: {
    en: 'They show up here as soon as the hub sees them.',
    ru: 'Они появятся здесь, как только хаб их увидит.',
  },
  last_seen: { en: (ago: string) => `last heard ${ago}`, ru: (ago: string) => `на связи ${ago}` },
  never_seen: { en: 'found, not heard yet', ru: 'найдено, ещё не на связи' },
  state_paused: { en: (until: string) => `Paused until ${until}`, ru: (until: string) => `Пауза до ${until}` },
  state_pairing: { en: (until: string) => `Pairing until ${until}`, ru: (until: string) => `Подключение до ${until}` },
  state_blocked: { en: 'Blocked', ru: 'Заблокировано' },
  state_open: { en: 'Open when the hub fails', ru: 'Открыто при отказе хаба' },
  unnamed: { en: (mark: string) => `Unnamed device ${mark}`, ru: (mark: string) => `Устройство без имени ${mark}` },
  name: { en: 'Name', ru: 'Имя' },
  rename: { en: 'Rename', ru: 'Переименовать' },
  what_it_sent: { en: 'What it sent', ru: 'Что отправило' },
  device_broke: { en: 'Does something not work?', ru: 'Что-то не работает?' },
  device_log: { en: 'Its records', ru: 'Его записи' },
  pause: { en: 'Pause protection', ru: 'Приостановить защиту' },
  pause_note: {
    en: 'Everything but the home’s secrets leaves meanwhile. It comes back by itself and is recorded.',
    ru: 'На это время уходит всё, кроме секретов дома. Защита вернётся сама, пауза записывается.',
  },
  pause_for: {
    en: (n: number) => `For ${en(n, 'minute', 'minutes')}`,
    ru: (n: number) => `На ${ru(n, 'минуту', 'минуты', 'минут')}`,
  },
  pause_end: { en: 'End the pause', ru: 'Закончить паузу' },
  pairing: { en: 'Pairing window', ru: 'Окно подключения' },
  pairing_note: {
    en: 'Register the device anew while it is open: from then on its vendor sees pseudonyms instead of its addresses.',
    ru: 'Зарегистрируйте устройство заново, пока окно открыто: с этого момента производитель видит псевдонимы вместо адресов.',
  },
  pairing_open: { en: 'Open for 10 minutes', ru: 'Открыть на 10 минут' },
  pairing_close: { en: 'Close the window', ru: 'Закрыть окно' },
  known_to_vendor: { en: 'Its identifiers are already known to the vendor', ru: 'Производитель уже знает его идентификаторы' },
  for_others: {
    en: 'A router: devices behind it cannot be told apart, and what you choose here counts for all of them.',
    ru: 'Роутер: устройства за ним неотличимы друг от друга, и всё выбранное здесь касается их всех.',
  },
  on_failure: { en: 'When the hub fails', ru: 'Если хаб откажет' },
  on_failure_closed: { en: 'Cut off', ru: 'Отключить' },
  on_failure_open: { en: 'Let through', ru: 'Пропускать' },
  on_failure_note: {
    en: 'Let through means: without any protection. It takes a hub that is the home’s gateway. A device that comes by name or by a proxy setting finds nobody when the hub fails, whatever is chosen here.',
    ru: 'Пропускать — значит без всякой защиты. Для этого хаб должен быть шлюзом дома. Устройство, которое приходит по имени или через настройку прокси, при отказе хаба никого не найдёт, что бы здесь ни было выбрано.',
  },
  device_kind: { en: 'What it is', ru: 'Что это' },
  device_kind_note: {
    en: 'Some services need some data of some kinds of device only: pictures of a camera, not of a lamp.',
    ru: 'Некоторым сервисам часть данных нужна только от некоторых устройств: снимки — от камеры, а не от лампы.',
  },
  device_kind_unset: { en: 'not said', ru: 'не указано' },
  family_pause: { en: 'Family may pause it with the pin', ru: 'Семья может приостановить его по пин-коду' },
  block_device: { en: 'Block this device', ru: 'Заблокировать устройство' },
  unblock_device: { en: 'Unblock', ru: 'Разблокировать' },
  mode_of_services_note: {
    en: 'What its services are set to counts, each for itself.',
    ru: 'Действует то, что выбрано у его сервисов, у каждого своё.',
  },
  mode_of_device_note: {
    en: 'It is minimized, even where a service is only rehearsed.',
    ru: 'Его данные урезаются, даже если сервис лишь в режиме репетиции.',
  },
  block_note: { en: 'Nothing it sends leaves the home.', ru: 'Ничего из отправленного им не уходит из дома.' },
  forget: { en: 'Forget this device', ru: 'Забыть устройство' },
  forget_note: {
    en: 'Its name and settings go, and its records are erased from the log. This cannot be undone.',
    ru: 'Имя и настройки исчезнут, его записи сотрутся из журнала. Вернуть нельзя.',
  },
  forget_sure: { en: (name: string) => `Forget ${name}?`, ru: (name: string) => `Забыть «${name}»?` },
  no_traffic: { en: 'It has sent nothing in the last seven days.', ru: 'За семь дней ничего не отправляло.' },
  refused_count: { en: (n: number) => `${n} refused`, ru: (n: number) => `не пропущено: ${n}` },

  // new fields
  new_lead: {
    en: 'Fields that a device had not sent before. Those marked “held back” do not leave until you say what they are; the others are only listed here, and go the way shown at each.',
    ru: 'Поля, которых устройство раньше не отправляло. Отмеченные «удержано» не уходят, пока вы не скажете, что это; остальные здесь только перечислены, что с ними происходит — показано у каждого.',
  },
  new_none: { en: 'No new fields', ru: 'Новых полей нет' },
  new_none_note: {
    en: 'When a device starts to send something new, it shows up here first.',
    ru: 'Когда устройство начнёт отправлять новое, вы увидите это здесь.',
  },
  look_identifier: {
    en: (n: number) => `looks like an identifier of ${en(n, 'character', 'characters')}`,
    ru: (n: number) => `похоже на идентификатор (${ru(n, 'знак', 'знака', 'знаков')})`,
  },
  look_word: { en: 'a word', ru: 'слово' },
  look_prose: { en: 'a text', ru: 'текст' },
  look_number: { en: 'a number', ru: 'число' },
  look_switch: { en: 'yes or no', ru: 'да или нет' },
  look_container: { en: 'a group of fields', ru: 'группа полей' },
  seen_times: {
    en: (n: number, ago: string) => `${en(n, 'time', 'times')}, first ${ago}`,
    ru: (n: number, ago: string) => `${ru(n, 'раз', 'раза', 'раз')}, впервые ${ago}`,
  },
  new_what: { en: 'What is it?', ru: 'Что это?' },
  new_choose: { en: 'Choose…', ru: 'Выберите…' },
  new_scope: { en: 'For', ru: 'Для' },
  new_scope_device: { en: 'this device', ru: 'этого устройства' },
  new_scope_service: { en: 'all devices of this service', ru: 'всех устройств сервиса' },
  new_rule: { en: 'The rule this makes', ru: 'Какое правило получится' },
  new_save: { en: 'Save the rule', ru: 'Сохранить правило' },
  new_hold: { en: 'Keep withholding', ru: 'Удерживать и дальше' },
  new_hold_listed: { en: 'Withhold it from now on', ru: 'Удерживать с этого момента' },
  new_held: { en: 'held back until you decide', ru: 'удержано, пока вы не решите' },
  new_listed: { en: 'only listed', ru: 'только в списке' },
  meanwhile: { en: 'Meanwhile', ru: 'А пока' },

  // something broke
  broke_lead: {
    en: 'Find out whether something the hub withheld is missing, one field at a time.',
    ru: 'Узнайте, не мешает ли то, что хаб удержал: по одному полю за раз.',
  },
  broke_device: { en: 'Which device?', ru: 'Какое устройство?' },
  broke_when: { en: 'When did it break?', ru: 'Когда сломалось?' },
  broke_now: { en: 'Just now', ru: 'Только что' },
  broke_withheld: { en: 'Withheld or changed just before', ru: 'Удержано или изменено перед этим' },
  broke_withheld_note: { en: 'Rare ones first: they are the likelier cause.', ru: 'Сначала редкие: они вероятнее.' },
  broke_refusals: { en: 'Refused messages', ru: 'Не пропущенные сообщения' },
  broke_answers: { en: 'Error answers of clouds', ru: 'Ошибки в ответах облаков' },
  broke_status: {
    en: (service: string, status: number) => `${service} answered with error ${status}`,
    ru: (service: string, status: number) => `${service} ответил ошибкой ${status}`,
  },
  broke_mqtt_down: {
    en: (service: string, code: string) => `${service} said no: ${code}`,
    ru: (service: string, code: string) => `${service} отказал: ${code}`,
  },
  broke_mqtt_up: {
    en: (service: string, code: string) => `The device said no to ${service}: ${code}`,
    ru: (service: string, code: string) => `Устройство отказало ${service}: ${code}`,
  },
  broke_clean: {
    en: 'Nothing was withheld, refused or answered with an error around that time. The hub is probably not the cause.',
    ru: 'В это время ничего не удерживалось, не отвергалось и ошибок не было. Скорее всего, дело не в хабе.',
  },
  broke_none: { en: 'None', ru: 'Нет' },
  relax: { en: 'Let through for 10 minutes', ru: 'Пропустить на 10 минут' },
  relax_never: { en: 'never leaves', ru: 'не уходит никогда' },
  relaxed: { en: 'Let through on trial', ru: 'Пропускается на пробу' },
  relaxed_until: { en: (until: string) => `until ${until}`, ru: (until: string) => `до ${until}` },
  relaxed_wait: { en: 'No message since. Use the device now.', ru: 'Сообщений с тех пор не было. Воспользуйтесь устройством.' },
  relaxed_helped: { en: 'This one seems to have helped: no errors since.', ru: 'Похоже, помогло: ошибок больше нет.' },
  relaxed_not: { en: 'Errors go on: this one seems not to be it.', ru: 'Ошибки продолжаются: похоже, дело не в этом.' },
  relaxed_quiet: {
    en: 'There were no errors before either: see for yourself whether it works.',
    ru: 'Ошибок не было и раньше: проверьте сами, работает ли.',
  },
  relaxed_counts: {
    en: (before: number, since: number) => `Errors before: ${before}, since: ${since}`,
    ru: (before: number, since: number) => `Ошибок до: ${before}, после: ${since}`,
  },
  relaxed_keep: { en: 'Keep letting it through', ru: 'Пропускать и дальше' },
  relaxed_end: { en: 'Withhold again', ru: 'Снова удерживать' },
  overrides: { en: 'Your own instructions', ru: 'Ваши собственные указания' },
  override_forever: { en: 'for good', ru: 'насовсем' },
} as const;
