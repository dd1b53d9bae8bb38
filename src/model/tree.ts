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

/** Where the children of a node are as long as nobody has asked for them (payload/entries.ts). */
export interface LazyChildren {
  /** New nodes for all children of a container, with the edits given before. */
  nodes(entry: number): Node[];
}

/**
 * One node of a decoded message. `text` of a string is its decoded value, of a number its literal as it stood, of a boolean
 * `true` or `false`. `start` and `end` are the format's own (byte offsets for span formats; -1 where it has none).
 */
export class Node {
  name: string | undefined;
  /** Where the children are as long as nobody has asked for them; undefined afterwards. */
  entries: LazyChildren | undefined;
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
