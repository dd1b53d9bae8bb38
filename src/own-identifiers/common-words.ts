// Words of which names of devices are made in every home: a name of these alone says nothing of this one, and stands in texts that do
// not mean it.

const WORDS: ReadonlySet<string> = new Set(
  [
    // rooms and places
    'home house flat apartment room rooms living dining bath bathroom bedroom bed kitchen hall hallway corridor entrance entry door front back',
    'rear side garden yard garage cellar basement attic loft balcony terrace patio porch office study nursery kids child children guest master',
    'main upstairs downstairs floor ground first second third upper lower left right middle center centre north south east west inside outside',
    'indoor outdoor window wall ceiling roof desk table shelf counter corner stairs stair laundry utility storage closet toilet shower pool gate',
    // things
    'light lights lamp bulb strip led switch dimmer plug socket outlet power strips sensor motion contact water leak smoke gas fire alarm siren',
    'camera cam doorbell bell lock thermostat heater heating radiator boiler fan air fryer airfryer conditioner purifier humidifier dehumidifier',
    'vacuum robot cleaner washer washing dryer dishwasher machine fridge refrigerator freezer oven stove cooker kettle coffee maker toaster',
    'microwave television speaker speakers soundbar display screen monitor printer scanner tablet phone mobile laptop computer desktop server',
    'router gateway bridge hub station base access point repeater extender mesh network wifi wlan wireless lan internet modem box stick player',
    'media music audio video radio clock watch scale meter energy solar inverter battery charger car vehicle mower sprinkler valve pump blind',
    'blinds shutter curtain remote control controller button scene group zone area system device devices smart mini plus pro max ultra lite nano',
    'new old big small little white black red green blue yellow warm cold night day morning evening default test unknown none name my the our of',
    // what machines are called before anybody names them
    'android iphone ipad macbook galaxy windows linux debian ubuntu fedora raspberry raspberrypi espressif tasmota shelly sonoff localhost',
    'speedport fritzbox fritz livebox easybox homebox connectbox keenetic zyxel mikrotik ubiquiti unifi eero netgear linksys dlink asus freebox bbox',
    'homeassistant assistant hassio openwrt openhab chromecast googlehome google apple amazon echo alexa roku firetv appletv samsung philips',
    'hue sonos xiaomi huawei tplink kasa tapo nest ring ikea tradfri brother canon epson laserjet officejet deskjet synology diskstation',
    // Russian, and a few of other languages
    'дом квартира комната гостиная спальня кухня ванная прихожая коридор детская кабинет балкон гараж подвал сад двор дверь окно стена потолок',
    'свет лампа лампочка люстра торшер розетка выключатель датчик камера замок чайник пылесос робот увлажнитель очиститель кондиционер обогреватель',
    'телевизор колонка телефон планшет компьютер ноутбук принтер роутер шлюз моя мой наш умный умная умное новый новая',
    'wohnzimmer schlafzimmer küche bad flur keller licht lampe steckdose salon chambre cuisine lumière cocina dormitorio luz',
  ].flatMap((line) => line.split(' ')),
);
/** Whether homes and their devices are called so everywhere (lower case). */
export function isCommonWord(word: string): boolean {
  return WORDS.has(word) || WORDS.has(word.replace(/s$/, ''));
}

/** Whether a network or a device is called by one word that many things are (`more`: further ones), with a number at most: `internet`, `Kitchen5`. */
export function isOrdinaryName(name: string, more: ReadonlySet<string>): boolean {
  if (!/^\p{L}+\d{0,2}$/u.test(name)) return false;
  const word = name.replace(/\d+$/, '').toLowerCase();
  return isCommonWord(word) || more.has(word);
}

/** Shortest word that can make a name this home's own. */
const OWN_WORD_MIN = 4;
const SUFFIX_MIN = 6;

/** Has a device's name a word in it that is no common one, or a number that no count of rooms has (`esp-0b91d2`)? */
export function hasOwnWord(name: string): boolean {
  const words = name
    .replace(/(\p{Ll})(\p{Lu})/gu, '$1 $2')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u);
  return words.some((word) => {
    if (/\d/.test(word)) return word.length >= SUFFIX_MIN;
    return word.length >= OWN_WORD_MIN && !isCommonWord(word);
  });
}
