// A cell of a mobile network: country, operator, area and cell together (3GPP TS 23.003, section 4) place a home within a street or two.
import type { FieldView, StructureRecognizer } from '../evidence.js';
import type { Kit } from '../kit.js';
import { joinedWords, OF_OBJECTS, oncePerField, renameEach } from './names.js';

/** Numbers, some of them in hexadecimal digits. */
const NUMBER = /^(?:0x)?[0-9a-f]{1,10}$/i;
/** The name that such members have in a list of cells. */
const NAME = 'cell tower';

export function cellTower({ vocabulary }: Kit): StructureRecognizer {
  const lists = {
    country: vocabulary.set('cell_country_names'),
    network: vocabulary.set('cell_network_names'),
    area: vocabulary.set('cell_area_names'),
    cell: vocabulary.set('cell_id_names'),
  } as const;
  const partOf = oncePerField(({ words }: FieldView) => {
    const name = joinedWords(words);
    return Object.entries(lists).find(([, list]) => list.has(name))?.[0] as keyof typeof lists | undefined;
  });
  return {
    ...OF_OBJECTS,
    says: { en: 'with the members beside it it names a cell tower', ru: 'вместе с соседними полями это базовая станция' },
    concerns: (child) => partOf(child) !== undefined,
    atLeast: 3,
    interpret(container) {
      const parts = new Set<string>();
      const found = renameEach(container, ({ kind, text }, field) => {
        const part = (kind === 'number' || kind === 'string') && NUMBER.test(text) ? partOf(field) : undefined;
        if (part !== undefined) parts.add(part);
        return part && NAME;
      });
      // An operator, and an area or a cell of it: `tac` or `cid` alone are a vendor's own.
      return parts.size > 2 && parts.has('network') ? found : undefined;
    },
    examples: [
      { text: '{"mcc":262,"mnc":1,"tac":47531,"eci":27265037,"rsrp":-98}', from: 'nRF Cloud REST API, ground fix' },
      { text: '{"cellId":21532831,"locationAreaCode":2862,"mobileNetworkCode":7}', from: 'Google Geolocation API, cellTowers' },
    ],
    counterexamples: [
      { text: '{"cid":"vsaq5a31f0","mode":"eco"}', from: 'VeSync, device' },
      { text: '{"mcc":262,"mnc":1,"carrierName":"Telekom"}', from: 'Android 14, SubscriptionInfo' },
    ],
  };
}
