// A stand-in of the same shape, keyed by what the value is. The household's vault restores it on the way down.
import { type Action, DROP, type Outcome, replaceSpan, type Subject, spanOf } from './action.js';
import type { Keyring } from './keyring.js';
import { neutralName } from './pseudonym/names.js';
import { addressBytes, pseudonymIpv4, writeIp, writeMac } from './pseudonym/network.js';
import { writeEmail, writeMacTail, writePhone, writeSim, writeUuid } from './pseudonym/person.js';
import { tokenBytes, writeNumber, writeToken } from './pseudonym/token.js';

function apply(subject: Subject, keyring: Keyring): Outcome {
  const { canonical } = subject;
  switch (subject.kind) {
    case 'boolean':
      return DROP;
    case 'bytes': {
      const bytes = subject.bytes ?? new Uint8Array();
      return { kind: 'bytes', bytes: addressBytes(canonical, bytes.length, keyring) ?? tokenBytes(bytes, keyring) };
    }
    case 'number':
      return replaceSpan(subject, numberFor(subject, canonical, keyring));
    case 'string':
      return replaceSpan(subject, textFor(subject, canonical, keyring));
    default: {
      const never: never = subject.kind;
      return never;
    }
  }
}

function numberFor(subject: Subject, canonical: string, keyring: Keyring): string | undefined {
  if (canonical.startsWith('ip:')) {
    const octets = pseudonymIpv4(canonical.slice(3), keyring);
    return String(octets.reduce((sum, octet) => sum * 256 + octet, 0));
  }
  const mac = /^(?:mac|eui64):/.test(canonical)
    ? addressBytes(canonical, canonical.startsWith('mac:') ? 6 : 8, keyring)
    : undefined;
  if (mac !== undefined) return String(mac.reduce((sum, byte) => sum * 256n + BigInt(byte), 0n));
  if (canonical.startsWith('imei:') || canonical.startsWith('iccid:')) return writeNumber(subject.text, keyring);
  switch (subject.category) {
    case 'location_precise':
    case 'location_coarse':
      return undefined; // a false place is worse than none
    default:
      return writeNumber(subject.text, keyring);
  }
}

/** By what it is first, by what its field is called second. `undefined`: nothing of the same shape says nothing. */
function textFor(subject: Subject, canonical: string, keyring: Keyring): string | undefined {
  const written = spanOf(subject);
  const kind = canonical.slice(0, canonical.indexOf(':'));
  switch (kind) {
    case 'mac':
    case 'eui64':
      return writeMac(written, canonical, keyring);
    case 'ip':
      return writeIp(written, canonical, keyring);
    case 'uuid':
      return writeUuid(written, canonical, keyring);
    case 'email':
      return writeEmail(canonical, keyring);
    case 'phone':
      return writePhone(written, canonical, keyring);
    case 'imei':
    case 'iccid':
      return writeSim(written, canonical, keyring);
    case 'mac-tail':
      return writeMacTail(written, canonical, keyring);
    case 'geo':
    case 'dms':
    case 'deg':
    case 'pluscode':
    case 'pem':
    case 'wifi':
    case 'setup':
      return undefined;
    default:
      return byCategory(subject, written, canonical, keyring);
  }
}

function byCategory(subject: Subject, written: string, canonical: string, keyring: Keyring): string | undefined {
  switch (subject.category) {
    case 'email':
      return writeEmail(canonical, keyring);
    case 'phone':
      return writePhone(written, canonical, keyring);
    case 'device_name':
    case 'hostname':
    case 'person_name':
    case 'user_text':
    case 'wifi_ssid':
    case 'neighbour_scan':
      return neutralName(subject.category, written, keyring);
    case 'location_precise':
    case 'location_coarse':
    case 'timezone_region':
    case 'wifi_password':
    case 'setup_code':
    case 'private_key':
      return undefined;
    default:
      return writeToken(written, canonical, keyring);
  }
}

export const pseudonymize: Action = {
  apply,
  says: {
    en: 'A stand-in of the same form is sent; the hub puts the original back into the answers.',
    ru: 'Отправляется замена того же вида; в ответах хаб возвращает исходное значение.',
  },
};
