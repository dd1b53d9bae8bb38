// Terms of the W3C Data Privacy Vocabulary, and our own where it has none (rules/dpv-terms.txt says which exist).

/** Prefixes as the rules write them, and what they stand for. `hubsieve:` are our own. */
export const PREFIXES = {
  dpv: 'https://w3id.org/dpv#',
  pd: 'https://w3id.org/dpv/pd#',
  tech: 'https://w3id.org/dpv/tech#',
  hubsieve: 'urn:hubsieve:term:',
} as const;

/** Terms that mean something else than their name says, with what they mean. */
export const MISLEADING: Readonly<Record<string, string>> = {
  'pd:AccountIdentifier': 'it means a financial account', // its broader term is pd:FinancialAccount
};

/** Reads the term list: lines `<prefix>: <name> <name> …`, `#` comments. Gives `pd:MACAddress` and so on. */
export function parseTerms(text: string): ReadonlySet<string> {
  const terms = new Set<string>();
  for (const line of text.split('\n')) {
    const [, prefix, names] = /^([a-z]+): (.*)$/.exec(line) ?? [];
    if (prefix === undefined || names === undefined) continue;
    for (const name of names.trim().split(/\s+/)) terms.add(`${prefix}:${name}`);
  }
  return terms;
}

/** The full IRI of a term such as `pd:MACAddress`; a term of an unknown prefix comes back as it is. */
export function termIri(term: string): string {
  const colon = term.indexOf(':');
  const prefix = term.slice(0, colon);
  return Object.hasOwn(PREFIXES, prefix) ? PREFIXES[prefix as keyof typeof PREFIXES] + term.slice(colon + 1) : term;
}
