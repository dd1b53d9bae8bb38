// A keyed digest instead of the value: equal values stay equal for one service, and nothing leads back.
import { type Action, DROP, isPartial, type Outcome, replaceSpan, type Subject } from './action.js';
import { type Keyring, keyedBelow, keyedBytes, toHex } from './keyring.js';

/** 128 bits: no two values of a home collide, and the text stays short (32 hex digits). */
const HASH_BYTES = 16;
/** A number must stay one that every JSON reader holds exactly (RFC 8259 section 6). */
const LARGEST_NUMBER = 1n << 53n;

function apply(subject: Subject, keyring: Keyring): Outcome {
  const { canonical } = subject;
  switch (subject.kind) {
    case 'boolean':
      return DROP; // two values hide nothing
    case 'number':
      return { kind: 'text', text: String(keyedBelow(keyring, 'hash', canonical, LARGEST_NUMBER)) };
    case 'bytes':
      return { kind: 'bytes', bytes: keyedBytes(keyring, 'hash', canonical, HASH_BYTES) };
    case 'string': {
      const hex = toHex(keyedBytes(keyring, 'hash', canonical, HASH_BYTES));
      return isPartial(subject) ? replaceSpan(subject, hex) : { kind: 'text', text: hex };
    }
    default: {
      const never: never = subject.kind;
      return never;
    }
  }
}

export const hash: Action = {
  apply,
  says: {
    en: 'A keyed fingerprint is sent instead; only this hub can make it.',
    ru: 'Вместо значения отправляется отпечаток с ключом; вычислить его может только этот хаб.',
  },
};
