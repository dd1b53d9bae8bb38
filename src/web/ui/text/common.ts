// Words of the whole page. Each stands in both languages beside each other, so that none can be missing.
import { counted } from '../format.js';

const { en, ru } = counted;

export const common = {
  app: { en: 'hubsieve', ru: 'hubsieve' },
  nav: { en: 'Pages', ru: 'Разделы' },
  nav_home: { en: 'Home', ru: 'Обзор' },
  nav_services: { en: 'Services', ru: 'Сервисы' },
  nav_devices: { en: 'Devices', ru: 'Устройства' },
  nav_new: { en: 'New fields', ru: 'Новые поля' },
  nav_broke: { en: 'Something broke?', ru: 'Что-то сломалось?' },
  nav_try: { en: 'Try it', ru: 'Проверить' },
  nav_log: { en: 'Log', ru: 'Журнал' },
  nav_settings: { en: 'Settings', ru: 'Настройки' },
  nav_start: { en: 'Connect a device', ru: 'Подключить устройство' },
  nav_start_short: { en: 'Connect', ru: 'Подключение' },
  nav_more: { en: 'More', ru: 'Ещё' },
  skip: { en: 'Skip to the content', ru: 'Перейти к содержанию' },
  language: { en: 'Language', ru: 'Язык' },
  theme: { en: 'Theme', ru: 'Тема' },
  theme_system: { en: 'As the system', ru: 'Как в системе' },
  theme_light: { en: 'Light', ru: 'Светлая' },
  theme_dark: { en: 'Dark', ru: 'Тёмная' },
  loading: { en: 'Loading…', ru: 'Загрузка…' },
  retry: { en: 'Try again', ru: 'Повторить' },
  error_title: { en: 'This could not be loaded', ru: 'Не удалось загрузить' },
  save: { en: 'Save', ru: 'Сохранить' },
  saved: { en: 'Saved', ru: 'Сохранено' },
  cancel: { en: 'Cancel', ru: 'Отмена' },
  close: { en: 'Close', ru: 'Закрыть' },
  back: { en: 'Back', ru: 'Назад' },
  more: { en: 'Show more', ru: 'Показать ещё' },
  all: { en: 'All', ru: 'Все' },
  on: { en: 'on', ru: 'вкл' },
  off: { en: 'off', ru: 'выкл' },
  as_table: { en: 'As a table', ru: 'В виде таблицы' },
  device: { en: 'Device', ru: 'Устройство' },
  service: { en: 'Service', ru: 'Сервис' },
  category: { en: 'What it is', ru: 'Что это' },
  clause: { en: (clause: string) => `clause ${clause}`, ru: (clause: string) => `пункт ${clause}` },
  erased: { en: 'erased', ru: 'стёрто' },

  // the three fates, everywhere in these words
  kept: { en: 'Allowed', ru: 'Разрешено' },
  changed: { en: 'Changed', ru: 'Изменено' },
  withheld: { en: 'Withheld', ru: 'Удержано' },
  rehearsed: { en: 'Would be withheld', ru: 'Было бы удержано' },
  asked: { en: 'Asked for', ru: 'Запрошено' },
  left: { en: 'Left the home', ru: 'Ушло из дома' },
  stayed: { en: 'Stayed home', ru: 'Осталось дома' },
  fields: { en: (n: number) => en(n, 'field', 'fields'), ru: (n: number) => ru(n, 'поле', 'поля', 'полей') },
  messages: { en: (n: number) => en(n, 'message', 'messages'), ru: (n: number) => ru(n, 'сообщение', 'сообщения', 'сообщений') },
  devices: { en: (n: number) => en(n, 'device', 'devices'), ru: (n: number) => ru(n, 'устройство', 'устройства', 'устройств') },
  minutes: { en: (n: number) => en(n, 'minute', 'minutes'), ru: (n: number) => ru(n, 'минута', 'минуты', 'минут') },
  days: { en: (n: number) => en(n, 'day', 'days'), ru: (n: number) => ru(n, 'день', 'дня', 'дней') },
  records: { en: (n: number) => en(n, 'record', 'records'), ru: (n: number) => ru(n, 'запись', 'записи', 'записей') },

  // actions on one field
  a_keep: { en: 'sent as it is', ru: 'уходит как есть' },
  a_generalize: { en: 'sent coarser', ru: 'уходит огрублённым' },
  a_pseudonymize: { en: 'replaced by a pseudonym', ru: 'заменяется псевдонимом' },
  a_hash: { en: 'sent as a keyed hash', ru: 'уходит как хеш с ключом' },
  a_blank: { en: 'sent empty', ru: 'уходит пустым' },
  a_drop: { en: 'not sent', ru: 'не уходит' },
  a_refuse: { en: 'message refused', ru: 'сообщение не пропущено' },

  // where in a message a field stands
  in_query: { en: 'address, after ?', ru: 'адрес, после ?' },
  in_path: { en: 'address', ru: 'адрес' },
  in_header: { en: 'header', ru: 'заголовок' },
  in_cookie: { en: 'cookie', ru: 'cookie' },
  in_topic: { en: 'topic, part', ru: 'тема, часть' },
  in_clientId: { en: 'client id', ru: 'имя клиента' },
  in_username: { en: 'user name', ru: 'имя пользователя' },
  in_userProperty: { en: 'user property', ru: 'свойство' },
  in_will: { en: 'last will', ru: 'завещание' },

  // verdicts
  v_forwarded: { en: 'Read and minimized', ru: 'Прочитано и урезано' },
  v_minimized: { en: 'Minimized', ru: 'Урезано' },
  v_observed: { en: 'Rehearsal', ru: 'Репетиция' },
  v_refused: { en: 'Refused', ru: 'Не пропущено' },
  v_sealed: { en: 'Sealed', ru: 'Запечатано' },
  v_opaque: { en: 'Opaque', ru: 'Не читается' },

  // modes
  m_enforce: { en: 'Enforce', ru: 'Защищать' },
  m_observe: { en: 'Rehearse', ru: 'Репетиция' },
  m_block: { en: 'Block', ru: 'Блокировать' },
  m_inherit: { en: 'As its services', ru: 'Как у сервисов' },

  // what the hub says no with
  e_offline: {
    en: 'The hub does not answer. Is it running, and are you in the home network?',
    ru: 'Хаб не отвечает. Он включён, и вы в домашней сети?',
  },
  gone: {
    en: 'The hub does not answer. What stands here may be old; the page goes on by itself when the hub is back.',
    ru: 'Хаб не отвечает. Здесь могут быть старые данные; страница продолжит сама, когда хаб вернётся.',
  },
  e_wrong_secret: { en: 'That is not right.', ru: 'Неверно.' },
  e_wrong_code: {
    en: 'This code is not right. After wrong tries the hub prints a new one: take the last.',
    ru: 'Код неверный. После неверных попыток хаб выводит новый: возьмите последний.',
  },
  e_too_many: {
    en: (seconds: number) => `Too many tries. Wait ${en(seconds, 'second', 'seconds')} and try again.`,
    ru: (seconds: number) => `Слишком много попыток. Подождите ${ru(seconds, 'секунду', 'секунды', 'секунд')}.`,
  },
  e_weak_password: {
    en: 'Too easy to guess: take at least 12 characters, best a few words that do not belong together.',
    ru: 'Слишком легко угадать: нужно не меньше 12 знаков, лучше несколько не связанных слов.',
  },
  e_code_needed: { en: 'The code is needed too.', ru: 'Нужен ещё и код.' },
  e_conflict: { en: 'That cannot be done now; load the page again.', ru: 'Сейчас это невозможно; обновите страницу.' },
  e_unauthorized: { en: 'Please log in again.', ru: 'Войдите снова.' },
  e_not_found: { en: 'There is no such thing.', ru: 'Такого здесь нет.' },
  e_unusable: { en: 'The file cannot be used; nothing was changed.', ru: 'Файл не подходит; ничего не изменено.' },
  e_too_large: { en: 'That is more than the page takes.', ru: 'Это больше, чем принимает страница.' },
  e_internal: { en: 'The hub failed. Its log says more.', ru: 'Сбой хаба. Подробности в его журнале.' },
  e_other: { en: (code: string) => `The hub said no (${code}).`, ru: (code: string) => `Хаб отказал (${code}).` },

  // families of categories
  f_network: { en: 'Home network', ru: 'Домашняя сеть' },
  f_device: { en: 'Device identity', ru: 'Об устройстве' },
  f_person: { en: 'About people', ru: 'О людях' },
  f_operation: { en: 'Operation', ru: 'Работа устройств' },
  f_intimate: { en: 'Life at home', ru: 'Жизнь дома' },
  f_fingerprint: { en: 'Fingerprint', ru: 'Цифровой след' },
  f_secret: { en: 'Secrets', ru: 'Секреты' },
  f_unclassified: { en: 'Not known yet', ru: 'Пока неизвестно' },
} as const;
