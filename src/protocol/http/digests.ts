// Headers that hold a digest of the body. It is no secret and no signature: for a changed body it is made anew. Pure.
import { createHash } from 'node:crypto';
import { fieldName, isStandardDigest } from './fields.js';
import type { Header } from './message.js';

/** Algorithms by the names of RFC 9530 and RFC 3230. */
const ALGORITHMS: Readonly<Record<string, string>> = {
  'sha-256': 'sha256',
  'sha-512': 'sha512',
  sha: 'sha1',
  md5: 'md5',
};
const ENCODINGS = ['base64', 'hex'] as const;

/** Is every digest that the header holds one of this body? Such a header says nothing that the body does not. */
export function isDigestOf([name, value]: Header, body: Uint8Array): boolean {
  const { lower, isDigest } = fieldName(name);
  if (!isDigest) return false;
  return (isStandardDigest(lower) ? renewed([name, value], body, body) : bare(value, body, body)) === value;
}

/**
 * The headers with digests of `body` in place of those of `before`: same algorithm, same encoding. One of an algorithm that the hub does
 * not know goes: it would be wrong. A vendor's header that holds no digest of `before` is none, and stays.
 */
export function redigest(headers: readonly Header[], body: Uint8Array, before: Uint8Array = body): readonly Header[] {
  if (!headers.some(([name]) => fieldName(name).isDigest)) return headers;
  return headers.flatMap((header): Header[] => {
    if (!fieldName(header[0]).isDigest) return [header];
    const value = renewed(header, body, before);
    return value === undefined ? [] : [[header[0], value]];
  });
}

/** The header's value for `body`; undefined where no algorithm of it is known. */
function renewed([name, value]: Header, body: Uint8Array, before: Uint8Array): string | undefined {
  switch (name.toLowerCase()) {
    case 'content-md5':
      return bare(value, body, before) ?? digest('md5', body, 'base64');
    case 'digest':
      return listed(
        value,
        /^(\w[\w-]*)=(.*)$/,
        (algorithm) => `${algorithm}=${digest(ALGORITHMS[algorithm.toLowerCase()]!, body, 'base64')}`,
      );
    case 'content-digest':
    case 'repr-digest':
      return listed(
        value,
        /^(\w[\w-]*)=:(.*):$/,
        (algorithm) => `${algorithm}=:${digest(ALGORITHMS[algorithm]!, body, 'base64')}:`,
      );
    default:
      return bare(value, body, before) ?? value;
  }
}

/** A list of digests, each with its algorithm; those of unknown ones go. */
function listed(value: string, form: RegExp, of: (algorithm: string) => string): string | undefined {
  const known = value.split(',').flatMap((one) => {
    const algorithm = form.exec(one.trim())?.[1];
    return algorithm !== undefined && Object.hasOwn(ALGORITHMS, algorithm.toLowerCase()) ? [of(algorithm)] : [];
  });
  return known.length === 0 ? undefined : known.join(', ');
}

/** A digest of `before` alone, in the encoding and letter case it has, made for `body`. */
function bare(value: string, body: Uint8Array, before: Uint8Array): string | undefined {
  for (const algorithm of Object.values(ALGORITHMS)) {
    for (const encoding of ENCODINGS) {
      const was = digest(algorithm, before, encoding);
      if (value === was) return digest(algorithm, body, encoding);
      if (encoding === 'hex' && value === was.toUpperCase()) return digest(algorithm, body, encoding).toUpperCase();
    }
  }
  return undefined;
}

function digest(algorithm: string, body: Uint8Array, encoding: 'base64' | 'hex'): string {
  return createHash(algorithm).update(body).digest(encoding);
}
