// Bytes written as text that are a payload or a digest and name nobody: scenes, infrared codes, Modbus and M-Bus frames, LoRa uplinks,
// BLE adverts, schedules. Told by what chance would not give: values that come again and again, framing, a length in front.

/** Shortest payload looked at: eight bytes. Below, no statistics holds. */
const BYTES_MIN = 8;
/** Longest that is read; what is longer repeats itself early. */
const BYTES_MAX = 512;
const HEX = /^(?:0x)?(?:[0-9a-f]{2}[ ]?){8,}$/i;
const BASE64 = /^(?:[A-Za-z0-9+/]{4}){2,}(?:[A-Za-z0-9+/]{2}(?:==)?|[A-Za-z0-9+/]{3}=?)?$/;
/** Runs of hexadecimal words with blanks between (`AA B1 03 016E 0456 2BC0`), as radio bridges write pulses. */
const HEX_WORDS = /^(?:[0-9a-f]{2,4} ){4,}[0-9a-f]{2,4}$/i;

/** Is the text a payload of bytes? A random identifier of as many bytes is so taken less than once in a thousand. */
export function isOpaque(text: string): boolean {
  if (text.length < 2 * BYTES_MIN - 4) return false;
  if (HEX_WORDS.test(text)) return true;
  const bytes = bytesOf(text);
  return (
    bytes !== undefined &&
    bytes.length >= BYTES_MIN &&
    !isReadable(bytes) &&
    (isAdvert(bytes) || repeatsItself(bytes) || isMostlySmall(bytes))
  );
}

function bytesOf(text: string): Uint8Array | undefined {
  if (HEX.test(text)) return Buffer.from(text.replace(/^0x| /gi, '').slice(0, 2 * BYTES_MAX), 'hex');
  // Letters of both cases, or the padding: a word of one case is no base64.
  const isBase64 = BASE64.test(text) && (text.endsWith('=') || (/[a-z]/.test(text) && /[A-Z]/.test(text) && /[\d+/]/.test(text)));
  return isBase64 ? Buffer.from(text.slice(0, 2 * BYTES_MAX), 'base64') : undefined;
}

/** Letters, digits and marks alone are a text in an encoding, and no payload. */
function isReadable(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte >= 0x20 && byte < 0x7f);
}

/** Far fewer different values than as many random bytes would have: of 16 such bytes two are equal one time in three, four one in 10,000. */
function repeatsItself(bytes: Uint8Array): boolean {
  const expected = bytes.length - 256 * (1 - (255 / 256) ** bytes.length);
  return bytes.length - new Set(bytes).size >= Math.max(3, 3 + 2 * expected);
}

/** Far more small values than chance gives: counts, lengths, channels, high bytes. Four standard deviations and two above the mean. */
function isMostlySmall(bytes: Uint8Array): boolean {
  const mean = bytes.length / 16;
  return bytes.filter((byte) => byte < 16).length >= mean + 4 * Math.sqrt(mean) + 2;
}

/** Types that come second in a BLE advertisement (Assigned Numbers, 2.3): service lists, names, power, appearance, service and maker's data. */
const ADVERT_TYPES = new Set([0x02, 0x03, 0x06, 0x07, 0x08, 0x09, 0x0a, 0x16, 0x19, 0x20, 0x21, 0xff]);

/** A BLE advertisement (Bluetooth Core 5.4, part C, 11): its flags first, or structures of length, type and data up to the end. */
function isAdvert(bytes: Uint8Array): boolean {
  if (bytes[0] === 2 && bytes[1] === 1 && ADVERT_TYPES.has(bytes[4] ?? 0)) return true;
  let at = 0;
  let structures = 0;
  while (at < bytes.length && bytes[at]! > 0 && at + bytes[at]! < bytes.length) {
    at += bytes[at]! + 1;
    structures += 1;
  }
  return at === bytes.length && structures >= 2;
}
