// Records of the log as the API gives them.
import { bool, list, map, named, nullable, type Of, object, oneOf, optional, text } from '../schema.js';
import { count, fates, id, ms, verdict } from './common.js';
import { decision } from './fields.js';

const recordRow = {
  seq: count,
  timeMs: ms,
  kind: oneOf(['message', 'send-failed', 'switch', 'alarm', 'refusals', 'start', 'stop', 'removal', 'continued']),
  device: optional(nullable(id)),
  service: optional(nullable(id)),
  direction: optional(oneOf(['up', 'down'])),
  verdict: optional(verdict),
  error: optional(text(60)),
  bytesIn: optional(count),
  bytesOut: optional(count),
  ...fates,
  /** The rest of an entry that is no message: what was chosen, which message it is about. */
  about: map(text()),
};
export const records = named('Records', object({ items: list(object(recordRow)), size: count, more: bool }));
export type RecordRow = Of<typeof records>['items'][number];
export const record = named('Record', object({ ...recordRow, ruleset: optional(nullable(text())), decisions: list(decision) }));
export type RecordView = Of<typeof record>;

export const verification = named(
  'Verification',
  object({
    ok: bool,
    size: count,
    root: text(),
    live: count,
    removed: count,
    pruned: count,
    checkpoints: count,
    unsigned: count,
    signed: bool,
    faults: list(
      object({ what: text(), message: text(), seq: optional(count), expected: optional(text()), found: optional(text()) }),
    ),
  }),
);
export type VerificationView = Of<typeof verification>;
