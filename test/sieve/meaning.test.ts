// What a field means by its name or its words, where no function of a home needs it; and what devices say that only looks like it.
import test from 'ava';
import { servicesOf, sieveBody } from './support.js';

/** Members of one object that must not leave under any service. */
const SENSITIVE = {
  hivStatus: 'negative',
  chronicDisease: 'gout',
  known_allergies: ['walnut'],
  medicalHistory: { surgery: 'appendix' },
  bloodGroup: 'AB',
  vaccination_status: 'full',
  isPregnant: true,
  therapyNotes: 'went well',
  religious_affiliation: 'lutheran',
  faith: 'quaker',
  ethnicGroup: 'sami',
  politicalParty: 'greens',
  unionMembership: true,
  sexualOrientation: 'straight',
  faceEmbedding: 'q8',
  voice_print: 'v1',
  геном: 'a',
  диагноз: 'подагра',
  вероисповедание: 'лютеранка',
  группа_крови: 'третья',
  инвалидность: 'вторая',
  monthlyIncome: 4200,
  grossSalary: '5100',
  creditScore: 712,
  bankAccountNumber: '4430021',
  cardHolder: 'Frida Holm',
  зарплата: 90000,
  номер_карты: '2200',
  socialSecurityNumber: '078-05-1120',
  passportData: 'K 4471',
  nationality: 'Norwegian',
  снилс: '112-233',
  birthPlace: 'Bergen',
  dateOfBirth: '1980-02-03',
  browsingHistory: ['a', 'b'],
  installedApps: ['bank', 'dating'],
  searchQueries: ['rash'],
  visitedUrls: ['https://x.example/a'],
  addressBook: [{ n: 'Ola' }],
  maritalStatus: 'single',
  spouseName: 'Ola',
  familyMembers: ['Ola', 'Kari'],
  doorPin: 4711,
  guestCode: '0042',
  servingCell: { id: 81 },
  employer: 'Holm Kraft',
  whatHappened: 'my mother fell down the stairs again last night',
  wish: 'хочу чтобы вечером было тепло и никого дома',
  remark: 'call the neighbour if nobody opens',
};
/** And names, numbers and sentences of devices that must. */
const OPERATIONAL = {
  cardReader: true,
  accountMode: 'eco',
  raceMode: 'on',
  partyMode: true,
  genderless: 1,
  bankAngle: 3,
  batteryHealth: 'good',
  filterAge: 200,
  certFingerprint: 'ab12cd34',
  fingerprintEnabled: true,
  incomingPower: 300,
  todayIncome: 1.2,
  tempHistory: 12,
  referrerPolicy: 'origin',
  cellVoltage: 3.2,
  cellCount: 4,
  pin: 4,
  code: 200,
  lock_state: 'locked',
  contact: 'open',
  familyId: 12,
  orientation: 'landscape',
  condition: 'sunny',
  waterTreatment: 'on',
  allergenIndex: 3,
  lightMood: 'calm',
  childLock: true,
  faceCount: 2,
  searchMode: 'auto',
  errorCode: 12,
  armState: 'armed',
  guestNetwork: 'on',
  tac: 12,
  mcc: 1,
  phase: 'main wash running',
  lastError: 'no flow at the inlet sensor',
  info: 'Water tank empty, fill the tank',
  hint: 'Требуется замена фильтра воздуха',
  support: 'get_prop set_default set_power toggle',
};

/** The members of these that leave as they are, each as a message of its own. */
const leaving = (members: Readonly<Record<string, unknown>>, service: string): string[] =>
  Object.entries(members).flatMap(([name, value]) => {
    const body = JSON.stringify({ [name]: value });
    return sieveBody(body, service, servicesOf()).text === body ? [name] : [];
  });

for (const service of ['unknown', 'connect', 'cosori']) {
  test(`what a field means decides, not how harmless it looks: ${service}`, (t) => {
    t.deepEqual(leaving(SENSITIVE, service), []);
  });
}

test('what devices do leaves, whatever its name resembles', (t) => {
  t.deepEqual(leaving(OPERATIONAL, 'unknown'), Object.keys(OPERATIONAL));
});
