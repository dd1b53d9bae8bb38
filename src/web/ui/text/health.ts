// What is wrong with the hub or with the way to it, by the faults of web/facade/health.ts; each is given its detail.
export const health = {
  fault_gate_open: {
    en: 'The gate is OPEN: the chosen devices go round the hub, unread. `hubsieve gate close` closes it.',
    ru: 'Заслон ОТКРЫТ: выбранные устройства идут мимо хаба, и их никто не читает. Закрыть: `hubsieve gate close`.',
  },
  fault_gate_missing: {
    en: 'The gate is MISSING: nothing keeps the chosen devices from going round the hub. `systemctl restart hubsieve-gate` loads it.',
    ru: 'Заслона НЕТ: ничто не мешает выбранным устройствам идти мимо хаба. Загрузить: `systemctl restart hubsieve-gate`.',
  },
  fault_let_through: {
    en: (number: string) => `Devices go round the hub, because it had failed and you chose so: ${number}.`,
    ru: (number: string) => `Мимо хаба идут устройства (хаб отказал, и вы так решили): ${number}.`,
  },
  fault_gate_unwatched: {
    en: 'Nobody watches the gate, so the hub does not know whether devices go round it. `systemctl restart hubsieve-gate-watch`.',
    ru: 'За заслоном никто не следит, и хаб не знает, идут ли устройства мимо. `systemctl restart hubsieve-gate-watch`.',
  },
  fault_gate_fault: {
    en: (detail: string) => `The gate’s file has a fault, and the copy that worked last counts: ${detail}`,
    ru: (detail: string) => `В файле заслона ошибка, действует последняя рабочая копия: ${detail}`,
  },
  fault_gate_stand_in: {
    en: 'The machine’s firewall (nft) does not work. Until it does, the whole home is kept from the ports of the doors.',
    ru: 'Сетевой экран машины (nft) не работает. Пока это так, порты дверей закрыты для всего дома.',
  },
  fault_door_missing: {
    en: 'Nothing brings the chosen devices to the hub: they are cut off. `systemctl restart hubsieve-redirect`.',
    ru: 'Выбранные устройства некому привести к хабу: они отрезаны. `systemctl restart hubsieve-redirect`.',
  },
  fault_link_gone: {
    en: (name: string) => `This machine has no network interface ${name}: nothing of it comes to the hub.`,
    ru: (name: string) => `У этой машины нет сетевого интерфейса ${name}: через него к хабу ничего не приходит.`,
  },
  fault_neighbours: {
    en: 'The hub cannot read who is in the network: it does not know devices by their hardware address, and while one is blocked refuses all that it cannot tell from it.',
    ru: 'Хаб не видит, кто есть в сети: он не узнаёт устройства по аппаратному адресу и, пока одно заблокировано, не пропускает всех, кого не может от него отличить.',
  },
  fault_disk_low: {
    en: (detail: string) => `The hub’s disk is nearly full (${detail} left). While it is full, every message is refused.`,
    ru: (detail: string) => `На диске хаба почти нет места (осталось ${detail}). Пока его нет, ни одно сообщение не уходит.`,
  },
  fault_disk_read_only: {
    en: (detail: string) => `The hub’s disk cannot be written, so every message is refused: ${detail}`,
    ru: (detail: string) => `На диск хаба нельзя писать, поэтому ни одно сообщение не уходит: ${detail}`,
  },
  fault_clock: {
    en: (detail: string) => `The hub’s clock cannot be right: ${detail}.`,
    ru: (detail: string) => `Часы хаба идут неверно: ${detail}.`,
  },
  fault_trust_file: {
    en: (detail: string) => `A file of upstream.trust is of no use: ${detail}`,
    ru: (detail: string) => `Файл из upstream.trust негоден: ${detail}`,
  },
  fault_root_ends: {
    en: (detail: string) =>
      `The hub’s root certificate ends soon (${detail}): \`hubsieve ca rotate\`, then bring the new one to the devices.`,
    ru: (detail: string) =>
      `Корневой сертификат хаба скоро истечёт (${detail}): \`hubsieve ca rotate\`, затем установите новый на устройства.`,
  },
  fault_roots_differ: {
    en: (detail: string) => `The files of the hub’s root do not match each other: ${detail}`,
    ru: (detail: string) => `Файлы корневого сертификата хаба не подходят друг к другу: ${detail}`,
  },
  fault_choices_lost: {
    en: 'What you have chosen is damaged or missing: nothing leaves the home until you recover it.',
    ru: 'Ваши настройки повреждены или пропали: ничего не уходит из дома, пока вы их не восстановите.',
  },
  fault_store_damaged: {
    en: (files: string) => `The hub’s files were damaged (${files}): see what was lost.`,
    ru: (files: string) => `Файлы хаба были повреждены (${files}): посмотрите, что потеряно.`,
  },
  fault_log_continued: {
    en: (entries: string) => `The log was cut, put back or damaged, and goes on as a new one; entries left: ${entries}.`,
    ru: (entries: string) =>
      `Журнал был урезан, возвращён к старому или повреждён и продолжен новым; осталось записей: ${entries}.`,
  },
} as const;
