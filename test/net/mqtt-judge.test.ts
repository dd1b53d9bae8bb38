import test from 'ava';
import { readRules } from '#src/cli/common.js';
import { parseConfig } from '#src/config.js';
import { HubError } from '#src/errors.js';
import { mqttJudge } from '#src/message/mqtt.js';
import type { MessagePorts } from '#src/message/ports.js';
import type { Decision, Override, Pseudonym, ServiceChoices } from '#src/model.js';
import { placeOf } from '#src/protocol/mqtt/fields.js';
import type { MqttMessage, Part, PartRole } from '#src/protocol/mqtt/index.js';
import { Services } from '#src/services/contexts.js';
import { limitsOf, ownIdentifiers } from '#src/services/from-config.js';

const SSID = 'Kvartira-17-5G';
const MAC = 'f4cfa2778899';
const config = parseConfig(`household: { ssids: ["${SSID}"], macs: ["F4:CF:A2:77:88:99"] }`, 'test');
const rules = await readRules(config);
const PEER = { device: '192.168.1.20', host: 'broker.test' };

interface Setup {
  readonly overrides?: readonly Override[];
  readonly choices?: Readonly<Record<string, ServiceChoices>>;
  readonly append?: MessagePorts['log']['append'];
}

interface Seen {
  readonly values: readonly (string | undefined)[];
  readonly error: string | undefined;
  readonly decisions: readonly Decision[];
  readonly pseudonyms: readonly Pseudonym[];
}

function judging({ overrides = [], choices = {}, append }: Setup = {}): (message: MqttMessage) => Promise<Seen> {
  const household = { choices, overrides, own: ownIdentifiers(config), knownToVendor: () => false };
  const services = new Services({ rules, household, master: Buffer.alloc(32, 1), limits: limitsOf(config) });
  return async (message) => {
    let decisions: readonly Decision[] = [];
    const pseudonyms: Pseudonym[] = [];
    const judge = mqttJudge({
      services: () => services,
      log: {
        append:
          append ??
          (async (record) => {
            if (record.kind === 'message') decisions = record.decisions;
            return 1;
          }),
      },
      label: () => 'd-0123abcd',
      now: () => 0,
      remember: async (more) => {
        pseudonyms.push(...more);
      },
    });
    const { outcome } = await judge(PEER, message);
    const parts = outcome.kind === 'pass' ? outcome.parts : [];
    const values = parts.map((part) => (part === null ? undefined : (part.text ?? Buffer.from(part.bytes!).toString('utf8'))));
    return { values, error: outcome.kind === 'refuse' ? outcome.error.code : undefined, decisions, pseudonyms };
  };
}

function part(role: PartRole, value: string, name: string = role): Part {
  const binary: readonly PartRole[] = ['payload', 'willPayload', 'password', 'correlationData'];
  return { role, in: placeOf(role), name, ...(binary.includes(role) ? { bytes: Buffer.from(value) } : { text: value }) };
}

function message(type: MqttMessage['type'], ...parts: Part[]): MqttMessage {
  return { type, level: 5, parts, packetBytes: 200 };
}

const topicOf = async (judge: ReturnType<typeof judging>, topic: string): Promise<string | undefined> =>
  (await judge(message('publish', part('topic', topic)))).values[0];
const filterOf = async (judge: ReturnType<typeof judging>, filter: string): Promise<string | undefined> =>
  (await judge(message('subscribe', part('filter', filter, 'filter[0]')))).values[0];

test('a topic and the filters for it get the same stand-ins, whatever stands for a wildcard', async (t) => {
  const judge = judging();
  const topic = (await topicOf(judge, `home/${MAC}/state`))!;
  t.notRegex(topic, new RegExp(MAC));
  const level = topic.split('/')[1]!;
  t.is(await filterOf(judge, `home/${MAC}/#`), `home/${level}/#`);
  t.is(await filterOf(judge, `+/${MAC}/+`), `+/${level}/+`);
  t.is(await filterOf(judge, `$share/pool/home/${MAC}/#`), `$share/pool/home/${level}/#`);
  t.is(await filterOf(judge, `home/tasmota_${MAC}/cmd`), `home/tasmota_${level}/cmd`);
  t.is((await judge(message('unsubscribe', part('filter', `home/${MAC}/#`, 'filter[0]')))).values[0], `home/${level}/#`);
});

test('topics without anything of the home stay byte for byte: empty levels, percent signs, other alphabets, $SYS', async (t) => {
  const judge = judging();
  for (const topic of ['home/lamp', '/', '/a//b/', 'a%2fb/100%', 'дом/лампа', '$SYS/broker/uptime', 'home/ lamp', 'a/./..//']) {
    t.is(await topicOf(judge, topic), topic);
  }
  for (const filter of ['#', '+', '+/+/#', '/#', '$share/g/#']) t.is(await filterOf(judge, filter), filter);
});

test('no level vanishes: topics of two devices never become one, also where the household asked to drop it', async (t) => {
  const drop: Override = { id: 'o', in: 'topic', path: '$[1]', action: 'drop' };
  for (const judge of [judging(), judging({ overrides: [drop] })]) {
    const topics = [`home/${MAC}/state`, 'home/f4cfa2778898/state', `home/${SSID}/state`, 'home/anna@example.com/state'];
    const written = await Promise.all(topics.map((topic) => topicOf(judge, topic)));
    t.is(new Set(written).size, topics.length);
    for (const [index, topic] of written.entries()) {
      t.is(topic?.split('/').length, 3);
      t.not(topic?.split('/')[1], topics[index]!.split('/')[1]);
      t.notRegex(topic!, /\/_?\/|withheld/);
    }
  }
});

test('what stands for a level is remembered with its original, and the log says pseudonymize', async (t) => {
  const drop: Override = { id: 'o', in: 'topic', path: '$[1]', action: 'drop' };
  for (const judge of [judging(), judging({ overrides: [drop] })]) {
    const { values, decisions, pseudonyms } = await judge(message('publish', part('topic', `home/${MAC}/state`)));
    t.is(decisions.find(({ path }) => path === '$[1]')?.action, 'pseudonymize');
    t.deepEqual(
      pseudonyms.map(({ original, pseudonym }) => [original, pseudonym]),
      [[MAC, values[0]!.split('/')[1]]],
    );
  }
});

test('a Wi-Fi password in a topic refuses the message: no form of it is to leave', async (t) => {
  const judge = judging();
  const { error, decisions } = await judge(message('publish', part('topic', 'psk/hunter2hunter2'), part('payload', '{}')));
  t.is(error, 'floor');
  t.true(decisions.some(({ category, action }) => category === 'wifi_password' && action === 'refuse'));
});

test('a CONNECT: each part is judged in its place, and what the device is known by is never empty', async (t) => {
  const judge = judging();
  const { values, decisions } = await judge(
    message(
      'connect',
      part('clientId', `tasmota-${MAC}`),
      part('willUserProperty', 'F4:CF:A2:77:88:99', 'mac'),
      part('willTopic', `home/${MAC}/online`),
      part('willPayload', JSON.stringify({ online: false, ssid: SSID })),
      part('username', 'anna'),
      part('password', 'token-of-the-account'),
    ),
  );
  const topic = (await topicOf(judge, `home/${MAC}/online`))!;
  t.regex(values[0]!, /^tasmota-.+/);
  t.notRegex(values.join(' '), new RegExp(`${MAC}|${SSID}|F4:CF`, 'i'));
  t.is(values[1]?.replaceAll(':', '').toLowerCase(), topic.split('/')[1], 'what the device is addressed with has one stand-in');
  t.is(values[2], topic);
  t.deepEqual(JSON.parse(values[3]!), { online: false });
  t.deepEqual(values.slice(4), ['anna', 'token-of-the-account']);
  t.deepEqual(
    decisions.map((decision) => `${decision.in} ${decision.path} ${decision.action}`),
    [
      "clientId $['client id'] pseudonymize",
      "will $['mac'] pseudonymize",
      "will $['topic'][0] keep",
      "will $['topic'][1] pseudonymize",
      "will $['topic'][2] keep",
      "will $['online'] keep",
      "will $['ssid'] drop",
      "username $['username'] keep",
      "username $['password'] keep",
    ],
  );
});

test('payloads without a label are read: JSON, numbers and plain words pass, the home is taken out, what cannot be read is refused', async (t) => {
  const judge = judging();
  const payloadOf = (value: string | Buffer): Promise<Seen> =>
    judge(message('publish', part('topic', 'home/a'), { ...part('payload', ''), bytes: Buffer.from(value) }));
  for (const value of ['ON', '23.5', '{"on":true}', '', 'a=1&b=2']) t.is((await payloadOf(value)).values[1], value);
  t.notRegex((await payloadOf(`joined ${SSID}`)).values[1]!, new RegExp(SSID));
  t.is((await payloadOf(Buffer.from([0xee, 0x02, 0xee, 0x07]))).error, 'unreadable_format');
  t.is((await payloadOf('{"on":')).error, 'malformed');
});

test('what is the same is the very same part, so that its packet goes on as its own bytes', async (t) => {
  const services = new Services({
    rules,
    household: { choices: {}, overrides: [], own: [], knownToVendor: () => false },
    master: Buffer.alloc(32, 1),
    limits: limitsOf(config),
  });
  const judge = mqttJudge({
    services: () => services,
    log: { append: async () => 1 },
    label: () => 'd-0123abcd',
    now: () => 0,
    remember: async () => {},
  });
  const given = message('publish', part('topic', 'home/a'), part('userProperty', 'C', 'unit'), part('payload', '{"on":true}'));
  const { outcome } = await judge(PEER, given);
  t.true(outcome.kind === 'pass' && outcome.parts.every((one, index) => one === given.parts[index]));
});

test('a blocked service and a log that cannot be written let nothing pass', async (t) => {
  const blocked = { mode: 'block', purposes: {}, opaque: 'refuse', sealed: 'refuse' } as const;
  t.is((await judging({ choices: { unknown: blocked } })(message('publish', part('topic', 'a')))).error, 'blocked');
  const broken = judging({
    append: async () => {
      throw new HubError('record_failed');
    },
  });
  t.is((await broken(message('publish', part('topic', 'a')))).error, 'record_failed');
});

test('in a rehearsal the message stays as it is and the record says what would have been', async (t) => {
  const observe = { mode: 'observe', purposes: {}, opaque: 'refuse', sealed: 'refuse' } as const;
  const { values, decisions } = await judging({ choices: { unknown: observe } })(
    message('publish', part('topic', `home/${MAC}/state`)),
  );
  t.is(values[0], `home/${MAC}/state`);
  t.is(decisions[1]?.action, 'pseudonymize');
});
