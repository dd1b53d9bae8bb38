// What a config can hold, as a tree of rows: the reader, the defaults, the types and the help all walk it.
import type { Kind } from './kinds.js';

/** One setting. `help` says what it does, `reason` why its default is what it is. */
export interface Value<T> {
  readonly row: 'value';
  readonly kind: Kind<T>;
  readonly fallback: T;
  readonly help: string;
  readonly reason: string;
}

/** A setting that may be absent. */
export interface Optional<T> {
  readonly row: 'optional';
  readonly kind: Kind<T>;
  readonly help: string;
}

/** A setting that its section or mapping cannot do without. */
export interface Required<T> {
  readonly row: 'required';
  readonly kind: Kind<T>;
  readonly help: string;
}

/** A list of scalars. */
export interface List<T> {
  readonly row: 'list';
  readonly kind: Kind<T>;
  readonly fallback: readonly T[];
  readonly help: string;
  readonly reason: string;
}

/** A list of sections. */
export interface Sections<S extends Rows> {
  readonly row: 'sections';
  readonly rows: S;
  readonly fallback: readonly unknown[];
  readonly help: string;
  readonly reason: string;
}

/** A mapping whose keys are the household's: `key` judges them. */
export interface Mapping<R extends Row> {
  readonly row: 'mapping';
  readonly key: Kind<string>;
  readonly each: R;
  readonly help: string;
}

export interface Section<S extends Rows> {
  readonly row: 'section';
  readonly rows: S;
  readonly help: string;
}

// biome-ignore format: one line a row
export type Row =
  | Value<unknown> | Optional<unknown> | Required<unknown> | List<unknown> | Sections<Rows> | Mapping<Row> | Section<Rows>;
export interface Rows {
  readonly [key: string]: Row;
}

/** `body_bytes` → `bodyBytes`. */
type Camel<S> = S extends `${infer Head}_${infer Tail}` ? `${Head}${Capitalize<Camel<Tail>>}` : S;

/** The value a row is read into. */
// biome-ignore format: one line a row
export type Read<R> =
  R extends Value<infer T> ? T
  : R extends Optional<infer T> ? T | undefined
  : R extends Required<infer T> ? T
  : R extends List<infer T> ? readonly T[]
  : R extends Sections<infer S> ? readonly ReadRows<S>[]
  : R extends Mapping<infer E> ? Readonly<Record<string, Read<E>>>
  : R extends Section<infer S> ? ReadRows<S>
  : never;
export type ReadRows<S> = { readonly [K in keyof S as Camel<K & string>]: Read<S[K]> };

export function value<T>(kind: Kind<T>, fallback: NoInfer<T>, help: string, reason: string): Value<T> {
  return { row: 'value', kind, fallback, help, reason };
}
export function optional<T>(kind: Kind<T>, help: string): Optional<T> {
  return { row: 'optional', kind, help };
}
export function required<T>(kind: Kind<T>, help: string): Required<T> {
  return { row: 'required', kind, help };
}
export function list<T>(kind: Kind<T>, fallback: readonly NoInfer<T>[], help: string, reason: string): List<T> {
  return { row: 'list', kind, fallback, help, reason };
}
export function sections<S extends Rows>(rows: S, fallback: readonly unknown[], help: string, reason: string): Sections<S> {
  return { row: 'sections', rows, fallback, help, reason };
}
export function mapping<R extends Row>(key: Kind<string>, each: R, help: string): Mapping<R> {
  return { row: 'mapping', key, each, help };
}
export function section<S extends Rows>(rows: S, help: string): Section<S> {
  return { row: 'section', rows, help };
}

export function camelCase(key: string): string {
  return key.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}
