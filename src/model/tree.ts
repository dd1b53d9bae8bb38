// The tree that every format is read into, and changed in. Imports nothing.

export type NodeKind = 'object' | 'array' | 'string' | 'number' | 'boolean' | 'null' | 'bytes';

/** A change to one node, carried out by the format's writer. */
export type Edit =
  /** The member, line, part or attribute is absent afterwards. Never put on an array element: `blank` it instead. */
  | { readonly kind: 'drop' }
  /** Same type, empty: "", 0, false, null; an empty object or array for a container. */
  | { readonly kind: 'blank' }
  /** A scalar gets this text as its value; the writer escapes it. For `number` nodes: a literal of the format. */
  | { readonly kind: 'text'; readonly text: string }
  /** A `bytes` node gets these bytes. */
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array };

/**
 * The values of a message that was read but not yet made into nodes. Each is known by a number, its entry. A reader of large messages
 * gives these to its containers: most values can be judged without a node of their own.
 */
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
  /** Where the value stands in `bytes`, and how many of them it takes; of a string both quotes. */
  start(entry: number): number;
  size(entry: number): number;
  readonly bytes: Uint8Array;
  /** A new node for the value. */
  node(entry: number): Node;
  /** New nodes for all children of a container, with the edits given before. */
  nodes(entry: number): Node[];
  /** What is to happen to the value, without a node; given in document order. */
  edit(entry: number, edit: Edit): void;
  /** A node made for a container, with edits on it or below it: it stands for the container from now on. */
  attach(entry: number, node: Node): void;
  /** What is to happen below the value: edits given without a node, and nodes that stand for containers. */
  changes(entry: number): readonly (Edit | Node)[];
}

/**
 * One node of a decoded message. `text` of a string is its decoded value, of a number its literal as it stood, of a boolean
 * `true` or `false`. `start` and `end` are the format's own (byte offsets for span formats; -1 where it has none).
 */
export class Node {
  name: string | undefined;
  /** Where the children are as long as nobody has asked for them; undefined afterwards. */
  entries: Entries | undefined;
  entry = -1;
  bytes: Uint8Array | undefined;
  edit: Edit | undefined;
  /** A new name for this member; the writer escapes it. */
  rename: string | undefined;
  nameStart = -1;
  nameEnd = -1;
  private made: Node[] | undefined;
  constructor(
    public kind: NodeKind,
    public text: string,
    public start: number,
    public end: number,
  ) {
    this.name = undefined;
    this.entries = undefined;
    this.bytes = undefined;
    this.edit = undefined;
    this.rename = undefined;
    this.made = undefined;
  }

  get children(): Node[] | undefined {
    if (this.entries !== undefined) this.children = this.entries.nodes(this.entry);
    return this.made;
  }

  set children(children: Node[] | undefined) {
    this.made = children;
    this.entries = undefined;
  }
}

/** A message (or a layer of one) read by a format; `write` gives it back with the edits of its nodes carried out. */
export interface Document {
  readonly root: Node;
  /** Byte for byte what was read where no node carries an edit. Throws `HubError` when an edit cannot be expressed. */
  write(): Uint8Array;
}
