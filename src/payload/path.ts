import { HubError } from '../errors.js';
import { type Document, type Limits, Node } from '../model.js';
import { fieldsRoot, textAfter } from './fields.js';
import { decodePercent, encodePercent } from './percent.js';
import { Splice, toBinary } from './splice.js';

/** pchar without the percent sign (RFC 3986 section 3.3). */
const SEGMENT_SAFE = /[A-Za-z0-9._~!$&'()*+,;=:@-]/;
/** Stands for a segment that is taken out: an empty one would shift the segments after it, `.` and `..` would be resolved away. */
const EMPTY_SEGMENT = '_';

/**
 * Reads the path of a URL (RFC 3986 section 3.3), without its query: an array of its segments, decoded. The empty segment after a
 * last `/` is none. No segment can be absent: `drop` and `blank` leave `_`.
 * Throws `malformed` for a path that does not start with `/`, a broken percent sequence, bytes that are not UTF-8; `too_many_fields`.
 */
export function readPath(bytes: Uint8Array, limits: Limits): Document {
  const source = toBinary(bytes);
  if (!source.startsWith('/')) throw new HubError('malformed', 'byte 0');
  const segments: Node[] = [];
  for (let start = 1; start < source.length; ) {
    const slash = source.indexOf('/', start);
    const end = slash < 0 ? source.length : slash;
    segments.push(new Node('string', decodePercent(source.slice(start, end), start, false), start, end));
    start = end + 1;
  }
  const root = fieldsRoot('array', segments, source.length, limits);
  return { root, write: () => writePath(bytes, source, root) };
}

function writePath(bytes: Uint8Array, source: string, root: Node): Uint8Array {
  const out = new Splice(bytes, source);
  if (root.edit !== undefined) {
    if (textAfter(root.edit) !== '') throw new HubError('internal', 'text for a path');
    out.replace(0, source.length, '/');
    return out.finish();
  }
  for (const segment of root.children ?? []) {
    if (segment.edit === undefined) continue;
    const text = encodePercent(textAfter(segment.edit), SEGMENT_SAFE);
    out.replace(segment.start, segment.end, /^\.{0,2}$/.test(text) ? EMPTY_SEGMENT : text);
  }
  return out.finish();
}
