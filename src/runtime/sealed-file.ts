// A small file outside the store, sealed under the install's key, and written whole: what the store is held against at the next start.
import { open, readFile, rename, stat } from 'node:fs/promises';
import path from 'node:path';
import { HubError, systemReason } from '../errors.js';
import { type Random, Sealer } from '../household/seal.js';

const PRIVATE_MODE = 0o600;

export interface SealedFileOptions {
  readonly dir: string;
  /** The file's name; what is sealed for one opens under no other. */
  readonly name: string;
  /** 32 bytes, the household's. */
  readonly key: Uint8Array;
  readonly random: Random;
}

/** `unreadable`: a file is there, and does not open with this install's key. */
export type SealedContent<T> = { readonly is: 'absent' | 'unreadable' } | { readonly is: 'there'; readonly value: T };

export class SealedFile<T> {
  private readonly file: string;
  private readonly place: Buffer;
  private readonly sealer: Sealer;
  /** What is to be written next: of several that come while one is written, the last. */
  private next: { readonly value: T } | undefined;
  private writing: Promise<void> = Promise.resolve();

  constructor(private readonly options: SealedFileOptions) {
    this.file = path.join(options.dir, options.name);
    this.place = Buffer.from(`file ${options.name}`);
    this.sealer = new Sealer(options.key, options.random);
  }

  /** Throws `config` where the system does not let it be read. */
  async read(): Promise<SealedContent<T>> {
    let sealed: string;
    try {
      sealed = await readFile(this.file, 'latin1');
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return { is: 'absent' };
      throw new HubError('config', `${this.file} cannot be read: ${systemReason(cause) ?? 'unknown reason'}`, { cause });
    }
    const value = this.sealer.open(this.place, Buffer.from(sealed, 'base64')) as T | undefined;
    return value === undefined ? { is: 'unreadable' } : { is: 'there', value };
  }

  /** Resolves when this value, or one given later, is on disk. Throws `record_failed`. */
  write(value: T): Promise<void> {
    this.next = { value };
    this.writing = this.writing.then(
      () => this.writeNext(),
      () => this.writeNext(),
    );
    return this.writing;
  }

  private async writeNext(): Promise<void> {
    if (this.next === undefined) return; // written with the one before
    const { value } = this.next;
    this.next = undefined;
    try {
      await this.writeWhole(`${this.sealer.seal(this.place, value).toString('base64')}\n`);
    } catch (cause) {
      throw new HubError('record_failed', `${this.file}: ${systemReason(cause) ?? 'unknown reason'}`, { cause });
    }
  }

  /** Beside it first, so that a power cut leaves the one before or this one; it belongs to whom the directory belongs to. */
  private async writeWhole(text: string): Promise<void> {
    const fresh = `${this.file}.new`;
    const handle = await open(fresh, 'w', PRIVATE_MODE);
    try {
      await handle.writeFile(text);
      if (process.getuid?.() === 0) {
        const { uid, gid } = await stat(this.options.dir);
        await handle.chown(uid, gid);
      }
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(fresh, this.file);
    const dir = await open(this.options.dir, 'r');
    await dir.sync().finally(() => dir.close());
  }
}
