// Golden conversations: the device says its MAC, the cloud sees a stand-in and answers by it, the device sees its MAC again.
import { randomBytes } from 'node:crypto';
import zlib from 'node:zlib';
import test from 'ava';
import { openVault, type Vault } from '#src/household/vault.js';
import { httpJudge } from '#src/message/http.js';
import type { Limits, Place } from '#src/model.js';
import { loadRules } from '#src/policy/declaration.js';
import { DEFAULT_LIMITS, type MqttMessage, type Outcome, type Part, Session } from '#src/protocol/mqtt/index.js';
import { createHttpRestore } from '#src/restore/http.js';
import { mqttRestore } from '#src/restore/mqtt.js';
import { readRulesDir } from '#src/rules-files.js';
import { Services } from '#src/services/contexts.js';
import { serviceIn } from '#src/services/reading.js';
import { type Part as SievePart, sieve } from '#src/sieve.js';
import { openMemoryStore } from '#src/store/memory.js';
import { Client, record, startHub } from '../net/tools.js';
import { CONNACK, connect, publish } from '../protocol/mqtt/transcript.js';

const LIMITS: Limits = { bodyBytes: 65_536, inflateRatio: 100, depth: 64, nodes: 10_000, layers: 8 };
const MASTER = new Uint8Array(32).fill(3);
const MAC = 'F4:CF:A2:77:88:99';
const SPELLINGS = [MAC, MAC.toLowerCase(), 'F4CFA2778899', 'f4cfa2778899'];
const rules = loadRules(await readRulesDir(['rules']));
const services = new Services({
  rules,
  household: { choices: {}, overrides: [], own: [], knownToVendor: () => false },
  master: MASTER,
  limits: LIMITS,
});

async function newVault(): Promise<Vault> {
  return openVault(await openMemoryStore(), { key: MASTER, random: randomBytes, now: Date.now });
}

const answers = createHttpRestore({ limits: LIMITS });

/** The judge of the doors, with the way back. */
function judgeWith(vault: Vault) {
  const judge = httpJudge({
    services: () => services,
    log: { append: async () => 1 },
    now: Date.now,
    label: () => 'd-00000001',
    remember: (pseudonyms, device) => vault.remember(pseudonyms, device),
    onAnswer: (reading, method) => answers(vault.originals(serviceIn(reading)), method),
  });
  return (message: Parameters<typeof judge>[0]) => judge({ ...message, service: 'cosori' });
}

function post(body: string): string {
  return `POST /cloud/v1/device HTTP/1.1\r\nHost: smartapi.vesync.com\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`;
}

const cidOf = (text: string): string => (JSON.parse(text.slice(text.indexOf('{'))) as { cid: string }).cid;

for (const coding of [undefined, 'gzip'] as const) {
  test(`HTTP${coding ? `, ${coding}` : ''}: what the cloud echoes under the stand-in reaches the device under its MAC`, async (t) => {
    const cloud = await record((socket, request) => {
      const cid = cidOf(request);
      const plain = Buffer.from(`{"code":0,"result":{"cid":"${cid}","topic":"cmd/${cid.toLowerCase()}/set"}}`);
      const body = coding === 'gzip' ? zlib.gzipSync(plain) : plain;
      const head = [
        'HTTP/1.1 200 OK',
        'Content-Type: application/json',
        ...(coding ? [`Content-Encoding: ${coding}`] : []),
        `X-Device: ${cid}`,
        `Location: /device/${encodeURIComponent(cid)}?cid=${encodeURIComponent(cid)}`,
        `Set-Cookie: dev=${encodeURIComponent(cid)}; Path=/`,
        `Content-Length: ${body.length}`,
      ];
      socket.write(Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`), body]));
    });
    const vault = await newVault();
    const hub = await startHub({ upstreamPort: cloud.port, judge: judgeWith(vault) });
    const answer = await new Client(hub.port).write(post(`{"cid":"${MAC}","deviceStatus":"on"}`)).end();
    for (const one of SPELLINGS) t.false(cloud.text().includes(one), 'the cloud does not see the MAC');
    const seen = cidOf(cloud.text());
    t.regex(answer, /^HTTP\/1\.1 200/);
    for (const form of [seen, seen.toLowerCase(), encodeURIComponent(seen)])
      t.false(answer.includes(form), 'nor the device the stand-in');
    t.true(answer.includes(`X-Device: ${MAC}`));
    t.regex(answer, /Location: \/device\/F4(:|%3A)CF\S*\?cid=F4/i);
    t.regex(answer, /Set-Cookie: dev=F4(:|%3A)CF/i);
    if (coding === undefined) t.true(answer.includes(`"cid":"${MAC}"`));
    await hub.close();
    cloud.close();
  });
}

test('HTTP: firmware streams through as it is, byte for byte, also where chance puts a stand-in into it', async (t) => {
  const vault = await newVault();
  const firmware = Buffer.alloc(300_000, 0xe9);
  const cloud = await record((socket, request, index) => {
    if (index === 0) {
      firmware.write(cidOf(request), 1000, 'latin1');
      socket.write('HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}');
    } else {
      const head = `HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\nContent-Length: ${firmware.length}\r\n\r\n`;
      socket.write(Buffer.concat([Buffer.from(head), firmware]));
    }
  });
  const hub = await startHub({ upstreamPort: cloud.port, judge: judgeWith(vault) });
  const body = `{"cid":"${MAC}"}`;
  await new Client(hub.port).write(post(body)).end();
  const answer = await new Client(hub.port).write(post(body)).end();
  t.true(Buffer.from(answer.slice(answer.indexOf('\r\n\r\n') + 4), 'latin1').equals(firmware));
  await hub.close();
  cloud.close();
});

test('HTTP: after a restart of the hub the cloud still finds the device', async (t) => {
  const store = await openMemoryStore();
  const open = () => openVault(store, { key: MASTER, random: randomBytes, now: Date.now });
  let seen = '';
  const cloud = await record((socket, request) => {
    seen ||= cidOf(request);
    const body = `{"cid":"${seen}"}`;
    socket.write(`HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`);
  });
  const first = await startHub({ upstreamPort: cloud.port, judge: judgeWith(await open()) });
  await new Client(first.port).write(post(`{"cid":"${MAC}"}`)).end();
  await first.close();
  const second = await startHub({ upstreamPort: cloud.port, judge: judgeWith(await open()) });
  const answer = await new Client(second.port).write(post('{"deviceStatus":"on"}')).end();
  t.true(answer.includes(`{"cid":"${MAC}"}`));
  await second.close();
  cloud.close();
});

/** An MQTT message through the real sieve, as the hub wires it. */
async function judgeMqtt(message: MqttMessage, vault: Vault): Promise<Outcome> {
  const given = message.parts.map((part): SievePart => {
    const bytes = part.bytes ?? Buffer.from(part.in === 'topic' ? `/${part.text}` : (part.text ?? ''), 'utf8');
    return { in: part.in as Place, kind: 'bytes', bytes, ...(part.mediaType ? { mediaType: part.mediaType } : {}) };
  });
  const sieved = sieve(given, services.context('cosori', 'd-1'));
  if (sieved.parts === undefined) return { kind: 'refuse', error: sieved.error! };
  await vault.remember(sieved.pseudonyms);
  const parts = message.parts.map((part, i): Part => {
    const after = sieved.parts![i] as Extract<SievePart, { kind: 'bytes' }>;
    const text = Buffer.from(after.bytes).toString('utf8');
    return part.text === undefined
      ? { ...part, bytes: after.bytes }
      : { ...part, text: part.in === 'topic' ? text.slice(1) : text };
  });
  return { kind: 'pass', parts };
}

/** Everything that reaches the cloud, and everything that reaches the device, as Latin-1. */
class Conversation {
  toCloud = '';
  toDevice = '';
  readonly session: Session;
  constructor(readonly vault: Vault) {
    const restore = mqttRestore(vault.originals('cosori'), LIMITS);
    this.session = new Session({ limits: DEFAULT_LIMITS, refused3: 'acknowledge', restore });
  }
  async device(bytes: Uint8Array): Promise<void> {
    await this.carryOut(this.session.fromDevice(bytes));
  }
  async cloud(bytes: Uint8Array): Promise<void> {
    await this.carryOut(this.session.fromCloud(bytes));
  }
  private async carryOut(commands: ReturnType<Session['fromCloud']>): Promise<void> {
    for (const command of commands) {
      if (command.kind === 'toCloud') this.toCloud += Buffer.from(command.bytes).toString('latin1');
      else if (command.kind === 'toDevice') this.toDevice += Buffer.from(command.bytes).toString('latin1');
      else if (command.kind === 'judge') {
        const outcome = await judgeMqtt(command.message, this.vault);
        await this.carryOut(this.session.judged(command.token, outcome));
      }
    }
  }
}

for (const level of [4, 5] as const) {
  test(`MQTT ${level}: a report leaves under a stand-in, a command to the stand-in reaches the device under its MAC`, async (t) => {
    const talk = new Conversation(await newVault());
    await talk.device(connect(level));
    await talk.cloud(CONNACK[level]);
    await talk.device(publish(level, 'report', `{"cid":"${MAC}","deviceStatus":"on"}`));
    for (const one of SPELLINGS) t.false(talk.toCloud.includes(one), 'the cloud does not see the MAC');
    const seen = cidOf(talk.toCloud);
    await talk.cloud(publish(level, `cmd/${seen}/set`, `{"cid":"${seen}","to":"${seen.toUpperCase()}","method":"off"}`));
    t.false(talk.toDevice.toLowerCase().includes(seen.toLowerCase()), 'nor the device the stand-in');
    t.true(talk.toDevice.includes(`cmd/${MAC}/set`));
    t.true(talk.toDevice.includes(`{"cid":"${MAC}"`));
    t.true(talk.toDevice.includes('"method":"off"}'));
  });

  test(`MQTT ${level}: a payload that cannot be read reaches the device as it is`, async (t) => {
    const talk = new Conversation(await newVault());
    await talk.device(connect(level));
    await talk.cloud(CONNACK[level]);
    await talk.device(publish(level, 'report', `{"cid":"${MAC}"}`));
    const bytes = publish(level, 'firmware', '\x00\x01\x02', { payload: Buffer.from('00ff10fe', 'hex') });
    talk.toDevice = '';
    await talk.cloud(bytes);
    t.is(talk.toDevice, Buffer.from(bytes).toString('latin1'));
  });
}
