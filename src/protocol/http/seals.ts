// What binds a message together: signatures that a change would break, and digests that can be made anew. Pure.
import { createHash } from 'node:crypto';
import type { Header } from './message.js';

/** What of a message was changed. */
export interface Changes {
  readonly path: boolean;
  readonly query: boolean;
  readonly body: boolean;
  /** Names, in lower case, of headers that are gone or have another value. */
  readonly headers: ReadonlySet<string>;
}

const AWS_V4 = /^AWS4-(?:HMAC-SHA256|ECDSA-P256-SHA256)\b/;

/**
 * Whether the changes break a signature over the message: AWS Signature Version 4 (header or query), HTTP Message Signatures
 * (RFC 9421). Neither can be made anew: only the device has the key.
 */
export function breaksSeal(headers: readonly Header[], query: string | undefined, changes: Changes): boolean {
  const of = (name: string): string | undefined => headers.find(([n]) => n.toLowerCase() === name)?.[1];
  const authorization = of('authorization') ?? '';
  if (AWS_V4.test(authorization))
    return breaksAws(/SignedHeaders=([^,\s]+)/.exec(authorization)?.[1] ?? '', changes, of('x-amz-content-sha256'));
  if (query !== undefined && /(?:^|&)X-Amz-Signature=/i.test(query)) {
    const signed = /(?:^|&)X-Amz-SignedHeaders=([^&]+)/i.exec(query)?.[1] ?? '';
    return breaksAws(signed.replace(/%3B/gi, ';'), changes, 'UNSIGNED-PAYLOAD');
  }
  const input = of('signature-input');
  return input !== undefined && breaksRfc9421(input, changes);
}

function breaksAws(signedHeaders: string, changes: Changes, payload: string | undefined): boolean {
  if (changes.path || changes.query) return true;
  if (changes.body && payload !== 'UNSIGNED-PAYLOAD') return true;
  return signedHeaders.split(';').some((name) => changes.headers.has(name.toLowerCase()));
}

/** The components between the brackets of `sig1=("@path" "content-digest");…` (RFC 9421, section 2). */
function breaksRfc9421(input: string, changes: Changes): boolean {
  for (const [, list] of input.matchAll(/\(([^)]*)\)/g)) {
    for (const [, component] of list!.matchAll(/"([^"]+)"/g)) {
      const name = component!.toLowerCase();
      if ((name === '@path' || name === '@target-uri' || name === '@request-target') && changes.path) return true;
      if ((name.startsWith('@query') || name === '@target-uri' || name === '@request-target') && changes.query) return true;
      if ((name === 'content-digest' || name === 'digest') && changes.body) return true;
      if (changes.headers.has(name)) return true;
    }
  }
  return false;
}

const ALGORITHMS: Readonly<Record<string, string>> = { 'sha-256': 'sha256', 'sha-512': 'sha512', md5: 'md5' };

/** Headers that hold a digest of the body, made anew for the body that leaves; one of an algorithm the hub does not know goes. */
export function redigest(headers: readonly Header[], body: Uint8Array): Header[] {
  return headers.flatMap(([name, value]): Header[] => {
    switch (name.toLowerCase()) {
      case 'content-md5':
        return [[name, digest('md5', body)]];
      case 'digest': {
        const algorithm = /^(sha-256|sha-512|md5)=/i.exec(value)?.[1];
        return algorithm === undefined ? [] : [[name, `${algorithm}=${digest(ALGORITHMS[algorithm.toLowerCase()]!, body)}`]];
      }
      case 'content-digest':
      case 'repr-digest': {
        const algorithm = /^(sha-256|sha-512)=:/.exec(value)?.[1];
        return algorithm === undefined ? [] : [[name, `${algorithm}=:${digest(ALGORITHMS[algorithm]!, body)}:`]];
      }
      default:
        return [[name, value]];
    }
  });
}

function digest(algorithm: string, body: Uint8Array): string {
  return createHash(algorithm).update(body).digest('base64');
}
