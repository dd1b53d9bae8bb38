// The walk over one decoded document: every leaf gets its decision, in document order, and its edit.
import { findValues, isCoordinatePair, macFromBytes } from '../classify/values.js';
import { HubError } from '../errors.js';
import { type CategoryId, type Decision, type Edit, type Limits, Node, strictness } from '../model.js';
import { readText } from '../payload/text.js';
import { unwrap } from '../payload/wrapping.js';
import type { Field } from './field.js';
import { fateOf, judgeLeaf, type LeafContext } from './leaf.js';
import { addressBytes, columnNames, keyValue, pairedNames, spelledText } from './structure.js';

/** Where a name that is itself identifying may stand in a log: its category and its number in the object. */
const label = (category: CategoryId, n: number): string => `<${category}:${n}>`;

export interface WalkContext extends LeafContext {
  readonly limits: Limits;
  readonly decisions: Decision[];
}

/** Judges everything below `root`; returns whether anything is to change. */
export function walk(root: Node, field: Field, cx: WalkContext, layers = 0): boolean {
  return new Walk(cx, layers).visit(root, field, 'root', 1);
}

type Standing = 'root' | 'member' | 'element';

class Walk {
  /** How often a member of a name has been met in the object in hand. */
  constructor(
    private readonly cx: WalkContext,
    private readonly layers: number,
  ) {}

  visit(node: Node, field: Field, standing: Standing, occurrence: number): boolean {
    switch (node.kind) {
      case 'object':
        return this.object(node, field);
      case 'array':
        return this.array(node, field);
      case 'string':
        return this.layered(node, field, standing, occurrence) ?? this.leaf(node, field, standing, occurrence);
      case 'bytes':
      case 'number':
      case 'boolean':
      case 'null':
        return this.leaf(node, field, standing, occurrence);
      default:
        return node.kind satisfies never;
    }
  }

  private leaf(node: Node, field: Field, standing: Standing, occurrence: number): boolean {
    const { decision, edit } = judgeLeaf(node, field, standing !== 'member', occurrence, this.cx);
    return this.settle(node, decision, edit);
  }

  private settle(node: Node, decision: Decision, edit: Edit | undefined): boolean {
    this.cx.decisions.push(decision);
    if (decision.action === 'refuse')
      throw new HubError(decision.reason.kind === 'blocked' ? 'blocked' : 'own_identifier', decision.path);
    if (!edit) return false;
    node.edit = edit;
    return true;
  }

  private object(node: Node, field: Field): boolean {
    const members = node.children ?? [];
    const told = keyValue(node);
    const columns = columnNames(node);
    const names = members.length > 1 ? new Occurrences() : undefined;
    let identifying = 0;
    let changed = false;
    for (const member of members) {
      const name = member.name!;
      const occurrence = names?.of(name) ?? 1;
      let child = field.known(name);
      if (!child) {
        const category = this.identifyingName(name, field);
        if (category !== undefined) {
          identifying += 1;
          changed = this.identifyingMember(member, field.unnamed(label(category, identifying)), category) || changed;
          continue;
        }
        child = field.member(name);
      }
      if (told?.values.has(member)) child = child.as(told.name);
      changed =
        (columns?.rows.includes(member)
          ? this.row(member, child, columns.names)
          : this.column(member, child, columns, occurrence)) || changed;
    }
    return changed;
  }

  private column(member: Node, field: Field, columns: ReturnType<typeof columnNames>, occurrence: number): boolean {
    if (!columns || member.kind !== 'array' || member.children?.[0] === undefined || !columns.rows.includes(member.children[0])) {
      return this.visit(member, field, 'member', occurrence);
    }
    let changed = false;
    member.children.forEach((row, i) => {
      changed = this.row(row, field.element(i), columns.names) || changed;
    });
    return changed;
  }

  /** One row of a table whose columns have names. */
  private row(row: Node, field: Field, names: readonly string[]): boolean {
    let changed = false;
    row.children?.forEach((cell, i) => {
      changed = this.visit(cell, field.element(i).as(names[i] ?? ''), 'element', 1) || changed;
    });
    return changed;
  }

  /** A member whose name is itself an identifier: it goes, or its name becomes a pseudonym. */
  private identifyingMember(member: Node, field: Field, category: CategoryId): boolean {
    const named = judgeLeaf(new Node('string', member.name!, -1, -1), field, false, 1, this.cx);
    const { decision, edit } = named;
    if (edit === undefined) return this.visit(member, field, 'member', 1);
    if (edit.kind === 'text' && category !== 'unclassified') {
      member.rename = edit.text;
      this.cx.decisions.push(decision);
      this.visit(member, field, 'member', 1);
      return true;
    }
    this.drop(member, field, decision);
    return true;
  }

  /** Drops a member with all that is below it; each leaf says why. */
  private drop(member: Node, field: Field, why: Decision): void {
    const visit = (node: Node, at: Field): void => {
      if (node.kind === 'object')
        for (const [i, c] of (node.children ?? []).entries())
          visit(c, this.identifyingName(c.name!, at) ? at.unnamed(label('unclassified', i + 1)) : at.member(c.name!));
      else if (node.kind === 'array') for (const [i, c] of (node.children ?? []).entries()) visit(c, at.element(i));
      else this.cx.decisions.push(at.decision(why.category, why.by, { action: 'drop', reason: why.reason }, 1));
    };
    visit(member, field);
    member.edit = { kind: 'drop' };
  }

  private identifyingName(name: string, field: Field): CategoryId | undefined {
    const found =
      findValues(name).find((f) => f.strength === 'certain') ?? (this.cx.own.empty ? undefined : this.cx.own.find(name)[0]);
    if (found) return found.category;
    const telling = findValues(name).find(
      (f) => f.end - f.start === name.length && (f.category === 'device_mac' || f.category === 'radio_identifier'),
    );
    return telling && field ? telling.category : undefined;
  }

  private array(node: Node, field: Field): boolean {
    const elements = node.children ?? [];
    if (elements.length === 0) return false;
    const whole = this.wholeArray(node, field);
    if (whole !== undefined) return whole;
    const named = elements[0]!.kind === 'object' ? undefined : pairedNames(node, field.rules.names);
    let changed = false;
    elements.forEach((element, i) => {
      const at = field.element(i);
      const name = named?.get(element);
      changed = this.visit(element, name === undefined ? at : at.as(name), 'element', 1) || changed;
    });
    return changed;
  }

  /** An array that is one value in pieces: an address as bytes, a text as characters, a pair of coordinates. */
  private wholeArray(node: Node, field: Field): boolean | undefined {
    const text = spelledText(node);
    if (text !== undefined) return this.pieces(node, field, text);
    const bytes = addressBytes(node);
    const mac = bytes && (bytes.length === 6 || bytes.length === 8) ? macFromBytes(bytes) : undefined;
    if (mac !== undefined && (this.ownAddress(mac) || isAddressName(field))) return this.pieces(node, field, mac);
    if (bytes && bytes.length === 4 && isAddressName(field)) return this.pieces(node, field, bytes.join('.'));
    return this.coordinates(node, field);
  }

  private ownAddress(mac: string): boolean {
    return !this.cx.own.empty && this.cx.own.find(mac).length > 0;
  }

  /** Judges the joined text once; where it may not leave as it is, every piece is emptied. */
  private pieces(node: Node, field: Field, text: string): boolean | undefined {
    const whole = judgeLeaf(new Node('string', text, -1, -1), field, true, 1, this.cx);
    if (!whole.edit && whole.decision.action === 'keep') return undefined;
    node.children!.forEach((element, i) => {
      const { category, by, reason } = whole.decision;
      this.settle(element, field.element(i).decision(category, by, { action: 'blank', reason }, 1), { kind: 'blank' });
    });
    return true;
  }

  private coordinates(node: Node, field: Field): boolean | undefined {
    const [a, b, ...more] = node.children!;
    if (!a || !b || a.kind !== 'number' || b.kind !== 'number') return undefined;
    // A third number is an altitude only where the name speaks of a place: three readings are no position.
    if (more.length > 1 || (more.length === 1 && field.named?.category !== 'location_precise')) return undefined;
    if (!isCoordinatePair(a.text, b.text)) return undefined;
    let changed = false;
    node.children!.forEach((element, i) => {
      changed =
        this.visit(element, field.element(i).as(i === 0 ? 'latitude' : i === 1 ? 'longitude' : 'altitude'), 'element', 1) ||
        changed;
    });
    return changed;
  }

  /** A text that is another message inside (JSON, base64 …): read, judged, put back. Undefined: it is none, or says nothing more. */
  private layered(node: Node, field: Field, standing: Standing, occurrence: number): boolean | undefined {
    const candidates = unwrap(node.text, this.cx.limits, this.layers);
    if (candidates.length === 0) return undefined;
    const category = field.mapped ?? field.named?.category;
    const outer = category === undefined ? undefined : fateOf(category, false, [], field, this.cx);
    if (outer && strictness(outer.action) >= strictness('hash')) return undefined;
    if (this.layers >= this.cx.limits.layers) throw new HubError('too_deep', 'encodings inside each other');
    for (const candidate of candidates) {
      const mark = this.cx.decisions.length;
      const inner = candidate.document ?? readText(candidate.bytes, this.cx.limits);
      if (walk(inner.root, field.layer(`::${candidate.id}`), this.cx, this.layers + 1)) {
        if (candidate.exact) {
          node.edit = { kind: 'text', text: candidate.rewrap(inner.write()) };
          return true;
        }
        // What must change stands in something that cannot be packed again (signed, or not written the one way): it goes as a whole.
        const decision = this.cx.decisions.slice(mark).find((d) => d.action !== 'keep') ?? this.cx.decisions[mark]!;
        this.cx.decisions.length = mark;
        const fate = { action: standing === 'member' ? 'drop' : 'blank', reason: decision.reason } as const;
        return this.settle(node, field.decision(decision.category, decision.by, fate, occurrence), { kind: fate.action });
      }
      if (candidate.document) return false;
      // A text inside a text can be chance: the outer one is judged as well, and its decision stands unless only its shape spoke.
      const inside = this.cx.decisions.splice(mark);
      const judged = judgeLeaf(node, field, standing !== 'member', occurrence, this.cx);
      if (judged.decision.by !== 'shape') return this.settle(node, judged.decision, judged.edit);
      this.cx.decisions.push(...inside);
      return false;
    }
    return undefined;
  }
}

function isAddressName(field: Field): boolean {
  const category = field.mapped ?? field.named?.category;
  return (
    category !== undefined &&
    ['device_mac', 'router_mac', 'bluetooth_mac', 'ip_address', 'radio_identifier', 'device_identifier'].includes(category)
  );
}

/** Counts repeated member names of one object without remembering its values. */
class Occurrences {
  private readonly seen = new Map<string, number>();
  of(name: string): number {
    const n = (this.seen.get(name) ?? 0) + 1;
    this.seen.set(name, n);
    return n;
  }
}
