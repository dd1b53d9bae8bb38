// What holds for every structure recognizer, whatever a device sends: it finds something only where enough children concern it, it never
// throws, what it says is of the container it was asked about, and it reads each child a bounded number of times.
import test from 'ava';
import fc from 'fast-check';
import { Node, type NodeKind, VOCABULARY_IDS } from '#src/model.js';
import type { ContainerView, FieldView, StructureRecognizer } from '#src/recognize/evidence.js';
import { structureRecognizers } from '#src/recognize/structure/index.js';
import { containersOf, kit, TestField, viewOf } from './support.js';

const recognizers = [...structureRecognizers(kit)];

/** Names and values of all examples, so that random containers come close to what recognizers look for. */
const scalars: [NodeKind, string][] = [
  ['number', '4'],
  ['string', ''],
  ['boolean', 'true'],
  ['null', 'null'],
];
const names = new Set(VOCABULARY_IDS.flatMap((id) => kit.vocabulary.words(id).slice(0, 4)));
for (const [, { examples, counterexamples }] of recognizers)
  for (const { text } of [...examples, ...counterexamples])
    for (const { view } of containersOf(text))
      for (const child of view.children) {
        if (child.name !== undefined) names.add(child.name);
        if (child.children === undefined) scalars.push([child.kind, child.text]);
      }

const all = [...names];
const name = fc.oneof(fc.constantFrom(...all), fc.string({ maxLength: 8 }));
const scalar = fc
  .oneof(
    fc.constantFrom(...scalars),
    fc.tuple(fc.constant<NodeKind>('string'), fc.string({ maxLength: 12, unit: 'grapheme' })),
    fc.tuple(fc.constant<NodeKind>('number'), fc.float({ noNaN: true, noDefaultInfinity: true }).map(String)),
  )
  .map(([kind, text]) => new Node(kind, text, -1, -1));
const { tree } = fc.letrec<{ tree: Node; container: Node }>((tie) => ({
  tree: fc.oneof({ depthSize: 'small' }, scalar, tie('container')),
  container: fc
    .tuple(fc.boolean(), fc.array(fc.tuple(name, tie('tree')), { maxLength: 10 }))
    .map(([isObject, parts]) => containerOf(isObject, parts)),
}));

function containerOf(isObject: boolean, parts: readonly (readonly [string, Node])[]): Node {
  const node = new Node(isObject ? 'object' : 'array', '', -1, -1);
  node.children = parts.map(([name, child]) => {
    if (isObject) child.name = name;
    return child;
  });
  return node;
}

const container = fc
  .tuple(fc.boolean(), fc.array(fc.tuple(name, tree), { minLength: 1, maxLength: 12 }), name, name, fc.boolean())
  .map(([isObject, parts, around, own, isTopic]) => {
    const root = new TestField(isTopic ? 'topic' : 'body', undefined, undefined);
    const asked = viewOf(containerOf(isObject, parts), isTopic ? root : root.child(around).child(own), isTopic);
    return { of: isObject ? ('object' as const) : ('array' as const), view: asked };
  });

function indexesOf(recognizer: StructureRecognizer, asked: ContainerView): readonly number[] | undefined {
  const found = recognizer.interpret(asked);
  if (found === undefined) return undefined;
  return found.kind === 'renamed' ? [...found.names.keys()] : [...found.children];
}

for (const [id, recognizer] of recognizers) {
  test(`${id} speaks only of containers that concern it, and of their children`, (t) => {
    fc.assert(
      fc.property(container, ({ of, view: asked }) => {
        if (of !== recognizer.of) return true;
        const concerned = asked.fields.filter((field) => recognizer.concerns(field)).length;
        const indexes = indexesOf(recognizer, asked);
        if (indexes === undefined) return true;
        const within = indexes.length > 0 && indexes.every((i) => i >= 0 && i < asked.children.length);
        return within && concerned >= recognizer.atLeast;
      }),
      { numRuns: 400 },
    );
    t.pass();
  });

  test(`${id} reads four times as many children in at most about four times as many looks`, (t) => {
    const reads = (size: number): number => {
      let most = 0;
      for (const [kind, text] of REPEATED) {
        const counter = { reads: 0 };
        const children = Array.from(
          { length: size },
          (_, i) => new CountingNode(kind, text, counter, `${all[i % all.length]}${i}`),
        );
        const node = new Node(recognizer.of, '', -1, -1);
        node.children = children;
        const asked = viewOf(node, new TestField('topic', undefined, undefined), true);
        recognizer.interpret({ ...asked, fields: asked.fields.map((field) => counting(field, counter)) });
        most = Math.max(most, counter.reads);
      }
      return most;
    };
    const [small, large] = [reads(200), reads(800)];
    t.true(large <= small * 4 + 64, `${small} looks, then ${large}`);
  });
}

/** What many children of one container are: each leads some recognizer on. */
const REPEATED: readonly (readonly [NodeKind, string])[] = [
  ['number', '244'],
  ['number', '48.137154'],
  ['number', '1410412185'],
  ['string', 'ssid'],
  ['string', 'Blue Heron'],
  ['string', 'f4'],
  ['string', 'F4:CF:A2'],
  ['string', '02:00:5e:10:20:31'],
];

/** The field, with each look at it counted. */
function counting(field: FieldView, counter: { reads: number }): FieldView {
  return new Proxy(field, {
    get(target, key) {
      counter.reads += 1;
      return Reflect.get(target, key, target);
    },
  });
}

/** A scalar that counts how often its text is read. */
class CountingNode extends Node {
  constructor(
    kind: NodeKind,
    private readonly said: string,
    private readonly counter: { reads: number },
    name: string,
  ) {
    super(kind, '', -1, -1);
    this.name = name;
    Object.defineProperty(this, 'text', { get: () => this.read() });
  }

  private read(): string {
    this.counter.reads += 1;
    return this.said;
  }
}
