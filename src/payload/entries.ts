// The values of a message that was read, each known by a number (its entry), so that most of them can be judged without a node of
// their own. Readers of JSON give their tape; every other document is walked once.
import type { Edit, Node, NodeKind } from '../model.js';

export interface Entries {
  /** How many children a container has. */
  count(entry: number): number;
  /** The first child of a container that has any, and the value after `entry` in the same container. */
  first(entry: number): number;
  next(entry: number): number;
  kind(entry: number): NodeKind;
  name(entry: number): string | undefined;
  /** A number that stands for the member's name and no other; -1 where it has none. */
  nameNumber(entry: number): number;
  text(entry: number): string;
  /** Length of the text in UTF-16 units where that is known without reading it, else a little more. */
  length(entry: number): number;
  bytes(entry: number): Uint8Array | undefined;
  /** Where the value begins and ends in what was read, where its format says so. */
  start(entry: number): number;
  end(entry: number): number;
  /** The node of a value. Of a tape each call makes a new one. */
  node(entry: number): Node;
  /** The nodes of all children of a container. */
  nodes(entry: number): Node[];
  /** What is to happen to the value; given in document order. */
  edit(entry: number, edit: Edit): void;
  /** A new name for the member; given before edits of what stands below it. */
  rename(entry: number, name: string): void;
}
