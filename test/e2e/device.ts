// A device for end-to-end tests: one HTTP request or one MQTT message over a connection. Also a program of its own
// (`node device.js http|https|mqtt|mqtts|quic|resolve HOST PORT CA BODY`), for a network namespace: it resolves HOST, and says what it was answered.
import dgram from 'node:dgram';
import { promises as dns } from 'node:dns';
import { readFileSync } from 'node:fs';
import net from 'node:net';
import tls from 'node:tls';
import { fileURLToPath } from 'node:url';
import { generate, type Packet, parser } from 'mqtt-packet';

/** What a test waits for at most; nothing here takes a tenth of it. */
const PATIENCE_MS = 20_000;

/** Settles with what `begin` does, or when the socket fails or closes first. */
export function within<T>(socket: net.Socket, begin: (done: (value: T) => void) => void): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => fail(new Error('no answer in time')), PATIENCE_MS);
    const settle = (): void => {
      clearTimeout(timer);
      socket.off('error', fail).off('close', closed);
      socket.on('error', () => undefined);
    };
    const fail = (fault: Error): void => {
      settle();
      socket.destroy();
      reject(fault);
    };
    const closed = (): void => fail(new Error('closed'));
    socket.on('error', fail).on('close', closed);
    begin((value) => {
      settle();
      resolve(value);
    });
  });
}

/** `from`: the device's own address. */
export function openTcp(port: number, host = '127.0.0.1', from?: string): Promise<net.Socket> {
  const socket = net.connect({ port, host, ...(from === undefined ? {} : { localAddress: from }) });
  return within(socket, (done) => socket.once('connect', () => done(socket)));
}

/** TLS on a connection. Rejects with the fault of the handshake; in TLS 1.3 a refusal by the other side may come only after it. */
export function openTls(socket: net.Socket, options: tls.ConnectionOptions): Promise<tls.TLSSocket> {
  const secure = tls.connect({ socket, ...options });
  return within(secure, (done) => secure.once('secureConnect', () => done(secure)));
}

/** Asks a forward proxy for `target`; resolves with its status line once the head of its answer is there. */
export function askProxy(socket: net.Socket, target: string): Promise<string> {
  return within(socket, (done) => {
    let text = '';
    const take = (chunk: Buffer): void => {
      text += chunk.toString('latin1');
      if (!text.includes('\r\n\r\n')) return;
      socket.off('data', take);
      socket.pause();
      done(text.split('\r\n')[0]!);
    };
    socket.on('data', take);
    socket.write(`CONNECT ${target} HTTP/1.1\r\nHost: ${target}\r\n\r\n`);
  });
}

/** One POST; resolves with the whole answer. */
export function post(socket: net.Socket, host: string, body: string, path = '/report'): Promise<string> {
  return within(socket, (done) => {
    let text = '';
    const take = (chunk: Buffer): void => {
      text += chunk.toString('latin1');
      const head = text.indexOf('\r\n\r\n');
      const length = Number(/\r\ncontent-length: (\d+)/i.exec(text.slice(0, head))?.[1] ?? 0);
      if (head < 0 || text.length < head + 4 + length) return;
      socket.off('data', take);
      done(text);
    };
    socket.on('data', take);
    const head = `POST ${path} HTTP/1.1\r\nHost: ${host}\r\nContent-Type: application/json`;
    socket.write(`${head}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
  });
}

/** CONNECT, one QoS 1 message; resolves with `acknowledged` once the broker has it. */
export function publish(socket: net.Socket, body: string): Promise<string> {
  const reader = parser();
  const send = (packet: object): boolean => socket.write(generate(packet as Packet));
  return within(socket, (done) => {
    reader.on('packet', (packet) => {
      if (packet.cmd === 'connack') {
        send({ cmd: 'publish', topic: 'devices/status', payload: body, qos: 1, messageId: 7, dup: false, retain: false });
      }
      if (packet.cmd === 'puback') done('acknowledged');
    });
    socket.on('data', (chunk: Buffer) => reader.parse(chunk));
    send({ cmd: 'connect', protocolId: 'MQTT', protocolVersion: 4, clientId: 'fryer', clean: true, keepalive: 60 });
  });
}

/** The address of `host` by the name server in $RESOLVER, of the family in $FAMILY. */
async function resolved(host: string): Promise<string> {
  const resolver = new dns.Resolver({ timeout: PATIENCE_MS / 4, tries: 1 });
  resolver.setServers([process.env['RESOLVER'] ?? '']);
  const isSix = process.env['FAMILY'] === '6';
  try {
    const [address] = isSix ? await resolver.resolve6(host) : await resolver.resolve4(host);
    return address!;
  } catch (cause) {
    throw new Error(`no address: ${(cause as NodeJS.ErrnoException).code}`, { cause });
  }
}

/** Resolves with the echo of a datagram; rejects with the code that the network gives for it. */
function ask(address: string, port: number): Promise<string> {
  const socket = dgram.createSocket(net.isIP(address) === 6 ? 'udp6' : 'udp4');
  let timer: NodeJS.Timeout;
  return new Promise<string>((resolve, reject) => {
    timer = setTimeout(() => reject(new Error('no answer in time')), PATIENCE_MS);
    socket.once('error', reject).once('message', (bytes) => resolve(bytes.toString()));
    socket.connect(port, address, () => socket.send('echo'));
  }).finally(() => {
    clearTimeout(timer);
    socket.close();
  });
}

async function main([kind = '', host = '', port = '', ca = '', body = '']: readonly string[]): Promise<string> {
  const address = await resolved(host);
  if (kind === 'resolve') return address;
  if (kind === 'quic') return ask(address, Number(port));
  const raw = await openTcp(Number(port), address);
  const isSecure = kind.endsWith('s');
  const socket = isSecure ? await openTls(raw, { servername: host, ca: readFileSync(ca, 'utf8') }) : raw;
  const answer = kind.startsWith('http') ? await post(socket, host, body) : await publish(socket, body);
  socket.destroy();
  return answer.split('\r\n')[0]!;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  main(process.argv.slice(2)).then(
    (told) => process.stdout.write(`${told}\n`),
    (fault: Error & { code?: string }) => {
      process.stdout.write(`failed: ${fault.code ?? fault.message}\n`);
      process.exitCode = 1;
    },
  );
}
