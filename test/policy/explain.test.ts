import test from 'ava';
import { ACTIONS, CATEGORY_IDS, type Decision, REASON_KINDS } from '#src/model.js';
import { loadRules } from '#src/policy/declaration.js';
import { explainCategory, explainDecision, explainHeld, explainSwitch, switchEffect } from '#src/policy/explain.js';
import { switchesOf } from '#src/policy/justify.js';
import { decision, files } from './fixture.js';

const rules = loadRules(files());
const NO_PURPOSE = { kind: 'no-purpose' } as const;
const CONTROL = { kind: 'purpose', purpose: 'device_control', clause: '2.1.4' } as const;

const SENTENCES: readonly [Decision, en: string, ru: string][] = [
  [
    decision({ category: 'wifi_ssid', action: 'drop', reason: NO_PURPOSE }),
    "The Wi-Fi name is not sent: no purpose in COSORI's policy needs it (6.1.3 names it without one).",
    'Данные «Имя сети Wi-Fi» не отправляются: в политике COSORI нет цели, для которой они нужны (6.1.3: названы без цели).',
  ],
  [
    decision({ category: 'email', action: 'keep', reason: { kind: 'purpose', purpose: 'registration', clause: '5.10' } }),
    'The e-mail address is sent as it is: the purpose “Registration” needs it (5.10).',
    'Данные «Адрес электронной почты» отправляются как есть: они нужны для цели «Регистрация» (5.10).',
  ],
  [
    decision({ category: 'device_status', action: 'keep', reason: CONTROL }),
    'The device status and measurements are sent as they are: the purpose “Device control”, which the policy only implies, needs them (2.1.4).',
    'Данные «Состояние и показания» отправляются как есть: они нужны для цели «Управление», которая из политики лишь вытекает (2.1.4).',
  ],
  [
    decision({
      category: 'signal_strength',
      action: 'generalize',
      reason: { kind: 'purpose', purpose: 'network_diagnostics', clause: '6.1.3' },
    }),
    'The signal strength is sent only in a coarser form: the purpose “Network diagnostics”, which the policy only implies, needs it no finer (6.1.3).',
    'Данные «Уровень сигнала» отправляются только в общем виде: они нужны для цели «Диагностика сети», которая из политики лишь вытекает (6.1.3), но не точнее.',
  ],
  [
    decision({ category: 'email', action: 'pseudonymize', reason: { kind: 'purpose', purpose: 'registration', clause: '5.10' } }),
    'The e-mail address is replaced by a pseudonym: the purpose “Registration” needs it (5.10), but the value also holds something that nothing needs.',
    'Данные «Адрес электронной почты» заменяются псевдонимом: они нужны для цели «Регистрация» (5.10), но в значении есть и то, что никому не нужно.',
  ],
  [
    decision({ category: 'signal_strength', action: 'drop', reason: NO_PURPOSE }),
    'The signal strength is not sent: the purpose “Network diagnostics” (6.1.3) needs it and is off.',
    'Данные «Уровень сигнала» не отправляются: они нужны для цели «Диагностика сети» (6.1.3), а она выключена.',
  ],
  [
    decision({ category: 'diagnostics', action: 'hash', reason: NO_PURPOSE }),
    "The diagnostics are sent only as a keyed hash: no purpose in COSORI's policy needs them (2.1.4 only lists them under “Device control”).",
    'Данные «diagnostics» отправляются только как хеш с ключом: в политике COSORI нет цели, для которой они нужны (2.1.4 лишь перечисляет их для цели «Управление»).',
  ],
  [
    decision({ category: 'presence', action: 'blank', reason: NO_PURPOSE }),
    "“Who is at home” is sent empty: no purpose in COSORI's policy needs it (the policy does not name it).",
    'Данные «Кто дома» отправляются пустыми: в политике COSORI нет цели, для которой они нужны (политика их не называет).',
  ],
  [
    decision({ category: 'wifi_password', action: 'drop', reason: NO_PURPOSE }),
    'The wifi_password is not sent: a secret of this home never leaves it, whatever is switched on.',
    'Данные «wifi_password» не отправляются: секреты дома никогда его не покидают, что бы ни было включено.',
  ],
  [
    decision({ category: 'media', action: 'generalize', reason: { kind: 'purpose', purpose: 'registration', clause: '5.10' } }),
    'The media is sent only without place, time and camera: the purpose “Registration” needs it (5.10).',
    'Данные «media» отправляются только без места, времени и сведений о камере: они нужны для цели «Регистрация» (5.10).',
  ],
  [
    decision({ category: 'email', action: 'drop', reason: { kind: 'excluded', clause: '3.4' } }),
    "The e-mail address is not sent: COSORI's policy promises not to take it (3.4).",
    'Данные «Адрес электронной почты» не отправляются: политика COSORI обещает их не брать (3.4).',
  ],
  [
    decision({ category: 'email', action: 'drop', reason: { kind: 'no-purpose', clause: 'baseline' } }),
    'The e-mail address is not sent: the policy does not name the host, and operating a device does not need it.',
    'Данные «Адрес электронной почты» не отправляются: политика не называет этот узел, а для работы устройства они не нужны.',
  ],
  [
    decision({ category: 'presence', action: 'keep', reason: NO_PURPOSE }),
    "“Who is at home” is sent as it is, although no purpose in COSORI's policy needs it (the policy does not name it).",
    'Данные «Кто дома» отправляются как есть, хотя в политике COSORI нет цели, для которой они нужны (политика их не называет).',
  ],
  [
    decision({ category: 'wifi_ssid', action: 'keep', reason: { kind: 'override' } }),
    'The Wi-Fi name is sent as it is: the household has decided so.',
    'Данные «Имя сети Wi-Fi» отправляются как есть: так решили дома.',
  ],
  [
    decision({ category: 'email', action: 'refuse', reason: { kind: 'blocked' } }),
    'The whole message is refused because of the e-mail address: the household has blocked this service or device.',
    'Всё сообщение не отправляется из-за данных «Адрес электронной почты»: дома заблокировали эту службу или это устройство.',
  ],
  [
    decision({ category: 'wifi_ssid', action: 'refuse', reason: { kind: 'last-look' } }),
    'The whole message is refused because of the Wi-Fi name: after it was minimized it still held something of this home.',
    'Всё сообщение не отправляется из-за данных «Имя сети Wi-Fi»: и после минимизации в нём оставалось что-то от этого дома.',
  ],
  [
    decision({ category: 'unclassified', by: 'shape', action: 'drop', reason: { kind: 'unclassified' } }),
    'A field the hub does not know is not sent: the hub does not recognize it, and it looks like an identifier or like something that people wrote.',
    'Неизвестное хабу поле не отправляется: хаб его не распознал, и оно похоже на идентификатор или на написанное людьми.',
  ],
  [
    decision({ category: 'unclassified', by: 'shape', action: 'keep', reason: { kind: 'unclassified' } }),
    'A field the hub does not know is sent as it is, although the hub does not recognize it, and it behaves like a reading.',
    'Неизвестное хабу поле отправляется как есть, хотя хаб его не распознал, и оно ведёт себя как показание.',
  ],
  [
    decision({ category: 'device_status', by: 'shape', action: 'keep', reason: CONTROL }),
    'A field the hub does not know, taken for “Device status and measurements”, is sent as it is: the purpose “Device control”, which the policy only implies, needs it (2.1.4).',
    'Неизвестное хабу поле, похожее на «Состояние и показания», отправляется как есть: оно нужно для цели «Управление», которая из политики лишь вытекает (2.1.4).',
  ],
];

for (const [said, en, ru] of SENTENCES) {
  test(`in English: ${en}`, (t) => {
    t.is(explainDecision(rules, 'cosori', said, 'en'), en);
  });
  test(`in Russian: ${ru}`, (t) => {
    t.is(explainDecision(rules, 'cosori', said, 'ru'), ru);
  });
}

test('a field held back because it is new says so, and not that the household decided', (t) => {
  const said = decision({ category: 'device_status', by: 'shape', action: 'drop', reason: { kind: 'override' } });
  t.is(
    explainHeld(rules, said, 'en'),
    'A field the hub does not know, taken for “Device status and measurements”, is not sent: the device had not sent it before, and the household has not said what it is.',
  );
  t.regex(explainHeld(rules, said, 'ru'), /раньше устройство этого не отправляло, и дома ещё не сказали, что это\.$/);
});

test('of an unknown service it is said that it is unknown', (t) => {
  const said = decision({ category: 'wifi_ssid', action: 'drop', reason: NO_PURPOSE });
  t.is(
    explainDecision(rules, 'nobody', said, 'en'),
    'The Wi-Fi name is not sent: the service is unknown, and operating a device does not need it.',
  );
});

test('every action and reason of every category has a whole sentence in both languages', (t) => {
  for (const category of CATEGORY_IDS) {
    for (const action of ACTIONS) {
      for (const kind of REASON_KINDS) {
        const said = decision({ category, action, reason: { kind } });
        t.regex(explainDecision(rules, 'cosori', said, 'en'), /^[A-Z“][^\n]*\.$/);
        t.regex(explainDecision(rules, 'cosori', said, 'ru'), /^[А-Я][^\n]*\.$/);
      }
    }
  }
});

test('a category is explained with every purpose that speaks of it, and every clause that names it without one', (t) => {
  const switches = switchesOf(rules.services.get('cosori')!, {});
  t.is(
    explainCategory(rules, switches, 'cosori', 'timezone_region', 'en'),
    `COSORI: timezone_region (timezone_region)
The timezone_region is sent only in a coarser form: the purpose “Device control”, which the policy only implies, needs it no finer (2.1.4).
  Device control [device_control, implied, on]: needs it no finer than coarse (2.1.4)
  Network diagnostics [network_diagnostics, implied, off]: needs it as it is (6.1.3)
  On hosts that the policy does not name (smartapi.vesync.com): withheld
  Term: pd:Identifying
`,
  );
  t.true(explainCategory(rules, switches, 'cosori', 'wifi_ssid', 'ru').includes('\n  6.1.3: названо без цели\n'));
});

test('what a switch would change is said before it is turned', (t) => {
  const switches = switchesOf(rules.services.get('cosori')!, {});
  t.deepEqual(switchEffect(rules, 'cosori', switches, 'network_diagnostics').leaves, ['signal_strength', 'timezone_region']);
  t.is(
    explainSwitch(rules, 'cosori', switches, 'network_diagnostics', 'en'),
    'Turned on, 2 more categories would leave: Signal strength (coarser); timezone_region.',
  );
  t.is(
    explainSwitch(rules, 'cosori', switches, 'registration', 'ru'),
    'Если выключить, перестанет уходить (2 категории): account_identifier; Адрес электронной почты.',
  );
  const other = new Map([...switches, ['device_control', false]]);
  t.is(
    explainSwitch(rules, 'cosori', new Map([...other, ['network_diagnostics', true]]), 'registration', 'en').split(':')[0],
    'Turned off, 2 fewer categories would leave',
  );
  t.is(
    explainSwitch(rules, 'nobody', new Map([['operate', true]]), 'operate', 'en'),
    'Turned off, 1 fewer category would leave: Device status and measurements.',
  );
});
