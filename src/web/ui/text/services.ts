// Words of Services.
import { counted } from '../format.js';

const { en, ru } = counted;

export const services = {
  services_lead: {
    en: 'Who receives data, what each says it needs it for, and what you let it have.',
    ru: 'Кто получает данные, зачем, по его словам, и что вы ему разрешаете.',
  },
  services_used: { en: 'In use', ru: 'Используются' },
  services_week: { en: 'Fields of the last seven days.', ru: 'Поля за последние семь дней.' },
  services_other: { en: 'Known, not used here', ru: 'Известны, но не используются' },
  services_unknown: { en: 'Unknown services', ru: 'Неизвестные сервисы' },
  services_unknown_note: {
    en: 'No rule names these addresses. What can be read is cut down to the least; what is encrypted is stopped until you decide. Adopt: the hub treats the address as the service you choose. Block: nothing goes there.',
    ru: 'Этих адресов нет в правилах. Прочитанное урезается до минимума, зашифрованное не проходит, пока вы не решите. «Принять» — хаб считает адрес частью выбранного сервиса. «Блокировать» — туда не уйдёт ничего.',
  },
  purposes_on: {
    en: (on: number, all: number) => `${on} of ${en(all, 'purpose', 'purposes')} on`,
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
  ground_assumed: { en: 'Assumed by the hub', ru: 'Допущение хаба' },
  needs: {
    en: (n: number) => `Needs ${en(n, 'kind', 'kinds')} of data`,
    ru: (n: number) => `Нужно: ${ru(n, 'вид', 'вида', 'видов')} данных`,
  },
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
  matrix_more: {
    en: (n: number) => `${en(n, 'purpose', 'purposes')}; on a narrow screen the table scrolls sideways.`,
    ru: (n: number) => `${ru(n, 'цель', 'цели', 'целей')}; на узком экране таблица прокручивается вбок.`,
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
    en: (hosts: string, _n: number) => `Indicates a contradiction: data went to ${hosts}, outside the promised countries.`,
    ru: (hosts: string, _n: number) => `Указывает на противоречие: данные уходили за пределы обещанных стран — на ${hosts}.`,
  },
  seems_not_known: {
    en: (hosts: string, n: number) =>
      `Not known: nobody has told the hub in which country ${n === 1 ? 'this host stands' : 'these hosts stand'}: ${hosts}. You can say it under “More”.`,
    ru: (hosts: string, n: number) =>
      `Неизвестно: хабу никто не сказал, в какой стране ${n === 1 ? 'находится этот адрес' : 'находятся эти адреса'}: ${hosts}. Указать можно в разделе «Ещё».`,
  },
  seems_kept: {
    en: (hosts: string, _n: number) => `Seems kept: data went only to ${hosts}, by what was said of where it stands.`,
    ru: (hosts: string, _n: number) =>
      `Похоже, соблюдается: данные уходили только на ${hosts} — если верить тому, где это находится.`,
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
  host_unseen: { en: 'not seen', ru: 'не встречался' },
  country: { en: 'Country', ru: 'Страна' },
  country_unknown: { en: 'not known', ru: 'неизвестна' },
  country_by_policy: { en: 'by the policy or its operator', ru: 'по политике или словам оператора' },
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

  // letters
  letter: { en: 'Write to the operator', ru: 'Написать оператору' },
  letter_note: {
    en: 'A draft by the law that the policy names, with what the hub’s records show left the home, without values. It is a draft, not legal advice; nothing is sent: you read it, fill it in and send it yourself.',
    ru: 'Черновик по закону, который называет политика, и с тем, что ушло из дома по записям хаба, без значений. Это черновик, а не юридическая консультация; ничего не отправляется: вы сами прочтёте, заполните и отправите.',
  },
  letter_access: { en: 'What do you have?', ru: 'Что у вас есть?' },
  letter_erasure: { en: 'Erase it', ru: 'Удалите' },
  letter_withdrawal: { en: 'I withdraw consent', ru: 'Отзываю согласие' },
  letter_access_note: {
    en: 'Asks which data of yours the service has, why, and to whom they went.',
    ru: 'Запрос: какие ваши данные есть у сервиса, зачем и кому переданы.',
  },
  letter_erasure_note: {
    en: 'Asks to destroy your data and to stop using them. The device may stop working with its app.',
    ru: 'Требование уничтожить ваши данные и прекратить их использовать. Устройство может перестать работать с приложением.',
  },
  letter_withdrawal_note: {
    en: 'Takes back your consent. What the service does on other grounds may go on; the device may stop working with its app.',
    ru: 'Отзыв вашего согласия. То, что сервис делает на других основаниях, может продолжаться; устройство может перестать работать с приложением.',
  },
  letter_get: { en: 'Download the draft', ru: 'Скачать черновик' },
  letter_show: { en: 'Read it here', ru: 'Прочесть здесь' },
} as const;
