// The way back: this service's pseudonyms become the originals again, in whatever format they come. Nothing is refused here: the gate
// is for what leaves, so what cannot be read goes down as it came, with the pseudonyms still in it. That is no leak.
import { isUtf8 } from 'node:buffer';
import { type ErrorCode, HubError } from '../errors.js';
import type { Restorer } from '../household/restorer.js';
import type { Limits, Node } from '../model.js';
import { openCipher } from '../payload/ciphers.js';
import { essenceOf, readBody } from '../payload/index.js';
import { isJsonNumber } from '../payload/json-write.js';
import { unwrap, type Wrapped } from '../payload/wrapping.js';
import { Stopwatch } from '../stopwatch.js';

/** Formats of text for people and programs that payload/ does not read: between them and their meaning only escaping stands. */
const MARKUP = /^(?:text\/html|application\/xhtml\+xml)$/;
const RAW_TEXT = /^(?:text\/(?:css|javascript|calendar)|application\/javascript)$/;
/** Formats worth holding an answer for; firmware, pictures and archives stream. No label at all: a look decides. */
const READABLE =
  /^(?:$|text\/|[\w.+/-]+\+(?:json|xml|cbor|msgpack|protobuf)$|application\/(?:x-|vnd\.)?(?:json|xml|yaml|cbor|msgpack|messagepack|protobuf|www-form-urlencoded|javascript|csv|ndjson|jsonl|jsonlines)$)/;
/** Byte strings up to here are looked at as identifiers (a MAC has 6 bytes, a hash 32); longer ones are content. */
const IDENTIFIER_BYTES = 64;

/** Whether bodies of this type are read on the way down. */
export function isReadable(mediaType: string | undefined): boolean {
  return READABLE.test(essenceOf(mediaType));
}

/** How long restoring may take where others wait for it. `late`: it took longer, and what it gave is not all. */
export class Deadline {
  late = false;
  private looks = 0;

  private readonly watch: Stopwatch;

  /** @param mostBytes most bytes that are read, `mostNodes` most nodes: reading is one step, in which nobody looks at the time. */
  constructor(
    ms: number,
    readonly mostBytes: number,
    readonly mostNodes: number,
  ) {
    this.watch = new Stopwatch(ms).start();
  }

  bound(limits: Limits): Limits {
    const { mostBytes, mostNodes } = this;
    return { ...limits, bodyBytes: Math.min(limits.bodyBytes, mostBytes), nodes: Math.min(limits.nodes, mostNodes) };
  }

  /** Looks at the time now and then. */
  isOver(): boolean {
    if (!this.late && ++this.looks % VALUES_A_LOOK === 0) this.late = this.watch.isOver();
    return this.late;
  }
}

/** Faults that another bound would not be. */
const BOUNDS: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['too_large', 'too_many_fields', 'inflates_too_much']);
/** Values between two looks at the clock. */
const VALUES_A_LOOK = 16;

/**
 * A body (its codings undone) with originals; the very same bytes where nothing was found, it cannot be read, or the clock ran out.
 * Never throws.
 */
export function restoreBody(
  bytes: Uint8Array,
  mediaType: string | undefined,
  restorer: Restorer,
  given: Limits,
  clock?: Deadline,
): Uint8Array {
  const limits = clock === undefined ? given : clock.bound(given);
  if (restorer.empty || bytes.length === 0) return bytes;
  const essence = essenceOf(mediaType);
  try {
    if (MARKUP.test(essence)) return restoreRaw(bytes, restorer, escapeMarkup);
    if (RAW_TEXT.test(essence)) return restoreRaw(bytes, restorer, (original) => original);
    const cipher = openCipher(bytes, restorer.keys);
    if (cipher !== undefined) {
      const restored = restoreBody(cipher.bytes, undefined, restorer, limits);
      return restored === cipher.bytes ? bytes : cipher.reseal(restored);
    }
    const body = readBody(bytes, mediaType, limits);
    if (body === undefined) return bytes;
    const changed = restoreTree(body.document.root, { restorer, limits, clock, layer: 0 }, 0);
    return changed && clock?.late !== true ? body.document.write() : bytes;
  } catch (fault) {
    if (clock !== undefined && fault instanceof HubError && BOUNDS.has(fault.code)) clock.late = true;
    return bytes; // on the way down: what cannot be read or written goes as it came
  }
}

/** One value, also where it stands in another encoding (base64, JSON in a string, …). Never throws. `write` as in `Restorer`. */
export function restoreValue(text: string, restorer: Restorer, limits: Limits, write?: RestoreContext['write']): string {
  return restoreText(text, { restorer, limits, write, layer: 0 }, 0);
}

export interface RestoreContext {
  readonly restorer: Restorer;
  readonly limits: Limits;
  /** How an original is written; `undefined`: it may not stand there. */
  readonly write?: ((original: string) => string | undefined) | undefined;
  readonly clock?: Deadline | undefined;
  /** Encodings around this text. */
  readonly layer: number;
}

/** Sets edits and renames below `node`; says whether there are any. `depth`: containers around it. */
export function restoreTree(node: Node, way: RestoreContext, depth: number): boolean {
  if (way.clock?.isOver()) return false;
  let changed = false;
  if (node.name !== undefined) {
    const name = way.restorer.restore(node.name, way.write);
    if (name !== node.name) node.rename = name;
    changed = name !== node.name;
  }
  for (const child of node.children ?? []) changed = restoreTree(child, way, depth + 1) || changed;
  return restoreScalar(node, way, depth) || changed;
}

function restoreScalar(node: Node, way: RestoreContext, depth: number): boolean {
  switch (node.kind) {
    case 'string': {
      const text = restoreText(node.text, way, depth);
      if (text === node.text) return false;
      node.edit = { kind: 'text', text };
      return true;
    }
    case 'number': {
      const literal = way.restorer.restore(node.text, way.write);
      if (literal === node.text || !isJsonNumber(literal)) return false;
      node.edit = { kind: 'text', text: literal };
      return true;
    }
    case 'bytes':
      return restoreBytes(node, way);
    case 'object':
    case 'array':
    case 'boolean':
    case 'null':
      return false;
    default:
      return node.kind satisfies never;
  }
}

/** An identifier sent as raw bytes is kept as its hexadecimal digits; only all of them count, and as many come back. */
function restoreBytes(node: Node, { restorer }: RestoreContext): boolean {
  const { bytes } = node;
  if (bytes === undefined || bytes.length === 0 || bytes.length > IDENTIFIER_BYTES) return false;
  const hex = Buffer.from(bytes).toString('hex');
  const restored = restorer.restore(hex);
  if (restored === hex || restored.length !== hex.length || !/^[0-9a-f]+$/i.test(restored)) return false;
  node.edit = { kind: 'bytes', bytes: Buffer.from(restored, 'hex') };
  return true;
}

function restoreText(text: string, way: RestoreContext, depth: number): string {
  for (const wrapped of layersOf(text, way, depth)) {
    const inside = wrapped.exact ? restoreWrapped(wrapped, { ...way, layer: way.layer + 1 }, depth) : undefined;
    if (inside !== undefined) return inside;
  }
  return way.restorer.restore(text, way.write);
}

function layersOf(text: string, { restorer, limits, layer }: RestoreContext, depth: number): readonly Wrapped[] {
  if (layer >= limits.layers) return [];
  try {
    return unwrap(text, limits, depth, restorer.keys);
  } catch {
    return []; // too deep or too big inside: read as the text it is
  }
}

/** What is wrapped with originals, wrapped again; undefined where nothing was found in it. */
function restoreWrapped(wrapped: Wrapped, way: RestoreContext, depth: number): string | undefined {
  const { document, bytes } = wrapped;
  if (document !== undefined) return restoreTree(document.root, way, depth) ? wrapped.rewrap(document.write()) : undefined;
  const text = Buffer.from(bytes).toString('utf8');
  const restored = restoreText(text, way, depth);
  return restored === text ? undefined : wrapped.rewrap(Buffer.from(restored, 'utf8'));
}

function restoreRaw(bytes: Uint8Array, restorer: Restorer, write: (original: string) => string): Uint8Array {
  if (!isUtf8(bytes)) throw new HubError('unreadable_charset');
  const text = Buffer.from(bytes).toString('utf8');
  const restored = restorer.restore(text, write);
  return restored === text ? bytes : Buffer.from(restored, 'utf8');
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

function escapeMarkup(original: string): string {
  return original.replace(/[&<>"']/g, (character) => ENTITIES[character]!);
}
