// One MQTT connection: the session's commands carried out on two sockets. Only what a `toCloud` command brings goes to the cloud.
import type { Socket } from 'node:net';
import { asHubError, type ErrorCode, HubError } from '../errors.js';
import { type Command, type MqttMessage, type Parts, type Refusal, Session, type SessionLimits } from '../protocol/mqtt/index.js';
import type { MqttJudge, MqttJudged, MqttPeer, OnAlarm } from '../protocol/mqtt/judge.js';
import type { Part } from './budget.js';

export interface MqttTimeouts {
  /** For a whole CONNECT. */
  readonly headMs: number;
  /** From the CONNECT to the first answer of the cloud, with finding and connecting. */
  readonly answerMs: number;
}

export interface MqttConnectionOptions {
  readonly peer: MqttPeer;
  readonly limits: SessionLimits;
  /** What the connection holds of the hub's memory; given back with it. */
  readonly bytes: Part;
  readonly timeouts: MqttTimeouts;
  readonly refused3: 'acknowledge' | 'end';
  readonly judge: MqttJudge;
  /** Connects to the broker; called once the first message is judged and recorded. */
  readonly connect: () => Promise<Socket>;
  readonly restore: (peer: MqttPeer, message: MqttMessage) => Parts;
  readonly onAlarm: OnAlarm;
  readonly onRefusal: (peer: MqttPeer, refusal: Refusal) => void;
  /** Both sockets are closed and nothing is being judged. */
  readonly onClosed: () => void;
}

/** Bytes on their way to the cloud. `judged`: the message they are, if they are one. */
interface Leaving {
  readonly bytes: Uint8Array;
  readonly judged: MqttJudged | undefined;
}

/** Said of a connection that holds more than its device may. */
const TOO_MUCH = 'MQTT: too much waits';
/** A peer that does not close in turn is dropped after this. */
const LINGER_MS = 2_000;
/** So is one that takes nothing of the last bytes for so long: a slow line needs time for a whole packet, not for a pause. */
const STALLED_MS = 30_000;
/** A broker waits one and a half times the keep-alive (MQTT 3.1.1 and 5: 3.1.2.10). */
const KEEP_ALIVE_FACTOR = 1_500;

export class MqttConnection {
  readonly #session: Session;
  #cloud: Socket | undefined;
  /** What is to be sent once the cloud is connected; undefined: nothing has to wait. */
  #waiting: Leaving[] | undefined;
  #waitingBytes = 0;
  /** The device took its leave while the cloud was still being connected: what waits is sent, then the connection ends. */
  #leaving = false;
  #cloudWanted = false;
  #cloudDone = true;
  #deviceDone = false;
  #cloudFull = false;
  #deviceFull = false;
  #judging = false;
  #stopping = false;
  #answered = false;
  #heardMs = performance.now();
  #timer: NodeJS.Timeout;
  #finished = false;

  constructor(
    readonly device: Socket,
    readonly options: MqttConnectionOptions,
  ) {
    const { limits, refused3, restore, peer, timeouts } = options;
    this.#session = new Session({ limits, refused3, restore: (message) => restore(peer, message) });
    this.#timer = setTimeout(() => this.#end(new HubError('timeout', 'MQTT CONNECT')), timeouts.headMs);
    device.on('data', (bytes: Buffer) => this.#fromDevice(bytes));
    device.on('end', () => this.#deviceLeft());
    device.on('drain', () => this.#deviceDrained());
    device.once('close', () => {
      this.#deviceDone = true;
      this.#deviceLeft();
      this.#settle();
    });
    device.resume();
  }

  /** Reads no more; what was read is still judged and sent, then the device is told and both sides are closed. */
  stop(): void {
    this.#stopping = true;
    this.device.pause();
    if (!this.#judging) this.#run(this.#session.shutDown());
  }

  destroy(): void {
    this.device.destroy();
    this.#cloud?.destroy();
    this.#giveUp('upstream_unreachable');
  }

  /** Ends at once: another device needs the room. */
  giveWay(): void {
    this.#end(new HubError('busy', TOO_MUCH));
    this.destroy();
  }

  #fromDevice(bytes: Buffer): void {
    this.#heardMs = performance.now();
    const opening = this.#session.level === undefined;
    this.#run(this.#session.fromDevice(bytes));
    if (opening && this.#session.level !== undefined && !this.#session.ended) this.#awaitAnswer();
  }

  #fromCloud(bytes: Buffer): void {
    this.#run(this.#session.fromCloud(bytes));
    if (this.#answered) return;
    this.#answered = true;
    clearTimeout(this.#timer);
    if (!this.#session.ended) this.#superviseKeepAlive();
  }

  /** The device is gone, or has shut its sending side: to a broker that is the same. */
  #deviceLeft(): void {
    this.#run(this.#session.deviceClosed());
    this.#closeSoftly(this.device);
  }

  #awaitAnswer(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#end(new HubError('upstream_timeout')), this.options.timeouts.answerMs);
  }

  /** As a broker would: silence for one and a half times the keep-alive ends the connection. While nobody listens, nothing counts. */
  #superviseKeepAlive(): void {
    const limitMs = this.#session.keepAliveSeconds * KEEP_ALIVE_FACTOR;
    if (limitMs === 0) return;
    if (this.device.isPaused()) this.#heardMs = performance.now();
    const leftMs = this.#heardMs + limitMs - performance.now();
    if (leftMs <= 0) this.#run(this.#session.keepAliveEnded());
    else this.#timer = setTimeout(() => this.#superviseKeepAlive(), Math.ceil(leftMs)).unref();
  }

  #end(error: HubError): void {
    this.#run(this.#session.end(error));
  }

  /** Carries out commands in their order. Closed: whatever fails here ends both connections. `judged`: the message that may leave now. */
  #run(commands: readonly Command[], judged?: MqttJudged): void {
    try {
      this.device.cork();
      this.#cloud?.cork();
      let own = judged;
      for (const command of commands) {
        this.#carryOut(command, own);
        if (command.kind === 'toCloud') own = undefined; // what follows it is no part of the judged message
      }
    } catch {
      this.destroy();
    } finally {
      this.device.uncork();
      this.#cloud?.uncork();
    }
    this.#flow();
    this.#count();
  }

  /** Memory that is held for this connection: past its device's share the connection ends. */
  #count(): void {
    const written = this.device.writableLength + (this.#cloud?.writableLength ?? 0);
    if (this.options.bytes.resize(this.#session.heldBytes + this.#waitingBytes + written) || this.#session.ended) return;
    this.#end(new HubError('busy', TOO_MUCH));
  }

  #carryOut(command: Command, judged: MqttJudged | undefined): void {
    switch (command.kind) {
      case 'judge':
        void this.#judge(command.token, command.message);
        return;
      case 'toCloud':
        this.#toCloud({ bytes: command.bytes, judged });
        return;
      case 'toDevice':
        if (this.device.writable && !this.device.write(command.bytes)) this.#deviceFull = true;
        return;
      case 'endDevice':
        clearTimeout(this.#timer);
        this.#closeSoftly(this.device);
        return;
      case 'endCloud':
        clearTimeout(this.#timer);
        this.#endCloud(command.reason === 0);
        return;
      case 'alarm':
        this.options.onAlarm(this.options.peer, command.error, command.where, command.answer, command.recorded);
        return;
      case 'refusal':
        this.options.onRefusal(this.options.peer, command.refusal);
        return;
      case 'unsent':
        judged?.unsent('upstream_unreachable');
        return;
      default:
        command satisfies never;
    }
  }

  async #judge(token: number, message: MqttMessage): Promise<void> {
    this.#judging = true;
    let judged: MqttJudged;
    try {
      judged = await this.options.judge(this.options.peer, message);
    } catch (fault) {
      judged = { outcome: { kind: 'refuse', error: asHubError(fault) }, unsent: () => undefined };
    }
    this.#judging = false;
    const commands = this.#session.judged(token, judged.outcome);
    this.#run(commands, judged.outcome.kind === 'pass' ? judged : undefined);
    if (this.#stopping && !this.#judging) this.#run(this.#session.shutDown());
    this.#settle();
  }

  #toCloud(leaving: Leaving): void {
    if (!this.#cloudWanted) this.#openCloud();
    if (this.#waiting === undefined) {
      this.#write(leaving);
      return;
    }
    this.#waiting.push(leaving);
    this.#waitingBytes += leaving.bytes.length;
  }

  /** A message that is cut off is none to the cloud: the log is told. */
  #write({ bytes, judged }: Leaving): void {
    const cloud = this.#cloud;
    const cutOff = (): void => judged?.unsent('upstream_unreachable');
    // Of a write that a reset has cut off Node says no fault, but by then the socket is destroyed.
    const written = (fault?: Error | null): void => void ((fault || cloud?.destroyed) && cutOff());
    if (!cloud?.writable) cutOff();
    else if (!cloud.write(bytes, written)) this.#cloudFull = true;
  }

  #openCloud(): void {
    this.#cloudWanted = true;
    this.#cloudDone = false;
    this.#waiting = [];
    this.options.connect().then(
      (cloud) => this.#cloudOpened(cloud),
      (fault: unknown) => {
        const error = asHubError(fault);
        this.#giveUp(error.code);
        this.#cloudDone = true;
        this.#end(error);
        this.#settle();
      },
    );
  }

  #cloudOpened(cloud: Socket): void {
    this.#cloud = cloud;
    cloud.on('error', () => undefined); // `close` follows
    cloud.once('close', () => {
      this.#cloudDone = true;
      this.#run(this.#session.cloudClosed());
      this.#settle();
    });
    if (this.#waiting === undefined) {
      cloud.destroy(); // given up meanwhile
      return;
    }
    cloud.on('data', (bytes: Buffer) => this.#fromCloud(bytes));
    cloud.on('end', () => this.#run(this.#session.cloudClosed()));
    cloud.on('drain', () => {
      this.#cloudFull = false;
      this.#flow();
      this.#count();
    });
    const waiting = this.#waiting;
    this.#waiting = undefined;
    this.#waitingBytes = 0;
    cloud.cork();
    for (const leaving of waiting) this.#write(leaving);
    cloud.uncork();
    if (this.#leaving) this.#closeSoftly(cloud);
    this.#flow();
  }

  #endCloud(flush: boolean): void {
    if (this.#waiting !== undefined) {
      if (flush) this.#leaving = true;
      else this.#giveUp('upstream_unreachable');
    } else if (this.#cloud !== undefined) this.#closeSoftly(this.#cloud);
  }

  /** What waited for the cloud never leaves; the log is told. */
  #giveUp(error: ErrorCode): void {
    const waiting = this.#waiting ?? [];
    this.#waiting = undefined;
    this.#waitingBytes = 0;
    for (const { judged } of waiting) judged?.unsent(error);
  }

  #deviceDrained(): void {
    this.#deviceFull = false;
    this.#flow();
    this.#count();
  }

  /** Reads from each side only what the other can take. */
  #flow(): void {
    const isFull = this.#session.paused || this.#cloudFull || this.#waiting !== undefined || this.#stopping;
    steer(this.device, isFull && !this.#session.ended);
    if (this.#cloud !== undefined) steer(this.#cloud, this.#deviceFull && !this.#session.ended);
  }

  /** Writes what is left, shuts the sending side, reads on without heed so that nothing is cut off by a reset, then closes. */
  #closeSoftly(socket: Socket): void {
    if (socket.destroyed || socket.writableEnded) return;
    const drop = (): void => {
      socket.destroy();
    };
    socket.setTimeout(STALLED_MS, drop);
    socket.end(() => {
      const timer = setTimeout(drop, LINGER_MS);
      socket.once('close', () => clearTimeout(timer));
    });
    socket.resume();
  }

  #settle(): void {
    if (this.#finished || !this.#deviceDone || !this.#cloudDone || this.#judging) return;
    this.#finished = true;
    clearTimeout(this.#timer);
    this.options.bytes.release();
    this.options.onClosed();
  }
}

function steer(socket: Socket, pause: boolean): void {
  if (socket.isPaused() === pause) return;
  if (pause) socket.pause();
  else socket.resume();
}
