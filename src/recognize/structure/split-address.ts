// An address cut over several members: `{"macLow":2725742745,"macHigh":62671}`, `mac1` … `mac6`, `ip[0]` … `ip[3]`.
import type { CategoryId } from '../../model.js';
import type { ContainerView, FieldView, Interpretation, StructureRecognizer, ValueView } from '../evidence.js';
import type { Kit } from '../kit.js';
import { macCanonical } from '../value/mac.js';
import { categoryOf, hasWord, OF_OBJECTS, oncePerField } from './names.js';

const MACS: ReadonlySet<CategoryId | undefined> = new Set(['device_mac', 'router_mac', 'bluetooth_mac'] as const);
/** Categories that the name of a piece may say by itself. */
const OF_PIECES: ReadonlySet<CategoryId | undefined> = new Set([...MACS, undefined, 'ip_address', 'radio_identifier'] as const);
/** Six hex digits, which are as often a colour; with marks between them they are half an address. */
const SIX = /^(?:0x)?[0-9a-f]{6}$/i;
const TRIPLE = /^[0-9a-f]{2}([:.-])[0-9a-f]{2}\1[0-9a-f]{2}$/i;
const PAIR = /^(?:0x)?[0-9a-f]{1,2}$/i;
/** A time of day, or a date. */
const CLOCK = /^[0-5]\d[:.-][0-5]\d[:.-][0-5]\d$/;
/** Digits of both halves, at least: fewer are counts. */
const HALVES_CHARS = 6;
/** 24 bits of a half; and of an address that is cut in 16 and 32. */
const HALF_MAX = 0xff_ff_ff;
const SHORT_MAX = 0xff_ff;
const WORD_MAX = 0xff_ff_ff_ff;

export function splitAddress({ vocabulary }: Kit): StructureRecognizer {
  const [first, second] = [vocabulary.alternatives('first_halves'), vocabulary.alternatives('second_halves')];
  const half = new RegExp(`^(.*?)[_.-]?(?:(${first})|${second})$`, 'i');
  // Letters alone for `mac`, `byte` and `octet`.
  const byte = new RegExp(`^((?:[a-z]*[_.-])?${vocabulary.alternatives('byte_names')}|[mbo])[_.[(-]?[0-9][\\])]?$`, 'i');
  const [hardware, digits] = [vocabulary.set('hardware_words'), vocabulary.set('hex_words')];
  const isColour = oncePerField(({ words }: FieldView) => hasWord(words, digits));
  const halfOf = oncePerField(({ name = '', words }: FieldView) => {
    const match = hasWord(words, hardware) ? half.exec(name) : null;
    return match === null ? undefined : { stem: match[1]!.toLowerCase(), isFirst: match[2] !== undefined };
  });
  const stemOf = oncePerField(({ name = '' }: FieldView) => byte.exec(name)?.[1]);

  /** Six (or four) members that are each one byte, under names that differ in their number. */
  const inBytes = ({ children, fields, field }: ContainerView): Interpretation | undefined => {
    const rows = new Map<string, number[]>();
    children.forEach((child, i) => {
      const stem = isByte(child) ? stemOf(fields[i]!) : undefined;
      if (stem !== undefined) rows.set(stem, [...(rows.get(stem) ?? []), i].slice(-ROW_MAX));
    });
    for (const [stem, row] of rows) {
      const parts = row.map((i) => children[i]!);
      const isHex = parts.some(({ kind, text }) => kind === 'string' && /[a-f]/i.test(text));
      const bytes = parts.map((part) => byteOf(part, isHex));
      // Six small numbers under letters are levels, unless the object's own name says an address.
      const isNamed = stem.length > 1 || isHex || MACS.has(categoryOf(field) ?? field.ambiguousCategory);
      const mac = bytes.map((one) => one.toString(16).padStart(2, '0')).join('');
      if (row.length === 6 && isNamed && macCanonical(mac) !== undefined) return joined(row, mac, 'device_mac');
      if (row.length === 4 && /ip|addr|oct/i.test(stem) && bytes[0]! > 0) return joined(row, bytes.join('.'), 'ip_address');
    }
    return undefined;
  };

  /** Two members side by side, each half of an address. */
  const inHalves = ({ children, fields }: ContainerView): Interpretation | undefined => {
    for (let i = 0; i + 1 < children.length; i += 1) {
      const [a, b] = [children[i]!, children[i + 1]!];
      const isScalar = a.kind === 'string' || a.kind === 'number';
      if (!isScalar || a.kind !== b.kind || a.text.length + b.text.length < HALVES_CHARS) continue;
      const [x, y] = [fields[i]!, fields[i + 1]!];
      const [p, q] = [halfOf(x), halfOf(y)];
      const isNamed = p !== undefined && q !== undefined && p.stem === q.stem && p.isFirst !== q.isFirst;
      const [high, low] = isNamed && q.isFirst ? [b.text, a.text] : [a.text, b.text];
      const text = a.kind === 'string' ? halvesOfText(high, low, isNamed) : isNamed ? halvesOfNumbers(high, low) : undefined;
      const isAddress = text !== undefined && !isColour(x) && !isColour(y) && macCanonical(text) !== undefined;
      if (isAddress) return joined([i, i + 1], text, 'device_mac');
    }
    return undefined;
  };

  return {
    ...OF_OBJECTS,
    says: { en: 'it is a part of an address', ru: 'это часть адреса' },
    concerns: (child) => OF_PIECES.has(categoryOf(child)),
    atLeast: 2,
    interpret: (container) => inBytes(container) ?? inHalves(container),
    examples: [
      { text: '{"macLow":2725742745,"macHigh":62671}', from: 'Teledyne DALSA GigE camera, GEV_NETWORK_INTERFACE' },
      { text: '{"oui":"F4CFA2","nic":"778899"}', from: 'evasion' },
      { text: '{"a":"F4:CF:A2","b":"77:88:99"}', from: 'evasion' },
      { text: '{"mac1":244,"mac2":207,"mac3":162,"mac4":119,"mac5":136,"mac6":153}', from: 'evasion' },
      { text: '{"ip1":84,"ip2":17,"ip3":46,"ip4":153}', from: 'evasion' },
    ],
    counterexamples: [
      { text: '{"left":"ff8800","color2":"00ff00"}', from: 'evasion' },
      { text: '{"on":"12:34:56","off":"10:20:30"}', from: 'evasion' },
      { text: '{"m1":20,"m2":30,"m3":40,"m4":50,"m5":60,"m6":70}', from: 'evasion' },
    ],
  };
}

/** One more than the bytes of an address: a longer row is none. */
const ROW_MAX = 7;

function joined(children: readonly number[], text: string, category: CategoryId): Interpretation {
  return { kind: 'joined', children: new Set(children), text, category };
}

function isByte({ kind, text }: ValueView): boolean {
  if (text.length > 4) return false;
  return kind === 'number' ? /^\d{1,3}$/.test(text) && Number(text) <= 255 : kind === 'string' && PAIR.test(text);
}

function byteOf({ kind, text }: ValueView, isHex: boolean): number {
  return Number.parseInt(text.replace(/^0x/i, ''), kind === 'string' && (isHex || /^0x/i.test(text)) ? 16 : 10) & 0xff;
}

function halvesOfText(a: string, b: string, isNamed: boolean): string | undefined {
  const areTriples = TRIPLE.test(a) && TRIPLE.test(b) && !(CLOCK.test(a) && CLOCK.test(b));
  return areTriples || (isNamed && SIX.test(a) && SIX.test(b)) ? (a + b).replace(/0x|[^0-9a-f]/gi, '').toLowerCase() : undefined;
}

function halvesOfNumbers(a: string, b: string): string | undefined {
  const [high, low] = [a, b].map((text) => (/^-?\d{1,10}$/.test(text) ? Number(text) : Number.NaN)) as [number, number];
  const within = (value: number, most: number): boolean => value >= -most && value <= most;
  if (within(high, HALF_MAX) && within(low, HALF_MAX) && low > 0xff) return hex(high, 6) + hex(low, 6);
  return high >= 0 && high <= SHORT_MAX && within(low, WORD_MAX) ? hex(high, 4) + hex(low, 8) : undefined;
}

function hex(value: number, digits: number): string {
  const unsigned = value < 0 ? value + 16 ** digits : value;
  return unsigned.toString(16).padStart(digits, '0').slice(-digits);
}
