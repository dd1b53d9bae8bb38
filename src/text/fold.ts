// Text folded so that look-alikes compare equal: Unicode form, invisible characters, marks, confusable letters.

/** Letters of other scripts that look like Latin ones (a subset of Unicode TR39 confusables.txt, the letters of identifiers' names). */
const CONFUSABLE: Readonly<Record<string, string>> = Object.fromEntries(
  (
    'аa бb вb гr еe ёe зz иu кk кk лn мm нh оo пn рp сc тt уy хx чy ьb ѕs іi їi јj ԁd ԛq ԝw һh ӏl ҽe ѵv ԍg ' +
    'αa βb γy εe ηn ιi κk μm νv οo ρp σo τt υu χx ωw ϲc ϳj ' +
    'ıi ȷj ɑa ɡg ɩi ʀr ʟl ɴn ʏy ᴀa ᴄc ᴅd ᴇe ᴊj ᴋk ᴍm ᴏo ᴘp ᴛt ᴜu ᴠv ᴡw ᴢz ꜱs ꜰf ǀl ℓl օo սu հh ոn ցg ʙb ɢg ʜh ɪi ꮪs ꮯc ꭺa ꭼe ꮃw ꮇm ꮮl ꮋh ꮶk ꮲp ꭲt'
  )
    .split(' ')
    .map((pair) => [[...pair][0]!, [...pair][1]!]),
);
const ONLY_ASCII = /^[\x20-\x7e]*$/;
// Format characters (zero-width, bidi), controls, variation selectors, lone surrogates: invisible, so no part of a name.
const INVISIBLE = /[\p{Cf}\p{Cc}\p{Cs}]|\u115f|\u1160|\u3164|\uffa0|\p{Variation_Selector}/gu;
const MARKS = /\p{M}+/gu;

/** NFKC with invisible characters and combining marks removed; case is kept. ASCII text comes back as it is. */
export function foldText(text: string): string {
  if (ONLY_ASCII.test(text)) return text;
  return text.normalize('NFKD').replace(INVISIBLE, '').replace(MARKS, '').normalize('NFKC');
}

/** A lower-case word with confusable letters replaced by their Latin look-alikes. */
export function skeleton(word: string): string {
  if (ONLY_ASCII.test(word)) return word;
  let out = '';
  for (const letter of word) out += CONFUSABLE[letter] ?? letter;
  return out;
}
