// Named texts that are already apart: header lines, MQTT user properties. Names compare in lower case; lines keep their order.
import { type Document, Node } from '../model.js';

export type Fields = readonly (readonly [name: string, value: string])[];

export interface FieldsDocument extends Document {
  /** The list with the edits carried out; what was not edited is the very same pair. */
  fields(): Fields;
}

/** Reads named texts. Values are text as it is; nothing can be malformed. */
export function readFields(fields: Fields): FieldsDocument {
  const root = new Node('object', '', 0, 0);
  root.children = fields.map(([name, value]) => {
    const node = new Node('string', value, -1, -1);
    node.name = name.toLowerCase();
    return node;
  });
  const isEdited = (): boolean => root.children!.some(({ edit, rename }) => edit !== undefined || rename !== undefined);
  const edited = (): Fields => (isEdited() ? fields.flatMap((pair, i) => editedPair(pair, root.children![i]!)) : fields);
  return {
    root,
    fields: edited,
    write: () => {
      let text = '';
      for (const [name, value] of edited()) text += `${text === '' ? '' : '\r\n'}${name}: ${value}`;
      return Buffer.from(text, 'utf8');
    },
  };
}

function editedPair(pair: readonly [string, string], node: Node): (readonly [string, string])[] {
  const name = node.rename ?? pair[0];
  const { edit } = node;
  if (!edit) return name === pair[0] ? [pair] : [[name, pair[1]]];
  switch (edit.kind) {
    case 'drop':
      return [];
    case 'blank':
      return [[name, '']];
    case 'text':
      return [[name, edit.text]];
    case 'bytes':
      return [[name, Buffer.from(edit.bytes).toString('latin1')]];
    default:
      return edit satisfies never;
  }
}
