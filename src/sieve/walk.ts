// The walk over one decoded message: every value gets its ruling, in document order, and its edit.
import type { Document, Edit } from '../model.js';
import { isSealedBox } from '../payload/ciphers.js';
import type { Entries } from '../payload/entries.js';
import { entriesOf } from '../payload/node-entries.js';
import { judgeBytes } from './byte-strings.js';
import { type Reading, readContainer } from './container.js';
import type { MessageContext, Position } from './context.js';
import { BLANK, DROP, type Scalar } from './edits.js';
import { judgeHidden } from './encoded-own.js';
import type { Field } from './field.js';
import { ownPieces, rulingOfBytes, rulingOfPieces } from './joined-values.js';
import { dependsOnValue, judgeScalar } from './leaf.js';
import { plainScalar, writeJudged, writePlain } from './plain.js';
import type { Ruling } from './ruling.js';
import { judgeSealed } from './sealed.js';
import { isOwnName, judgeName, nameByPlace, sensitiveName } from './sensitive-names.js';
import { judgeText } from './text.js';
import type { WalkInner } from './walk-inner.js';

/** Judges everything in a document that stands at `field`; returns whether anything is to change. */
export function walk(document: Document, field: Field, cx: MessageContext, encodingDepth = 0): boolean {
  const { entries, root } = entriesOf(document);
  return new Walk(entries, encodingDepth, cx).visit(root, field, 'root', 1);
}

interface Whole {
  readonly children: ReadonlySet<number>;
  readonly why: Ruling;
}

const NOTHING: readonly Whole[] = Object.freeze([]);

/** The walk over the values of one document. */
class Walk {
  private readonly inner: WalkInner;

  constructor(
    private readonly entries: Entries,
    private readonly encodingDepth: number,
    private readonly cx: MessageContext,
  ) {
    this.inner = (document, field, depth) => walk(document, field, cx, depth);
  }

  visit(entry: number, field: Field, position: Position, occurrence: number): boolean {
    const kind = this.entries.kind(entry);
    switch (kind) {
      case 'object':
        return this.visitObject(entry, field);
      case 'array':
        return this.visitArray(entry, field);
      case 'string': {
        const { inner, encodingDepth } = this;
        const edit = judgeText(this.entries.text(entry), { field, position, occurrence, encodingDepth }, inner, this.cx);
        return this.change(entry, edit);
      }
      case 'bytes':
        return this.visitBytes(entry, field, position, occurrence);
      case 'number':
      case 'boolean':
      case 'null':
        return this.visitScalar(entry, kind, field, position, occurrence);
      default:
        return kind satisfies never;
    }
  }

  private change(entry: number, edit: Edit | undefined): boolean {
    if (edit === undefined) return false;
    this.entries.edit(entry, edit);
    return true;
  }

  private visitScalar(
    entry: number,
    kind: 'number' | 'boolean' | 'null',
    field: Field,
    position: Position,
    occurrence: number,
  ): boolean {
    const { cx, entries } = this;
    const fixed = position !== 'member';
    cx.checkDeadline(0);
    const isPlain = kind !== 'number' || (!cx.mayHoldOwn && !dependsOnValue(field, cx));
    const text = kind === 'null' ? 'null' : entries.text(entry);
    if (isPlain && occurrence === 1) {
      const plain = plainScalar(field, kind, text, cx);
      if (plain !== undefined) return this.change(entry, writePlain(plain, fixed, cx));
    }
    const scalar: Scalar = { kind, text, bytes: undefined, field, fixed, occurrence };
    return this.change(entry, writeJudged(judgeScalar(scalar, cx), cx));
  }

  private visitBytes(entry: number, field: Field, position: Position, occurrence: number): boolean {
    const { cx, entries, inner, encodingDepth } = this;
    const { mark } = cx.trace;
    const bytes = entries.bytes(entry)!;
    cx.checkDeadline(bytes.length);
    const bare = entries.node(entry).edit !== undefined;
    const scalar: Scalar = { kind: 'bytes', text: '', bytes, field, fixed: position !== 'member', occurrence };
    const text = (said: string): Edit | undefined => judgeText(said, { field, position, occurrence, encodingDepth }, inner, cx);
    const edit = judgeBytes(scalar, bare, { text, inner, encodingDepth }, cx);
    const again = cx.searchEncodings ? judgeHidden(scalar, edit, cx) : undefined;
    if (again === undefined) return this.change(entry, edit) || bare;
    cx.trace.back(mark);
    return this.change(entry, writeJudged(again, cx));
  }

  private visitObject(object: number, field: Field): boolean {
    const { entries, cx } = this;
    const count = entries.count(object);
    if (count === 0) return false;
    const members = this.membersOf(object, field, count);
    const reading = readContainer(entries, object, field, members, cx);
    const wholes = reading === undefined ? NOTHING : this.wholesIn(reading);
    const serial = cx.nextObject();
    let sensitive = 0;
    let changed = false;
    let entry = entries.first(object);
    for (let i = 0; i < count; i += 1, entry = entries.next(entry)) {
      const child = members[i];
      if (child === undefined) {
        sensitive += 1;
        if (this.visitSensitive(entry, field, sensitive)) changed = true;
        continue;
      }
      const occurrence = child.occurrence(serial);
      const whole = wholes.find(({ children }) => children.has(i));
      if (whole !== undefined) {
        this.withhold(entry, child, whole.why, DROP, occurrence);
        changed = true;
        continue;
      }
      const named = reading?.fieldOf(i, child) ?? child;
      const at = named === child ? child.meant : named;
      if (this.visitMember(entry, at, occurrence, object, reading?.columnsOf(i))) changed = true;
    }
    return changed;
  }

  /** The fields of an object's members; undefined for one whose name is itself a value. */
  private membersOf(object: number, field: Field, count: number): (Field | undefined)[] {
    const { entries, cx } = this;
    const members = new Array<Field | undefined>(count);
    let before: Field | undefined;
    let entry = entries.first(object);
    for (let i = 0; i < count; i += 1, entry = entries.next(entry)) {
      const member = this.memberOf(entry, field, before);
      members[i] = member;
      if (member === undefined) continue;
      if (member.mayBeSeal) cx.mayBeSealed = true;
      before = member;
    }
    return members;
  }

  /** First looked for where it stood the time before, behind the member `before`. */
  private memberOf(entry: number, field: Field, before: Field | undefined): Field | undefined {
    const { entries, cx } = this;
    const number = entries.nameNumber(entry);
    const expected = before === undefined ? field.leader : before.follower;
    let known = expected !== undefined && number >= 0 && expected.number === number ? expected : undefined;
    if (known === undefined) {
      const name = entries.name(entry)!;
      cx.checkDeadline(name.length);
      known = field.existing(name);
      if (known === undefined) {
        if (sensitiveName(name, cx) !== undefined || this.isNameByPlace(entry, name, field)) return undefined;
        known = field.member(name);
      }
      known.number = number;
      if (before === undefined) field.leader = known;
      else before.follower = known;
    }
    const { name } = known;
    if (isOwnName(known, name!, cx)) return undefined;
    return field.isNetwork && this.isNameByPlace(entry, name!, field) ? undefined : known;
  }

  private isNameByPlace(entry: number, name: string, field: Field): boolean {
    const kind = this.entries.kind(entry);
    return nameByPlace(name, kind === 'object' || kind === 'array', field) !== undefined;
  }

  private visitMember(
    entry: number,
    field: Field,
    occurrence: number,
    object: number,
    columns: readonly string[] | undefined,
  ): boolean {
    if (columns !== undefined) return this.visitTable(entry, field, columns);
    if (!field.isCiphertext || !isSealedBox(this.entries.nodes(object).map(({ name }) => name)))
      return this.visit(entry, field, 'member', occurrence);
    const scalar: Scalar = { kind: 'string', text: this.entries.text(entry), bytes: undefined, field, fixed: false, occurrence };
    const judged = judgeSealed(scalar, this.cx);
    return judged !== undefined && this.change(entry, writeJudged(judged, this.cx));
  }

  /** A member whose name is itself a value: it goes, or its name becomes a pseudonym. */
  private visitSensitive(entry: number, field: Field, number: number): boolean {
    const { entries, cx } = this;
    const name = entries.name(entry)!;
    const kind = entries.kind(entry);
    const category =
      sensitiveName(name, cx) ?? nameByPlace(name, kind === 'object' || kind === 'array', field) ?? ('unclassified' as const);
    // A place where such a name may stand in a log: its category and its number in the object.
    const at = field.redacted(`<${category}:${number}>`);
    const fate = judgeName(entries, entry, at, cx);
    if (fate.kind === 'drop') {
      this.withholdAll(entry, at, fate.ruling);
      entries.edit(entry, DROP);
      return true;
    }
    if (fate.rename !== undefined) entries.rename(entry, fate.rename);
    if (fate.ruling !== undefined) cx.trace.leaf(fate.ruling);
    return this.visit(entry, at, 'member', 1) || fate.rename !== undefined;
  }

  /** An array of rows, or one row, under the names of its columns. */
  private visitTable(table: number, field: Field, names: readonly string[]): boolean {
    const { entries, cx } = this;
    let changed = false;
    cx.trace.array();
    let cell = entries.first(table);
    for (let i = 0; i < entries.count(table); i += 1, cell = entries.next(cell)) {
      cx.trace.element(i);
      const at = field.element(i);
      const done =
        entries.kind(cell) === 'array'
          ? this.visitTable(cell, at, names)
          : this.visit(cell, at.as(names[i] ?? '', 'table'), 'element', 1);
      if (done) changed = true;
    }
    cx.trace.left();
    return changed;
  }

  private visitArray(array: number, field: Field): boolean {
    const { entries, cx } = this;
    const count = entries.count(array);
    if (count === 0) return false;
    // Where no rule names an index, all elements are one field.
    const any = field.rules.indexed ? undefined : field.element(0);
    const reading = readContainer(entries, array, field, any === undefined ? [field.element(0)] : [any], cx);
    const why = this.rulingOfWhole(array, field, reading);
    let changed = false;
    cx.trace.array();
    let entry = entries.first(array);
    for (let i = 0; i < count; i += 1, entry = entries.next(entry)) {
      cx.trace.element(i);
      const element = any ?? field.element(i);
      if (why !== undefined) {
        this.withhold(entry, element, why, BLANK, 1);
        changed = true;
        continue;
      }
      const columns = reading?.columnsOf(i);
      const at = reading?.fieldOf(i, element) ?? element;
      if (columns === undefined ? this.visit(entry, at, 'element', 1) : this.visitTable(entry, at, columns)) changed = true;
    }
    cx.trace.left();
    return changed;
  }

  /** Children that together are a value that may not stay, and why. */
  private wholesIn({ joined }: Reading): readonly Whole[] {
    const wholes: Whole[] = [];
    for (const { children, text, field } of joined) {
      const why = rulingOfPieces(text, field, this.cx);
      if (why !== undefined) wholes.push({ children, why });
    }
    return wholes;
  }

  /** Why an array that is one value in pieces goes as a whole; undefined for others. */
  private rulingOfWhole(array: number, field: Field, reading: Reading | undefined): Ruling | undefined {
    const { entries, cx, inner, encodingDepth } = this;
    const [whole] = reading === undefined ? NOTHING : this.wholesIn(reading);
    if (whole !== undefined) return whole.why;
    const kind = entries.kind(entries.first(array));
    if (kind !== 'number' && kind !== 'string') return undefined;
    if (cx.mayHoldOwn) {
      const text = ownPieces(entries.nodes(array), cx);
      if (text !== undefined) return rulingOfPieces(text, field, cx);
    }
    return kind === 'number' ? rulingOfBytes(entries.nodes(array), field, encodingDepth, inner, cx) : undefined;
  }

  private withhold(entry: number, field: Field, { category, by, because, fate }: Ruling, edit: Edit, occurrence: number): void {
    const action = edit === DROP ? 'drop' : 'blank';
    this.cx.trace.leaf(field.rule({ category, by, because }, { action, reason: fate.reason }, occurrence));
    this.entries.edit(entry, edit);
  }

  /** Writes down that everything below goes for the same reason. */
  private withholdAll(entry: number, field: Field, why: Ruling): void {
    const { entries, cx } = this;
    const kind = entries.kind(entry);
    if (kind !== 'object' && kind !== 'array') {
      cx.trace.leaf(field.rule(why, { action: 'drop', reason: why.fate.reason }, 1));
      return;
    }
    if (kind === 'array') cx.trace.array();
    const count = entries.count(entry);
    let child = count === 0 ? -1 : entries.first(entry);
    for (let i = 0; i < count; i += 1, child = entries.next(child)) {
      if (kind === 'array') cx.trace.element(i);
      this.withholdAll(child, this.belowWithheld(child, kind, i, field), why);
    }
    if (kind === 'array') cx.trace.left();
  }

  private belowWithheld(child: number, kind: 'object' | 'array', index: number, field: Field): Field {
    if (kind === 'array') return field.element(index);
    const name = this.entries.name(child)!;
    return sensitiveName(name, this.cx) === undefined ? field.member(name) : field.redacted(`<unclassified:${index + 1}>`);
  }
}
