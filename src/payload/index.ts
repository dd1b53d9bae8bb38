import { HubError } from '../errors.js';
import type { Document, Limits } from '../model.js';
import { bytesDocument } from './bytes.js';
import { looksLikeCbor, readCbor } from './cbor.js';
import { inCharset, transcode } from './charset.js';
import { labelledSealing } from './cose.js';
import { looksLikeCsv, readCsv } from './csv.js';
import { looksLikeForm, readForm } from './form.js';
import { looksLikeInflux, readInflux } from './influx.js';
import { readJson } from './json.js';
import { looksLikePairLines, readPairLines } from './lines.js';
import { looksLikeLiteral, readLiteral } from './literal.js';
import { looksLikeLog, readLog } from './log.js';
import { mediaTypeOf } from './media.js';
import { looksLikeMessagePack, readMessagePack } from './msgpack.js';
import { looksLikeMultipart, readMultipart } from './multipart.js';
import { RECORD_SEPARATOR, readNdjson } from './ndjson.js';
import { readGrpc, readProtobuf } from './protobuf.js';
import { looksLikeSparkplug, readSparkplug } from './sparkplug.js';
import { asBuffer, toBinary } from './splice.js';
import { looksLikeSyslog, readSyslog } from './syslog.js';
import { looksLikeTable, readTable } from './tables.js';
import { isPrintable, readText } from './text.js';
import { looksLikeCard, readCard } from './vcard.js';
import { looksLikeXml, readXml } from './xml.js';
import { looksLikeYaml, readYaml } from './yaml.js';

/** One way to write a body. To add one: a file beside this with its reader, and a line in `FORMATS`. */
export interface Format {
  /** Is this the format a media type names? `essence` is lower case without parameters; empty where there is no label. */
  labelled(essence: string): boolean;
  /** Do the bytes look like it, whatever their label? Cheap, and rather no than yes: the reader decides. */
  looks(bytes: Uint8Array): boolean;
  /** Reads them whole or throws a `HubError`. `mediaType` is the label as it came, for its parameters. */
  read(bytes: Uint8Array, limits: Limits, mediaType: string): Document;
}

/** Every format, the ones sure by their looks first. */
export const FORMATS = {
  json: {
    labelled: (essence) => /^(?:application|text)\/(?:x-)?json$|\+json$/.test(essence),
    looks: startsLikeJson,
    read: (bytes, limits) => readJson(bytes, limits),
  },
  ndjson: {
    labelled: (essence) => /^application\/(?:(?:x-)?(?:ndjson|jsonl|jsonlines|json-lines)|(?:[\w.-]+\+)?json-seq)$/.test(essence),
    looks: (bytes) =>
      startsLikeJson(bytes) && (asBuffer(bytes).includes(0x0a) || toBinary(bytes.subarray(0, 1)) === RECORD_SEPARATOR),
    read: (bytes, limits) => readNdjson(bytes, limits),
  },
  form: {
    labelled: (essence) => essence === 'application/x-www-form-urlencoded',
    looks: (bytes) => looksLikeForm(toBinary(bytes)),
    read: readForm,
  },
  multipart: {
    labelled: (essence) => /^multipart\/[a-z-]+$/.test(essence),
    looks: looksLikeMultipart,
    read: (bytes, limits, mediaType) => readMultipart(bytes, limits, mediaType, readContent),
  },
  media: {
    labelled: () => false, // a label makes no picture: unknown bytes are refused
    looks: (bytes) => mediaTypeOf(bytes) !== undefined,
    read: (bytes) => bytesDocument(bytes),
  },
  cbor: {
    labelled: (essence) => /^application\/(?:cbor|cbor-seq|cwt|cose)$|\+cbor(?:-seq)?$/.test(essence),
    looks: (bytes) => looksLikeCbor(bytes) && !looksLikeMessagePack(bytes), // what is both is told by its label alone
    read: (bytes, limits, mediaType) => readCbor(bytes, limits, 0, /^[^;]*cbor-seq/i.test(mediaType), labelledSealing(mediaType)),
  },
  msgpack: {
    labelled: (essence) => /^application\/(?:x-|vnd\.)?(?:msgpack|messagepack)$|\+msgpack$/.test(essence),
    looks: (bytes) => looksLikeMessagePack(bytes) && !looksLikeCbor(bytes),
    read: (bytes, limits) => readMessagePack(bytes, limits),
  },
  sparkplug: {
    labelled: (essence) => /^application\/(?:vnd\.)?[\w.-]*sparkplug[\w.-]*$/.test(essence),
    looks: looksLikeSparkplug,
    read: (bytes, limits) => readSparkplug(bytes, limits),
  },
  protobuf: {
    labelled: (essence) => /^application\/(?:x-|vnd\.google\.)?protobuf$|\+protobuf$/.test(essence),
    looks: () => false, // many bytes can be read as fields: only its label makes it one
    read: (bytes, limits) => readProtobuf(bytes, limits),
  },
  grpc: {
    labelled: (essence) => /^application\/grpc(?:-web)?(?:\+proto)?$/.test(essence),
    looks: () => false,
    read: (bytes, limits) => readGrpc(bytes, limits),
  },
  xml: {
    labelled: (essence) => /^(?:application|text)\/xml$|\+xml$/.test(essence),
    looks: (bytes) => looksLikeXml(toBinary(bytes)),
    read: (bytes, limits) => readXml(bytes, limits),
  },
  syslog: {
    labelled: (essence) => essence === 'application/syslog' || essence === 'text/syslog',
    looks: looksLikeSyslog,
    read: (bytes, limits) => readSyslog(bytes, limits),
  },
  influx: {
    labelled: (essence) => essence === 'application/vnd.influx' || essence === 'application/vnd.influxdb.line-protocol',
    looks: looksLikeInflux,
    read: (bytes, limits) => readInflux(bytes, limits),
  },
  card: {
    labelled: (essence) => /^text\/(?:x-)?(?:vcard|calendar)$/.test(essence),
    looks: (bytes) => looksLikeCard(asBuffer(bytes.subarray(0, 64)).toString('utf8')),
    read: (bytes, limits) => readCard(bytes, limits, 0),
  },
  table: {
    labelled: () => false,
    looks: (bytes) => looksLikeTable(asBuffer(bytes.subarray(0, TABLE_BYTES)).toString('utf8')),
    read: (bytes, limits) => readTable(bytes, limits, 0) ?? readLog(bytes, limits),
  },
  csv: {
    labelled: (essence) => /^text\/(?:x-)?(?:csv|tab-separated-values)$|^application\/csv$/.test(essence),
    looks: looksLikeCsv,
    read: (bytes, limits) => readCsv(bytes, limits),
  },
  lines: {
    labelled: (essence) => /^(?:application|text)\/(?:x-)?(?:java-properties|ini|env)$/.test(essence),
    looks: looksLikePairLines,
    read: (bytes, limits) => readPairLines(bytes, limits),
  },
  yaml: {
    labelled: isYamlLabel,
    looks: looksLikeYaml,
    read: (bytes, limits, mediaType) => readYamlOrLog(bytes, limits, isYamlLabel(essenceOf(mediaType))),
  },
  literal: {
    labelled: () => false,
    looks: looksLikeLiteral,
    read: (bytes, limits) => readLiteral(bytes, limits, 0) ?? readLog(bytes, limits),
  },
  text: {
    labelled: (essence) => /^(?:text\/plain|application\/(?:jose|jwt))$/.test(essence),
    looks: () => false, // almost everything looks like text: only its label makes it one
    read: (bytes, limits) => readText(bytes, limits),
  },
  log: {
    labelled: (essence) => essence === 'text/x-log',
    looks: looksLikeLog,
    read: (bytes, limits) => readLog(bytes, limits),
  },
} as const satisfies Record<string, Format>;

/** How far into a body a table's head is looked for, and a tag in brackets. */
const TABLE_BYTES = 2048;
const TAG_BYTES = 96;

export type FormatId = keyof typeof FORMATS;

/** A body in the format it was read by. */
export interface Body {
  readonly format: FormatId;
  readonly document: Document;
}

const OTHERS = (Object.keys(FORMATS) as FormatId[]).filter((id) => id !== 'json' && id !== 'ndjson' && id !== 'log');
/** Labels that may be named in an error: any other could carry a value. */
const KNOWN_LABEL =
  /^(?:application\/(?:octet-stream|json|xml|pdf|zip|gzip|cbor|msgpack|protobuf|x-protobuf|grpc|x-www-form-urlencoded)|multipart\/(?:form-data|mixed)|image\/(?:png|jpeg|gif|webp)|audio\/(?:mpeg|wav|ogg)|video\/mp4|text\/(?:plain|html|xml|csv))$/;

/**
 * Reads a body (its content codings undone) in the format that its bytes show, its label second; undefined for an empty one.
 * Throws `unreadable_format` where no format is sure, `unreadable_charset`, and what the format's reader throws: bytes that begin
 * like JSON, or are labelled so, are JSON or `malformed`, never text.
 */
export function readBody(bytes: Uint8Array, mediaType: string | undefined, limits: Limits): Body | undefined {
  if (bytes.length > limits.bodyBytes) throw new HubError('too_large');
  if (bytes.length === 0) return undefined;
  const label = mediaType ?? '';
  const { essence, json } = labelOf(label);
  const transcoded = transcode(bytes, label);
  if (transcoded.bytes.length === 0) return undefined;
  const body = readUtf8(transcoded.bytes, essence, json, label, limits) ?? readWords(bytes, essence, transcoded.bytes, limits);
  return { format: body.format, document: inCharset(body.document, bytes, transcoded) };
}

/** Undefined: no format is sure. */
function readUtf8(bytes: Uint8Array, essence: string, labelledJson: boolean, label: string, limits: Limits): Body | undefined {
  const json = readAnyJson(bytes, labelledJson, limits);
  if (json !== undefined) return json;
  const format = chooseFormat(bytes, essence);
  return format && { format, document: (FORMATS[format] as Format).read(bytes, limits, label) };
}

/** Labels that say nothing: small devices send a line of text without any. */
const UNTOLD: ReadonlySet<string> = new Set(['', '*/*', 'application/octet-stream', 'text/*']);
/** What a cipher, a hash or a key would be as text: such bytes are refused as they are, rather than taken out of a message that then says nothing. */
const LONG_RUN = /[\w+/=-]{24}/;

/** Words and numbers that anybody can read; what a mark makes UTF-16 (`utf8` are other bytes then) may be anything. Throws `unreadable_format`. */
function readWords(bytes: Uint8Array, essence: string, utf8: Uint8Array, limits: Limits): Body {
  const areWords = bytes === utf8 && UNTOLD.has(essence) && isPrintable(bytes) && !LONG_RUN.test(toBinary(bytes));
  if (!areWords) throw new HubError('unreadable_format', KNOWN_LABEL.test(essence) ? essence : '');
  return { format: 'text', document: readText(bytes, limits) };
}

/** Formats that show whenever they are there: a label of theirs over lines that are not says nothing, and the lines are a log. */
const LABEL_LAST: ReadonlySet<FormatId> = new Set<FormatId>(['xml', 'syslog', 'influx', 'lines', 'yaml', 'text']);

/** Named and looking so, then looking so, then (any text could be a log) only named. JSON is settled before. */
function chooseFormat(bytes: Uint8Array, essence: string): FormatId | undefined {
  // An anchor stands for what another line repeats: YAML as a whole, or nothing.
  if (isYamlLabel(essence) && /[:-][ \t]+[&*]\w/.test(toBinary(bytes))) return 'yaml';
  // A message in parts is read as such or not at all: read as text, its parts would be judged as one.
  if (FORMATS.multipart.labelled(essence)) return 'multipart';
  const named = OTHERS.filter((id) => FORMATS[id].labelled(essence));
  const sure = named.find((id) => FORMATS[id].looks(bytes)) ?? OTHERS.find((id) => FORMATS[id].looks(bytes));
  if (sure !== undefined) return sure;
  return named.find((id) => !LABEL_LAST.has(id)) ?? (FORMATS.log.looks(bytes) ? 'log' : named[0]);
}

/** JSON or JSON Lines; undefined for bytes that need be neither. */
function readAnyJson(bytes: Uint8Array, labelled: boolean, limits: Limits): Body | undefined {
  const bound = labelled || (/[{[]/.test(firstCharacter(bytes)) && !startsWithTag(bytes));
  if (!bound && !startsLikeJson(bytes)) return undefined;
  try {
    return { format: 'json', document: readJson(bytes, limits) };
  } catch (fault) {
    if (!(fault instanceof HubError) || fault.code !== 'malformed') throw fault;
    const lines = FORMATS.ndjson.looks(bytes) ? readLines(bytes, limits) : undefined;
    if (lines !== undefined) return lines;
    if (bound) throw fault;
    return undefined; // a number or word of a text: the other formats are asked, and refuse what they do not know
  }
}

function readLines(bytes: Uint8Array, limits: Limits): Body | undefined {
  try {
    return { format: 'ndjson', document: readNdjson(bytes, limits) };
  } catch (fault) {
    if (fault instanceof HubError && fault.code === 'malformed') return undefined; // the caller answers with JSON's own error
    throw fault;
  }
}

function firstCharacter(bytes: Uint8Array): string {
  let i = 0;
  while (bytes[i] === 0x20 || bytes[i] === 0x0a || bytes[i] === 0x0d || bytes[i] === 0x09) i++;
  return i < bytes.length ? String.fromCharCode(bytes[i]!) : '';
}

/** A bracket with a word in it (`[wifi]`, `[INFO] …`): a section or a log's tag, and no reader's JSON, however lenient. */
function startsWithTag(bytes: Uint8Array): boolean {
  if (firstCharacter(bytes) !== '[') return false;
  return /^\s*\[(?!true|false|null|nan|infinity|undefined)[A-Za-z][\w .:-]{0,62}\]/i.test(toBinary(bytes.subarray(0, TAG_BYTES)));
}

function startsLikeJson(bytes: Uint8Array): boolean {
  return /[{["\dtfn\x1e-]/.test(firstCharacter(bytes));
}

/** A type and its subtype have at most 127 characters each (RFC 6838, section 4.2). */
const ESSENCE_MAX = 256;

/** `Application/JSON; charset=utf-8` → `application/json`; empty for no label. */
export function essenceOf(mediaType = ''): string {
  return mediaType.split(';', 1)[0]!.slice(0, ESSENCE_MAX).trim().toLowerCase();
}

function isYamlLabel(essence: string): boolean {
  return /^(?:application|text)\/(?:x-|vnd\.)?yaml$|\+yaml$/.test(essence);
}

/** A text that only looks like YAML and is none for any reader of YAML is a text. */
function readYamlOrLog(bytes: Uint8Array, limits: Limits, named: boolean): Document {
  try {
    return readYaml(bytes, limits);
  } catch (fault) {
    if (named || !(fault instanceof HubError) || fault.code !== 'malformed') throw fault;
    return readLog(bytes, limits);
  }
}

/** What a Content-Type says: the media type in lower case, and whether it names JSON or JSON Lines. */
interface Label {
  readonly essence: string;
  readonly json: boolean;
}

/** Labels taken apart before: a home's devices have a handful. Long ones (a multipart boundary) are made up anew each time. */
const LABELS = new Map<string, Label>();
const LABELS_MAX = 64;
const LABEL_CHARS = 48;

function labelOf(text: string): Label {
  const known = LABELS.get(text);
  if (known !== undefined) return known;
  const essence = essenceOf(text);
  const label = { essence, json: FORMATS.json.labelled(essence) || FORMATS.ndjson.labelled(essence) };
  if (text.length <= LABEL_CHARS && LABELS.size < LABELS_MAX) LABELS.set(text, label);
  return label;
}

/** A part's content inside a multipart message: read as a body of its own. */
function readContent(bytes: Uint8Array, mediaType: string | undefined, limits: Limits): Document | undefined {
  return readBody(bytes, mediaType, limits)?.document;
}
