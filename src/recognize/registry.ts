// Every recognizer by its name. A name is what a finding is stamped with; of findings that are equally good the earlier recognizer's counts.
import type { ValueRecognizer } from './evidence.js';
import type { ValueKit } from './kit.js';
import { cellLocation } from './value/cell-location.js';
import { coordinates } from './value/coordinates.js';
import { degrees } from './value/degrees.js';
import { email } from './value/email.js';
import { geoNotation } from './value/geo-notation.js';
import { ipv4Address } from './value/ipv4-address.js';
import { ipv6Address } from './value/ipv6-address.js';
import { labelledText } from './value/labelled-text.js';
import { logLine } from './value/log-line.js';
import { macAddress } from './value/mac-address.js';
import { macBase64 } from './value/mac-base64.js';
import { macDecimal } from './value/mac-decimal.js';
import { macGroups } from './value/mac-groups.js';
import { macRun } from './value/mac-run.js';
import { macTail } from './value/mac-tail.js';
import { personName } from './value/person-name.js';
import { phone } from './value/phone.js';
import { placeCode } from './value/place-code.js';
import { privateKey } from './value/private-key.js';
import { setupCode } from './value/setup-code.js';
import { simNumber } from './value/sim-number.js';
import { streetAddress } from './value/street-address.js';
import { token } from './value/token.js';
import { uuid } from './value/uuid.js';
import { wifiCode } from './value/wifi-code.js';
import { wifiScanText } from './value/wifi-scan-text.js';

/** Recognizers of values; those that need word lists are made with them. */
export const VALUE_RECOGNIZERS = {
  uuid,
  macAddress,
  macGroups,
  macRun,
  macBase64,
  macDecimal,
  macTail,
  simNumber,
  wifiScanText,
  cellLocation,
  ipv4Address,
  ipv6Address,
  email,
  phone,
  personName,
  geoNotation,
  degrees,
  coordinates,
  placeCode,
  streetAddress,
  privateKey,
  token,
  setupCode,
  wifiCode,
  logLine,
  labelledText,
} as const satisfies Record<string, ValueRecognizer | ((kit: ValueKit) => ValueRecognizer)>;

export type ValueRecognizerId = keyof typeof VALUE_RECOGNIZERS;
