// PHP's serialize(): `a:1:{s:4:"ssid";s:5:"…";}`. Lengths count bytes, so a changed text gets a new one.
import type { Document, Limits } from '../model.js';
import { SpanDocument, type SpanNode, SpanReader, type SpanWriter, textOfUtf8 } from './spans.js';

const CONTAINER = /^(?:a:(\d{1,6})|O:\d{1,4}:"([\w\\]{1,128})":(\d{1,6})):\{/;
const SCALAR = /^(?:i:(-?\d{1,20})|d:(-?[\d.eE+-]{1,40}|NAN|-?INF)|b:([01])|N);/;
const STRING = /^s:(\d{1,8}):"/;
/** Visibility of a member: `\0*\0name`, `\0Class\0name`. */
const VISIBILITY = /^\0[^\0]{1,128}\0/;

const WRITER: SpanWriter = {
  value(node: SpanNode, text: string): string {
    if (node.style === 's') return `s:${Buffer.byteLength(text)}:"${text}"`;
    if (/^-?\d+$/.test(text) || (node.style === 'd' && Number.isFinite(Number(text)) && text !== ''))
      return `${node.style}:${text}`;
    return text === '' ? `${node.style}:0` : `s:${Buffer.byteLength(text)}:"${text}"`;
  },
  name: (_node, text) => `s:${Buffer.byteLength(text)}:"${text}"`,
};

/** Does the text begin like a serialized array or object? */
export function looksLikePhp(text: string): boolean {
  return CONTAINER.test(text.slice(0, 160)) && /\}\s*$/.test(text.slice(-8));
}

/**
 * Reads a serialized array or object: names are members, numbers without names elements. What is dropped is emptied. Undefined for any
 * other text. Throws `too_many_fields`, `too_deep`.
 */
export function readPhp(bytes: Uint8Array, limits: Limits, depth: number): Document | undefined {
  const text = textOfUtf8(bytes);
  const reading = new Reading(text, new SpanReader(limits));
  const root = reading.value(depth);
  if (root === undefined || reading.at !== text.trimEnd().length) return undefined;
  return new SpanDocument(bytes, text, root, WRITER);
}

class Reading {
  at = 0;

  constructor(
    private readonly text: string,
    private readonly reader: SpanReader,
  ) {}

  value(depth: number): SpanNode | undefined {
    const ahead = this.text.slice(this.at, this.at + 160);
    const opened = CONTAINER.exec(ahead);
    if (opened !== null) return this.container(opened, depth + 1);
    if (STRING.test(ahead)) return this.string(';');
    const scalar = SCALAR.exec(ahead);
    if (scalar === null) return undefined;
    const said = scalar[1] ?? scalar[2];
    const kind = said !== undefined ? 'number' : scalar[3] === undefined ? 'null' : 'boolean';
    const node = this.reader.node(kind, said ?? '', this.at, this.at + scalar[0].length - 1);
    if (kind === 'boolean') node.text = scalar[3] === '1' ? 'true' : 'false';
    node.style = scalar[0][0]!;
    this.at += scalar[0].length;
    return node;
  }

  private container(opened: RegExpExecArray, depth: number): SpanNode | undefined {
    const object = this.reader.container('object', this.at, this.at, depth);
    const children = object.children as SpanNode[];
    this.at += opened[0].length;
    for (let left = Number(opened[1] ?? opened[3]); left > 0; left -= 1) {
      const name = STRING.test(this.text.slice(this.at, this.at + 16)) ? this.string(';') : this.value(depth);
      const value = name && this.value(depth);
      if (name === undefined || value === undefined || name.kind === 'object') return undefined;
      value.name = name.text.replace(VISIBILITY, '');
      if (name.style === 's') [value.nameStart, value.nameEnd] = [name.start, name.end];
      children.push(value);
    }
    if (this.text[this.at] !== '}') return undefined;
    this.at += 1;
    object.end = this.at;
    if (children.length > 0 && children.every((child, i) => child.name === String(i) && child.nameStart < 0)) {
      object.kind = 'array';
      for (const child of children) child.name = undefined;
    }
    return object;
  }

  /** A text by its length in bytes; its span is all of it, so that the length is written anew. */
  private string(mark: string): SpanNode | undefined {
    const head = STRING.exec(this.text.slice(this.at, this.at + 16));
    if (head === null) return undefined;
    const from = this.at + head[0].length;
    const bytes = Number(head[1]);
    let end = from;
    for (let left = bytes; left > 0 && end < this.text.length; ) {
      const code = this.text.codePointAt(end)!;
      left -= code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
      end += code < 0x10000 ? 1 : 2;
      if (left < 0) return undefined;
    }
    if (this.text[end] !== '"' || this.text[end + 1] !== mark) return undefined;
    const node = this.reader.node('string', this.text.slice(from, end), this.at, end + 1);
    node.style = 's';
    this.at = end + 2;
    return node;
  }
}
