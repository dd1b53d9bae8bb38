// JSON Schema (2020-12, the part that the API needs) with the TypeScript type it stands for, and the check of a value against it.

export type JsonSchema = { readonly [key: string]: unknown };
/** A schema; `T` is the type of the values that fit it. */
export interface Schema<T> {
  readonly json: JsonSchema;
  readonly sample?: T;
}
export type Of<S> = S extends Schema<infer T> ? T : never;
/** A member that may be absent. */
export interface Optional<T> extends Schema<T> {
  readonly optional: true;
}

const schema = <T>(json: JsonSchema): Schema<T> => ({ json });

/** Longest text taken where nothing else is said: a path, a name. */
const TEXT_UNITS = 2000;

export const text = (max = TEXT_UNITS, min = 0): Schema<string> => schema({ type: 'string', minLength: min, maxLength: max });
export const matching = (pattern: string, max: number): Schema<string> => schema({ type: 'string', pattern, maxLength: max });
export const whole = (min = 0, max = Number.MAX_SAFE_INTEGER): Schema<number> =>
  schema({ type: 'integer', minimum: min, maximum: max });
export const real = (min: number, max: number): Schema<number> => schema({ type: 'number', minimum: min, maximum: max });
export const bool: Schema<boolean> = schema({ type: 'boolean' });
export const oneOf = <const W extends readonly string[]>(words: W): Schema<W[number]> => schema({ type: 'string', enum: words });
export const list = <T>(of: Schema<T>, max = 100_000): Schema<readonly T[]> =>
  schema({ type: 'array', items: of.json, maxItems: max });
export const map = <T>(of: Schema<T>): Schema<Readonly<Record<string, T>>> =>
  schema({ type: 'object', additionalProperties: of.json });
export const nullable = <T>(of: Schema<T>): Schema<T | null> => schema({ anyOf: [of.json, { type: 'null' }] });
export const either = <const S extends readonly Schema<unknown>[]>(...of: S): Schema<Of<S[number]>> =>
  schema({ anyOf: of.map(({ json }) => json) });
export const optional = <T>(of: Schema<T>): Optional<T> => ({ json: of.json, optional: true });

type Members = Readonly<Record<string, Schema<unknown>>>;
type OptionalKeys<M extends Members> = { [K in keyof M]: M[K] extends Optional<unknown> ? K : never }[keyof M];
type Flat<T> = { readonly [K in keyof T]: T[K] };
type Shape<M extends Members> = Flat<
  { [K in Exclude<keyof M, OptionalKeys<M>>]: Of<M[K]> } & { [K in OptionalKeys<M>]?: Of<M[K]> | undefined }
>;

/** An object with these members and no others. */
export function object<M extends Members>(members: M): Schema<Shape<M>> {
  const entries = Object.entries(members);
  return schema({
    type: 'object',
    properties: Object.fromEntries(entries.map(([name, { json }]) => [name, json])),
    required: entries.filter(([, member]) => !('optional' in member)).map(([name]) => name),
    additionalProperties: false,
  });
}

/** The same schema under a name of its own in the API's description. */
export const named = <T>(title: string, of: Schema<T>): Schema<T> => schema({ ...of.json, title });

/** Most faults told at once. */
const FAULTS_MAX = 10;

/** What is wrong with a value: `path: words`, never the value itself; empty when it fits. */
export function faultsOf(json: JsonSchema, value: unknown): readonly string[] {
  const faults: string[] = [];
  check(json, value, '$', faults);
  return faults.slice(0, FAULTS_MAX);
}

function check(json: JsonSchema, value: unknown, at: string, faults: string[]): void {
  if (json['anyOf']) checkAny(json['anyOf'] as JsonSchema[], value, at, faults);
  if (json['enum'] && !(json['enum'] as unknown[]).includes(value)) faults.push(`${at}: not one of its words`);
  else if (json['type'] === 'object') checkObject(json, value, at, faults);
  else if (json['type'] === 'array') checkArray(json, value, at, faults);
  else if (json['type'] === 'string') checkText(json, value, at, faults);
  else if (json['type'] === 'integer' || json['type'] === 'number') checkNumber(json, value, at, faults);
  else if (json['type'] === 'boolean' && typeof value !== 'boolean') faults.push(`${at}: not true or false`);
  else if (json['type'] === 'null' && value !== null) faults.push(`${at}: not null`);
}

function checkAny(options: readonly JsonSchema[], value: unknown, at: string, faults: string[]): void {
  const tried = options.map((option) => faultsOf(option, value));
  if (tried.every((found) => found.length > 0)) faults.push(`${at}: fits none of its forms`);
}

function checkObject(json: JsonSchema, value: unknown, at: string, faults: string[]): void {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return void faults.push(`${at}: not an object`);
  const properties = (json['properties'] ?? {}) as Record<string, JsonSchema>;
  for (const name of (json['required'] ?? []) as string[]) if (!Object.hasOwn(value, name)) faults.push(`${at}.${name}: missing`);
  for (const [name, member] of Object.entries(value)) {
    const rest = json['additionalProperties'];
    const inner = Object.hasOwn(properties, name)
      ? properties[name]
      : typeof rest === 'object'
        ? (rest as JsonSchema)
        : undefined;
    if (inner) check(inner, member, `${at}.${Object.hasOwn(properties, name) ? name : '*'}`, faults);
    else if (rest === false) faults.push(`${at}: a member it does not have`);
  }
}

function checkArray(json: JsonSchema, value: unknown, at: string, faults: string[]): void {
  if (!Array.isArray(value)) return void faults.push(`${at}: not a list`);
  if (value.length > (json['maxItems'] as number)) return void faults.push(`${at}: too many`);
  for (const [index, item] of value.entries()) check(json['items'] as JsonSchema, item, `${at}[${index}]`, faults);
}

function checkText(json: JsonSchema, value: unknown, at: string, faults: string[]): void {
  if (typeof value !== 'string') return void faults.push(`${at}: not a text`);
  if (value.length > ((json['maxLength'] as number | undefined) ?? Number.POSITIVE_INFINITY)) faults.push(`${at}: too long`);
  if (value.length < ((json['minLength'] as number | undefined) ?? 0)) faults.push(`${at}: too short`);
  if (json['pattern'] && !new RegExp(json['pattern'] as string, 'u').test(value)) faults.push(`${at}: not of its form`);
}

function checkNumber(json: JsonSchema, value: unknown, at: string, faults: string[]): void {
  if (typeof value !== 'number' || !Number.isFinite(value)) return void faults.push(`${at}: not a number`);
  if (json['type'] === 'integer' && !Number.isSafeInteger(value)) return void faults.push(`${at}: not a whole number`);
  if (value < (json['minimum'] as number) || value > (json['maximum'] as number)) faults.push(`${at}: outside its range`);
}
