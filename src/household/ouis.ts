// Makers by the first three bytes of a MAC (IEEE MA-L). A small, partial list of makers common in homes: no entry means "not in
// this list", not "nobody". Many devices carry the radio module's maker (Espressif, Tuya), not the name on their box.

const PREFIXES: Readonly<Record<string, string>> = {
  'Allegion, August': '789c85',
  Amazon: '0c47c9 40b4cd 44650d 50f5da 6837e9 74c246 84d6d0 ac63be f0272d fca183',
  Aqara: '54ef44',
  AVM: '2c3afd 3810d5 3ca62f 444e6d 5c4979 7cff4d 989bcb 9cc7a6 b0f208 bc0543 c02506 dc396f e0286d',
  Axis: '00408c accc8e b8a44f',
  Belkin: '08863b 149182 24f5a2 302303 58ef68 94103e b4750e c05627 ec1a59',
  BroadLink: '24dfa7 34ea34 780f77 a043b0 b4430d c8f742',
  Chamberlain: '645299',
  Dahua: '14a78b 38af29 3cef8c 4c11bf 9002a9 9c1463 e0508b',
  Ecobee: '446132',
  Espressif:
    '10521c 18fe34 240ac4 2462ab 246f28 24a160 2c3ae8 2cf432 30aea4 34ab95 3c71bf 40f520 483fda 4c11ae 500291 5ccf7f 600194 68c63a 70039f 7c9ebd 807d3a 840d8e 84f3eb 8caab5 9097d5 94b97e 98f4ab a020a6 a4cf12 ac67b2 b4e62d bcddc2 c82b96 cc50e3 d8a01d dc4f22 ecfabc f4cfa2',
  'Google Nest': '18b430 641666 d8eb46',
  Google: '1cf29a 20dfb9 30fd38 48d6d5 546009 6cadf8 a47733 d86c63 f4f5d8 f4f5e8',
  Hikvision: '2857be 4419b6 4cbd8f 54c415 a41437 b4a382 bcad28 c056e3',
  'Honeywell Home': '00d02d 48a2e6 b82ca0',
  IKEA: '68ec8a',
  Insteon: '000ef3',
  iRobot: '501479',
  LIFX: 'd073d5',
  Meross: '48e1e9',
  Miele: '001d63',
  Netatmo: '70ee50',
  Nuki: '54d272',
  'Philips Hue': '001788 ecb5fa',
  QNAP: '245ebe',
  'Raspberry Pi': '28cdc1 2ccf67 b827eb d83add dca632 e45f01',
  Reolink: 'ec71db',
  Roborock: 'b04a39',
  Roku: '080581 105932 ac3a7a b0a737 b83e59 cc6da0 d83134 dc3a5e',
  'Samsung SmartThings': '24fd5b 286d97 d052a8',
  Sengled: 'b0ce18',
  Sonos: '000e58 347e5c 48a6b8 5caafd 7828ca 949f3e b8e937',
  Synology: '001132',
  'TP-Link':
    '003192 005f67 1027f5 1c3bf3 1c61b4 403f8c 50c7bf 54af97 60a4b7 68ff7b 6c5ab0 909a4a 98dac4 b09575 b0a7b9 b0be76 c006c3 c0c9e3 e848b8',
  Tuya: '105a17 10d561 1869d8 1c90ff 381f8d 508a06 68572d 708976 7cf666 84e342 d4a651 d81f12 fc671f',
  Ubiquiti:
    '0418d6 18e829 245a4c 24a43c 44d9e7 687251 68d79a 7483c2 74acb9 784558 788a20 802aa8 b4fbe4 dc9fdb e063da f09fc2 fcecda',
  Withings: '0024e4',
  WiZ: '444f8e 6c2990 a8bb50 d8a011',
  Wyze: '2caa8e 7c78b2 d03f27',
  Xiaomi: '04cf8c 286c07 34ce00 50ec50 640980 7811dc 7c49eb',
};

const MAKERS: ReadonlyMap<string, string> = new Map(
  Object.entries(PREFIXES).flatMap(([maker, list]) => list.split(' ').map((prefix) => [prefix, maker] as const)),
);

/** The maker of a MAC (`f4:cf:a2:77:88:99`); undefined where the list has none, or the address is made up by the device. */
export function makerOf(mac: string): string | undefined {
  const hex = mac.toLowerCase().replace(/[^0-9a-f]/g, '');
  return isLocal(hex) ? undefined : MAKERS.get(hex.slice(0, 6));
}

/** Phones and laptops make up addresses to hide behind (IEEE 802-2014 8.4: the bit "locally administered"). */
export function isLocal(mac: string): boolean {
  return (Number.parseInt(mac.slice(0, 2), 16) & 2) !== 0;
}
