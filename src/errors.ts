// One error class: a stable code, a sentence for the household, a hint, and whose fault it is. Never carries a message's values.

/** Every code the hub can answer or record, with its sentence. Whose: `theirs` (the message), `ours` (the hub), `cloud`. */
export const ERRORS = {
  malformed: ['theirs', 400, 'The message is not written the way its format demands.', 'Ask the maker for a firmware update.'],
  too_deep: ['theirs', 413, 'The message nests deeper than the hub reads.', 'Raise limits.depth if this device is trusted.'],
  too_large: ['theirs', 413, 'The message is larger than the hub reads.', 'Raise limits.body_bytes if this device is trusted.'],
  too_many_fields: [
    'theirs',
    413,
    'The message has more fields than the hub reads.',
    'Raise limits.nodes if this device is trusted.',
  ],
  inflates_too_much: [
    'theirs',
    413,
    'The compressed message grows beyond its limit.',
    'Raise limits.inflate_ratio if this device is trusted.',
  ],
  too_long: [
    'theirs',
    413,
    'The message takes more time or memory to read than the hub gives one.',
    'Raise limits.message_ms if this device is trusted.',
  ],
  unknown_coding: [
    'theirs',
    415,
    'The message is compressed in a way the hub cannot read.',
    'Open this service’s opaque bodies to let it pass unread.',
  ],
  unreadable_format: [
    'theirs',
    415,
    'The hub cannot read this format.',
    'Open this service’s opaque bodies to let it pass unread.',
  ],
  unreadable_charset: ['theirs', 415, 'The hub cannot read this character set.', 'Ask the maker for a firmware update.'],
  bad_head: ['theirs', 400, 'The head of the message is ambiguous.', 'Ask the maker for a firmware update.'],
  upgrade_refused: ['theirs', 426, 'This protocol change is not let through.', 'Only WebSocket is.'],
  head_too_large: ['theirs', 431, 'The head of the message is too large.', 'Ask the maker for a firmware update.'],
  timeout: ['theirs', 408, 'The message did not arrive in time.', 'Check the connection of the device.'],
  blocked: ['household', 403, 'The household has blocked this service or device.', 'Unblock it on the hub’s page.'],
  closed: [
    'household',
    503,
    'What the household has chosen is damaged or missing, so nothing leaves.',
    'Recover it on the hub’s page, or with `hubsieve recover`.',
  ],
  unknown_device: [
    'household',
    403,
    'A device is blocked, and the hub cannot find out which device sent this.',
    'Is the sender in a network of the hub’s own? `hubsieve doctor` says whether its neighbours can be read.',
  ],
  own_identifier: [
    'household',
    403,
    'The message still held something of this home after it was minimized.',
    'See the log for where it stood.',
  ],
  floor: [
    'household',
    403,
    'The message holds a secret that never leaves the home and cannot be taken out.',
    'See the log for where it stood.',
  ],
  not_restorable: [
    'household',
    403,
    'A field that must change is part of something signed or sealed.',
    'Choose on the hub’s page whether to let it pass.',
  ],
  sealed: [
    'household',
    403,
    'The message is sealed and cannot be minimized.',
    'Choose on the hub’s page whether to let it pass.',
  ],
  media_withheld: [
    'household',
    403,
    'The message is nothing but a picture, sound or file, and no purpose needs it.',
    'Turn on the purpose that needs media on the hub’s page, or keep media for this service.',
  ],
  opaque: ['household', 403, 'The connection cannot be read.', 'Choose on the hub’s page whether to tunnel it.'],
  unknown_service: ['household', 403, 'No service of the rules names this host.', 'Adopt the service on the hub’s page.'],
  not_at_home: ['household', 403, 'The sender is not in this home’s networks.', 'Add its network to `networks` in the config.'],
  no_upstream: [
    'household',
    502,
    'The hub does not know where this message is to go.',
    'Give the listener an upstream, or send a Host.',
  ],
  private_upstream: [
    'household',
    403,
    'The destination is inside the home and no service names it.',
    'Name it under `upstream.resolve`.',
  ],
  wrong_destination: [
    'theirs',
    403,
    'The connection was on its way to another service than the one it names.',
    'Look at what else this device does: a working device does not do this.',
  ],
  destination_differs: [
    'theirs',
    403,
    'The connection was on its way to an address that its name is not known to have.',
    'Ordinary where a cloud has many addresses; the hub went to the name.',
  ],
  loop: ['household', 508, 'The message would come back to the hub.', 'Let `upstream.dns` ask another resolver.'],
  upstream_unreachable: ['cloud', 502, 'The cloud cannot be reached.', 'Check the home’s connection.'],
  upstream_timeout: ['cloud', 504, 'The cloud did not answer in time.', 'Try again later.'],
  upstream_untrusted: ['cloud', 502, 'The cloud did not prove who it is.', 'Nothing was sent to it.'],
  busy: ['ours', 503, 'The hub has too many messages in hand.', 'Try again later.'],
  record_failed: ['ours', 503, 'The hub could not write its record, so nothing was sent.', 'Check the disk.'],
  internal: ['ours', 500, 'The hub failed; nothing was sent.', 'Report it, with the code and the time.'],
  config: ['ours', 500, 'The configuration cannot be used.', 'Correct the lines named.'],
  rules: ['ours', 500, 'The rules cannot be used.', 'Run `hubsieve check`.'],
  gone_round: [
    'household',
    500,
    'Devices of the home can go round the hub: what they send is not read.',
    'See `hubsieve gate status`.',
  ],
  log_broken: ['ours', 500, 'The log does not prove itself.', 'Keep a copy of it and of the error: it is the evidence.'],
  store_damaged: [
    'ours',
    500,
    'The files of the store are damaged.',
    'Start the hub: it goes on with what can be read, and says what was lost.',
  ],
  not_found: ['ours', 404, 'There is no such thing.', 'See `hubsieve help`.'],
} as const satisfies Record<string, readonly ['theirs' | 'ours' | 'household' | 'cloud', number, string, string]>;

export type ErrorCode = keyof typeof ERRORS;

/** What the system said no with, as a sentence goes on with it. */
const SYSTEM_FAULTS: Readonly<Record<string, string>> = {
  EACCES: 'the system does not allow it',
  EPERM: 'the system does not allow it',
  EADDRINUSE: 'another program has it',
  EADDRNOTAVAIL: 'this machine has no such address',
  ENOSPC: 'no space is left on the disk',
  EDQUOT: 'no space is left on the disk',
  EROFS: 'the file system is read-only',
  EIO: 'the disk cannot be read or written',
  EMFILE: 'too many files are open',
  ENFILE: 'too many files are open',
  ENOENT: 'there is no such file',
  ENOTDIR: 'there is no such directory',
};

/** The reason in a fault of the system: `no space is left on the disk (ENOSPC)`; undefined for any other fault. */
export function systemReason(fault: unknown): string | undefined {
  const code = fault instanceof Error ? (fault as { code?: unknown }).code : undefined;
  if (typeof code !== 'string' || !/^E[A-Z0-9]+$/.test(code)) return undefined;
  const reason = SYSTEM_FAULTS[code];
  return reason === undefined ? code : `${reason} (${code})`;
}

/** The one error of the project. `where` says the place (a path, a file with line), never a value. */
export class HubError extends Error {
  override readonly name = 'HubError';
  constructor(
    readonly code: ErrorCode,
    readonly where = '',
    options?: { cause?: unknown },
  ) {
    super(where === '' ? ERRORS[code][2] : `${ERRORS[code][2]} (${where})`, options);
  }

  /** HTTP status a device gets for it. */
  get status(): number {
    return ERRORS[this.code][1];
  }

  /** What the household can do about it. */
  get hint(): string {
    return ERRORS[this.code][3];
  }
}

/** Any fault as a `HubError`; what is not one of ours is `internal`, and its text (which may hold values) stays in `cause`. */
export function asHubError(fault: unknown): HubError {
  return fault instanceof HubError ? fault : new HubError('internal', '', { cause: fault });
}

/** The JSON body a device gets: a stable code and a sentence, never the message's own text. */
export function errorBody(error: HubError): string {
  return `${JSON.stringify({ error: { code: error.code, message: ERRORS[error.code][2], hint: error.hint } })}\n`;
}
