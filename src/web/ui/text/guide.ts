// How to bring a device behind the hub, by kind of device, and how to install the CA, by platform. `{address}` is the hub's.
export interface Guide {
  readonly title: { readonly en: string; readonly ru: string };
  readonly steps: { readonly en: readonly string[]; readonly ru: readonly string[] };
}

export const DEVICE_GUIDES: readonly Guide[] = [
  {
    title: {
      en: 'Hub software (Home Assistant, openHAB, Node-RED)',
      ru: 'Программа умного дома (Home Assistant, openHAB, Node-RED)',
    },
    steps: {
      en: [
        'Set http_proxy and https_proxy to http://{address} for the program or its container.',
        'Add the hub’s certificate to the system’s trusted ones and restart the program.',
        'For MQTT: give the hub’s address as the broker, and the real broker as `upstream` in the hub’s config.',
      ],
      ru: [
        'Задайте программе или её контейнеру http_proxy и https_proxy со значением http://{address}.',
        'Добавьте сертификат хаба в доверенные и перезапустите программу.',
        'Для MQTT укажите брокером адрес хаба, а настоящий брокер — в настройке upstream хаба.',
      ],
    },
  },
  {
    title: { en: 'Phones and tablets with a vendor’s app', ru: 'Телефоны и планшеты с приложением производителя' },
    steps: {
      en: [
        'In the Wi-Fi network’s settings choose a manual proxy: {address}.',
        'Install the certificate as shown below.',
        'Apps may refuse it; on Android most do. Then only their unencrypted messages are read.',
      ],
      ru: [
        'В настройках сети Wi-Fi выберите ручной прокси: {address}.',
        'Установите сертификат, как показано ниже.',
        'Приложения могут его отвергнуть, на Android — почти все. Тогда читаются только их незашифрованные сообщения.',
      ],
    },
  },
  {
    title: {
      en: 'Devices without settings (plugs, fryers, vacuums)',
      ru: 'Устройства без настроек (розетки, аэрогрили, пылесосы)',
    },
    steps: {
      en: [
        'Let the home’s name server answer the cloud’s names with the hub’s address, or',
        'let the hub be the gateway of the devices’ network (a transparent door; docs/ways-in.md tells how).',
        'What is pinned stays opaque: the page shows it under Services, and you decide.',
      ],
      ru: [
        'Пусть домашний DNS отвечает на имена облака адресом хаба, или',
        'сделайте хаб шлюзом сети устройств (прозрачная дверь; как — в docs/ways-in.md).',
        'Закреплённое шифрование останется нечитаемым: оно видно в разделе «Сервисы», решать вам.',
      ],
    },
  },
];

export const CA_GUIDES: readonly Guide[] = [
  {
    title: { en: 'Android', ru: 'Android' },
    steps: {
      en: [
        'Download the certificate.',
        'Settings → Security → More → Install a certificate → CA certificate.',
        'Confirm the warning and choose the file.',
      ],
      ru: [
        'Скачайте сертификат.',
        'Настройки → Безопасность → Дополнительно → Установить сертификат → Сертификат ЦС.',
        'Подтвердите предупреждение и выберите файл.',
      ],
    },
  },
  {
    title: { en: 'iPhone and iPad', ru: 'iPhone и iPad' },
    steps: {
      en: [
        'Open the download in Safari and allow the profile.',
        'Settings → General → VPN & Device Management: install it.',
        'Settings → General → About → Certificate Trust Settings: switch it on.',
      ],
      ru: [
        'Откройте загрузку в Safari и разрешите профиль.',
        'Настройки → Основные → VPN и управление устройством: установите.',
        'Настройки → Основные → Об этом устройстве → Доверие сертификатам: включите.',
      ],
    },
  },
  {
    title: { en: 'Windows', ru: 'Windows' },
    steps: {
      en: ['Open the file, Install certificate, Local machine.', 'Place it in “Trusted Root Certification Authorities”.'],
      ru: [
        'Откройте файл, «Установить сертификат», «Локальный компьютер».',
        'Поместите его в «Доверенные корневые центры сертификации».',
      ],
    },
  },
  {
    title: { en: 'macOS', ru: 'macOS' },
    steps: {
      en: ['Open the file in Keychain Access, keychain “System”.', 'Open the certificate, Trust: “Always trust”.'],
      ru: ['Откройте файл в «Связке ключей», связка «Система».', 'Откройте сертификат, «Доверие»: «Всегда доверять».'],
    },
  },
  {
    title: { en: 'Linux (Debian, Raspberry Pi OS)', ru: 'Linux (Debian, Raspberry Pi OS)' },
    steps: {
      en: ['Copy the file to /usr/local/share/ca-certificates/hubsieve.crt.', 'Run: sudo update-ca-certificates'],
      ru: ['Скопируйте файл в /usr/local/share/ca-certificates/hubsieve.crt.', 'Выполните: sudo update-ca-certificates'],
    },
  },
];
