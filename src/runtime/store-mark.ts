// What the store must at least hold, kept outside of it: the version of the household's choices, and how far the log was. Each is
// written only after the store has it on disk, so that no power cut makes the store look older than it is.
import type { LogHead } from '../audit/recovery.js';
import type { Random } from '../household/seal.js';
import { type SealedContent, SealedFile } from './sealed-file.js';

export const MARK_FILE = 'store.mark';

interface MarkForm {
  readonly version: 1;
  readonly choices: number;
  /** The time that retention believed last (runtime/retention-time.ts). */
  readonly believedMs?: number;
  readonly head?: { readonly log: number; readonly size: number; readonly root: string };
}

export interface MarkOptions {
  readonly dataDir: string;
  /** 32 bytes, the household's. */
  readonly key: Uint8Array;
  readonly random: Random;
}

export class StoreMark {
  private choices = 0;
  private log: LogHead | undefined;
  private timeMs: number | undefined;

  private constructor(
    private readonly file: SealedFile<MarkForm>,
    /** How the file was found. */
    readonly found: SealedContent<unknown>['is'],
  ) {}

  /** Throws `config` where the system does not let the file be read. */
  static async open({ dataDir, key, random }: MarkOptions): Promise<StoreMark> {
    const file = new SealedFile<MarkForm>({ dir: dataDir, name: MARK_FILE, key, random });
    const content = await file.read();
    const mark = new StoreMark(file, content.is);
    if (content.is !== 'there') return mark;
    const { choices, head, believedMs } = content.value;
    mark.choices = choices;
    mark.timeMs = believedMs;
    mark.log = head === undefined ? undefined : { ...head, root: Buffer.from(head.root, 'base64') };
    return mark;
  }

  /** The version of the choices that is on disk at least. */
  get choicesVersion(): number {
    return this.choices;
  }

  /** How far the log was. */
  get head(): LogHead | undefined {
    return this.log;
  }

  /** The time that retention believed last. */
  get believedMs(): number | undefined {
    return this.timeMs;
  }

  /** Resolves when it is on disk. Throws `record_failed`. */
  setChoices(version: number): Promise<void> {
    if (version <= this.choices) return Promise.resolve();
    this.choices = version;
    return this.write();
  }

  /** As `setChoices`. */
  setBelieved(timeMs: number): Promise<void> {
    this.timeMs = timeMs;
    return this.write();
  }

  /** As `setChoices`. */
  setHead(head: LogHead): Promise<void> {
    this.log = head;
    return this.write();
  }

  private write(): Promise<void> {
    const head = this.log === undefined ? {} : { head: { ...this.log, root: this.log.root.toString('base64') } };
    const believed = this.timeMs === undefined ? {} : { believedMs: this.timeMs };
    return this.file.write({ version: 1, choices: this.choices, ...believed, ...head });
  }
}
