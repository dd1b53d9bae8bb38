// The same choices over MQTT and WebSocket as over HTTP.
import { createCipheriv, createHash } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test from 'ava';
import { parseConfig } from '#src/config.js';
import { HubError } from '#src/errors.js';
import { mqttJudge } from '#src/message/mqtt.js';
import type { MessagePorts } from '#src/message/ports.js';
import { webSocketJudge } from '#src/message/websocket.js';
import type { CipherKey } from '#src/model.js';
import { placeOf } from '#src/protocol/mqtt/fields.js';
import type { MqttMessage, Part, PartRole } from '#src/protocol/mqtt/index.js';
import { KEYS_FILE, readCipherKeys } from '#src/runtime/device-keys.js';
import { Services } from '#src/services/contexts.js';
import { limitsOf } from '#src/services/from-config.js';
import { MASTER, rules } from '../sieve/support.js';

interface Seen {
  readonly verdict: string;
  readonly error: string | undefined;
  /** What leaves; of MQTT the last part. */
  readonly out: Buffer | undefined;
}
interface Choice {
  readonly sealed?: 'refuse' | 'pass';
  readonly keys?: readonly CipherKey[];
}

function partsFor({ sealed = 'refuse', keys = [] }: Choice): { parts: MessagePorts; verdicts: string[] } {
  const config = parseConfig(JSON.stringify({ services: { unknown: { sealed } } }), 'test');
  const household = { choices: config.services, overrides: [], own: [], keys, knownToVendor: () => false };
  const services = new Services({ rules, household, master: MASTER, limits: limitsOf(config) });
  const verdicts: string[] = [];
  const append: MessagePorts['log']['append'] = async (record) => verdicts.push(record.kind === 'message' ? record.verdict : '');
  return {
    parts: { services: () => services, log: { append }, now: () => 0, label: () => 'd-1', remember: async () => {} },
    verdicts,
  };
}

const part = (role: PartRole, value: string | Buffer): Part => ({
  role,
  in: placeOf(role),
  name: role,
  ...(role === 'payload' || role === 'password' ? { bytes: Buffer.from(value) } : { text: String(value) }),
});

async function overMqtt(message: MqttMessage, choice: Choice = {}): Promise<Seen> {
  const { parts, verdicts } = partsFor(choice);
  const { outcome } = await mqttJudge(parts)({ device: '192.168.1.20', host: 'broker.test' }, message);
  const last = outcome.kind === 'pass' ? outcome.parts.at(-1) : undefined;
  const error = outcome.kind === 'refuse' ? outcome.error.code : undefined;
  return { verdict: verdicts[0]!, error, out: last ? Buffer.from(last.bytes ?? last.text!) : undefined };
}
const publish = (payload: string | Buffer, choice: Choice = {}): Promise<Seen> =>
  overMqtt({ type: 'publish', level: 5, packetBytes: 200, parts: [part('topic', 'home/a'), part('payload', payload)] }, choice);

async function overWebSocket(payload: string | Buffer, choice: Choice = {}): Promise<Seen> {
  const { parts, verdicts } = partsFor(choice);
  const message = { kind: 'binary', bytes: Buffer.from(payload) } as const;
  const judged = await webSocketJudge(parts)(
    { device: '192.168.1.20', host: 'cloud.test', service: undefined } as never,
    message as never,
  );
  const error = judged.kind === 'refuse' ? judged.error.code : undefined;
  return { verdict: verdicts[0]!, error, out: judged.kind === 'pass' ? Buffer.from(judged.bytes) : undefined };
}

const MD5 = createHash('md5').update('x').digest('hex');
const FINE = JSON.stringify({ on: true, sign: MD5 });
const LEAKY = JSON.stringify({ on: true, wifiSSID: 'Quiet Harbour 7', sign: MD5 });
const FLOOR = JSON.stringify({ on: true, wifiPassword: 'hunter2hunter2', sign: MD5 });
const KEY = '0123456789abcdef';
/** 2.1 of Tuya's MQTT. */
function tuya(text: string): Buffer {
  const cipher = createCipheriv('aes-128-ecb', KEY, null);
  const base64 = Buffer.concat([cipher.update(text), cipher.final()]).toString('base64');
  return Buffer.from(`2.1${createHash('md5').update(`data=${base64}||pv=2.1||${KEY}`).digest('hex').slice(8, 24)}${base64}`);
}

for (const [name, send] of [
  ['MQTT', publish],
  ['WebSocket', overWebSocket],
] as const) {
  test(`${name}: what is signed passes untouched, is refused where it must change, or passes as it came where opened`, async (t) => {
    t.deepEqual(await send(FINE), { verdict: 'forwarded', error: undefined, out: Buffer.from(FINE) });
    t.deepEqual(await send(LEAKY), { verdict: 'sealed', error: 'sealed', out: undefined });
    t.deepEqual(await send(LEAKY, { sealed: 'pass' }), { verdict: 'sealed', error: undefined, out: Buffer.from(LEAKY) });
    t.deepEqual(await send(FLOOR, { sealed: 'pass' }), { verdict: 'sealed', error: 'floor', out: undefined });
  });

  test(`${name}: a cipher is sealed, passes where opened, and is read where its key was given`, async (t) => {
    const bytes = tuya('{"dps":{"1":true},"ssid":"Quiet Harbour 7"}');
    const keys = [{ scheme: 'tuya', key: Buffer.from(KEY) }] as const;
    t.deepEqual(await send(bytes), { verdict: 'sealed', error: 'sealed', out: undefined });
    t.deepEqual(await send(bytes, { sealed: 'pass' }), { verdict: 'sealed', error: undefined, out: bytes });
    t.deepEqual(await send(bytes, { keys }), { verdict: 'forwarded', error: undefined, out: tuya('{"dps":{"1":true}}') });
  });
}

test('MQTT: a client id that the password proves is not given another one', async (t) => {
  const connect = (clientId: string, choice: Choice = {}): Promise<Seen> =>
    overMqtt(
      {
        type: 'connect',
        level: 4,
        packetBytes: 200,
        parts: [part('clientId', clientId), part('username', 'lamp&a1b2'), part('password', MD5)],
      },
      choice,
    );
  const signed = 'f4cfa2778899|securemode=3,signmethod=hmacsha1,timestamp=789|';
  t.is((await connect('f4cfa2778899')).verdict, 'forwarded');
  t.deepEqual(await connect(signed), { verdict: 'sealed', error: 'sealed', out: undefined });
  t.is((await connect(signed, { sealed: 'pass' })).out?.toString(), MD5);
});

test('keys of devices are read from a file for its owner alone, and no fault tells one', (t) => {
  const dir = mkdtempSync(path.join(tmpdir(), 'hubsieve-keys-'));
  t.teardown(() => rmSync(dir, { recursive: true, force: true }));
  const file = path.join(dir, KEYS_FILE);
  const write = (text: string, mode = 0o600): void => {
    writeFileSync(file, text);
    chmodSync(file, mode);
  };
  t.deepEqual(readCipherKeys(dir), []);
  write(`keys:\n  - { device: Lamp in the hall, scheme: tuya, key: "${KEY}" }\n`);
  t.deepEqual(readCipherKeys(dir), [{ scheme: 'tuya', key: Buffer.from(KEY) }]);
  for (const [text, mode] of [
    [`keys: [{ device: a, scheme: tuya, key: "${KEY}" }]`, 0o640],
    [`keys: [{ device: a, scheme: tuya, key: "${KEY}x" }]`, 0o600],
    [`keys: [{ device: a, scheme: rot13, key: "${KEY}" }]`, 0o600],
    [`keys: [{ device: a, key: "${KEY}", more: 1 }]`, 0o600],
    [`${KEY}: [`, 0o600],
    [KEY, 0o600],
  ] as const) {
    write(text, mode);
    const error = t.throws<HubError>(() => readCipherKeys(dir), { instanceOf: HubError }, text);
    t.is(error.code, 'config');
    t.false(`${error.message} ${error.where} ${String(error.cause)}`.includes(KEY));
  }
});
