// What binds an HTTP message together: signatures that a change would break. Digests, which need no key, are made anew (digests.ts). Pure.
import { fieldName, isDigestName } from './fields.js';
import type { Header } from './message.js';

/** What of a message was changed. */
export interface Changes {
  readonly path: boolean;
  readonly query: boolean;
  readonly body: boolean;
  /** Names, in lower case, of headers that are gone or have another value. */
  readonly headers: ReadonlySet<string>;
}

/** What a signature covers. */
export interface Cover {
  readonly path: boolean;
  readonly query: boolean;
  readonly body: boolean;
  readonly headers: readonly string[];
}

type Of = (name: string) => string | undefined;

/** Schemes that list the headers they cover, as AWS Signature Version 4 does: Google's, Azure's, Aliyun's, Tencent's, Huawei's too. */
const LISTING = /^(?=[\w-]{0,64}(?:-HMAC-|-ECDSA-|-RSA-)|HMAC-SHA256\b)[\w-]{1,128}(?![\w-]).*SignedHeaders=/i;
/** Schemes of which nothing is known but that they sign: eWeLink's `Sign`, storage keys, plain HMAC. */
const SIGNING = /^(?:Sign|Signature|HMAC[\w-]*|MAC|SharedKey(?:Lite)?|Qiniu|OSS|AWS)\s/i;
/** What a signature of one's own making is taken over beside the body: key, token, time, nonce. */
const SIGNED_WITH =
  /^(?:client_id|access_token|t|ts|nonce|sign_method|signature-headers|stringtosign|timestamp|date|x-[\w-]*(?:timestamp|nonce|token|key|date|appid|app-id|signature-headers))$/;
/** Query parameters that hold a signature; shorter values are none. */
const QUERY_SIGNATURE = /(?:^|&)(?:X-(?:Amz|Goog)-Signature=|(?:[\w.-]*[-_.])?(?:sign|signature|sig|hmac)=[^&]{16,})/i;
const SIGNATURE_MIN = 16;
/** A signed URL (storage of AWS, Google, Azure, Aliyun) says when it ends, and covers no body. */
const SIGNED_URL = /(?:^|&)(?:X-(?:Amz|Goog)-Expires|Expires|se)=/i;

/**
 * The signatures over a message: schemes in Authorization (AWS Signature Version 4 and its like, Hawk, Digest, OAuth 1, `Sign`), signature
 * headers, signed queries, HTTP Message Signatures (RFC 9421, and the drafts before it). None can be made anew: only the device has the
 * key. Most messages have none.
 */
export function sealsOf(headers: readonly Header[], query: string | undefined): readonly Cover[] {
  const of: Of = (name) => headers.find(([spelled]) => fieldName(spelled).lower === name)?.[1];
  return [...inAuthorization(of), ...inHeaders(headers, of), ...inQuery(query)];
}

/** Whether changes of the message break the signature. */
export function breaks(cover: Cover, changes: Changes): boolean {
  if ((cover.path && changes.path) || (cover.query && changes.query) || (cover.body && changes.body)) return true;
  // A digest that is covered covers the body.
  return cover.headers.some((name) => changes.headers.has(name) || (changes.body && isDigestName(name)));
}

const ALL: Cover = { path: true, query: true, body: true, headers: [] };

function inAuthorization(of: Of): Cover[] {
  const text = of('authorization');
  if (text === undefined) return [];
  if (LISTING.test(text)) {
    const listed = /SignedHeaders=([^,&\s]+)/i.exec(text)?.[1] ?? '';
    return [
      { ...ALL, body: !/^(?:STREAMING-)?UNSIGNED-PAYLOAD/.test(of('x-amz-content-sha256') ?? ''), headers: names(listed, ';') },
    ];
  }
  const scheme = /^\w+/.exec(text)?.[0].toLowerCase();
  if (scheme === 'signature' && /keyId=/i.test(text)) return [drafted(text)];
  if (scheme === 'hawk') return [{ ...ALL, body: /\bhash="/.test(text) }];
  // RFC 7616 section 3.4: the response is taken over the target, and over the body with `auth-int`.
  if (scheme === 'digest') return [{ ...ALL, body: /\bqop="?auth-int/i.test(text) }];
  // RFC 5849 section 3.4.1.3: parameters of a form are covered.
  if (scheme === 'oauth') {
    const isForm = /x-www-form-urlencoded/i.test(of('content-type') ?? '');
    return [{ ...ALL, body: isForm || /oauth_body_hash=/.test(text) }];
  }
  return SIGNING.test(text) ? [ALL] : [];
}

function inHeaders(headers: readonly Header[], of: Of): Cover[] {
  const input = of('signature-input');
  if (input !== undefined) return [rfc9421(input)];
  const signature = of('signature');
  if (signature !== undefined && /keyId=/i.test(signature)) return [drafted(signature)];
  const signing = headers.filter(([name]) => {
    const { lower, isSignature } = fieldName(name);
    return isSignature && (of(lower) ?? '').length >= SIGNATURE_MIN;
  });
  if (signing.length === 0) return [];
  const all = headers.map(([name]) => fieldName(name).lower);
  // SwitchBot's cloud: the token, the time and a nonce are signed, and nothing of the message.
  const alone = of('sign') !== undefined && of('nonce') !== undefined && of('client_id') === undefined;
  if (alone) return [{ path: false, query: false, body: false, headers: ['authorization', 'sign', 't', 'nonce'] }];
  const listed = all.filter((name) => name.endsWith('signature-headers')).flatMap((name) => names(of(name) ?? '', /[:,;]/));
  return [
    {
      ...ALL,
      headers: [...signing.map(([name]) => fieldName(name).lower), ...all.filter((name) => SIGNED_WITH.test(name)), ...listed],
    },
  ];
}

function inQuery(query: string | undefined): Cover[] {
  if (query === undefined || !QUERY_SIGNATURE.test(query)) return [];
  const listed = /(?:^|&)X-(?:Amz|Goog)-SignedHeaders=([^&]+)/i.exec(query)?.[1] ?? '';
  return [{ ...ALL, body: !SIGNED_URL.test(query) && listed === '', headers: names(listed.replace(/%3B/gi, ';'), ';') }];
}

/** `keyId="…",headers="(request-target) host date digest"`: the drafts before RFC 9421. */
function drafted(text: string): Cover {
  const headers = names(/headers="([^"]*)"/i.exec(text)?.[1] ?? 'date', ' ');
  const target = headers.includes('(request-target)');
  return { path: target, query: target, body: false, headers };
}

/** The components between the brackets of `sig1=("@path" "content-digest");…` (RFC 9421, section 2). */
function rfc9421(input: string): Cover {
  const lists = [...input.matchAll(/\(([^()]*)\)/g)].map(([, list]) => list!);
  const components = lists.flatMap((list) => [...list.matchAll(/"([^"]+)"/g)].map(([, name]) => name!.toLowerCase()));
  const whole = components.includes('@target-uri') || components.includes('@request-target');
  return {
    path: whole || components.includes('@path'),
    query: whole || components.some((name) => name.startsWith('@query')),
    body: false,
    headers: components,
  };
}

function names(list: string, separator: string | RegExp): string[] {
  return list
    .split(separator)
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== '');
}
