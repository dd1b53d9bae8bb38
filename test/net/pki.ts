// A little public key infrastructure made with the openssl command, for certificates as bad as the tests need them.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { missingPrograms, programFile } from '../programs.js';

/** Without the command these tests cannot be run, and say so. */
export const hasOpenssl = missingPrograms('openssl') === undefined;
const OPENSSL = programFile('openssl');

export interface Pair {
  readonly name: string;
  readonly certFile: string;
  readonly keyFile: string;
  readonly cert: string;
  readonly key: string;
}

export interface Wish {
  /** Absent: signed by itself. */
  readonly by?: Pair;
  readonly subject?: string;
  /** Lines of the extensions section. */
  readonly extensions?: readonly string[];
  readonly key?: readonly string[];
  readonly hash?: string;
  /** YYYYMMDDHHMMSSZ. */
  readonly from?: string;
  readonly to?: string;
}

export const EC = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256'];
export const AS_CA = ['basicConstraints=critical,CA:TRUE', 'keyUsage=critical,keyCertSign,cRLSign', 'subjectKeyIdentifier=hash'];
const CONFIG = `[ca]
default_ca=d
[d]
database=index.txt
new_certs_dir=.
rand_serial=yes
default_md=sha256
policy=p
unique_subject=no
email_in_dn=no
[p]
commonName=optional
`;

export class Pki {
  readonly dir = mkdtempSync(path.join(tmpdir(), 'hubsieve-pki-'));
  #made = 0;

  constructor() {
    process.once('exit', () => rmSync(this.dir, { recursive: true, force: true }));
    writeFileSync(this.file('config'), CONFIG);
    writeFileSync(this.file('index.txt'), '');
  }

  file(name: string): string {
    return path.join(this.dir, name);
  }

  run(...args: string[]): string {
    return execFileSync(OPENSSL, args, { cwd: this.dir, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  }

  make(wish: Wish): Pair {
    const name = `c${this.#made++}`;
    const pair = { name, certFile: this.file(`${name}.pem`), keyFile: this.file(`${name}.key`) };
    const request = this.file(`${name}.csr`);
    writeFileSync(this.file(`${name}.ext`), ['[x]', ...(wish.extensions ?? [])].join('\n'));
    this.run(
      'req',
      '-new',
      ...(wish.key ?? EC),
      '-nodes',
      '-keyout',
      pair.keyFile,
      '-subj',
      wish.subject ?? `/CN=${name}`,
      '-out',
      request,
    );
    const signer =
      wish.by === undefined ? ['-selfsign', '-keyfile', pair.keyFile] : ['-cert', wish.by.certFile, '-keyfile', wish.by.keyFile];
    const dates = ['-startdate', wish.from ?? '20200101000000Z', '-enddate', wish.to ?? '20490101000000Z'];
    const extensions = ['-extfile', `${name}.ext`, '-extensions', 'x'];
    this.run(
      ...[
        'ca',
        '-batch',
        '-notext',
        '-config',
        'config',
        '-in',
        request,
        '-out',
        pair.certFile,
        ...signer,
        ...dates,
        ...extensions,
      ],
      ...['-md', wish.hash ?? 'sha256'],
    );
    return { ...pair, cert: readFileSync(pair.certFile, 'utf8'), key: readFileSync(pair.keyFile, 'utf8') };
  }

  revoke(pair: Pair): void {
    this.run('ca', '-config', 'config', '-revoke', pair.certFile, '-keyfile', pair.keyFile, '-cert', pair.certFile);
  }

  /** The DER of a signed answer about `leaf`, good for a day, as the index has it. */
  staple(leaf: Pair, issuer: Pair, signer: Pair = issuer, ...more: string[]): Buffer {
    this.run('ocsp', '-issuer', issuer.certFile, '-cert', leaf.certFile, '-reqout', 'request.der', '-no_nonce');
    const from = ['-index', 'index.txt', '-CA', issuer.certFile, '-rsigner', signer.certFile, '-rkey', signer.keyFile];
    this.run('ocsp', ...from, '-reqin', 'request.der', '-respout', 'response.der', '-ndays', '1', ...more);
    return readFileSync(this.file('response.der'));
  }
}
