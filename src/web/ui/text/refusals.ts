// Why a message did not leave, by the codes of the log (`r_`), and what the household can do about it (`h_`).
export const refusals = {
  r_malformed: { en: 'It is not written as its format demands.', ru: 'Оно не соответствует своему формату.' },
  r_too_deep: { en: 'It nests deeper than the hub reads.', ru: 'Оно вложено глубже, чем читает хаб.' },
  r_too_large: { en: 'It is larger than the hub reads.', ru: 'Оно больше, чем читает хаб.' },
  r_too_many_fields: { en: 'It has more fields than the hub reads.', ru: 'В нём больше полей, чем читает хаб.' },
  r_inflates_too_much: { en: 'Unpacked, it is larger than the hub reads.', ru: 'После распаковки оно больше, чем читает хаб.' },
  r_too_long: { en: 'It takes the hub too long to read.', ru: 'Хаб читает его слишком долго.' },
  r_unknown_coding: { en: 'It is compressed in a way the hub cannot read.', ru: 'Хаб не умеет распаковать это сжатие.' },
  r_unreadable_format: { en: 'The hub cannot read its format.', ru: 'Хаб не умеет читать этот формат.' },
  r_unreadable_charset: { en: 'The hub does not know its character set.', ru: 'Хаб не знает его кодировку.' },
  r_bad_head: { en: 'Its head can be read in two ways.', ru: 'Его заголовок можно понять двояко.' },
  r_upgrade_refused: { en: 'The device asked for another protocol.', ru: 'Устройство просит перейти на другой протокол.' },
  r_head_too_large: { en: 'Its head is too large.', ru: 'Его заголовок слишком велик.' },
  r_timeout: { en: 'It did not arrive whole in time.', ru: 'Оно не пришло целиком вовремя.' },
  r_blocked: { en: 'You have blocked this service or device.', ru: 'Вы заблокировали этот сервис или устройство.' },
  r_closed: {
    en: 'What you have chosen is damaged or missing, so nothing leaves.',
    ru: 'Ваши настройки повреждены или пропали, поэтому ничего не уходит.',
  },
  r_unknown_device: {
    en: 'A device is blocked, and the hub could not find out which device sent this.',
    ru: 'Одно из устройств заблокировано, а кто отправил это, хаб установить не смог.',
  },
  r_own_identifier: { en: 'It still held something of this home.', ru: 'В нём осталось что-то от этого дома.' },
  r_floor: { en: 'It holds a secret that cannot be taken out.', ru: 'В нём секрет, который нельзя вынуть.' },
  r_not_restorable: {
    en: 'A field that must change is part of something that cannot be written again.',
    ru: 'Поле, которое нужно изменить, стоит в том, что нельзя записать заново.',
  },
  r_sealed: { en: 'It is sealed and cannot be minimized.', ru: 'Оно запечатано, урезать его нельзя.' },
  r_media_withheld: {
    en: 'It is nothing but a picture, sound or file, and no purpose needs it.',
    ru: 'В нём только снимок, звук или файл, а ни одной цели это не нужно.',
  },
  r_opaque: { en: 'The connection cannot be read.', ru: 'Соединение не читается.' },
  r_unknown_service: { en: 'No rule names this host.', ru: 'Этого адреса нет в правилах.' },
  r_not_at_home: { en: 'The sender is not in the home network.', ru: 'Отправитель не в домашней сети.' },
  r_no_upstream: { en: 'The hub does not know where it is to go.', ru: 'Хаб не знает, куда его отправить.' },
  r_private_upstream: {
    en: 'It is addressed to another machine of the home.',
    ru: 'Оно адресовано другой машине дома.',
  },
  r_wrong_destination: {
    en: 'It names one service and was on its way to another.',
    ru: 'Оно называет один сервис, а шло к другому.',
  },
  r_destination_differs: {
    en: 'It was on its way to an address that its name is not known to have.',
    ru: 'Оно шло на адрес, который для этого имени не известен.',
  },
  r_loop: { en: 'It would have come back to the hub itself.', ru: 'Оно вернулось бы на сам хаб.' },
  r_upstream_unreachable: { en: 'The cloud could not be reached.', ru: 'Облако недоступно.' },
  r_upstream_timeout: { en: 'The cloud did not answer in time.', ru: 'Облако не ответило вовремя.' },
  r_upstream_untrusted: { en: 'The cloud did not prove who it is.', ru: 'Облако не подтвердило, кто оно.' },
  r_busy: { en: 'The hub had too much in hand.', ru: 'Хаб был слишком занят.' },
  r_record_failed: { en: 'The hub could not write its record.', ru: 'Хаб не смог сделать запись.' },
  r_internal: { en: 'The hub failed.', ru: 'Сбой хаба.' },
  r_gone_round: { en: 'Devices can go round the hub.', ru: 'Устройства могут идти мимо хаба.' },
  r_other: { en: (code: string) => `Refused (${code}).`, ru: (code: string) => `Не пропущено (${code}).` },

  help: { en: 'What you can do', ru: 'Что можно сделать' },
  h_flaw: {
    en: 'Usually a flaw of the device: a newer firmware may help.',
    ru: 'Обычно это недостаток устройства: может помочь новая прошивка.',
  },
  h_limit: {
    en: (key: string) => `If you trust this device, raise ${key} in the hub’s config.`,
    ru: (key: string) => `Если вы доверяете устройству, увеличьте ${key} в настройках хаба.`,
  },
  h_pass_opaque: {
    en: 'You can let through unread what this service sends so. Unread is unminimized: everything in it leaves.',
    ru: 'Такие сообщения этого сервиса можно пропускать непрочитанными. Непрочитанное не урезано: уходит всё, что внутри.',
  },
  h_pass_sealed: {
    en: 'You can let through what this service seals. What is sealed is not minimized: everything in it leaves.',
    ru: 'Запечатанное этого сервиса можно пропускать. Запечатанное не урезано: уходит всё, что внутри.',
  },
  h_opaque: {
    en: 'Either the device does not have the hub’s certificate yet, or it takes none. Under “Services” you can let it through unread, or leave it cut off.',
    ru: 'Или на устройстве ещё нет сертификата хаба, или оно никакого не принимает. В разделе «Сервисы» можно пропустить его непрочитанным или оставить отключённым.',
  },
  h_recover: {
    en: 'Recover your choices, from a backup or anew: then the hub opens again.',
    ru: 'Восстановите настройки из копии или задайте их заново: тогда хаб снова откроется.',
  },
  h_unblock: { en: 'Nothing leaves until you unblock it.', ru: 'Ничего не уйдёт, пока вы его не разблокируете.' },
  h_neighbours: {
    en: 'It leaves again once the hub sees the sender’s hardware address, or when no device is blocked. `hubsieve doctor` says whether the hub can read who is in the network.',
    ru: 'Оно уйдёт, когда хаб увидит аппаратный адрес отправителя или когда не будет заблокированных устройств. `hubsieve doctor` покажет, видит ли хаб, кто есть в сети.',
  },
  h_adopt: {
    en: 'Under “Services” you say whether the hub may read and minimize what goes there, or blocks it.',
    ru: 'В разделе «Сервисы» вы решаете, читать и урезать то, что туда идёт, или блокировать.',
  },
  h_let_single: {
    en: 'Nothing of it left. If the device no longer works, “Something broke?” shows what is withheld, field by field.',
    ru: 'Ничего из него не ушло. Если устройство перестало работать, «Что-то сломалось?» покажет удержанное по полям.',
  },
  h_never: {
    en: 'Wi-Fi passwords, setup codes and private keys never leave, whatever is switched on.',
    ru: 'Пароли Wi-Fi, коды настройки и закрытые ключи не уходят никогда, что бы ни было включено.',
  },
  h_media: {
    en: 'A purpose that needs pictures or sound lets them leave; turn it on only if you use it.',
    ru: 'Снимки и звук пропускает цель, которой они нужны; включайте её, только если пользуетесь ею.',
  },
  h_config: {
    en: (key: string) => `If it is right so, name it in the hub’s config: ${key}.`,
    ru: (key: string) => `Если так и должно быть, укажите это в настройках хаба: ${key}.`,
  },
  h_names: {
    en: 'The home’s name server leads the hub to itself: name another one in the config, upstream.dns.',
    ru: 'Домашний DNS отправляет хаб к нему самому: укажите другой в настройках, upstream.dns.',
  },
  h_strange: {
    en: 'A working device does not do this. Look at what else it sends.',
    ru: 'Исправное устройство так не делает. Посмотрите, что ещё оно отправляет.',
  },
  h_ordinary: {
    en: 'Ordinary where a cloud has many addresses: the hub went to the name.',
    ru: 'Обычное дело, когда у облака много адресов: хаб пошёл по имени.',
  },
  h_upgrade: { en: 'Only WebSocket is let through.', ru: 'Пропускается только WebSocket.' },
  h_internet: {
    en: 'Is the home connected to the Internet? Devices usually try again by themselves.',
    ru: 'Есть ли дома интернет? Обычно устройства пробуют снова сами.',
  },
  h_again: { en: 'Devices usually try again by themselves.', ru: 'Обычно устройства пробуют снова сами.' },
  h_clock: {
    en: 'Nothing was sent to it. Is the hub’s clock right? Else the cloud’s certificate is wrong or has ended, and only its operator can mend that.',
    ru: 'Ему ничего не отправлено. Верны ли часы хаба? Иначе сертификат облака неверен или истёк, и исправить это может только его владелец.',
  },
  h_disk: { en: 'Is the hub’s disk full or read-only?', ru: 'Не кончилось ли место на диске хаба?' },
  h_gate: {
    en: '`hubsieve gate status` on the hub says why; `hubsieve gate close` closes the way.',
    ru: '`hubsieve gate status` на хабе скажет почему; `hubsieve gate close` закроет путь.',
  },
  h_journal: { en: 'The hub’s journal says more.', ru: 'Подробности в журнале хаба (journalctl).' },
} as const;
