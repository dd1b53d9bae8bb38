// How the command line tells a running hub something: a socket in the data directory that its owner alone may use. One line of JSON
// there, one back. Without it a command would have to open the store, which is the hub's.
import { chmodSync, rmSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import path from 'node:path';
import { asHubError, ERRORS, type ErrorCode, HubError } from '../errors.js';
import type { HubFault } from '../web/facade.js';
import { type DeviceInstruction, readInstruction, type Told } from './pairing.js';
import type { Recoverable, RecoverFrom } from './recovery.js';

const NAME = 'control.sock';
/** Longest path of a socket (unix(7): 108 bytes with the NUL at its end); Node would cut a longer one off. */
const PATH_BYTES = 107;
/** A backup of everything allowed is smaller; other instructions have less than 300 bytes. */
const LINE_BYTES = 5 * 1024 * 1024;
/** The hub answers once its record is written; the command line says the line at once. */
const WAIT_MS = 10_000;
/** More at once than a person types. */
const CONNECTIONS = 8;
const OWNER_ONLY = 0o600;

/** What the command line may tell the hub, or ask: how well it is, and what there is to recover choices from. */
export type Instruction = DeviceInstruction | Question | ({ readonly what: 'recover' } & RecoverFrom);
export interface Question {
  readonly what: 'health' | 'recoverable';
}

/** What the hub does with what it is told or asked. */
export interface Handler {
  carryOut(instruction: DeviceInstruction): Promise<Told>;
  health(): Promise<readonly HubFault[]>;
  recoverable(): Promise<Recoverable>;
  recover(from: RecoverFrom): Promise<void>;
}

type Answer = { readonly told: unknown } | { readonly error: ErrorCode; readonly where: string };

export interface Control {
  close(): void;
}

/** Listens in `dataDir`, whose store this process holds. Rejects `config` where that cannot be. */
export async function openControl(dataDir: string, handle: Handler): Promise<Control> {
  const file = socketPath(dataDir);
  const open = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    open.add(socket);
    socket.on('error', () => socket.destroy()).once('close', () => open.delete(socket));
    socket.setTimeout(WAIT_MS, () => socket.destroy());
    void answer(socket, handle);
  });
  server.maxConnections = CONNECTIONS;
  rmSync(file, { force: true }); // of a hub that was killed
  await listen(server, file);
  return {
    close: () => {
      server.close();
      for (const socket of open) socket.destroy();
    },
  };
}

/** Tells the hub of `dataDir`; resolves with what became of it, or undefined where no hub listens. Throws what the hub answers. */
export async function askHub(dataDir: string, instruction: DeviceInstruction): Promise<Told | undefined> {
  return (await ask(dataDir, instruction)) as Told | undefined;
}

/** What the hub of `dataDir` finds wrong with itself; undefined where no hub listens. */
export async function askHealth(dataDir: string): Promise<readonly HubFault[] | undefined> {
  return (await ask(dataDir, { what: 'health' })) as readonly HubFault[] | undefined;
}

/** What the hub of `dataDir` can recover its choices from; undefined where no hub listens. */
export async function askRecoverable(dataDir: string): Promise<Recoverable | undefined> {
  return (await ask(dataDir, { what: 'recoverable' })) as Recoverable | undefined;
}

/** Has the hub of `dataDir` recover its choices; false where no hub listens. Throws what the hub answers. */
export async function askToRecover(dataDir: string, from: RecoverFrom): Promise<boolean> {
  return (await ask(dataDir, { what: 'recover', ...from })) !== undefined;
}

async function ask(dataDir: string, instruction: Instruction): Promise<unknown> {
  const socket = connect(socketPath(dataDir));
  try {
    socket.setTimeout(WAIT_MS, () => socket.destroy(new HubError('timeout', 'the hub')));
    socket.end(`${JSON.stringify(instruction)}\n`);
    const answer = JSON.parse(await readLine(socket)) as Answer;
    if ('error' in answer) throw new HubError(answer.error in ERRORS ? answer.error : 'internal', answer.where);
    return answer.told;
  } catch (fault) {
    const code = (fault as NodeJS.ErrnoException).code;
    if (code === 'ENOENT' || code === 'ECONNREFUSED') return undefined;
    throw fault instanceof HubError ? fault : new HubError('config', `the hub at ${dataDir} does not answer`, { cause: fault });
  } finally {
    socket.destroy();
  }
}

function socketPath(dataDir: string): string {
  const whole = path.join(dataDir, NAME);
  const short = path.relative(process.cwd(), whole);
  const file = short.length < whole.length ? short : whole;
  if (Buffer.byteLength(file) > PATH_BYTES) throw new HubError('config', `${whole}: too long a path for a socket`);
  return file;
}

/** Made with its mode from the first moment on. */
function listen(server: Server, file: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause) => reject(new HubError('config', `${file} cannot be opened`, { cause })));
    const mask = process.umask(0o177);
    try {
      server.listen(file, () => {
        chmodSync(file, OWNER_ONLY);
        resolve();
      });
    } finally {
      process.umask(mask);
    }
  });
}

async function answer(socket: Socket, handle: Handler): Promise<void> {
  let answered: Answer;
  try {
    answered = { told: await doAs(instructionOf(parse(await readLine(socket))), handle) };
  } catch (fault) {
    const { code, where } = asHubError(fault);
    answered = { error: code, where };
  }
  socket.end(`${JSON.stringify(answered)}\n`);
}

function doAs(instruction: Instruction, handle: Handler): Promise<unknown> {
  switch (instruction.what) {
    case 'health':
      return handle.health();
    case 'recoverable':
      return handle.recoverable();
    case 'recover':
      return handle.recover(instruction).then(() => true);
    case 'pair':
    case 'known':
      return handle.carryOut(instruction);
    default:
      return instruction satisfies never;
  }
}

/** Throws `config` for what is none. */
function instructionOf(value: unknown): Instruction {
  const { what, from, text } = (typeof value === 'object' && value !== null ? value : {}) as Record<string, unknown>;
  if (what === 'recoverable' || what === 'health') return { what };
  if (what !== 'recover') return readInstruction(value);
  if (from === 'copy' || from === 'anew') return { what, from };
  if (from === 'backup' && typeof text === 'string') return { what, from, text };
  throw new HubError('config', 'not an instruction');
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    throw new HubError('malformed', 'an instruction'); // without a cause: its words would quote the line
  }
}

/** The first line; rejects `too_large`, or `malformed` where the other side ends before it is whole. */
async function readLine(socket: Socket): Promise<string> {
  let line = Buffer.alloc(0);
  for await (const bytes of socket.iterator({ destroyOnReturn: false })) {
    line = Buffer.concat([line, bytes as Buffer]);
    const end = line.indexOf(0x0a);
    if (end >= 0) return line.subarray(0, end).toString('utf8');
    if (line.length > LINE_BYTES) throw new HubError('too_large', 'an instruction');
  }
  throw new HubError('malformed', 'an instruction');
}
