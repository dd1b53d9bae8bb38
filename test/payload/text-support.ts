import type { ExecutionContext } from 'ava';
import fc from 'fast-check';
import type { Document, Limits, Node } from '#src/model.js';
import { bytesOf, codeOf, LIMITS } from './support.js';

/** Every scalar of a tree as `path=text`, a path like `a.b[0]`. */
export function leaves(node: Node, path = ''): string[] {
  if (node.children === undefined)
    return [`${path}=${node.bytes === undefined ? node.text : Buffer.from(node.bytes).toString('latin1')}`];
  return node.children.flatMap((child, i) => leaves(child, node.kind === 'array' ? `${path}[${i}]` : `${path}.${child.name}`));
}

/** The node at `path`: names and indices. */
export function at(document: Document, ...path: (string | number)[]): Node {
  let node = document.root;
  for (const step of path)
    node = (typeof step === 'number' ? node.children![step] : node.children!.find((c) => c.name === step))!;
  return node;
}

/** All scalars below `node`. */
export function scalars(node: Node): Node[] {
  return node.children === undefined ? [node] : node.children.flatMap(scalars);
}

const PIECES = [...'<>&"\'=:;,[]{}#-|\\%\n\r\t @!?/x0', '\0', 'é', '😀', '&#x', ']]>', '-->', '<!--', '\r\n', '=3D', '---\n'];
const mutation = fc.record({
  at: fc.nat(),
  length: fc.nat({ max: 8 }),
  insert: fc.oneof(fc.constantFrom(...PIECES), fc.constant('')),
});

/**
 * Mutated samples are read or refused with an error of the hub's own, never anything else; what is read comes back byte for byte,
 * and after every single scalar was dropped or replaced the result can be read again.
 */
export function holdsUnderMutation(
  t: ExecutionContext,
  samples: readonly string[],
  read: (bytes: Uint8Array, limits: Limits) => Document,
  numRuns = 300,
): void {
  const mutated = fc.tuple(fc.constantFrom(...samples), fc.array(mutation, { maxLength: 4 }));
  fc.assert(
    fc.property(mutated, fc.nat(), fc.constantFrom('drop', 'blank', 'x "y"'), ([sample, changes], which, how) => {
      let text = sample;
      for (const m of changes) {
        const start = m.at % (text.length + 1);
        text = text.slice(0, start) + m.insert + text.slice(start + m.length);
      }
      const bytes = bytesOf(text);
      const code = codeOf(() => {
        const document = read(bytes, LIMITS);
        if (document.write() !== bytes) throw new Error('changed without an edit');
        const all = scalars(document.root);
        const node = all[which % all.length];
        if (node === undefined) return;
        node.edit =
          how === 'drop' || how === 'blank' ? { kind: how } : { kind: 'text', text: node.kind === 'string' ? how : node.text };
        const out = document.write();
        const again = codeOf(() => read(out, LIMITS));
        if (again !== 'accepted' && out.length > 0) throw new Error(`unreadable after an edit: ${again}`);
      });
      if (code === 'crash') throw new Error(`crash on ${JSON.stringify(text)} ${how} ${which}`);
    }),
    { numRuns },
  );
  t.pass();
}
