import { type Document, type Limits, Node } from '../model.js';
import { JsonReader } from './json.js';
import { JsonDocument } from './json-write.js';

/** What stands before each text of a JSON text sequence (RFC 7464, section 2.2). */
export const RECORD_SEPARATOR = '\x1e';

/**
 * Reads JSON Lines: each line one strict JSON text, all of them elements of one array; or a JSON text sequence, whose texts may have
 * several lines. Blank lines, line ends and separators stay as they are. Throws `malformed`, `too_deep`, `too_many_fields` as `readJson` does.
 */
export function readNdjson(bytes: Uint8Array, limits: Limits, depth = 0): Document {
  const reader = new JsonReader(bytes, limits);
  const { source } = reader;
  reader.spend(0);
  const root = new Node('array', '', 0, source.length);
  root.children = [];
  const separator = source.startsWith(RECORD_SEPARATOR) ? RECORD_SEPARATOR : '\n';
  for (let start = 0; start < source.length; ) {
    const next = source.indexOf(separator, start);
    const end = next < 0 ? source.length : next;
    if (!/^[ \t\r\n]*$/.test(source.slice(start, end))) root.children.push(reader.text(start, end, depth + 1));
    start = end + 1;
  }
  return new JsonDocument(bytes, source, root);
}
