// Words of the matrix, in both languages, and the marks of its cells.
import type { Matrix, MatrixCell, MatrixRow } from './matrix-data.js';
import type { Lang } from './phrases.js';

/** Marks of a cell. */
export const MARKS = { exact: '●', coarse: '◐', partly: '◌', listed: '○' } as const;
export type Mark = keyof typeof MARKS;

export function markOf(cell: MatrixCell): Mark {
  if (!cell.necessary) return 'listed';
  return cell.in === undefined && cell.when === undefined && !cell.mapped ? cell.granularity : 'partly';
}

/** Whether the policy speaks of the category at all. */
export function isNamed(row: MatrixRow): boolean {
  return row.cells.length > 0 || row.unjustified.length > 0 || row.excluded.length > 0;
}

/** Rows by what the policy says of them where no purpose needs them. */
export function unneeded({ rows, justifiedByNothing }: Pick<Matrix, 'rows' | 'justifiedByNothing'>) {
  const left = rows.filter(({ category }) => justifiedByNothing.includes(category));
  const promised = left.filter(({ excluded }) => excluded.length > 0);
  const nothing = left.filter((row) => isNamed(row) && !promised.includes(row));
  return { nothing, promised, unnamed: rows.filter((row) => !isNamed(row)) };
}

export interface MatrixWords {
  readonly heading: (service: string) => string;
  readonly policy: string;
  readonly purposes: string;
  readonly category: string;
  readonly outcome: string;
  readonly clauses: string;
  readonly withoutPurpose: string;
  readonly excluded: string;
  readonly legend: Readonly<Record<Mark, string>>;
  readonly nothing: string;
  readonly promised: string;
  readonly unnamed: string;
  readonly none: string;
}

export const MATRIX_WORDS: Readonly<Record<Lang, MatrixWords>> = {
  en: {
    heading: (service) => `${service}: what leaves the home, and for which purpose`,
    policy: 'Policy',
    purposes: 'Purposes',
    category: 'Category',
    outcome: 'Leaves',
    clauses: 'Other clauses',
    withoutPurpose: 'without a purpose',
    excluded: 'promised not to take',
    legend: {
      exact: 'needs it as it is',
      coarse: 'needs it only coarse',
      partly: 'needs it in some fields or from some devices',
      listed: 'lists it, does not need it',
    },
    nothing: 'Named by the policy, justified by nothing',
    promised: 'Promised not to be taken',
    unnamed: 'Not named by the policy at all',
    none: 'none',
  },
  ru: {
    heading: (service) => `${service}: что уходит из дома и для какой цели`,
    policy: 'Политика',
    purposes: 'Цели',
    category: 'Категория',
    outcome: 'Уходит',
    clauses: 'Другие пункты',
    withoutPurpose: 'без цели',
    excluded: 'обещано не брать',
    legend: {
      exact: 'нужно как есть',
      coarse: 'нужно только в общем виде',
      partly: 'нужно в части полей или от части устройств',
      listed: 'перечислено, но не нужно',
    },
    nothing: 'Названо в политике, но ничем не обосновано',
    promised: 'Обещано не брать',
    unnamed: 'В политике не названо вовсе',
    none: 'нет',
  },
};
