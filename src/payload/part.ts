// Which reader a part of a message has: bodies are told by looking, the other places have one form each.
import type { Document, Limits, Place } from '../model.js';
import { readCookie } from './cookie.js';
import { readQuery } from './form.js';
import { readBody } from './index.js';
import { readPath } from './path.js';
import { readText } from './text.js';
import { readTopic } from './topic.js';

/** Reads the bytes of one place. Throws `malformed`, `too_deep`, `too_many_fields`, `unreadable_format`, `unreadable_charset`. */
export function readPart(place: Place, bytes: Uint8Array, mediaType: string | undefined, limits: Limits): Document {
  switch (place) {
    case 'body':
    case 'will':
      return readBody(bytes, mediaType, limits)?.document ?? readText(bytes, limits);
    case 'query':
      return readQuery(bytes, limits);
    case 'path':
      return readPath(bytes, limits);
    case 'topic':
      return readTopic(bytes, limits);
    case 'cookie':
      return readCookie(bytes, limits);
    case 'header':
    case 'clientId':
    case 'username':
    case 'userProperty':
      return readText(bytes, limits);
    default:
      return place satisfies never;
  }
}
