// User agents, versions and languages without what makes one device stand out.
const PRODUCT = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,40}(?:\/[\w.-]{1,24})?$/;
/** Product tokens kept; a longer list is a fingerprint. */
const MOST_PRODUCTS = 4;

/** Product and version tokens of a User-Agent (RFC 9110 10.1.5) without its comments. Undefined where none is left. */
export function coarseUserAgent(text: string): string | undefined {
  let depth = 0;
  let outside = '';
  for (const character of text) {
    if (character === '(') depth++;
    else if (character === ')') depth = Math.max(0, depth - 1);
    else if (depth === 0) outside += character;
  }
  const products = outside.split(/\s+/).filter((product) => product.includes('/') && PRODUCT.test(product));
  // A version that reads like an id, or an address, is not one.
  const plain = products.filter((product) => !/[0-9a-f]{8,}|\d+\.\d+\.\d+\.\d+/i.test(product.slice(product.indexOf('/'))));
  return plain.length === 0 ? undefined : plain.slice(0, MOST_PRODUCTS).join(' ');
}

/** `1.2.07` to `1.2`; a version of one number stays. Undefined for what is none. */
export function coarseVersion(text: string): string | undefined {
  return /^[vV]?\d{1,6}(?:\.\d{1,6})?(?=$|[^\d])/.exec(text)?.[0];
}

/** The primary subtag (RFC 5646 2.2.1) of the first language named: `ru-RU,ru;q=0.9` to `ru`. */
export function coarseLanguage(text: string): string | undefined {
  return /^([a-z]{2,3})(?:[-_,;].*)?$/is.exec(text)?.[1]?.toLowerCase();
}
