// What is inside a package that is not the program's own: by the lock file, for the bill of materials (CycloneDX 1.6) and for the licences.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const lock = JSON.parse(readFileSync('package-lock.json', 'utf8')).packages;
/** The page's own package: its code is inside the browser's files, so it stands among those for development. */
const IN_PAGE = ['preact'];

/** Where npm has put what `from` (a key of the lock file) means by `name`: the nearest folder upwards. */
function placeOf(name, from) {
  for (let folder = from; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/node_modules/')))) {
    const place = `${folder === '' ? '' : `${folder}/`}node_modules/${name}`;
    if (lock[place] !== undefined) return place;
    if (folder === '') throw new Error(`${name} is not in the lock file`);
  }
}

/** The places of `names` and of all that they need, in order. */
export function closure(names) {
  const found = new Set();
  const visit = (name, from) => {
    const place = placeOf(name, from);
    if (found.has(place)) return;
    found.add(place);
    for (const needed of Object.keys(lock[place].dependencies ?? {})) visit(needed, place);
  };
  for (const name of names) visit(name, '');
  return [...found].sort();
}

const inside = () => closure([...Object.keys(lock[''].dependencies), ...IN_PAGE]);
const nameOf = (place) => place.slice(place.lastIndexOf('node_modules/') + 'node_modules/'.length);

/** The bill of materials, as JSON. `node`: the version of the Node that is inside, if one is. */
export function formatBom({ release, arch, epoch, node }) {
  const components = inside().map((place) => {
    const { version, license, integrity } = lock[place];
    const content = Buffer.from(integrity.replace(/^sha512-/, ''), 'base64').toString('hex');
    const purl = `pkg:npm/${nameOf(place).replace('@', '%40')}@${version}`;
    return {
      type: 'library',
      'bom-ref': `${purl}#${place}`,
      name: nameOf(place),
      version,
      ...(license === undefined ? {} : { licenses: [{ expression: license }] }),
      purl,
      hashes: [{ alg: 'SHA-512', content }],
    };
  });
  if (node !== undefined) {
    const purl = `pkg:generic/node@${node}`;
    components.push({ type: 'platform', 'bom-ref': purl, name: 'node', version: node, licenses: [{ expression: 'MIT' }], purl });
  }
  const own = `pkg:deb/hubsieve@${release}?arch=${arch}`;
  const bom = {
    $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    serialNumber: `urn:uuid:${uuidOf(`${own} ${JSON.stringify(components)}`)}`,
    version: 1,
    metadata: {
      timestamp: new Date(Number(epoch) * 1000).toISOString(),
      component: { type: 'application', 'bom-ref': own, name: 'hubsieve', version: release, purl: own },
    },
    components,
    dependencies: [{ ref: own, dependsOn: components.map((c) => c['bom-ref']) }],
  };
  return `${JSON.stringify(bom, undefined, 1)}\n`;
}

/** The same text has the same one (RFC 9562 5.8: version 8 is free to say how). */
function uuidOf(text) {
  const bytes = createHash('sha256').update(text).digest().subarray(0, 16);
  bytes[6] = (bytes[6] & 0x0f) | 0x80;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

/** The licences of all that is inside, one text behind the other. `node`: the folder of the Node that is inside, if one is. */
export function licences(node) {
  const parts = ['hubsieve\nLicense: MIT\n'];
  for (const place of inside()) {
    const file = readdirSync(place).find((name) => /^(licen[cs]e|copying)/i.test(name));
    const text = file === undefined ? '' : `\n${readFileSync(path.join(place, file), 'utf8').trim()}\n`;
    parts.push(`${nameOf(place)} ${lock[place].version}\nLicense: ${lock[place].license ?? 'see below'}\n${text}`);
  }
  if (node !== undefined && existsSync(path.join(node, 'LICENSE')))
    parts.push(`node\n\n${readFileSync(path.join(node, 'LICENSE'), 'utf8')}`);
  return parts.join(`\n${'-'.repeat(72)}\n\n`);
}
