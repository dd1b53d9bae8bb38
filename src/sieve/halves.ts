// An address cut over several members: `{"oui":"f4cfa2","nic":"778899"}`, `mac_hi`/`mac_lo`, `mac1` … `mac6`, `ip[0]` … `ip[3]`.

import type { Entries, Node } from '../model.js';
import { numberAs } from '../recognize/value/integer-id.js';
import { macCanonical } from '../recognize/value/mac.js';

/** Which member of an object is which half, by the end of its name. */
const HALF =
  /^(.*?)[_.-]?(hi|high|lo|low|msb|lsb|msw|lsw|upper|lower|oui|nic|vendor|prefix|suffix|head|tail|left|right|part_?[12ab]|[12ab]|device)$/i;
const FIRSTS = /^(?:hi|high|msb|msw|upper|oui|vendor|prefix|head|left|part_?[1a]|[1a])$/i;
/** Names of addresses: before numbers, only these make halves. */
const ADDRESS = /mac|bssid|hw_?addr|ether|eui|^oui$|^nic$|^addr/i;
/** Names of one byte of an address: `mac1`, `mac[0]`, `b0`, `octet_3`. */
const BYTE = /^((?:[a-z]*[_.-])?(?:mac|bssid|hw_?addr|addr(?:ess)?|eth|ip|ipv4|octet|oct|byte)|[mbo])[_.[(-]?([0-9])[\])]?$/i;
/** Six hex digits, which are as often a colour; with marks between them they are half an address. */
const SIX = /^(?:0x)?[0-9a-f]{6}$/i;
const TRIPLE = /^[0-9a-f]{2}([:.-])[0-9a-f]{2}\1[0-9a-f]{2}$/i;
const COLOUR = /colou?r|rgb|hue|tint|theme|foreground|background|hash|commit|rev|build|version/i;
const PAIR = /^(?:0x)?[0-9a-f]{1,2}$/i;
/** `f4:cf:a2`, `0xf4cfa2`. */
const HALF_CHARS = 8;
/** 24 bits; in decimal digits, and half of an address that is cut in 16 and 32. */
const HALF_MAX = 0xff_ff_ff;
const WORD_MAX = 0xff_ff_ff_ff;

/** An address that members spell together. */
export interface SplitAddress {
  readonly category: 'device_mac' | 'ip_address' | 'location_precise';
  /** One of the detectors' spellings. */
  readonly text: string;
  readonly members: ReadonlySet<Node>;
}

/** May the name be that of a piece of an address? */
export function isPieceName(name: string): boolean {
  if (BYTE.test(name)) return true;
  const half = HALF.exec(name);
  return half !== null && (half[2]!.length > 1 || ADDRESS.test(half[1]!) || half[1] === '');
}

/** May the value without a node be three pairs of hex digits with marks between? */
export function mayBeTriple(entries: Entries, entry: number): boolean {
  if (entries.size(entry) !== 10 || entries.kind(entry) !== 'string') return false;
  const { bytes } = entries;
  const at = entries.start(entry) + 1;
  return bytes[at + 2] === bytes[at + 5] && (bytes[at + 2] === 0x3a || bytes[at + 2] === 0x2d || bytes[at + 2] === 0x2e);
}

/** The address that members of one object spell together; undefined for other objects. `told`: the object's own name says an address. */
export function splitAddress(members: readonly Node[], told: boolean): SplitAddress | undefined {
  if (members.length < 2) return undefined;
  return inBytes(members, told) ?? inHalves(members);
}

/** Six (or four) members that are each one byte, under names that differ in their number. */
function inBytes(members: readonly Node[], told: boolean): SplitAddress | undefined {
  const rows = new Map<string, Node[]>();
  for (const member of members) {
    const match = isByte(member) ? BYTE.exec(member.name!) : null;
    if (match === null) continue;
    const row = rows.get(match[1]!);
    if (row === undefined) rows.set(match[1]!, [member]);
    else row.push(member);
  }
  for (const [stem, row] of rows) {
    const named = told || stem.length > 1;
    const hex = row.some(({ kind, text }) => kind === 'string' && /[a-f]/i.test(text));
    if (row.length === 6 && (named || hex)) {
      const text = row.map((one) => byteOf(one, hex).toString(16).padStart(2, '0')).join('');
      if (macCanonical(text) !== undefined) return { category: 'device_mac', text, members: new Set(row) };
    }
    if (row.length === 4 && /ip|addr|oct/i.test(stem)) {
      const octets = row.map((one) => byteOf(one, false));
      if (octets[0]! > 0) return { category: 'ip_address', text: octets.join('.'), members: new Set(row) };
    }
  }
  return undefined;
}

function isByte({ kind, text }: Node): boolean {
  return kind === 'number' ? /^\d{1,3}$/.test(text) && Number(text) <= 255 : kind === 'string' && PAIR.test(text);
}

function byteOf({ kind, text }: Node, hex: boolean): number {
  return Number.parseInt(text.replace(/^0x/i, ''), kind === 'string' && (hex || /^0x/i.test(text)) ? 16 : 10) & 0xff;
}

/** Two members side by side, each half of an address. */
function inHalves(members: readonly Node[]): SplitAddress | undefined {
  for (let i = 0; i + 1 < members.length; i += 1) {
    const [a, b] = [members[i]!, members[i + 1]!];
    if (a.kind !== b.kind) continue;
    const text = a.kind === 'string' ? halvesOfText(a, b) : a.kind === 'number' ? halvesOfNumbers(a, b) : undefined;
    if (text !== undefined && !COLOUR.test(a.name!) && !COLOUR.test(b.name!) && macCanonical(text) !== undefined)
      return { category: 'device_mac', text, members: new Set([a, b]) };
  }
  return undefined;
}

function halvesOfText(a: Node, b: Node): string | undefined {
  if (a.text.length > HALF_CHARS || b.text.length > HALF_CHARS || a.text.length < 6) return undefined;
  const triples = TRIPLE.test(a.text) && TRIPLE.test(b.text);
  if (!triples && !(SIX.test(a.text) && SIX.test(b.text) && areHalves(a, b))) return undefined;
  const digits = (a.text + b.text).replace(/0x|[^0-9a-f]/gi, '').toLowerCase();
  const clock = (text: string): boolean => text.split(/[:.-]/).every((part) => /^[0-5]\d$/.test(part)); // `12:34:56`, or a date
  return triples && clock(a.text) && clock(b.text) ? undefined : digits;
}

function halvesOfNumbers(a: Node, b: Node): string | undefined {
  if (!ADDRESS.test(a.name!) || !ADDRESS.test(b.name!) || !areHalves(a, b)) return undefined;
  const [high, low] = [a, b].map(({ text }) => (/^-?\d{1,10}$/.test(text) ? Number(text) : Number.NaN)) as [number, number];
  const even = (value: number, most: number): boolean => value >= -most && value <= most;
  if (even(high, HALF_MAX) && even(low, HALF_MAX) && low > 0xff) return hex(high, 6) + hex(low, 6);
  if (high >= 0 && high <= 0xffff && even(low, WORD_MAX)) return hex(high, 4) + hex(low, 8);
  return undefined;
}

function hex(value: number, digits: number): string {
  const unsigned = value < 0 ? value + 16 ** digits : value;
  return unsigned.toString(16).padStart(digits, '0').slice(-digits);
}

/** Are the names those of two halves: `mac_hi` and `mac_lo`, `oui` and `nic`? */
function areHalves(a: Node, b: Node): boolean {
  const [x, y] = [HALF.exec(a.name!), HALF.exec(b.name!)];
  if (x === null || y === null || x[1]!.toLowerCase() !== y[1]!.toLowerCase()) return false;
  return FIRSTS.test(x[2]!) !== FIRSTS.test(y[2]!);
}

/** Halves or thirds of an address, or its bytes with a prefix: `["f4:cf:a2","77:88:99"]`, `["F4CF","A277","8899"]`, `["0xf4",…]`. */
const GROUPS: Readonly<Record<number, RegExp>> = {
  2: /^(?:[0-9a-f]{6}|[0-9a-f]{2}([:.-])[0-9a-f]{2}\1[0-9a-f]{2})$/i,
  3: /^[0-9a-f]{4}$/i,
  6: /^0x[0-9a-f]{1,2}$/i,
};

/** The address that so written groups are; one device's, with letters and digits in it. */
export function hexGroups(elements: readonly Node[]): string | undefined {
  const group = GROUPS[elements.length];
  if (group === undefined || !elements.every((e) => e.kind === 'string' && group.test(e.text))) return undefined;
  const pad = elements.length === 6 ? 2 : 0;
  const hex = elements.map((e) => e.text.replace(/^0x|[:.-]/gi, '').padStart(pad, '0')).join('');
  const multicast = (Number.parseInt(hex.slice(0, 2), 16) & 1) === 1;
  return /[a-f]/i.test(hex) && /\d/.test(hex) && !multicast ? hex.toLowerCase() : undefined;
}

/** Names of hosts and interfaces, under which an integer of 32 bits, or four bytes, are an address. */
const HOST_NAME =
  /^(?:.*[_.-])?(?:wan|lan|gw|gateway|addr|address|host|peer|remote|local|router|dns\d?|subnet|client|src|dst|server)(?:[_.-]?(?:addr|address|int|num|u32|raw|dec))?$/i;

/** Is the integer an IPv4 address by its own name, which says so only of numbers as long? */
export function isAddressNumber(name: string | undefined, literal: string): boolean {
  return name !== undefined && literal.length >= 8 && HOST_NAME.test(name) && numberAs(literal, 'ip_address') !== undefined;
}

export function namesHost(name: string | undefined): boolean {
  return name !== undefined && HOST_NAME.test(name);
}
