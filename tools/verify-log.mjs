// Verifies an exported log by src/audit/FORMAT.md alone: nothing of hubsieve is imported. Needs Node 20 and nothing else.
//   node verify-log.mjs EXPORT.jsonl [--key KEY] [--checkpoint FILE]
// Exit 0: the log proves itself; 1: it does not, and the lines say where; 2: it could not be read.
import { createHash, createPublicKey, verify } from 'node:crypto';
import { createReadStream, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

const [file, ...rest] = process.argv.slice(2);
const options = {};
for (let i = 0; i < rest.length; i += 2) options[rest[i]] = rest[i + 1];
if (file === undefined || Object.keys(options).some((name) => name !== '--key' && name !== '--checkpoint')) {
  console.error('usage: node verify-log.mjs EXPORT.jsonl [--key KEY] [--checkpoint FILE]');
  process.exit(2);
}

const GROUP = 256;
const faults = [];
const fault = (text) => faults.push(text);
const sha256 = (...parts) => parts.reduce((hash, part) => hash.update(part), createHash('sha256')).digest();
const leafHash = (entry) => sha256(Buffer.of(0), entry);
const nodeHash = (left, right) => sha256(Buffer.of(1), left, right);

// --- the tree: complete subtrees from the left, each [number of leaves, hash] ---
const edge = [];
let size = 0;
function append(leaves, hash) {
  size += leaves;
  while (edge.length > 0 && edge.at(-1)[0] === leaves) {
    hash = nodeHash(edge.pop()[1], hash);
    leaves *= 2;
  }
  edge.push([leaves, hash]);
}
const root = () =>
  edge.length === 0 ? sha256('') : edge.map(([, hash]) => hash).reduceRight((right, left) => nodeHash(left, right));

// --- notes ---
function readKey(vkey) {
  const [name, id, ...key] = vkey.split('+');
  const typed = Buffer.from(key.join('+'), 'base64');
  if (typed.length !== 33 || typed[0] !== 1 || sha256(`${name}\n`, typed).subarray(0, 4).toString('hex') !== id)
    throw new Error('not a key');
  const spki = Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), typed.subarray(1)]);
  return { name, id: Buffer.from(id, 'hex'), key: createPublicKey({ key: spki, format: 'der', type: 'spki' }) };
}
function readNote(note, key, title) {
  const end = note.indexOf('\n\n');
  const text = note.slice(0, end + 1);
  const [origin, count, hash] = text.split('\n');
  const lines = note.slice(end + 2).split('\n');
  if (end < 0 || !/^(0|[1-9][0-9]*)$/.test(count ?? '') || !/^[A-Za-z0-9+/]{43}=$/.test(hash ?? '') || lines.pop() !== '')
    return fault(`${title} is not a checkpoint`);
  const good = lines.some((line) => {
    const [dash, name, signature = ''] = line.split(' ');
    const bytes = Buffer.from(signature, 'base64');
    if (dash !== '—' || name !== key?.name || bytes.toString('base64') !== signature) return false;
    return bytes.subarray(0, 4).equals(key.id) && verify(null, Buffer.from(text), key.key, bytes.subarray(4));
  });
  if (key !== undefined && (!good || origin !== key.name)) fault(`${title} (${count} entries) is not signed by ${key.name}`);
  return { size: Number(count), root: hash, title };
}

// --- entries ---
const number = '(?:0|[1-9][0-9]{0,15})';
const word = '[a-z][a-z0-9_]{0,39}';
const forms = {
  m: new RegExp(
    `^m1 ${number} (-|${number}) (${number}) (?:up|down) (?:forwarded|refused|observed|sealed|opaque) (?:-|${word}) ${number} ${number} (${number}) (${number})$`,
  ),
  f: new RegExp(`^f1 ${number} (${number}) ${word}$`),
  d: new RegExp(`^d1 ${number} (device|service|ruleset|shape) ("(?:[^"\\\\]|\\\\.)*")( [A-Za-z0-9_-]{22})?$`),
  p: new RegExp(`^p1 ${number}$`),
  json: new RegExp(`^([warbex])1 ${number} (\\{.*\\})$`),
};
const members = {
  w: 'what service device purpose category in path action value untilMs policyVersion clientVersion channel'.split(' '),
  a: 'what service device category of error'.split(' '),
  r: 'service device verdict alarm error count sinceMs'.split(' '),
  b: ['version', 'ruleset'],
  e: ['reason'],
  x: ['what', 'count', 'before', 'device'],
};
let defined = new Map();
const shapes = new Set();
const removals = new Map();
const removedBy = new Map();

function follow(seq, kind, ref) {
  if (ref === undefined || ref === '-') return;
  const what = defined.get(Number(ref));
  if (what !== kind && what !== 'removed')
    fault(`entry ${seq} refers to entry ${ref} for its ${kind}, which is ${what ?? 'none'}`);
}
function readJson(seq, entry) {
  const found = forms.json.exec(entry);
  if (found === null) return fault(`entry ${seq} is not in the format`);
  const object = JSON.parse(found[2]);
  const known = members[found[1]].filter((name) => Object.hasOwn(object, name));
  if (JSON.stringify(Object.fromEntries(known.map((name) => [name, object[name]]))) !== found[2])
    return fault(`entry ${seq} is not in the format`);
  follow(seq, 'service', object.service);
  follow(seq, 'device', object.device);
  if (object.of >= seq) fault(`entry ${seq} refers to a later one`);
  if (found[1] === 'x') removals.set(seq, object);
}
function readEntry(seq, entry) {
  const form = forms[entry[0]];
  if (form === undefined) return readJson(seq, entry);
  const found = form.exec(entry);
  if (found === null) return fault(`entry ${seq} is not in the format`);
  if (entry[0] === 'p') defined = new Map();
  if (entry[0] === 'f' && Number(found[1]) >= seq) fault(`entry ${seq} refers to a later one`);
  if (entry[0] === 'm')
    for (const [i, kind] of ['device', 'service', 'ruleset', 'shape'].entries()) follow(seq, kind, found[i + 1]);
  if (entry[0] !== 'd') return;
  const text = JSON.parse(found[2]);
  if (JSON.stringify(text) !== found[2] || (found[1] === 'device') !== (found[3] !== undefined))
    fault(`entry ${seq} is not in the format`);
  defined.set(seq, found[1]);
  if (found[1] === 'shape') shapes.add(text);
}

// --- the export ---
const roots = new Map();
const texts = new Map();
const notes = [];
let head;
let pruned = 0;
function readLeaf({ seq, hash, entry, removed, leaves = 1 }) {
  if (seq !== size) fault(`entry ${size} is missing: entry ${seq} follows`);
  if (entry === undefined) {
    if (leaves === 1) defined.set(seq, 'removed');
    else if (!(leaves <= GROUP && Number.isInteger(Math.log2(leaves)) && seq % leaves === 0)) fault(`no run begins at ${seq}`);
    const { count } = removedBy.get(removed) ?? { count: 0 };
    removedBy.set(removed, { count: count + leaves, last: seq + leaves - 1 });
  } else {
    const found = leafHash(entry).toString('base64');
    if (found !== hash) fault(`entry ${seq} is not the one that was recorded\n  expected ${hash}\n  found    ${found}`);
    readEntry(seq, entry);
  }
  append(leaves, Buffer.from(hash, 'base64'));
  roots.set(size, root().toString('base64'));
}
function readLine(line) {
  const value = JSON.parse(line);
  if (head === undefined) {
    if (value.format !== 'hubsieve-audit-1') throw new Error('not an export of format 1');
    head = value;
  } else if (value.pruned !== undefined) {
    if (value.pruned * GROUP !== size) fault(`the group ${value.pruned} stands in the wrong place`);
    append(GROUP, Buffer.from(value.hash, 'base64'));
    roots.set(size, root().toString('base64'));
    pruned = size;
  } else if (value.seq !== undefined) readLeaf(value);
  else if (value.shape !== undefined) texts.set(value.shape, value.text);
  else if (value.checkpoint !== undefined) notes.push(value.checkpoint);
  else fault('a line of no known kind');
}

function checkRemovals() {
  let bounded = 0;
  const announced = Math.max(0, ...[...removals.values()].map((one) => one.before ?? 0));
  if (pruned > announced) fault(`entries up to ${pruned - 1} are gone, but no removal beyond ${announced} is recorded`);
  for (const [seq, { count, last }] of removedBy) {
    const one = removals.get(seq);
    if (one === undefined || seq <= last) fault(`entry ${last} names entry ${seq} for its removal, which is none`);
    else if (one.what === 'bound') bounded += count;
    else if (one.what === 'retention' ? !(last < one.before) : !(count <= one.count))
      fault(`more entries name the removal ${seq} than it speaks of`);
  }
  const bounds = [...removals.values()].filter(({ what }) => what === 'bound');
  if (bounded > bounds.reduce((sum, { count = 0 }) => sum + count, 0))
    fault('more entries name removals for the bound than they speak of');
}
function checkShapes() {
  for (const name of shapes) {
    const text = texts.get(name);
    const found = typeof text === 'string' ? `sha256:${sha256(text).toString('hex')}` : 'nothing';
    if (found !== name) fault(`the text of a shape is not its own\n  expected ${name}\n  found    ${found}`);
  }
}
function checkNote(note) {
  if (note === undefined) return;
  if (note.size > size)
    return fault(`${note.title} speaks of ${note.size} entries, there are ${size}: the log was cut or put back`);
  const found = note.size === 0 ? sha256('').toString('base64') : roots.get(note.size);
  if (found === undefined) {
    if (note.title === 'the checkpoint kept elsewhere') fault(`${note.title} lies in pruned entries: it proves nothing any more`);
  } else if (found !== note.root)
    fault(`the first ${note.size} entries are not those of ${note.title}\n  expected ${note.root}\n  found    ${found}`);
}

try {
  for await (const line of createInterface({ input: createReadStream(file) })) readLine(line);
  if (head === undefined) throw new Error('the export is empty');
  const vkey = options['--key'] ?? head.key;
  const key = vkey === null ? undefined : readKey(vkey);
  if (head.size !== size) fault(`${head.size} entries were exported, ${size} are there`);
  if (head.root !== root().toString('base64')) fault(`root\n  expected ${head.root}\n  found    ${root().toString('base64')}`);
  checkRemovals();
  checkShapes();
  for (const note of notes) checkNote(readNote(note, key, 'a checkpoint of the export'));
  const kept = options['--checkpoint'];
  if (kept !== undefined) checkNote(readNote(readFileSync(kept, 'utf8'), key, 'the checkpoint kept elsewhere'));
  for (const text of faults) console.log(text);
  const signed = key === undefined ? 'signatures were NOT checked, there is no key' : `signed by ${vkey}`;
  console.log(`${size} entries, ${pruned} pruned, ${notes.length} checkpoints, ${signed}`);
  console.log(faults.length === 0 ? 'The log proves itself.' : 'The log does NOT prove itself.');
  process.exitCode = faults.length === 0 ? 0 : 1;
} catch (error) {
  console.error(`cannot be read: ${error.message}`);
  process.exitCode = 2;
}
