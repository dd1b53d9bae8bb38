// A value cut into elements: a text into characters or bytes, an address into bytes, pairs or groups. Judged as the whole.
import type { CategoryId } from '../../model.js';
import type { FieldView, StructureRecognizer, ValueView } from '../evidence.js';
import type { Kit } from '../kit.js';
import { macFromBytes } from '../value/mac.js';
import { categoryOf, OF_ARRAYS, OF_OBJECTS, oncePerField } from './names.js';

/** Fewest elements of a text cut into characters or byte values, and most: a longer array is data. */
const CUT_MIN = 4;
const CUT_MAX = 4096;
/** Longest element: a pair of hex digits, a character; a signed byte in decimal. */
const PIECE_CHARS = 2;
const BYTE_CHARS = 4;
const ADDRESSES: ReadonlySet<CategoryId | undefined> = new Set<CategoryId>([
  'router_mac',
  'device_mac',
  'bluetooth_mac',
  'radio_identifier',
  'ip_address',
]);

/** An array that is one value in pieces. */
export function joinedArray(kit: Kit): StructureRecognizer {
  return {
    ...OF_ARRAYS,
    ...joining(kit),
    concerns: () => true,
    examples: [
      { text: '{"ssid":{"type":"Buffer","data":[66,108,117,101,32,72]}}', from: 'Node.js 20, Buffer as JSON' },
      { text: '{"addr":[-12,-49,-94,119,-120,-103]}', from: 'Android 14, MacAddress.toByteArray' },
      { text: '{"node":{"id":[124,73,235,19,204,21]}}', from: 'evasion' },
      { text: '{"gateway":[10,20,30,40]}', from: 'evasion' },
      { text: '{"ssid":["B","l","u","e"]}', from: 'evasion' },
      { text: '{"q":["f4","cf","a2","77","88","99"]}', from: 'evasion' },
    ],
    counterexamples: [
      { text: '{"otu_stat":[120,67,3,0,3,142],"ott_stat":[0,0,0,0]}', from: 'Xiaomi miIO plug 1.2, _otc.info' },
      { text: '{"rl":[1,0,0,0,0,0,0,0],"p":[0,10,20,30,40,255]}', from: 'Tasmota 13.4, discovery' },
      { text: '{"cellVol":[3209,3210,3208,3211]}', from: 'EcoFlow Delta 2, cells' },
      { text: '{"serverList":[29,37,40,48]}', from: 'Matter 1.3, Descriptor' },
    ],
  };
}

/** An object that is an array with its indexes for names, as JavaScript writes typed arrays. */
export function joinedIndexed(kit: Kit): StructureRecognizer {
  return {
    ...OF_OBJECTS,
    ...joining(kit),
    concerns: ({ name }) => name !== undefined && /^\d{1,4}$/.test(name),
    examples: [
      { text: '{"wifiMac":{"0":244,"1":207,"2":162,"3":119,"4":136,"5":153}}', from: 'ECMA-262, a Uint8Array as JSON' },
      { text: '{"ssid":{"0":66,"1":108,"2":117,"3":101}}', from: 'ECMA-262, a Uint8Array as JSON' },
    ],
    counterexamples: [
      { text: '{"temps":{"0":21,"1":45,"2":60,"3":33}}', from: 'evasion' },
      { text: '{"rooms":{"16":"Hall","17":"Bath","18":"Attic","19":"Cellar"}}', from: 'Valetudo 2024.6, segments' },
    ],
  };
}

function joining(kit: Kit): Pick<StructureRecognizer, 'says' | 'atLeast' | 'interpret'> {
  const join = joinedText(kit);
  return {
    says: { en: 'it is a piece of a value', ru: 'это часть значения' },
    atLeast: CUT_MIN,
    interpret(container) {
      const { count, field } = container;
      if (count < CUT_MIN || count > CUT_MAX || container.length(0) > BYTE_CHARS) return undefined;
      const { children } = container;
      const isRow = children.every(({ name }, at) => name === undefined || name === String(at));
      const text = isRow ? join(children, field) : undefined;
      return text === undefined ? undefined : { kind: 'joined', children: new Set(children.keys()), text };
    },
  };
}

/** The text or the address that elements spell; undefined where they spell none. */
function joinedText({ vocabulary }: Kit): (elements: readonly ValueView[], field: FieldView) => string | undefined {
  const empty = vocabulary.set('empty_names');
  const hosts = new Set([...vocabulary.words('address_words'), ...vocabulary.words('peer_words')]);
  const saysNothing = oncePerField(({ words }: FieldView) => {
    const all = words?.words ?? [];
    return all.length <= 2 && all.every((word) => empty.has(word) || /^(?:\p{L}{1,2}|\d{1,2})$/u.test(word));
  });

  const addressIn = (elements: readonly ValueView[], field: FieldView): string | undefined => {
    const bytes = bytesOf(elements) ?? [];
    const address = addressOf(bytes);
    if (address === undefined || ADDRESSES.has(categoryOf(field))) return address;
    if (bytes.length === 6) return isDeviceAddress(bytes) && saysNothing(field) ? address : undefined;
    const isHome = bytes.length === 4 && ((bytes[0] === 192 && bytes[1] === 168) || hosts.has(field.words?.words.at(-1) ?? ''));
    return isHome ? address : undefined;
  };

  return (elements, field) => {
    return elements[0]!.text.length > BYTE_CHARS ? undefined : (spelledText(elements) ?? addressIn(elements, field));
  };
}

/** The text that single characters, pairs of hex digits or byte values spell. */
function spelledText(elements: readonly ValueView[]): string | undefined {
  if (elements[0]!.kind === 'string') {
    if (!elements.every(({ kind, text }) => kind === 'string' && text.length <= PIECE_CHARS)) return undefined;
    if (elements.every(({ text }) => isCharacter(text))) return elements.map(({ text }) => text).join('');
    return isHexPairs(elements) ? elements.map(({ text }) => text).join(':') : undefined;
  }
  if (!elements.every(({ kind, text }) => kind === 'number' && isByte(text))) return undefined;
  const bytes = elements.map(({ text }) => Number(text));
  while (bytes.length > 0 && bytes.at(-1) === 0) bytes.pop();
  if (bytes.length < CUT_MIN || !bytes.every((byte) => byte >= 0x20 && byte !== 0x7f)) return undefined;
  const text = Buffer.from(bytes).toString('utf8');
  return text.includes('\ufffd') ? undefined : text;
}

function isCharacter(text: string): boolean {
  return text.length === 1 || (text.length === 2 && text.codePointAt(0)! > 0xffff);
}

/** Six pairs of hex digits, one with a letter: an address, where six numbers are numbers. */
function isHexPairs(elements: readonly ValueView[]): boolean {
  if (elements.length !== 6 || !elements.every(({ kind, text }) => kind === 'string' && /^[0-9a-f]{2}$/i.test(text)))
    return false;
  return elements.some(({ text }) => /[a-f]/i.test(text));
}

/** The address that 4, 6 or 8 byte values spell, whatever their field is called: for the search for the home's own. */
export function bytesAddress(elements: readonly ValueView[]): string | undefined {
  return addressOf(bytesOf(elements) ?? []);
}

function bytesOf(elements: readonly ValueView[]): readonly number[] | undefined {
  if (![4, 6, 8].includes(elements.length)) return undefined;
  const areBytes = elements.every(({ kind, text }) => kind === 'number' && (isByte(text) || isSignedByte(text)));
  return areBytes ? elements.map(({ text }) => Number(text) & 0xff) : undefined;
}

function addressOf(bytes: readonly number[]): string | undefined {
  if (bytes.length !== 4) return macFromBytes(bytes)?.replace(/^\w+:/, '');
  return bytes[0]! > 0 ? bytes.join('.') : undefined;
}

/** Do six bytes look like a device's own address rather than six levels: one of a maker's (IEEE 802, neither bit set), all over the range? */
function isDeviceAddress(bytes: readonly number[]): boolean {
  if ((bytes[0]! & 3) !== 0 || new Set(bytes).size < 5) return false;
  const isRising = bytes.every((byte, i) => i === 0 || byte >= bytes[i - 1]!);
  return !isRising && bytes.some((byte) => byte >= 0x80) && bytes.filter((byte) => byte % 5 !== 0).length >= 3;
}

function isByte(literal: string): boolean {
  return /^\d{1,3}$/.test(literal) && Number(literal) <= 0xff;
}

/** Java's bytes go from -128 to 127. */
function isSignedByte(literal: string): boolean {
  return /^-\d{1,3}$/.test(literal) && Number(literal) >= -0x80;
}
