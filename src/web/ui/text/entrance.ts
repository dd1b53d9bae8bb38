// Words of log-in, first run, connecting a device, the family’s page.
import { counted } from '../format.js';

const { en, ru } = counted;

export const entrance = {
  login_title: { en: 'Log in', ru: 'Вход' },
  login_password: { en: 'Password', ru: 'Пароль' },
  login_code: { en: 'Code', ru: 'Код' },
  login_code_note: {
    en: 'The six digits of your authenticator app, or a recovery code. Phone and codes lost? At the hub: hubsieve password reset',
    ru: 'Шесть цифр из приложения-аутентификатора или запасной код. Нет ни телефона, ни кодов? На самом хабе: hubsieve password reset',
  },
  login_forgot: { en: 'Password forgotten?', ru: 'Забыли пароль?' },
  login_forgot_note: {
    en: 'On the hub’s machine, run: hubsieve password reset. It prints a code; load this page again, and it asks for the code and a new password. Devices, switches and the log stay as they are.',
    ru: 'На самом хабе выполните: hubsieve password reset. Команда выведет код; обновите эту страницу, и она спросит код и новый пароль. Устройства, переключатели и журнал останутся как есть.',
  },
  login_go: { en: 'Log in', ru: 'Войти' },
  login_family: { en: 'Pause a device with the family pin', ru: 'Приостановить устройство по пин-коду' },
  show: { en: 'Show', ru: 'Показать' },
  setup_title: { en: 'Welcome', ru: 'Добро пожаловать' },
  setup_lead: {
    en: 'hubsieve stands between your devices and their clouds, and lets a field leave only where the vendor’s own policy justifies it.',
    ru: 'hubsieve стоит между вашими устройствами и их облаками и выпускает поле, только если его оправдывает политика самого производителя.',
  },
  setup_code: { en: 'One-time code', ru: 'Одноразовый код' },
  setup_code_note: {
    en: 'It stands on the hub’s console or in its journal: journalctl -u hubsieve. After “hubsieve password reset” it is the code that command printed.',
    ru: 'Он в консоли хаба или в журнале: journalctl -u hubsieve. После «hubsieve password reset» — код, который вывела эта команда.',
  },
  setup_password: { en: 'Choose a password', ru: 'Придумайте пароль' },
  setup_password_note: {
    en: 'At least 12 characters. A few words that do not belong together are best.',
    ru: 'Не меньше 12 знаков. Лучше всего несколько не связанных слов.',
  },
  setup_go: { en: 'Continue', ru: 'Продолжить' },
  start_found: { en: 'What the hub found', ru: 'Что нашёл хаб' },
  start_found_home: {
    en: (n: number) => `${en(n, 'identifier', 'identifiers')} of this home`,
    ru: (n: number) => `${ru(n, 'идентификатор', 'идентификатора', 'идентификаторов')} дома`,
  },
  start_wifi: { en: 'What is your Wi-Fi called?', ru: 'Как называется ваш Wi-Fi?' },
  start_wifi_note: {
    en: 'Told this name, the hub finds it under any field name. It stays on the hub.',
    ru: 'Зная это имя, хаб найдёт его под любым полем. Оно остаётся на хабе.',
  },
  start_knows: {
    en: (n: number) => `knows ${en(n, 'service', 'services')}`,
    ru: (n: number) => `знает ${ru(n, 'сервис', 'сервиса', 'сервисов')}`,
  },
  start_question: { en: 'How do you want to begin?', ru: 'Как начнём?' },
  start_enforce: { en: 'Protect now', ru: 'Защищать сразу' },
  start_enforce_note: {
    en: 'What no purpose justifies is withheld from the first message on.',
    ru: 'Всё неоправданное удерживается с первого сообщения.',
  },
  start_rehearse: { en: 'Rehearse for a week', ru: 'Неделю порепетировать' },
  start_rehearse_note: {
    en: 'Nothing changes. The page counts what would have been withheld and which devices would be at risk; then you enforce with one tap.',
    ru: 'Ничего не меняется. Страница считает, что было бы удержано и какие устройства под угрозой; потом защита включается одним касанием.',
  },
  start_chosen_enforce: { en: 'All services are protected now.', ru: 'Все сервисы теперь под защитой.' },
  start_chosen_rehearse: { en: 'All services are rehearsed now.', ru: 'Все сервисы теперь в режиме репетиции.' },
  start_lead: {
    en: 'How a device’s messages come to the hub, by kind of device.',
    ru: 'Как направить сообщения устройства через хаб — по видам устройств.',
  },
  start_where: { en: 'The hub’s address', ru: 'Адрес хаба' },
  start_no_door: {
    en: 'No door of the hub is open to the home network for devices that name their own destination. In the hub’s config this opens one:',
    ru: 'У хаба нет двери, открытой для устройств домашней сети, которые сами называют адрес. В настройках хаба её открывает:',
  },
  start_door: { en: 'May devices of the home network come to the hub?', ru: 'Открыть хаб устройствам домашней сети?' },
  start_door_note: {
    en: 'No door is open yet, so no device can send anything through the hub. This opens one at port 8080, for the home’s networks alone.',
    ru: 'Пока ни одна дверь не открыта: ни одно устройство не может ничего отправить через хаб. Эта кнопка открывает дверь на порту 8080 — только для домашних сетей.',
  },
  start_door_open_note: {
    en: 'A door is open at port 8080, for the home’s networks alone, because you asked for it.',
    ru: 'По вашей просьбе открыта дверь на порту 8080 — только для домашних сетей.',
  },
  start_door_open: { en: 'Open a door', ru: 'Открыть дверь' },
  start_door_close: { en: 'Close it', ru: 'Закрыть' },
  start_door_opened: { en: 'The door is open.', ru: 'Дверь открыта.' },
  start_door_closed: { en: 'The door is closed.', ru: 'Дверь закрыта.' },
  start_no_address: { en: 'the hub’s address and port', ru: 'адрес и порт хаба' },
  start_ca_here: {
    en: 'This page is open on the hub itself only. To fetch the certificate with a phone, carry the file over, or open the page to the home network in the hub’s config:',
    ru: 'Эта страница открыта только на самом хабе. Чтобы взять сертификат телефоном, перенесите файл или откройте страницу для домашней сети в настройках хаба:',
  },
  start_ca: { en: 'The hub’s certificate (CA)', ru: 'Сертификат хаба (CA)' },
  start_ca_note: {
    en: 'A device has to trust it before the hub can read what is encrypted. Be warned: many devices refuse it or cannot install one. Those stay opaque, and you choose whether they may talk at all.',
    ru: 'Устройство должно ему доверять, чтобы хаб мог прочитать зашифрованное. Честно: многие устройства его отвергают или не умеют устанавливать. Они останутся нечитаемыми, а вы решите, можно ли им вообще связываться с облаком.',
  },
  start_ca_get: { en: 'Download the certificate', ru: 'Скачать сертификат' },
  start_ca_qr: { en: 'QR code with the certificate’s address', ru: 'QR-код с адресом сертификата' },
  start_ca_none: { en: 'The hub has not made a certificate yet.', ru: 'Хаб ещё не создал сертификат.' },
  start_kind: { en: 'By kind of device', ru: 'По видам устройств' },

  // family
  family_title: { en: 'Pause a device', ru: 'Приостановить устройство' },
  family_lead: {
    en: 'If something does not work: pause its protection for a while. It comes back by itself.',
    ru: 'Если что-то не работает, приостановите защиту на время. Она вернётся сама.',
  },
  family_pin: { en: 'Family pin', ru: 'Пин-код семьи' },
  family_show: { en: 'Show the devices', ru: 'Показать устройства' },
  family_none: { en: 'No device is marked for the family.', ru: 'Ни одно устройство не отмечено для семьи.' },
  family_done: { en: (until: string) => `Paused until ${until}.`, ru: (until: string) => `Пауза до ${until}.` },
} as const;
