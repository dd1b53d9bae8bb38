import { Buffer } from 'node:buffer';
import { type ErrorCode, HubError } from '../errors.js';
import { type Document, type Limits, Node } from '../model.js';
import { bytesDocument, countNodes } from './bytes.js';
import { textAfter } from './fields.js';
import { type HeadText, readHead } from './multipart-head.js';
import { asBuffer, Splice, toBinary } from './splice.js';
import { isPrintable, readText } from './text.js';
import { undoTransferEncoding } from './transfer-encoding.js';

/** Reads a part's content by its looks and label, as a body is read: undefined for an empty one. */
export type ReadContent = (bytes: Uint8Array, mediaType: string | undefined, limits: Limits) => Document | undefined;

/** What RFC 2046 section 5.1.1 lets a boundary be. */
const BOUNDARY = /^[0-9A-Za-z'()+_,./:=? -]{0,69}[0-9A-Za-z'()+_,./:=?-]$/;
/** Most parts of one message: each costs as much as a small message. */
const MAX_PARTS = 2000;
/** How far a body is searched for its first delimiter line when nothing names the boundary. */
const PREAMBLE_MAX = 65_536;
/** A first delimiter line: at the beginning of the body, or after a preamble and before a header or an empty line. */
const OPENING =
  /^--(?=\S*[0-9A-Za-z])([0-9A-Za-z'()+_,./:=?-]{1,70})[ \t]*\r?\n|\n--(?=\S*[0-9A-Za-z])([0-9A-Za-z'()+_,./:=?-]{1,70})[ \t]*\r?\n(?:[A-Za-z-]+:|\r?\n)/;
/** A type that says no more than none does. */
const TEXT = /^text\/plain\s*(?:;\s*charset="?(?:utf-?8|us-ascii)"?)?$/i;
/** What a text field must hold to be looked into for more than its text: lines, markup, pairs. */
const STRUCTURED = /[\r\n<{[=]/;

/** One part: its delimiter line begins at `from`, the next one at `to`; its content stands between `start` and `end`. */
interface Part {
  readonly from: number;
  readonly to: number;
  readonly start: number;
  readonly end: number;
  /** The content without its transfer encoding. */
  readonly bytes: Uint8Array;
  readonly content: Document;
  readonly field: HeadText | undefined;
  readonly heads: readonly (readonly [HeadText, Node])[];
  redo(bytes: Uint8Array): Uint8Array;
}

/** Does it open like a multipart message, perhaps after a preamble? Whether it is one, and closed, its reader says. */
export function looksLikeMultipart(bytes: Uint8Array): boolean {
  return openingBoundary(toBinary(bytes.subarray(0, PREAMBLE_MAX))) !== undefined;
}

function openingBoundary(start: string): string | undefined {
  const match = start.includes('--') ? OPENING.exec(start) : null;
  return match?.[1] ?? match?.[2];
}

/**
 * Reads a multipart message (RFC 2046 section 5.1; form-data: RFC 7578): an object. Each part is a member named by its field name, or
 * by its index, with its content's tree below; its file name, other parameters and headers follow as `name::filename` and so on.
 * A preamble and an epilogue that are not empty are `::preamble` and `::epilogue`. Lines end with CRLF; the delimiter may stand
 * nowhere but in delimiter lines, since readers differ on what follows one that does.
 * Throws `malformed`, `too_deep`, `too_many_fields`, `unknown_coding` and what the contents' readers throw.
 */
export function readMultipart(bytes: Uint8Array, limits: Limits, mediaType: string, read: ReadContent): Document {
  if (limits.depth < 1) throw new HubError('too_deep', 'parts inside parts');
  const source = toBinary(bytes);
  const boundary = boundaryOf(mediaType, source);
  return new MultipartReader(bytes, source, boundary, limits, read).document();
}

/** The label's boundary; without one, that of the first line. Two different ones are `malformed`. */
function boundaryOf(mediaType: string, source: string): string {
  const found = new Set<string>();
  for (const match of mediaType.matchAll(/[;\s,]boundary(\*?)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s;",]*))/gi)) {
    if (match[1] !== '') throw new HubError('malformed', 'boundary');
    found.add(match[2]?.replace(/\\(.)/g, '$1') ?? match[3]!);
  }
  if (found.size === 0) found.add(openingBoundary(source.slice(0, PREAMBLE_MAX)) ?? '');
  const [boundary] = found;
  if (found.size !== 1 || !BOUNDARY.test(boundary!)) throw new HubError('malformed', 'boundary');
  return boundary!;
}

class MultipartReader {
  private readonly delimiter: string;
  private readonly members: Node[] = [];
  private readonly parts: Part[] = [];
  private left: number;

  constructor(
    private readonly bytes: Uint8Array,
    private readonly source: string,
    boundary: string,
    private readonly limits: Limits,
    private readonly read: ReadContent,
  ) {
    this.delimiter = `--${boundary}`;
    this.left = limits.nodes - 1;
  }

  document(): Document {
    const { source } = this;
    let at = this.find(0);
    const preamble = this.around('::preamble', 0, at);
    for (;;) {
      const after = at + this.delimiter.length;
      const line = /(?:--)?[ \t]*(?:\r\n|$)/y;
      line.lastIndex = after;
      const rest = line.exec(source)?.[0];
      if (rest === undefined) this.fail(after);
      if (rest.startsWith('--')) return this.closed(preamble, at, after + rest.length);
      if (!rest.endsWith('\r\n')) this.fail(after);
      const next = this.find(after + rest.length);
      this.part(at, after + rest.length, next);
      at = next;
    }
  }

  private fail(offset: number): never {
    throw new HubError('malformed', `byte ${offset}`);
  }

  private add(node: Node, name: string): Node {
    this.left -= countNodes(node);
    if (this.left < 0) throw new HubError('too_many_fields', `part ${this.parts.length}`);
    node.name = name;
    this.members.push(node);
    return node;
  }

  /** Where the next delimiter line begins; it must stand at the beginning of the body or after CRLF. */
  private find(from: number): number {
    const at = this.source.indexOf(this.delimiter, from);
    if (at < 0) this.fail(this.source.length);
    if (at > 0 && !this.source.startsWith('\r\n', at - 2)) this.fail(at);
    return at;
  }

  /** The text before the first delimiter or after the last; undefined where it says nothing. */
  private around(name: string, start: number, end: number): Node | undefined {
    if (/^[\s]*$/.test(this.source.slice(start, end))) return undefined;
    const bytes = this.bytes.subarray(start, end);
    const { root } = isPrintable(bytes) ? readText(bytes, this.limits) : bytesDocument(bytes);
    root.start = start;
    root.end = end;
    return this.add(root, name);
  }

  private part(from: number, head: number, next: number): void {
    if (this.parts.length >= MAX_PARTS) throw new HubError('too_many_fields', 'parts');
    const { source } = this;
    const empty = source.startsWith('\r\n', head);
    const blank = empty ? head : source.indexOf('\r\n\r\n', head) + 2;
    const start = blank + 2;
    const end = next - 2;
    if (blank < head || start > end) this.fail(head);
    const { field, others, contentType, transferEncoding } = readHead(source, head, blank);
    const { bytes, redo } = undoTransferEncoding(this.bytes.subarray(start, end), transferEncoding);
    const content = this.content(bytes, contentType);
    const name = field?.text ?? String(this.parts.length);
    this.add(content.root, name);
    const heads = others.map((text): readonly [HeadText, Node] => {
      return [text, this.add(new Node('string', text.text, text.start, text.end), `${name}::${text.name}`)];
    });
    this.parts.push({ from, to: next, start, end, bytes, content, field, heads, redo });
  }

  /** A part without a type is a text field: one string, unless its looks show something with fields. */
  private content(bytes: Uint8Array, contentType: string | undefined): Document {
    const inside: Limits = { ...this.limits, depth: this.limits.depth - 1, nodes: Math.max(1, this.left) };
    if (bytes.length === 0) return readText(bytes, inside);
    if ((contentType === undefined || TEXT.test(contentType.trim())) && isPrintable(bytes)) {
      const structured = STRUCTURED.test(toBinary(bytes));
      const found = structured ? tried(() => this.read(bytes, undefined, inside), ['malformed', 'unreadable_format']) : undefined;
      return found?.root.children === undefined ? readText(bytes, inside) : found;
    }
    const found = tried(() => this.read(bytes, contentType, inside), ['unreadable_format']);
    return found ?? (isPrintable(bytes) ? readText(bytes, inside) : bytesDocument(bytes));
  }

  private closed(preamble: Node | undefined, last: number, end: number): Document {
    const { source } = this;
    if (source.indexOf(this.delimiter, last + 1) >= 0) this.fail(end);
    const epilogue = this.around('::epilogue', end, source.length);
    const root = new Node('object', '', 0, source.length);
    root.children = this.members;
    const frame = [preamble, epilogue] as const;
    return { root, write: () => this.write(root, frame) };
  }

  private write(root: Node, [preamble, epilogue]: readonly [Node | undefined, Node | undefined]): Uint8Array {
    const out = new Splice(this.bytes, this.source);
    const emptied = root.edit !== undefined;
    let delimiters = 1;
    // The line end before the first delimiter goes with the preamble.
    if (preamble !== undefined) this.writeAround(preamble, emptied, out, '\r\n');
    for (const part of this.parts) {
      if (emptied || part.content.root.edit?.kind === 'drop') {
        out.copyTo(part.from);
        out.skipTo(part.to);
        continue;
      }
      delimiters++;
      this.writePart(part, out);
    }
    if (epilogue !== undefined) this.writeAround(epilogue, emptied, out, '');
    const bytes = out.finish();
    if (bytes !== this.bytes && toBinary(bytes).split(this.delimiter).length - 1 !== delimiters) {
      throw new HubError('not_restorable', 'boundary in a changed part');
    }
    return bytes;
  }

  private writeAround(node: Node, emptied: boolean, out: Splice, lineEnd: string): void {
    const edit = emptied ? ({ kind: 'drop' } as const) : node.edit;
    if (edit === undefined) return;
    const text = edit.kind === 'bytes' ? toBinary(edit.bytes) : Buffer.from(textAfter(edit), 'utf8').toString('latin1');
    out.replace(node.start, node.end, text === '' ? '' : text.replace(/(?:\r\n)?$/, lineEnd));
  }

  private writePart(part: Part, out: Splice): void {
    const { root } = part.content;
    const changes = part.heads.flatMap(([text, node]) => headChange(text, node));
    if (root.rename !== undefined) {
      if (part.field === undefined) throw new HubError('internal', 'a new name for a part without one');
      changes.push([part.field.start, part.field.end, part.field.encode(root.rename)]);
    }
    for (const change of changes.sort((a, b) => a[0] - b[0])) out.replace(...change);
    const written = part.content.write();
    if (written === part.bytes || asBuffer(written).equals(part.bytes)) return;
    out.replace(part.start, part.end, toBinary(part.redo(written)));
  }
}

/** What `read` gives; undefined where it cannot, for one of these reasons: the content is judged as one value then. */
function tried(read: () => Document | undefined, reasons: readonly ErrorCode[]): Document | undefined {
  try {
    return read();
  } catch (fault) {
    if (fault instanceof HubError && reasons.includes(fault.code)) return undefined;
    throw fault;
  }
}

/** From, to, and what stands there instead. */
type Change = [number, number, string];

function headChange(text: HeadText, node: Node): Change[] {
  if (node.edit === undefined) return [];
  if (node.edit.kind === 'drop') return [[text.from, text.to, '']];
  return [[text.start, text.end, text.encode(textAfter(node.edit))]];
}
