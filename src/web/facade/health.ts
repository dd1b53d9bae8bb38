// What is wrong with the hub or with the way to it, as the page and `hubsieve doctor` name it.

/** Faults that a running hub can know of itself; each has its words in ui/text/health.ts. */
export const FAULTS = [
  /** Chosen devices go round the hub: somebody opened the gate; nothing keeps them; they are let through because the hub failed. */
  'gate_open',
  'gate_missing',
  'let_through',
  /** Nobody looks at the gate any more; its file has a fault; nft itself does not work. */
  'gate_unwatched',
  'gate_fault',
  'gate_stand_in',
  /** Devices are cut off: nothing brings them to the hub; the home's interface is not there. */
  'door_missing',
  'link_gone',
  /** No MAC is known for any address. */
  'neighbours',
  'disk_low',
  'disk_read_only',
  'clock',
  'trust_file',
  'root_ends',
  'roots_differ',
  /** What the household chose is damaged or missing: nothing leaves. */
  'choices_lost',
  'store_damaged',
  /** A new log goes on from one that was cut, put back or damaged; `detail`: entries that are there, of those that were known. */
  'log_continued',
] as const;
export type Fault = (typeof FAULTS)[number];

/** `detail`: which file, interface or number; never a value of a message. */
export interface HubFault {
  readonly fault: Fault;
  readonly detail?: string;
}
