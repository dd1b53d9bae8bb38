// A network's name and key in the QR code of the Wi-Fi Alliance (WPA3 specification, section 7).
import type { ValueRecognizer } from '../evidence.js';
import { COLON } from '../prefilter.js';
import { addMatches, VALUE } from './finding.js';

/** 256: a name and a key, all escaped. */
const QR = /\bWIFI:(?=[TSPHREIAK]:)(?:\\.|[^\\\n]){0,256}?(?:;;|$)/gi;

export const wifiCode: ValueRecognizer = {
  ...VALUE,
  says: { en: "it holds a Wi-Fi network's name and password", ru: 'в нём имя и пароль сети Wi-Fi' },
  prefilter: { minLength: 7, all: COLON, words: /wifi:/i },
  recognize: (text, out) => {
    addMatches(QR, text, out, 'wifi_password', 'wifi');
  },
  examples: [{ text: 'WIFI:S:Harbour View;T:WPA;P:swordfish;;', from: 'Android 14, shared network' }],
  counterexamples: [
    { text: 'wifi: connected', from: 'a log' },
    { text: 'I (1324) wifi:state: assoc -> run (10)', from: 'ESP-IDF 5.1' },
  ],
};
