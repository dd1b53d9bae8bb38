// Sends every case of an evasion suite through each door of a started hub: HTTPS, MQTT, MQTTS, WebSocket, WSS, MQTT inside both.
// Usage: node tools/evasion-doors.mjs FOLDER [--lane NAME] [--only ID] [--verbose]. The suite stays outside: FOLDER/cases.mjs exports
// `cases` ({ id, class, raw, secrets, keep, forward, service? }) and `household`; FOLDER/leaks.mjs exports `findLeaks(bytes, secrets)`.
// What of an HTTP request has no place in another protocol is left out; then `keep` and `forward` ask only for what was said.
// A case passes when no secret reached the cloud in any dress, what must survive did, an ordinary message was not refused, and the
// device was answered. Prints each that fails, then the forwarded and the passed of each lane, then `N passed, M failed`.
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { takeApart } from '../dist/test/e2e/doors-message.js';
import { EveryDoor, LANES } from '../dist/test/e2e/doors-tools.js';

const { values, positionals } = parseArgs({
  options: { lane: { type: 'string' }, only: { type: 'string' }, verbose: { type: 'boolean' } },
  allowPositionals: true,
});
const [folder] = positionals;
if (folder === undefined) {
  console.error('usage: node tools/evasion-doors.mjs FOLDER [--lane NAME] [--only ID] [--verbose]');
  process.exit(2);
}
const load = (name) => import(pathToFileURL(path.resolve(folder, name)).href);
const { cases, household, service: usual = 'cosori' } = await load('cases.mjs');
const { findLeaks } = await load('leaks.mjs');
const lanes = LANES.filter((lane) => values.lane === undefined || lane === values.lane);
const chosen = cases.filter(({ id }) => values.only === undefined || id === values.only);

/** What of a case the lane has said, as bytes in which `keep` is looked for; and whether it is the same message still. */
function said(lane, raw) {
  if (lane === 'https') return { text: raw.toString('latin1'), isWhole: true };
  const { target, headers, body, isCoded } = takeApart(raw);
  const isTopic = lane.startsWith('mqtt') && body.length === 0;
  const places = [isTopic || !lane.startsWith('mqtt') ? target : '', body.toString('latin1'), headers.flat().join('\n')];
  return { text: places.join('\n'), isWhole: !isCoded && (body.length > 0 || isTopic) };
}

function judge(each, lane, { arrived, isForwarded, hangs }) {
  const { text, isWhole } = said(lane, each.raw);
  const bytes = Buffer.from(arrived, 'latin1');
  const faults = findLeaks(bytes, each.secrets).map(({ secret, layers }) => `leaked ${secret} (layer ${layers})`);
  if (each.forward && isWhole && !isForwarded) faults.push('an ordinary message was refused');
  const lost = each.keep.filter((kept) => text.includes(kept) && !bytes.includes(kept));
  if (isForwarded && lost.length > 0) faults.push(`lost functional data ${lost.join(', ')}`);
  if (hangs) faults.push('the device was left without an answer');
  return faults;
}

const doors = await EveryDoor.open([...new Set(chosen.map(({ service = usual }) => service))], JSON.stringify(household));
let failures = 0;
try {
  for (const lane of lanes) {
    let forwarded = 0;
    let passed = 0;
    for (const each of chosen) {
      const name = `${lane} ${each.class}/${each.id}`;
      const carried = await doors.carry(lane, each.service ?? usual, each.raw);
      const faults = judge(each, lane, carried);
      if (!doors.isAlive) faults.push('the hub died');
      if (carried.isForwarded) forwarded += 1;
      if (faults.length === 0) passed += 1;
      else console.log(`FAIL ${name}: ${faults.join('; ')}`);
      if (values.verbose && faults.length === 0) console.log(`ok   ${name} ${carried.isForwarded ? 'forwarded' : 'refused'}`);
      if (!doors.isAlive) throw new Error('the hub died');
    }
    failures += chosen.length - passed;
    console.log(`${lane}: forwarded ${forwarded}, passed ${passed} of ${chosen.length}`);
  }
} finally {
  await doors.close();
}
console.log(`${lanes.length * chosen.length - failures} passed, ${failures} failed`);
process.exitCode = failures > 0 ? 1 : 0;
