import { isUtf8 } from 'node:buffer';
import { HubError } from '../errors.js';
import { type Document, type Limits, Node } from '../model.js';
import { asBuffer } from './splice.js';

/** mosquitto's own bound; the levels of a home's topics are below ten. Each is judged beside those around it. */
const LEVELS_MAX = 200;

/** Stands where a level may not leave: an empty level or one less would make it another topic (MQTT 5, 4.7.3). */
const WITHHELD_LEVEL = '_';

/**
 * An MQTT topic name or filter: its levels are the elements of an array (MQTT 5, 4.7.1). Wildcards are levels of their own and are
 * never edited. Throws `malformed` for what is not UTF-8, `too_many_fields`.
 */
export function readTopic(bytes: Uint8Array, limits: Limits): Document {
  if (!isUtf8(bytes)) throw new HubError('malformed', 'topic');
  const levels = asBuffer(bytes).toString('utf8').split('/');
  if (levels.length > Math.min(LEVELS_MAX, limits.nodes)) throw new HubError('too_many_fields', 'topic');
  const root = new Node('array', '', 0, bytes.length);
  root.children = levels.map((level) => new Node('string', level, -1, -1));
  return {
    root,
    write: () =>
      root.children!.some((level) => level.edit) ? Buffer.from(root.children!.map(written).join('/'), 'utf8') : bytes,
  };
}

function written(level: Node): string {
  if (!level.edit || level.text === '+' || level.text === '#') return level.text;
  // A slash or wildcard in what stands there instead would make other levels of it.
  return level.edit.kind === 'text' ? level.edit.text.replace(/[/+#\0]/g, '_') : WITHHELD_LEVEL;
}
