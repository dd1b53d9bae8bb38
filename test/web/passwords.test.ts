import test from 'ava';
import fc from 'fast-check';
import { COMMON_WORDS } from '#src/web/password-words.js';
import { isGuessable } from '#src/web/passwords.js';

const EASY = `password1234 passwordpassword qwertyuiop123 1q2w3e4r5t6y 1qaz2wsx3edc 123456789012 iloveyou1234 michael123456
football2020! unbelievable manchesterunited thunderstorm1 qwerty123456 P@ssw0rd1234 Password123! aaaaaaaaaaaa abcdefghijkl
liverpool2005 letmein12345 superman1984 jordan23jordan welcome2hell princess12345 correcthorsebatterystaple trustno1trustno1
sunshine2024!! chocolate123 administrator yellowsubmarine ilovemyfamily starwars1977 пароль123456 люблютебя123 наташа1985наташа
qazwsxedc123 asdfghjkl123 zxcvbnm12345 789456123000 thequickbrownfox lovelovelove iloveyouforever 111222333444 121212121212
йцукенгшщзхъ qwertyqwerty12345 парольпароль12 hubsieve-admin raspberrypi12 000000000000 abc123abc123 monkey123456 dragon123456`
  .trim()
  .split(/\s+/);
const HARD = [
  'three quiet herons at dusk',
  'one long enough sentence',
  'kX9#vLq2!mZp',
  'horse-lamp-tulip-9-Vq',
  'тихая цапля на болоте',
  'gluhwein vor dem kiosk',
];

test('words, names, rows of keys, repetitions and dates put together are refused', (t) => {
  for (const password of EASY) t.true(isGuessable(password), password);
});

test('sentences and random signs are taken', (t) => {
  for (const password of HARD) t.false(isGuessable(password), password);
});

test('names of the home and its services are refused with what is commonly put around them', (t) => {
  const own = ['Kestrel Loft 5G', 'vesync'];
  for (const password of ['kestrelloft5g', 'Kestrel Loft 5G', 'vesync-vesync', 'kestrel-loft-2024', 'Vesync123456'])
    t.true(isGuessable(password, own), password);
  t.false(isGuessable('kestrel grip mauve tarn', own));
});

test('any common word with up to four digits and a sign behind it is refused: more than 3,000 such passwords of twelve and more', (t) => {
  const long = [...COMMON_WORDS].filter((word) => word.length >= 7 && word.length <= 11);
  t.true(long.length * 10_000 > 3000);
  fc.assert(
    fc.property(
      fc.constantFrom(...long),
      fc.integer({ min: 0, max: 9999 }),
      fc.constantFrom('', '!', '.'),
      (word, digits, sign) => isGuessable(word[0]!.toUpperCase() + word.slice(1) + digits + sign),
    ),
  );
});

test('a common word said twice is refused', (t) => {
  for (const word of COMMON_WORDS) t.true(isGuessable(word + word), word);
});

test('judging the longest password takes no time to speak of', (t) => {
  t.notThrows(() => isGuessable('q1w2e3r4t5y6'.repeat(17).slice(0, 200)));
});
