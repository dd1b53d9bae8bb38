// The payload of Eclipse Sparkplug B (specification 3.0.0, section 6.4 and its sparkplug_b.proto).
import type { Document, Limits } from '../model.js';
import { LOOK, looksReadable } from './bytes.js';
import { type FieldType, type MessageType, readProtobuf } from './protobuf.js';
import { wireFields } from './protobuf-wire.js';
import type { Scalar } from './protobuf-write.js';
import { asBuffer } from './splice.js';

/** First and last year of a payload's timestamp, in milliseconds: 2001 to 2286. */
const TIME_MIN = 1e12;
const TIME_MAX = 1e13;

const field = (name: string, type: Scalar | MessageType): FieldType => ({ name, type });
const list = (name: string, type: Scalar | MessageType): FieldType => ({ name, type, repeated: true });
/** The members of a `value` union: each type its own number, all of them one name. */
const values = (numbers: Readonly<Record<number, Scalar | MessageType>>): Record<number, FieldType> =>
  Object.fromEntries(Object.entries(numbers).map(([number, type]) => [number, field('value', type)]));

const PropertyValue: MessageType = () => ({
  fields: {
    1: field('type', 'int'),
    2: field('is_null', 'bool'),
    ...values({ 3: 'int', 4: 'int', 5: 'float', 6: 'double', 7: 'bool', 8: 'string', 9: PropertySet }),
    10: field('value', PropertySetList),
  },
});
const PropertySet: MessageType = () => ({
  fields: { 1: list('keys', 'string'), 2: list('values', PropertyValue) },
  pairs: [1, 2],
});
const PropertySetList: MessageType = () => ({ fields: { 1: list('propertyset', PropertySet) } });
const MetaData: MessageType = () => ({
  fields: {
    1: field('is_multi_part', 'bool'),
    2: field('content_type', 'string'),
    3: field('size', 'int'),
    4: field('seq', 'int'),
    5: field('file_name', 'string'),
    6: field('file_type', 'string'),
    7: field('md5', 'string'),
    8: field('description', 'string'),
  },
});
const Cell: MessageType = () => ({
  fields: values({ 1: 'int', 2: 'int', 3: 'float', 4: 'double', 5: 'bool', 6: 'string' }),
  only: 'value',
});
const Row: MessageType = () => ({ fields: { 1: list('elements', Cell) }, only: 'elements' });
const DataSet: MessageType = () => ({
  fields: { 1: field('num_of_columns', 'int'), 2: list('columns', 'string'), 3: list('types', 'int'), 4: list('rows', Row) },
});
const Parameter: MessageType = () => ({
  fields: {
    1: field('name', 'string'),
    2: field('type', 'int'),
    ...values({ 3: 'int', 4: 'int', 5: 'float', 6: 'double', 7: 'bool', 8: 'string' }),
  },
});
const Template: MessageType = () => ({
  fields: {
    1: field('version', 'string'),
    2: list('metrics', Metric),
    3: list('parameters', Parameter),
    4: field('template_ref', 'string'),
    5: field('is_definition', 'bool'),
  },
});
const Metric: MessageType = () => ({
  fields: {
    1: field('name', 'string'),
    2: field('alias', 'int'),
    3: field('timestamp', 'int'),
    4: field('datatype', 'int'),
    5: field('is_historical', 'bool'),
    6: field('is_transient', 'bool'),
    7: field('is_null', 'bool'),
    8: field('metadata', MetaData),
    9: field('properties', PropertySet),
    ...values({
      10: 'int',
      11: 'int',
      12: 'float',
      13: 'double',
      14: 'bool',
      15: 'string',
      16: 'bytes',
      17: DataSet,
      18: Template,
    }),
  },
});
const Payload: MessageType = () => ({
  fields: {
    1: field('timestamp', 'int'),
    2: list('metrics', Metric),
    3: field('seq', 'int'),
    4: field('uuid', 'string'),
    5: field('body', 'bytes'),
  },
});

/**
 * Reads a Sparkplug B payload: `timestamp`, `metrics` (each with `name`, `datatype`, `value` …), `seq`, `uuid`, `body`. A metric's
 * value has the name `value` whatever its type; a property set is an object of its keys, a data set's rows are arrays.
 * Throws `malformed`, `too_deep`, `too_many_fields`.
 */
export function readSparkplug(bytes: Uint8Array, limits: Limits): Document {
  return readProtobuf(bytes, limits, Payload);
}

/** Is it a payload: a time of our age first, then metrics, each known field of its type? */
export function looksLikeSparkplug(bytes: Uint8Array): boolean {
  if (bytes[0] !== 0x08 || bytes.length < 8) return false;
  return looksReadable(() => {
    const numbers = (wireFields(asBuffer(bytes), 0, bytes.length, bytes.length) ?? []).map(({ number }) => number);
    if (!numbers.some((number) => number === 2 || number === 3) || numbers.some((number) => number > 5))
      throw new RangeError('no payload');
    const time = Number(readSparkplug(bytes, LOOK).root.children![0]!.text);
    if (time < TIME_MIN || time > TIME_MAX) throw new RangeError('no time of our age');
  });
}
