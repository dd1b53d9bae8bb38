// The way back for HTTP: headers, addresses and bodies of an answer.
import type { Restorer } from '../household/restorer.js';
import type { Limits } from '../model.js';
import { readQuery } from '../payload/form.js';
import { readPath } from '../payload/path.js';
import { encodePercent } from '../payload/percent.js';
import { utf8Binary } from '../payload/splice.js';
import type { AnswerChange, AnswerHead, Header } from '../protocol/http/message.js';
import { inlineRestore, type Restore } from './port.js';
import { isReadable, restoreTree, restoreValue } from './restore.js';
import { BodyRestore, type Budget, isLines, LineRestore, type StreamOptions } from './stream.js';
import { type NoteToken, noteTokens, TokenTap } from './tokens.js';

export interface HttpRestoreOptions {
  readonly limits: Limits;
  /** Most bytes of answers held at once, of all services; past it answers go down as they come. */
  readonly holdBytes?: number;
  /** Where bodies are restored; absent: here and now. */
  readonly restore?: Restore;
}

/** Answers are small; sixteen full bodies at once fit a hub's memory. */
const HOLD_BYTES = 16 * 1024 * 1024;
/** Answers without a body, and parts of one, which cannot be read alone (RFC 9110 15.3.5, 15.3.7, 15.4.5). */
const NO_BODY: ReadonlySet<number> = new Set([204, 205, 206, 304]);
/** Say what the bytes were before (RFC 9530, RFC 1864): a changed body must not carry them. */
const DIGESTS: ReadonlySet<string> = new Set(['content-digest', 'repr-digest', 'digest', 'content-md5']);
/** Say how to read the answer, not what it is about. */
const FRAMING: ReadonlySet<string> = new Set([
  'content-type',
  'content-length',
  'content-encoding',
  'content-range',
  'etag',
  'date',
]);
const URLS: ReadonlySet<string> = new Set(['location', 'content-location']);
const CODINGS = /^(?:|identity|x-gzip|gzip|deflate|br)$/;
/** What stands in a URL as it is (RFC 3986 2.3), and in a cookie's value (RFC 6265 4.1.1). */
const UNRESERVED = /[A-Za-z0-9._~:-]/;
const COOKIE_OCTET = /[\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]/;

/** Makes `onAnswer` for one request. */
export type AnswerRestore = (
  restorer: Restorer,
  method: string,
  service?: string,
  /** Told of the tokens that the answer has. */
  note?: NoteToken,
) => (head: AnswerHead) => AnswerChange | undefined;

/** One for the whole hub: what it holds of all answers together is bounded. */
export function createHttpRestore({
  limits,
  holdBytes = HOLD_BYTES,
  restore = inlineRestore,
}: HttpRestoreOptions): AnswerRestore {
  const budget: Budget = { left: holdBytes };
  return (restorer, method, service = '', note = undefined) =>
    (head) => {
      if (note !== undefined) noteHead(head, note);
      const isReadable = hasReadableBody(head, method, limits);
      if (restorer.empty)
        return isReadable && note !== undefined
          ? { headers: head.headers, body: new TokenTap(headerOf(head, 'content-encoding'), limits, note), isRead: true }
          : undefined;
      const headers = head.headers.map((header) => restoreHeader(header, restorer, limits));
      const body = isReadable ? bodyRestore(head, { service, restorer, limits, budget, restore, note }) : undefined;
      if (body !== undefined) return { headers: headers.filter(([name]) => !DIGESTS.has(name.toLowerCase())), body };
      return headers.some((header, i) => header !== head.headers[i]) ? { headers } : undefined;
    };
}

/** Tells the tokens of the head: tags of versions, places to go on at, cookies. */
function noteHead({ headers }: AnswerHead, note: NoteToken): void {
  for (const [name, value] of headers)
    if (name.toLowerCase() === 'etag' || !FRAMING.has(name.toLowerCase())) noteTokens(value, note);
}

function headerOf(head: AnswerHead, wanted: string): string | undefined {
  return head.headers.find(([name]) => name.toLowerCase() === wanted)?.[1];
}

function hasReadableBody(head: AnswerHead, method: string, limits: Limits): boolean {
  if (method === 'HEAD' || NO_BODY.has(head.status)) return false;
  const codings = (headerOf(head, 'content-encoding') ?? '').split(',').map((one) => one.trim().toLowerCase());
  if (!codings.every((one) => CODINGS.test(one))) return false;
  const length = Number(headerOf(head, 'content-length') ?? 0);
  return length <= limits.bodyBytes && isReadable(headerOf(head, 'content-type'));
}

function bodyRestore(head: AnswerHead, how: Omit<StreamOptions, 'mediaType' | 'coding'>): NodeJS.ReadWriteStream | undefined {
  const mediaType = headerOf(head, 'content-type');
  const coding = headerOf(head, 'content-encoding');
  if (!isLines(mediaType)) return new BodyRestore({ mediaType, coding, ...how });
  return coding === undefined ? new LineRestore({ mediaType, coding, ...how }) : undefined;
}

/** The very same pair where nothing is restored, or what is cannot stand in a header. */
function restoreHeader(header: Header, restorer: Restorer, limits: Limits): Header {
  const name = header[0].toLowerCase();
  if (FRAMING.has(name)) return header;
  const before = Buffer.from(header[1], 'latin1').toString('utf8');
  const after = restoreHeaderValue(name, before, restorer, limits);
  if (after === before || /[\0-\x08\x0a-\x1f\x7f]/.test(after)) return header;
  return [header[0], utf8Binary(after)];
}

function restoreHeaderValue(name: string, value: string, restorer: Restorer, limits: Limits): string {
  if (URLS.has(name)) return restoreUrl(value, restorer, limits);
  if (name === 'link') return value.replace(/<([^<>]*)>/g, (_, url: string) => `<${restoreUrl(url, restorer, limits)}>`);
  if (name === 'refresh') {
    return value.replace(/(url=["']?)([^"']*)/i, (_, key: string, url: string) => key + restoreUrl(url, restorer, limits));
  }
  return name === 'set-cookie' ? restoreCookie(value, restorer, limits) : restoreValue(value, restorer, limits);
}

/** `id=02a1…; Path=/d/02a1…`: its value, and the path that must be the one the device knows. */
function restoreCookie(value: string, restorer: Restorer, limits: Limits): string {
  const [cookie = '', ...attributes] = value.split(';');
  const [, key = '', text = ''] = /^([^=]*=)(.*)$/s.exec(cookie) ?? [];
  const restored = restoreValue(text, restorer, limits, echoed);
  const head = restored === text ? cookie : key + encodePercent(restored, COOKIE_OCTET);
  const rest = attributes.map((one) =>
    one.replace(/^(\s*path\s*=\s*)(.*)$/is, (_, name: string, path: string) => name + restoreUrl(path, restorer, limits)),
  );
  return [head, ...rest].join(';');
}

/**
 * Cookies and the addresses of redirects come back to the cloud as they are: the device does not read them. An identifier is known
 * again there, whatever its field is called, and leaves under its pseudonym; a name (“Anna’s bedroom”) may not be, and would leave as
 * it is. So only identifiers are put into them.
 */
function echoed(original: string): string | undefined {
  return /^(?=\D*\d)[0-9A-Za-z:._-]+$/.test(original) ? original : undefined;
}

/**
 * A URL with identifiers in its path, query and fragment. Its host stays: the device would ask a name server for the original, in the
 * clear.
 */
export function restoreUrl(url: string, restorer: Restorer, limits: Limits): string {
  const [, origin, path, query, fragment] = /^((?:[A-Za-z][A-Za-z0-9+.-]*:)?(?:\/\/[^/?#]*)?)([^?#]*)(\?[^#]*)?(#.*)?$/s.exec(
    url,
  )!;
  const way = { restorer, limits, write: echoed, layer: 0 };
  const encoded = (original: string): string | undefined => echoed(original) && encodePercent(original, UNRESERVED);
  const read = (text: string, reader: typeof readPath): string => {
    if (text === '') return text;
    try {
      const document = reader(Buffer.from(text, 'utf8'), limits);
      return restoreTree(document.root, way, 0) ? Buffer.from(document.write()).toString('utf8') : text;
    } catch {
      return restorer.restore(text, encoded); // not a path or a query by the book
    }
  };
  const asked = query === undefined ? '' : `?${read(query.slice(1), readQuery)}`;
  const place = fragment === undefined ? '' : restorer.restore(fragment, encoded);
  return origin! + read(path!, readPath) + asked + place;
}
