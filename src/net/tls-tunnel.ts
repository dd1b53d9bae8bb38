// A connection carried unread, because the household chose so: bytes both ways, counted, to the one address that was allowed.
import { connect, type Socket } from 'node:net';

export interface TunnelOptions {
  /** The IP address that was resolved for the host and allowed. Never a name: it would be resolved again. */
  readonly address: string;
  readonly port: number;
  readonly connectTimeoutMs: number;
  /** Nothing in either direction for this long ends it. */
  readonly idleMs: number;
}

export interface TunnelCount {
  readonly bytesUp: number;
  readonly bytesDown: number;
  /** False when the other end could not be reached, or either side broke off. */
  readonly complete: boolean;
}

/** Joins `device`, whose bytes (the first included) are still to be read, to the address. Calls `done` once, at the end. */
export function openTunnel(device: Socket, options: TunnelOptions, done: (count: TunnelCount) => void): void {
  const cloud = connect({ host: options.address, port: options.port, noDelay: true, allowHalfOpen: true });
  // A device may end its half and wait for the answer; a door's sockets would end the other half with it.
  device.allowHalfOpen = true;
  let isBroken = false;
  let open = 2;
  const breakOff = (): void => {
    isBroken = true;
    device.destroy();
    cloud.destroy();
  };
  const onClose = (): void => {
    open -= 1;
    if (open > 0) return;
    done({ bytesUp: cloud.bytesWritten, bytesDown: cloud.bytesRead, complete: !isBroken });
  };
  for (const [socket, other] of [
    [device, cloud],
    [cloud, device],
  ] as const) {
    socket.on('error', breakOff);
    socket.on('timeout', breakOff);
    socket.on('close', () => {
      other.end();
      onClose();
    });
  }
  cloud.setTimeout(options.connectTimeoutMs);
  cloud.once('connect', () => {
    cloud.setTimeout(options.idleMs);
    device.pipe(cloud);
    cloud.pipe(device);
  });
}
