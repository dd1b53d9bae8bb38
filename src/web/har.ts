// Messages of a HAR recording (HTTP Archive 1.2), as the page takes them to try. Pure: the page and the tests read it alike.

/** The text as JSON, or undefined when it is none. */
export function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // then it is a body of another format
  }
}

export interface HarMessage {
  readonly label: string;
  readonly body: string;
  readonly mediaType: string;
  readonly host: string;
}

const memberOf = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;

/** Requests with a body; undefined when the text is no HAR. What is not as HAR has it is passed over: recordings are made by many. */
export function harMessages(text: string): readonly HarMessage[] | undefined {
  const entries = memberOf(memberOf(parsed(text), 'log'), 'entries');
  if (!Array.isArray(entries)) return undefined;
  return entries.flatMap((entry: unknown) => {
    const request = memberOf(entry, 'request');
    const data = memberOf(request, 'postData');
    const [method, url, body, mediaType] = [
      memberOf(request, 'method'),
      memberOf(request, 'url'),
      memberOf(data, 'text'),
      memberOf(data, 'mimeType'),
    ];
    if (typeof body !== 'string' || typeof url !== 'string' || !URL.canParse(url)) return [];
    const { host, pathname } = new URL(url);
    const label = `${typeof method === 'string' ? method : ''} ${host}${pathname}`;
    return [{ label, body, mediaType: typeof mediaType === 'string' ? mediaType : '', host }];
  });
}
