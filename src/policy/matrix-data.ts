// The shape of the matrix that matrix.ts makes and matrix-text.ts and matrix-html.ts print.
import type { ActionKind, CategoryId, DeviceKind, Ground, Place, Title } from '../model.js';

export interface MatrixPurpose {
  readonly id: string;
  readonly title: Title;
  readonly clause: string;
  readonly ground: Ground;
  readonly on: boolean;
}

/** One purpose's word on one category. */
export interface MatrixCell {
  readonly purpose: string;
  readonly clause: string;
  /** false: the policy lists the category for the purpose, which does not need it. */
  readonly necessary: boolean;
  readonly granularity: 'exact' | 'coarse';
  /** Only in these places of a message, only from these kinds of device; absent: in any, from any. */
  readonly in?: readonly Place[];
  readonly when?: readonly DeviceKind[];
  /** Only where the field map says the category. */
  readonly mapped?: boolean;
  readonly on: boolean;
}

export interface MatrixRow {
  readonly category: CategoryId;
  readonly title: Title;
  readonly cells: readonly MatrixCell[];
  /** Clauses that name the category without a purpose. */
  readonly unjustified: readonly string[];
  /** Clauses that promise not to take it. */
  readonly excluded: readonly string[];
  /** What happens to such a field with these switches. */
  readonly outcome: ActionKind;
}

export interface Matrix {
  readonly service: string;
  readonly title: Title;
  readonly policy: { readonly title: string; readonly url: string };
  readonly purposes: readonly MatrixPurpose[];
  /** Every category of the taxonomy, in its order. */
  readonly rows: readonly MatrixRow[];
  /** Categories that no purpose needs, on or off: nothing in the policy justifies them. */
  readonly justifiedByNothing: readonly CategoryId[];
}
