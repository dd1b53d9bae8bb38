// What discovery asks of the machine: files, a few commands, its interfaces. Everything bounded, nothing thrown.
import { execFile } from 'node:child_process';
import { open } from 'node:fs/promises';
import { hostname, type NetworkInterfaceInfo, networkInterfaces } from 'node:os';

export interface System {
  /** The text of a file; undefined where there is none or it may not be read. */
  read(path: string): Promise<string | undefined>;
  /** What a command prints; undefined where it is not there, fails, or takes too long. */
  run(command: string, args: readonly string[]): Promise<string | undefined>;
  interfaces(): NodeJS.Dict<NetworkInterfaceInfo[]>;
  hostname(): string;
}

/** A lease file of a thousand devices has 100 KB. */
const FILE_BYTES = 1024 * 1024;
/** The commands answer in milliseconds; one that waits for a daemon is not worth waiting for. */
const RUN_MS = 3_000;
/** They are looked for here and nowhere else: a hub's environment is not to be trusted with that. */
const PATH = '/usr/sbin:/usr/bin:/sbin:/bin';

export const hostSystem: System = {
  async read(path) {
    try {
      const file = await open(path, 'r');
      try {
        const bytes = Buffer.alloc(FILE_BYTES);
        const { bytesRead } = await file.read(bytes, 0, FILE_BYTES, 0);
        return bytes.toString('utf8', 0, bytesRead);
      } finally {
        await file.close();
      }
    } catch {
      return undefined; // not there, or not for us: another source may know
    }
  },
  run: (command, args) =>
    new Promise((resolve) => {
      const options = { timeout: RUN_MS, killSignal: 'SIGKILL', maxBuffer: FILE_BYTES, env: { PATH, LC_ALL: 'C' } } as const;
      try {
        execFile(command, [...args], options, (fault, stdout) => resolve(fault ? undefined : stdout));
      } catch {
        resolve(undefined); // no more processes: another source may know
      }
    }),
  interfaces: () => networkInterfaces(),
  hostname: () => hostname(),
};
