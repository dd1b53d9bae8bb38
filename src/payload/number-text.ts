// Numbers of the binary formats as literals, and back.
import { Buffer } from 'node:buffer';

/** Is this a whole number in decimal digits? */
export function isInteger(text: string): boolean {
  return /^-?[0-9]+$/.test(text);
}

/** Is this a number that a float can hold: a decimal literal, `NaN`, `Infinity`, `-Infinity`? */
export function isFloat(text: string): boolean {
  return /^-?(?:[0-9]+(?:\.[0-9]+)?(?:e[+-]?[0-9]+)?|Infinity)$|^NaN$/i.test(text);
}

/** The shortest literal that names this single-precision value: 55.75 and not 55.7512435913086. */
export function singleText(value: number): string {
  if (!Number.isFinite(value) || Number.isInteger(value)) return doubleText(value);
  for (let digits = 6; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return String(short);
  }
  return String(Number(value.toPrecision(9)));
}

/** The shortest literal of a double; minus zero keeps its sign. */
export function doubleText(value: number): string {
  return Object.is(value, -0) ? '-0' : String(value);
}

/** The value of a half-precision float (IEEE 754 binary16). */
export function halfValue(bits: number): number {
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  const sign = bits & 0x8000 ? -1 : 1;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1024 + fraction) * 2 ** (exponent - 25);
}

/** The half-precision bits of `value`; undefined where it has none exactly. */
export function halfBits(value: number): number | undefined {
  if (Number.isNaN(value)) return 0x7e00;
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  const size = Math.abs(value);
  if (size === Number.POSITIVE_INFINITY) return sign | 0x7c00;
  const exponent = size === 0 ? 0 : Math.max(0, Math.floor(Math.log2(size)) + 15);
  const fraction = exponent === 0 ? size * 2 ** 24 : size * 2 ** (25 - exponent) - 1024;
  const bits = sign | (exponent << 10) | fraction;
  return exponent < 0x1f && Number.isInteger(fraction) && halfValue(bits) === value ? bits : undefined;
}

/** Can a single-precision float stand for `value` without becoming infinite? */
export function fitsSingle(value: number): boolean {
  return Number.isFinite(Math.fround(value)) === Number.isFinite(value);
}

/** `value` in 8, 4 or 2 bytes, big end first; undefined for 2 bytes that cannot hold it exactly, and for 4 that overflow. */
export function floatBytes(value: number, width: number): Buffer | undefined {
  const out = Buffer.alloc(width);
  if (width === 8) out.writeDoubleBE(value);
  else if (width === 4) {
    if (!fitsSingle(value)) return undefined;
    out.writeFloatBE(value);
  } else {
    const bits = halfBits(value);
    if (bits === undefined) return undefined;
    out.writeUInt16BE(bits);
  }
  return out;
}

/** An unsigned number in `width` bytes, big end first, as a binary string. */
export function unsignedBinary(value: bigint, width: number): string {
  let out = '';
  for (let shift = BigInt(width - 1) * 8n; shift >= 0n; shift -= 8n) out += String.fromCharCode(Number((value >> shift) & 0xffn));
  return out;
}
