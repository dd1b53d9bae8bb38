import { HubError } from '../errors.js';
import type { Document, Limits } from '../model.js';
import { cut, SpanDocument, type SpanNode, SpanReader, textOfUtf8 } from './spans.js';
import { decodeReferences, isXmlText, nameAt, trimmed } from './xml-text.js';
import { INSTRUCTION, XML_WRITER } from './xml-write.js';

/** What an XML declaration may say; the encoding has been seen to before (charset.ts). */
const DECLARATION =
  /^<\?xml[ \t\r\n]+version[ \t\r\n]*=[ \t\r\n]*(?:"1\.0"|'1\.0')(?:[ \t\r\n]+encoding[ \t\r\n]*=[ \t\r\n]*(?:"[A-Za-z][\w.-]{0,30}"|'[A-Za-z][\w.-]{0,30}'))?(?:[ \t\r\n]+standalone[ \t\r\n]*=[ \t\r\n]*(?:"(?:yes|no)"|'(?:yes|no)'))?[ \t\r\n]*\?>/;

/** Does it begin and end like an XML document? */
export function looksLikeXml(binary: string): boolean {
  return /^[ \t\r\n]*<[A-Za-z_:?!\x80-\xff]/.test(binary) && />[ \t\r\n]*$/.test(binary.slice(-64));
}

/**
 * Reads an XML 1.0 document (Namespaces in XML: names stand as written, with their prefix) without a DTD. Elements are members of
 * objects, one with text alone a string; attributes are members `@name`, text beside them `#text`, comments `#comment`, processing
 * instructions `#instruction`. Text counts without the white space around it; CDATA sections and comments do not part it.
 * Throws `malformed` (with an offset; also for a DOCTYPE, an entity that XML itself does not name, a second root),
 * `too_deep`, `too_many_fields`.
 */
export function readXml(bytes: Uint8Array, limits: Limits, depth = 0): Document {
  const text = textOfUtf8(bytes);
  const root = new XmlReader(text, limits).document(depth);
  return new SpanDocument(bytes, text, root, XML_WRITER);
}

/** One run of character data: where its first and last character that is no white space stand, and what it says. */
interface Run {
  start: number;
  end: number;
  text: string;
}

class XmlReader extends SpanReader {
  private at = 0;

  constructor(
    private readonly source: string,
    limits: Limits,
  ) {
    super(limits);
    if (!isXmlText(source)) this.fail(0);
  }

  private fail(at = this.at): never {
    throw new HubError('malformed', `character ${at}`);
  }

  document(depth: number): SpanNode {
    const root = this.container('object', 0, this.source.length, depth + 1);
    const declaration = DECLARATION.exec(this.source);
    if (declaration !== null) this.at = declaration[0].length;
    let elements = 0;
    for (;;) {
      this.space();
      if (this.at >= this.source.length) break;
      if (this.source[this.at] !== '<') this.fail();
      const other = this.aside();
      if (other === undefined && ++elements > 1) this.fail();
      root.children.push(other ?? this.element(depth + 1, true));
    }
    if (elements === 0) this.fail();
    return root;
  }

  private space(): boolean {
    const start = this.at;
    while (' \t\r\n'.includes(this.source.charAt(this.at)) && this.at < this.source.length) this.at++;
    return this.at > start;
  }

  private name(): string {
    const name = nameAt(this.source, this.at) ?? this.fail();
    this.at += name.length;
    return name;
  }

  private past(text: string): number {
    const found = this.source.indexOf(text, this.at);
    if (found < 0) this.fail();
    this.at = found + text.length;
    return found;
  }

  /** A comment or processing instruction at `at`; undefined where there is none. A DOCTYPE is malformed: nothing external, ever. */
  private aside(): SpanNode | undefined {
    const start = this.at;
    if (this.source.startsWith('<!--', start)) {
      this.at += 4;
      const end = this.past('--');
      if (this.source[this.at] !== '>') this.fail();
      this.at++;
      return this.asideNode('#comment', start, start + 4, end);
    }
    if (this.source.startsWith('<?', start)) {
      this.at += 2;
      const target = this.name();
      const spaced = this.space();
      const end = this.past('?>');
      if (/^xml$/i.test(target) || (!spaced && end !== start + 2 + target.length)) this.fail(start);
      return this.asideNode(INSTRUCTION, start, start + 2, end);
    }
    if (this.source.startsWith('<!', start)) this.fail();
    return undefined;
  }

  private asideNode(name: string, start: number, inner: number, end: number): SpanNode {
    const node = this.member(name, this.source.slice(inner, end), inner, end);
    node.style = name;
    return cut(node, start, this.at);
  }

  /** The element whose `<` stands at `at`. The root cannot be absent. */
  private element(depth: number, top = false): SpanNode {
    this.bound(depth, this.at);
    const start = this.at++;
    const nameStart = this.at;
    const name = this.name();
    const nameEnd = this.at;
    const attributes = this.attributes();
    const node = this.source[this.at] === '/' ? this.closed(attributes, depth) : this.open(attributes, depth, name);
    node.name = name;
    node.nameStart = nameStart;
    node.nameEnd = nameEnd;
    if (node.children !== undefined) node.start = nameEnd;
    return top ? node : cut(node, start, this.at);
  }

  /** `<name …/>`: its text would stand in place of the `/>`. */
  private closed(attributes: SpanNode[], depth: number): SpanNode {
    const start = this.at;
    this.at += 2;
    if (this.source[start + 1] !== '>') this.fail(start);
    if (attributes.length === 0) {
      const node = this.node('string', '', start, this.at);
      node.style = '/>';
      return node;
    }
    const object = this.container('object', start, start, depth + 1);
    object.style = '/>';
    object.children = attributes;
    return object;
  }

  private open(attributes: SpanNode[], depth: number, name: string): SpanNode {
    const start = ++this.at;
    if (this.source[start - 1] !== '>') this.fail(start - 1);
    const inside: SpanNode[] = this.content(depth + 1);
    const end = this.at;
    this.at += 2;
    const closeStart = this.at;
    if (!this.source.startsWith(name, closeStart)) this.fail();
    this.at += name.length;
    const closeEnd = this.at;
    this.space();
    if (this.source[this.at++] !== '>') this.fail(this.at - 1);
    const node = this.filled([...attributes, ...inside], start, end, depth);
    node.closeStart = closeStart;
    node.closeEnd = closeEnd;
    return node;
  }

  /** An element with text alone is that text; an empty one, the empty text. */
  private filled(members: SpanNode[], start: number, end: number, depth: number): SpanNode {
    const [only] = members;
    if (only === undefined) return this.node('string', '', start, end);
    if (members.length === 1 && only.name === '#text') return this.node('string', only.text, only.start, only.end);
    const object = this.container('object', start, end, depth + 1);
    object.children = members;
    return object;
  }

  private attributes(): SpanNode[] {
    const found: SpanNode[] = [];
    const names = new Set<string>();
    for (;;) {
      const before = this.at;
      const spaced = this.space();
      if (this.source[this.at] === '>' || this.source[this.at] === '/' || this.at >= this.source.length) return found;
      if (!spaced) this.fail();
      const attribute = this.attribute(before);
      if (names.has(attribute.name!)) this.fail(before);
      names.add(attribute.name!);
      found.push(attribute);
    }
  }

  private attribute(before: number): SpanNode {
    const nameStart = this.at;
    const name = this.name();
    const nameEnd = this.at;
    this.space();
    if (this.source[this.at++] !== '=') this.fail(this.at - 1);
    this.space();
    const quote = this.source.charAt(this.at++);
    if (quote !== '"' && quote !== "'") this.fail(this.at - 1);
    const start = this.at;
    const end = this.past(quote);
    const raw = this.source.slice(start, end);
    if (raw.includes('<')) this.fail(start);
    const text = decodeReferences(raw.replace(/\r\n|[\t\r\n]/g, ' '), start);
    const node = this.member(`@${name}`, text, start, end, nameStart, nameEnd);
    node.style = quote;
    return cut(node, before, this.at);
  }

  /** What stands inside an element, up to its `</`. */
  private content(depth: number): SpanNode[] {
    const found: SpanNode[] = [];
    let run: Run | undefined;
    const flush = (): void => {
      const text = run && trimmed(run.text);
      if (run !== undefined && text !== undefined && text !== '') found.push(this.textNode(text, run));
      run = undefined;
    };
    for (;;) {
      const opening = this.source.indexOf('<', this.at);
      if (opening < 0) this.fail(this.source.length);
      if (opening > this.at) run = this.joined(run, this.characters(opening));
      this.at = opening;
      if (this.source.startsWith('</', opening)) break;
      if (this.source.startsWith('<![CDATA[', opening)) run = this.joined(run, this.section());
      else {
        const other = this.aside();
        if (other === undefined) flush();
        found.push(other ?? this.element(depth));
      }
    }
    flush();
    return found;
  }

  private textNode(text: string, run: Run): SpanNode {
    const node = this.member('#text', text, run.start, run.end);
    return cut(node, run.start, run.end);
  }

  /** Character data from `at` to `end`, without the white space around it. */
  private characters(end: number): Run {
    const raw = this.source.slice(this.at, end);
    const gap = raw.indexOf(']]>');
    if (gap >= 0) this.fail(this.at + gap);
    const text = decodeReferences(raw, this.at).replace(/\r\n?/g, '\n');
    const blank = raw.length - raw.trimStart().length;
    const filled = raw.trim().length;
    return { start: this.at + (filled === 0 ? 0 : blank), end: filled === 0 ? this.at : this.at + blank + filled, text };
  }

  private section(): Run {
    const start = this.at;
    this.at += 9;
    const end = this.past(']]>');
    return { start, end: this.at, text: this.source.slice(start + 9, end).replace(/\r\n?/g, '\n') };
  }

  /** Two pieces of the same text; one of white space alone does not widen the span at the ends. */
  private joined(run: Run | undefined, piece: Run): Run {
    if (run === undefined) return piece;
    if (piece.end <= piece.start) return { ...run, text: run.text + piece.text };
    if (run.end <= run.start) return { ...piece, text: run.text + piece.text };
    return { start: run.start, end: piece.end, text: run.text + piece.text };
  }
}
