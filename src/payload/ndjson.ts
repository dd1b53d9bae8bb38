import { type Document, type Limits, Node } from '../model.js';
import { JsonReader } from './json.js';
import { JsonDocument } from './json-write.js';

/**
 * Reads JSON Lines: each line one strict JSON text, all of them elements of one array. Blank lines and line ends stay as they
 * are. Throws `malformed`, `too_deep`, `too_many_fields` as `readJson` does.
 */
export function readNdjson(bytes: Uint8Array, limits: Limits, depth = 0): Document {
  const reader = new JsonReader(bytes, limits);
  const { source } = reader;
  reader.spend(0);
  const root = new Node('array', '', 0, source.length);
  root.children = [];
  for (let start = 0; start < source.length; ) {
    const feed = source.indexOf('\n', start);
    const end = feed < 0 ? source.length : feed;
    if (!/^[ \t\r]*$/.test(source.slice(start, end))) root.children.push(reader.text(start, end, depth + 1));
    start = end + 1;
  }
  return new JsonDocument(bytes, source, root);
}
