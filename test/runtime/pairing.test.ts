// Devices told of by hand, and what a device shows by sending while it is being paired.
import { randomBytes } from 'node:crypto';
import test from 'ava';
import type { HubError } from '#src/errors.js';
import { type Change, type Choices, openChoices, type SwitchRecord } from '#src/household/choices.js';
import type { Device } from '#src/household/devices.js';
import { carryOut, createRegistrar, type People, readInstruction } from '#src/runtime/pairing.js';
import { openMemoryStore } from '#src/store/memory.js';

const NOW = 1_800_000_000_000;
const BY = { policyVersion: 'sha256:0', clientVersion: 'cli/0', channel: 'cli' } as const;
const PLUG = 'd-00000001';
const LAMP = 'd-00000002';
const FRESH = 'd-00000003';

interface Home {
  readonly choices: Choices;
  readonly people: People;
  readonly records: SwitchRecord[];
  nowMs: number;
  failing: boolean;
}

const device = (label: string, more: Partial<Device> = {}): Device => ({
  label,
  addresses: [],
  firstMs: 0,
  lastMs: 0,
  services: {},
  ...more,
});

async function open(): Promise<Home> {
  const records: SwitchRecord[] = [];
  const state = { nowMs: NOW, failing: false };
  const choices = await openChoices(await openMemoryStore(), {
    key: Buffer.alloc(32, 1),
    random: randomBytes,
    now: () => state.nowMs,
    base: { services: {}, own: [], retentionDays: 30 },
    record: async (record) => {
      if (state.failing) throw new Error('the disk is full');
      records.push(record);
    },
  });
  const book = [device(PLUG, { hostname: 'plug' }), device(LAMP, { mdnsName: 'Plug' })];
  const identify: People['identify'] = (one) => ('mac' in one ? (one.mac === '02:00:5e:00:53:a1' ? PLUG : FRESH) : LAMP);
  return Object.assign(state, { choices, people: { choices, devices: { list: () => book }, identify }, records });
}

const apply = (choices: Choices, change: Change): Promise<unknown> => choices.apply(change, BY);

test('a device is found by its label, its MAC in any notation, its address, the name it has here; also one that never spoke', async (t) => {
  const { people, choices } = await open();
  await apply(choices, { what: 'device', device: LAMP, set: { key: 'name', value: 'Anna’s lamp' } });
  const found = async (said: string): Promise<string> =>
    (await carryOut({ what: 'known', device: said, known: true }, people, BY, NOW)).device;
  for (const mac of ['02:00:5e:00:53:a1', '02-00-5E-00-53-A1', '02005e0053a1']) t.is(await found(mac), PLUG);
  t.is(await found('02:00:5e:00:53:ff'), FRESH);
  t.is(await found('192.168.1.7'), LAMP);
  t.is(await found('fe80::1'), LAMP);
  t.is(await found(PLUG), PLUG);
  t.is(await found('ANNA’S LAMP'), LAMP);
});

test('what no device has, and what several have, changes nothing', async (t) => {
  const { people, choices, records } = await open();
  for (const [said, code] of [
    ['d-ffffffff', 'not_found'],
    ['kettle', 'not_found'],
    ['plug', 'config'],
  ] as const) {
    const fault = await t.throwsAsync<HubError>(carryOut({ what: 'pair', device: said, minutes: 5 }, people, BY, NOW));
    t.is(fault.code, code, said);
    t.false(fault.message.includes(said), 'a name stays out of an error');
  }
  t.deepEqual([records, choices.state.devices], [[], {}]);
});

test('a window opens and closes, each time with its record; what is so already is not recorded again', async (t) => {
  const { people, records } = await open();
  const tell = (minutes: number) => carryOut({ what: 'pair', device: PLUG, minutes }, people, BY, NOW);
  t.deepEqual(await tell(5), { device: PLUG, pairingUntilMs: NOW + 300_000, knownToVendor: false });
  t.deepEqual(await tell(0), { device: PLUG, knownToVendor: false });
  await tell(0);
  t.deepEqual(
    records.map(({ value, channel }) => [value, channel]),
    [
      ['pairing', 'cli'],
      ['pairing_ended', 'cli'],
    ],
  );
});

test('a device registered before keeps its identifiers until it sends while it is being paired; from then on it does not', async (t) => {
  const home = await open();
  const { choices, people, records } = home;
  const registers = createRegistrar(
    choices,
    () => BY,
    () => home.nowMs,
  );
  await carryOut({ what: 'known', device: PLUG, known: true }, people, BY, NOW);
  t.is(registers(PLUG), undefined, 'no window is open');
  await carryOut({ what: 'pair', device: PLUG, minutes: 5 }, people, BY, NOW);
  t.is(registers(LAMP), undefined, 'another device');
  const [first, second] = [registers(PLUG)!, registers(PLUG)!];
  t.false(choices.knownToVendor(PLUG, NOW));
  t.is(choices.device(PLUG).registered, 'before', 'asking alone changes nothing');
  await Promise.all([first(), second(), first()]);
  t.is(choices.device(PLUG).registered, 'through-hub');
  t.is(registers(PLUG), undefined, 'once is enough');
  home.nowMs += 600_000;
  t.false(choices.knownToVendor(PLUG, home.nowMs), 'also after the window');
  t.is(records.filter(({ value }) => value === 'registered_through_hub').length, 1);
});

test('a window that nobody used in time leaves a device as it was', async (t) => {
  const home = await open();
  const registers = createRegistrar(
    home.choices,
    () => BY,
    () => home.nowMs,
  );
  await carryOut({ what: 'known', device: PLUG, known: true }, home.people, BY, NOW);
  await carryOut({ what: 'pair', device: PLUG, minutes: 5 }, home.people, BY, NOW);
  home.nowMs += 300_000;
  t.is(registers(PLUG), undefined);
  t.true(home.choices.knownToVendor(PLUG, home.nowMs));
});

test('while minimization is paused, what leaves registers nothing', async (t) => {
  const home = await open();
  const registers = createRegistrar(
    home.choices,
    () => BY,
    () => home.nowMs,
  );
  await carryOut({ what: 'pair', device: PLUG, minutes: 5 }, home.people, BY, NOW);
  await apply(home.choices, { what: 'pause', device: PLUG, untilMs: NOW + 60_000 });
  t.is(registers(PLUG), undefined);
  home.nowMs += 60_000;
  t.not(registers(PLUG), undefined);
});

test('what cannot be recorded rejects, and is tried again with the next message', async (t) => {
  const home = await open();
  const registers = createRegistrar(
    home.choices,
    () => BY,
    () => home.nowMs,
  );
  await carryOut({ what: 'pair', device: PLUG, minutes: 5 }, home.people, BY, NOW);
  home.failing = true;
  await t.throwsAsync(registers(PLUG)!());
  home.failing = false;
  await registers(PLUG)!();
  t.is(home.choices.device(PLUG).registered, 'through-hub');
});

test('an instruction is whole and within its bounds, or none', (t) => {
  const good = [
    { what: 'pair', device: 'plug', minutes: 0 },
    { what: 'pair', device: 'plug', minutes: 60 },
    { what: 'known', device: 'plug', known: false },
  ];
  for (const one of good) t.deepEqual(readInstruction(one) as unknown, one);
  const bad = [
    undefined,
    null,
    'pair',
    [],
    { what: 'pair', device: 'plug' },
    { what: 'pair', device: 'plug', minutes: 61 },
    { what: 'pair', device: 'plug', minutes: -1 },
    { what: 'pair', device: 'plug', minutes: 0.5 },
    { what: 'pair', device: 'plug', minutes: '5' },
    { what: 'pair', device: '', minutes: 5 },
    { what: 'pair', device: 'x'.repeat(101), minutes: 5 },
    { what: 'known', device: 'plug', known: 1 },
    { what: 'forget', device: 'plug' },
  ];
  for (const one of bad) t.throws(() => readInstruction(one), { message: /not an instruction/ }, JSON.stringify(one));
});
