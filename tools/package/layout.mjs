// Lays a package's files out as they will stand on the machine, with what dpkg needs beside them (DEBIAN/).
import { createHash } from 'node:crypto';
import { chmodSync, cpSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { APART } from './bundle.mjs';
import { closure, licences } from './contents.mjs';

const OWN = new URL('./debian/', import.meta.url);
/** Where the program stands in a checkout on a hub, as the units name it. */
const CHECKOUT = '/opt/hubsieve';
const SYSTEM_NODE = '/usr/bin/node';
const UNITS = /\.(service|socket)$/;
/** Of the packages that stay apart, what is read: code, and the data of two of them. */
const READ = /(^|\/)(package\.json|licen[cs]e[^/]*|[^/]+\.js|10_million_password_list_top_1M\.txt)$/i;
const UNREAD = /\/(deps|dist|flash|tests?|benchmarks?|examples?|nodejs)\//;
/** The folders of native parts, by Debian's name of the architecture. */
const PREBUILT = { amd64: 'linux-x64', arm64: 'linux-arm64', armhf: 'linux-arm' };
const KIB = 1024;

/**
 * `tree`: the folder to fill. `code`: what bundle.mjs wrote. `node`: the folder of the Node that goes inside, or undefined where the
 * system's own is used. `bom`: the bill of materials. `epoch`: when it is built, in seconds since 1970.
 */
export function layOut({ tree, code, arch, release, node, bom, epoch }) {
  // One folder for each release: with the next one it goes as a whole, so that a hub that still runs takes no part of another.
  const folder = `/usr/lib/hubsieve/${release}`;
  const at = (...place) => path.join(tree, ...place);
  const program = at(folder);
  const placed = (text) =>
    text
      .replaceAll(`file:${CHECKOUT}/`, 'file:/usr/share/doc/hubsieve/')
      .replaceAll(CHECKOUT, folder)
      .replaceAll(SYSTEM_NODE, node === undefined ? SYSTEM_NODE : `${folder}/bin/node`)
      .replaceAll('@RELEASE@', release);

  layOutProgram({ program, code, arch, release, node, epoch });
  for (const name of readdirSync('systemd').sort()) {
    const text = readFileSync(path.join('systemd', name), 'utf8');
    if (UNITS.test(name)) write(at('usr/lib/systemd/system', name), placed(text));
    else write(path.join(program, 'systemd', name), text, /\.(sh|pl)$/.test(name));
  }
  write(at('usr/bin/hubsieve'), placed(readFileSync(new URL('hubsieve.sh', OWN), 'utf8')), true);
  write(at('etc/hubsieve/hubsieve.yaml'), readFileSync(new URL('hubsieve.yaml', OWN)));
  layOutDocuments(at('usr/share/doc/hubsieve'), { node, bom });

  const files = filesBelow(tree);
  const kib = files.reduce((sum, file) => sum + Math.ceil(statSync(at(file)).size / KIB), 0);
  const fill = (text) => placed(text).replaceAll('@ARCH@', arch).replaceAll('@SIZE@', String(kib));
  const needs = node === undefined ? 'nodejs (>= 20.19)' : 'libc6 (>= 2.28), libstdc++6';
  write(at('DEBIAN/control'), fill(readFileSync(new URL('control', OWN), 'utf8')).replace('@NEEDS@', needs));
  write(at('DEBIAN/conffiles'), '/etc/hubsieve/hubsieve.yaml\n');
  write(
    at('DEBIAN/md5sums'),
    files
      .filter((f) => !f.startsWith('etc/'))
      .map((f) => `${md5(at(f))}  ${f}\n`)
      .join(''),
  );
  for (const script of ['preinst', 'postinst', 'prerm', 'postrm'])
    write(at('DEBIAN', script), fill(readFileSync(new URL(script, OWN), 'utf8')), true);
  openToAll(tree);
}

function layOutProgram({ program, code, arch, release, node, epoch }) {
  cpSync(code, path.join(program, 'dist'), { recursive: true });
  for (const name of ['cli.js', 'rules.json', 'web/ui'])
    cpSync(path.join('dist', name), path.join(program, 'dist', name), { recursive: true });
  // The checkout's own says when it was built there: another time with each build (tools/note-build.mjs).
  write(path.join(program, 'dist/build.json'), `${JSON.stringify({ builtMs: Number(epoch) * 1000 })}\n`);
  cpSync('rules', path.join(program, 'rules'), { recursive: true });
  write(path.join(program, 'package.json'), `${JSON.stringify({ name: 'hubsieve', version: release, type: 'module' })}\n`);
  const native = `/prebuilds/${PREBUILT[arch]}/`;
  for (const place of closure(APART))
    for (const file of filesBelow(place)) {
      const whole = path.join(place, file);
      if (whole.includes(native) || (READ.test(file) && !UNREAD.test(`/${file}`) && !whole.includes('/prebuilds/')))
        write(path.join(program, whole), readFileSync(whole));
    }
  if (node !== undefined) write(path.join(program, 'bin/node'), readFileSync(path.join(node, 'bin/node')), true);
}

function layOutDocuments(folder, { node, bom }) {
  cpSync('docs', path.join(folder, 'docs'), { recursive: true });
  for (const file of ['README.md', 'src/audit/FORMAT.md']) write(path.join(folder, path.basename(file)), readFileSync(file));
  write(path.join(folder, 'copyright'), licences(node));
  write(path.join(folder, 'sbom.cdx.json'), bom);
  write(path.join(folder, 'changelog.gz'), gzipSync(readFileSync('CHANGELOG.md'), { level: 9 }));
}

function write(file, bytes, isProgram = false) {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, bytes);
  if (isProgram) chmodSync(file, 0o755);
}

/** Relative paths, in an order that does not depend on the disk. */
function filesBelow(folder) {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => statSync(path.join(folder, file)).isFile())
    .sort();
}

/** Whatever the umask of whoever builds: programs 0755, files 0644. */
function openToAll(tree) {
  for (const file of ['', ...readdirSync(tree, { recursive: true, encoding: 'utf8' })]) {
    const whole = path.join(tree, file);
    const stat = statSync(whole);
    chmodSync(whole, stat.isDirectory() || (stat.mode & 0o100) !== 0 ? 0o755 : 0o644);
  }
}

function md5(file) {
  return createHash('md5').update(readFileSync(file)).digest('hex');
}
