// The faults as sentences for the console, with what helps.
import type { Fault, HubFault } from '../web/facade.js';

const SENTENCES: Readonly<Record<Fault, string>> = {
  gate_open: 'gate: OPEN, the chosen devices go round the hub: hubsieve gate close',
  gate_missing: 'gate: MISSING, nothing keeps the chosen devices from going round the hub: systemctl restart hubsieve-gate',
  let_through: 'gate: devices are let through, because the hub has failed',
  gate_unwatched: 'gate: nobody watches it, so what it is now is not known: systemctl restart hubsieve-gate-watch',
  gate_fault: 'gate: the household’s file has a fault, and the copy that worked last counts',
  gate_stand_in: 'gate: nft does not work; the whole home is kept from the doors’ ports',
  door_missing: 'door: nothing brings the chosen devices to the hub, they are cut off: systemctl restart hubsieve-redirect',
  link_gone: 'door: this machine has no such interface, so nothing of it is brought to the hub (gateway.nft)',
  neighbours:
    'neighbours: cannot be read, so no device is told by its MAC: systemctl start hubsieve-neighbours.socket, then restart the hub',
  disk_low: 'disk: nearly full; while it is, every message is refused',
  disk_read_only: 'disk: cannot be written, so every message is refused',
  clock: 'clock: cannot be right; certificates and the log go by it',
  trust_file: 'trust: a file of upstream.trust is of no use',
  root_ends: 'root: ends soon: hubsieve ca rotate',
  roots_differ: 'root: its files do not match each other',
  choices_lost: 'choices: damaged or missing, so nothing leaves the home: hubsieve recover',
  store_damaged: 'store: damaged; what could be read goes on, the files are set aside in store-damaged',
  log_continued: 'log: a new one goes on from one that was cut, put back or damaged: hubsieve audit verify shows both heads',
};

export function sentenceOf({ fault, detail }: HubFault): string {
  return detail === undefined ? SENTENCES[fault] : `${SENTENCES[fault]} (${detail})`;
}
