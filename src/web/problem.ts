// What the API answers when it says no: a stable code, a status, a sentence. Never a value that was sent.

export const PROBLEMS = {
  bad_request: [400, 'The request is not of the form that the description demands.'],
  unauthorized: [401, 'Log in, or give a token.'],
  wrong_secret: [401, 'That is not right.'],
  code_needed: [403, 'The password is right; a code of the second factor is needed too.'],
  cross_site: [403, 'The request comes from another site.'],
  forbidden: [403, 'The token does not reach that far.'],
  wrong_host: [421, 'The hub is not called by this name.'],
  not_found: [404, 'There is no such thing.'],
  no_method: [405, 'That cannot be done with it.'],
  conflict: [409, 'Its state does not allow it.'],
  too_large: [413, 'That is more than the page takes.'],
  no_media_type: [415, 'The body has to be application/json.'],
  weak_password: [422, 'The password is too easy to guess.'],
  unusable: [422, 'It cannot be used.'],
  too_many: [429, 'Too many tries: wait a little.'],
  internal: [500, 'The hub failed.'],
  busy: [503, 'The hub is busy: try again.'],
} as const satisfies Record<string, readonly [number, string]>;
export type ProblemCode = keyof typeof PROBLEMS;

/** The answer of a request that cannot be served; thrown by routes, written by the server. */
export class Problem extends Error {
  override readonly name = 'Problem';
  constructor(
    readonly code: ProblemCode,
    /** Where it is wrong: paths and rules, no values. */
    readonly faults: readonly string[] = [],
    readonly retryAfterSeconds?: number,
  ) {
    super(PROBLEMS[code][1]);
  }

  get status(): number {
    return PROBLEMS[this.code][0];
  }
}

export function problemBody(problem: Problem): { error: { code: string; message: string; faults?: readonly string[] } } {
  const { code, message, faults } = problem;
  return { error: { code, message, ...(faults.length > 0 ? { faults } : {}) } };
}
