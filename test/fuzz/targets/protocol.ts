// What comes from sockets: heads of HTTP, packets of MQTT, the first message of TLS, certificates, handshakes of WebSocket.
import { generateKeyPairSync, type X509Certificate } from 'node:crypto';
import { HubError } from '#src/errors.js';
import { judgeInMode } from '#src/message/apply-mode.js';
import { httpJudge } from '#src/message/http.js';
import { packetParts, sieveParts } from '#src/message/mqtt.js';
import { makeRoot } from '#src/net/certificates.js';
import { readHead, writeHead } from '#src/protocol/http/head.js';
import type { Header } from '#src/protocol/http/message.js';
import { type Command, DEFAULT_LIMITS, Session } from '#src/protocol/mqtt/index.js';
import { ClientHelloReader, type HelloVerdict } from '#src/protocol/tls/client-hello.js';
import { findStapleFault } from '#src/protocol/tls/ocsp.js';
import { mustStaple, permittedDnsNames, readCertificate } from '#src/protocol/tls/x509.js';
import { offerAfter, readHandshake } from '#src/protocol/websocket/handshake.js';
import { Random } from '../random.js';
import * as made from '../samples.js';
import { codeOf, Find, stackOf, type Target } from '../target.js';
import { secretIn, servicesNew } from './sieve.js';

const { ssid, mac, ip } = made.SECRETS;
const HEADERS_MAX = 100;

interface Parsed {
  readonly method: string;
  readonly url: string;
  readonly httpVersion: string;
  readonly rawHeaders: readonly string[];
  readonly body: Uint8Array;
}

/** A request in text as a lenient parser would take it; Node's own refuses more. */
function parsed(input: Uint8Array): Parsed {
  const text = Buffer.from(input).toString('latin1');
  const end = text.indexOf('\r\n\r\n');
  const [first = '', ...lines] = text.slice(0, end < 0 ? text.length : end).split('\r\n');
  const [method = '', url = '', version = ''] = first.split(' ');
  const rawHeaders = lines.flatMap((line) => {
    const at = line.indexOf(':');
    return at < 0 ? [line, ''] : [line.slice(0, at), line.slice(at + 1).trim()];
  });
  return {
    method,
    url,
    httpVersion: version.replace('HTTP/', ''),
    rawHeaders,
    body: end < 0 ? Buffer.alloc(0) : input.subarray(end + 4),
  };
}

const REQUEST = (headers: string, body = ''): Buffer =>
  made.utf8(
    `POST /v1/devices/${mac}?ssid=${ssid}&mode=auto HTTP/1.1\r\nHost: api.example.test\r\n${headers}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
const REQUESTS = (): Uint8Array[] => [
  REQUEST('Content-Type: application/json\r\n', made.json(made.DOCUMENT).toString()),
  REQUEST(
    `Cookie: ip=${ip}; mode=auto\r\nCookie: b=${ssid}\r\nX-Mac: ${mac}\r\nUser-Agent: fryer/1.2 (${mac})\r\nConnection: keep-alive, X-Foo\r\nX-Foo: bar\r\n`,
  ),
  REQUEST(
    `Authorization: AWS4-HMAC-SHA256 Credential=A/20260101/x/y/aws4_request, SignedHeaders=host;x-mac, Signature=ab\r\nX-Mac: ${mac}\r\nContent-Digest: sha-256=:AAAA:\r\n`,
    made.form(made.FLAT_SAMPLE).toString(),
  ),
  made.utf8(
    `GET http://api.example.test/a?b=1 HTTP/1.1\r\nHost: api.example.test\r\nExpect: 100-continue\r\nTransfer-Encoding: chunked\r\n\r\n`,
  ),
  made.utf8(
    'GET /mqtt HTTP/1.1\r\nHost: [::1]:8080\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n',
  ),
];
const HTTP_WORDS = [
  '\r\n',
  ': ',
  'Host: ',
  'Content-Length: 5\r\n',
  'Transfer-Encoding: chunked\r\n',
  'Transfer_Encoding: x\r\n',
  'Connection: close, Host\r\n',
  'HTTP/1.0',
  'HTTP/1.1',
  '?',
  '#',
  'http://',
  '@',
  '%2e',
  '\t',
  '\0',
  '\x80',
  'Upgrade: h2c\r\n',
  'Cookie: ',
  'Content-Encoding: gzip\r\n',
  'Content-Type: ',
  'X-Forwarded-For: ',
  ssid,
  mac,
  ip,
];
const FRAMES = /^(?:host|content-length|transfer[-_]encoding|connection|upgrade|te|trailer|keep-alive|expect)$/i;

const httpHead: Target = {
  name: 'http-head',
  words: HTTP_WORDS,
  seeds: REQUESTS,
  check: (input) => {
    const raw = parsed(input);
    try {
      const head = readHead(raw, 'http', HEADERS_MAX);
      const framing = head.headers.find(([name]) => FRAMES.test(name));
      if (framing !== undefined) throw new Find('no framing header is among those that leave', framing[0]);
      const headers = writeHead({
        method: head.method,
        authority: 'api.example.test',
        headers: head.headers,
        bodyBytes: 0,
        framed: head.framed,
      });
      const url = head.path + (head.query === undefined ? '' : `?${head.query}`);
      const again = readHead({ ...raw, url, httpVersion: '1.1', rawHeaders: headers.flat() }, 'http', HEADERS_MAX + 2);
      if (JSON.stringify([again.path, again.query, again.headers]) !== JSON.stringify([head.path, head.query, head.headers]))
        throw new Find('what is written of a head is read the same way', url);
      return `${head.method}${head.headers.length}${head.framed}${head.upgrade ?? ''}${head.cookies.length}`;
    } catch (fault) {
      return codeOf(fault, input, /^(?:host|cookie|connection|upgrade|expect|forwarded)/i);
    }
  },
};

/** A whole request before the judge of the doors, with a log that takes everything. */
let services = servicesNew();
let judgedCount = 0;
const judge = httpJudge({
  services: () => services,
  log: { append: async () => 1 },
  now: () => 0,
  label: () => 'd-1',
  remember: async () => undefined,
});
const httpMessage: Target = {
  name: 'http-message',
  words: HTTP_WORDS,
  seeds: REQUESTS,
  check: async (input) => {
    const raw = parsed(input);
    let message: Parameters<typeof judge>[0];
    try {
      const head = readHead(raw, 'http', HEADERS_MAX);
      message = {
        device: '192.168.1.20',
        scheme: 'http',
        authority: 'api.example.test',
        method: head.method,
        path: head.path,
        ...(head.query === undefined ? {} : { query: head.query }),
        headers: head.headers,
        body: raw.body,
      };
    } catch (fault) {
      return codeOf(fault, input, /./);
    }
    if (++judgedCount % 5000 === 0) services = servicesNew();
    const outcome = await judge(message).catch((fault) => {
      throw new Find('the judge never throws', stackOf(fault));
    });
    if (outcome.kind === 'refuse') {
      if (outcome.error.code === 'internal')
        throw new Find('the sieve knows all its faults', stackOf(outcome.error.cause ?? outcome.error));
      return outcome.error.code;
    }
    const { path, query = '', headers, body } = outcome;
    const head = [path, query, ...headers.map(([name, value]) => `${name}: ${value}`)].join('\n');
    if (/[^\t\x20-\x7e\x80-\xff\n]/.test(head))
      throw new Find('a judged head can be written', JSON.stringify(head.slice(0, 200)));
    for (const bytes of [Buffer.from(head, 'latin1'), body]) {
      const found = secretIn(bytes);
      if (found !== undefined)
        throw new Find(
          'a secret of the home never leaves',
          `${found}: ${JSON.stringify(Buffer.from(bytes).toString('latin1').slice(0, 300))}`,
        );
    }
    return `ok${headers.length}${body.length === message.body.length}`;
  },
};

const text = (value: string): Buffer => Buffer.concat([Buffer.of(value.length >> 8, value.length & 255), made.utf8(value)]);
const frame = (first: number, ...body: Buffer[]): Buffer => {
  const all = Buffer.concat(body);
  return Buffer.concat([Buffer.of(first), made.varint(all.length), all]);
};
const connect = (level: number): Buffer =>
  frame(
    0x10,
    text('MQTT'),
    Buffer.of(level, 0xc6, 0, 60),
    ...(level === 5 ? [made.hex('05 11 0000000a')] : []),
    text(`fryer-${mac.replaceAll(':', '')}`),
    ...(level === 5 ? [Buffer.of(0)] : []),
    text(`home/${ssid}/will`),
    text(`gone ${ip}`),
    text('user'),
    text('secret'),
  );
const publish = (level: number, topic: string, payload: Uint8Array): Buffer =>
  frame(0x30, text(topic), ...(level === 5 ? [made.hex('00')] : []), Buffer.from(payload));
const subscribe = (level: number): Buffer =>
  frame(0x82, made.hex('0007'), ...(level === 5 ? [Buffer.of(0)] : []), text(`cmd/${mac}/+`), Buffer.of(1));
const typed = frame(
  0x32,
  text('t/1'),
  made.hex('0009'),
  made.varint(1 + text('application/json').length),
  Buffer.of(0x03),
  text('application/json'),
  made.json(made.DOCUMENT),
);
const userProperty = frame(
  0x30,
  text('t/1'),
  made.varint(1 + text('ssid').length + text(ssid).length),
  Buffer.of(0x26),
  text('ssid'),
  text(ssid),
  made.json(made.DOCUMENT),
);
const CONNACK: Readonly<Record<number, Buffer>> = { 4: made.hex('20020000'), 5: made.hex('20060000 03 22000a') };

const MQTT_SEEDS = (): Uint8Array[] =>
  [4, 5].flatMap((level) =>
    [
      [connect(level), publish(level, `tele/${mac}/state`, made.json(made.DOCUMENT)), subscribe(level), made.hex('c000')],
      [connect(level), publish(level, `tele/${ssid}`, made.form(made.FLAT_SAMPLE)), made.hex('e000')],
      [
        connect(level),
        publish(level, 'spBv1.0/g/NDATA/e', made.sparkplug(made.FLAT_SAMPLE)),
        publish(level, 'b', made.cbor(made.DOCUMENT)),
      ],
      ...(level === 5 ? [[connect(5), userProperty, typed]] : []),
    ].map((packets) => Buffer.concat([Buffer.of(level), ...packets])),
  );

/** Bytes of a device through a session, cut where the generator says; gives what went to the cloud. */
function session(bytes: Uint8Array, cut: (left: number) => number): { toCloud: Buffer[]; ways: string[] } {
  const one = new Session({ limits: DEFAULT_LIMITS, refused3: 'acknowledge', restore: ({ parts }) => parts });
  const toCloud: Buffer[] = [];
  const ways: string[] = [];
  let acknowledged = false;
  const follow = (commands: readonly Command[]): void => {
    for (const command of commands) {
      ways.push(command.kind === 'alarm' ? `${command.error} ${command.answer}` : command.kind);
      if (command.kind === 'toCloud') {
        toCloud.push(Buffer.from(command.bytes));
        const connack = CONNACK[one.level ?? 4];
        if (!acknowledged && connack !== undefined) {
          acknowledged = true;
          follow(one.fromCloud(connack));
        }
      } else if (command.kind === 'judge') {
        const before = sieveParts(command.message);
        const { parts: after, error } = judgeInMode(before, 'unknown', 'd-1', services).sieved;
        const parts = after && packetParts(command.message, before, after);
        for (const part of parts ?? []) {
          const found =
            part === null
              ? undefined
              : secretIn(Buffer.concat([made.utf8(`${part.name}\n${part.text ?? ''}\n`), part.bytes ?? Buffer.alloc(0)]));
          if (found !== undefined) throw new Find('a secret of the home never leaves', `${found}: ${part!.role}`);
        }
        if (error?.code === 'internal') throw new Find('the sieve knows all its faults', stackOf(error.cause ?? error));
        follow(
          one.judged(
            command.token,
            parts === undefined ? { kind: 'refuse', error: error ?? new HubError('internal') } : { kind: 'pass', parts },
          ),
        );
      } else if (command.kind === 'alarm' && secretIn(made.utf8(command.where)) !== undefined) {
        throw new Find('errors hold no value', command.where);
      }
    }
  };
  for (let at = 0; at < bytes.length && !one.ended; ) {
    const next = Math.max(1, cut(bytes.length - at));
    follow(one.fromDevice(bytes.subarray(at, at + next)));
    at += next;
  }
  follow(one.deviceClosed());
  return { toCloud, ways };
}

const mqtt: Target = {
  name: 'mqtt-session',
  words: [
    '\x30',
    '\x10',
    '\x82',
    '\xc0\0',
    '\xe0\0',
    '\0\x04MQTT',
    '\x05',
    '\x26',
    '\x23\0\x01',
    '\x01\x01',
    '\x08',
    '\x09',
    '\x0b\x01',
    '+',
    '#',
    '/',
    '$share/g/',
    ssid,
    mac,
    ip,
    '\xc0\x80',
    '\0\0',
  ],
  seeds: MQTT_SEEDS,
  check: (input) => {
    if (input.length < 2) return 'short';
    const bytes = input.subarray(1);
    let whole: ReturnType<typeof session>;
    try {
      whole = session(bytes, (left) => left);
    } catch (fault) {
      if (fault instanceof Find) throw fault;
      throw new Find('the session never throws', stackOf(fault));
    }
    const random = new Random(input.length);
    const inPieces = session(bytes, () => 1 + random.below(5));
    if (Buffer.compare(Buffer.concat(whole.toCloud), Buffer.concat(inPieces.toCloud)) !== 0)
      throw new Find('where the bytes are cut makes no difference', `${whole.ways.join()} and ${inPieces.ways.join()}`);
    return whole.ways.slice(0, 12).join();
  },
};

const mqttCloud: Target = {
  name: 'mqtt-cloud',
  words: mqtt.words!,
  seeds: () =>
    [4, 5].map((level) =>
      Buffer.concat([
        Buffer.of(level),
        CONNACK[level]!,
        publish(level, `cmd/${mac}/set`, made.json(made.DOCUMENT)),
        made.hex(level === 5 ? '9004 0007 00 01' : '9003 0007 01'),
        made.hex('d000'),
      ]),
    ),
  check: (input) => {
    if (input.length < 2) return 'short';
    try {
      const one = new Session({
        limits: DEFAULT_LIMITS,
        refused3: 'acknowledge',
        restore: ({ parts }) => parts.map((part) => (part.text === undefined ? part : { ...part, text: `${part.text}x` })),
      });
      const first = one.fromDevice(connect(input[0]! % 2 === 0 ? 4 : 5));
      const asked = first.find((command) => command.kind === 'judge');
      if (asked?.kind === 'judge') one.judged(asked.token, { kind: 'pass', parts: asked.message.parts });
      return one
        .fromCloud(input.subarray(1))
        .map((command) => (command.kind === 'alarm' ? `${command.error} ${command.answer}` : command.kind))
        .slice(0, 12)
        .join();
    } catch (fault) {
      throw new Find('the session never throws', stackOf(fault));
    }
  },
};

const u16 = (n: number): Buffer => Buffer.of(n >> 8, n & 255);
const vector = (width: 1 | 2, ...content: Buffer[]): Buffer => {
  const all = Buffer.concat(content);
  return Buffer.concat([width === 1 ? Buffer.of(all.length) : u16(all.length), all]);
};
const extension = (type: number, ...content: Buffer[]): Buffer => Buffer.concat([u16(type), vector(2, ...content)]);
function hello(): Buffer {
  const extensions = [
    extension(0, vector(2, Buffer.of(0), vector(2, made.utf8('smartapi.vesync.com')))),
    extension(16, vector(2, vector(1, made.utf8('h2')), vector(1, made.utf8('http/1.1')))),
    extension(43, vector(1, u16(0x0304), u16(0x0303))),
    extension(0x0a0a),
  ];
  const body = Buffer.concat([
    u16(0x0303),
    Buffer.alloc(32, 7),
    vector(1, Buffer.alloc(32)),
    vector(2, u16(0x1301), u16(0xc02b)),
    vector(1, Buffer.of(0)),
    vector(2, ...extensions),
  ]);
  const message = Buffer.concat([Buffer.of(1, 0), u16(body.length), body]);
  return Buffer.concat([made.hex('160301'), u16(message.length), message]);
}
function verdictOf(bytes: Uint8Array, cut: number): HelloVerdict {
  const reader = new ClientHelloReader();
  for (let at = 0; at < bytes.length; at += cut) {
    const verdict = reader.push(bytes.subarray(at, at + cut));
    if (verdict.kind !== 'more') return verdict;
  }
  return { kind: 'more' };
}
const tlsHello: Target = {
  name: 'tls-hello',
  words: ['\x16\x03\x01', '\0\0', '\0\x10', '\0\x2b', 'localhost', '192.168.1.1', 'a..b', '\xff\xff'],
  seeds: () => {
    const one = hello();
    const cut = Buffer.concat([
      made.hex('160301'),
      u16(40),
      one.subarray(5, 45),
      made.hex('160301'),
      u16(one.length - 45),
      one.subarray(45),
    ]);
    return [one, cut, made.utf8('GET / HTTP/1.1\r\n\r\n')];
  },
  check: (input) => {
    let verdict: HelloVerdict;
    try {
      verdict = verdictOf(input, input.length || 1);
    } catch (fault) {
      throw new Find('the reader of a ClientHello never throws', stackOf(fault));
    }
    if (verdict.kind === 'refuse' && verdict.alert === 'internal_error')
      throw new Find('every fault of a ClientHello has its alert', '');
    const pieces = verdictOf(input, 7);
    if (verdict.kind === 'hello' && JSON.stringify(pieces) !== JSON.stringify(verdict))
      throw new Find('where the bytes are cut makes no difference', `${JSON.stringify(verdict)} ${JSON.stringify(pieces)}`);
    if (verdict.kind === 'hello' && /[^a-z0-9_.-]/.test(verdict.hello.serverName ?? ''))
      throw new Find('a server name is a name', verdict.hello.serverName!);
    return verdict.kind === 'refuse' ? `${verdict.alert}` : verdict.kind;
  },
};

let sample: X509Certificate | undefined;
/** Made when first needed: making a key takes a while. Its bytes differ from run to run; an input of its own is all that a find needs. */
function certificate(): X509Certificate {
  if (sample === undefined) {
    const key = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
    sample = makeRoot(key, ['smartapi.vesync.com', '*.cosori.cloud'], { nowMs: 1_763_773_200_000 }, (bytes) =>
      Buffer.alloc(bytes, 7),
    );
  }
  return sample;
}

const x509: Target = {
  name: 'x509',
  words: [
    '\x30\x82',
    '\x30\x80',
    '\x02\x01\x05',
    '\x06\x03\x55\x1d\x1e',
    '\x06\x08\x2b\x06\x01\x05\x05\x07\x01\x18',
    '\x05\0',
    '\xa0\x03',
    '\xa3\x82',
    '\x04\x84\xff\xff\xff\xff',
  ],
  seeds: () => [
    certificate().raw,
    made.hex('30 03 0a 01 00'),
    made.hex('30 11 0a 01 00 a0 0c 30 0a 06 08 2b 06 01 05 05 07 30 01'),
  ],
  check: (input) => {
    try {
      const fault = findStapleFault({ response: input, leaf: certificate(), issuer: certificate(), nowMs: 0 });
      if (fault === undefined) throw new Find('bytes that nobody signed are no stapled answer', '');
      const facts = readCertificate(input);
      mustStaple(facts);
      return `${facts.scheme?.hash ?? 'weak'}${facts.extensions.size}${fault}${permittedDnsNames(facts)?.length}`;
    } catch (fault) {
      return codeOf(fault, input);
    }
  },
};

const handshake: Target = {
  name: 'websocket-handshake',
  words: [
    '\n',
    ': ',
    'Sec-WebSocket-Key: ',
    'Sec-WebSocket-Protocol: ',
    'Sec_WebSocket_Key: x',
    ', ',
    'mqtt',
    'permessage-deflate',
    '; client_max_window_bits',
    '13',
    '==',
  ],
  seeds: () => [
    made.utf8(
      'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\nSec-WebSocket-Version: 13\nSec-WebSocket-Protocol: mqtt, v2.example\nSec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\nX-A: b',
    ),
    made.utf8(
      'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\nSec-WebSocket-Version: 13\nSec-WebSocket-Protocol: a\nSec-WebSocket-Protocol: b',
    ),
  ],
  check: (input) => {
    const headers = Buffer.from(input)
      .toString('latin1')
      .split('\n')
      .map((line): Header => {
        const at = line.indexOf(': ');
        return at < 0 ? [line, ''] : [line.slice(0, at), line.slice(at + 2)];
      });
    try {
      const read = readHandshake(headers, '1.1');
      const offer = offerAfter(read, read.headers);
      if (JSON.stringify([...offer.protocols.keys()]) !== JSON.stringify(read.protocols))
        throw new Find('subprotocols that were not changed are offered', read.protocols.join());
      const left = offer.headers.find(([name]) => /^sec[^a-z0-9]websocket[^a-z0-9]/i.test(name));
      if (left !== undefined) throw new Find('no framing header is among those that leave', left[0]);
      return `${read.protocols.length}${read.deflate}`;
    } catch (fault) {
      return codeOf(fault, input, /sec|websocket|protocol|version|key/i);
    }
  },
};

export const protocolTargets: readonly Target[] = [httpMessage, httpHead, mqtt, mqttCloud, tlsHello, x509, handshake];
