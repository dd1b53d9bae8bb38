// All structure recognizers in the order of precedence: of two that say something of one child, the first counts.
import type { StructureRecognizer } from '../evidence.js';
import type { Kit } from '../kit.js';
import { accessPoint } from './access-point.js';
import { addressNumber } from './address-number.js';
import { alternatingNames } from './alternating-names.js';
import { cellTower } from './cell-tower.js';
import { coordinateList } from './coordinate-list.js';
import { coordinatePair } from './coordinate-pair.js';
import { headedTable } from './headed-table.js';
import { joinedArray, joinedIndexed } from './joined-array.js';
import { keyValue } from './key-value.js';
import { logLine } from './log-line.js';
import { matterAttributes } from './matter-attributes.js';
import { pairedNames } from './paired-names.js';
import { pathLevels } from './path-levels.js';
import { siblings } from './siblings.js';
import { signIn } from './sign-in.js';
import { splitAddress } from './split-address.js';
import { statusContainer } from './status-container.js';
import { table } from './table.js';
import { wifiKey } from './wifi-key.js';
import { wifiScan } from './wifi-scan.js';

export const STRUCTURES = {
  // Objects.
  joinedIndexed,
  splitAddress,
  alternatingNames,
  wifiKey,
  signIn,
  keyValue,
  matterAttributes,
  statusContainer,
  coordinatePair,
  cellTower,
  accessPoint,
  addressNumber,
  logLine,
  siblings,
  table,
  // Arrays.
  joinedArray,
  pathLevels,
  coordinateList,
  pairedNames,
  headedTable,
  wifiScan,
} as const satisfies Record<string, (kit: Kit) => StructureRecognizer>;

export type StructureId = keyof typeof STRUCTURES;

/** All of them, made with the words of the rules in force. */
export function structureRecognizers(kit: Kit): ReadonlyMap<StructureId, StructureRecognizer> {
  return new Map(Object.entries(STRUCTURES).map(([id, make]) => [id as StructureId, make(kit)]));
}
