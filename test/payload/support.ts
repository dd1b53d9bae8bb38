import { HubError } from '#src/errors.js';
import type { Document, Limits, Node } from '#src/model.js';

export const LIMITS: Limits = { bodyBytes: 1 << 20, inflateRatio: 100, depth: 64, nodes: 50_000, layers: 8 };

export const bytesOf = (text: string): Uint8Array => Buffer.from(text, 'utf8');
export const binaryOf = (text: string): Uint8Array => Buffer.from(text, 'latin1');
export const textOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('utf8');

/** The code of the `HubError` that `act` throws, or `accepted`. */
export function codeOf(act: () => unknown): string {
  try {
    act();
    return 'accepted';
  } catch (fault) {
    return fault instanceof HubError ? fault.code : 'crash';
  }
}

/** Members as `[name, text]`. */
export function pairs(document: Document): [string | undefined, string][] {
  return document.root.children!.map((child) => [child.name, child.text]);
}

/** What `document` writes after `change`. */
export function written(document: Document, change: (children: Node[]) => void): string {
  change(document.root.children ?? [document.root]);
  return textOf(document.write());
}
