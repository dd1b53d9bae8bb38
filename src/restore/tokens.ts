// Tells which tokens a cloud sent down, so that a device may say them back (recognize/history/provenance.ts). Read as runs of characters,
// whatever the format: the strings of JSON, the attributes of XML, the values of headers and cookies.
import { Transform, type TransformCallback } from 'node:stream';
import type { Limits } from '../model.js';
import { undoCodings } from '../payload/coding.js';

/** Told of each token. */
export type NoteToken = (token: string) => void;

/** Most bytes read of one answer: commands and configurations are shorter; longer ones are media and firmware. */
const READ_MAX = 128 * 1024;
/** What stands between marks that end a value in all formats. */
const RUN = /[^\s"'<>{}[\]();,|\\]{8,512}/g;
/** Parts of addresses and pairs: `…/plans/pl_7Qx2?ref=5a1e…`. */
const PART = /[^/?&=#]{8,128}/g;
/** Only what has a digit, or is long and of both cases: words need nobody's word for them. */
const TELLING = /\d|^(?=.*[a-z])(?=.*[A-Z]).{20,}$/;

/** Tells the tokens of a text. */
export function noteTokens(text: string, note: NoteToken): void {
  for (const [run] of text.matchAll(RUN)) {
    if (!TELLING.test(run)) continue;
    note(run);
    if (!/[/?&=#]/.test(run)) continue;
    for (const [part] of run.matchAll(PART)) if (part !== run && TELLING.test(part)) note(part);
  }
}

/** The same of bytes, their content coding undone; what cannot be read says nothing. */
export function noteTokensOf(bytes: Uint8Array, coding: string | undefined, limits: Limits, note: NoteToken): void {
  try {
    const plain = undoCodings(bytes, coding, limits).bytes;
    noteTokens(Buffer.from(plain.buffer, plain.byteOffset, Math.min(plain.length, READ_MAX)).toString('utf8'), note);
  } catch {
    return; // on the way down nothing is refused: the answer goes as it came, and nothing was learned of it
  }
}

/** Passes an answer as it comes, and tells its tokens at its end. */
export class TokenTap extends Transform {
  private readonly kept: Buffer[] = [];
  private size = 0;

  constructor(
    private readonly coding: string | undefined,
    private readonly limits: Limits,
    private readonly note: NoteToken,
  ) {
    super();
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    if (this.size < READ_MAX) this.kept.push(chunk);
    this.size += chunk.length;
    done(null, chunk);
  }

  override _flush(done: TransformCallback): void {
    // A coding that is cut off cannot be undone.
    if (this.coding === undefined || this.size <= READ_MAX)
      noteTokensOf(Buffer.concat(this.kept), this.coding, this.limits, this.note);
    done();
  }
}
