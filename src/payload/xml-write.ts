import { HubError } from '../errors.js';
import type { Edit } from '../model.js';
import type { SpanNode, SpanWriter } from './spans.js';
import { escapeAttribute, escapeText, isXmlName, isXmlText } from './xml-text.js';

/** The member that a processing instruction is: `target data` as one text. */
export const INSTRUCTION = '#instruction';

/** Writes XML. `style` of a node: the quote of an attribute, `/>` of an empty element, the name of another, or of an aside. */
export const XML_WRITER: SpanWriter = {
  value(node: SpanNode, text: string, edit: Edit): string {
    if (edit.kind === 'bytes') throw new HubError('internal', 'bytes in XML');
    switch (node.style) {
      case '"':
      case "'":
        return escapeAttribute(text, node.style);
      case '/>':
        return text === ''
          ? '/>'
          : `>${escapeText(text)}</${node.rename === undefined ? node.name : nameFor(node, node.rename)}>`;
      case '#comment':
        return comment(text);
      case INSTRUCTION:
        return instruction(text);
      default:
        return escapeText(text);
    }
  },
  name(node: SpanNode, text: string): string {
    return nameFor(node, text);
  },
  /** A name that identifies cannot stay where its element must. */
  emptied(node: SpanNode): string {
    if (node.edit?.kind === 'drop') throw new HubError('not_restorable', 'root of XML');
    return node.style === '/>' ? '' : '>';
  },
};

/** XML 1.0 section 2.5: no `--` inside, no `-` at the end. */
function comment(text: string): string {
  if (!isXmlText(text)) throw new HubError('internal', 'control character for XML');
  return text.replace(/-(?=-)/g, '- ').replace(/-$/, '- ');
}

/** Section 2.6: a target that is a name, no `?>` inside. */
function instruction(text: string): string {
  const safe = text.replaceAll('?>', '? >').replace(/\?$/, '? ');
  const target = /^[^ \t\r\n]+/.exec(safe)?.[0] ?? '';
  if (!isXmlText(safe)) throw new HubError('internal', 'control character for XML');
  return isXmlName(target) && !/^xml$/i.test(target) ? safe : `withheld ${safe}`;
}

/** A stand-in of the same shape can begin with a digit, or hold what no name of XML does. */
function nameFor(node: SpanNode, text: string): string {
  const name = node.name?.startsWith('@') ? text.replace(/^@/, '') : text;
  if (isXmlName(name)) return name;
  const plain = name.replace(/[^\w.-]/g, '_');
  return isXmlName(plain) ? plain : `_${plain}`;
}
